"""Time words, first step: a text as folded words, numbers, clock times, dates and punctuation."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any, NamedTuple

import regex

from bot.language.times_data import times_data

_LONGEST = 4000  # a message has at most 4,000 characters
_UNSEEN = regex.compile(r"[\p{Cf}\p{Cs}\p{M}\x00-\x08\x0e-\x1f\x7f'`\u2019\u2018\u02bc\u00b4]")
_DASH = regex.compile(r"[\u2010-\u2015\u2212~]")
_HALF_DAY = regex.compile(r"(?<=\d|\b)([ap])\. ?m\b\.?")
_ISO_T = regex.compile(r"(?<=\d{4}-\d\d-\d\d)t(?=\d)")
_ISH = regex.compile(r"(\d|[ap]m) ?-?ish\b")
_PIECE = regex.compile(
    r"(?P<contact>[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://\S+"
    r"|(?<!\d)(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}(?!\d))"
    r"|(?P<money>[$€]\s?\d[\d.,]*|\d[\d.,]*\s?%|24/7|\d+/100(?!\d))"
    r"|(?P<iso>(?<![\d/-])\d{4}-\d{1,2}-\d{1,2})(?![\d/-])"
    r"|(?P<date>(?<![\d/-])\d{1,2}(?P<by>[/.-])\d{1,2}(?P=by)(?:\d{4}|\d{2})(?![\d/-])"
    r"|(?<![\d/])\d{1,2}/\d{1,2}(?![\d/]))"
    r"|(?P<clock>\d{1,2}(?:[:h]|\.(?=[0134][05](?:\D|$)))[0-9]{2}(?![\d:])(?:[ap]m?\b|\s[ap]m\b)?"
    r"|\d{1,2}(?:[ap]m?|\s[ap]m|h)\b|(?<!\d)\d{3,4}\s?[ap]m\b)"
    r"|(?P<ordinal>\d{1,3}(?:st|nd|rd|th|ro|ero|do|ra|da|to|ta|er|º|ª|°)\b)"
    r"|(?P<number>\d{1,4}(?![\p{L}\d]))"
    r"|(?P<word>[\p{L}\p{N}]+)"
    r"|(?P<stop>[.;!?¿¡\n\r\u2028()\[\]…]+)"
    r"|(?P<comma>,|:|\s-\s(?=\p{L}))"
    r"|(?P<sign>[-/&+@|])"
)


@lru_cache(maxsize=1)
def _abbreviations() -> regex.Pattern[str]:
    """Short names of days and months with their full stop: "tues.", "mar."."""
    names = [
        lists[tongue]
        for part in ("weekdays", "months")
        for lists in times_data()[part].values()
        for tongue in lists
    ]
    short = {
        name for group in names for name in group if any(full != name and full.startswith(name) for full in group)
    }
    return regex.compile(rf"\b({'|'.join(sorted(short))})\.(?=[ ,])")


def fold_times(text: str) -> str:
    """Lower case, no accents or apostrophes, one kind of dash, "p.m." as "pm"; punctuation stays."""
    plain = unicodedata.normalize("NFKD", text[:_LONGEST]).casefold()
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKD", plain))
    plain = _abbreviations().sub(r"\1", _ISO_T.sub(" ", _DASH.sub("-", plain)))
    return _ISH.sub(r"\1 ish", _HALF_DAY.sub(r"\1m", plain))


def _clock(piece: str) -> dict[str, Any]:
    """ "3:30pm" → (3, 30, "p"); "15h" and "15:30" → (15, 0|30, ""); an hour past 23 is no clock time."""
    numbers = [int(digits) for digits in regex.findall(r"\d+", piece)]
    half = next((letter for letter in piece if letter in "ap"), "")
    hour, minute = divmod(numbers[0], 100) if numbers[0] > 99 else (*numbers, 0)[:2]
    written_24 = "h" in piece or (piece[0] == "0" and not half)
    fits = minute < 60 and hour < 24 and not (half and (hour == 0 or hour > 12))
    return {"clock": (hour, minute, "24" if written_24 else half)} if fits else {"no_clock": True}


def _date(piece: str) -> dict[str, Any]:
    numbers = tuple(int(digits) for digits in regex.findall(r"\d+", piece))
    return {"date": numbers}


def _literal(kind: str, piece: str) -> dict[str, Any]:
    """Meanings of a piece that is not looked up: numbers, clock times, dates, punctuation."""
    if kind in ("iso", "date"):
        return _date(piece)
    if kind == "clock":
        return _clock(piece)
    if kind in ("number", "ordinal"):
        return {kind: int(regex.match(r"\d+", piece)[0])}  # type: ignore[index]
    simple = {
        "stop": {"stop": True},
        "comma": {"comma": True},
        "contact": {"fill": True},
        "money": {"event": True},
    }
    return simple.get(kind, {})


class Piece(NamedTuple):
    """A piece as typed, whether it is a word, and its meanings when it is not looked up."""

    text: str
    is_word: bool
    meanings: dict[str, Any]


def split(folded: str) -> list[Piece]:
    """The pieces of a folded text, in order."""
    pieces: list[Piece] = []
    for match in _PIECE.finditer(folded):
        kind, text = str(match.lastgroup), match.group().strip()
        meanings = _literal("date" if kind == "by" else kind, text)
        pieces.append(Piece(text, kind == "word", meanings))
    return pieces
