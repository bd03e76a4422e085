"""Time words: a text as a list of words with what each may mean in a sentence about times.

Kinds of a word: `day` (weekday 0-6), `habit` (weekdays as digits), `month`, `relative` (days from today),
`number`, `ordinal`, `unit`, `edge` (early, mid, late …), `part` (of the day), `clock` (hour, minute, am or
pm), `date` (numeric), `stop` and `comma`, the grammar words of data/language/times.yml (`AFTER`, `BETWEEN`
…) and the context words of data/language/times_context.yml (`want`, `event`, `symptom`, `cannot`, `break`,
`fill`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from bot.language.times_data import times_data
from bot.language.times_lexicon import guess_lang, lexicon_of, rewrites_of, vocabulary_of
from bot.language.times_pieces import Piece, fold_times, split
from bot.language.times_slips import forgive

_PHRASE = 10  # words in the longest phrase looked for


class Word(NamedTuple):
    """A word or phrase and everything it may mean: kind → value."""

    text: str
    kinds: dict[str, Any]

    def is_a(self, *kinds: str) -> bool:
        """Whether any of `kinds` is among its meanings."""
        return any(kind in self.kinds for kind in kinds)


def _spelled(pieces: list[Piece], lang: str) -> list[Piece]:
    """The pieces with slips of the fingers put right."""
    known = vocabulary_of(lang)
    return [piece._replace(text=forgive(piece.text, known)) if piece.is_word else piece for piece in pieces]


def _match(texts: list[str], at: int, phrases: Any) -> int:
    """Length in words of the longest of `phrases` at `at`; 0 when there is none."""
    for length in range(min(_PHRASE, len(texts) - at), 0, -1):
        if tuple(texts[at : at + length]) in phrases:
            return length
    return 0


def _rewrite(pieces: list[Piece], lang: str) -> list[Piece]:
    rewrites, texts = rewrites_of(lang), [piece.text for piece in pieces]
    out: list[Piece] = []
    at = 0
    while at < len(pieces):
        length = _match(texts, at, rewrites)
        if length:
            new = " ".join(rewrites[tuple(texts[at : at + length])])
            out += split(new)
        else:
            out.append(pieces[at])
        at += length or 1
    return out


def read_words(text: str, lang: str | None = None) -> tuple[list[Word], str]:
    """The words of `text` with their meanings, and the language they were read in. Never raises."""
    folded = fold_times(text)
    tongue = guess_lang(folded, lang)
    pieces = _rewrite(_spelled(split(folded), tongue), tongue)
    lexicon, texts = lexicon_of(tongue), [piece.text for piece in pieces]
    words: list[Word] = []
    at = 0
    while at < len(pieces):
        length = _match(texts, at, lexicon)
        phrase = tuple(texts[at : at + (length or 1)])
        meanings = dict(lexicon.get(phrase, {})) | (pieces[at].meanings if length < 2 else {})
        if not meanings and phrase[0] in times_data()["own_language_only"]:
            meanings = {"fill": True}  # a small word of the other language
        words.append(Word(" ".join(phrase), meanings))
        at += length or 1
    return words, tongue
