"""What a rules file says, once read: facts, what is derived from them, rules in order, modifiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from actions.care.expressions import Expression
from actions.care.facts import FactSchema, FactValue

Facts = Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the decision table; `why` by language."""

    id: str
    when: Expression
    then: str
    lock: bool
    why: Mapping[str, str]
    cite: str


@dataclass(frozen=True, slots=True)
class Modifier:
    """What the people who give the care should know beside the route; `note` is for staff."""

    id: str
    when: Expression
    note: str


@dataclass(frozen=True, slots=True)
class Derivation:
    """How `lead`, `sev` and `minor` follow from the facts (clinical §§1-2)."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    otherwise: str
    severity_fact: str
    severity_unknown: str
    minor: Expression

    def apply(self, facts: Facts) -> dict[str, FactValue]:
        """The facts with the three derived ones."""
        severity = facts[self.severity_fact]
        return {
            **facts,
            "lead": self._lead(facts["concerns"]),
            "sev": self.severity_unknown if severity == "unknown" else severity,
            "minor": self.minor.holds(facts),
        }

    def _lead(self, concerns: FactValue) -> str:
        named = concerns if isinstance(concerns, list) else []
        leading = [concern for concern in self.first if concern in named]
        plain = [concern for concern in named if concern not in self.last]
        return (leading + plain + named + [self.otherwise])[0]


@dataclass(frozen=True, slots=True)
class Rules:
    """A rules file. `schema` is what rules may read; `context` what only modifiers may read as well."""

    version: str
    schema: FactSchema
    derivation: Derivation
    routes: Mapping[str, str]
    severity_bands: Mapping[str, str]
    pathways: tuple[Rule, ...]
    modifiers: tuple[Modifier, ...]
    context: frozenset[str]

    def first_match(self, facts: Facts) -> Rule:
        """The rule that decides. Total: a file whose last rule is not `True` is refused."""
        return next(rule for rule in self.pathways if rule.when.holds(facts))
