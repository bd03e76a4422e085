"""One turn of a conversation as plain data: what came in, what is known, what will be said. No framework."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from actions.practice_api import TurnRef

SPOKEN_BY_FORM = frozenset(
    {
        "concerns",
        "safety_check",
        "seeker",
        "age_group",
        "severity",
        "current_care",
        "therapy_pref",
        "med_pref",
        "preferred_times",
    }
)


def say(response: str, **values: Any) -> dict[str, Any]:
    """A text by its name in data/responses, to stand inside another text (bot/wording.py puts it there)."""
    return {"say": response, **values}


def join(parts: Sequence[Any]) -> dict[str, Any]:
    """Several values as one list in words: "a, b and c"."""
    return {"join": list(parts)}


def choice(label: str | Mapping[str, Any], payload: str) -> dict[str, Any]:
    """A quick reply: its label (a response's name, or a ready text) and what it stands for."""
    return {"label": label if isinstance(label, str) else dict(label), "payload": payload}


@dataclass(frozen=True, slots=True)
class Saying:
    """One message of the bot: a response's name or a ready text, its kind and payload."""

    response: str | None
    text: str | None
    kind: str
    payload: dict[str, Any]
    choices: list[dict[str, Any]]
    values: dict[str, Any]


@dataclass
class Turn:
    """A visitor's message with everything needed to answer it.

    known: the slots of domain.yml by name. question: the one open when the message came. heard: facts this
    message added. changed: facts it corrected. next_question: what is open afterwards; None closes the form.
    problem: why times that were said cannot be, in words.
    """

    ref: TurnRef
    intent: str
    text: str
    pressed: bool
    findings: dict[str, Any]
    meta: dict[str, Any]
    known: dict[str, Any]
    question: str | None
    heard: dict[str, Any] = field(default_factory=dict)
    changed: dict[str, Any] = field(default_factory=dict)
    sayings: list[Saying] = field(default_factory=list)
    updates: dict[str, Any] = field(default_factory=dict)
    next_question: str | None = None
    problem: str | None = None

    def get(self, name: str, default: Any = None) -> Any:
        """A slot's value, or the default when it is empty."""
        value = self.known.get(name)
        return default if value is None else value

    def set(self, **values: Any) -> None:
        """Fill slots; None empties one."""
        self.known.update(values)
        self.updates.update(values)

    @property
    def language(self) -> str:
        """The language to answer in: en or es."""
        return str(self.get("language", "en"))

    @property
    def asks(self) -> bool:
        """Whether the visitor wrote a question."""
        return not self.pressed and "?" in self.text

    def says(
        self,
        response: str,
        kind: str = "text",
        payload: Mapping[str, Any] | None = None,
        choices: Sequence[Mapping[str, Any]] = (),
        **values: Any,
    ) -> None:
        """Say a response of data/responses."""
        shown = [dict(item) for item in choices]
        self.sayings.append(Saying(response, None, kind, dict(payload or {}), shown, values))

    def says_text(self, text: str, choices: Sequence[Mapping[str, Any]] = ()) -> None:
        """Say a text that is ready, already in the visitor's language."""
        self.sayings.append(Saying(None, text, "text", {}, [dict(item) for item in choices], {}))

    def asks_next(self, question: str) -> None:
        """Leave this question open. A question the form does not speak itself must be said by the caller."""
        same = question == self.question
        self.set(ask_count=self.get("ask_count", 0) + 1 if same else 1)
        if not same:
            self.set(evasions=0)
        self.next_question = question
        asked = list(self.get("asked", []))
        if question not in asked:
            self.set(asked=[*asked, question])

    def ends(self) -> None:
        """Close the form: nothing is asked."""
        self.next_question = None
        self.set(ask_count=0)
