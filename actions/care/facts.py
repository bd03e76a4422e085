"""The facts a rule may read: what each may be, what a missing one means, and how an intake becomes facts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Scalar = str | bool | None
FactValue = Scalar | list[str]

# The dialogue leaves out what nobody told; the engine's own default would then be an adult (clinical §2).
MISSING_IN_INTAKE: Mapping[str, str] = {"age_group": "unknown"}
# A watch whose direct question has no clear answer yet is an open one (architecture §3).
READS_AS: Mapping[str, Mapping[str, str]] = {"safety_tier": {"watch": "watch_open"}}


class FactError(ValueError):
    """A fact that no rule could read: the message names the fact, the value and what is allowed."""


def show(value: object) -> str:
    """A value as it stands in JSON, cut at 80 characters, for an error message."""
    try:
        shown = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        shown = f"a {type(value).__name__}"
    return shown if len(shown) <= 80 else shown[:77] + "..."


def same(one: object, other: object) -> bool:
    """Equal and of one type: in Python `1 == True`, in a fact it is a mistake."""
    return type(one) is type(other) and one == other


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its allowed values, the first of which stands for "missing"; `many` holds a list of them."""

    name: str
    allowed: tuple[Scalar, ...]
    many: bool = False

    @property
    def default(self) -> FactValue:
        """What a missing fact means."""
        return [] if self.many else self.allowed[0]

    @property
    def is_yes_no(self) -> bool:
        """Whether a rule may name it alone."""
        return not self.many and all(value is None or isinstance(value, bool) for value in self.allowed)

    def accepts(self, value: object) -> bool:
        """Whether it may be this value (for a list: hold it)."""
        return any(same(value, allowed) for allowed in self.allowed)

    def read(self, value: object) -> FactValue:
        """The value as rules see it. Raises FactError."""
        return self._read_list(value) if self.many else self._read_one(value)

    def _read_one(self, value: object) -> Scalar:
        for allowed in self.allowed:
            if same(value, allowed):
                return allowed
        raise FactError(f"fact {self.name}: {show(value)} is not one of {self._allowed()}")

    def _read_list(self, value: object) -> list[str]:
        if not isinstance(value, list | tuple):
            raise FactError(f"fact {self.name}: {show(value)} is not a list of {self._allowed()}")
        for item in value:
            self._read_one(item)
        return list(dict.fromkeys(value))

    def _allowed(self) -> str:
        return ", ".join(value if isinstance(value, str) else show(value) for value in self.allowed)


@dataclass(frozen=True, slots=True)
class FactSchema:
    """All facts by name."""

    facts: Mapping[str, Fact]

    def complete(self, given: object) -> dict[str, FactValue]:
        """Every fact, checked, with defaults for the missing. Raises FactError, for unknown names too."""
        if not isinstance(given, Mapping):
            raise FactError(f"facts: {show(given)} is not an object of facts")
        self._refuse_unknown(given)
        return {
            name: fact.read(given[name]) if name in given else fact.default for name, fact in self.facts.items()
        }

    def from_intake(self, intake: Mapping[str, object]) -> dict[str, FactValue]:
        """The facts among the keys of an intake (docs/protocols.md §4), whose names and quotes no rule reads.

        What nobody said (absent, or null where null is no answer) is missing, but an unsaid age is `unknown`.
        """
        said = {name: intake[name] for name in self.facts if self._said(name, intake)}
        for name, readings in READS_AS.items():
            value = said.get(name)
            if isinstance(value, str):
                said[name] = readings.get(value, value)
        return self.complete({**MISSING_IN_INTAKE, **said})

    def _said(self, name: str, intake: Mapping[str, object]) -> bool:
        return name in intake and (intake[name] is not None or self.facts[name].accepts(None))

    def _refuse_unknown(self, given: Iterable[object]) -> None:
        unknown = [show(name) for name in given if name not in self.facts]
        if unknown:
            raise FactError(f"unknown facts: {', '.join(unknown)}; known: {', '.join(self.facts)}")
