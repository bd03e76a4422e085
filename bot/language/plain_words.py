"""Turns tokens into plain words: contractions and phone typing opened, digits parted from letters."""

import re
from functools import lru_cache
from typing import NamedTuple

from bot.language.reviewed import pairs, shorthand
from bot.language.text import Break, Token, read_text, squeeze

_DIGITS_APART = re.compile(r"\d+|[^\d]+")
_APOSTROPHES = "'’‘ʼ´`′＇"


class Word(NamedTuple):
    """One plain word, the span of what was typed for it, and what stood before it."""

    text: str
    start: int
    end: int
    before: Break


@lru_cache(maxsize=1)
def _expansions() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """(always, only when an apostrophe was typed): folded word → the words it stands for."""
    always = {left: right.split() for left, right in pairs(shorthand()["expand"]).items()}
    typed = {left: right.split() for left, right in pairs(shorthand()["apostrophe"]).items()}
    return always, typed


@lru_cache(maxsize=1)
def same_words() -> dict[str, str]:
    """Folded word → the usual word it also stands for ("u" → "you")."""
    return pairs(shorthand()["same"])


@lru_cache(maxsize=1)
def number_words() -> dict[str, int]:
    """Folded number word → its value, English and Spanish, up to ninety."""
    return dict(shorthand()["numbers"])


def number_of(word: str) -> int | None:
    """The value of a number in digits (at most four) or in one word; None when it is no number."""
    if word.isdecimal():
        return int(word) if len(word) <= 4 else None
    return number_words().get(word)


def _open(token: Token, typed: str) -> list[str]:
    always, with_apostrophe = _expansions()
    if token.word in with_apostrophe and any(mark in typed for mark in _APOSTROPHES):
        return with_apostrophe[token.word]
    if token.word in always:
        return always[token.word]
    if any(letter.isdigit() for letter in token.word):
        return _DIGITS_APART.findall(token.word)
    return [token.word]


def _shorten(word: str) -> str:
    """ "soooo" → "so", "tooo" → "to": three of a letter are emphasis, never spelling."""
    return squeeze(word) if _EMPHASIS.search(word) else word


_EMPHASIS = re.compile(r"([^\W\d])\1\1")


def read_words(text: str) -> list[Word]:
    """The plain words of `text`, with character offsets into it. Linear time, never raises."""
    words: list[Word] = []
    for token in read_text(text).tokens:
        token = token._replace(word=_shorten(token.word))
        before = token.before
        for part in _open(token, text[token.start : token.end]):
            for piece in _expansions()[0].get(part, [part]):
                words.append(Word(piece, token.start, token.end, before))
                before = Break.NONE
    return words


def split_words(text: str) -> list[str]:
    """The plain words of `text` without offsets; how phrase data is read."""
    return [word.text for word in read_words(text)]
