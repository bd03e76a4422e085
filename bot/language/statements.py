"""What a message states in so many words: reviewed phrases of data/language/facts, by fact and value."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.language.phrases import PhraseBook
from bot.language.plain_words import Word
from bot.language.reviewed import lines, load_folder
from bot.language.word_groups import word_groups

HIDDEN = "-"


class Statement(NamedTuple):
    """A value of a fact, stated by the words `first` to `last` (both included)."""

    value: str
    first: int
    last: int


class _Label(NamedTuple):
    fact: str
    value: str


def _labelled() -> Iterable[tuple[_Label, str]]:
    for _, content in load_folder("facts"):
        for fact, values in content["facts"].items():
            for value, blocks in values.items():
                for block in blocks.values():
                    yield from ((_Label(fact, value), line) for line in lines(block))


@lru_cache(maxsize=1)
def fact_phrases() -> PhraseBook[_Label]:
    """Every reviewed fact phrase, both languages, compiled once. Raises on broken data."""
    return PhraseBook(_labelled(), word_groups())


def read_statements(words: Sequence[Word]) -> dict[str, list[Statement]]:
    """Fact → what the words state of it, in reading order.

    Within one fact the longest phrase wins over what it covers, and a phrase marked `-` hides what it covers.
    """
    found: dict[str, list[Statement]] = {}
    for match in fact_phrases().find(words):
        found.setdefault(match.label.fact, []).append(Statement(match.label.value, match.first, match.last))
    kept = {fact: _longest(statements) for fact, statements in found.items()}
    return {fact: statements for fact, statements in kept.items() if statements}


def _longest(statements: list[Statement]) -> list[Statement]:
    kept: list[Statement] = []
    for one in sorted(statements, key=lambda s: (s.first - s.last, s.value != HIDDEN, -s.first)):
        if not any(_covered(one, other) for other in kept):
            kept.append(one)
    return sorted((one for one in kept if one.value != HIDDEN), key=lambda s: (s.last, s.first))


def _covered(one: Statement, other: Statement) -> bool:
    if other.value == HIDDEN and other.last - other.first > one.last - one.first:
        return other.first <= one.first <= other.last
    return other.first <= one.first and one.last <= other.last
