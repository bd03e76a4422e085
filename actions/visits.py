"""Booked visits in the chat: their links for the chat that booked them, or after proof of a contact detail."""

from __future__ import annotations

from actions.practice_api import PracticeApi
from actions.turn import Turn, choice
from bot.language.contact import read_contact

PERSON = choice("utter_label_person", "/request_human")


async def manage(turn: Turn, desk: PracticeApi) -> None:
    """See, move or cancel: the api shows or mails the links; what was not booked here wants proof."""
    given = {} if turn.pressed else read_contact(turn.text).to_dict()
    proves = bool(given.get("phone") or given.get("email"))
    answer = await desk.visits(turn.ref, given if proves else {})
    if answer.get("mailed"):
        turn.says("utter_visits_mailed", choices=[PERSON])
    elif answer["shown"]:
        turn.says("utter_visits_shown")
    else:
        turn.says("utter_visits_not_found" if proves else "utter_manage_appointment", choices=[PERSON])
