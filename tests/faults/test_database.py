"""A database that is locked or full in mid-turn, with the real SQLite: told in time, nothing lost, taken up again."""

import asyncio
import contextlib
import sqlite3
import time

import pytest
from sqlalchemy import event

from api import database as databases
from api.handoff.models import Handoff
from api.transcript.models import Message, Turn
from tests.api.conftest import open_house
from tests.fakes import says
from tests.faults.visitor import ANSWERED_WITHIN

LONG = "i keep thinking about it and it does not stop " * 80
ROOM = 1_000_000


@contextlib.contextmanager
def locked(house):
    """Another program holds the file."""
    other = sqlite3.connect(house.database.engine.url.database, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


class Disk:
    """The room the file may take: real SQLite answers "database or disk is full"."""

    def __init__(self, house):
        self.house, self.pages = house, ROOM
        event.listen(house.database.engine, "checkout", self._limit)

    def _limit(self, connection, *_):
        connection.execute(f"PRAGMA max_page_count={self.pages}")

    def fill(self):
        with sqlite3.connect(self.house.database.engine.url.database) as other:
            self.pages = other.execute("PRAGMA page_count").fetchone()[0]
        other.close()

    def empty(self):
        self.pages = ROOM


@pytest.fixture
async def house(tmp_path):
    async with open_house(tmp_path) as opened:
        yield opened


@pytest.fixture
def impatient(monkeypatch):
    """The same waiting, ten times shorter."""
    monkeypatch.setattr(databases, "BUSY_TIMEOUT_SECONDS", 0.5)


def in_turn(house, *, what):
    """Have something happen while the bot thinks, in the next turn only."""

    async def happen(turn):
        house.bot.before = None
        what()

    house.bot.before = happen


async def said_last(visitor, text, seconds=15.0):
    async with asyncio.timeout(seconds):
        while (await visitor.texts())[-1] != text:
            await asyncio.sleep(0.02)


async def check_once(house, visitor, own):
    """Each message once, in order, and no turn left open."""
    lines = (await visitor.page())["messages"]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert [line["text"] for line in lines if line["author"] == "visitor"] == own
    assert [turn for turn in house.rows(Turn) if turn.closed_at is None] == []
    assert house.rows(Handoff) == []


async def test_a_lock_that_ends_in_time_only_makes_the_answer_later(house, measured):
    visitor = await house.visitor()
    lock = contextlib.ExitStack()
    in_turn(house, what=lambda: lock.enter_context(locked(house)))
    asyncio.get_running_loop().call_later(1.0, lock.close)
    started = time.monotonic()
    answer = await visitor.says("hello")
    measured["database locked for 1 s in mid-turn"] = time.monotonic() - started
    assert [line["text"] for line in answer["messages"]] == ["heard: hello"]


async def test_visitors_before_a_locked_database_wait_once_and_are_told_with_lines_to_call(house, measured):
    visitors = [await house.visitor() for _ in range(20)]
    with locked(house):
        started = time.monotonic()
        answers = await asyncio.gather(*(each.send("hello", client_message_id="m") for each in visitors))
        measured["database locked for good, 20 visitors at once"] = seconds = time.monotonic() - started
    assert seconds < ANSWERED_WITHIN
    assert [(answer.status_code, "988" in answer.json()["detail"]) for answer in answers] == [(500, True)] * 20
    for each in visitors:
        assert (await each.send("hello", client_message_id="m")).status_code == 200
        assert (await each.texts())[-2:] == ["hello", "heard: hello"]


async def test_an_answer_a_locked_database_refused_comes_by_itself_afterwards(house, measured):
    visitor = await house.visitor()
    lock = contextlib.ExitStack()
    in_turn(house, what=lambda: lock.enter_context(locked(house)))
    started = time.monotonic()
    answer = await visitor.send("hello")
    measured["database locked for good in mid-turn"] = seconds = time.monotonic() - started
    assert (answer.status_code, "988" in answer.json()["detail"]) == (500, True)
    assert seconds < ANSWERED_WITHIN
    lock.close()
    await said_last(visitor, "heard: hello")
    await check_once(house, visitor, ["hello"])
    assert len({turn.metadata["turn_id"] for turn in house.bot.turns}) == 1
    assert house.bot.turns[-1].metadata["again"] is True


async def test_a_message_sent_again_during_the_trouble_has_one_effect(house, impatient):
    visitor = await house.visitor()
    lock = contextlib.ExitStack()
    in_turn(house, what=lambda: lock.enter_context(locked(house)))
    assert (await visitor.send("hello", client_message_id="m")).status_code == 500
    assert (await visitor.send("hello", client_message_id="m")).status_code == 200
    lock.close()
    await said_last(visitor, "heard: hello")
    assert (await visitor.send("hello", client_message_id="m")).json()["messages"][0]["text"] == "heard: hello"
    await check_once(house, visitor, ["hello"])


async def test_a_message_a_full_disk_refused_is_told_and_has_one_effect_when_sent_again(house, measured):
    visitor, disk = await house.visitor(), Disk(house)
    disk.fill()
    started = time.monotonic()
    answer = await visitor.send(LONG, client_message_id="m")
    measured["disk full when the message comes"] = time.monotonic() - started
    assert (answer.status_code, answer.json()["resources"][0]["call"]) == (500, "911")
    assert [message for message in house.rows(Message) if message.author == "visitor"] == []
    assert house.bot.turns == []
    disk.empty()
    assert (await visitor.send(LONG, client_message_id="m")).status_code == 200
    await check_once(house, visitor, [LONG])


async def test_an_answer_a_full_disk_refused_comes_by_itself_when_there_is_room(house, measured):
    visitor, disk = await house.visitor(), Disk(house)
    house.bot.answer = lambda turn: says(LONG)
    in_turn(house, what=disk.fill)
    started = time.monotonic()
    answer = await visitor.send("hello")
    measured["disk full in mid-turn"] = time.monotonic() - started
    assert (answer.status_code, "988" in answer.json()["detail"]) == (500, True)
    disk.empty()
    await said_last(visitor, LONG)
    await check_once(house, visitor, ["hello"])


async def test_what_a_full_disk_refuses_to_the_actions_is_not_done(house):
    visitor, disk = await house.visitor(), Disk(house)
    status = []

    async def ask_for_a_person(turn):
        disk.fill()
        marks = {"session_id": turn.session_id, "turn_id": turn.metadata["turn_id"], "reason": "visitor_request"}
        # As much as fills what is left of the last page.
        callback = {"email": f"{'a' * 60}@{'b' * 60}.org", "leave_message": False}
        headers = {"X-Frontdesk-Token": house.settings.service_token.get_secret_value()}
        for _ in range(40):
            answer = await house.client.post(
                "/internal/handoffs", json=marks | {"callback": callback}, headers=headers
            )
            status.append(answer.status_code)
        disk.empty()

    house.bot.before = ask_for_a_person
    assert (await visitor.says("a person please"))["messages"]
    assert len(house.rows(Handoff)) == (200 in status)


async def test_crisis_is_answered_with_lines_to_call_although_nothing_can_be_stored(house):
    visitor, disk = await house.visitor(), Disk(house)
    disk.fill()
    answer = await visitor.send(f"i want to die {LONG}", client_message_id="m")
    assert "988" in str(answer.json())
    disk.empty()
    again = (await visitor.send(f"i want to die {LONG}", client_message_id="m")).json()
    assert again["tier"] == "crisis"
    [handoff] = house.rows(Handoff)
    assert handoff.reason == "safety"
