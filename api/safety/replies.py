"""The single steps of the safety conversation: one function for each open question, and one for none."""

from collections.abc import Callable
from dataclasses import dataclass

from api.safety.hearing import Heard
from api.safety.models import SafetyState
from api.vocabulary import Tier


@dataclass(frozen=True)
class Step:
    """What follows from a message.

    `says`: scripts in order, one message. `goes_on`: the bot may take what waits. `keeps`: this message waits for
    the bot, so that its facts are not lost. `fetches`: staff must see this chat. `phone`: a number was given.
    `confirmed`: an answer that counts as a signal of its own, for the alert.
    """

    says: tuple[str, ...] = ()
    goes_on: bool = False
    keeps: bool = False
    fetches: bool = False
    phone: bool = False
    confirmed: str | None = None


Reply = Callable[[SafetyState, Heard, Tier | None], Step]


def raise_to(state: SafetyState, tier: Tier) -> None:
    """Raise the tier; from urgent on the floor is urgent, so that a "no" never clears all of it."""
    if tier.rank > Tier(state.tier).rank:
        state.tier = tier
        state.direct_answer = None
    if tier.rank > Tier.URGENT.rank:
        state.by_facts = False
    if tier.rank >= Tier.URGENT.rank:
        state.floor = Tier.URGENT


def is_at_least(state: SafetyState, tier: Tier) -> bool:
    """True when the chat's tier is that one or higher."""
    return Tier(state.tier).rank >= tier.rank


def alarm(state: SafetyState, confirmed: str | None = None) -> Step:
    """Speak the script of crisis or emergency and ask what it asks; the message is consumed."""
    emergency = state.tier == Tier.EMERGENCY
    state.open_question = "call_911" if emergency else "in_danger"
    return Step(says=("emergency" if emergency else "crisis",), fetches=True, confirmed=confirmed)


def support(state: SafetyState, *says: str) -> Step:
    """A short line with 988 (and 911 in an emergency), after whatever else is to be said."""
    line = "emergency_support" if state.tier == Tier.EMERGENCY else "crisis_support"
    return Step(says=(*says, line))


def ask_directly(state: SafetyState, *says: str, keeps: bool = False, fetches: bool = False) -> Step:
    """Ask the direct question; after words of its own (`says`) without the reflection."""
    state.open_question, state.owes_direct = "direct", False
    return Step(says=says or ("direct",), keeps=keeps, fetches=fetches)


def urgent(state: SafetyState, keeps: bool) -> Step:
    """Speak the urgent script, which asks for a number; once in a chat, whose tier then never falls lower."""
    state.open_question, state.callback_asked = "callback_number", True
    return Step(says=("urgent",), keeps=keeps, fetches=True)


def after_urgent(state: SafetyState, says: tuple[str, ...], keeps: bool) -> Step:
    """The direct question when it is owed, otherwise on to the bot."""
    if state.owes_direct:
        return ask_directly(state, *says, "direct_plain", keeps=keeps, fetches=True)
    return Step(says=says, goes_on=True, keeps=keeps, fetches=True)


def unasked(state: SafetyState, heard: Heard, risen: Tier | None) -> Step:
    """No safety question is open."""
    if is_at_least(state, Tier.CRISIS):
        return _further(state, heard)
    if risen == Tier.URGENT:
        return urgent(state, keeps=True)
    if heard.tier == Tier.WATCH:
        return ask_directly(state, keeps=True)
    if heard.tier == Tier.URGENT:
        return after_urgent(state, ("urgent_again",), keeps=True)
    return Step(goes_on=True, keeps=True)


def _further(state: SafetyState, heard: Heard) -> Step:
    # Who wants to go on is asked first; every third message offers it, so that nobody is locked in or pressed.
    if state.tier == Tier.EMERGENCY:
        return support(state)
    if heard.answer == "go_on" or state.times_spoken % 3 == 2:
        return ask_directly(state, "crisis_support", "direct_again")
    return support(state)


def direct(state: SafetyState, heard: Heard, risen: Tier | None) -> Step:
    """Are you having thoughts of killing yourself?"""
    state.direct_answer, state.open_question, state.owes_direct = heard.answer or "unanswered", None, False
    if heard.answer == "yes":
        return _confirm(state)
    if heard.answer == "no":
        return _clear(state, risen)
    return _leave_open(state, heard)


def _confirm(state: SafetyState) -> Step:
    if is_at_least(state, Tier.CRISIS):
        return support(state)
    raise_to(state, Tier.CRISIS)
    state.direct_answer = "yes"
    return alarm(state, confirmed="DIRECT_YES")


def _clear(state: SafetyState, risen: Tier | None) -> Step:
    if risen is None:
        _step_down(state)
    if is_at_least(state, Tier.CRISIS):
        return support(state)
    if state.tier == Tier.URGENT and not state.callback_asked:
        return urgent(state, keeps=risen is not None)
    return Step(says=("thanks_no",), goes_on=True, keeps=risen is not None)


