"""Matches patterns of the reviewed risk data against the words of one text.

Matching runs over word positions and macros are looked up once for each place, so the time is linear in the
text for each pattern and no input can blow it up. A gap never swallows a barrier word ("not", "but"): a
negation is either written in the pattern or found as a modifier (`bot.language.context`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

STOP = "|"  # stands for the end of a sentence; no pattern matches across it
NUMBER, LONG_NUMBER = "#", "##"
Labels = frozenset[str]
Ends = frozenset[int]
Payload = TypeVar("Payload")
_NOWHERE: Ends = frozenset()


class Words:
    """The words of one text ready for matching: the labels of each place, and what macros matched where."""

    def __init__(
        self,
        words: Sequence[str],
        stems: Labels = frozenset(),
        barriers: Labels = frozenset(),
        edges: frozenset[int] = frozenset(),
        pauses: frozenset[int] = frozenset(),
    ) -> None:
        self.words = [*words, STOP]
        self.edges = edges  # words that begin a line or a sentence
        self.pauses = pauses | edges  # and those after a comma, a dash, a bracket
        self.barriers = barriers | {STOP}
        self.labels = [_labels(word, stems) for word in self.words]
        self.known: dict[tuple[int, int], Ends] = {}
        self.places: dict[str, list[int]] = defaultdict(list)
        for at, labels in enumerate(self.labels):
            for label in labels:
                self.places[label].append(at)

    def places_of(self, labels: Labels) -> list[int]:
        """Where one of the labels stands, in order."""
        present = labels & self.places.keys()
        if len(present) == 1:
            return self.places[next(iter(present))]
        return sorted({place for label in present for place in self.places[label]})


def _labels(word: str, stems: frozenset[str]) -> Labels:
    """What a word answers to: itself, the stems it begins with, `#` and `##` for digits."""
    if word.isdecimal():
        return frozenset({word, NUMBER, LONG_NUMBER} if len(word) > 1 else {word, NUMBER})
    return frozenset({word, *(stems & {word[:length] + "*" for length in range(3, min(len(word), 24) + 1)})})


class Part(Protocol):
    """A piece of a pattern. `needs`: sets of labels of each of which the text must hold one."""

    def ends(self, words: Words, at: int) -> Ends:
        """Where a match that begins `at` may end."""
        ...

    def starts(self) -> Labels | None:
        """The labels a match can begin with; None = any."""
        ...

    def needs(self) -> list[Labels]:
        """Sets of labels, of each of which the text must hold one."""
        ...

    def longest(self) -> int:
        """The most words a match can have."""
        ...


class Leaf(NamedTuple):
    """One word out of a set."""

    labels: Labels

    def ends(self, words: Words, at: int) -> Ends:
        return _NOWHERE if self.labels.isdisjoint(words.labels[at]) else frozenset((at + 1,))

    def starts(self) -> Labels | None:
        return self.labels

    def needs(self) -> list[Labels]:
        return [self.labels]

    def longest(self) -> int:
        return 1


class Gap(NamedTuple):
    """From `least` to `most` words of any kind within the sentence."""

    least: int
    most: int

    def ends(self, words: Words, at: int) -> Ends:
        reach = 0
        while reach < self.most and words.words[at + reach] not in words.barriers:
            reach += 1
        return frozenset(range(at + self.least, at + reach + 1))

    def starts(self) -> Labels | None:
        return None

    def needs(self) -> list[Labels]:
        return []

    def longest(self) -> int:
        return self.most


class Edge(NamedTuple):
    """The beginning (`back` = 1) or end (`back` = 0) of a sentence, a line or a message."""

    back: int

    def ends(self, words: Words, at: int) -> Ends:
        outside = at - self.back < 0 or words.words[at - self.back] == STOP
        return frozenset((at,)) if outside or at in words.edges else _NOWHERE

    def starts(self) -> Labels | None:
        return frozenset()

    def needs(self) -> list[Labels]:
        return []

    def longest(self) -> int:
        return 0


class Row(NamedTuple):
    """Parts one after the other; the mark says whether a part may be left out."""

    parts: tuple[tuple[Part, bool], ...]

    def ends(self, words: Words, at: int) -> Ends:
        reached: Ends = frozenset((at,))
        for part, optional in self.parts:
            onward = part.ends(words, at) if len(reached) == 1 else _onward(part, words, reached)
            reached = onward | reached if optional else onward
            if not reached:
                return _NOWHERE
            at = next(iter(reached))
        return reached

    def starts(self) -> Labels | None:
        found: Labels = frozenset()
        for part, optional in self.parts:
            labels = part.starts()
            if labels is None:
                return None
            found |= labels
            if labels and not optional:
                break
        return found

    def needs(self) -> list[Labels]:
        return [labels for part, optional in self.parts if not optional for labels in part.needs()]

    def longest(self) -> int:
        return sum(part.longest() for part, _ in self.parts)


def _onward(part: Part, words: Words, places: Ends) -> Ends:
    return _NOWHERE.union(*[part.ends(words, place) for place in places])


class Choice:
    """Alternatives; looked up by the word they begin with, and once for each place in a text."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = tuple(rows)
        self.by_start: dict[str, list[Row]] = defaultdict(list)
        self.anywhere: list[Row] = []
        for row in rows:
            labels = row.starts()
            if not labels:  # begins with a gap, or is nothing but an edge
                self.anywhere.append(row)
            for label in labels or ():
                self.by_start[label].append(row)

    def ends(self, words: Words, at: int) -> Ends:
        key = (id(self), at)
        if key not in words.known:
            rows = [row for label in words.labels[at] for row in self.by_start.get(label, ())]
            words.known[key] = _NOWHERE.union(*(row.ends(words, at) for row in [*rows, *self.anywhere]))
        return words.known[key]

    def starts(self) -> Labels | None:
        return None if self.anywhere else frozenset(self.by_start)

    def needs(self) -> list[Labels]:
        chosen = [min(row.needs(), key=_commonness, default=None) for row in self.rows]
        return [] if None in chosen else [frozenset().union(*(labels for labels in chosen if labels))]

    def longest(self) -> int:
        return max(row.longest() for row in self.rows)


