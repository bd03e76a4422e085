"""Asking once more: the open question in other words, or the one before it."""

from __future__ import annotations

from actions import booking, handoff, recommendation, scheduling
from actions.hearing import ANSWERS
from actions.practice_api import PracticeApi
from actions.turn import SPOKEN_BY_FORM, Turn


async def goes_back(turn: Turn, desk: PracticeApi) -> bool:
    """To the question before this one, whose answer is forgotten. False when there is none."""
    asked: list[str] = turn.get("asked", [])
    before = asked[: asked.index(turn.question)] if turn.question in asked else asked
    if turn.intent != "go_back" or not before:
        return False
    last = before[-1]
    _forget_answer(turn, last)
    if last == "state":
        await scheduling.ask_state(turn, desk)
    turn.asks_next(last)
    return True


def _forget_answer(turn: Turn, question: str) -> None:
    names = ("safety_check",) if question == "safety_check" else ANSWERS[question]
    turn.set(**{name: None for name in names})
    turn.set(skipped=[item for item in turn.get("skipped", []) if item != question])


async def ask_again(turn: Turn, desk: PracticeApi) -> None:
    """The open question once more; what the form does not speak itself is said here."""
    question = turn.question or "concerns"
    if question == "state":
        await scheduling.ask_state(turn, desk)
    elif question == "care_choice":
        turn.says("utter_ask_again_care_choice", choices=recommendation.offers(turn))
    elif question == "appointment_slot":
        scheduling.ask_again(turn)
    elif question == "contact":
        booking.ask_again(turn)
    elif question == "callback":
        turn.says("utter_ask_again_callback", choices=[handoff.NO_CALL])
    elif question not in SPOKEN_BY_FORM:
        raise ValueError(f"no way to ask {question} again")
    turn.asks_next(question)
