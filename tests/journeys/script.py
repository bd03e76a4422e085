"""A journey file, read and checked: an unknown word in it is refused, so that no check is silently skipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

TOP = {"journey", "why", "clock", "language", "consent", "answers", "never_says", "may_repeat", "steps"}
CLOCKS = ("open", "closed")
ACTIONS = {"say", "choose", "until", "book", "staff", "wait_for", "help_now"}
CHECKS = {"expect", "database"}
EXPECT = {"says", "never_says", "kinds", "never_kinds", "quick_replies", "never_quick_replies", "question"}
EXPECT |= {"tier", "mode", "payload", "silent"}
UNTIL = {"kind", "question", "mode", "turns"}
WAIT_FOR = {"author", "kind", "says", "mode"}
STAFF = {"take_over", "reply", "hand_back", "close", "sees"}
DATABASE = {"session", "intake", "appointments", "handoffs", "alerts", "holds", "messages"}
ANSWER = {"say", "choose", "book"}


class ScriptError(ValueError):
    """A journey file that cannot be played; reads `path:line: reason`."""


@dataclass(frozen=True)
class Step:
    """One action (or none) and what must be true after it."""

    line: int
    action: str | None
    value: Any
    expect: Mapping[str, Any]
    database: Mapping[str, Any]


@dataclass(frozen=True)
class Journey:
    """One scripted visitor."""

    path: Path
    name: str
    clock: str | None
    language: str
    consent: bool
    answers: Mapping[str, Any]
    never_says: tuple[str, ...]
    may_repeat: bool
    steps: tuple[Step, ...]

    @property
    def needs_staff(self) -> bool:
        """Whether somebody must sign in at the console."""
        return any(step.action == "staff" for step in self.steps)


def load(path: Path) -> Journey:
    """Read one file. Raises ScriptError."""
    try:
        text = path.read_text("utf-8")
        root, found = yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ScriptError(f"{path}:1: cannot be read: {error}") from None
    if not isinstance(found, dict) or not isinstance(root, yaml.MappingNode):
        raise ScriptError(f"{path}:1: must be a mapping")
    _known(path, 1, "journey file", found, TOP)
    for name in ("journey", "steps"):
        if not found.get(name):
            raise ScriptError(f"{path}:1: misses {name}")
    if found.get("clock") not in (None, *CLOCKS):
        raise ScriptError(f"{path}:1: clock must be open or closed")
    answers = found.get("answers") or {}
    for question, answer in answers.items():
        _check_answer(path, question, answer)
    return Journey(
        path=path,
        name=str(found["journey"]),
        clock=found.get("clock"),
        language=found.get("language", "en"),
        consent=found.get("consent", True),
        answers=answers,
        never_says=tuple(as_list(found.get("never_says"))),
        may_repeat=bool(found.get("may_repeat", False)),
        steps=tuple(_step(path, line, step) for line, step in zip(_lines(root), found["steps"], strict=True)),
    )


def as_list(value: Any) -> list[Any]:
    """One or many, as many."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _lines(root: yaml.MappingNode) -> list[int]:
    steps = next(value for key, value in root.value if key.value == "steps")
    return [item.start_mark.line + 1 for item in steps.value]


def _step(path: Path, line: int, found: Any) -> Step:
    _known(path, line, "step", found, ACTIONS | CHECKS)
    actions = sorted(ACTIONS & set(found))
    if len(actions) > 1:
        raise ScriptError(f"{path}:{line}: one action a step, not {' and '.join(actions)}")
    action = actions[0] if actions else None
    value = found[action] if action else None
    _check_value(path, line, action, value)
    expect, database = found.get("expect") or {}, found.get("database") or {}
    _known(path, line, "expect", expect, EXPECT)
    _known(path, line, "database", database, DATABASE)
    return Step(line, action, value, expect, database)


def _check_value(path: Path, line: int, action: str | None, value: Any) -> None:
    if action == "until":
        _known(path, line, "until", value, UNTIL)
    elif action == "wait_for":
        _known(path, line, "wait_for", value, WAIT_FOR)
    elif action == "staff":
        words = {value: None} if isinstance(value, str) else value
        _known(path, line, "staff", words, STAFF)
    elif action == "say" and not isinstance(value, str):
        raise ScriptError(f"{path}:{line}: say must be a text")
    elif action == "choose" and not isinstance(value, str | int):
        raise ScriptError(f"{path}:{line}: choose must be a label or a number from 1")


def _check_answer(path: Path, question: str, answer: Any) -> None:
    for one in as_list(answer):
        if not isinstance(one, str):
            _known(path, 1, f"answer to {question}", one, ANSWER)


def _known(path: Path, line: int, what: str, found: Any, known: set[str]) -> None:
    if not isinstance(found, dict):
        raise ScriptError(f"{path}:{line}: {what} must be a mapping")
    unknown = [str(key) for key in found if key not in known]
    if unknown:
        raise ScriptError(
            f"{path}:{line}: {what}: unknown {', '.join(unknown)}; known: {', '.join(sorted(known))}"
        )
