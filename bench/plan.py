"""What each word of `./frontdesk bench` measures, and in which order; one thing at a time, nothing beside it."""

import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from api.settings import ROOT
from bench import comparing, direct, product, reference, screening, starting, training
from bench.figures import Figure, Report, median, quantile
from bench.starting import Start
from bench.training import Say

Measurement = Callable[[Say], Awaitable[Report]]
OUR_MODEL = ROOT / "models" / "rasa"
START_BOUND, MEMORY_BOUND = 0.4, 0.75


async def turns(say: Say) -> Report:
    """A visitor's turn through the whole product, beside one run of the encoder."""
    encoder = reference.encoder_milliseconds()
    say("visitors, one after the other")
    async with product.running_house() as house:
        single = product.flat(await product.single_turns(house))
    name = "one encoder run"
    return Report(
        [
            Figure("a visitor's turn, median", median(single), "ms", encoder, name),
            Figure("a visitor's turn, p95", quantile(single, 0.95), "ms", encoder, name),
        ]
    )


async def start(say: Say) -> Report:
    """`up` until the page and until the bot answers, beside a process that only imports Rasa."""
    bare = await reference.bare_rasa()
    say("up")
    return Report(start_figures(await starting.measure(), bare.seconds, "importing Rasa", None))


async def train(say: Say) -> Report:
    """Our training without any cache, beside a process that only imports Rasa."""
    bare = await reference.bare_rasa()
    with tempfile.TemporaryDirectory(prefix="frontdesk-bench-") as folder:
        ours = await training.train_ours(Path(folder), say)
    name = "importing Rasa"
    return Report(
        [
            Figure("training, language heads", ours.heads, "s", bare.seconds, name),
            Figure("training, dialogue", ours.dialogue, "s", bare.seconds, name),
        ]
    )


async def memory(say: Say) -> Report:
    """All processes after some visitors, beside a process that has only imported Rasa."""
    bare = await reference.bare_rasa()
    say("some visitors")
    async with product.running_house() as house:
        await product.single_turns(house)
        held = product.memory(house)
    return Report([Figure("memory of all processes", held, "MB", bare.megabytes, "a process that imported Rasa")])


async def growth(say: Say) -> Report:
    """One visitor of two hundred turns."""
    say("200 turns at a calm visitor's pace, about four minutes")
    async with product.running_house() as house:
        return Report(await product.growth(house))


async def streams(say: Say) -> Report:
    """Forty visitors at once."""
    say("visitors, one after the other, then 40 at once")
    async with product.running_house() as house:
        return Report(await product.streams(house, product.flat(await product.single_turns(house))))


async def booking(say: Say) -> Report:
    """Two hundred clients for one slot, on both databases."""
    report = Report()
    say("200 clients on SQLite")
    async with product.running_house() as house:
        report.figures += await product.booking(house, "SQLite")
    say("200 clients on PostgreSQL")
    with product.postgres() as url:
        async with product.running_house(url) as house:
            report.figures += await product.booking(house, "PostgreSQL")
    return report


async def screen(say: Say) -> Report:
    """The risk screen alone."""
    say("messages of 40 words and of 4,000 characters")
    return Report(screening.figures())


async def stock(say: Say) -> Report:
    """Training, start, memory and turns beside Rasa's own default configuration on the same data."""
    # What takes long comes last: a fault in the rest shows in the first minutes.
    say("up")
    started = await starting.measure()
    say("visitors of the product")
    async with product.running_house() as house:
        single = await product.single_turns(house)
        held = product.memory(house)
    say("our bot asked directly")
    asked = await direct.measure(OUR_MODEL, plain=False)
    with tempfile.TemporaryDirectory(prefix="frontdesk-bench-") as name:
        ours, trained = await _both_trainings(Path(name), say)
        say("the stock bot asked directly")
        try:
            plain = await direct.measure(trained.folder / f"{training.STOCK_MODEL}.tar.gz", plain=True)
        except training.MeasurementFailed as error:
            return Report(training.figures(ours, trained), [f"stock asked directly: {error}"], failed=True)
    agreed = comparing.agreement(asked.replies, plain.replies)
    name = "stock's Rasa and its action server"
    return Report(
        [
            *comparing.turn_figures(single, plain.milliseconds, agreed),
            *start_figures(started, plain.start_seconds, "stock", START_BOUND),
            Figure("memory of all processes", held, "MB", plain.megabytes, name, MEMORY_BOUND),
            *training.figures(ours, trained),
        ],
        comparing.notes(agreed, asked.replies, plain.replies),
        failed=not agreed.same,
    )


async def _both_trainings(folder: Path, say: Say) -> tuple[training.OurTraining, training.StockTraining]:
    for name in ("ours", "stock"):
        (folder / name).mkdir()
    ours = await training.train_ours(folder / "ours", say)
    return ours, await training.train_stock(folder / "stock", say)


def start_figures(measured: Start, seconds: float, name: str, bound: float | None) -> list[Figure]:
    """Page and bot of `up` beside another start; the page always answers first and has no bound of its own."""
    return [
        Figure("`up` until the page answers", measured.page, "s", seconds, name),
        Figure("`up` until the bot answers", measured.bot, "s", seconds, name, bound),
    ]


MEASUREMENTS: dict[str, Measurement] = {
    "turns": turns,
    "start": start,
    "train": train,
    "memory": memory,
    "growth": growth,
    "booking": booking,
    "streams": streams,
    "screen": screen,
    "stock": stock,
}
# `stock` holds turns, start, train and memory with the references that count.
# It comes last: should the time run out, the others are there.
ALL = ("screen", "streams", "booking", "growth", "stock")
