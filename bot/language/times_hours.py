"""Hours of a day: what "at 3", "after 4", "around noon", "9 to 5" and "morning" span."""

from __future__ import annotations

from typing import NamedTuple

from bot.language.times_data import times_data
from bot.language.times_points import Point

DAY = 24 * 60
Hours = tuple[int, int]


class Clock(NamedTuple):
    """Hours of a day.

    `readings`: (from, to) in minutes, the likelier first (am or pm not said); `kind`: point, range, after,
    before, part or any; `limit`: said as a bound on what was said before ("but not before 10"); `habit`:
    "mornings".
    """

    readings: tuple[Hours, ...]
    kind: str
    limit: bool = False
    habit: bool = False

    @property
    def hours(self) -> Hours:
        """The likelier reading."""
        return self.readings[0]


def minutes(clock: str) -> int:
    """ "16:30" → 990."""
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def part_hours(name: str) -> Hours:
    """From and to of a part of the day, from data/language/times.yml."""
    low, high = times_data()["parts"][name]
    return minutes(low), minutes(high)


def clock(kind: str, readings: list[Hours], limit: bool = False) -> list[Clock]:
    """A clock of the readings that are not empty; [] when none is left."""
    kept = tuple((max(0, low), min(DAY, high)) for low, high in readings if low < min(DAY, high))
    return [Clock(kept, kind, limit)] if kept else []


def at_point(point: Point) -> list[Clock]:
    """ "at 3": a clock time alone is an hour long."""
    length = int(times_data()["clock_minutes"])
    return clock("point", [(minute, minute + length) for minute in point.readings()])


def around(point: Point) -> list[Clock]:
    """ "around 3"."""
    spread = int(times_data()["around_minutes"])
    return clock("range", [(minute - spread, minute + spread) for minute in point.readings()])


def after(point: Point, limit: bool = False) -> list[Clock]:
    """ "after 3", to the end of the day."""
    return clock("after", [(minute, DAY) for minute in point.readings()], limit)


def before(point: Point, limit: bool = False) -> list[Clock]:
    """ "before 3", from the beginning of the day."""
    return clock("before", [(0, minute) for minute in point.readings()], limit)


def between(low: Point, high: Point) -> list[Clock]:
    """ "9 to 5" is 9-17, "10 to 2" 10-14, "8-10pm" 20-22: the end settles what the beginning leaves open."""
    if high.sure:
        end = high.minute or DAY
        starts = sorted((minute for minute in low.readings() if minute < end), reverse=not low.sure)
        return clock("range", [(starts[0], end)]) if starts else []
    ends = [minute for minute in high.readings() if minute > low.minute]
    if not ends:
        return []
    shifted = (low.minute + DAY // 2, ends[0] + DAY // 2)
    return clock("range", [(low.minute, ends[0])] + ([] if low.sure or shifted[1] > DAY else [shifted]))
