"""Single days and dates: "tuesday", "next friday", "the 15th", "march 3 or 5", "3/4", "el 5 de marzo"."""

from __future__ import annotations

from bot.language.times_calendar import Day, Today, span, unclear, wrong
from bot.language.times_points import MOST_LISTED, read_point, skip, stands
from bot.language.times_weekdays import Found, read_habit, read_relative, read_weekday, read_weekday_range
from bot.language.times_words import Word

_NOT_A_DAY = (
    "unit",
    "counted",
    "person",
    "symptom",
    "month",
    "number",
    "no_clock",
    "AM",
    "PM",
    "OCLOCK",
    "ISH",
    "ONWARD",
    "ORLESS",
)


def _day_number(words: list[Word], at: int) -> int | None:
    """The number at `at` that may be a day of a month: "3", "3rd", "third", or one past 31 to be refused."""
    if not stands(words, at, "number", "ordinal"):
        return None
    kinds = words[at].kinds
    number = int(kinds["ordinal"] if "ordinal" in kinds else kinds["number"])
    return number if number < 100 else None


def _read_year(words: list[Word], at: int) -> tuple[int | None, int]:
    start = skip(words, skip(words, at, "comma"), "OF", "FROM")
    year = words[start].kinds.get("number") if start < len(words) else None
    return (year, start + 1) if isinstance(year, int) and 2000 <= year < 2100 else (None, at)


def _more_numbers(words: list[Word], at: int) -> tuple[list[int], int]:
    """The numbers of "… or 5", "…, 5 and 7th" that are days of a month too, not clock times."""
    numbers: list[int] = []
    while len(numbers) < MOST_LISTED and stands(words, at, "OR", "AND", "comma"):
        start = skip(words, skip(words, at + 1, "OR", "AND"), "THE", "ON")
        number = _day_number(words, start)
        clock = read_point(words, start, marked=False)
        if number is None or clock or stands(words, start + 1, *_NOT_A_DAY):
            break
        numbers.append(number)
        at = start + 1
    return numbers, at


def _read_month_first(words: list[Word], at: int, today: Today) -> Found | None:
    """ "march 3", "march 3rd, 2026", "march 3 or 5", "march 5 to 10"."""
    start = skip(words, at + 1, "THE")
    number = _day_number(words, start) if stands(words, at, "month") else None
    if number is None or read_point(words, start, marked=False):
        return None
    month = words[at].kinds["month"]
    last = _end_of_month_stretch(words, start + 1, number)
    if last:
        return [_stretch(today.on(number, month), today.on(last[0], month))], last[1]
    year, end = _read_year(words, start + 1)
    more, end = _more_numbers(words, end) if year is None else ([], end)
    return [today.on(day, month, year) for day in (number, *more)], end


def _end_of_month_stretch(words: list[Word], at: int, first: int) -> tuple[int, int] | None:
    """The last day and the end of "march 5 to 10"; "march 20 until 5" is a day and a clock time."""
    start = skip(words, at + 1, "THE")
    number = _day_number(words, start) if stands(words, at, "TO", "UNTIL") else None
    if number is None or read_point(words, start, marked=False):
        return None
    dated = start > at + 1 or stands(words, start, "ordinal") or (stands(words, at, "TO") and number > first)
    return (number, start + 1) if dated else None


def _stretch(first: Day, last: Day) -> Day:
    """The days from one date to another; what is wrong with either is wrong with both."""
    bad = next((day for day in (first, last) if day.kind != "span"), None)
    if bad:
        return bad
    return span(first.first, last.last) if first.first <= last.last else wrong("impossible_date")


def _read_day_first(words: list[Word], at: int, today: Today) -> Found | None:
    """ "3 march", "the 3rd of march", "el 3 o el 5 de marzo", "del 5 al 10 de marzo"."""
    start = skip(words, skip(words, at, "FROM"), "THE")
    number = _day_number(words, start)
    if number is None:
        return None
    if stands(words, start + 1, "TO", "UNTIL"):
        return _read_day_stretch(words, start, number, today)
    more, end = _more_numbers(words, start + 1)
    month_at = skip(words, end, "OF")
    if not stands(words, month_at, "month"):
        more, month_at = [], skip(words, start + 1, "OF")
    if not stands(words, month_at, "month"):
        return None
    year, end = _read_year(words, month_at + 1)
    return [today.on(day, words[month_at].kinds["month"], year) for day in (number, *more)], end


