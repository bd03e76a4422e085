"""Answers to common questions, with the practice's own fields, each ending in an offer."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from actions.practice_api import PracticeApi, PracticeApiError, TurnClosed
from actions.turn import Turn

FILE = Path(__file__).parents[1] / "data" / "care" / "faq.yml"
FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Answers:
    """The file: what is said to each question, to the same one again, and when a field is not stated."""

    answers: Mapping[str, Mapping[str, str]]
    again: Mapping[str, str]
    unknown: Mapping[str, str]


@functools.cache
def default_answers() -> Answers:
    """data/care/faq.yml, read once a process."""
    return load_answers(FILE)


def load_answers(path: Path) -> Answers:
    """Read an answers file. Raises ValueError when a text lacks a language."""
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    for name, text in [*read["answers"].items(), ("again", read["again"]), ("unknown", read["unknown"])]:
        if not {"en", "es"} <= set(text):
            raise ValueError(f"{path.name}: {name} must have en and es")
    return Answers(read["answers"], read["again"], read["unknown"])


def fill(text: str, fields: Mapping[str, Any]) -> str | None:
    """The text with the practice's fields in it; None when the practice does not state one of them."""
    if any(not fields.get(name) for name in FIELD.findall(text)):
        return None
    return FIELD.sub(lambda match: str(fields[match[1]]).rstrip("."), text)


def has_answer(intent: str) -> bool:
    """Whether this intent is a question we have an answer for."""
    return intent in default_answers().answers


async def answer(turn: Turn, desk: PracticeApi) -> None:
    """Answer the question of this turn. Raises TurnClosed."""
    file = default_answers()
    fields = await practice_fields(turn, desk)
    if turn.intent == turn.get("last_answer") and not turn.question:
        text = fill(file.again[turn.language], fields)
    else:
        text = fill(file.answers[turn.intent][turn.language], fields)
    turn.set(last_answer=turn.intent)
    turn.says_text(text or fill(file.unknown[turn.language], fields) or file.unknown[turn.language])


async def practice_fields(turn: Turn, desk: PracticeApi) -> dict[str, Any]:
    """The practice's own words, with its name and phone; without the api, what the turn carried."""
    told = dict(turn.meta.get("practice") or {})
    try:
        practice = await desk.practice(turn.ref)
    except TurnClosed:
        raise
    except PracticeApiError:
        return told
    own = (practice.get("fields") or {}).get(turn.language) or {}
    return {**told, "name": practice.get("name"), "phone": practice.get("phone"), **own}
