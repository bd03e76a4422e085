"""Weekdays and days counted from today: "tuesday", "next friday", "mondays", "mon-thu", "pasado mañana"."""

from __future__ import annotations

from bot.language.times_calendar import Day, Today, single, unclear
from bot.language.times_points import skip, stands
from bot.language.times_words import Word

Found = tuple[list[Day], int]


def weekdays(days: str, habit: bool) -> Day:
    """Weekdays by number, "01234" for Monday to Friday."""
    return Day("weekdays", weekdays=frozenset(map(int, days)), habit=habit)


def read_relative(words: list[Word], at: int, today: Today) -> Found | None:
    """ "today", "tomorrow", "pasado mañana"."""
    if not stands(words, at, "relative"):
        return None
    return [single(today.day.fromordinal(today.day.toordinal() + words[at].kinds["relative"]))], at + 1


def read_habit(words: list[Word], at: int, today: Today) -> Found | None:
    """ "tuesdays", "weekends", "every tuesday", "any tuesday or thursday"."""
    if stands(words, at, "habit"):
        return [weekdays(words[at].kinds["habit"], True)], at + 1
    if stands(words, at, "EVERY") and stands(words, at + 1, "day"):
        return [weekdays(str(words[at + 1].kinds["day"]), True)], at + 2
    return None


def read_weekday(words: list[Word], at: int, today: Today) -> Found | None:
    """ "tuesday", "this tuesday", "next tuesday", "el martes que viene"."""
    if stands(words, at, "day"):
        number = words[at].kinds["day"]
        if stands(words, at + 1, "NEXT_AFTER") and not stands(words, at + 2, "unit", "day"):
            return [today.next_weekday(number)], at + 2
        if stands(words, at + 1, "AFTER") and stands(words, at + 2, "NEXT") and not stands(words, at + 3, "unit"):
            return [unclear(today.coming(number))], at + 3
        return [weekdays(str(number), False)], at + 1
    start = skip(words, at, "THIS", "THE")
    if stands(words, start, "COMING") and stands(words, start + 1, "day"):
        return [single(today.coming(words[start + 1].kinds["day"]))], start + 2
    if stands(words, start, "NEXT") and stands(words, start + 1, "day"):
        return [today.next_weekday(words[start + 1].kinds["day"])], start + 2
    if stands(words, at, "THIS") and stands(words, at + 1, "day"):
        return [today.this_weekday(words[at + 1].kinds["day"])], at + 2
    return None


def read_weekday_range(words: list[Word], at: int, today: Today) -> Found | None:
    """ "monday to thursday", "tue-thu", "de lunes a jueves": a habit."""
    start = skip(words, at, "FROM", "BETWEEN")
    start = skip(words, start, "THE")
    linked = stands(words, start + 1, "TO", "UNTIL") or (start > at and stands(words, start + 1, "AND", "TO"))
    end = skip(words, start + 2, "THE")
    if not (stands(words, start, "day", "habit") and linked and stands(words, end, "day", "habit")):
        return None
    first, last = _number_of(words[start]), _number_of(words[end])
    if first is None or last is None:
        return None
    run = [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    return [weekdays("".join(map(str, run)), True)], end + 1


def _number_of(word: Word) -> int | None:
    if word.is_a("day"):
        return int(word.kinds["day"])
    return int(word.kinds["habit"]) if len(word.kinds["habit"]) == 1 else None
