"""The intake questions: what a message answers, what is said to it, what comes next."""

from __future__ import annotations

from typing import Any

from actions import recommendation, scheduling, session
from actions.asking import ask_again, goes_back
from actions.care.rules import Rules
from actions.contact import carries_details
from actions.hearing import ANSWERS, hear
from actions.practice_api import PracticeApi
from actions.questions import next_question
from actions.turn import Turn, join, say
from actions.wanted_times import hear_times
from bot.language.answers import read_answer

TIMES_MAY_BE_SAID = frozenset({None, "concerns", "care_choice", "preferred_times", "appointment_slot"})
ABOUT_TIMES = frozenset({"choose_time", "ask_availability", "correct_fact", "more_times", "book_appointment"})
PREFERENCE_BY_WORD = {"yes": "open", "no": "declines", "unsure": "unsure"}
MOST_EVASIONS = 2
# "You are not the only one who comes here about …" would not fit these.
NOT_REFLECTED = frozenset({"other_unclear", "medication_question", "medication_side_effect"})


def hear_all(turn: Turn, rules: Rules) -> None:
    """Facts, times, and a plain yes or no where the open question gives it a meaning."""
    hear(turn, rules)
    if carries_details(turn):
        return
    picks = turn.question == "appointment_slot" and scheduling.picked_slot(turn)
    if not picks and (turn.question in TIMES_MAY_BE_SAID or turn.intent in ABOUT_TIMES):
        hear_times(turn)
    if not is_answered_now(turn):
        _hear_by_word(turn)
    if not session.is_unclear(turn):
        turn.set(unclear_count=0)


def is_answered_now(turn: Turn) -> bool:
    """Whether this message answers the open question."""
    return any(name in turn.heard for name in ANSWERS.get(turn.question or "", ()))


def _hear_by_word(turn: Turn) -> None:
    if turn.pressed or turn.question not in ("therapy_pref", "med_pref", "current_care"):
        return
    word = read_answer(turn.text, turn.question, turn.language)
    if turn.question == "current_care":
        facts: dict[str, Any] = {"in_therapy": False, "on_medication": False} if word == "no" else {}
    else:
        value = PREFERENCE_BY_WORD.get(word or "")
        facts = {turn.question: value} if value else {}
    turn.set(**facts)
    turn.heard.update(facts)


async def place_state(turn: Turn, desk: PracticeApi) -> None:
    """Whether the practice may treat where the visitor will be; with one state, "yes" names it."""
    if turn.question == "state" and not turn.pressed and not is_answered_now(turn):
        await _state_by_word(turn, desk)
    if "state" in turn.heard:
        turn.set(state_served=turn.get("state") in await _states(turn, desk))


async def _state_by_word(turn: Turn, desk: PracticeApi) -> None:
    word = read_answer(turn.text, "state", turn.language)
    states = await _states(turn, desk)
    if word == "yes" and len(states) == 1:
        turn.set(state=states[0])
        turn.heard["state"] = states[0]
    elif word == "no":
        turn.set(state_served=False)
        turn.heard["state_served"] = False


async def _states(turn: Turn, desk: PracticeApi) -> list[str]:
    return list((await desk.practice(turn.ref)).get("states") or [])


async def take_answer(turn: Turn, desk: PracticeApi, rules: Rules) -> None:
    """A message while the intake goes on."""
    answered = is_answered_now(turn) or not turn.question
    told = answered and bool(turn.heard)
    if await session.remark(turn, desk, told) and not told:
        await _resume(turn, desk, rules)
        return
    if await goes_back(turn, desk):
        return
    if not answered and not await pass_over(turn, desk):
        return
    acknowledge(turn)
    await advance(turn, desk, rules)


async def _resume(turn: Turn, desk: PracticeApi, rules: Rules) -> None:
    """After a remark: back to the open question, or to the first."""
    if turn.question:
        await ask_again(turn, desk)
    else:
        await advance(turn, desk, rules)


async def pass_over(turn: Turn, desk: PracticeApi) -> bool:
    """Not answered: leave the question, ask it again, or fetch a person. True when the talk may go on."""
    if _wants_to_skip(turn):
        turn.says("utter_skipped")
        skip(turn)
        return True
    if session.is_unclear(turn):
        return await _unclear(turn, desk)
    turn.set(evasions=turn.get("evasions", 0) + 1)
    if turn.question == "safety_check" or turn.get("evasions") >= MOST_EVASIONS:
        skip(turn)
        return True
    acknowledge(turn)
    await ask_again(turn, desk)
    return False


async def _unclear(turn: Turn, desk: PracticeApi) -> bool:
    if turn.question == "concerns" and turn.intent == "describe_concern":
        turn.set(concerns=["other_unclear"], unclear_count=0)
        turn.heard["concerns"] = ["other_unclear"]
        return True
    if not await session.not_understood(turn, desk):
        await ask_again(turn, desk)
    return False


def _wants_to_skip(turn: Turn) -> bool:
    word = None if turn.pressed else read_answer(turn.text, turn.question, turn.language)
    unsure = word == "unsure" and turn.question != "safety_check"
    return turn.intent == "skip_question" or word == "skip" or unsure


def skip(turn: Turn) -> None:
    """Leave the open question. The safety question is asked once more before the suggestion (clinical §2)."""
    if turn.question == "safety_check":
        again = turn.get("safety_check") == "open"
        turn.set(safety_check="unanswered" if again else "open", safety_unanswered=again)
    elif turn.question and turn.question not in turn.get("skipped", []):
        turn.set(skipped=[*turn.get("skipped", []), turn.question])


def acknowledge(turn: Turn) -> None:
    """One short sentence: a correction is confirmed, a worry told for the first time is reflected."""
    if turn.changed:
        turn.says("utter_changed")
    named = turn.heard.get("concerns")
    if not named or turn.get("reflected"):
        return
    turn.set(reflected=True)
    known = [item for item in named if item not in NOT_REFLECTED][:3]
    if known:
        turn.says("utter_reflect", concerns=join([say(f"utter_concern_{item}") for item in known]))
    else:
        turn.says("utter_reflect_plain")


async def advance(turn: Turn, desk: PracticeApi, rules: Rules) -> None:
    """Ask the next question, or make the suggestion when enough is known."""
    question = next_question(turn.known, rules)
    if question is None:
        await recommendation.suggest(turn, desk, rules)
        return
    if question == "state":
        await scheduling.ask_state(turn, desk)
    turn.asks_next(question)
