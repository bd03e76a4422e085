"""Booked visits in the chat: their links for the chat that booked them, or after proof of a contact detail."""

from __future__ import annotations

from actions.practice_api import PracticeApi
from actions.turn import Turn, choice
from bot.language.contact import read_contact

MOST_SIGNS = 200
PERSON = choice("utter_label_person", "/request_human")


async def manage(turn: Turn, desk: PracticeApi) -> None:
    """See, move or cancel: the api shows or mails the links; what was not booked here wants proof."""
    found = read_contact("" if turn.pressed else turn.text)
    proves = bool(found.phone or found.email)
    # The api looks for the name in the whole message: who cancels in a hurry writes no clean list.
    details = {"phone": found.phone, "email": found.email, "words": turn.text[:MOST_SIGNS]} if proves else {}
    answer = await desk.visits(turn.ref, details)
    if answer.get("mailed"):
        turn.says("utter_visits_mailed", choices=[PERSON])
    elif answer["shown"]:
        turn.says("utter_visits_shown")
    else:
        turn.says("utter_visits_not_found" if proves else "utter_manage_appointment", choices=[PERSON])
