"""Typed choices: which of the options shown a visitor meant by "the second one" or "the 4:30 one"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import regex
import yaml

from bot.language.text import fold

_DATA = Path(__file__).parents[2] / "data" / "language" / "answers.yml"
_PIECE = regex.compile(
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))? ?(?P<half>[ap]) ?m\b"
    r"|(?P<clock>\d{1,2}:\d{2})"
    r"|(?P<place>\d+)(?:st|nd|rd|th|ro|do|to|ra|da|ta)\b"
    r"|(?P<number>\d+)\b"
    r"|(?P<word>[\p{L}\p{N}]+)"
)


@lru_cache(maxsize=1)
def _choices() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    choices: dict[str, Any] = loaded["choices"]
    return choices


@lru_cache(maxsize=8)
def _words_of(name: str) -> frozenset[str]:
    lists = _choices()[name]
    return frozenset([*lists["en"], *lists["es"]])


@lru_cache(maxsize=1)
def _ordinals() -> dict[str, int]:
    """Word → place in the list, counted from 1; -1 is the last."""
    places = _choices()["ordinals"].items()
    return {word: int(place) for place, lists in places for word in lists["en"] + lists["es"]}


@lru_cache(maxsize=1)
def _day_names() -> dict[str, str]:
    groups: list[str] = _choices()["days"]
    return {word: f"day{number}" for number, group in enumerate(groups) for word in group.split()}


def _canonical(match: regex.Match[str]) -> str:
    """A piece of text in the form it is compared in: "4:30 pm" → "16:30", "wed" → "day2"."""
    if match["half"]:
        hour = int(match["hour"]) % 12 + (12 if match["half"] == "p" else 0)
        return f"{hour}:{match['minute'] or '00'}"
    if match["clock"]:
        return match["clock"].lstrip("0")
    if match["place"]:
        return f"#{match['place']}"
    word: str = match["number"] or match["word"]
    return _day_names().get(word, word)


def _pieces(text: str) -> list[str]:
    pieces = [_canonical(match) for match in _PIECE.finditer(fold(text[:400]))]
    if pieces[:1] == ["mar"] and len(pieces) > 2 and pieces[1].isdigit() and pieces[2] in _choices()["months"]:
        pieces[0] = _day_names()["martes"]
    return pieces


def _hours_of(clock: str) -> set[str]:
    """A clock time without am or pm means either half of the day: "4:30" → {"4:30", "16:30"}."""
    hour, minute = clock.split(":")
    return {clock, f"{int(hour) + 12}:{minute}"} if int(hour) < 12 else {clock}


def _as_clocks(pieces: list[str], labels: list[list[str]]) -> list[str]:
    """ "4" becomes "4:00" where a label offers that hour: there it is a clock time, not a day of a month."""
    offered = {piece for label in labels for piece in label}
    clocks = {piece for piece in pieces if piece.isdigit() and _hours_of(f"{piece}:00") & offered}
    return [f"{piece}:00" if piece in clocks else piece for piece in pieces]


def _fits(piece: str, label: list[str]) -> bool:
    """Whether `piece` names something in the label: the same word, its beginning, or the same clock time."""
    if ":" in piece:
        return bool(_hours_of(piece) & set(label))
    if piece.startswith("#"):
        return piece[1:] in label
    return any(word == piece or (len(piece) > 3 and word.startswith(piece)) for word in label)


def _only(found: list[int]) -> int | None:
    return found[0] if len(found) == 1 else None


def _by_content(pieces: list[str], labels: list[list[str]]) -> list[int]:
    """Labels that hold everything said; padding counts only when nothing else was said."""
    pieces = _as_clocks(pieces, labels)
    content = [piece for piece in pieces if piece not in _words_of("filler")]
    content = content or [piece for piece in pieces if any(piece in label for label in labels)]
    if not content:
        return []
    return [at for at, label in enumerate(labels) if all(_fits(piece, label) for piece in content)]


def _by_place(pieces: list[str], count: int) -> int | None:
    """ "the second one", "option 2", "2": the place in the list, when that is all that was said."""
    padding = _words_of("filler") | _words_of("option_words")
    content = [piece for piece in pieces if piece not in padding]
    content = content or [piece for piece in pieces if piece in _ordinals()][:1]
    if len(content) != 1:
        return None
    digits = content[0].lstrip("#")
    place = int(digits) if digits.isdecimal() else _ordinals().get(content[0], 0)
    if place == -1:
        return count - 1
    return place - 1 if 1 <= place <= count else None


def _stands_in(pieces: list[str], label: list[str]) -> bool:
    """Whether the label holds what was said word for word ("rather not say" in "I'd rather not say")."""
    return len(pieces) > 1 and f" {' '.join(pieces)} " in f" {' '.join(label)} "


def read_choice(text: str, labels: Sequence[str]) -> int | None:
    """Index of the one label `text` names: by its own words, by place, by day or clock time; else None.

    Ambiguous ("tuesday" with two Tuesdays on offer), refused ("not the second") and unknown are None.
    Never raises on a string.
    """
    pieces, read_labels = _pieces(text), [_pieces(label) for label in labels]
    exact = [at for at, label in enumerate(read_labels) if label and label == pieces]
    if exact or not pieces or not labels:
        return _only(exact)
    if any(piece in _words_of("refusals") for piece in pieces):
        return _only([at for at, label in enumerate(read_labels) if _stands_in(pieces, label)])
    by_content, by_place = _by_content(pieces, read_labels), _by_place(pieces, len(labels))
    if by_place is None:
        return _only(by_content)
    return by_place if by_content in ([], [by_place]) else None
