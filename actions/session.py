"""The talk about the talk: greetings, thanks, why we ask, the language, stopping, starting over."""

from __future__ import annotations

from collections.abc import Mapping

from actions import faq, visits
from actions.contact import carries_details
from actions.handoff import fetch_person
from actions.practice_api import PracticeApi
from actions.turn import Turn, choice
from actions.visits import PERSON as PERSON

FIND_VISIT = choice("utter_label_find_visit", "/book_appointment")
SEVERAL_WORDS = 4

# What is said in passing, before the same question is asked again.
REMARKS: Mapping[str, str] = {
    "thank": "utter_welcome",
    "small_talk": "utter_small_talk",
    "complaint": "utter_complaint",
    "delete_data": "utter_delete_data",
    "existing_patient": "utter_existing_patient",
    "ask_availability": "utter_times_soon",
}
WITH_PERSON = frozenset({"utter_complaint"})
OF_BOOKED_VISITS = frozenset({"reschedule_appointment", "cancel_appointment", "check_appointment"})
# Forgotten when the visitor starts over; a new request keeps who it is for, age, state and current care.
PER_REQUEST = (
    "concerns",
    "negated",
    "severity",
    "duration",
    "med_pref",
    "therapy_pref",
    "request",
    "quotes",
    "windows",
    "recurring",
    "suggested_route",
    "chosen_route",
    "rule_id",
    "why",
    "modifiers",
    "lock",
    "offered",
    "holds",
    "visits_left",
    "contact_draft",
    "asked",
    "skipped",
    "reflected",
)
PER_PERSON = (
    "seeker",
    "joint_care",
    "age_group",
    "guardian_ok",
    "state",
    "state_served",
    "in_therapy",
    "therapy_not_enough",
    "on_medication",
    "medication_not_enough",
    "medications",
    "perinatal",
    "high_risk_med",
)


def follow_language(turn: Turn) -> None:
    """The page's language, unless the visitor asked for the other one in the chat since it last changed."""
    page = turn.meta.get("language") if turn.meta.get("language") in ("en", "es") else "en"
    if turn.get("page_language") != page:
        turn.set(page_language=page, language=page)


def change_language(turn: Turn) -> None:
    """Go on in the other language."""
    turn.set(language="en" if turn.language == "es" else "es")
    turn.says("utter_language_changed")


def asks_for_person(turn: Turn) -> bool:
    """A button, or words that ask for a person; "want to talk to someone" about a worry is not one (yet)."""
    if turn.pressed:
        return turn.intent == "request_human"
    stated = (turn.findings.get("facts") or {}).get("request") == "human"
    return stated or (turn.intent == "request_human" and "concerns" not in turn.heard)


async def leave(turn: Turn, desk: PracticeApi) -> bool:
    """What ends the questions at any moment, first message included: a person, a call, stopping, goodbye."""
    if carries_details(turn):
        return False
    if asks_for_person(turn):
        await fetch_person(turn, desk, "visitor_request")
    elif turn.intent == "request_callback":
        await fetch_person(turn, desk, "visitor_request", call_back=True)
    elif turn.intent in ("stop", "goodbye") and not turn.heard:
        turn.says("utter_stop" if turn.intent == "stop" else "utter_goodbye", choices=[FIND_VISIT, PERSON])
        turn.ends()
    else:
        return False
    return True


def waits_for_person(turn: Turn) -> bool:
    """A person was fetched and no question was open when the message came."""
    return turn.known.get("requested_slot") is None and turn.get("handoff_id") is not None


def resume(turn: Turn) -> None:
    """After the form was closed in the middle, a message is read as an answer to where it stood."""
    if turn.question is None:
        offered = "appointment_slot" if turn.get("offered") else "preferred_times"
        where = {"choice": "care_choice", "times": offered, "contact": "contact"}
        turn.question = where.get(turn.get("stage"))


def forget(turn: Turn, everything: bool) -> None:
    """Empty the intake: all of it, or what belongs to one request. Nothing about safety is forgotten."""
    names = PER_REQUEST + PER_PERSON if everything else PER_REQUEST
    turn.set(**{name: None for name in names})
    turn.set(stage="intake", unclear_count=0, evasions=0, ask_count=0)
    turn.heard.clear()
    turn.changed.clear()


async def remark(turn: Turn, desk: PracticeApi, answered: bool) -> bool:
    """Answer what was asked in passing. False when there was nothing of the kind.

    A message that answered our question counts as one of theirs only when it has a question mark.
    """
    if answered and not turn.asks:
        return False
    if faq.has_answer(turn.intent):
        await faq.answer(turn, desk)
    elif turn.intent == "why_asked":
        turn.says(f"utter_why_ask_{turn.question}" if turn.question else "utter_why_ask")
    elif turn.intent == "change_language":
        change_language(turn)
    elif turn.intent in OF_BOOKED_VISITS:
        await visits.manage(turn, desk)
    elif turn.intent in REMARKS:
        response = REMARKS[turn.intent]
        turn.says(response, choices=[PERSON] if response in WITH_PERSON else [])
    elif turn.intent == "greet":
        turn.says("utter_greet_again" if turn.get("said") else "utter_hello")
    else:
        return turn.intent == "repeat"
    return True


def wait_quietly(turn: Turn) -> None:
    """Somebody who waits for a person says something that needs no answer of ours."""
    turn.says("utter_waiting", choices=[FIND_VISIT])


def is_unclear(turn: Turn) -> bool:
    """Whether nothing at all could be made of the message."""
    return not turn.heard and not turn.changed


async def not_understood(turn: Turn, desk: PracticeApi) -> bool:
    """Two steps: say it differently; the second time in a row, fetch a person. True when fetched."""
    count = turn.get("unclear_count", 0) + 1
    turn.set(unclear_count=count)
    if count < 2:
        turn.says("utter_out_of_scope" if turn.intent == "out_of_scope" else "utter_unclear")
        return False
    turn.set(unclear_count=0)
    turn.says("utter_not_understood")
    await fetch_person(turn, desk, "not_understood")
    return True
