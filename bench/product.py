"""Measurements of the whole product, through its public HTTP, against a house of real processes."""

import asyncio
import time
import uuid
from collections.abc import Sequence

import httpx
import psutil
from sqlalchemy import func, select

from api.database import Database
from api.scheduling.models import Appointment
from bench.figures import Figure, median, quantile
from bench.visitor import TEN_TURNS, Visitor, client
from tests.databases import postgres as postgres
from tests.journeys.house import House
from tests.journeys.house import running_house as running_house  # bench/plan.py starts houses with it

SINGLE_VISITORS = 12
TOGETHER = 40
CLIENTS_FOR_ONE_SLOT = 200
GROWTH_TURNS = 200
STREAM_BOUND, P95_BOUND, GROWTH_BOUND = 0.65, 25.0, 1.3


async def ten_turns(base_url: str, number: int) -> Visitor:
    """One visitor says the ten turns."""
    async with client(base_url, number) as http:
        visitor = await Visitor.open(http)
        for text in TEN_TURNS:
            await visitor.say(text)
        return visitor


async def single_turns(house: House) -> list[list[float]]:
    """Milliseconds of each turn of visitors who come one after the other; one before them only warms up."""
    await ten_turns(house.base_url, 0)
    return [(await ten_turns(house.base_url, number + 1)).milliseconds for number in range(SINGLE_VISITORS)]


def flat(visitors: Sequence[Sequence[float]]) -> list[float]:
    """The turns of all visitors in one list."""
    return [each for visitor in visitors for each in visitor]


async def streams(house: House, single: Sequence[float]) -> list[Figure]:
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


async def growth(house: House) -> list[Figure]:
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


def memory(house: House) -> float:
    """Megabytes of every process of the house, shared pages counted once."""
    return sum(resident_megabytes(process.pid) for process in house.supervisor.processes.values())


def resident_megabytes(pid: int) -> float:
    """Proportional set size of a process and its children, in megabytes."""
    process = psutil.Process(pid)
    family = [process, *process.children(recursive=True)]
    return float(sum(member.memory_full_info().pss for member in family) / 1e6)


async def booking(house: House, database: str) -> list[Figure]:
    """Two hundred clients want one slot: one gets it, the others hear so with the next times."""
    params = {"service": "therapy", "state": "AZ", "age_group": "adult_18_64"}
    async with client(house.base_url, 8) as http:
        answer = await http.get("/api/availability", params=params)
        slot_id = answer.raise_for_status().json()["slots"][0]["slot_id"]
    started = time.perf_counter()
    outcomes = await asyncio.gather(*(_want(house.base_url, slot_id, n) for n in range(CLIENTS_FOR_ONE_SLOT)))
    seconds = time.perf_counter() - started
    booked = sum(status < 300 for status, _ in outcomes)
    clear = sum(status == httpx.codes.CONFLICT and bool(body.get("slots")) for status, body in outcomes)
    rows = appointments(house.database_url)
    what = f"{CLIENTS_FOR_ONE_SLOT} clients, one slot, {database}"
    return [
        Figure(f"{what}: appointments told, more or fewer than one", abs(booked - 1), "", bound=0),
        Figure(f"{what}: appointments stored, more or fewer than one", abs(rows - 1), "", bound=0),
        Figure(f"{what}: not told, or without next times", CLIENTS_FOR_ONE_SLOT - booked - clear, "", bound=0),
        Figure(f"{what}: all answered", seconds, "s"),
    ]


def appointments(database_url: str) -> int:
    """How many appointments the database holds."""
    database = Database(database_url)
    try:
        with database.writing() as db:
            return db.execute(select(func.count()).select_from(Appointment)).scalar_one()
    finally:
        database.close()


async def _want(base_url: str, slot_id: str, number: int) -> tuple[int, dict[str, object]]:
    async with client(base_url, 300 + number) as http:
        visitor = await Visitor.open(http)
        body = {"slot_id": slot_id, "name": f"Visitor {number}", "phone": "520-555-0166", "leave_message": False}
        headers = {"Authorization": f"Bearer {visitor.token}", "X-Request-Id": uuid.uuid4().hex}
        answer = await http.post("/api/appointments", json=body, headers=headers, timeout=60.0)
        return answer.status_code, answer.json()
