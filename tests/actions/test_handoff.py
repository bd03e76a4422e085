"""A person at any moment: open, closed, a call instead, a number given, declined, the api not answering."""

import pytest

from tests.actions.chat import Chat, payloads, tell_everything
from tests.actions.fake_practice import FakePractice


async def test_a_person_is_fetched_by_the_very_first_message(chat: Chat, practice: FakePractice) -> None:
    await chat.types("get me a person", "request_human")
    assert [call["reason"] for call in practice.handoffs] == ["visitor_request"]
    shown = chat.reply("utter_handoff_open")
    assert shown["custom"]["kind"] == "handoff"
    assert shown["custom"]["payload"] == {"open_now": True, "opens_at": None, "callback": False}
    assert shown["values"]["minutes"] == 10
    assert chat.question is None


@pytest.mark.parametrize("stage", ["intake", "choice", "times", "contact"])
async def test_a_person_is_fetched_at_every_stage(chat: Chat, practice: FakePractice, stage: str) -> None:
    await chat.types("sleep", "describe_concern", facts={"concerns": ["sleep"]})
    if stage != "intake":
        await tell_everything(chat)
    if stage in ("times", "contact"):
        await chat.presses("choose_care", chosen_route="therapy")
        await chat.presses("unsure")
    if stage == "contact":
        await chat.presses("choose_time", slot_id="therapy-2026-03-03T16:30-0")
    await chat.presses("request_human")
    assert [call["reason"] for call in practice.handoffs] == ["visitor_request"]
    assert chat.question is None


async def test_wanting_to_talk_to_someone_about_a_worry_is_not_asking_for_staff(
    chat: Chat, practice: FakePractice
) -> None:
    facts = {"concerns": ["panic"]}
    await chat.types("panicking at work, want to talk to someone", "request_human", facts=facts)
    assert practice.handoffs == []
    assert chat.question == "safety_check"


async def test_words_that_state_the_wish_for_a_person_count_whatever_the_intent(
    chat: Chat, practice: FakePractice
) -> None:
    facts = {"concerns": ["panic"], "request": "human"}
    await chat.types("i panic, let me speak to a real human", "describe_concern", facts=facts)
    assert len(practice.handoffs) == 1
    assert chat.slots.get("request") is None


async def test_after_hours_it_is_said_when_the_practice_opens_and_a_number_is_asked_for(
    chat: Chat, practice: FakePractice
) -> None:
    practice.open_now = False
    await chat.types("i want to talk to a person", "request_human")
    shown = chat.reply("utter_handoff_closed")
    assert shown["values"]["opens"] == {"moment": "2026-03-03T15:00:00Z", "tz": "America/Phoenix"}
    assert shown["custom"]["payload"]["callback"] is True
    assert payloads(shown) == ["/deny"]
    assert chat.question == "callback"


async def test_a_number_is_passed_on_with_the_answer_about_voicemail(chat: Chat, practice: FakePractice) -> None:
    practice.open_now = False
    await chat.types("a person please", "request_human")
    await chat.types("520-555-0147", "inform")
    assert chat.said == ["utter_ask_leave_message"]
    await chat.types("yes", "affirm")
    assert practice.handoffs[-1]["callback"] == {"phone": "+15205550147", "leave_message": True}
    assert practice.handoffs[-1]["reason"] == "visitor_request"
    assert chat.said == ["utter_callback_saved"]
    assert chat.question is None


async def test_an_address_is_enough_and_needs_no_voicemail_question(chat: Chat, practice: FakePractice) -> None:
    await chat.types("call me back please", "request_callback")
    await chat.types("rosa.field@example.org", "inform")
    assert practice.handoffs[-1]["callback"] == {"email": "rosa.field@example.org", "leave_message": False}


async def test_a_number_is_never_demanded(chat: Chat, practice: FakePractice) -> None:
    practice.open_now = False
    await chat.types("a person please", "request_human")
    await chat.types("no", "deny")
    assert chat.said == ["utter_callback_declined"]
    assert len(practice.handoffs) == 1


async def test_a_question_instead_of_a_number_is_answered_and_silence_about_it_ends_politely(
    chat: Chat, practice: FakePractice
) -> None:
    practice.open_now = False
    await chat.types("a person please", "request_human")
    await chat.types("how much is it", "ask_fees")
    assert chat.said == ["utter_text", "utter_ask_again_callback"]
    await chat.types("hm", "nlu_fallback")
    assert chat.said == ["utter_ask_again_callback"]
    await chat.types("hm", "nlu_fallback")
    assert chat.said == ["utter_callback_declined"]


async def test_when_staff_cannot_be_told_the_phone_is_named_and_nothing_promised(
    chat: Chat, practice: FakePractice
) -> None:
    practice.down = True
    await chat.types("get me a person", "request_human")
    assert chat.said == ["utter_handoff_trouble"]
    assert chat.slots.get("handoff_id") is None


async def test_the_intake_goes_on_where_it_stood_after_a_person_was_asked_for(chat: Chat) -> None:
    await tell_everything(chat)
    await chat.types("a person please", "request_human")
    await chat.types("thanks", "thank")
    assert chat.said == ["utter_welcome"]
    assert chat.question is None
    await chat.types("just therapy", "state_preference", preference="therapy", facts={"therapy_pref": "wants"})
    assert chat.question == "preferred_times"


async def test_who_waits_for_a_person_is_not_asked_questions_for_every_word(chat: Chat) -> None:
    await chat.types("get me a person", "request_human")
    await chat.types("ok", "affirm")
    assert chat.said == ["utter_waiting"]
    assert chat.question is None
    await chat.types("i cant sleep", "describe_concern", facts={"concerns": ["sleep"]})
    assert chat.question == "safety_check"


async def test_every_call_names_its_session_and_turn(chat: Chat, practice: FakePractice) -> None:
    await chat.types("get me a person", "request_human")
    assert practice.handoffs[0]["session_id"] == "session-0001"
    assert practice.handoffs[0]["turn_id"] == "turn-1"