def _commonness(labels: Labels) -> float:
    """How much a text is expected to hold one of these: short words are common ones."""
    return sum(1.0 / len(label) ** 2 for label in labels)


@dataclass(frozen=True, slots=True)
class Found(Generic[Payload]):
    """A match: what the pattern stands for, and its words `[first, end)`."""

    payload: Payload
    first: int
    end: int


class _Entry(NamedTuple):
    """A pattern with what decides quickly that it cannot match: its key is the rarest thing it needs."""

    row: Row
    starts: Labels | None
    needs: list[Labels]
    key: Labels
    longest: int


class Book(Generic[Payload]):
    """Many patterns, tried only where what they need is near. Immutable once built."""

    def __init__(self, patterns: Iterable[tuple[Row, Payload]]) -> None:
        kept = list(patterns)
        self.payloads = [payload for _, payload in kept]
        needed = [row.needs() for row, _ in kept]
        used = Counter(label for needs in needed for labels in needs for label in labels)
        keys = [min(needs, key=lambda labels: sum(used[label] for label in labels)) for needs in needed]
        facts = zip((row for row, _ in kept), needed, keys, strict=True)
        self.entries = [_Entry(row, row.starts(), needs, key, row.longest()) for row, needs, key in facts]
        self._by_key: dict[str, list[int]] = defaultdict(list)
        for number, key in enumerate(keys):
            for label in key:
                self._by_key[label].append(number)

    def find(self, words: Words) -> list[Found[Payload]]:
        """Every match, the longest for each pattern and first word."""
        present = words.places.keys()
        numbers = sorted({number for label in present for number in self._by_key.get(label, ())})
        return [found for number in numbers for found in self.find_one(number, words)]

    def find_one(self, number: int, words: Words) -> list[Found[Payload]]:
        """Every match of one pattern."""
        entry = self.entries[number]
        if any(labels.isdisjoint(words.places) for labels in entry.needs):
            return []
        row, payload = entry.row, self.payloads[number]
        ends = ((at, row.ends(words, at)) for at in _starts(entry, words))
        return [Found(payload, at, max(reached)) for at, reached in ends if reached]


def _starts(entry: _Entry, words: Words) -> list[int]:
    """The places where a match may begin: a first word stands there, and the key lies within reach."""
    keys = words.places_of(entry.key)
    places = range(len(words.words) - 1) if entry.starts is None else words.places_of(entry.starts)
    return [
        at
        for at in places
        if (next_key := bisect_left(keys, at)) < len(keys) and keys[next_key] < at + entry.longest
    ]
