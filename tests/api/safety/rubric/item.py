"""One item of the rubric, the list of all of them, and the two things most judges look for."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.api.safety.rubric.play import Turn


@dataclass(frozen=True)
class Item:
    """One item of the rubric. `fault` says what is wrong with a turn it applies to, or nothing."""

    name: str
    source: str
    applies: Callable[[Turn], bool]
    fault: Callable[[Turn], str | None]


ITEMS: dict[str, Item] = {}


def item(source: str, applies: Callable[[Turn], bool]) -> Callable[[Callable[[Turn], str | None]], Item]:
    """Register a judge under its function's name."""

    def register(fault: Callable[[Turn], str | None]) -> Item:
        ITEMS[fault.__name__] = Item(fault.__name__, source, applies, fault)
        return ITEMS[fault.__name__]

    return register


def spoken(turn: Turn) -> bool:
    """The api said something."""
    return bool(turn.replies)


def needs(turn: Turn, pattern: re.Pattern[str], what: str) -> str | None:
    return None if pattern.search(turn.text) else f"does not {what}"


def bans(turn: Turn, *patterns: re.Pattern[str]) -> str | None:
    found = next((match[0] for pattern in patterns if (match := pattern.search(turn.text))), None)
    return f"says {found!r}" if found else None
