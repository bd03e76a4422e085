"""Clock times and parts of the day: "half past two", "after 4", "between 9 and 11", "por la tarde"."""

from __future__ import annotations

from collections.abc import Callable

from bot.language.times_hours import DAY, Clock, after, around, at_point, before, between, clock, part_hours
from bot.language.times_points import MOST_LISTED, Point, read_point, skip, stands
from bot.language.times_words import Word

Found = tuple[list[Clock], int]


def _read_range(words: list[Word], at: int) -> Found | None:
    """ "from 2 to 4", "between 2 and 4", "2-4", "de 2 a 4", "desde las 9 hasta las 11"."""
    opened = stands(words, at, "FROM", "BETWEEN")
    links = ("AND", "TO", "UNTIL") if stands(words, at, "BETWEEN") else ("TO", "UNTIL")
    links = (*links, "TO_HOUR") if opened else links  # not "martes 10 a las 3": that is a date and a time
    first = read_point(words, at + 1 if opened else at, marked=True, open_end=True)
    if not first or not stands(words, first[1], *links):
        return None
    second = read_point(words, first[1] + 1, marked=True)
    clocks = between(first[0], second[0]) if second else []
    return (clocks, second[1]) if second and clocks else None


_BOUNDS: dict[str, Callable[[Point, bool], list[Clock]]] = {"AFTER": after, "BEFORE": before, "UNTIL": before}
_DENIED: dict[str, Callable[[Point, bool], list[Clock]]] = {"AFTER": before, "BEFORE": after, "UNTIL": after}


def _read_bound(words: list[Word], at: int) -> Found | None:
    """ "after 4", "before noon", "until 5", "not before 10", "from 4 on"."""
    denied = stands(words, at, "NOT")
    start = at + 1 if denied else at
    bounds = _DENIED if denied else _BOUNDS
    for kind, make in bounds.items():
        if stands(words, start, kind):
            found = read_point(words, _skip_around(words, start + 1), marked=True)
            if not found:
                return None
            more, end = _more_points(words, found[1])
            widest = (min if make is after else max)([found[0], *more])
            limit = denied or words[start].text.startswith(("no ", "not "))
            return make(widest, limit), skip(words, end, "ONWARD")
    return _read_from(words, at)


def _skip_around(words: list[Word], at: int) -> int:
    return skip(words, skip(words, at, "AROUND"), "AT")


def _read_from(words: list[Word], at: int) -> Found | None:
    """ "from 4", "starting at 4", "a partir de las 4"; a bare Spanish "de" is not enough."""
    if not stands(words, at, "FROM") or words[at].text in ("de", "del"):
        return None
    found = read_point(words, _skip_around(words, at + 1), marked=True)
    limit = words[at].text.startswith("no")
    return (after(found[0], limit), skip(words, found[1], "ONWARD")) if found else None


def _read_around(words: list[Word], at: int) -> Found | None:
    if not stands(words, at, "AROUND"):
        return None
    found = read_point(words, skip(words, at + 1, "AT"), marked=True)
    return (around(found[0]), skip(words, found[1], "ISH")) if found else None


def _more_points(words: list[Word], at: int) -> tuple[list[Point], int]:
    """The points of "… or 4", "… , 5 or 6" after a first one."""
    points: list[Point] = []
    while len(points) < MOST_LISTED and stands(words, at, "OR", "AND", "comma"):
        start = at + 1 if not stands(words, at + 1, "OR", "AND") else at + 2
        found = read_point(words, start, marked=True)
        if not found or stands(words, found[1], "TO"):
            break
        points.append(found[0])
        at = found[1]
    return points, at


