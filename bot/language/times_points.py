"""Single clock times: "4", "half past two", "3:30pm", "las cinco menos cuarto", "noon"."""

from __future__ import annotations

from typing import NamedTuple

from bot.language.times_data import times_data
from bot.language.times_words import Word

MOST_LISTED = 6  # "3, 4 or 5": nobody lists more, and a longer list would cost time
_DAY = 24 * 60
_HALVES = {
    "morning": "a",
    "early_morning": "a",
    "small_hours": "a",
    "afternoon": "p",
    "evening": "p",
    "night": "p",
}
# A bare number before one of these counts something else ("after 4 sessions", "at 3 weeks", "march 5").
_COUNTED = ("unit", "person", "symptom", "counted", "month", "number", "ordinal", "no_clock", "date")
_MINUTES = (0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55)


class Point(NamedTuple):
    """A clock time in minutes from midnight, in its likelier half of the day; `sure`: the half was said."""

    minute: int
    sure: bool

    def readings(self) -> tuple[int, ...]:
        """The likelier minute first, then the other half of the day."""
        return (self.minute,) if self.sure else (self.minute, (self.minute + _DAY // 2) % _DAY)


Found = tuple[Point, int]


def stands(words: list[Word], at: int, *kinds: str) -> bool:
    """Whether a word of one of `kinds` stands at `at`."""
    return 0 <= at < len(words) and words[at].is_a(*kinds)


def skip(words: list[Word], at: int, *kinds: str) -> int:
    """`at`, or the place after it when a word of one of `kinds` stands there."""
    return at + 1 if stands(words, at, *kinds) else at


def _in_half(hour: int, minute: int, half: str) -> Point:
    """A clock time with what is known of its half: "a", "p", "24" (whole day), "" (office hours decide)."""
    total = hour * 60 + minute
    if half in ("a", "p") and 1 <= hour <= 12:
        return Point(total % (_DAY // 2) + (_DAY // 2 if half == "p" else 0), True)
    if half == "24" or total >= 13 * 60 or total < 60:
        return Point(total, True)
    afternoon = hour == 12 or total < int(times_data()["office_first_hour"]) * 60
    return Point(total % (_DAY // 2) + (_DAY // 2 if afternoon else 0), False)


def _half_after(words: list[Word], at: int) -> tuple[str, int]:
    """ "pm", "in the morning", "de la tarde" at `at`: the half of the day and its end; ("", at) without."""
    if stands(words, at, "AM", "PM"):
        return ("a" if stands(words, at, "AM") else "p"), at + 1
    start = skip(words, skip(words, at, "IN", "OF", "AT"), "THE", "LAS")
    if not stands(words, start, "part"):
        return "", at
    part, bound = words[start].kinds["part"], start > at or " " in words[start].text
    half = _HALVES.get(part, "") if bound else ""
    return ("midnight" if part == "night" and half else half), (start + 1 if half else at)


def _finish(words: list[Word], at: int, hour: int, minute: int, half: str = "") -> Found:
    """Read what may follow a clock time: "o'clock", then the half of the day."""
    at = skip(words, at, "OCLOCK")
    said, end = _half_after(words, at)
    if said == "midnight" and hour % 12 == 0:  # "12 at night" ends the day, "12:30 at night" begins it
        return Point(minute or _DAY, True), end
    said = "p" if said == "midnight" else said
    return _in_half(hour, minute, half or said), (at if half and not said else end)


def _read_literal(words: list[Word], at: int) -> Found | None:
    """ "3:30pm", "15:30", "4 pm"."""
    start = skip(words, at, "LAS")
    if not stands(words, start, "clock"):
        return None
    hour, minute, half = words[start].kinds["clock"]
    return _finish(words, start + 1, hour, minute, half)


def _read_named(words: list[Word], at: int) -> Found | None:
    if stands(words, at, "NOON"):
        return Point(_DAY // 2, True), at + 1
    return (Point(_DAY, True), at + 1) if stands(words, at, "MIDNIGHT") else None


def _hour_at(words: list[Word], at: int, most: int = 12) -> int | None:
    """The hour a number at `at` may be; None when there is none."""
    hour = words[at].kinds.get("number") if at < len(words) else None
    return int(hour) if hour is not None and 1 <= hour <= most else None


_PHRASES = {"HALF_PAST": 30, "QUARTER_PAST": 15, "QUARTER_TO": -15}


def _read_phrase(words: list[Word], at: int) -> Found | None:
    """ "half past two", "quarter to five", "cuarto para las cinco", "ten past three"."""
    shift = next((shift for kind, shift in _PHRASES.items() if stands(words, at, kind)), None)
    start = at + 1
    counts_days = stands(words, at - 1, "month", "THE", "day")  # "march 20 after 4" is no "twenty after four"
    if shift is None and stands(words, at, "number") and at + 1 < len(words) and not counts_days:
        said, link = words[at].kinds["number"], words[at + 1].text
        shift = said if link in ("past", "after") and said in _MINUTES[1:] and said < 30 else None
        shift = -said if link in ("to", "til", "till", "para") and said in (20, 25) else shift
        start = at + 2
    start = skip(words, start, "LAS")
    hour = _hour_at(words, start)
    if shift is None or hour is None:
        return None
    total = (hour * 60 + shift) % (_DAY // 2) or _DAY // 2
    return _finish(words, start + 1, total // 60 or 12, total % 60)


_TAILS = {"AND_HALF": 30, "AND_QUARTER": 15, "LESS_QUARTER": -15}


def _minutes_after(words: list[Word], at: int, las: bool) -> tuple[int, int]:
    """Minutes said after an hour and where they end: "three thirty", "y media", "y diez"; (0, at) without."""
    for kind, minutes in _TAILS.items():
        if stands(words, at, kind):
            return minutes, at + 1
    start = at + 1 if las and stands(words, at, "AND") else at
    minute = words[start].kinds.get("number") if start < len(words) else None
    if minute in _MINUTES[1:] and (start > at or minute >= 15) and not stands(words, start + 1, *_COUNTED):
        return int(minute), start + 1
    return 0, at


def _is_apart(words: list[Word], at: int) -> bool:
    """Whether a part of the day is only said beside a number: "jueves 12 por la tarde" is a date."""
    return stands(words, at, "part") and words[at].text.startswith(("por ", "en "))


def _read_number(words: list[Word], at: int, marked: bool, open_end: bool) -> Found | None:
    """A spoken hour; without a mark before or after it a number is no clock time."""
    start = skip(words, at, "LAS")
    las = start > at
    hour = _hour_at(words, start, 23 if las else 12)
    hour = 1 if hour is None and las and stands(words, start, "A") else hour
    if hour is None:
        return None
    minute, end = _minutes_after(words, start + 1, las)
    total = hour * 60 + minute
    found = _finish(words, end, total // 60, total % 60)
    said = found[1] > start + 1 and (marked or las or not _is_apart(words, start + 1))
    follows = words[found[1]] if found[1] < len(words) else Word("", {"stop": True})
    free = bool(follows.kinds) and not follows.is_a(*_COUNTED)
    if said or ((marked or las) and (free or (open_end and follows.is_a("TO")))):
        return found
    return None


def read_point(words: list[Word], at: int, marked: bool, open_end: bool = False) -> Found | None:
    """The clock time at `at` and where it ends; `marked`: a word before it ("at", "after") says it is one."""
    return (
        _read_named(words, at)
        or _read_literal(words, at)
        or _read_phrase(words, at)
        or _read_number(words, at, marked, open_end)
    )
