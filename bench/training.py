"""How long training takes: ours, and the stock configuration on the same data, both without any cache."""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from api.launch import environments
from api.launch.suite import RASA_DATA
from api.settings import ROOT
from bench.figures import Figure

Say = Callable[[str], None]

STOCK_CONFIG = ROOT / "config.stock.yml"
STOCK_MODEL = "stock"
# For trying the code itself: `all --write` refuses to write figures measured with it.
EPOCHS_OVERRIDE = "FRONTDESK_BENCH_EPOCHS"
TRAINING_SECONDS = 1500.0
READ_BYTES = 65536
DIALOGUE_BOUND, WITH_HEADS_BOUND = 0.15, 0.2
LOG_LINE = re.compile(
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d).*?(Starting to train|Finished training) component '(\w+)'"
)
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
# Trains the heads and the dialogue into another folder, and says how long each took.
OUR_TRAINING = """
import sys, time
from pathlib import Path
from bot.training import intents, train
places = train.Places(models=Path(sys.argv[1]))
started = time.monotonic()
intents.build(places.root / "data/nlu", places.models / "encoder", places.models / "language", print, True)
heads = time.monotonic()
train.train_rasa(places, True)
print("seconds", heads - started, time.monotonic() - heads)
"""


class MeasurementFailed(RuntimeError):
    """Something that had to run for a figure did not; the text says what, with the end of its output."""


@dataclass(frozen=True)
class OurTraining:
    """Seconds of the language heads and of the Rasa model; the encoder is built once and stands aside."""

    heads: float
    dialogue: float


@dataclass(frozen=True)
class StockTraining:
    """Seconds of all, of each component by name, and the folder of the model."""

    seconds: float
    components: dict[str, float]
    folder: Path


def component_seconds(lines: Iterable[str]) -> dict[str, float]:
    """Seconds each component trained, from Rasa's log. A component named twice is summed; one unfinished is left out."""
    begun: dict[str, datetime] = {}
    seconds: dict[str, float] = {}
    for line in lines:
        found = LOG_LINE.search(ESCAPES.sub("", line))
        if not found:
            continue
        at, word, name = datetime.fromisoformat(found[1]), found[2], found[3]
        if word == "Starting to train":
            begun[name] = at
        elif name in begun:
            seconds[name] = seconds.get(name, 0.0) + (at - begun.pop(name)).total_seconds()
    return seconds


def stock_config(folder: Path) -> Path:
    """The stock configuration; a copy with fewer epochs when the code itself is being tried."""
    epochs = os.environ.get(EPOCHS_OVERRIDE)
    if not epochs:
        return STOCK_CONFIG
    reduced = folder / STOCK_CONFIG.name
    reduced.write_text(re.sub(r"epochs: \d+", f"epochs: {int(epochs)}", STOCK_CONFIG.read_text("utf-8")), "utf-8")
    return reduced


async def train_ours(folder: Path, say: Say) -> OurTraining:
    """Train heads and dialogue into `folder`; models/ is only read. Raises MeasurementFailed."""
    shutil.copytree(ROOT / "models" / "encoder", folder / "encoder")
    command = (str(environments.python_of("bot")), "-W", "ignore", "-c", OUR_TRAINING, str(folder))
    last = [line async for line in _lines(command, folder, say)][-1].split()
    return OurTraining(float(last[1]), float(last[2]))


async def train_stock(folder: Path, say: Say) -> StockTraining:
    """Train the stock configuration on the same data into `folder`. Raises MeasurementFailed."""
    command = [str(environments.python_of("bot")), "-W", "ignore", "-m", "rasa", "train"]
    command += ["--config", str(stock_config(folder)), "--domain", "domain.yml", "--data", *RASA_DATA]
    command += ["--out", str(folder), "--fixed-model-name", STOCK_MODEL]
    started = time.perf_counter()
    lines = [line async for line in _lines(command, folder, say)]
    return StockTraining(time.perf_counter() - started, component_seconds(lines), folder)


def figures(ours: OurTraining, stock: StockTraining) -> list[Figure]:
    """Ours beside the stock's, and the stock's large components apart."""
    dialogue = Figure("training, dialogue", ours.dialogue, "s", stock.seconds, "stock", DIALOGUE_BOUND)
    heads = ours.heads + ours.dialogue
    both = Figure("training, language heads and dialogue", heads, "s", stock.seconds, "stock", WITH_HEADS_BOUND)
    slowest = sorted(stock.components.items(), key=lambda item: -item[1])
    parts = [
        Figure(f"stock training, {name} alone", seconds, "s", stock.seconds, "stock")
        for name, seconds in slowest
        if seconds >= 1
    ]
    return [dialogue, both, *parts]


async def _lines(command: Iterable[str], folder: Path, say: Say) -> AsyncIterator[str]:
    """The output of a process that must succeed, line by line; its cache is its own, its end is certain."""
    # Without an empty cache of its own Rasa would take components from an earlier training, and time nothing.
    ours = {
        "RASA_CACHE_DIRECTORY": str(folder / "cache"),
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONPATH": str(ROOT),
    }
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env={**os.environ, **ours, **quiet},
        stdout=pipe,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    last: list[str] = []
    try:
        async with asyncio.timeout(TRAINING_SECONDS):
            async for line in _pieces(process):
                last = [*last[-20:], line]
                say(ESCAPES.sub("", line)[:100])
                yield line
            status = await process.wait()
    except TimeoutError:
        raise MeasurementFailed(f"training took longer than {TRAINING_SECONDS:.0f} s") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # with what it has started itself
        await process.wait()
    if status != 0:
        raise MeasurementFailed("\n".join(["training failed:", *last]))


async def _pieces(process: asyncio.subprocess.Process) -> AsyncIterator[str]:
    # A progress bar ends with a carriage return and no line: both divide.
    kept = ""
    while process.stdout is not None and (chunk := await process.stdout.read(READ_BYTES)):
        *whole, kept = re.split(r"[\r\n]", kept + chunk.decode(errors="replace"))
        for piece in filter(str.strip, whole):
            yield piece.strip()
    if kept.strip():
        yield kept.strip()
