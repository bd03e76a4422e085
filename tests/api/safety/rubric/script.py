"""The scripted conversations as data: what a visitor does step by step, and what kind of conversation it is."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "es")
# What a visitor may do in one step; `wait` is minutes of silence, `staff` a staff member who takes the chat.
ACTS = ("say", "press", "help", "accept", "wait", "staff", "acknowledged")
ABOUT = ("self", "other", "harm", "violence", "child", "assault", "medical", "postpartum", "mind", "nothing")


@dataclass(frozen=True)
class Step:
    """One thing a visitor does, and the tier the chat must stand at afterwards, where the script says one."""

    act: str
    what: Any
    tier: str | None
    asks_human: bool = False


@dataclass(frozen=True)
class Conversation:
    """One script. `about` says who is in danger and from what; `shows` names the situations it stands for."""

    id: str
    language: str
    about: str
    shows: tuple[str, ...]
    steps: tuple[Step, ...]
    minor: bool = False
    abroad: bool = False
    closed: bool = False
    consent: bool = True
    booking: bool = False
    age_group: str | None = None


def _step(raw: dict[str, Any], where: str) -> Step:
    acts = [act for act in ACTS if act in raw]
    assert len(acts) == 1, f"{where}: one of {', '.join(ACTS)} in each step, not {raw}"
    assert set(raw) <= {acts[0], "tier", "asks_human"}, f"{where}: {raw}"
    return Step(acts[0], raw[acts[0]], raw.get("tier"), bool(raw.get("asks_human")))


def _conversation(raw: dict[str, Any], language: str) -> Conversation:
    name = f"{language}_{raw.pop('id')}"
    steps = tuple(_step(step, name) for step in raw.pop("steps"))
    assert raw["about"] in ABOUT, f"{name}: {raw['about']}"
    return Conversation(id=name, language=language, steps=steps, shows=tuple(raw.pop("shows")), **raw)


@cache
def conversations() -> tuple[Conversation, ...]:
    """All of them, English first."""
    found = []
    for language in LANGUAGES:
        raw = yaml.safe_load((FOLDER / f"conversations_{language}.yml").read_text(encoding="utf-8"))
        found += [_conversation(dict(entry), language) for entry in raw["conversations"]]
    return tuple(found)
