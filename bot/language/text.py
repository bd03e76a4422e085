"""Text as a visitor typed it, as folded words that remember where they stood."""

from __future__ import annotations

import unicodedata
from enum import IntEnum
from functools import lru_cache
from itertools import groupby, pairwise
from typing import NamedTuple

import regex

# Characters nobody sees: format and control characters, lone surrogates, variation selectors, fillers.
# They may stand inside a word ("ki\u200bll") and are dropped from it.
_UNSEEN = r"\p{Cf}\p{Cs}\p{M}\x00-\x08\x0e-\x1f\x7f\u115f\u1160\u3164\uffa0"
_APOSTROPHES = "'\u2019\u2018\u02bc\u00b4`\u2032\uff07"
_LETTER = r"[\p{L}\p{N}]"
_TOKEN = regex.compile(
    rf"(?<!\p{{L}})\p{{L}}(?:\.\p{{L}})+(?!\p{{L}})"  # k.m.s, p.m
    rf"|{_LETTER}(?:{_LETTER}|[{_UNSEEN}]|[{_APOSTROPHES}](?=[{_UNSEEN}]*{_LETTER}))*"
    rf"|\p{{Extended_Pictographic}}"
)
_DROPPED = regex.compile(rf"[{_UNSEEN}{_APOSTROPHES}.]")
_SENTENCE_END = regex.compile(r"[!?\u00bf\u061f\u3002]|(?<!\.)\.(?=\s)")
_LINE_END = regex.compile(r"[\n\r\u2028\u2029]")
_CLAUSE_END = regex.compile(r"[,;:()\"\u201c\u201d\u2013\u2014\u2026/]|\s-+\s|--|\.\.|\.")
# Letters of other scripts that look like Latin ones.
_LOOKALIKES = str.maketrans("абвгеиікмнопрстухѕјԁɡһѵαβεικνορτυχω", "abbreiikmhonpctyxsjdghvabeiknoptuxw")
_LOOKALIKES.update(str.maketrans("рсуøłı", "pcyoli"))


class Break(IntEnum):
    """What separates a token from the one before it; a greater value separates more."""

    NONE = 0
    CLAUSE = 1  # comma, dash, ellipsis, bracket
    LINE = 2  # line break: people also break lines in mid-sentence
    SENTENCE = 3


class Token(NamedTuple):
    """One word, number or emoji: folded form, span in the original text, and what stood before it."""

    word: str
    start: int
    end: int
    before: Break


class Text(NamedTuple):
    """A text and its tokens in order; `original[token.start:token.end]` is what was typed."""

    original: str
    tokens: tuple[Token, ...]

    @property
    def words(self) -> list[str]:
        """The folded words in order."""
        return [token.word for token in self.tokens]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Span in the original text of the tokens `first` to `last`, both included."""
        return self.tokens[first].start, self.tokens[last].end

    def sentences(self) -> list[tuple[int, int]]:
        """Token ranges `[first, end)` of the sentences; line breaks end a sentence too."""
        starts = [at for at, token in enumerate(self.tokens) if token.before >= Break.LINE]
        edges = sorted({0, *starts, len(self.tokens)})
        return list(pairwise(edges))


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    """One character, lower case, without accent, in Latin script where it only looks foreign."""
    plain = unicodedata.normalize("NFKD", character)
    return _DROPPED.sub("", plain.translate(_LOOKALIKES).casefold().translate(_LOOKALIKES))


def fold(text: str) -> str:
    """Lower case, no accents (ñ → n), no apostrophes, nothing invisible: "Don’t" → "dont", "mañana" → "manana".

    Not aligned with its input; use `read_text` where offsets matter. Never raises.
    """
    if text.isascii() and text.isalnum():
        return text.lower()
    return "".join(map(_fold_character, text))


def squeeze(word: str, keep: int = 1) -> str:
    """Runs of a letter cut to at most `keep`: "kmssss" → "kms"; digits are left alone."""
    runs = ((letter, len(list(run))) for letter, run in groupby(word))
    return "".join(letter * (count if letter.isdigit() else min(count, keep)) for letter, count in runs)


def _break_of(gap: str) -> Break:
    if _SENTENCE_END.search(gap):
        return Break.SENTENCE
    if _LINE_END.search(gap):
        return Break.LINE
    return Break.CLAUSE if _CLAUSE_END.search(gap) else Break.NONE


def read_text(text: str) -> Text:
    """Split `text` into folded tokens with character offsets into `text`. Linear time, never raises.

    A word keeps letters and digits; apostrophes, accents and invisible characters are folded away, so that
    "don't", "dont" and "do\u200bn’t" are the same word. Hyphens and slashes separate. An emoji is a token.
    """
    tokens: list[Token] = []
    at = 0
    for match in _TOKEN.finditer(text):
        word = fold(match.group())
        if word:
            before = _break_of(text[at : match.start() + 1]) if tokens else Break.NONE
            tokens.append(Token(word, match.start(), match.end(), before))
            at = match.end()
    return Text(text, tuple(tokens))
