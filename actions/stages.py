"""What a message means after the intake: the choice of a visit, the search for a time, the booking."""

from __future__ import annotations

from actions import booking, handoff, intake, recommendation, scheduling, session
from actions.asking import ask_again
from actions.care.rules import Rules
from actions.practice_api import PracticeApi
from actions.questions import decision_for
from actions.turn import Turn
from bot.language.answers import read_answer


async def choose(turn: Turn, desk: PracticeApi, rules: Rules) -> None:
    """The kind of visit: taken, refused, asked about, or suggested anew when a preference changed."""
    kind = recommendation.read_care_choice(turn)
    if kind:
        await scheduling.start(turn, desk, kind)
    elif await session.remark(turn, desk, answered=False):
        await ask_again(turn, desk)
    elif turn.changed and decision_for(turn.known, rules).rule_id != turn.get("rule_id"):
        intake.acknowledge(turn)
        await recommendation.suggest(turn, desk, rules)
    elif turn.intent == "affirm" or turn.intent == "deny" or _is_unsure(turn):
        await _undecided(turn, desk)
    elif not session.is_unclear(turn) or not await session.not_understood(turn, desk):
        await ask_again(turn, desk)


def _is_unsure(turn: Turn) -> bool:
    word = None if turn.pressed else read_answer(turn.text, "care_choice", turn.language)
    return turn.intent in ("unsure", "skip_question") or word in ("unsure", "no", "skip")


async def _undecided(turn: Turn, desk: PracticeApi) -> None:
    """A yes to "a person can look at it" fetches them; a no or a doubt gets the choice once more."""
    if turn.intent == "affirm" and turn.get("suggested_route") == recommendation.STAFF:
        await handoff.fetch_person(turn, desk, "staff_review")
        return
    turn.says("utter_choice_is_yours")
    await ask_again(turn, desk)


async def find_time(turn: Turn, desk: PracticeApi, rules: Rules) -> None:
    """When: what must be known first, a time that is picked, or the search for one."""
    slot = scheduling.picked_slot(turn) if turn.question == "appointment_slot" else None
    if turn.question in ("age_group", "state"):
        await _needed(turn, desk, rules)
    elif slot:
        if await scheduling.hold(turn, desk, slot):
            booking.ask_contact(turn)
    else:
        await _looking(turn, desk)


async def _looking(turn: Turn, desk: PracticeApi) -> None:
    """No time was picked: a new wish, more of the same, a question in passing, any time, none of these."""
    if "windows" in turn.heard or turn.intent == "more_times":
        await scheduling.show_next(turn, desk)
    elif await session.remark(turn, desk, answered=False) or _has_problem(turn):
        await ask_again(turn, desk)
    elif turn.question == "preferred_times" and scheduling.is_flexible(turn):
        turn.set(windows=[])
        await scheduling.show_times(turn, desk)
    elif scheduling.refuses(turn):
        turn.says("utter_other_times")
        turn.set(windows=None)
        turn.asks_next("preferred_times")
    elif not await session.not_understood(turn, desk):
        await ask_again(turn, desk)


def _has_problem(turn: Turn) -> bool:
    """A date that does not exist or has passed: say why."""
    if turn.problem:
        turn.says_text(turn.problem)
    return turn.problem is not None


async def _needed(turn: Turn, desk: PracticeApi, rules: Rules) -> None:
    """Age or state, without which nothing is booked; what they say may change who can help."""
    if not intake.is_answered_now(turn) and not await intake.pass_over(turn, desk):
        return
    decision = decision_for(turn.known, rules)
    if decision.lock and decision.route == recommendation.STAFF:
        recommendation.record(turn, decision)
        await recommendation.refer(turn, desk, decision)
    elif scheduling.missing_for_booking(turn.known) == turn.question:
        turn.says("utter_needed_person")
        turn.set(stage="done")
        await handoff.fetch_person(turn, desk, recommendation.STAFF)
    else:
        await scheduling.continue_booking(turn, desk)


async def finish_booking(turn: Turn, desk: PracticeApi) -> None:
    """Contact details, another time, or a question at the card."""
    if booking.is_booked_on_page(turn):
        booking.close_booking(turn)
        await talk_on(turn, desk)
    elif "windows" in turn.heard or turn.intent == "more_times":
        await scheduling.change_time(turn, desk)
    elif await booking.take_contact(turn, desk):
        return
    elif await session.remark(turn, desk, answered=False) or not await session.not_understood(turn, desk):
        await ask_again(turn, desk)


async def talk_on(turn: Turn, desk: PracticeApi) -> None:
    """After a booking or a handoff: thanks and questions are answered, a new request starts again."""
    turn.set(unclear_count=0)
    said = await session.remark(turn, desk, answered=False)
    if not said or turn.intent == "repeat":
        turn.says("utter_what_next", choices=[session.FIND_VISIT, session.PERSON])
    turn.ends()
