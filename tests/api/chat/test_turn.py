"""A turn: what a visitor sends, what the bot is asked, what comes back."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from api.errors import BotUnavailable
from api.handoff.models import Handoff
from api.intake import service as intake
from api.transcript.models import Message, Turn
from api.vocabulary import Mode
from tests.api.conftest import open_house, until
from tests.factories import CLOSED_AT, OPEN_AT, SERVICE_TOKEN
from tests.fakes import says

ME = ("Me", '/inform{"seeker": "self"}')
CHILD = ("My child", '/inform{"seeker": "parent_guardian"}')


async def in_staff_mode(house, visitor):
    def change(mode):
        with house.database.writing() as db:
            from api.transcript.models import ChatSession

            db.get(ChatSession, visitor.session_id).mode = mode

    await asyncio.to_thread(change, Mode.STAFF)


def spoken(answer):
    return [message["text"] for message in answer["messages"]]


# ---- the plain turn


async def test_a_message_is_answered_by_the_bot(house, visitor):
    house.bot.answer = lambda turn: says("Who is it for?", ME, CHILD)
    answer = await visitor.says("panic attacks at work")
    assert spoken(answer) == ["Who is it for?"]
    assert (answer["mode"], answer["tier"]) == ("bot", "none")
    assert house.bot.texts == ["panic attacks at work"]


async def test_the_browser_gets_labels_and_never_the_hidden_payload(house, visitor):
    house.bot.answer = lambda turn: says("Who is it for?", ME, CHILD)
    answer = await visitor.send("hello")
    assert answer.json()["messages"][0]["quick_replies"] == [
        {"index": 0, "label": "Me"},
        {"index": 1, "label": "My child"},
    ]
    assert "inform" not in answer.text
    assert "inform" not in (await visitor.client.get("/api/chat/messages", headers=visitor.headers)).text
    assert "inform" not in (await visitor.client.get("/api/chat/transcript", headers=visitor.headers)).text


async def test_the_bot_is_told_what_it_may_know(house, visitor):
    house.bot.answer = lambda turn: says("ok", open_question="severity")
    await visitor.says("hello")
    await visitor.says("bad")
    first, second = (turn.metadata for turn in house.bot.turns)
    assert first["turn_id"] != second["turn_id"]
    assert first["deadline_at"] == (OPEN_AT + timedelta(seconds=5)).isoformat()
    assert first["now"] == OPEN_AT.isoformat()
    assert first["tz"] == "America/Phoenix"
    assert first["language"] == "en"
    assert (first["open_question"], second["open_question"]) == (None, "severity")
    assert first["practice"] == {"name": "Saguaro Integrative Psychiatry", "phone": "+15205550142"}
    assert (first["booked"], first["staff_asked_contact"]) == (False, False)
    assert first["facts"]["safety_tier"] == "none"


async def test_facts_of_the_answer_are_kept_and_an_answer_without_facts_keeps_them(house, visitor):
    facts = {"concerns": ["panic"], "suggested_route": "therapy", "rule_id": "R39", "rules_version": "v1"}
    house.bot.answer = lambda turn: says("ok", facts=facts)
    await visitor.says("panic at work")
    house.bot.answer = lambda turn: says("ok")
    await visitor.says("thanks")
    assert house.read(lambda db: intake.facts_of(db, visitor.session_id)) == facts


async def test_every_message_has_the_next_number(house, visitor):
    await visitor.says("one")
    await visitor.says("two")
    page = await visitor.page()
    assert [message["seq"] for message in page["messages"]] == list(range(1, len(page["messages"]) + 1))
    assert [message["author"] for message in page["messages"]] == [
        "bot",
        "bot",
        "visitor",
        "bot",
        "visitor",
        "bot",
    ]


@pytest.mark.parametrize("typed", ["/restart", "  /session_start", '/inform{"safety_answer": "no"}'])
async def test_a_typed_command_is_text(house, visitor, typed):
    await visitor.says(typed)
    [turn] = house.bot.turns
    assert turn.payload is None
    assert turn.text == "\u2060" + typed
    assert typed in await visitor.texts()


# ---- choices


async def test_a_choice_reaches_the_bot_as_its_payload_and_the_transcript_as_its_label(house, visitor):
    house.bot.answer = lambda turn: says("Who is it for?", ME, CHILD)
    answer = await visitor.says("hello")
    await visitor.presses(answer["messages"][0], "My child")
    assert (house.bot.turns[-1].text, house.bot.turns[-1].payload) == CHILD
    assert "My child" in await visitor.texts()
    assert house.ears.heard[-1][0] == "hello"


async def test_a_choice_is_a_turn_of_its_own_between_typed_messages(house, visitor):
    house.bot.answer = lambda turn: says("Who is it for?", ME, CHILD)
    offer = (await visitor.says("hello"))["messages"][0]
    held = house.bot.hold()
    sending = [asyncio.create_task(visitor.says("first"))]
    await until(lambda: len(house.bot.turns) == 2)
    for work in (
        visitor.says("second"),
        visitor.press(offer["seq"], 0),
        visitor.says("third"),
        visitor.says("fourth"),
    ):
        sending.append(asyncio.create_task(work))
        await until(lambda: len(house.rows(Message)) == 4 + len(sending))
    held.set()
    await asyncio.gather(*sending)
    assert [(turn.text, turn.payload) for turn in house.bot.turns[1:]] == [
        ("first", None),
        ("second", None),
        ME,
        ("third\nfourth", None),
    ]


# ---- several messages, the same message


async def test_messages_that_arrive_during_a_turn_are_joined_into_the_next(house, visitor):
    held = house.bot.hold()
    first = asyncio.create_task(visitor.says("i need"))
    await house.bot.asked.wait()
    others = [asyncio.create_task(visitor.says(text)) for text in ("somebody", "to talk to")]
    await until(lambda: len(house.rows(Message)) == 5)
    began = time.monotonic()
    held.set()
    answers = [await first, *[await other for other in others]]
    assert time.monotonic() - began < 0.9
    assert house.bot.texts == ["i need", "somebody\nto talk to"]
    assert spoken(answers[0])[0] == "heard: i need"
    assert spoken(answers[2])[-1] == "heard: somebody\nto talk to"
    assert (await visitor.texts())[2:] == [
        "i need",
        "somebody",
        "to talk to",
        "heard: i need",
        "heard: somebody\nto talk to",
    ]


async def test_three_messages_at_once_are_all_kept_in_order_and_answered(house, visitor):
    began = time.monotonic()
    tasks = []
    for text in ("one", "two", "three"):
        tasks.append(asyncio.create_task(visitor.says(text)))
    await asyncio.gather(*tasks)
    assert time.monotonic() - began < 0.9
    assert "\n".join(house.bot.texts) == "one\ntwo\nthree"


async def test_the_same_message_twice_has_one_effect_and_the_same_answer(house, visitor):
    first = await visitor.send("hello", client_message_id="same")
    second = await visitor.send("hello", client_message_id="same")
    assert first.json() == second.json()
    assert house.bot.texts == ["hello"]


async def test_the_same_message_in_flight_waits_for_its_answer(house, visitor):
    held = house.bot.hold()
    first = asyncio.create_task(visitor.send("hello", client_message_id="same"))
    await house.bot.asked.wait()
    second = asyncio.create_task(visitor.send("hello", client_message_id="same"))
    await asyncio.sleep(0.05)
    assert not second.done()
    held.set()
    assert (await first).json() == (await second).json()
    assert house.bot.texts == ["hello"]


async def test_the_same_message_sent_to_two_processes_has_one_effect(house, visitor, tmp_path):
    async with open_house(tmp_path, keys=house.settings.keys.get_secret_value()) as other:
        twin = replace(visitor, client=other.client)
        for number in range(5):
            name = f"same-{number}"
            answers = await asyncio.gather(
                visitor.send("hello", client_message_id=name), twin.send("hello", client_message_id=name)
            )
            assert [answer.status_code for answer in answers] == [200, 200]
        own = [message for message in house.rows(Message) if message.author == "visitor"]
        assert len(own) == 5
        assert len(house.bot.turns) + len(other.bot.turns) == 5


async def test_a_visitor_who_hangs_up_is_answered_all_the_same(house, visitor):
    held = house.bot.hold()
    sending = asyncio.create_task(visitor.says("hello"))
    await house.bot.asked.wait()
    sending.cancel()
    held.set()
    await until(lambda: len(house.chat.lanes) == 0)
    assert (await visitor.texts())[-1] == "heard: hello"


async def test_one_visitor_does_not_wait_for_another(house):
    slow, quick = await house.visitor(), await house.visitor()
    held = house.bot.hold()
    waiting = asyncio.create_task(slow.says("slow"))
    await house.bot.asked.wait()
    house.bot.held = None
    assert spoken(await quick.says("quick")) == ["heard: quick"]
    held.set()
    await waiting


async def test_a_hundred_turns_at_once_with_actions_that_call_back_do_not_lock(house):
    visitors = [await house.visitor() for _ in range(20)]
    house.chat.limits.count_session = lambda address: 0
    visitors += [await house.visitor() for _ in range(80)]
    refused = []

    async def call_back(turn):
        body = {"session_id": turn.session_id, "turn_id": turn.metadata["turn_id"], "reason": "visitor_request"}
        answer = await house.client.post(
            "/internal/handoffs", json=body, headers={"X-Frontdesk-Token": SERVICE_TOKEN}
        )
        refused.extend([answer.text] if answer.status_code != 200 else [])

    house.bot.before = call_back
    house.bot.answer = lambda turn: says("done")
    answers = await asyncio.gather(*[visitor.says("get me a person") for visitor in visitors])
    assert refused == []
    assert [spoken(answer) for answer in answers] == [["done"]] * 100
    assert len(house.rows(Handoff)) == 100


# ---- the bot fails


@pytest.mark.parametrize(
    "answer",
    [
        None,
        says("ok", kind="crisis"),
        says("ok", kind="nonsense"),
        says("ok", ("label only", None)),
    ],
)
async def test_a_bot_that_says_nothing_usable_counts_as_down(house, visitor, answer):
    from api.gateways.bot import BotAnswer

    house.bot.answer = lambda turn: answer or BotAnswer([], {}, None)
    said = await visitor.says("hello")
    assert said["messages"][0]["kind"] == "handoff"


async def test_a_bot_that_is_down_leads_to_the_truth_lines_to_call_and_a_person(house, visitor):
    house.bot.failure = BotUnavailable("down")
    answer = await visitor.says("hello")
    [message] = answer["messages"]
    assert "988" in message["text"]
    assert "911" in message["text"]
    assert [card["id"] for card in message["payload"]["resources"]][:2] == ["us_911", "us_988"]
    assert message["payload"]["open_now"] is True
    [handoff] = house.rows(Handoff)
    assert handoff.reason == "bot_unavailable"
    [turn] = house.rows(Turn)
    assert turn.outcome == "given_up"


async def test_a_fault_of_our_own_counts_as_a_bot_that_is_down(house, visitor):
    house.bot.failure = KeyError("a fault")
    assert (await visitor.says("hello"))["messages"][0]["kind"] == "handoff"


async def test_a_second_failure_does_not_repeat_the_block(house, visitor):
    house.bot.failure = BotUnavailable("down")
    first, second = await visitor.says("hello"), await visitor.says("anyone?")
    assert spoken(first) != spoken(second)
    assert "988" in spoken(second)[0]


async def test_after_hours_the_truth_names_the_next_opening(tmp_path):
    from api.clock import FixedClock

    async with open_house(tmp_path, clock=FixedClock(CLOSED_AT)) as house:
        visitor = await house.visitor()
        house.bot.failure = BotUnavailable("down")
        [message] = (await visitor.says("hello"))["messages"]
        assert "Monday at 8 am" in message["text"]
        assert message["payload"]["opens_at"] == "2026-03-02T15:00:00+00:00"


async def test_a_turn_that_takes_too_long_is_given_up_and_can_do_nothing_any_more(tmp_path):
    async with open_house(tmp_path, bot_timeout_seconds=0.05) as house:
        visitor = await house.visitor()
        house.bot.hold()
        answer = await visitor.says("hello")
        assert answer["messages"][0]["kind"] == "handoff"
        [turn] = house.bot.turns
        body = {"session_id": visitor.session_id, "turn_id": turn.metadata["turn_id"], "reason": "visitor_request"}
        late = await house.client.post(
            "/internal/handoffs", json=body, headers={"X-Frontdesk-Token": SERVICE_TOKEN}
        )
        assert (late.status_code, late.json()["error"]) == (409, "TurnClosed")


async def test_a_late_answer_of_a_given_up_turn_is_not_spoken(tmp_path):
    async with open_house(tmp_path, bot_timeout_seconds=0.05) as house:
        visitor = await house.visitor()
        held = house.bot.hold()
        await visitor.says("hello")
        held.set()
        house.bot.held = None
        await visitor.says("again")
        assert "heard: hello" not in await visitor.texts()


async def test_an_answer_that_cannot_be_stored_becomes_an_apology(house, visitor):
    broken = house.chat.taking.turns

    class Failing:
        def __getattr__(self, name):
            return getattr(broken, name)

        def finish(self, *_):
            raise RuntimeError("disk full")

    house.chat.taking.turns = Failing()
    answer = await visitor.says("hello")
    assert answer["messages"][0]["kind"] == "handoff"


async def test_when_nothing_can_be_stored_at_all_the_answer_is_an_error_with_lines_to_call(house, visitor):
    class Failing:
        def finish(self, *_):
            raise RuntimeError("disk full")

        give_up = finish

    house.chat.taking.turns = Failing()
    answer = await visitor.send("hello")
    assert answer.status_code == 500
    assert answer.json()["error"] == "InternalError"
    assert "988" in answer.json()["detail"]
    assert answer.json()["resources"][0]["call"] == "911"


# ---- a staff member in the chat


async def test_with_staff_in_the_chat_the_bot_is_silent(house, visitor):
    await in_staff_mode(house, visitor)
    answer = await visitor.says("hello")
    assert (answer["mode"], answer["messages"]) == ("staff", [])
    assert house.bot.turns == []


async def test_replies_of_a_turn_during_which_staff_took_over_are_dropped_but_not_its_facts(house, visitor):
    held = house.bot.hold()
    house.bot.answer = lambda turn: says("too late", facts={"severity": "mild"})
    sending = asyncio.create_task(visitor.says("hello"))
    await house.bot.asked.wait()
    await in_staff_mode(house, visitor)
    held.set()
    assert (await sending)["messages"] == []
    assert house.read(lambda db: intake.facts_of(db, visitor.session_id)) == {"severity": "mild"}
    [turn] = house.rows(Turn)
    assert turn.outcome == "dropped"


async def test_a_booking_made_meanwhile_is_said_all_the_same(house, visitor):
    held = house.bot.hold()
    house.bot.answer = lambda turn: says("Booked for Tuesday.", kind="booked", payload={"appointments": []})
    sending = asyncio.create_task(visitor.says("yes please"))
    await house.bot.asked.wait()
    await in_staff_mode(house, visitor)
    held.set()
    assert spoken(await sending) == ["Booked for Tuesday."]


async def test_a_failure_while_staff_are_there_is_not_apologised_for(house, visitor):
    held = house.bot.hold()
    house.bot.failure = BotUnavailable("down")
    sending = asyncio.create_task(visitor.says("hello"))
    await house.bot.asked.wait()
    await in_staff_mode(house, visitor)
    held.set()
    assert (await sending)["messages"] == []


async def test_a_closed_chat_says_so_once_and_keeps_the_message(house, visitor):
    from api.transcript.models import ChatSession

    with house.database.writing() as db:
        db.get(ChatSession, visitor.session_id).mode = Mode.CLOSED
    first, second = await visitor.says("hello"), await visitor.says("anyone?")
    assert first["mode"] == "closed"
    assert "closed" in spoken(first)[0]
    assert spoken(second) == []
    assert house.bot.turns == []


# ---- while the bot starts


async def test_while_the_bot_starts_messages_are_kept_acknowledged_and_answered_when_it_is_warm(tmp_path):
    from tests.fakes import FakeBot

    bot = FakeBot()
    bot.ready.clear()
    async with open_house(tmp_path, bot=bot, waits_for_bot=False) as house:
        visitor = await house.visitor()
        first, second = await visitor.says("panic at work"), await visitor.says("tuesday is best")
        assert "One moment" in spoken(first)[0]
        assert spoken(second) == []
        assert bot.turns == []
        assert house.rows(Handoff) == []
        bot.ready.set()
        await until(lambda: bot.turns and not house.chat.lanes)
        assert bot.texts == ["panic at work\ntuesday is best"]
        assert (await visitor.texts())[-1] == "heard: panic at work\ntuesday is best"


async def test_a_bot_that_does_not_start_in_its_time_leads_to_a_person(tmp_path):
    from tests.fakes import FakeBot

    bot = FakeBot()
    bot.ready.clear()
    bot.failure = BotUnavailable("not there")
    async with open_house(tmp_path, bot=bot, waits_for_bot=False, bot_warm_up_seconds=0.2) as house:
        visitor = await house.visitor()
        await visitor.says("hello")
        await until(lambda: house.rows(Handoff))
        assert house.rows(Handoff)[0].reason == "bot_unavailable"
        assert "988" in (await visitor.texts())[-1]


async def test_crisis_is_answered_while_the_bot_starts(tmp_path):
    from tests.fakes import FakeBot

    bot = FakeBot()
    bot.ready.clear()
    async with open_house(tmp_path, bot=bot, waits_for_bot=False) as house:
        visitor = await house.visitor()
        answer = await visitor.says("i want to die")
        assert answer["tier"] == "crisis"
        assert "988" in spoken(answer)[0]


async def test_the_bot_gets_the_vector_of_what_was_typed_and_none_of_a_choice(house, visitor):
    house.app.state.frontdesk.vectors.load()
    house.bot.answer = lambda turn: says("Which?", ("This one", "/inform{}"))
    answer = await visitor.says("i cannot sleep")
    await visitor.presses(answer["messages"][-1], "This one")
    typed, pressed = house.bot.turns
    assert np.array_equal(typed.vector.values, house.app.state.frontdesk.vectors.of("i cannot sleep").values)
    assert pressed.vector is None
