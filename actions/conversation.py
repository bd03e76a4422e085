"""One message from end to end: heard, answered by the room of its stage, the next question left open."""

from __future__ import annotations

from typing import Any

from actions import booking, handoff, intake, recommendation, session, stages
from actions.asking import ask_again
from actions.care.rules import Rules
from actions.contact import carries_details
from actions.practice_api import PracticeApi, PracticeApiError, TurnClosed
from actions.questions import early_decision
from actions.turn import Turn, choice

TRY_AGAIN = choice("utter_label_try_again", "/more_times")
NEW_REQUEST = frozenset(
    {"book_appointment", "describe_concern", "state_preference", "choose_care", "refill", "ask_availability"}
)


async def converse(turn: Turn, desk: PracticeApi, rules: Rules) -> None:
    """Answer one message. Raises TurnClosed when the turn was given up: then nothing may be said or kept."""
    try:
        await _answer(turn, desk, rules)
    except TurnClosed:
        raise
    except PracticeApiError:
        turn.says("utter_desk_trouble", choices=[*_again(turn), session.PERSON])
        turn.asks_next("appointment_slot" if turn.get("stage") == "times" else turn.question or "concerns")


def _again(turn: Turn) -> list[dict[str, Any]]:
    """What to press to try the same once more."""
    return {"times": [TRY_AGAIN], "contact": [booking.BOOK_IT]}.get(turn.get("stage"), [])


async def _answer(turn: Turn, desk: PracticeApi, rules: Rules) -> None:
    session.follow_language(turn)
    session.resume(turn)
    intake.hear_all(turn, rules)
    if await session.leave(turn, desk) or await _starts_over(turn, desk, rules):
        return
    await intake.place_state(turn, desk)
    if turn.question == "callback":
        await _callback(turn, desk)
    elif not await _call_today(turn, desk, rules):
        await _by_stage(turn, desk, rules)


async def _starts_over(turn: Turn, desk: PracticeApi, rules: Rules) -> bool:
    again = turn.intent == "start_over" and not carries_details(turn)
    if not again and not (turn.get("stage") == "done" and turn.intent in NEW_REQUEST):
        return False
    session.forget(turn, everything=again)
    if again:
        turn.says("utter_started_over")
    else:
        intake.hear_all(turn, rules)
        await intake.place_state(turn, desk)
        intake.acknowledge(turn)
    await intake.advance(turn, desk, rules)
    return True


async def _callback(turn: Turn, desk: PracticeApi) -> None:
    if await handoff.take_callback(turn, desk):
        return
    if await session.remark(turn, desk, answered=False):
        await ask_again(turn, desk)
        return
    turn.set(evasions=turn.get("evasions", 0) + 1)
    if turn.get("evasions") < intake.MOST_EVASIONS:
        await ask_again(turn, desk)
        return
    turn.says("utter_callback_declined")
    turn.ends()


async def _call_today(turn: Turn, desk: PracticeApi, rules: Rules) -> bool:
    """Safety first: as soon as the facts ask for a call today, the questions stop (clinical §2, A)."""
    decision = early_decision(turn.known, rules)
    if decision is None or decision.route != recommendation.CALL_TODAY:
        return False
    if turn.get("rule_id") == decision.rule_id and turn.get("handoff_id"):
        return False
    recommendation.record(turn, decision)
    await recommendation.refer(turn, desk, decision)
    return True


async def _is_left_in_peace(turn: Turn, desk: PracticeApi) -> bool:
    """Who waits for a person gets answers, but no questions of ours for a thanks or an "ok"."""
    if not session.waits_for_person(turn) or turn.heard or turn.get("stage") == "done" or turn.pressed:
        return False
    if not await session.remark(turn, desk, answered=False):
        session.wait_quietly(turn)
    turn.ends()
    return True


async def _by_stage(turn: Turn, desk: PracticeApi, rules: Rules) -> None:
    stage = turn.get("stage", "intake")
    if await _is_left_in_peace(turn, desk):
        return
    if stage == "choice":
        await stages.choose(turn, desk, rules)
    elif stage == "times":
        await stages.find_time(turn, desk, rules)
    elif stage == "contact":
        await stages.finish_booking(turn, desk)
    elif stage == "done":
        await stages.talk_on(turn, desk)
    else:
        await intake.take_answer(turn, desk, rules)
