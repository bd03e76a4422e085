"""A bot asked directly over its channel, without the api: Rasa, the action server, and an invented practice."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from api.launch import up
from api.launch.processes import Supervisor
from bench.product import SINGLE_VISITORS, resident_megabytes
from bench.training import MeasurementFailed
from bench.visitor import TEN_TURNS
from tests.actions import fake_practice
from tests.journeys import house as houses

READY_SECONDS = 240.0
TURN_SECONDS = 60.0
POLL_SECONDS = 0.1
# bot/channel.py: leaves Rasa as it comes.
PLAIN_VARIABLE = "FRONTDESK_BOT_PLAIN"
# From the answer to the safety question on, the api's gate passes it with every turn.
SAFETY_ANSWERED_FROM = 2
DEADLINE = "2026-03-02T17:00:30Z"


@dataclass
class Direct:
    """What one bot did: seconds until its first answer, megabytes, and each visitor's turns in order."""

    start_seconds: float = 0.0
    megabytes: float = 0.0
    milliseconds: list[list[float]] = field(default_factory=list)
    replies: list[tuple[str, ...]] = field(default_factory=list)


async def measure(model: Path, plain: bool) -> Direct:
    """Start the bot with a model (a folder or a file), ask it what the product's visitors say, and stop it."""
    found = Direct()
    async with _running(model, plain, found) as (http, supervisor):
        # The first visitor only warms up, as in bench/product.py.
        found.replies, _ = await ask_ten_turns(http)
        for _ in range(SINGLE_VISITORS):
            found.milliseconds.append((await ask_ten_turns(http))[1])
        found.megabytes = sum(resident_megabytes(process.pid) for process in supervisor.processes.values())
    return found


async def ask_ten_turns(http: httpx.AsyncClient) -> tuple[list[tuple[str, ...]], list[float]]:
    """One conversation: what was said to each turn, and the milliseconds it took."""
    sender, question = uuid.uuid4().hex, None
    replies: list[tuple[str, ...]] = []
    milliseconds: list[float] = []
    for number, text in enumerate(TEN_TURNS):
        body = call(sender, text, question, number >= SAFETY_ANSWERED_FROM)
        started = time.perf_counter()
        answer = (await http.post("/webhooks/frontdesk/webhook", json=body)).raise_for_status().json()
        milliseconds.append((time.perf_counter() - started) * 1000)
        replies.append(tuple(message["text"] for message in answer["messages"]))
        question = answer["open_question"]
    return replies, milliseconds


def call(sender: str, text: str, open_question: str | None, safety_answered: bool) -> dict[str, Any]:
    """The body of docs/protocols.md §2 as the api would send it in the office's hours."""
    facts = {
        "safety_tier": "none",
        "psychosis_now": False,
        "mania_now": False,
        "substance": "none",
        "safety_answer": "no" if safety_answered else None,
        "safety_unanswered": False,
    }
    metadata = {
        "turn_id": uuid.uuid4().hex,
        "now": fake_practice.NOW,
        "deadline_at": DEADLINE,
        "language": "en",
        "tz": fake_practice.ZONE,
        "open_question": open_question,
        "facts": facts,
        "practice": {"name": "Saguaro", "phone": "+15205550142"},
        "booked": False,
        "staff_asked_contact": False,
    }
    return {"sender_id": sender, "text": text, "payload": None, "metadata": metadata}


@contextlib.asynccontextmanager
async def _running(model: Path, plain: bool, found: Direct) -> AsyncIterator[tuple[httpx.AsyncClient, Supervisor]]:
    with houses.temporary_folder() as folder:
        values = {
            **up.environment(up.Options(port=up.free_port())),
            "FRONTDESK_SERVICE_TOKEN": fake_practice.TOKEN,
        }
        if plain:
            values = {name: value for name, value in values.items() if name not in up.ONE_THREAD}
            values[PLAIN_VARIABLE] = "1"
        supervisor = Supervisor(folder / "logs")
        headers = {"X-Frontdesk-Token": values["FRONTDESK_BOT_TOKEN"]}
        async with (
            _practice(int(values["FRONTDESK_PORT"])),
            httpx.AsyncClient(
                base_url=values["FRONTDESK_BOT_URL"], headers=headers, timeout=TURN_SECONDS, trust_env=False
            ) as http,
        ):
            try:
                await _start(supervisor, values, model, http, found)
                yield http, supervisor
            except httpx.HTTPStatusError as error:
                status, log = error.response.status_code, houses.tail(folder / "logs" / "bot.log")
                raise MeasurementFailed(f"the bot answered {status}: {log}") from None
            finally:
                supervisor.stop()
                await supervisor.wait()


async def _start(
    supervisor: Supervisor, values: dict[str, str], model: Path, http: httpx.AsyncClient, found: Direct
) -> None:
    named = up.programs(values)
    replaced = {"models/rasa": str(model)}
    if PLAIN_VARIABLE in values:
        replaced["bot"] = "rasa"  # `python -m rasa run`: with every library it imports
    command = tuple(replaced.get(part, part) for part in named["bot"].command)
    started = time.perf_counter()
    supervisor.start(named["actions"])
    supervisor.start(replace(named["bot"], command=command))
    while not await _answers(http):
        if time.perf_counter() - started > READY_SECONDS:
            raise MeasurementFailed(f"the bot did not answer within {READY_SECONDS:.0f} s")
        await asyncio.sleep(POLL_SECONDS)
    found.start_seconds = time.perf_counter() - started


async def _answers(http: httpx.AsyncClient) -> bool:
    # A whole turn, not the ready route: a stock store never counts as ready there.
    try:
        answer = await http.post(
            "/webhooks/frontdesk/webhook", json=call(uuid.uuid4().hex, TEN_TURNS[0], None, False)
        )
    except httpx.TransportError:
        return False
    return answer.status_code == httpx.codes.OK


@contextlib.asynccontextmanager
async def _practice(port: int) -> AsyncIterator[None]:
    """The invented practice on loopback, in this process."""
    app = fake_practice.FakePractice().app()
    server = uvicorn.Server(uvicorn.Config(app, host=up.LOOPBACK, port=port, log_level="error", access_log=False))
    # Ctrl-C is for the measurement as a whole: `serve` would take the signal for itself.
    serving = asyncio.create_task(server._serve())
    try:
        yield
    finally:
        server.should_exit = True
        await serving
