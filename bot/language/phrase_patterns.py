"""Reads one line of the phrase language of data/language.

word          that word, after the same normalisation as a message ("can't" = "cant" = "can not")
word*         any word that begins so
#             any number, in digits or in words
(a|b c|d)     one of these; (a|b)? = one of these or nothing; word? = perhaps this word
~ ~4          up to two (or four) words of anything, between two parts
<name>        the reviewed group of that name
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

_PIECE = re.compile(r"\s*(?:(\()|(\))|(\|)|<(\w+)>|~(\d*)|([^\s()|<>~?]+)|(\?))")
_DEFAULT_GAP = 2
_SHORTEST_STEM = 2


class Words(NamedTuple):
    """One word out of a set; stems end in `*`, `#` is any number."""

    words: frozenset[str]


class Gap(NamedTuple):
    """Up to so many words of anything."""

    most: int


class Sequence(NamedTuple):
    """Parts one after the other."""

    parts: tuple["Pattern", ...]


class Choice(NamedTuple):
    """One of several parts; `optional`: or none of them."""

    options: tuple["Pattern", ...]
    optional: bool = False


Pattern = Words | Gap | Sequence | Choice
Split = Callable[[str], tuple[str, ...]]


class PatternError(ValueError):
    """A line of phrase data that cannot be read; the message says which and why."""


class PatternReader:
    """Reads lines; `split` turns a written word into plain words. Each group is read once."""

    def __init__(self, split: Split, groups: Mapping[str, str]) -> None:
        self._split, self._groups = split, groups
        self._known: dict[str, Pattern | None] = {}

    def read(self, line: str) -> Pattern:
        """One line as a pattern. Raises PatternError, naming the line."""
        pattern = _LineReader(line, self._split, self.group).read()
        if isinstance(pattern, Sequence):
            pattern = Sequence(_without_outer_gaps(pattern.parts))
        if isinstance(pattern, Gap) or (isinstance(pattern, Sequence) and not pattern.parts):
            raise PatternError(f"{line!r} stands for no words")
        return pattern

    def group(self, name: str) -> Pattern:
        """The reviewed group `name`. Raises PatternError when there is none or it contains itself."""
        if name not in self._groups:
            raise PatternError(f"no group called <{name}>")
        if name not in self._known:
            self._known[name] = None
            self._known[name] = self.read(self._groups[name])
        pattern = self._known[name]
        if pattern is None:
            raise PatternError(f"the group <{name}> contains itself")
        return pattern


class _LineReader:
    """A recursive-descent reader of one line."""

    def __init__(self, line: str, split: Split, group: Callable[[str], Pattern]) -> None:
        self.line, self.split, self.group = line, split, group
        self.pieces = self._cut(line.strip())
        self.at = 0

    def _cut(self, text: str) -> list[re.Match[str]]:
        found, at = [], 0
        while at < len(text):
            piece = _PIECE.match(text, at)
            if piece is None:
                raise PatternError(f"cannot read {text[at:]!r} in {self.line!r}")
            found.append(piece)
            at = piece.end()
        return found

    def _next_is(self, *kinds: int) -> bool:
        return self.at < len(self.pieces) and any(self.pieces[self.at][kind] is not None for kind in kinds)

    def read(self) -> Pattern:
        pattern = self._choice()
        if self.at < len(self.pieces):
            raise PatternError(f"unbalanced ) in {self.line!r}")
        return pattern

    def _choice(self) -> Pattern:
        options = [self._sequence()]
        while self._next_is(3):
            self.at += 1
            options.append(self._sequence())
        return options[0] if len(options) == 1 else _merged(options)

    def _sequence(self) -> Pattern:
        parts: list[Pattern] = []
        while self.at < len(self.pieces) and not self._next_is(2, 3):
            part = self._atom()
            if self._next_is(7):
                self.at += 1
                part = Choice((part,), optional=True)
            _append(parts, part)
        if not parts:
            raise PatternError(f"an empty choice in {self.line!r}")
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _atom(self) -> Pattern:
        piece = self.pieces[self.at]
        self.at += 1
        if piece[1]:
            return self._bracket()
        if piece[4]:
            return self.group(piece[4])
        if piece[5] is not None:
            return Gap(int(piece[5] or _DEFAULT_GAP))
        if piece[6]:
            return self._written(piece[6])
        raise PatternError(f"a ? without a word in {self.line!r}")

    def _bracket(self) -> Pattern:
        pattern = self._choice()
        if not self._next_is(2):
            raise PatternError(f"missing ) in {self.line!r}")
        self.at += 1
        return pattern

    def _written(self, written: str) -> Pattern:
        if written == "#" or (written.endswith("*") and len(written) > _SHORTEST_STEM):
            return Words(frozenset([written]))
        words = self.split(written)
        if not words or "*" in written:
            raise PatternError(f"{written!r} is no word in {self.line!r}")
        parts = tuple(Words(frozenset([word])) for word in words)
        return parts[0] if len(parts) == 1 else Sequence(parts)


def _append(parts: list[Pattern], part: Pattern) -> None:
    """Adds a part; a gap before a part that may be absent is absent with it, or phrases would end in gaps."""
    if parts and isinstance(parts[-1], Gap) and isinstance(part, Choice) and part.optional:
        part = Choice((Sequence((parts.pop(), *part.options)),), optional=True)
    parts.append(part)


def _merged(options: list[Pattern]) -> Pattern:
    """Puts all one-word options into one set, so that (a|b|c) is a single step."""
    words: set[str] = set()
    rest: list[Pattern] = []
    for option in options:
        inner = option.options if isinstance(option, Choice) and not option.optional else (option,)
        for one in inner:
            if isinstance(one, Words):
                words |= one.words
            else:
                rest.append(one)
    everything: list[Pattern] = [Words(frozenset(words)), *rest] if words else rest
    return everything[0] if len(everything) == 1 else Choice(tuple(everything))


def _without_outer_gaps(parts: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
    """A gap at either end matches nothing that could be quoted."""
    kept = list(parts)
    while kept and isinstance(kept[0], Gap):
        kept.pop(0)
    while kept and isinstance(kept[-1], Gap):
        kept.pop()
    return tuple(kept)
