"""The yearly federal holidays of the United States, by the rules of 5 U.S.C. 6103, for any year."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache

MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    """The n-th such weekday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def _last(year: int, month: int, weekday: int) -> date:
    """The last such weekday of a month that has 31 days."""
    end = date(year, month, 31)
    return end - timedelta(days=(end.weekday() - weekday) % 7)


RULES: dict[str, Callable[[int], date]] = {
    "new_years_day": lambda year: date(year, 1, 1),
    "martin_luther_king_day": lambda year: _nth(year, 1, MONDAY, 3),
    "presidents_day": lambda year: _nth(year, 2, MONDAY, 3),
    "memorial_day": lambda year: _last(year, 5, MONDAY),
    "juneteenth": lambda year: date(year, 6, 19),
    "independence_day": lambda year: date(year, 7, 4),
    "labor_day": lambda year: _nth(year, 9, MONDAY, 1),
    "columbus_day": lambda year: _nth(year, 10, MONDAY, 2),
    "veterans_day": lambda year: date(year, 11, 11),
    "thanksgiving": lambda year: _nth(year, 11, THURSDAY, 4),
    "christmas_day": lambda year: date(year, 12, 25),
}


def observed(day: date) -> date:
    """The weekday on which a holiday is kept: Friday for a Saturday, Monday for a Sunday."""
    return day + timedelta(days={SATURDAY: -1, SUNDAY: 1}.get(day.weekday(), 0))


@cache
def _days_of(name: str, year: int) -> frozenset[date]:
    # New Year's Day of the next year may be kept on the last day of this one.
    days = (RULES[name](each) for each in (year, year + 1))
    return frozenset(kept for day in days for kept in (day, observed(day)) if kept.year == year)


def is_holiday(day: date, names: Iterable[str]) -> bool:
    """True on one of the named holidays, and on the weekday on which it is kept when it falls on a weekend."""
    if day.year >= date.max.year:
        return False
    return any(day in _days_of(name, day.year) for name in names)