def _read_tail(words: list[Word], point: Point, end: int) -> Found | None:
    """ "4 or later", "4 onwards", "5 or before", "3ish" after the point."""
    if stands(words, end, "ISH"):
        return around(point), end + 1
    if stands(words, end, "ONWARD") and not (words[end].text == "on" and end + 1 < len(words)):
        return after(point), end + 1
    if stands(words, end, "ORLESS"):
        return before(point), end + 1
    if not stands(words, end, "OR", "AND") or read_point(words, end + 2, marked=True):
        return None
    make = next((make for kind, make in _BOUNDS.items() if stands(words, end + 1, kind)), None)
    closed = end + 2 >= len(words) or words[end + 2].is_a("stop", "comma", "fill", "want", "ON", "relative", "day")
    return (make(point, False), end + 2) if make and closed else None


def _is_first_of_many(words: list[Word], at: int) -> bool:
    """Whether a bare number at `at` is followed by "or 4pm"."""
    after = read_point(words, at + 2, marked=False) if stands(words, at + 1, "OR", "AND") else None
    return bool(after and after[0].sure)


def _read_at(words: list[Word], at: int) -> Found | None:
    """ "at 3", "3pm", "a las tres y media", "3 or 4pm", "4 or later", "3ish"."""
    start = skip(words, at, "AT")
    tail = stands(words, start + 1, "ONWARD", "ORLESS", "ISH") or bool(
        _read_tail(words, Point(0, True), start + 1)
    )
    marked = start > at or tail or _is_first_of_many(words, start)
    found = read_point(words, start, marked=marked)
    if not found:
        return None
    point, end = found
    bounded = _read_tail(words, point, end)
    if bounded:
        return bounded
    more, end = _more_points(words, end)
    settled = more[-1] if more and more[-1].sure and not point.sure else None
    if settled and settled.minute >= DAY // 2:
        point = Point(point.minute % (DAY // 2) + DAY // 2, True)
    return [clock for each in (point, *more) for clock in at_point(each)], end


def _read_part(words: list[Word], at: int) -> Found | None:
    """A part of the day, "morning to early afternoon", "until the evening"; "tuesday pm"."""
    if not stands(words, at, "part"):
        return _read_half_alone(words, at)
    low, high = part_hours(words[at].kinds["part"])
    if stands(words, at + 1, "TO", "UNTIL"):
        if stands(words, at + 2, "part"):
            return clock("range", [(low, part_hours(words[at + 2].kinds["part"])[1])]), at + 3
        until = read_point(words, at + 2, marked=True)
        if until and until[0].minute > low:
            return clock("range", [(low, until[0].minute)]), until[1]
    habit = words[at].text.endswith(("ings", "noons", "nights", "tardes", "noches", "mananas"))
    return [Clock(((low, high),), "part", habit=habit)], at + 1


def _read_bounded_part(words: list[Word], at: int) -> Found | None:
    if not stands(words, at, "BEFORE", "AFTER", "UNTIL"):
        return None
    start = skip(words, at + 1, "THE", "LAS")
    if not stands(words, start, "part"):
        return None
    low, high = part_hours(words[start].kinds["part"])
    if stands(words, at, "AFTER"):
        return clock("after", [(high, DAY)]), start + 1
    return clock("before", [(0, low if stands(words, at, "BEFORE") else high)]), start + 1


def _read_half_alone(words: list[Word], at: int) -> Found | None:
    """ "tuesday am", "in the pm": half a day; "am" alone is mostly a verb."""
    if stands(words, at, "PM"):
        return clock("part", [part_hours("pm")]), at + 1
    after_day = at > 0 and words[at - 1].is_a("day", "habit", "relative")
    if stands(words, at, "AM") and (after_day or words[at].text != "am"):
        return clock("part", [part_hours("morning")]), at + 1
    return None


def _read_any(words: list[Word], at: int) -> Found | None:
    return ([Clock(((0, DAY),), "any")], at + 1) if stands(words, at, "ANY") else None


_READERS = (_read_range, _read_bound, _read_around, _read_at, _read_bounded_part, _read_part, _read_any)


def read_clock(words: list[Word], at: int) -> Found | None:
    """The hours named at `at` and where they end; the longest reading wins; None when there are none."""
    found = [result for reader in _READERS if (result := reader(words, at)) and result[0]]
    return max(found, key=lambda result: result[1], default=None)
