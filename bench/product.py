"""Measurements of the whole product, through its public HTTP, against a house of real processes."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import psutil

from api.launch.processes import Supervisor
from bench.figures import Figure, median, quantile
from bench.visitor import TEN_TURNS, Visitor, client
from tests.journeys import house as houses

SINGLE_VISITORS = 12
TOGETHER = 40
CLIENTS_FOR_ONE_SLOT = 200
GROWTH_TURNS = 200
STREAM_BOUND, P95_BOUND, GROWTH_BOUND = 0.65, 25.0, 1.3


@dataclass
class Running:
    """A house that answers, and how long its parts took to."""

    base_url: str
    supervisor: Supervisor
    page_seconds: float
    bot_seconds: float


@asynccontextmanager
async def running_house() -> AsyncIterator[Running]:
    """Start api, actions and bot with a fresh database; all end with the block."""
    with houses.temporary_folder() as folder:
        values = houses.values_for(folder, houses.up.free_port())
        supervisor = Supervisor(folder / "logs")
        started = time.perf_counter()
        await houses.start_api(supervisor, values, houses.CLOCKS["open"])
        page_seconds = time.perf_counter() - started
        await houses.start_bot(supervisor, values)
        yield Running(values["FRONTDESK_BASE_URL"], supervisor, page_seconds, time.perf_counter() - started)
        supervisor.stop()
        await supervisor.wait()


async def ten_turns(base_url: str, number: int) -> Visitor:
    """One visitor says the ten turns."""
    async with client(base_url, number) as http:
        visitor = await Visitor.open(http)
        for text in TEN_TURNS:
            await visitor.say(text)
        return visitor


async def single_turns(house: Running) -> list[float]:
    """Milliseconds of each turn of visitors who come one after the other; the first only warms up."""
    await ten_turns(house.base_url, 0)
    visitors = [await ten_turns(house.base_url, number + 1) for number in range(SINGLE_VISITORS)]
    return [each for visitor in visitors for each in visitor.milliseconds]


async def streams(house: Running, single: list[float]) -> list[Figure]:
    """Forty visitors at once, ten turns each: nothing lost, doubled or misplaced, and the time of all."""
    started = time.perf_counter()
    visitors = await asyncio.gather(*(ten_turns(house.base_url, 100 + n) for n in range(TOGETHER)))
    seconds = time.perf_counter() - started
    faults = [await _faults(house.base_url, visitor, 100 + n) for n, visitor in enumerate(visitors)]
    every = [each for visitor in visitors for each in visitor.milliseconds]
    alone = sum(single) / len(single) * len(every) / 1000
    return [
        Figure("40 visitors at once: lost, doubled or misplaced lines", sum(faults), "lines", bound=0),
        Figure("40 visitors at once: all 400 turns", seconds, "s", alone, "400 single turns", STREAM_BOUND),
        Figure(
            "40 visitors at once: p95", quantile(every, 0.95), "ms", median(single), "single median", P95_BOUND
        ),
    ]


async def _faults(base_url: str, visitor: Visitor, number: int) -> int:
    async with client(base_url, number) as http:
        again = Visitor(http, visitor.session_id, visitor.token)
        lines = (await again.call("GET", "/api/chat/messages?after=0"))["messages"]
    said = [line["text"] for line in lines if line["author"] == "visitor"]
    numbers = [line["seq"] for line in lines]
    return int(said != list(TEN_TURNS)) + int(numbers != list(range(numbers[0], numbers[0] + len(numbers))))


async def growth(house: Running) -> list[Figure]:
    """One visitor who goes on for 200 turns: late turns against early ones."""
    texts = ("why do you ask?", "what does a visit cost?", "are you open on friday?", "thanks", "hm let me think")
    async with client(house.base_url, 9) as http:
        visitor = await Visitor.open(http)
        for number in range(GROWTH_TURNS):
            # The limit is 60 messages a minute a chat; a calm visitor stays under it.
            pause = asyncio.create_task(asyncio.sleep(1.05))
            await visitor.say(texts[number % len(texts)])
            await pause
    early, late = visitor.milliseconds[5:25], visitor.milliseconds[180:200]
    return [Figure("turns 180-200", median(late), "ms", median(early), "turns 5-25", GROWTH_BOUND)]


def memory(house: Running, name: str = "all processes together") -> Figure:
    """Proportional set size of every process of the house, shared pages counted once."""
    pids = [process.pid for process in house.supervisor.processes.values()]
    return Figure(name, sum(map(resident_megabytes, pids)), "MB")


def resident_megabytes(pid: int) -> float:
    """Proportional set size of a process and its children, in megabytes."""
    process = psutil.Process(pid)
    family = [process, *process.children(recursive=True)]
    return float(sum(member.memory_full_info().pss for member in family) / 1e6)


async def booking(house: Running) -> list[Figure]:
    """Two hundred clients want one slot: one gets it, the others hear so with the next times."""
    params = {"service": "therapy", "state": "AZ", "age_group": "adult_18_64"}
    async with client(house.base_url, 8) as http:
        answer = await http.get("/api/availability", params=params)
        slot_id = answer.raise_for_status().json()["slots"][0]["slot_id"]
    started = time.perf_counter()
    outcomes = await asyncio.gather(*(_want(house.base_url, slot_id, n) for n in range(CLIENTS_FOR_ONE_SLOT)))
    booked = sum(status < 300 for status, _ in outcomes)
    clear = sum(status == httpx.codes.CONFLICT and bool(body.get("slots")) for status, body in outcomes)
    return [
        Figure("200 clients, one slot: appointments", booked, "rows", bound=1),
        Figure(
            "200 clients, one slot: answers without next times", CLIENTS_FOR_ONE_SLOT - booked - clear, "", bound=0
        ),
        Figure("200 clients, one slot: all answered", time.perf_counter() - started, "s"),
    ]


async def _want(base_url: str, slot_id: str, number: int) -> tuple[int, dict[str, object]]:
    async with client(base_url, 300 + number) as http:
        visitor = await Visitor.open(http)
        body = {"slot_id": slot_id, "name": f"Visitor {number}", "phone": "520-555-0166", "leave_message": False}
        headers = {"Authorization": f"Bearer {visitor.token}", "X-Request-Id": uuid.uuid4().hex}
        answer = await http.post("/api/appointments", json=body, headers=headers, timeout=60.0)
        return answer.status_code, answer.json()