def _read_day_stretch(words: list[Word], start: int, number: int, today: Today) -> Found | None:
    """ "5 to 10 of march", "5th-10th", "del 5 al 10": from one day of a month to another."""
    end = skip(words, start + 2, "THE", "ON")
    last = _day_number(words, end)
    if last is None:
        return None
    month_at = skip(words, end + 1, "OF")
    if stands(words, month_at, "month"):
        month = words[month_at].kinds["month"]
        return [_stretch(today.on(number, month), today.on(last, month))], month_at + 1
    spanish = (
        words[start - 1].text in ("del", "el") and words[start + 1].text in ("al", "hasta el") if start else False
    )
    if not spanish and not (words[start].is_a("ordinal") and words[end].is_a("ordinal")):
        return None
    first, second = today.day_of_month(number), today.day_of_month(last)
    return [_stretch(first, second)], end + 1


def _read_day_of_month(words: list[Word], at: int, today: Today) -> Found | None:
    """ "the 15th", "15th", "the 15", "el 15", "el dia 15"; a spelled ordinal only after "on" or a bound."""
    marked = stands(words, at, "THE") or (at > 0 and words[at - 1].text.split()[-1:] in (["del"], ["al"], ["el"]))
    start = skip(words, at, "THE")
    number = _day_number(words, start)
    ordinal = number is not None and words[start].is_a("ordinal")
    after = [kind for kind in _NOT_A_DAY if not (ordinal and kind == "number")]  # "the 14th 9-11"
    if number is None or stands(words, start + 1, *after):
        return None
    spelled = ordinal and not words[start].text[0].isdigit()
    if spelled and not stands(words, at - 1, "ON", "AFTER", "BEFORE", "UNTIL", "FROM", "OR", "AND", "day"):
        return None
    known = start + 1 >= len(words) or bool(words[start + 1].kinds)
    if not known or not (ordinal or marked):
        return None
    more, end = _more_numbers(words, start + 1)
    return [today.day_of_month(day) for day in (number, *more)], end


def _read_weekday_number(words: list[Word], at: int, today: Today) -> Found | None:
    """ "martes 10", "tuesday the 10th", "tuesday, march 10": a date, which has to be that weekday."""
    if not stands(words, at, "day"):
        return None
    start = skip(words, at + 1, "comma")
    readers = (_read_month_first, _read_day_first, _read_numeric, _read_day_of_month)
    found = next((found for reader in readers if (found := reader(words, start, today))), None)
    if not found and start == at + 1 and stands(words, start, "number") and _is_bare(words, start):
        found = [today.day_of_month(words[start].kinds["number"])], start + 1
    if not found or len(found[0]) != 1 or found[0][0].kind != "span":
        return found
    day = found[0][0]
    return found if day.first.weekday() == words[at].kinds["day"] else ([unclear()], found[1])


def _is_bare(words: list[Word], at: int) -> bool:
    """Whether the number at `at` is no clock time and counts nothing: "martes 10", not "tuesday 3pm"."""
    many = stands(words, at + 1, "OR", "AND", "comma") and stands(
        words, at + 2, "number", "clock", "AFTER", "BEFORE"
    )
    return not (many or read_point(words, at, marked=False) or stands(words, at + 1, *_NOT_A_DAY, "TO"))


def _read_numeric(words: list[Word], at: int, today: Today) -> Found | None:
    """ "3/4", "3/4/2026", "2026-03-04"."""
    return ([today.numeric(words[at].kinds["date"])], at + 1) if stands(words, at, "date") else None


_READERS = (
    read_relative,
    read_habit,
    read_weekday_range,
    _read_weekday_number,
    read_weekday,
    _read_month_first,
    _read_day_first,
    _read_numeric,
    _read_day_of_month,
)


def read_date(words: list[Word], at: int, today: Today) -> Found | None:
    """The days named at `at` and where they end; the longest reading wins; None when there are none."""
    found = [result for reader in _READERS if (result := reader(words, at, today))]
    return max(found, key=lambda result: result[1], default=None)
