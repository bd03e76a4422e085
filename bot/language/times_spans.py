"""Stretches from one day to another: "from the 5th to the 9th", "not before the 15th", "until friday"."""

from __future__ import annotations

from datetime import date, timedelta

from bot.language.times_calendar import FAR, Day, Today, single, span, unclear, wrong
from bot.language.times_days import read_date
from bot.language.times_frames import (
    amount_at,
    any_frame,
    read_distance,
    read_edge,
    read_frame,
    read_month,
    read_numbered_week,
    read_numbered_weekday,
    read_rest,
    read_week_of,
    read_weekday_away,
)
from bot.language.times_points import skip, stands
from bot.language.times_weekdays import Found
from bot.language.times_words import Word


def _read_offset(words: list[Word], at: int, today: Today) -> Found | None:
    """ "two weeks from tuesday", "a week from today", "dos semanas a partir del lunes"."""
    amount = amount_at(words, at)
    if not amount or not stands(words, amount[2], "FROM", "AFTER"):
        return None
    if stands(words, amount[2] + 1, "fill") and words[amount[2] + 1].text == "now":
        day, end = today.after(amount[0], amount[1]), amount[2] + 2
        return ([single(day)], end) if day else None
    found = read_date(words, amount[2] + 1, today)
    start = _settle(found[0][0], today) if found else None
    if not found or start is None or start.kind != "span":
        return ([start], found[1]) if found and start else None
    day = Today(start.first, today.day_first).after(amount[0], amount[1])
    return ([single(day)], found[1]) if day else None


def _settle(day: Day, today: Today) -> Day:
    """One stretch of days for a bound: a weekday is the coming one; today's weekday is unclear."""
    if day.kind != "weekdays":
        return day
    if len(day.weekdays) != 1:
        return unclear()
    (number,) = day.weekdays
    if number == today.day.weekday():
        return unclear(today.day, today.coming(number))
    return single(today.coming(number))


def _read_plain(words: list[Word], at: int, today: Today) -> Found | None:
    """A day or frame that can begin or end a stretch."""
    readers = (read_date, read_frame, read_edge, read_month, read_week_of, read_numbered_week, _read_offset)
    found = [result for reader in readers if (result := reader(words, at, today))]
    best = max(found, key=lambda result: result[1], default=None)
    return best or (any_frame(words, at, today) if stands(words, at, "month") else None)


def _until(day: date, first: date) -> Day:
    return span(first, day) if day >= first else wrong("in_past")


def _bounded(kind: str, denied: bool, day: Day, today: Today) -> Day:
    """The days after, before, until or from a day; denied: "not before", "not until", "not after"."""
    if denied:
        kind = {"AFTER": "UNTIL", "BEFORE": "FROM", "UNTIL": "FROM"}.get(kind, kind)
    if kind == "AFTER":
        return span(day.last + timedelta(days=1), today.day + FAR)
    if kind == "FROM":
        return span(day.first, today.day + FAR)
    return _until(day.last if kind == "UNTIL" else day.first - timedelta(days=1), today.day)


def _read_bound(words: list[Word], at: int, today: Today) -> Found | None:
    """ "after the 15th", "before friday", "until the end of march", "starting tomorrow"."""
    denied = stands(words, at, "NOT")
    start = at + 1 if denied else at
    kind = next((kind for kind in ("AFTER", "BEFORE", "UNTIL", "FROM") if stands(words, start, kind)), "")
    if not kind or (kind == "FROM" and (denied or words[start].text == "de")):
        return None
    found = _read_plain(words, start + 1, today) or _read_plain(words, skip(words, start + 1, "THE"), today)
    if not found or len(found[0]) != 1:
        return None
    end = found[1]
    if kind == "FROM":
        to = _read_end(words, end, today)
        if to:
            return [_stretch(_settle(found[0][0], today), to[0][0], today)], to[1]
        if words[start].text in ("del", "a"):
            return None
        end = skip(words, end, "ONWARD")
    limit = denied or words[start].text.startswith(("no ", "not "))
    return [_limited(kind, denied, _settle(found[0][0], today), today, limit)], end


def _limited(kind: str, denied: bool, day: Day, today: Today, limit: bool) -> Day:
    if day.kind != "span":
        return day
    return _bounded(kind, denied, day, today)._replace(limit=limit)


def _read_end(words: list[Word], at: int, today: Today) -> Found | None:
    if not stands(words, at, "TO", "UNTIL", "AND"):
        return None
    found = _read_plain(words, at + 1, today) or _read_plain(words, skip(words, at + 1, "THE"), today)
    return found if found and len(found[0]) == 1 else None


def _stretch(first: Day, last: Day, today: Today) -> Day:
    """From one day to another; a weekday at the end is the first one after the beginning."""
    if first.kind == "span" and last.kind == "weekdays" and len(last.weekdays) == 1:
        (number,) = last.weekdays
        last = single(Today(first.first, today.day_first).coming(number))
    bad = next((day for day in (first, last) if day.kind != "span"), None)
    if bad:
        return bad
    return span(first.first, last.last) if first.first <= last.last else wrong("impossible_date")


def _read_first(words: list[Word], at: int, today: Today) -> Found | None:
    """The day a stretch begins with; "now" only counts there."""
    return ([single(today.day)], at + 1) if stands(words, at, "NOW") else _read_plain(words, at, today)


def _read_stretch(words: list[Word], at: int, today: Today) -> Found | None:
    """ "tomorrow to friday", "between the 5th and the 9th", "march 5 - march 9"."""
    opened = stands(words, at, "BETWEEN")
    first = _read_first(words, skip(words, skip(words, at, "BETWEEN", "FROM"), "THE"), today)
    if first and opened and len(first[0]) == 2:  # "between the 5th and 9th" is read as a list first
        return [_stretch(first[0][0], first[0][1], today)], first[1]
    if not first or len(first[0]) != 1:
        return None
    links = ("TO", "AND") if opened else ("TO",)
    links = (
        links if first[0][0].kind == "weekdays" else (*links, "UNTIL")
    )  # "tuesdays until the 20th" is no stretch
    if first[0][0].habit or not stands(words, first[1], *links):
        return None
    last = _read_end(words, first[1], today)
    return ([_stretch(_settle(first[0][0], today), last[0][0], today)], last[1]) if last else None


def _read_soon(words: list[Word], at: int, today: Today) -> Found | None:
    return ([Day("any")], at + 1) if stands(words, at, "SOON") else None


_READERS = (
    read_date,
    read_frame,
    read_month,
    read_edge,
    read_rest,
    read_numbered_week,
    read_week_of,
    read_numbered_weekday,
    read_distance,
    read_weekday_away,
    _read_offset,
    _read_bound,
    _read_stretch,
    _read_soon,
)


def read_days(words: list[Word], at: int, today: Today) -> Found | None:
    """The days named at `at` and where they end; the longest reading wins; None when there are none."""
    found = [result for reader in _READERS if (result := reader(words, at, today))]
    return max(found, key=lambda result: result[1], default=None)
