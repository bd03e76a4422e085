"""Times: windows, choosing by button and by word, more, none, taken, holds, both visits of combined care."""

import pytest

from actions.scheduling import missing_for_booking
from actions.wanted_times import later_windows
from tests.actions.chat import Chat, payloads, tell_everything
from tests.actions.fake_practice import ZONE, FakePractice


async def choose(chat: Chat, route: str = "therapy") -> None:
    await tell_everything(chat)
    await chat.presses("choose_care", chosen_route=route)


async def test_times_said_in_the_first_message_are_used_and_not_asked_again(
    chat: Chat, practice: FakePractice
) -> None:
    facts = {"concerns": ["panic"], "seeker": "self", "age_group": "adult_18_64", "state": "AZ"}
    more = {"severity": "mild", "in_therapy": False, "therapy_pref": "wants", "med_pref": "open"}
    await chat.types("panicking, tuesday after 4", "describe_concern", facts={**facts, **more})
    chat.safety["safety_answer"] = "no"
    await chat.types("no", "deny")
    await chat.types("yes", "affirm")
    assert chat.said == ["utter_times"]
    assert payloads(chat.replies[0])[0] == '/choose_time{"slot_id": "therapy-2026-03-03T16:30-0"}'
    (asked,) = practice.asked("availability")
    assert asked["service"] == "therapy"
    assert (asked["state"], asked["age_group"]) == ("AZ", "adult_18_64")


async def test_times_that_do_not_exist_are_answered_with_the_nearest(chat: Chat) -> None:
    await choose(chat)
    assert chat.question == "preferred_times"
    await chat.types("tuesday at 6 am", "choose_time")
    assert chat.said == ["utter_times_nearest"]


@pytest.mark.parametrize(("text", "intent"), [("any time", "unsure"), ("whenever", "skip_question")])
async def test_any_time_shows_what_is_open(chat: Chat, practice: FakePractice, text: str, intent: str) -> None:
    await choose(chat)
    await chat.presses(intent)
    assert chat.said == ["utter_times"]
    assert practice.asked("availability")[0]["windows"] == []


async def test_a_pressed_time_is_held_and_the_contact_card_shown(chat: Chat, practice: FakePractice) -> None:
    await choose(chat)
    await chat.presses("unsure")
    await chat.presses("choose_time", slot_id="therapy-2026-03-03T16:30-0")
    card = chat.reply("utter_contact_details")["custom"]
    assert card["kind"] == "contact"
    assert card["payload"]["hold_id"] == "hold-1"
    assert chat.question == "contact"
    assert list(practice.held) == ["hold-1"]
    assert practice.appointments == []


@pytest.mark.parametrize(
    ("text", "start"), [("the second one", "16:30"), ("5 pm works", "17:00"), ("wednesday", "2026-03-04")]
)
async def test_a_time_may_be_named(chat: Chat, practice: FakePractice, text: str, start: str) -> None:
    await choose(chat)
    await chat.presses("unsure")
    await chat.types(text, "choose_time")
    assert start in practice.held["hold-1"]["slot_id"]


async def test_a_stale_or_foreign_time_holds_nothing(chat: Chat, practice: FakePractice) -> None:
    await choose(chat)
    await chat.presses("unsure")
    await chat.presses("choose_time", slot_id="therapy-1999-01-01T00:00-0")
    assert practice.held == {}
    assert chat.question == "appointment_slot"


async def test_more_times_are_those_after_the_last_one_shown(chat: Chat, practice: FakePractice) -> None:
    await choose(chat)
    await chat.presses("unsure")
    await chat.presses("more_times")
    assert practice.asked("availability")[1]["windows"][0]["start"] == "2026-03-05T09:15:00"


async def test_a_new_wish_replaces_the_times_shown(chat: Chat, practice: FakePractice) -> None:
    await choose(chat)
    await chat.types("tuesday after 4", "choose_time")
    await chat.types("actually wednesday morning", "correct_fact")
    offered = payloads(chat.replies[-1])
    assert offered[0] == '/choose_time{"slot_id": "therapy-2026-03-04T10:00-0"}'


async def test_a_day_that_may_be_two_dates_is_looked_up_on_both(chat: Chat, practice: FakePractice) -> None:
    await choose(chat)
    await chat.types("monday after 4", "choose_time")
    assert practice.asked("availability")[0]["windows"] == [
        {"start": "2026-03-02T16:00:00", "end": "2026-03-03T00:00:00"},
        {"start": "2026-03-09T16:00:00", "end": "2026-03-10T00:00:00"},
    ]


async def test_none_of_these_asks_for_other_days(chat: Chat) -> None:
    await choose(chat)
    await chat.presses("unsure")
    await chat.types("none of these", "deny")
    assert chat.said == ["utter_other_times"]
    assert chat.question == "preferred_times"


async def test_a_question_among_the_times_is_answered_and_the_times_shown_again(chat: Chat) -> None:
    await choose(chat)
    await chat.presses("unsure")
    shown = payloads(chat.replies[-1])
    await chat.types("how much is it?", "ask_fees")
    assert chat.said == ["utter_text", "utter_ask_again_appointment_slot"]
    assert payloads(chat.replies[-1]) == shown