def _step_down(state: SafetyState) -> None:
    if state.tier == Tier.EMERGENCY:
        return
    lower = list(Tier)[max(Tier(state.tier).rank - 1, Tier(state.floor).rank)]
    state.tier = lower


def _leave_open(state: SafetyState, heard: Heard) -> Step:
    # "Not sure", "rather not say", or something else altogether: the question stays without a clear no.
    keeps = heard.answer is None
    if is_at_least(state, Tier.CRISIS):
        return _further(state, heard) if heard.answer == "go_on" else support(state)
    if state.tier == Tier.URGENT and not state.callback_asked:
        return urgent(state, keeps)
    return Step(says=("watch_open",), goes_on=True, keeps=keeps, fetches=True)


def item_nine(state: SafetyState, heard: Heard, risen: Tier | None) -> Step:
    """The direct question after the last item of the mood screener: "not sure" counts as yes (clinical.md §3)."""
    if heard.answer != "unsure" or is_at_least(state, Tier.CRISIS):
        return direct(state, heard, risen)
    state.direct_answer, state.open_question, state.owes_direct = "unsure", None, False
    raise_to(state, Tier.CRISIS)
    return alarm(state, confirmed="DIRECT_UNSURE")


def in_danger(state: SafetyState, heard: Heard, risen: Tier | None) -> Step:
    """Are you in danger right now?"""
    state.open_question = None
    if heard.answer == "yes":
        raise_to(state, Tier.EMERGENCY)
        return alarm(state, confirmed="DANGER_YES")
    if is_at_least(state, Tier.CRISIS):
        return _ask_to_call(state, heard)
    if risen == Tier.URGENT:
        state.owes_direct = True
        return urgent(state, keeps=True)
    if heard.answer in ("unsure", "skip"):
        return ask_directly(state, "danger_unsure", "direct_plain")
    if heard.answer == "no" or heard.tier == Tier.WATCH:
        return ask_directly(state, keeps=heard.answer is None)
    state.direct_answer = "unanswered"
    return Step(says=("watch_open",), goes_on=True, keeps=True, fetches=True)


def _ask_to_call(state: SafetyState, heard: Heard) -> Step:
    first = {"unsure": "danger_unsure", "skip": "danger_unsure", "no": None}.get(
        heard.answer or "", "crisis_support"
    )
    says = (first,) if first else ()
    if state.callback_asked:
        return support(state) if first != "danger_unsure" else Step(says=says)
    state.open_question, state.callback_asked = "may_call", True
    return Step(says=(*says, "may_call"))


def call_911(state: SafetyState, heard: Heard, _risen: Tier | None) -> Step:
    """Are you able to call 911 now?"""
    state.open_question = None
    says = {"yes": "call_911_yes", "no": "call_911_no"}.get(heard.answer or "", "emergency_support")
    return Step(says=(says,))


def may_call(state: SafetyState, heard: Heard, _risen: Tier | None) -> Step:
    """May our team call you?"""
    state.open_question = None
    if heard.phone:
        return Step(says=("number_noted", "crisis_support"), phone=True, fetches=True)
    if heard.answer == "yes":
        state.open_question = "callback_number"
        return Step(says=("ask_number",))
    if heard.answer in ("no", "skip"):
        return Step(says=("number_declined",))
    return support(state)


def callback_number(state: SafetyState, heard: Heard, _risen: Tier | None) -> Step:
    """Which number is safe? The next message is taken, number or not; only a bare yes is asked once more."""
    state.open_question = None
    if heard.answer == "yes" and not heard.phone and state.last_script != "ask_number":
        state.open_question = "callback_number"
        return Step(says=("ask_number",))
    says = _about_number(heard)
    if is_at_least(state, Tier.CRISIS):
        return Step(says=says, phone=bool(heard.phone)) if says else support(state)
    if heard.tier == Tier.WATCH:
        state.owes_direct = True
    step = after_urgent(state, says, keeps=not says)
    return Step(step.says, step.goes_on, step.keeps, fetches=True, phone=bool(heard.phone))


def _about_number(heard: Heard) -> tuple[str, ...]:
    if heard.phone:
        return ("number_noted",)
    return ("number_declined",) if heard.answer in ("no", "skip") else ()


def universal(state: SafetyState, heard: Heard, risen: Tier | None) -> Step:
    """The bot's question to everyone: thoughts of hurting yourself or someone else, or unsafe right now?

    A yes covers more than suicide, so no later answer takes it below urgent.
    """
    state.universal_answer = heard.answer
    if heard.answer == "yes":
        raise_to(state, Tier.URGENT)
        state.by_facts = False
        return Step(**{**vars(ask_directly(state, keeps=True, fetches=True)), "confirmed": "UNIVERSAL_YES"})
    if heard.answer == "unsure" and risen != Tier.URGENT:
        raise_to(state, Tier.WATCH)
        return ask_directly(state, keeps=True)
    return unasked(state, heard, risen)


BY_QUESTION: dict[str, Reply] = {
    "direct": direct,
    "item_nine": item_nine,
    "in_danger": in_danger,
    "call_911": call_911,
    "may_call": may_call,
    "callback_number": callback_number,
}
