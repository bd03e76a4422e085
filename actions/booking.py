"""From held times to appointments: contact details, one last yes, and the booking."""

from __future__ import annotations

from typing import Any

from actions import scheduling
from actions.contact import Details, read_details
from actions.practice_api import PracticeApi, SlotTaken
from actions.turn import Turn, choice, join
from bot.language.answers import read_answer

BOOK_IT = choice("utter_label_book_it", "/affirm")
OTHER_TIME = choice("utter_label_other_time", "/more_times")
LEAVE = choice("utter_label_leave_message", '/inform{"leave_message": true}')
DO_NOT_LEAVE = choice("utter_label_no_message", '/inform{"leave_message": false}')


def ask_contact(turn: Turn, response: str = "utter_contact_details") -> None:
    """All is held: how can the visitor be reached? The card's form books by itself; typing works too."""
    details = Details(**turn.get("contact_draft", {}))
    if details.complete:
        _ask_missing(turn, details)
        return
    held: list[dict[str, Any]] = turn.get("holds", [])
    payload = {name: held[0].get(name) for name in ("hold_id", "expires_at", "slot")}
    if len(held) > 1:
        payload["hold_ids"] = [item["hold_id"] for item in held]
        payload["slots"] = [item["slot"] for item in held]
    turn.says(response, "contact", payload, when=_when(turn))
    turn.asks_next("contact")


def ask_again(turn: Turn) -> None:
    """The part still missing: all of it, the name, the number, or the last yes."""
    details = Details(**turn.get("contact_draft", {}))
    if details == Details():
        ask_contact(turn, "utter_ask_again_contact")
    else:
        _ask_missing(turn, details)


def is_booked_on_page(turn: Turn) -> bool:
    """The visitor used the card's form: the api booked it and said so, without a turn of ours."""
    return bool(turn.meta.get("booked")) and not turn.get("booked")


async def take_contact(turn: Turn, desk: PracticeApi) -> bool:
    """Read details or the last yes. False when the message was something else."""
    before = Details(**turn.get("contact_draft", {}))
    details = read_details(turn)
    turn.set(contact_draft=details.to_dict())
    answer = _answer(turn)
    if details.complete and (answer == "yes" or details.leave_message != before.leave_message):
        await book(turn, desk, details)
    elif before.complete and answer == "no" and details == before:
        turn.says("utter_booking_not_yet", choices=[BOOK_IT, OTHER_TIME], when=_when(turn))
        turn.asks_next("contact")
    elif details != before:
        _ask_missing(turn, details)
    else:
        return False
    return True


def _answer(turn: Turn) -> str | None:
    if turn.pressed:
        return {"affirm": "yes", "deny": "no"}.get(turn.intent)
    return read_answer(turn.text, "contact", turn.language)


def _ask_missing(turn: Turn, details: Details) -> None:
    if not details.name:
        turn.says("utter_ask_name")
    elif not details.reachable:
        turn.says("utter_ask_reach", name=details.name)
    else:
        _ask_yes(turn, details)
    turn.asks_next("contact")


def _ask_yes(turn: Turn, details: Details) -> None:
    """One question that also confirms: may a message be left at the number? Then it is booked."""
    asks_leave = details.phone and details.leave_message is None
    response = "utter_confirm_leave_message" if asks_leave else "utter_confirm_booking"
    choices = [LEAVE, DO_NOT_LEAVE, OTHER_TIME] if asks_leave else [BOOK_IT, OTHER_TIME]
    reach = details.phone or details.email
    turn.says(response, choices=choices, name=details.name, reach=reach, when=_when(turn))


def _when(turn: Turn) -> dict[str, Any]:
    """The api's own labels of the held times."""
    return join([(item.get("slot") or {}).get("label", "") for item in turn.get("holds", [])])


async def book(turn: Turn, desk: PracticeApi, details: Details) -> None:
    """Book all that is held, as one. The api itself says what is booked; without its ids, nothing is."""
    hold_ids = [item["hold_id"] for item in turn.get("holds", [])]
    try:
        appointments = await desk.book(turn.ref, hold_ids, details.contact())
    except SlotTaken as taken:
        await scheduling.offer_instead(turn, desk, taken)
        return
    booked = [str(item["id"]) for item in appointments if item.get("id")]
    if len(booked) < len(hold_ids):
        turn.says("utter_desk_trouble")
        turn.asks_next("contact")
        return
    turn.set(booked=[*turn.get("booked", []), *booked])
    close_booking(turn)
    turn.says("utter_after_booking")
    turn.ends()


def close_booking(turn: Turn) -> None:
    """Forget what was only needed to book."""
    nothing = dict.fromkeys(("holds", "visits_left", "offered", "contact_draft"))
    turn.set(stage="done", booked=turn.get("booked") or ["page"], **nothing)
