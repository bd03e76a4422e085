"""Times a visitor can come: windows of wall-clock time, weekly rules, and why a date cannot be."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.language.times_calendar import Today
from bot.language.times_data import times_data
from bot.language.times_grammar import read_units
from bot.language.times_hours import DAY
from bot.language.times_mentions import read_items
from bot.language.times_placing import place_mentions
from bot.language.times_units import Unit
from bot.language.times_windows import (
    Limits,
    Span,
    cut,
    limits_at,
    spans_on,
    subtract,
    unit_spans,
    why_nothing,
)
from bot.language.times_words import read_words


class Window(NamedTuple):
    """A stretch of one day, wall clock without zone; the end of a whole day is the next day's midnight."""

    start: datetime
    end: datetime


class Recurring(NamedTuple):
    """A weekly rule: weekdays (0 = Monday), hours "HH:MM" it begins and ends at, first and last date."""

    weekdays: tuple[int, ...]
    after: str | None
    before: str | None
    first: date | None
    last: date | None

    def to_dict(self) -> dict[str, Any]:
        """The contract's form."""
        first, last = (day.isoformat() if day else None for day in (self.first, self.last))
        return {
            "weekdays": list(self.weekdays),
            "after": self.after,
            "before": self.before,
            "from": first,
            "to": last,
        }


class Times(NamedTuple):
    """What a text says about when.

    `windows` empty and `error` None: nothing usable was said, ask. `reason` is the key of `error` in
    data/language/times.yml. `options`: the dates an unclear text leaves to choose from ("next friday").
    """

    windows: tuple[Window, ...] = ()
    recurring: Recurring | None = None
    error: str | None = None
    reason: str | None = None
    options: tuple[date, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Exactly the contract's `times` answer: ISO without offset."""
        windows = [{"start": each.start.isoformat(), "end": each.end.isoformat()} for each in self.windows]
        return {
            "windows": windows,
            "recurring": self.recurring and self.recurring.to_dict(),
            "error": self.error,
        }


def _refused(reason: str | None, lang: str) -> Times:
    return Times(error=times_data()["errors"][reason][lang], reason=reason) if reason else Times()


def _options(units: list[Unit], limits: Limits) -> tuple[date, ...]:
    """The dates an unclear unit may mean."""
    today = Today(limits.now.date(), False)
    said = {option for unit in units for day in unit.days for option in day.options}
    bare = any(unit.names_weekday and not unit.frames for unit in units)
    todays = {today.day, today.coming(today.day.weekday())} if bare else set()
    return tuple(sorted(said or todays))


def _clock_text(minute: int) -> str | None:
    return f"{minute // 60:02}:{minute % 60:02}" if 0 < minute < DAY else None


def _is_habit(unit: Unit) -> bool:
    """Whether a unit is a weekly rule: habitual days, or hours of any day; for more than a week."""
    days = all(day.kind == "weekdays" and day.habit for day in unit.days)
    hours = bool(unit.days) or any(clock.kind != "any" for clock in unit.clocks)
    short = any((frame.last - frame.first).days < 8 for frame in unit.frames)
    return days and hours and not short and not (unit.frames and not unit.days)


def _recurring(wanted: list[Unit], excluded: list[Unit], limits: Limits) -> Recurring | None:
    """The one weekly rule that says all that was said; None when there is none."""
    hours = {tuple(clock.hours for clock in unit.clocks) for unit in wanted}
    frames = {tuple(unit.frames) for unit in wanted}
    off = [unit for unit in excluded if not (unit.names_weekday and not unit.clocks and not unit.frames)]
    if not wanted or off or len(hours) != 1 or len(frames) != 1 or not all(map(_is_habit, wanted)):
        return None
    (clocks,), (bounds,) = hours, frames
    days = {number for unit in wanted for day in unit.days for number in day.weekdays} or set(range(7))
    days -= {number for unit in excluded for day in unit.days for number in day.weekdays}
    if len(clocks) > 1:
        return None
    low, high = clocks[0] if clocks else (0, DAY)
    first = max((frame.first for frame in bounds if frame.first > limits.now.date()), default=None)
    last = min((frame.last for frame in bounds if (frame.last - limits.now.date()).days < 366), default=None)
    return Recurring(tuple(sorted(days)), _clock_text(low), _clock_text(high), first, last)


def _windows(wanted: list[Unit], excluded: list[Unit], limits: Limits) -> list[Span] | None:
    """What is wanted without what is excluded; None when either is unclear."""
    holes = [unit_spans(unit, limits, every=True) for unit in excluded]
    spans = [unit_spans(unit, limits) for unit in wanted] or [spans_on(limits.dates, [], limits)]
    if any(found is None for found in (*holes, *spans)):
        return None
    taken = [span for found in holes for span in found or ()]
    return cut(subtract([span for found in spans for span in found or ()], taken), limits)


def read_times(text: str, now: datetime, tz: str, lang: str | None = None) -> Times:
    """When a visitor can come, from free text in English or Spanish (mixed too).

    `now` is aware (a naive one is taken as wall clock of `tz`), `tz` an IANA zone (ZoneInfoNotFoundError
    when unknown). Everything the text allows from now to 28 days on, opening hours not applied; what is
    ambiguous gives no windows and no error: ask. Numbers and times of a story ("panic at night", "for 3
    weeks") are no windows. Never raises on any text.
    """
    limits = limits_at(now, ZoneInfo(tz))
    words, tongue = read_words(text, lang)
    items = read_items(words, Today(limits.now.date(), tongue == "es"))
    wanted, excluded = read_units(place_mentions(items))
    if not wanted and not excluded:
        return Times()
    windows = _windows(wanted, excluded, limits)
    if windows is None:
        return Times(options=_options(wanted, limits))
    if not windows:
        return _refused(None if excluded else why_nothing(wanted, limits), tongue)
    return Times(tuple(Window(*span) for span in windows), _recurring(wanted, excluded, limits))


def _moment(value: object) -> datetime:
    """An ISO time as written in a record; ValueError when it is none."""
    if not isinstance(value, str):
        raise ValueError("'now' must be an ISO 8601 time, for example 2026-03-02T09:00:00-07:00")
    try:
        return datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
    except ValueError:
        raise ValueError(f"'now' is not an ISO 8601 time: {value[:40]!r}") from None


def _zone(value: object) -> str:
    """The name of a time zone that exists; ValueError otherwise."""
    if not isinstance(value, str) or not value:
        raise ValueError("'tz' must be an IANA time zone, for example America/Phoenix")
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"'tz' is not a known time zone: {value[:40]!r}") from None


def times_record(record: dict[str, Any]) -> dict[str, Any]:
    """One line of the `times` command: `{text, now, tz, lang?}` with the answer added, other fields kept.

    ValueError, with a sentence for whoever wrote the line, when a field is missing or of the wrong kind.
    """
    if not isinstance(record, dict):
        raise ValueError("a line must be a JSON object")
    text, lang = record.get("text"), record.get("lang")
    if not isinstance(text, str):
        raise ValueError("'text' must be a string")
    if lang not in (None, "en", "es"):
        raise ValueError("'lang' must be 'en' or 'es'")
    now, tz = _moment(record.get("now")), _zone(record.get("tz"))
    return record | read_times(text, now, tz, lang).to_dict()
