"""Reads the small pattern language in which the risk data is written.

A pattern is a line of words as people type them, after folding (`bot.language.text`) and spelling repair:

    kill myself       these words in this order          {WANT_TO}   a named list of alternatives (macro)
    suicid*           any word beginning so              (a|b c|{X}) one of these
    tonight?          optional (also after } and ) )     ..  ..5     up to 3 (5) words of the same sentence
    #  ##             a number in digits; of two or more _           any one word
    ^  $              a sentence or line begins / ends here
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import regex

from bot.language.risk_patterns import Choice, Edge, Gap, Labels, Leaf, Part, Row

_PIECE = regex.compile(r"\{[A-Z][A-Z0-9_]*\}\??|\.\.\d*|\(|\)\??|\||[^\s(){}|]+|[{}]")
_WORD = regex.compile(r"[\p{Ll}\p{N}]+\*?|\p{Extended_Pictographic}|##?")


class PatternError(ValueError):
    """A pattern that cannot be read; the message says why."""


class _Reader:
    """Recursive descent over the pieces of one pattern."""

    def __init__(self, pattern: str, macros: Macros) -> None:
        self.pieces: list[str] = _PIECE.findall(pattern)
        self.macros = macros
        self.at = 0

    def read(self) -> Row:
        row = self.row()
        if self.at < len(self.pieces):
            raise PatternError("| and ) need an opening (")
        return row

    def row(self) -> Row:
        parts: list[tuple[Part, bool]] = []
        while self.at < len(self.pieces) and self.pieces[self.at][0] not in ")|":
            parts.append(self.part())
        if all(optional for _, optional in parts):
            raise PatternError("a pattern or an alternative is empty, or everything in it is optional")
        return Row(tuple(parts))

    def part(self) -> tuple[Part, bool]:
        piece = self.pieces[self.at]
        self.at += 1
        if piece == "(":
            return self.choice()
        if piece.startswith(".."):
            return Gap(0, int(piece[2:] or 3)), False
        plain = piece.rstrip("?")
        return self.named(plain), piece.endswith("?")

    def named(self, piece: str) -> Part:
        if piece == "_":
            return Gap(1, 1)
        if piece in "^$":
            return Edge("$^".index(piece))
        if piece.startswith("{") and piece.endswith("}"):
            return self.macros.part(piece[1:-1])
        if not _WORD.fullmatch(piece):
            raise PatternError(f"cannot read {piece!r}: words are lower case, without accents or apostrophes")
        words = self.macros.expand.get(piece, (piece,))
        self.macros.vocabulary.update(words)
        leaves = [Leaf(frozenset((word,))) for word in words]
        return leaves[0] if len(leaves) == 1 else Row(tuple((leaf, False) for leaf in leaves))

    def choice(self) -> tuple[Part, bool]:
        rows = [self.row()]
        while self.at < len(self.pieces) and self.pieces[self.at] == "|":
            self.at += 1
            rows.append(self.row())
        if self.at >= len(self.pieces) or self.pieces[self.at][0] != ")":
            raise PatternError("an opening ( is not closed")
        closing = self.pieces[self.at]
        self.at += 1
        return as_choice(rows), closing == ")?"


def as_choice(rows: Iterable[Row]) -> Part:
    """One part out of alternatives; single words among them become one set."""
    single: Labels = frozenset()
    longer: list[Row] = []
    for row in rows:
        part, _ = row.parts[0]
        if len(row.parts) == 1 and isinstance(part, Leaf):
            single |= part.labels
        else:
            longer.append(row)
    if single:
        longer.append(Row(((Leaf(single), False),)))
    return Leaf(single) if single and len(longer) == 1 else Choice(longer)


class Macros:
    """Named lists of alternatives, read when first used; `vocabulary` collects every word and stem read.

    `expand`: shorthand that is spelled out in patterns as it is in messages ("cant" → can not).
    """

    def __init__(self, lists: Mapping[str, str], expand: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self.lists = lists
        self.expand = expand or {}
        self.vocabulary: set[str] = set()
        self._parts: dict[str, Part] = {}
        self._open: list[str] = []

    def part(self, name: str) -> Part:
        """The alternatives of a macro, written `a | b c | {OTHER}`. Raises PatternError."""
        if name in self._open:
            raise PatternError(f"macros go in a circle: {' → '.join([*self._open, name])}")
        if name not in self._parts:
            if name not in self.lists:
                raise PatternError(f"unknown macro {{{name}}}")
            self._open.append(name)
            self._parts[name] = self.read(f"({self.lists[name]})").parts[0][0]
            self._open.pop()
        return self._parts[name]

    def read(self, pattern: str) -> Row:
        """One pattern as a matcher. Raises PatternError."""
        row = _Reader(pattern, self).read()
        if not row.needs():
            raise PatternError("a pattern needs at least one word that must be there")
        return row
