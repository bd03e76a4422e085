"""The safety conversation: what one message does to a chat's tier, and what the api says itself (clinical.md §4).

Pure: it changes a SafetyState and names the scripts to speak; storing, alerting and speaking happen elsewhere.
The tier rises freely. It falls one step only after a clear "no" to the direct question, never below `floor`, and
never from emergency. In crisis and emergency the bot is not called.
"""

from dataclasses import dataclass, replace

from api.safety import replies
from api.safety.hearing import Heard, Signal
from api.safety.models import SafetyState
from api.safety.replies import Step
from api.vocabulary import Tier

# Self-injury always gets the direct question too (clinical.md §1, self_harm_no_intent; §3, item 9).
ASKED_DIRECTLY = frozenset({"NSSI_CURRENT", "ITEM9"})


def fresh(session_id: str) -> SafetyState:
    """Where every chat begins."""
    return SafetyState(
        session_id=session_id,
        tier=Tier.NONE,
        floor=Tier.NONE,
        times_spoken=0,
        psychosis_now=False,
        mania_now=False,
        substance="none",
        by_facts=False,
        owes_direct=False,
        callback_asked=False,
    )


@dataclass(frozen=True)
class Outcome:
    """What a message led to: the step to take, and the tier it rose to, if it rose."""

    step: Step
    risen: Tier | None = None


def respond(state: SafetyState, heard: Heard) -> Outcome:
    """Take one message of a chat the bot answers."""
    before = Tier(state.tier)
    risen = lift(state, heard)
    if risen is not None and risen.rank >= Tier.CRISIS.rank:
        step = replies.alarm(state)
    elif state.open_question:
        step = replies.BY_QUESTION[state.open_question](state, heard, risen)
    elif heard.universal and heard.answer:
        step = replies.universal(state, heard, risen)
    else:
        step = replies.unasked(state, heard, risen)
    return Outcome(step, Tier(state.tier) if Tier(state.tier).rank > before.rank else None)


def respond_beside_staff(state: SafetyState, heard: Heard) -> Outcome:
    """Take one message of a chat a staff member answers: the script is spoken once for each rise, nothing else."""
    risen = lift(state, heard)
    step = Step()
    if risen is not None and risen.rank >= Tier.CRISIS.rank:
        step = replace(replies.alarm(state), fetches=True)
    state.open_question = None
    return Outcome(step, risen)


def ask_for_help(state: SafetyState) -> Outcome:
    """The button "I need help now": lines to call, and whether there is danger at this moment."""
    before = Tier(state.tier)
    if before == Tier.EMERGENCY:
        state.open_question = "call_911"
    else:
        state.open_question = "in_danger"
    replies.raise_to(state, Tier.WATCH)
    risen = Tier(state.tier) if Tier(state.tier) != before else None
    return Outcome(Step(says=("help_now",), fetches=True), risen)


def item_nine(state: SafetyState, answer: int) -> Outcome:
    """The last item of the mood screener (0 to 3). Above zero: urgent at least, 988, and the direct question, whose
    clear no goes no lower than urgent; zero changes nothing. Raises ValueError for any other answer (clinical.md §3)."""
    if isinstance(answer, bool) or answer not in range(4):
        raise ValueError("item nine is answered with 0, 1, 2 or 3")
    if answer == 0:
        return Outcome(Step(goes_on=True))
    risen = lift(state, Heard(tier=Tier.URGENT, signals=(Signal("ITEM9", Tier.URGENT),)))
    if replies.is_at_least(state, Tier.CRISIS):
        return Outcome(replace(replies.support(state), fetches=True), risen)
    step = replies.ask_directly(state, "item_nine", "direct_plain", fetches=True)
    state.open_question = "item_nine"
    return Outcome(step, risen)


def lift(state: SafetyState, heard: Heard) -> Tier | None:
    """Raise tier and floor to what was heard, fill the facts of signals with `sets`; the tier risen to or None."""
    before = Tier(state.tier)
    for signal in heard.signals:
        _fill(state, signal)
    plain = any(signal.tier == Tier.URGENT and not signal.sets for signal in heard.signals)
    if heard.tier == Tier.URGENT and (before.rank < Tier.URGENT.rank or state.by_facts):
        state.by_facts = not plain
    state.owes_direct = state.owes_direct or bool(heard.signal_ids & ASKED_DIRECTLY)
    replies.raise_to(state, heard.tier)
    return heard.tier if heard.tier.rank > before.rank else None


def _fill(state: SafetyState, signal: Signal) -> None:
    # A `sets` names a column of the same name; anything else in the data is for the bot, not for us.
    for name, value in signal.sets:
        if name in ("psychosis_now", "mania_now", "substance", "request") and signal.tier.rank:
            setattr(state, name, value)
