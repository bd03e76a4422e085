"""What a message adds to what is known: facts checked against the clinic's vocabulary, merged, corrected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.care.rules import Rules
from actions.turn import Turn

# Which facts answer which question (docs/protocols.md §4).
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "concerns": ("concerns",),
    "safety_check": ("safety_answer",),
    "seeker": ("seeker", "joint_care"),
    "age_group": ("age_group",),
    "state": ("state", "state_served"),
    "severity": ("severity",),
    "current_care": ("in_therapy", "on_medication"),
    "therapy_pref": ("therapy_pref",),
    "med_pref": ("med_pref",),
    "care_choice": (),
    "preferred_times": ("windows",),
    "appointment_slot": (),
    "contact": (),
    "callback": (),
}
CURRENT_CARE: Mapping[str, tuple[bool, bool]] = {
    "none": (False, False),
    "therapy": (True, False),
    "medication": (False, True),
    "both": (True, True),
}
LISTS = ("medications",)
PREFERENCES = ("therapy_pref", "med_pref")
# The api decides these (docs/protocols.md §2); a message cannot set them.
SAFETY_FACTS = ("safety_tier", "psychosis_now", "mania_now")
# What some intents say by themselves, when the message states nothing more exact.
INTENT_FACTS: Mapping[str, Mapping[str, str]] = {
    "refill": {"request": "refill_here"},
    "request_paperwork": {"request": "forms_records_legal"},
}


def accepted(raw: Mapping[str, Any], rules: Rules) -> dict[str, Any]:
    """Only what the clinic's vocabulary knows, with values it allows; everything else is dropped.

    A button's `current_care` becomes the two facts it stands for.
    """
    care = CURRENT_CARE.get(str(raw.get("current_care")))
    spread = {"in_therapy": care[0], "on_medication": care[1]} if care else {}
    return {name: value for name, value in {**raw, **spread}.items() if _allowed(name, value, rules)}


def _allowed(name: str, value: Any, rules: Rules) -> bool:
    if name == "state":
        return isinstance(value, str) and len(value) == 2 and value.isalpha()
    if name in LISTS:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if name == "request" and value in ("human", "info"):
        return False  # a wish of the moment (actions/session.py), not a reason for a visit
    fact = rules.schema.facts.get(name)
    if fact is None or value is None or name in SAFETY_FACTS or name == "language":
        return False
    return all(fact.accepts(item) for item in value) if fact.many else fact.accepts(value)


def hear(turn: Turn, rules: Rules) -> None:
    """Merge what the message and the api say into what is known; note what is new and what changed."""
    _hear_safety(turn)
    raw = {**INTENT_FACTS.get(turn.intent, {}), **dict(turn.findings.get("facts") or {})}
    for name in ("concerns", "negated", "medications"):
        raw.setdefault(name, turn.findings.get(name))
    facts = accepted(raw, rules)
    _hear_concerns(turn, facts.pop("concerns", []), _ids(raw.get("negated"), rules))
    for name, value in facts.items():
        _hear_fact(turn, name, value)
    _hear_quotes(turn)


def _hear_safety(turn: Turn) -> None:
    told = dict(turn.meta.get("facts") or {})
    turn.set(**{name: told[name] for name in SAFETY_FACTS if told.get(name) is not None})
    for name, nothing in (("substance", "none"), ("request", "new_care"), ("safety_unanswered", False)):
        if told.get(name) not in (None, nothing):
            turn.set(**{name: told[name]})
    pressed = (turn.findings.get("facts") or {}).get("safety_answer") if turn.pressed else None
    answer = told.get("safety_answer") or pressed
    if answer in ("no", "yes", "unsure") and turn.get("safety_check") != answer:
        turn.set(safety_check=answer, safety_unanswered=False)
        turn.heard["safety_answer"] = answer


def _ids(raw: Any, rules: Rules) -> list[str]:
    fact = rules.schema.facts["concerns"]
    return [item for item in raw or [] if fact.accepts(item)]


def _hear_concerns(turn: Turn, named: list[str], negated: list[str]) -> None:
    known = turn.get("concerns", [])
    merged = [item for item in dict.fromkeys([*known, *named]) if item not in negated]
    real = [item for item in merged if item != "other_unclear"] or merged
    if real != known:
        turn.set(concerns=real)
        new = [item for item in real if item not in known]
        if new:
            turn.heard["concerns"] = new
    if negated:
        turn.set(negated=list(dict.fromkeys([*turn.get("negated", []), *negated])))


def _hear_fact(turn: Turn, name: str, value: Any) -> None:
    if name in LISTS:
        value = list(dict.fromkeys([*turn.get(name, []), *value]))
    old = turn.get(name)
    if value == old or value in ([], "unknown"):
        if old is not None and name in ANSWERS.get(turn.question or "", ()):
            turn.heard[name] = value
        return
    if old not in (None, "unknown") and name not in LISTS and not _may_correct(turn, name):
        return
    if old not in (None, "unknown") and name not in LISTS:
        turn.changed[name] = value
    turn.set(**{name: value})
    turn.heard[name] = value


def _may_correct(turn: Turn, name: str) -> bool:
    """A fact once told changes only when the visitor means to change it, not at every passing mention."""
    asked = name in ANSWERS.get(turn.question or "", ())
    wished = turn.intent == "state_preference" and name in PREFERENCES
    return turn.pressed or asked or wished or turn.intent == "correct_fact"


def _hear_quotes(turn: Turn) -> None:
    quotes = {name: text for name, text in (turn.findings.get("quotes") or {}).items() if text}
    kept = turn.get("quotes", {})
    fresh = {name: text for name, text in quotes.items() if name not in kept or name in turn.changed}
    if fresh:
        turn.set(quotes={**kept, **fresh})
