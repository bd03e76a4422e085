"""A person at any moment: fetching one, saying truthfully when they can answer, taking a number to call."""

from __future__ import annotations

from typing import Any

from actions.contact import Details, read_details
from actions.practice_api import PracticeApi, PracticeApiError, TurnClosed
from actions.turn import Turn, choice

YES_LEAVE = choice("utter_label_yes", '/inform{"leave_message": true}')
NO_LEAVE = choice("utter_label_no", '/inform{"leave_message": false}')
NO_CALL = choice("utter_label_no_call", "/deny")


async def fetch_person(turn: Turn, desk: PracticeApi, reason: str, call_back: bool = False) -> None:
    """Ask the api for a handoff and say what that means now.

    Open: someone joins, usually within so many minutes; the form closes and the chat stays. Closed, or when
    a call is what helps (`call_back`): a number is asked for, never demanded. Raises TurnClosed.
    """
    try:
        answer = await desk.request_handoff(turn.ref, reason)
    except TurnClosed:
        raise
    except PracticeApiError:
        turn.says("utter_handoff_trouble")
        turn.ends()
        return
    turn.set(handoff_id=answer.get("handoff_id"), handoff_reason=reason)
    _tell(turn, answer, call_back)


def _tell(turn: Turn, answer: dict[str, Any], call_back: bool) -> None:
    open_now = bool(answer.get("open_now"))
    if call_back and turn.meta.get("staff_asked_contact"):
        _tell_known(turn, answer)
        return
    asks = call_back or not open_now
    payload = {"open_now": open_now, "opens_at": answer.get("opens_at"), "callback": asks}
    response = f"utter_{'callback' if call_back else 'handoff'}_{'open' if open_now else 'closed'}"
    opens = {"moment": answer.get("opens_at"), "tz": turn.meta.get("tz")}
    choices = [NO_CALL] if asks else []
    turn.says(response, "handoff", payload, choices, minutes=answer.get("minutes"), opens=opens)
    turn.set(contact_draft=None)
    if asks:
        turn.asks_next("callback")
    else:
        turn.ends()


def _tell_known(turn: Turn, answer: dict[str, Any]) -> None:
    """The api has already asked where to call (docs/protocols.md §2): it is not asked twice."""
    payload = {"open_now": answer.get("open_now"), "opens_at": answer.get("opens_at"), "callback": False}
    turn.says("utter_callback_known", "handoff", payload)
    turn.ends()


async def take_callback(turn: Turn, desk: PracticeApi) -> bool:
    """Read the answer to "which number?". False when the message was something else."""
    details = read_details(turn)
    if not details.reachable:
        return _declined(turn)
    turn.set(contact_draft=details.to_dict())
    if details.phone and details.leave_message is None:
        turn.says("utter_ask_leave_message", choices=[YES_LEAVE, NO_LEAVE], number=details.phone)
        turn.asks_next("callback")
        return True
    await _save_callback(turn, desk, details)
    return True


def _declined(turn: Turn) -> bool:
    if turn.intent not in ("deny", "skip_question", "stop"):
        return False
    turn.says("utter_callback_declined")
    turn.set(contact_draft=None)
    turn.ends()
    return True


async def _save_callback(turn: Turn, desk: PracticeApi, details: Details) -> None:
    reason = turn.get("handoff_reason", "visitor_request")
    try:
        await desk.request_handoff(turn.ref, reason, details.callback())
    except TurnClosed:
        raise
    except PracticeApiError:
        turn.says("utter_handoff_trouble")
    else:
        turn.says("utter_callback_saved", reach=details.phone or details.email)
    turn.set(contact_draft=None)
    turn.ends()
