"""Contact details, the last yes, the booking; what is never claimed without an appointment's id."""

import pytest

from actions.contact import Details
from tests.actions.chat import Chat, payloads, tell_everything
from tests.actions.fake_practice import FakePractice

FIRST = "therapy-2026-03-03T16:30-0"


async def hold_a_time(chat: Chat) -> None:
    await tell_everything(chat)
    await chat.presses("choose_care", chosen_route="therapy")
    await chat.presses("unsure")
    await chat.presses("choose_time", slot_id=FIRST)


async def test_typed_details_are_confirmed_with_the_voicemail_question_and_booked_by_a_yes(
    chat: Chat, practice: FakePractice
) -> None:
    await hold_a_time(chat)
    await chat.types("Rosa Field, 520-555-0114", "inform")
    assert chat.said == ["utter_confirm_leave_message"]
    assert practice.appointments == []
    await chat.types("yes", "affirm")
    (made,) = practice.appointments
    assert made["slot_id"] == FIRST
    assert made["contact"] == {
        "name": "Rosa Field",
        "phone": "+15205550114",
        "leave_message": True,
        "text_consent": False,
    }
    assert chat.question is None
    assert chat.intake["stage"] == "done"


@pytest.mark.parametrize("intent", ["request_human", "goodbye", "start_over", "request_callback", "stop"])
async def test_contact_details_are_details_whatever_they_resemble(chat: Chat, intent: str) -> None:
    await hold_a_time(chat)
    await chat.types("Will Parsons, 520-555-0114", intent)
    assert chat.said == ["utter_confirm_leave_message"]


async def test_a_no_to_voicemail_books_without_leave_to_use_it(chat: Chat, practice: FakePractice) -> None:
    await hold_a_time(chat)
    await chat.types("Rosa Field, 520-555-0114", "inform")
    await chat.presses("inform", leave_message=False)
    assert practice.appointments[0]["contact"]["leave_message"] is False


async def test_details_may_come_one_by_one(chat: Chat, practice: FakePractice) -> None:
    await hold_a_time(chat)
    await chat.types("rosa.field@example.org", "inform")
    assert chat.said == ["utter_ask_name"]
    await chat.types("my name is Rosa Field", "inform")
    assert chat.said == ["utter_confirm_booking"]
    await chat.types("yes", "affirm")
    assert practice.appointments[0]["contact"]["email"] == "rosa.field@example.org"


async def test_a_no_to_the_last_question_books_nothing(chat: Chat, practice: FakePractice) -> None:
    await hold_a_time(chat)
    await chat.types("Rosa Field, rosa.field@example.org", "inform")
    await chat.types("no", "deny")
    assert chat.said == ["utter_booking_not_yet"]
    assert practice.appointments == []
    assert chat.question == "contact"


async def test_combined_care_books_both_visits_in_one_call_with_contact_asked_once(
    chat: Chat, practice: FakePractice
) -> None:
    await tell_everything(chat, med_pref="wants", therapy_pref="wants")
    await chat.presses("choose_care", chosen_route="combined")
    await chat.presses("unsure")
    await chat.presses("choose_time", slot_id=FIRST)
    await chat.presses("choose_time", slot_id="medication_management-2026-03-04T10:00-0")
    await chat.types("Nora Whitfield, nora@example.org", "inform")
    await chat.types("yes", "affirm")
    assert [made["service"] for made in practice.appointments] == ["therapy", "medication_management"]
    assert len(practice.asked("appointments")) == 1


async def test_a_hold_that_ran_out_is_said_and_new_times_are_offered(chat: Chat, practice: FakePractice) -> None:
    await hold_a_time(chat)
    await chat.types("Rosa Field, rosa.field@example.org", "inform")
    practice.taken.add(FIRST)
    await chat.types("yes", "affirm")
    assert chat.said == ["utter_slot_taken"]
    assert practice.appointments == []
    assert chat.question == "appointment_slot"


async def test_when_the_api_fails_nothing_is_called_booked_and_a_yes_tries_again(
    chat: Chat, practice: FakePractice
) -> None:
    await hold_a_time(chat)
    await chat.types("Rosa Field, rosa.field@example.org", "inform")
    practice.down = True
    await chat.types("yes", "affirm")
    assert chat.said == ["utter_desk_trouble"]
    assert chat.intake["stage"] == "contact"
    practice.down = False
    await chat.presses("affirm")
    assert len(practice.appointments) == 1


async def test_an_answer_without_an_appointments_id_is_not_called_booked(
    chat: Chat, practice: FakePractice
) -> None:
    await hold_a_time(chat)
    await chat.types("Rosa Field, rosa.field@example.org", "inform")
    practice.forgets_ids = True
    await chat.types("yes", "affirm")
    assert chat.said == ["utter_desk_trouble"]
    assert chat.slots.get("booked") is None
    assert chat.question == "contact"


async def test_a_question_at_the_contact_card_is_answered_and_the_card_shown_again(chat: Chat) -> None:
    await hold_a_time(chat)
    await chat.types("how much is it?", "ask_fees")
    assert chat.said == ["utter_text", "utter_ask_again_contact"]
    assert chat.replies[-1]["custom"]["payload"]["hold_id"] == "hold-1"


async def test_another_time_lets_the_visitor_choose_again(chat: Chat, practice: FakePractice) -> None:
    await hold_a_time(chat)
    await chat.types("Rosa Field, 520-555-0114", "inform")
    assert "/more_times" in payloads(chat.replies[0])
    await chat.presses("more_times")
    assert chat.question == "appointment_slot"
    await chat.presses("choose_time", slot_id="therapy-2026-03-05T09:00-0")
    assert chat.said == ["utter_confirm_leave_message"]


async def test_what_was_booked_with_the_cards_form_is_not_asked_for_again(
    chat: Chat, practice: FakePractice
) -> None:
    await hold_a_time(chat)
    chat.metadata["booked"] = True
    await chat.types("thanks", "thank")
    assert chat.said == ["utter_welcome"]
    assert chat.question is None
    assert practice.asked("appointments") == []


async def test_after_a_booking_questions_and_new_requests_are_welcome(chat: Chat) -> None:
    await hold_a_time(chat)
    await chat.types("Rosa Field, rosa.field@example.org", "inform")
    await chat.types("yes", "affirm")
    await chat.types("how much is it", "ask_fees")
    assert chat.said == ["utter_text"]
    assert chat.question is None
    await chat.types("how much is it", "ask_fees")
    assert "all I know" in chat.replies[0]["values"]["ready"]
    await chat.types("blorp", "nlu_fallback")
    assert chat.said == ["utter_what_next"]
    await chat.types("i also cant sleep", "describe_concern", facts={"concerns": ["sleep"]})
    assert chat.slots["concerns"] == ["sleep"]
    assert chat.question == "severity"
    assert chat.slots["age_group"] == "adult_18_64"


async def test_contact_details_never_travel_with_the_intake(chat: Chat) -> None:
    await hold_a_time(chat)
    await chat.types("Rosa Field, 520-555-0114", "inform")
    assert "Rosa" not in str(chat.intake)
    assert "5550114" not in str(chat.intake)


@pytest.mark.parametrize(
    ("details", "complete"),
    [
        (Details(name="Rosa"), False),
        (Details(phone="+15205550114"), False),
        (Details(name="Rosa", email="rosa@example.org"), True),
    ],
)
def test_a_name_and_one_way_to_reach_them_are_enough(details: Details, complete: bool) -> None:
    assert details.complete is complete
