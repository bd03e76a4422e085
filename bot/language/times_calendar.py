"""Dates as people count them: the coming Tuesday, next week, the 15th, in two weeks."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Literal, NamedTuple

from bot.language.times_data import times_data

FAR = timedelta(days=1000)  # open-ended spans reach beyond any horizon
_WEEK = 7
_SUNDAY = 6
_HALF_YEAR = 183


class Day(NamedTuple):
    """Days that were named.

    `kind`: "weekdays" (of any week), "span" (`first` to `last`, both included), "any", "unclear" (one of
    `options`, to be asked), or "wrong" (`reason`, a key of `errors`). `habit`: every week. `frame`: a
    stretch in which weekdays may be named ("next week"). `limit`: said as a bound on what was said before
    ("but not before the 15th").
    """

    kind: Literal["weekdays", "span", "any", "unclear", "wrong"]
    weekdays: frozenset[int] = frozenset()
    habit: bool = False
    first: date = date.min
    last: date = date.max
    frame: bool = False
    limit: bool = False
    options: tuple[date, ...] = ()
    reason: str = ""


def span(first: date, last: date, frame: bool = True) -> Day:
    """The days `first` to `last`, both included."""
    return Day("span", first=first, last=last, frame=frame)


def single(day: date) -> Day:
    """One date."""
    return Day("span", first=day, last=day)


def wrong(reason: str) -> Day:
    """A date that cannot be, with a key of `errors`."""
    return Day("wrong", reason=reason)


def unclear(*options: date) -> Day:
    """One of several days; nobody can say which."""
    return Day("unclear", options=options)


class Today(NamedTuple):
    """The day a message was written, and whether 3/4 is the third of April."""

    day: date
    day_first: bool

    def monday(self, weeks: int = 0) -> date:
        """Monday of this week, or of a week before or after."""
        return self.day - timedelta(days=self.day.weekday()) + timedelta(weeks=weeks)

    def week(self, weeks: int = 0) -> Day:
        """Monday to Sunday of this week or another."""
        monday = self.monday(weeks)
        return span(monday, monday + timedelta(days=_SUNDAY))

    def weekend(self, weeks: int = 0) -> Day:
        """Saturday and Sunday of this week or another."""
        monday = self.monday(weeks)
        return span(monday + timedelta(days=5), monday + timedelta(days=_SUNDAY))

    def month(self, months: int = 0) -> Day:
        """This calendar month or another."""
        number = self.day.year * 12 + self.day.month - 1 + months
        return month_of(number // 12, number % 12 + 1)

    def coming(self, weekday: int) -> date:
        """The first such weekday after today."""
        return self.day + timedelta(days=(weekday - self.day.weekday() - 1) % _WEEK + 1)

    def this_weekday(self, weekday: int) -> Day:
        """ "this Tuesday": today's or the coming one."""
        return single(self.day if weekday == self.day.weekday() else self.coming(weekday))

    def next_weekday(self, weekday: int) -> Day:
        """ "next Tuesday": next week's; unclear while this week's is still two or more days away.

        Nobody calls tomorrow "next Tuesday"; said on a Sunday, many mean the coming one and many the one
        after.
        """
        coming = self.coming(weekday)
        in_next_week = self.monday(1) + timedelta(days=weekday)
        if self.day.weekday() == _SUNDAY:
            return unclear(coming, coming + timedelta(weeks=1))
        if coming < self.monday(1) and (coming - self.day).days > 1:
            return unclear(coming, in_next_week)
        return single(in_next_week)

    def next_weekend(self) -> Day:
        """ "next weekend": unclear before the weekend, the one after during it."""
        if self.day.weekday() < 5:
            return unclear(self.weekend().first, self.weekend(1).first)
        return self.weekend(1)

    def day_of_month(self, day: int) -> Day:
        """ "the 15th": of this month, or of the next one when that is past."""
        if not 1 <= day <= 31:
            return wrong("impossible_date")
        for months in (0, 1, 2):
            first = self.month(months).first
            if _exists(first.year, first.month, day) and first.replace(day=day) >= self.day:
                return single(first.replace(day=day))
        return wrong("impossible_date")

    def on(self, day: int, month: int, year: int | None = None) -> Day:
        """A calendar date; without a year the nearest one, which may be past (an error later)."""
        if year is not None:
            year = year + 2000 if year < 100 else year
            return single(date(year, month, day)) if _exists(year, month, day) else wrong("impossible_date")
        years = [near for near in range(self.day.year - 1, self.day.year + 2) if _exists(near, month, day)]
        dates = [date(near, month, day) for near in years]
        ahead = [found for found in dates if found >= self.day]
        recent = [found for found in dates if 0 < (self.day - found).days <= _HALF_YEAR]
        near = recent[-1:] if recent and not (ahead and (ahead[0] - self.day).days <= _HALF_YEAR) else ahead[:1]
        return single(near[0]) if near else wrong("impossible_date")

    def numeric(self, numbers: tuple[int, ...]) -> Day:
        """ "3/4", "3/4/2026", "2026-03-04": the other order only where the usual one cannot be."""
        if numbers[0] > 31:
            return self.on(numbers[2], numbers[1], numbers[0])
        year = numbers[2] if len(numbers) > 2 else None
        day, month = numbers[:2] if self.day_first else numbers[1::-1]
        if month > 12 and day <= 12:
            day, month = month, day
        return self.on(day, month, year) if 1 <= month <= 12 else wrong("impossible_date")

    def month_named(self, month: int) -> Day:
        """ "in April": this year's, or next year's when it is over."""
        later = (month - self.day.month) % 12
        return self.month(later)

    def after(self, count: int, unit: str) -> date | None:
        """The day `count` days, weeks or months from today."""
        if count > 400:
            return None
        if unit == "month":
            first = self.month(count).first
            return first.replace(day=min(self.day.day, calendar.monthrange(first.year, first.month)[1]))
        hours = {"hour": 1, "day": 24, "week": 24 * _WEEK}.get(unit, 0) * count
        return self.day + timedelta(days=hours // 24) if hours >= 24 else None


def month_of(year: int, month: int) -> Day:
    """A calendar month."""
    return span(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _exists(year: int, month: int, day: int) -> bool:
    return 1 <= year <= 9998 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def edge_of(frame: Day, edge: str) -> Day:
    """The early, middle or late part of a week or month, as data/language/times.yml has it."""
    days = (frame.last - frame.first).days + 1
    if days <= _WEEK:
        low, high = times_data()["week_edges"]["late" if edge == "last_days" else edge]
        return span(frame.first + timedelta(days=low), frame.first + timedelta(days=high))
    low, high = times_data()["month_edges"][edge]
    low, high = (number if number > 0 else days + 1 + number for number in (low, high))
    return span(frame.first + timedelta(days=low - 1), frame.first + timedelta(days=high - 1))
