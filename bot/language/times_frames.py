"""Stretches counted in weeks and months: "next week", "late march", "in two weeks", "later this week"."""

from __future__ import annotations

from datetime import date, timedelta

from bot.language.times_calendar import Day, Today, edge_of, single, span, unclear
from bot.language.times_days import read_date
from bot.language.times_points import skip, stands
from bot.language.times_weekdays import Found
from bot.language.times_words import Word


def _frame_of(unit: str, weeks: int, today: Today) -> Day | None:
    """This (0) or the next (1) week, weekend or month."""
    if unit == "week":
        return today.week(weeks)
    if unit == "weekend":
        return today.next_weekend() if weeks else today.weekend()
    return today.month(weeks) if unit == "month" else None


def read_frame(words: list[Word], at: int, today: Today) -> Found | None:
    """ "this week", "next month", "la semana que viene", "the weekend", "the week after next"."""
    start = skip(words, at, "THE", "LAS")
    if stands(words, start, "WEEK_AFTER_NEXT"):
        return [today.week(2)], start + 1
    if stands(words, start, "THIS", "NEXT", "COMING") and stands(words, start + 1, "unit"):
        weeks = 0 if stands(words, start, "THIS") else 1
        return _framed(words, start + 1, weeks, today, start + 2)
    if stands(words, start, "unit") and stands(words, start + 1, "NEXT_AFTER"):
        return _framed(words, start, 1, today, start + 2)
    if stands(words, start, "unit") and words[start].kinds["unit"] == "weekend":
        return [today.weekend()], start + 1
    return None


def _framed(words: list[Word], at: int, weeks: int, today: Today, end: int) -> Found | None:
    frame = _frame_of(words[at].kinds["unit"], weeks, today)
    return ([frame], end) if frame else None


def read_month(words: list[Word], at: int, today: Today) -> Found | None:
    """ "in april", "this march", "next april", "en abril"."""
    if stands(words, at, "IN", "THIS", "NEXT", "OF") and stands(words, at + 1, "month"):
        return [today.month_named(words[at + 1].kinds["month"])], at + 2
    return None


def any_frame(words: list[Word], at: int, today: Today) -> Found | None:
    """A frame, or "month", "march", "mes" after words like "end of"."""
    found = read_frame(words, at, today)
    if found:
        return found
    start = skip(words, skip(words, skip(words, at, "OF", "TO"), "THE"), "THIS")
    if stands(words, start, "month"):
        return [today.month_named(words[start].kinds["month"])], start + 1
    return _framed(words, start, 0, today, start + 1) if stands(words, start, "unit") else None


def read_edge(words: list[Word], at: int, today: Today) -> Found | None:
    """ "late next week", "mid-march", "end of the month", "a principios de abril"."""
    if not stands(words, at, "edge"):
        return None
    found = any_frame(words, skip(words, at + 1, "TO"), today)
    if not found or found[0][0].kind != "span":
        return found
    return [edge_of(found[0][0], words[at].kinds["edge"])], found[1]


def read_rest(words: list[Word], at: int, today: Today) -> Found | None:
    """ "rest of this week" begins today, "later this week" tomorrow."""
    found = any_frame(words, at + 1, today) if stands(words, at, "REST", "LATER") else None
    if not found or found[0][0].kind != "span":
        return None
    first = today.day + timedelta(days=1 if stands(words, at, "LATER") else 0)
    return [span(max(first, found[0][0].first), found[0][0].last)], found[1]


def _is_week_of(words: list[Word], at: int) -> bool:
    week = stands(words, at, "unit") and words[at].kinds["unit"] == "week"
    return week and stands(words, at + 1, "OF")


def read_numbered_week(words: list[Word], at: int, today: Today) -> Found | None:
    """ "first week of april"."""
    start = skip(words, at, "THE", "LAS")
    if not (stands(words, start, "ordinal") and words[start].kinds["ordinal"] <= 4):
        return None
    if not _is_week_of(words, start + 1):
        return None
    found = any_frame(words, start + 2, today)
    if not found or found[0][0].kind != "span":
        return None
    first = found[0][0].first + timedelta(weeks=words[start].kinds["ordinal"] - 1)
    return [span(first, first + timedelta(days=6))], found[1]


