"""Moving, cancelling and seeing a visit in the chat: links for who may have them, else how to get them."""

import pytest

from tests.actions.chat import Chat, payloads
from tests.actions.fake_practice import FakePractice

INTENTS = ["reschedule_appointment", "cancel_appointment", "check_appointment"]


@pytest.mark.parametrize("intent", INTENTS)
async def test_the_chat_that_booked_gets_its_links_without_more_proof(
    chat: Chat, practice: FakePractice, intent: str
) -> None:
    practice.visits_to_show = 1
    await chat.types("i need to change my visit", intent)
    assert chat.said[0] == "utter_visits_shown"
    (asked,) = practice.asked("visits")
    assert not {"words", "phone", "email"} & set(asked)


async def test_without_a_visit_of_this_chat_it_says_how_to_prove_and_offers_a_person(chat: Chat) -> None:
    await chat.types("cancel my appointment", "cancel_appointment")
    assert chat.said[0] == "utter_manage_appointment"
    assert payloads(chat.replies[0]) == ["/request_human"]


async def test_details_in_the_message_are_taken_as_proof(chat: Chat, practice: FakePractice) -> None:
    practice.visits_to_show = 1
    await chat.types("cancel my visit please, Rosa Lane, 520-555-0142", "cancel_appointment")
    assert chat.said[0] == "utter_visits_shown"
    (asked,) = practice.asked("visits")
    assert asked["phone"] == "+15205550142"
    assert "Rosa Lane" in asked["words"]


async def test_details_that_match_nothing_say_so_and_offer_a_person(chat: Chat, practice: FakePractice) -> None:
    await chat.types("cancel it, 520-555-0142", "cancel_appointment")
    assert chat.said[0] == "utter_visits_not_found"
    assert payloads(chat.replies[0]) == ["/request_human"]


async def test_a_mail_address_gets_the_link_by_mail_whether_there_is_a_visit_or_not(
    chat: Chat, practice: FakePractice
) -> None:
    practice.mails_links = True
    await chat.types("move my visit, rosa@example.com", "reschedule_appointment")
    assert chat.said[0] == "utter_visits_mailed"


async def test_trouble_at_the_desk_is_said_and_a_person_offered(chat: Chat, practice: FakePractice) -> None:
    practice.down = True
    await chat.types("cancel my visit", "cancel_appointment")
    assert "utter_desk_trouble" in chat.said