async def test_a_time_taken_meanwhile_is_said_and_the_nearest_three_offered(
    chat: Chat, practice: FakePractice
) -> None:
    await choose(chat)
    await chat.presses("unsure")
    practice.taken.add("therapy-2026-03-03T16:30-0")
    await chat.presses("choose_time", slot_id="therapy-2026-03-03T16:30-0")
    assert chat.said == ["utter_slot_taken"]
    assert len([item for item in payloads(chat.replies[0]) if "choose_time" in item]) == 3
    assert chat.question == "appointment_slot"
    assert practice.held == {}


async def test_without_any_open_time_a_call_is_offered(chat: Chat, practice: FakePractice) -> None:
    await choose(chat)
    practice.slots.clear()
    await chat.presses("unsure")
    assert chat.said == ["utter_no_times"]
    assert payloads(chat.replies[0]) == ["/request_callback"]


async def test_combined_care_holds_two_times_before_it_asks_for_contact(
    chat: Chat, practice: FakePractice
) -> None:
    await choose(chat, "combined")
    await chat.presses("unsure")
    await chat.presses("choose_time", slot_id="therapy-2026-03-03T16:30-0")
    assert chat.said == ["utter_second_visit", "utter_times"]
    await chat.presses("choose_time", slot_id="medication_management-2026-03-04T10:00-0")
    assert chat.reply("utter_contact_details")["custom"]["payload"]["hold_ids"] == ["hold-1", "hold-2"]
    assert chat.question == "contact"


async def test_nothing_is_looked_up_before_the_state_is_known(chat: Chat, practice: FakePractice) -> None:
    await chat.types("sleep", "describe_concern", facts={"concerns": ["sleep"], "seeker": "self"})
    chat.safety["safety_answer"] = "no"
    await chat.types("no", "deny")
    await chat.presses("inform", age_group="adult_18_64")
    await chat.presses("skip_question")
    while chat.question != "care_choice":
        await chat.presses("skip_question")
    await chat.presses("choose_care", chosen_route="therapy")
    assert chat.said == ["utter_needed_state", "utter_ask_state_one"]
    assert practice.asked("availability") == []
    await chat.types("yes", "affirm")
    assert chat.question == "preferred_times"


async def test_who_will_not_say_the_state_is_led_to_a_person(chat: Chat, practice: FakePractice) -> None:
    await tell_everything(chat)
    chat.slots.update(state=None, state_served=None)
    await chat.presses("choose_care", chosen_route="therapy")
    await chat.presses("skip_question")
    assert chat.said == ["utter_skipped", "utter_needed_person", "utter_handoff_open"]
    assert practice.asked("availability") == []


async def test_an_impossible_date_is_named_and_nothing_shown(chat: Chat, practice: FakePractice) -> None:
    await choose(chat)
    await chat.types("february 30", "choose_time")
    assert chat.replies[0]["values"]["ready"] == "That date is not on the calendar."
    assert chat.question == "preferred_times"
    assert practice.asked("availability") == []


async def test_when_the_calendar_does_not_answer_the_visitor_is_told_and_nothing_claimed(
    chat: Chat, practice: FakePractice
) -> None:
    await choose(chat)
    practice.down = True
    await chat.presses("unsure")
    assert chat.said == ["utter_desk_trouble"]
    assert payloads(chat.replies[0]) == ["/more_times", "/request_human"]
    practice.down = False
    await chat.presses("more_times")
    assert chat.said == ["utter_times"]


async def test_a_turn_that_was_given_up_says_nothing_and_keeps_nothing(chat: Chat, practice: FakePractice) -> None:
    await choose(chat)
    await chat.presses("unsure")
    before = dict(chat.slots)
    practice.turn_closed = True
    await chat.presses("choose_time", slot_id="therapy-2026-03-03T16:30-0")
    assert chat.replies == []
    assert chat.slots == before


@pytest.mark.parametrize(
    ("known", "missing"),
    [
        ({}, "age_group"),
        ({"age_group": "unknown", "state_served": True}, "age_group"),
        ({"age_group": "adult_18_64"}, "state"),
        ({"age_group": "adult_18_64", "state_served": False}, "state"),
        ({"age_group": "adult_18_64", "state_served": True}, None),
    ],
)
def test_nothing_is_bookable_before_age_and_state_are_known(known: dict[str, object], missing: str) -> None:
    assert missing_for_booking(known) == missing


def test_later_windows_cut_off_what_is_over_and_never_become_any_time_at_all() -> None:
    windows = [
        {"start": "2026-03-03T16:00:00", "end": "2026-03-03T18:00:00"},
        {"start": "2026-03-10T16:00:00", "end": "2026-03-10T18:00:00"},
    ]
    left = later_windows(windows, "2026-03-03T23:30:00Z", ZONE)
    assert left[0] == {"start": "2026-03-03T16:45:00", "end": "2026-03-03T18:00:00"}
    assert left[1] == windows[1]
    over = later_windows(windows[:1], "2026-03-05T00:00:00Z", ZONE)
    assert over == [{"start": "2026-03-04T17:15:00", "end": "2026-04-01T17:15:00"}]