def read_numbered_weekday(words: list[Word], at: int, today: Today) -> Found | None:
    """ "the second tuesday of march", "first monday in april"."""
    start = skip(words, at, "THE")
    if not (stands(words, start, "ordinal") and stands(words, start + 1, "day")):
        return None
    found = any_frame(words, skip(words, start + 2, "IN"), today)
    if not found or found[0][0].kind != "span" or words[start].kinds["ordinal"] > 4:
        return None
    first = found[0][0].first
    days = (words[start + 1].kinds["day"] - first.weekday()) % 7 + 7 * (words[start].kinds["ordinal"] - 1)
    return [single(first + timedelta(days=days))], found[1]


def read_week_of(words: list[Word], at: int, today: Today) -> Found | None:
    """ "the week of march 9"."""
    start = skip(words, at, "THE", "LAS")
    found = read_date(words, skip(words, start + 2, "THE"), today) if _is_week_of(words, start) else None
    if not found or found[0][0].kind != "span":
        return None
    monday = found[0][0].first - timedelta(days=found[0][0].first.weekday())
    return [span(monday, monday + timedelta(days=6))], found[1]


def amount_at(words: list[Word], at: int) -> tuple[int, str, int] | None:
    """ "two weeks" at `at`: count, unit, end."""
    if not (stands(words, at, "number", "A") and stands(words, at + 1, "unit")):
        return None
    count = words[at].kinds.get("number", 1)
    return int(count), str(words[at + 1].kinds["unit"]), at + 2


def read_distance(words: list[Word], at: int, today: Today) -> Found | None:
    """ "in two weeks" is that day; "within two weeks", "the next two weeks" is every day until then."""
    vague = stands(words, at, "IN") and stands(words, at + 1, "AROUND")
    start = at + 2 if vague else at + 1
    within = stands(words, at, "WITHIN", "NEXT")
    amount = amount_at(words, skip(words, start, "NEXT")) if within or stands(words, at, "IN") else None
    if not amount:
        return _read_within_unit(words, at, today)
    day = today.after(amount[0], amount[1])
    if day is None:
        return None
    if within or stands(words, start, "NEXT"):
        return [span(today.day, day)], amount[2]
    if vague:
        return [unclear(day)], amount[2]
    return _on_weekday_of(words, amount[2], day) or ([single(day)], amount[2])


def _on_weekday_of(words: list[Word], at: int, day: date) -> Found | None:
    """ "in two weeks on tuesday": the Tuesday of that week."""
    start = skip(words, at, "ON", "THE")
    if not stands(words, start, "day"):
        return None
    monday = day - timedelta(days=day.weekday())
    return [single(monday + timedelta(days=words[start].kinds["day"]))], start + 1


def read_weekday_away(words: list[Word], at: int, today: Today) -> Found | None:
    """ "tuesday in two weeks": the Tuesday of that week."""
    amount = amount_at(words, at + 2) if stands(words, at, "day") and stands(words, at + 1, "IN") else None
    day = today.after(amount[0], amount[1]) if amount and amount[1] != "day" else None
    found = _on_weekday_of(words, at, day) if day else None
    return (found[0], amount[2]) if found and amount else None


def _read_within_unit(words: list[Word], at: int, today: Today) -> Found | None:
    """ "the next week" is next week; "in the next week" the seven days from now."""
    if not stands(words, at, "WITHIN") or not stands(words, at + 1, "unit"):
        return None
    unit = words[at + 1].kinds["unit"]
    if words[at].text == "the next":
        return _framed(words, at + 1, 1, today, at + 2)
    day = today.after(1, unit)
    return ([span(today.day, day)], at + 2) if day else None
