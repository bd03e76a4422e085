"""Safety comes before everything else in a chat: before consent, before the bot, before limits."""

import asyncio
import re
from datetime import timedelta
from itertools import pairwise

import pytest

from api.handoff.models import Handoff
from api.outbox import OutboxEntry
from api.safety import alerts
from api.safety.models import Alert
from api.transcript.models import ChatSession, Message
from api.vocabulary import Mode
from tests.fakes import says

DIRECT = "are you having thoughts of killing yourself?"


def spoken(answer):
    return [message["text"] for message in answer["messages"]]


def topics(house):
    return [entry.topic for entry in house.rows(OutboxEntry)]


# ---- before consent


async def test_before_consent_an_ordinary_message_is_refused_and_nothing_of_it_is_kept(house):
    visitor = await house.newcomer()
    answer = await visitor.send("panic attacks at work")
    assert (answer.status_code, answer.json()["error"]) == (409, "ConsentRequired")
    assert answer.json()["notice_version"] == visitor.notice_version
    assert [message.author for message in house.rows(Message)] == ["bot"]
    assert house.bot.turns == []


async def test_crisis_before_consent_is_kept_alerted_and_answered_without_the_bot(house):
    visitor = await house.newcomer()
    answer = await visitor.says("i want to die")
    assert answer["tier"] == "crisis"
    assert "988" in spoken(answer)[0]
    assert len(house.rows(Alert)) == 1
    assert house.rows(Handoff)[0].reason == "safety"
    assert "i want to die" in await visitor.texts()
    assert house.bot.turns == []


async def test_the_safety_conversation_goes_on_without_consent(house):
    visitor = await house.newcomer()
    assert DIRECT in spoken(await visitor.says("i can't do this anymore"))[0]
    answer = await visitor.says("no")
    assert answer["tier"] == "none"
    assert house.bot.turns == []


async def test_what_was_kept_before_consent_is_answered_after_it(house):
    visitor = await house.newcomer()
    await visitor.says("i can't do this anymore, work is too much")
    await visitor.says("no")
    answer = await visitor.accept()
    assert spoken(answer.json())[-1] == "heard: i can't do this anymore, work is too much"


async def test_consent_in_the_middle_of_a_safety_question_does_not_talk_over_it(house):
    visitor = await house.newcomer()
    await visitor.says("i want to die")
    assert (await visitor.accept()).json()["messages"] == []


# ---- watch


async def test_the_direct_question_stands_alone_and_after_no_the_message_reaches_the_bot_at_once(house, visitor):
    asked = await visitor.says("i can't do this anymore")
    assert len(asked["messages"]) == 1
    assert DIRECT in spoken(asked)[0]
    assert house.bot.turns == []
    answer = await visitor.presses(asked["messages"][0], "No")
    assert spoken(answer)[-1] == "heard: i can't do this anymore"
    assert house.bot.turns[0].metadata["facts"]["safety_tier"] == "none"
    assert house.bot.turns[0].payload is None
    assert house.rows(Alert) == []


async def test_without_a_clear_answer_the_bot_is_told_watch_open_and_staff_see_the_chat(house, visitor):
    await visitor.says("i can't do this anymore")
    answer = await visitor.says("not sure")
    assert "988" in spoken(answer)[0]
    assert house.bot.turns[0].metadata["facts"]["safety_tier"] == "watch_open"
    [handoff] = house.rows(Handoff)
    assert (handoff.reason, handoff.tier) == ("safety", "watch")


async def test_changing_the_topic_takes_both_messages_to_the_bot(house, visitor):
    await visitor.says("i can't do this anymore")
    await visitor.says("do you take insurance?")
    assert house.bot.texts == ["i can't do this anymore\ndo you take insurance?"]


async def test_a_safety_question_during_a_turn_holds_the_reply_back(house, visitor):
    held = house.bot.hold()
    first = asyncio.create_task(visitor.says("hello"))
    await house.bot.asked.wait()
    asked = await visitor.says("i can't do this anymore")
    held.set()
    await first
    assert DIRECT in spoken(asked)[0]
    assert "heard: hello" not in await visitor.texts()
    answer = await visitor.says("no")
    assert spoken(answer)[-1] == "heard: i can't do this anymore"


async def test_when_nothing_waits_after_the_safety_question_the_bots_last_question_stands_again(house, visitor):
    offer = ("Me", '/inform{"seeker": "self"}')
    house.bot.answer = lambda turn: says("Who is it for?", offer, open_question="seeker")
    await visitor.says("panic")
    pressed = await visitor.post("help-now", {})
    asked = await visitor.presses(pressed.json()["messages"][0], "No")
    answer = await visitor.presses(asked["messages"][0], "No")
    assert spoken(answer)[-1] == "Who is it for?"
    await visitor.presses(answer["messages"][-1], "Me")
    assert house.bot.turns[-1].payload == offer[1]


