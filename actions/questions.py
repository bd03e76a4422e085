"""Which question comes next: in a fixed order, never what was already said, eight at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from actions.care.pathways import Decision, decide, from_intake
from actions.care.rules import Rules
from actions.hearing import ANSWERS, CURRENT_CARE

INTAKE = (
    "concerns",
    "safety_check",
    "seeker",
    "age_group",
    "state",
    "severity",
    "current_care",
    "therapy_pref",
    "med_pref",
)
MOST_QUESTIONS = 8
MOST_TIMES = 2
# When eight would be passed, this one is left out: the choice itself shows therapy first anyway.
LEFT_OUT_FIRST = ("therapy_pref", "current_care", "severity", "med_pref")
# Requests that are their own reason for coming: what brings you here is not asked.
PLAIN_REQUESTS = frozenset({"new_care", "info", "human"})


def decision_for(known: Mapping[str, Any], rules: Rules, **instead: Any) -> Decision:
    """The pathway for what is known, with some facts put differently."""
    intake = {**known, **instead}
    if intake.get("safety_tier") in ("crisis", "emergency"):
        # The api alone speaks then; a turn that still arrives fetches a person.
        intake["safety_tier"] = "watch_open"
    return decide(from_intake(intake, rules), rules)


def is_answered(question: str, known: Mapping[str, Any]) -> bool:
    """Whether the visitor already said it, in whatever words, or asked to skip it."""
    if question in (known.get("skipped") or []):
        return True
    if question == "safety_check":
        return known.get("safety_check") is not None
    if question == "concerns" and (known.get("request") or "new_care") not in PLAIN_REQUESTS:
        return True
    return any(_is_told(known.get(name)) for name in ANSWERS[question])


def _is_told(value: Any) -> bool:
    return value not in (None, "unknown", [])


def open_questions(known: Mapping[str, Any]) -> list[str]:
    """Intake questions still to ask, in order, within what is left of the eight."""
    missing = [question for question in INTAKE if not is_answered(question, known)]
    asked = [question for question in known.get("asked") or [] if question in INTAKE]
    room = MOST_QUESTIONS - len([question for question in asked if question not in missing])
    for question in LEFT_OUT_FIRST:
        if len(missing) > room and question in missing:
            missing.remove(question)
    return missing


def early_decision(known: Mapping[str, Any], rules: Rules) -> Decision | None:
    """A locked decision that no open question can change, so that nothing is asked in vain (clinical §2).

    Same-day calls for safety do not wait; the others wait for the safety question that everyone is asked.
    An age not asked yet is not an unknown age: an adult is supposed until it is.
    """
    missing = open_questions(known)
    decision = decision_for(known, rules, **_supposed(missing))
    if not decision.lock or decision.route not in ("staff_review", "same_day_callback"):
        return None
    if decision.route == "staff_review" and "safety_check" in missing:
        return None
    if any(_matters(question, decision, known, rules) for question in missing):
        return None
    return decision


def _supposed(missing: Sequence[str]) -> dict[str, Any]:
    return {"age_group": "adult_18_64"} if "age_group" in missing else {}


def _matters(question: str, decision: Decision, known: Mapping[str, Any], rules: Rules) -> bool:
    if question in ("concerns", "safety_check"):
        return False
    supposed = _supposed(open_questions(known))
    for answer in _possible_answers(question, rules):
        other = decision_for(known, rules, **{**supposed, **answer})
        if (other.route, other.lock) != (decision.route, decision.lock):
            return True
    return False


def _possible_answers(question: str, rules: Rules) -> list[dict[str, Any]]:
    if question == "state":
        return [{"state_served": True}, {"state_served": False}]
    if question == "current_care":
        return [{"in_therapy": one, "on_medication": two} for one, two in CURRENT_CARE.values()]
    name = ANSWERS[question][0]
    return [{name: value} for value in rules.schema.facts[name].allowed if value not in (None, "unknown")]


def next_question(known: Mapping[str, Any], rules: Rules) -> str | None:
    """The next intake question, or None when a suggestion is due."""
    if early_decision(known, rules):
        return None
    missing = open_questions(known)
    supposed = decision_for(known, rules, **_supposed(missing))
    for question in missing:
        optional = question in LEFT_OUT_FIRST
        if not (supposed.lock and optional and not _matters(question, supposed, known, rules)):
            return question
    return "safety_check" if known.get("safety_check") == "open" else None
