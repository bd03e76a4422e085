"""Windows: the stretches of wall-clock time that what was said leaves open, from now to the horizon."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.language.times_calendar import Day, Today
from bot.language.times_data import times_data
from bot.language.times_hours import DAY, Clock
from bot.language.times_units import Unit

Span = tuple[datetime, datetime]


class Limits(NamedTuple):
    """What can be offered: wall-clock `now` to `until`, in `zone`."""

    now: datetime
    until: datetime
    zone: ZoneInfo

    @property
    def dates(self) -> list[date]:
        """Every date from today to the horizon."""
        first = self.now.date()
        return [first + timedelta(days=step) for step in range((self.until.date() - first).days + 1)]


def limits_at(now: datetime, zone: ZoneInfo) -> Limits:
    """Limits for a message written at `now` (aware; a naive one is taken as wall clock of `zone`)."""
    local = now.astimezone(zone) if now.tzinfo else now
    wall = local.replace(tzinfo=None, fold=0)
    minute = wall.replace(second=0, microsecond=0)
    start = minute if minute == wall else minute + timedelta(minutes=1)
    return Limits(start, start + timedelta(days=int(times_data()["horizon_days"])), zone)


def _moment(day: date, minute: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minute)


def _stretch(day: date, hours: tuple[int, int]) -> Span:
    return _moment(day, hours[0]), _moment(day, hours[1])


def _hours_on(day: date, clock: Clock, limits: Limits, only_day: bool) -> tuple[int, int]:
    """The reading of a clock on `day`: "today at 8" said at ten is eight in the evening."""
    if not only_day or day != limits.now.date():
        return clock.hours
    open_still = [hours for hours in clock.readings if _moment(day, hours[1]) > limits.now]
    return open_still[0] if open_still else clock.hours


def spans_on(days: list[date], clocks: list[Clock], limits: Limits) -> list[Span]:
    """Every hour of every clock on each day; whole days without a clock."""
    clocks = clocks or [Clock(((0, DAY),), "any")]
    return [_stretch(day, _hours_on(day, clock, limits, len(days) == 1)) for day in days for clock in clocks]


def _in_frames(day: date, frames: list[Day]) -> bool:
    return all(frame.first <= day <= frame.last for frame in frames)


def _coming(unit: Unit, number: int, limits: Limits) -> list[date] | None:
    """The coming weekday; None when it is today's and today would still do: then nobody can say which."""
    today = Today(limits.now.date(), False)
    if number != today.day.weekday():
        return [today.coming(number)]
    if any(end > limits.now for _, end in spans_on([today.day], unit.clocks, limits)):
        return None
    return [today.coming(number)]


def _weekday_dates(unit: Unit, day: Day, limits: Limits, every: bool) -> list[date] | None:
    if not (day.habit or unit.frames or every):
        (number,) = day.weekdays
        return _coming(unit, number, limits)
    found = [each for each in limits.dates if each.weekday() in day.weekdays and _in_frames(each, unit.frames)]
    open_ended = any((frame.last - limits.now.date()).days > 366 for frame in unit.frames)
    return found[:1] if open_ended and not (day.habit or every) else found


def _dates(unit: Unit, day: Day, limits: Limits, every: bool) -> list[date] | None:
    """Dates of one of a unit's days; None when it is unclear which."""
    if day.kind == "unclear":
        return None
    if day.kind == "weekdays":
        return _weekday_dates(unit, day, limits, every)
    if day.kind == "any":
        return [each for each in limits.dates if _in_frames(each, unit.frames)]
    inside = day.kind == "span"
    return [
        each for each in limits.dates if inside and day.first <= each <= day.last and _in_frames(each, unit.frames)
    ]


def unit_spans(unit: Unit, limits: Limits, every: bool = False) -> list[Span] | None:
    """The stretches a unit allows, not yet cut; None when unclear. `every`: all such weekdays."""
    days = unit.days or [Day("any")]
    dates = [_dates(unit, day, limits, every) for day in days]
    if any(found is None for found in dates):
        return None
    return [span for found in dates for span in spans_on(found or [], unit.clocks, limits)]


def why_nothing(units: list[Unit], limits: Limits) -> str | None:
    """Key of `errors` for units that allow no time at all: impossible, past or too far; None otherwise."""
    days = [day for unit in units for day in (*unit.days, *unit.frames)]
    wrong = next((day.reason for day in days if day.kind == "wrong"), None)
    if wrong:
        return wrong
    if any(
        low < limits.until and high > limits.now for unit in units for low, high in unit_spans(unit, limits) or ()
    ):
        return "impossible_time"
    spans = [day for day in days if day.kind == "span"]
    if any(day.first > limits.until.date() or day.first == limits.until.date() for day in spans):
        return "too_far"
    return "in_past" if spans else None


def subtract(spans: list[Span], holes: list[Span]) -> list[Span]:
    """`spans` without what lies in `holes`."""
    for low, high in holes:
        pieces = [((a, min(b, low)), (max(a, high), b)) for a, b in spans]
        spans = [piece for pair in pieces for piece in pair if piece[0] < piece[1]]
    return spans


def _exists(moment: datetime, zone: ZoneInfo) -> bool:
    """False in the hour that summer time skips."""
    there = moment.replace(tzinfo=zone).astimezone(ZoneInfo("UTC")).astimezone(zone)
    return there.replace(tzinfo=None) == moment


def _out_of_gap(moment: datetime, zone: ZoneInfo) -> datetime:
    """A wall-clock time that summer time skips, moved to the moment the clocks jump to."""
    while not _exists(moment, zone):
        moment += timedelta(minutes=15 - moment.minute % 15)
    return moment


def cut(spans: list[Span], limits: Limits) -> list[Span]:
    """Sorted, within the limits, one day each, without overlap, without hours that do not exist."""
    inside = [(max(low, limits.now), min(high, limits.until)) for low, high in spans]
    real = [(_out_of_gap(low, limits.zone), _out_of_gap(high, limits.zone)) for low, high in inside if low < high]
    merged: list[Span] = []
    for low, high in sorted(span for span in real if span[0] < span[1]):
        if merged and low <= merged[-1][1] and low.date() == merged[-1][0].date():
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged
