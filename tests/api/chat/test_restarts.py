"""A bot, or an api, that dies in mid-turn and is started again: nothing is lost, nobody is fetched too early."""

import asyncio
import contextlib
from datetime import timedelta

import pytest

from api.chat import taking, warmup
from api.clock import FixedClock
from api.errors import BotGone
from api.handoff.models import Handoff
from api.transcript.models import ChatSession, Message, Turn
from api.vocabulary import Mode
from tests.api.conftest import open_house, until
from tests.factories import OPEN_AT
from tests.fakes import FakeBot


async def in_staff_mode(house, visitor):
    def change():
        with house.database.writing() as db:
            db.get(ChatSession, visitor.session_id).mode = Mode.STAFF

    await asyncio.to_thread(change)


def spoken(answer):
    return [message["text"] for message in answer["messages"]]


@contextlib.asynccontextmanager
async def cut_off(folder):
    """A house that died: one message waits, one turn is open. Gives its keys and both visitors."""
    cold = FakeBot()
    cold.ready.clear()
    async with open_house(folder, bot=cold, waits_for_bot=False) as house:
        waiting, dead = await house.visitor(), await house.visitor()
        await waiting.says("are you there")
        house.chat.warm_up.is_over = True
        cold.hold()
        sending = asyncio.create_task(dead.says("i am cut off"))
        await cold.asked.wait()
        sending.cancel()
        # The process dies here: the turn stays open in the database.
        await house.chat.lanes.stop()
    yield house.settings.keys.get_secret_value(), waiting, dead, cold.turns[0].metadata["turn_id"]


async def test_after_a_restart_waiting_messages_are_answered_and_the_open_turn_is_asked_again(tmp_path):
    async with cut_off(tmp_path) as (keys, waiting, dead, turn_id), open_house(tmp_path, keys=keys) as house:
        await until(lambda: len(house.bot.turns) == 2 and not house.chat.lanes)
        waiting.client = dead.client = house.client
        assert (await waiting.texts())[-1] == "heard: are you there"
        assert (await dead.texts())[-1] == "heard: i am cut off"
        asked = {turn.session_id: turn.metadata for turn in house.bot.turns}
        assert (asked[dead.session_id]["turn_id"], asked[dead.session_id]["again"]) == (turn_id, True)
        assert "again" not in asked[waiting.session_id]
        assert house.rows(Handoff) == []


async def test_a_turn_left_for_longer_than_a_starting_bot_is_waited_for_is_given_up(tmp_path):
    later = FixedClock(OPEN_AT + timedelta(seconds=80))
    async with (
        cut_off(tmp_path) as (keys, _, dead, _),
        open_house(tmp_path, keys=keys, clock=later) as house,
    ):
        await until(lambda: house.bot.turns and not house.chat.lanes)
        dead.client = house.client
        assert "988" in (await dead.texts())[-1]
        assert house.bot.texts == ["are you there"]


# ---- the bot dies and is started again


class MortalBot(FakeBot):
    """Dies when it is told to; whoever asks it then finds nobody."""

    def __init__(self):
        super().__init__()
        self.dead = False

    async def take_turn(self, turn, timeout_seconds):
        if self.dead:
            raise BotGone("nobody there")
        return await super().take_turn(turn, timeout_seconds)

    async def is_ready(self):
        return not self.dead


@pytest.fixture
async def mortal(tmp_path, monkeypatch):
    monkeypatch.setattr(warmup, "POLL_SECONDS", 0.01)
    async with open_house(tmp_path, bot=MortalBot(), bot_warm_up_seconds=0.5) as house:
        yield house


async def test_messages_to_a_bot_that_died_are_acknowledged_and_answered_when_it_is_back(mortal):
    visitor = await mortal.visitor()
    mortal.bot.dead = True
    first, second = await visitor.says("panic at work"), await visitor.says("tuesday is best")
    assert "One moment" in spoken(first)[0]
    assert spoken(second) == []
    mortal.bot.dead = False
    await until(lambda: len(mortal.bot.turns) == 2 and not mortal.chat.lanes)
    assert (await visitor.texts())[-2:] == ["heard: panic at work", "heard: tuesday is best"]
    assert mortal.rows(Handoff) == []


