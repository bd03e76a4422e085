"""Many visitors, and hasty ones, through the real processes: api, Rasa and action server."""

import asyncio
import sqlite3
from contextlib import closing
from itertools import count

import pytest
import pytest_asyncio

from bench.visitor import Visitor, client
from tests.journeys import house as houses

CROWD = 100
pytestmark = pytest.mark.asyncio(loop_scope="module")
numbers = count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house():
    async with houses.running_house() as running:
        yield running


def _rows(house, query):
    with closing(sqlite3.connect(f"file:{house.database}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


async def test_a_hundred_turns_at_once_are_all_answered_by_the_bot(house):
    clients = [client(house.base_url, next(numbers)) for _ in range(CROWD)]
    visitors = [await Visitor.open(each) for each in clients]
    answers = await asyncio.gather(*(visitor.say("i keep having panic attacks at work") for visitor in visitors))
    assert [answer["mode"] for answer in answers] == ["bot"] * CROWD
    assert all(answer["messages"][-1]["quick_replies"] for answer in answers)
    assert _rows(house, "SELECT count(*) FROM handoff WHERE reason = 'bot_unavailable'") == [(0,)]
    assert _rows(house, "SELECT DISTINCT outcome FROM turn") == [("answered",)]
    for each in clients:
        await each.aclose()


async def test_three_hasty_messages_are_all_kept_in_order_and_answered(house):
    async with client(house.base_url, next(numbers)) as http:
        visitor = await Visitor.open(http)
        texts = ["i cant sleep", "and i worry all the time", "its for me, im 34, in tucson"]
        sent = []
        for text in texts:
            sent.append(asyncio.create_task(visitor.say(text)))
            # Typed 100 ms apart: the first turn is still being taken when the others arrive.
            await asyncio.sleep(0.1)
        await asyncio.gather(*sent)
        lines = (await visitor.call("GET", "/api/chat/messages?after=0"))["messages"]
    assert [line["text"] for line in lines if line["author"] == "visitor"] == texts
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert lines[-1]["author"] == "bot"


async def test_the_page_and_the_chat_answer_while_the_bot_is_down(house):
    bot = house.supervisor.processes["bot"]
    bot.kill()
    async with client(house.base_url, next(numbers)) as http:
        visitor = await Visitor.open(http)
        answer = await visitor.say("hello?")
        crisis = await visitor.say("i want to kill myself tonight")
    assert answer["messages"], "the truth, and a way to reach people"
    assert "988" in crisis["messages"][-1]["text"] or "911" in crisis["messages"][0]["text"]
    assert crisis["tier"] == "emergency"
