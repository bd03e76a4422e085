"""Forgives slips of the thumb in long words: a letter missing, added or wrong, or two neighbours swapped."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from bot.language.reviewed import lines, load

_SHORTEST = 6
_TWO_SLIPS_FROM = 9


def slips_between(left: str, right: str, most: int) -> int:
    """The slips between two words (optimal string alignment), or `most` + 1 when there are more."""
    if abs(len(left) - len(right)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for at, letter in enumerate(left, 1):
        before, last, row = row, before, [at]
        for to, other in enumerate(right, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != other))
            if at > 1 and to > 1 and letter == right[to - 2] and left[at - 2] == other:
                cost = min(cost, last[to - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


@lru_cache(maxsize=2)
def _reviewed_words(kind: str) -> frozenset[str]:
    return frozenset(word for line in lines(load("spelling.yml")[kind]) for word in line.split())


def forgiven_words() -> frozenset[str]:
    """The words of the phrase data in which a slip is forgiven."""
    return _reviewed_words("forgiven")


def ordinary_words() -> frozenset[str]:
    """Ordinary words that are one slip from a clinical one and must be left alone ("concert")."""
    return _reviewed_words("ordinary")


def _without_letters(word: str, letters: int) -> Iterator[str]:
    """`word`, and `word` without up to so many of its letters."""
    yield word
    if letters:
        for at in range(len(word)):
            yield from _without_letters(word[:at] + word[at + 1 :], letters - 1)


class Typos:
    """Corrects words towards a fixed vocabulary; built once, each look-up costs a few times one word's length."""

    def __init__(self, vocabulary: Iterable[str], twice: bool = False) -> None:
        """`twice`: two slips are forgiven in words of nine letters and more (names nobody can spell)."""
        self._known = frozenset(vocabulary)
        self._twice = twice
        self._near: dict[str, set[str]] = {}
        for word in self._known:
            if len(word) >= _SHORTEST and word.isalpha():
                for variant in _without_letters(word, self._slips(word)):
                    self._near.setdefault(variant, set()).add(word)

    def _slips(self, word: str) -> int:
        return 2 if self._twice and len(word) >= _TWO_SLIPS_FROM else 1

    def correct(self, word: str) -> str | None:
        """The nearest word of the vocabulary, with the same first letter; None when none is near enough."""
        if len(word) < _SHORTEST - 1 or not word.isalpha() or word in self._known or word in ordinary_words():
            return None
        near: set[str] = set()
        for variant in _without_letters(word, self._slips(word)):
            near |= self._near.get(variant, set())
        slips = {known: slips_between(word, known, self._slips(known)) for known in near if known[0] == word[0]}
        close = [known for known, count in slips.items() if count <= self._slips(known)]
        return min(close, key=lambda known: (slips[known], known), default=None)