# ---- urgent


async def test_urgent_asks_for_a_number_keeps_it_for_staff_and_goes_on(house, visitor):
    asked = await visitor.says("scared of my boyfriend, and i can't sleep")
    assert "What number is safe" in spoken(asked)[0]
    assert "dv" in [card["id"] for card in asked["messages"][0]["payload"]["resources"]]
    answer = await visitor.says("520-555-0134, you can leave a message")
    assert house.bot.texts == ["scared of my boyfriend, and i can't sleep"]
    assert house.bot.turns[0].metadata["facts"]["safety_tier"] == "urgent"
    assert house.bot.turns[0].metadata["staff_asked_contact"] is True
    assert spoken(answer)[-1].startswith("heard:")
    [handoff] = house.rows(Handoff)
    assert handoff.callback == {"phone": "+15205550134", "leave_message": True}
    assert handoff.tier == "urgent"
    assert "520-555-0134" not in str([entry.payload for entry in house.rows(OutboxEntry)])


async def test_a_fact_of_an_urgent_signal_gives_the_rules_their_own_reason(house, visitor):
    await visitor.says("i hear whispers")
    await visitor.says("no")
    told = house.bot.turns[0].metadata["facts"]
    assert (told["safety_tier"], told["psychosis_now"]) == ("none", True)
    assert house.rows(Alert)[0].tier == "urgent"


# ---- the question of the bot


async def test_the_answer_to_the_bots_safety_question_is_read_by_the_api_and_passed_on(house, visitor):
    offers = (("No", '/inform{"safety_answer": "no"}'), ("Yes", '/inform{"safety_answer": "yes"}'))
    house.bot.answer = lambda turn: says("I ask everyone this.", *offers, open_question="safety_check")
    asked = await visitor.says("panic at work")
    await visitor.presses(asked["messages"][0], "No")
    turn = house.bot.turns[-1]
    assert (turn.payload, turn.metadata["facts"]["safety_answer"]) == (offers[0][1], "no")
    assert house.read(lambda db: db.query(Message).order_by(Message.seq.desc()).all())[0].author == "bot"


async def test_yes_to_the_bots_safety_question_is_spoken_to_by_the_api_first(house, visitor):
    offers = (("No", '/inform{"safety_answer": "no"}'), ("Yes", '/inform{"safety_answer": "yes"}'))
    house.bot.answer = lambda turn: says("I ask everyone this.", *offers, open_question="safety_check")
    asked = await visitor.says("panic at work")
    answer = await visitor.presses(asked["messages"][0], "Yes")
    assert DIRECT in spoken(answer)[0]
    assert answer["tier"] == "urgent"
    assert len(house.bot.turns) == 1
    number = await visitor.presses(answer["messages"][0], "No")
    assert "What number is safe" in spoken(number)[0]
    await visitor.presses(number["messages"][0], "Please don't call")
    told = house.bot.turns[-1].metadata["facts"]
    assert (told["safety_tier"], told["safety_answer"]) == ("urgent", "yes")
    assert house.bot.turns[-1].payload == '/inform{"safety_answer": "yes"}'


# ---- crisis and emergency


async def test_in_crisis_the_bot_is_not_called_and_no_block_stands_twice_in_a_row(house, visitor):
    said = []
    for text in ("i want to die", "i don't know", "hello", "are you there", "why", "ok", "hm"):
        answer = await visitor.says(text)
        assert answer["messages"], text
        assert re.search("988|killing yourself|call you", spoken(answer)[0])
        said += spoken(answer)
    assert house.bot.turns == []
    assert all(one != other for one, other in pairwise(said))


async def test_danger_now_is_an_emergency_and_stays_one(house, visitor):
    asked = await visitor.says("i want to die")
    answer = await visitor.presses(asked["messages"][0], "Yes")
    assert answer["tier"] == "emergency"
    assert "911" in spoken(answer)[0]
    for text in ("no", "i am fine now", "no"):
        answer = await visitor.says(text)
        assert answer["tier"] == "emergency"
    assert house.bot.turns == []
    assert [alert.tier for alert in house.rows(Alert)] == ["crisis", "emergency"]
    assert house.rows(Handoff)[0].tier == "emergency"


async def test_a_visitor_in_crisis_finds_the_way_back_by_a_clear_no(house, visitor):
    await visitor.says("i want to die")
    await visitor.says("no")
    await visitor.says("no")
    answer = await visitor.says("i want to go on")
    assert DIRECT in spoken(answer)[0]
    answer = await visitor.presses(answer["messages"][0], "No")
    assert answer["tier"] == "urgent"
    answer = await visitor.says("can i see somebody on tuesday")
    assert spoken(answer) == ["heard: can i see somebody on tuesday"]
    assert house.bot.turns[0].metadata["facts"]["safety_tier"] == "urgent"


