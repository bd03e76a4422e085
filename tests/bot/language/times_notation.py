"""A short notation for expected windows, expanded by counting days, independent of the code under test.

"3 16-24"            the third of March 2026, 16:00 to 24:00
"3,5 9-10:30"        two dates; "9..13" is a run of dates; "4/2" is April 2
"tue,thu 16-24"      every such weekday; "daily 6-12" every day
"3; 5 9-12"          several, in any order; without hours the whole day
"""

from __future__ import annotations

from datetime import datetime, timedelta

NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _minutes(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute or 0)


def _numbers(days: str) -> set[str]:
    named: set[str] = set()
    for each in days.split(","):
        first, _, last = each.partition("..")
        named |= {str(day) for day in range(int(first), int(last) + 1)} if last else {each}
    return named


def _is_named(day: datetime, days: str, start: datetime) -> bool:
    if days == "daily" or NAMES[day.weekday()] in days.split(","):
        return True
    if any(name in days for name in NAMES):
        return False
    in_month = str(day.day) if day.month == start.month else f"{day.month}/{day.day}"
    return in_month in _numbers(days)


def expand(notation: str, now: datetime) -> list[tuple[str, str]]:
    """The windows of a notation between `now` (wall clock) and four weeks later, sorted, as ISO texts."""
    until, windows = now + timedelta(days=28), set()
    midnight = now.replace(hour=0, minute=0)
    for part in filter(None, (part.strip() for part in notation.split(";"))):
        days, _, hours = part.partition(" ")
        low, _, high = (hours or "0-24").partition("-")
        for day in (midnight + timedelta(days=step) for step in range(29)):
            if _is_named(day, days, now):
                start = max(now, day + timedelta(minutes=_minutes(low)))
                end = min(until, day + timedelta(minutes=_minutes(high)))
                if start < end:
                    windows.add((start.isoformat(), end.isoformat()))
    return sorted(windows)


def merge(windows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Windows of one day that touch or overlap as one; sorted ISO texts compare as times."""
    merged: list[tuple[str, str]] = []
    for start, end in windows:
        if merged and start <= merged[-1][1] and start[:10] == merged[-1][0][:10]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
