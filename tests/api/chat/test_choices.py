"""Quick replies: resolved on the server, only while they are on the table."""

import pytest

from api.chat.choices import resolve
from api.errors import StaleChoice
from api.gateways.bot import BotAnswer
from tests.fakes import says

ME = ("Me", "/me")
YOU = ("You", "/you")


async def refused(visitor, seq, index):
    answer = await visitor.press(seq, index)
    return (answer.status_code, answer.json()["error"]) == (409, "StaleChoice")


async def test_an_older_offer_is_stale_when_a_newer_one_stands(house, visitor):
    house.bot.answer = lambda turn: says("?", ME)
    old = (await visitor.says("a"))["messages"][0]
    house.bot.answer = lambda turn: says("?", YOU)
    await visitor.says("b")
    assert await refused(visitor, old["seq"], 0)
    assert len(house.bot.turns) == 2


async def test_an_offer_still_stands_after_an_answer_without_offers(house, visitor):
    house.bot.answer = lambda turn: says("?", ME)
    offer = (await visitor.says("a"))["messages"][0]
    house.bot.answer = lambda turn: says("We open at eight.")
    await visitor.says("when do you open")
    await visitor.presses(offer, "Me")
    assert house.bot.turns[-1].payload == "/me"


async def test_an_offer_can_be_taken_once(house, visitor):
    house.bot.answer = lambda turn: says("?", ME)
    offer = (await visitor.says("a"))["messages"][0]
    house.bot.answer = lambda turn: says("thanks")
    await visitor.presses(offer, "Me")
    assert await refused(visitor, offer["seq"], 0)


async def test_offers_of_one_turn_stand_together(house, visitor):
    two = [says("one", ME).messages[0], says("two", YOU).messages[0]]
    house.bot.answer = lambda turn: BotAnswer(two, {}, None)
    answer = await visitor.says("a")
    await visitor.presses(answer["messages"][0], "Me")
    assert house.bot.turns[-1].payload == "/me"


@pytest.mark.parametrize(("seq", "index"), [(1, 0), (999, 0), (4, 5), (3, 0)])
async def test_a_choice_nobody_offered_is_stale(house, visitor, seq, index):
    house.bot.answer = lambda turn: says("?", ME)
    assert (await visitor.says("a"))["messages"][0]["seq"] == 4
    assert await refused(visitor, seq, index)


async def test_an_offer_of_the_safety_conversation_never_reaches_the_bot(house, visitor):
    asked = await visitor.says("i can't do this anymore")
    await visitor.presses(asked["messages"][0], "Not sure")
    assert [turn.payload for turn in house.bot.turns] == [None]
    assert "Not sure" not in house.bot.texts[0]


async def test_a_pressed_safety_answer_belongs_to_the_trail(house, visitor):
    asked = await visitor.says("i can't do this anymore")
    await visitor.presses(asked["messages"][0], "Not sure")
    from api.transcript.models import Message

    tiers = {message.text: message.tier for message in house.rows(Message)}
    assert tiers["Not sure"] == "watch"


class Offer:
    """A message of the bot with offers."""

    author, seq, turn_id, extra = "bot", 3, None, None

    def __init__(self, payload):
        self.quick_replies = [{"label": "L", "payload": payload}]


@pytest.mark.parametrize(
    ("payload", "answer"),
    [
        ('/safety{"answer": "no"}', "no"),
        ('/inform{"safety_answer": "unsure"}', "unsure"),
        ('/inform{"severity": "mild"}', None),
        ('/inform{"safety_answer": "whatever"}', None),
        ('/safety{"answer": ', None),
        ("/safety[1]", None),
        ("/safety", None),
        ('/safety{"answer": ["no"]}', None),
    ],
)
def test_what_a_reply_answers_is_read_from_its_payload(payload, answer):
    assert resolve([Offer(payload)], 3, 0, "stale").answer == answer


def test_without_any_offer_every_choice_is_stale():
    with pytest.raises(StaleChoice, match="stale"):
        resolve([], 1, 0, "stale")