async def test_a_crisis_message_during_a_turn_is_answered_at_once_and_silences_the_reply(house, visitor):
    held = house.bot.hold()
    first = asyncio.create_task(visitor.says("hello"))
    await house.bot.asked.wait()
    answer = await visitor.says("i want to die")
    assert answer["tier"] == "crisis"
    assert not first.done()
    held.set()
    await first
    assert "heard: hello" not in await visitor.texts()


async def test_a_message_that_was_typed_in_spanish_is_answered_in_spanish(house, visitor):
    answer = await visitor.says("quiero morirme")
    assert "AYUDA" in spoken(answer)[0]
    assert "Me alegra" in spoken(answer)[0]
    assert "¿Puede llamarle nuestro equipo?" in spoken(await visitor.says("no"))[0]


async def test_the_screen_sees_the_last_typed_messages_but_no_pressed_labels(house, visitor):
    asked = await visitor.says("i can't do this anymore")
    await visitor.presses(asked["messages"][0], "No")
    await visitor.says("one")
    await visitor.says("two")
    assert house.ears.heard[-1] == ("two", ("i can't do this anymore", "one"))


async def test_the_alert_is_delivered_without_content_and_told_on_until_somebody_answers(house, visitor):
    await visitor.says("i want to die")
    await house.deliver()
    [payload] = notices(house)
    assert payload == {
        "alert_id": payload["alert_id"],
        "session_id": visitor.session_id,
        "link": f"/staff/chats/{visitor.session_id}",
        "tier": "crisis",
        "step": 0,
        "recipient": "dana_ortiz",
    }
    house.clock.instant += timedelta(minutes=16)
    await house.deliver()
    await house.deliver()
    assert [one["step"] for one in notices(house)] == [0, 1]
    with house.database.writing() as db:
        alerts.acknowledge(db, payload["alert_id"], "dana", house.clock.now())
    house.clock.instant += timedelta(hours=1)
    await house.deliver()
    await house.deliver()
    assert [one["step"] for one in notices(house)] == [0, 1]


def notices(house):
    return [payload for topic, payload in house.notifier.delivered if topic == "alert"]


async def test_an_alert_that_cannot_be_delivered_is_not_lost(house, visitor):
    await visitor.says("i want to die")
    house.notifier.failure = RuntimeError("pager down")
    await house.deliver()
    assert house.notifier.delivered == []
    house.notifier.failure = None
    house.clock.instant += timedelta(seconds=10)
    await house.deliver()
    assert "alert" in [topic for topic, _ in house.notifier.delivered]


async def test_two_silent_minutes_after_the_script_988_is_named_once_more(house, visitor):
    await visitor.says("i want to die")
    house.clock.instant += timedelta(minutes=3)
    await house.deliver()
    await house.deliver()
    texts = await visitor.texts()
    assert "988" in texts[-1]
    assert len(texts) == 5


async def test_who_has_written_again_is_not_reminded(house, visitor):
    await visitor.says("i want to die")
    await visitor.says("no")
    before = await visitor.texts()
    house.clock.instant += timedelta(minutes=3)
    await house.deliver()
    assert await visitor.texts() == before


# ---- beside staff


async def test_beside_staff_a_crisis_is_alerted_and_its_script_spoken_once(house, visitor):
    with house.database.writing() as db:
        db.get(ChatSession, visitor.session_id).mode = Mode.STAFF
    first, second = await visitor.says("i want to die"), await visitor.says("i want to die")
    assert "988" in spoken(first)[0]
    assert spoken(second) == []
    assert len(house.rows(Alert)) == 1
    assert house.bot.turns == []


# ---- the button


async def test_help_now_works_before_consent_and_staff_see_it(house):
    visitor = await house.newcomer()
    answer = (await visitor.post("help-now", {})).json()
    [message] = answer["messages"]
    assert message["kind"] == "crisis"
    assert [card["id"] for card in message["payload"]["resources"]][:2] == ["us_911", "us_988"]
    assert message["text"].endswith("Are you in danger right now?")
    assert house.rows(Handoff)[0].reason == "safety"
    assert house.rows(Alert) == []


async def test_help_now_and_danger_is_an_emergency(house, visitor):
    pressed = (await visitor.post("help-now", None)).json()
    answer = await visitor.presses(pressed["messages"][0], "Yes")
    assert answer["tier"] == "emergency"
    assert house.rows(Alert)[0].signals[0]["id"] == "DANGER_YES"


async def test_help_now_pressed_again_never_says_the_same_block(house, visitor):
    first = (await visitor.post("help-now", {})).json()
    second = (await visitor.post("help-now", {})).json()
    assert spoken(first) != spoken(second)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_every_word_of_the_safety_conversation_is_in_the_chats_language(house, language):
    visitor = await house.visitor(language)
    answer = await visitor.says("i can't do this anymore")
    assert ("killing yourself" in spoken(answer)[0]) == (language == "en")