async def test_what_arrives_while_the_bot_dies_waits_with_the_turn(mortal):
    visitor = await mortal.visitor()
    held, asked = mortal.bot.hold(), mortal.bot.asked
    mortal.bot.failure = BotGone("died while it was asked")
    first = asyncio.create_task(visitor.says("panic at work"))
    await asked.wait()
    second = asyncio.create_task(visitor.says("tuesday is best"))
    await until(lambda: len(mortal.rows(Message)) == 4)
    mortal.bot.dead, mortal.bot.held = True, None
    held.set()
    answers = [await first, await second]
    assert all("One moment" in spoken(answer)[0] for answer in answers)
    mortal.bot.dead, mortal.bot.failure = False, None
    await until(lambda: len(mortal.bot.turns) == 3 and not mortal.chat.lanes)
    assert (await visitor.texts())[-2:] == ["heard: panic at work", "heard: tuesday is best"]


async def test_a_bot_that_stays_away_leads_to_one_person_and_later_messages_do_not_wait_for_it(mortal):
    visitor = await mortal.visitor()
    mortal.bot.dead = True
    await visitor.says("hello")
    await until(lambda: mortal.rows(Handoff))
    await until(lambda: not mortal.chat.lanes)
    assert "988" in (await visitor.texts())[-1]
    assert "988" in spoken(await visitor.says("anyone?"))[0]
    assert len(mortal.rows(Handoff)) == 1


async def test_a_bot_that_came_back_late_is_waited_for_again(mortal):
    visitor = await mortal.visitor()
    mortal.bot.dead = True
    await visitor.says("hello")
    await until(lambda: mortal.rows(Handoff))
    mortal.bot.dead = False
    assert spoken(await visitor.says("anyone?")) == ["heard: anyone?"]
    mortal.bot.dead = True
    assert "One moment" in spoken(await visitor.says("and now?"))[0]


async def test_a_message_the_bot_dies_of_again_is_given_up(mortal):
    visitor = await mortal.visitor()
    mortal.bot.failure = BotGone("died")
    mortal.bot.dead = True
    await visitor.says("poison")
    mortal.bot.dead = False
    await until(lambda: mortal.rows(Handoff))
    assert len(mortal.bot.turns) == 1
    mortal.bot.failure = None
    assert spoken(await visitor.says("hello")) == ["heard: hello"]


async def test_a_broken_connection_to_a_living_bot_is_tried_once_more_at_once(mortal):
    visitor = await mortal.visitor()
    failures = [BotGone("the line broke")]

    async def break_once(turn):
        if failures:
            raise failures.pop()

    mortal.bot.before = break_once
    assert spoken(await visitor.says("hello")) == ["heard: hello"]
    assert [turn.metadata.get("again") for turn in mortal.bot.turns] == [None, True]


async def test_a_turn_that_was_put_off_is_dropped_when_staff_have_come(mortal):
    visitor = await mortal.visitor()
    mortal.bot.dead = True
    await visitor.says("hello")
    await in_staff_mode(mortal, visitor)
    mortal.bot.dead = False
    await until(lambda: mortal.rows(Turn)[0].outcome == "dropped")
    assert mortal.bot.turns == []


async def test_who_waits_for_a_place_with_a_bot_that_hangs_is_not_late_twice(tmp_path):
    async with open_house(tmp_path, bot_timeout_seconds=0.5) as house:
        visitors = [await house.visitor() for _ in range(taking.PLACES * 2)]
        house.bot.hold()
        async with asyncio.timeout(0.95):
            answers = await asyncio.gather(*(visitor.says("hello") for visitor in visitors))
        assert [answer["messages"][0]["kind"] for answer in answers] == ["handoff"] * len(visitors)
