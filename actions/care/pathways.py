"""Facts in, one care pathway out: the rule that decided, its reason and source, what to know beside it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from actions.care.facts import FactError, FactValue
from actions.care.numbered_yaml import RulesFileError
from actions.care.rules import Facts, Rule, Rules
from actions.care.rules_file import load_rules

__all__ = [
    "Decision",
    "FactError",
    "RulesFileError",
    "decide",
    "default_rules",
    "from_intake",
    "load_rules",
    "route_record",
]

PATHWAYS = Path(__file__).parents[2] / "data" / "care" / "pathways.yml"


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a visitor is offered what: stored whole with the intake, so that it can be explained and repeated.

    `facts` are all the rules saw, defaults and derived ones included; `lock` forbids the visitor's override.
    """

    route: str
    rule_id: str
    rules_version: str
    modifiers: tuple[str, ...]
    why: str
    cite: str
    lock: bool
    facts: dict[str, FactValue]

    def to_dict(self) -> dict[str, object]:
        """The answer of the contract's `route` (the facts stay where they came from)."""
        return {
            "route": self.route,
            "rule_id": self.rule_id,
            "rules_version": self.rules_version,
            "modifiers": list(self.modifiers),
            "why": self.why,
            "cite": self.cite,
            "lock": self.lock,
        }


@functools.cache
def default_rules() -> Rules:
    """The rules of `data/care/pathways.yml`, read once a process. Raises RulesFileError."""
    return load_rules(PATHWAYS)


def decide(facts: Mapping[str, object], rules: Rules) -> Decision:
    """The pathway of the first rule that holds (clinical §2); `why` in the language of the facts.

    Missing facts take their defaults. Raises FactError for an unknown fact or value.
    """
    seen = rules.derivation.apply(rules.schema.complete(facts))
    rule = rules.first_match(seen)
    return Decision(
        route=rule.then,
        rule_id=rule.id,
        rules_version=rules.version,
        modifiers=_modifiers(seen, rule, rules),
        why=rule.why[str(seen["language"])],
        cite=rule.cite,
        lock=rule.lock,
        facts=seen,
    )


def from_intake(intake: Mapping[str, object], rules: Rules) -> dict[str, FactValue]:
    """The facts of an intake (docs/protocols.md §4), ready for `decide`; other keys are left out."""
    return rules.schema.from_intake(intake)


def route_record(record: Mapping[str, object], rules: Rules | None = None) -> dict[str, object]:
    """One line of `route`: `{"facts": {…}, …}` with the decision added, its other keys passed through.

    Raises FactError when the line has no usable facts.
    """
    if not isinstance(record, Mapping) or "facts" not in record:
        raise FactError('"facts" is missing')
    facts = record["facts"]
    if not isinstance(facts, Mapping):
        raise FactError('"facts" must be an object')
    return {**record, **decide(facts, rules or default_rules()).to_dict()}


def _modifiers(facts: Facts, rule: Rule, rules: Rules) -> tuple[str, ...]:
    context = {**facts, "rule": rule.id, "route": rule.then}
    return tuple(modifier.id for modifier in rules.modifiers if modifier.when.holds(context))
