"""How mentions belong together: "mon or wed after 3, or friday morning, but not before 10"."""

from __future__ import annotations

from itertools import pairwise

from bot.language.times_hours import Clock
from bot.language.times_placing import Placed
from bot.language.times_units import Unit, join, meet_all

_LISTED = ("or", "and", "comma", "none")


def _are_bounds(first: list[Clock], second: list[Clock]) -> bool:
    """ "after 3" and "before 6", "out at 3, so after 3:30": bounds of one stretch."""
    return bool(first) and {clock.kind for clock in (*first, *second)} <= {"after", "before"}


def _absorb_clock(units: list[Unit], hours: Unit) -> bool:
    """Give hours said on their own to the days before them; False when there are none."""
    last = units[-1]
    bounds = hours.link != "or" and _are_bounds(last.clocks, hours.clocks)
    joins = bool(last.clocks) and (bounds or hours.link in ("comma", "stop", "none"))
    if hours.is_limit or (joins and meet_all(last.clocks, hours.clocks)):
        for unit in units if hours.is_limit else [last]:
            unit.clocks = meet_all(unit.clocks, hours.clocks) or unit.clocks
        return True
    bare = [unit for at, unit in enumerate(units) if not any(later.clocks for later in units[at:])]
    for unit in bare:
        unit.clocks = list(hours.clocks)
    if not bare:
        last.clocks = last.clocks + hours.clocks
    return True


def _absorb_frame(units: list[Unit], frame: Unit) -> bool:
    """Give a frame said on its own to the weekdays before it: "tuesday or wednesday, next week"."""
    if frame.link in ("or", "and") and not frame.is_limit:
        return False
    fitting = [unit for unit in units if not unit.frames and (unit.names_weekday or not unit.days)]
    if not fitting or (frame.clocks and not frame.is_limit):
        return False
    for unit in fitting:
        unit.frames = list(frame.frames)
        unit.clocks = meet_all(unit.clocks, frame.clocks)
    return True


def _absorb(units: list[Unit]) -> list[Unit]:
    """Units with the hours and frames said after them."""
    kept: list[Unit] = []
    for unit in units:
        hours_only = bool(unit.clocks) and not unit.names_days
        frame_only = bool(unit.frames) and not unit.days
        if kept and ((hours_only and _absorb_clock(kept, unit)) or (frame_only and _absorb_frame(kept, unit))):
            continue
        kept.append(unit)
    return kept


def _lead(units: list[Unit]) -> list[Unit]:
    """Units with the hours or the frame said before them: "mornings, monday or wednesday"."""
    if len(units) < 2 or units[0].days or units[1].link in ("or", "and") or not units[1].days:
        return units
    first, given = units[0], False
    for unit in units[1:]:
        if first.frames and not (unit.names_weekday and not unit.frames):
            break
        if unit.clocks and unit.clocks != first.clocks and first.clocks:
            break
        unit.frames, unit.clocks, given = (
            unit.frames or list(first.frames),
            unit.clocks or list(first.clocks),
            True,
        )
    return units[1:] if given else units


def _is_listed(unit: Unit) -> bool:
    """Whether a unit goes on a list that the one before it began."""
    return unit.link in _LISTED and not unit.apart


def _share_forward(units: list[Unit]) -> None:
    """ "after 4 tuesdays and thursdays", "next week monday or tuesday": the first holds for the list."""
    for before, unit in pairwise(units):
        if not _is_listed(unit) or not unit.days or not before.names_days:
            continue
        if before.clock_first and not unit.clocks:
            unit.clocks, unit.clock_first = list(before.clocks), True
        if before.frame_first and before.days and unit.names_weekday and not unit.frames:
            unit.frames, unit.frame_first = list(before.frames), True


def _share_backward(units: list[Unit]) -> None:
    """ "mon or wed after 3", "monday or tuesday next week": what was said last holds for the list."""
    for before, unit in reversed(list(pairwise(units))):
        if not _is_listed(unit) or not (unit.days and before.days) or before.days[0].kind == "any":
            continue
        any_time = before.clock_first and all(clock.kind == "any" for clock in before.clocks)
        if unit.clocks and not unit.clock_first and (any_time or not before.clocks):
            before.clocks = list(unit.clocks)
        if unit.frames and not unit.frame_first and before.names_weekday and not before.frames:
            before.frames = list(unit.frames)


def _share_habit(units: list[Unit]) -> None:
    """ "tuesdays or thursday after 3": a weekday on the list of a habit is one too, unless each has its hours."""
    for before, unit in pairwise(units):
        habit = bool(before.days) and before.days[0].habit and before.names_weekday
        apart = bool(before.clocks and unit.clocks) or bool(unit.frames)
        if habit and unit.names_weekday and unit.link in _LISTED and not apart:
            unit.days = [day._replace(habit=True) for day in unit.days]


def _keep_habits(units: list[Unit]) -> None:
    """ "tuesday mornings" are those of every week."""
    for unit in units:
        if unit.names_weekday and not unit.frames and any(clock.habit for clock in unit.clocks):
            unit.days = [day._replace(habit=True) for day in unit.days]


def _drop_soon(units: list[Unit]) -> list[Unit]:
    """ "as soon as possible" says nothing where days are named."""
    named = any(unit.names_days and not _is_soon(unit) for unit in units)
    return [unit for unit in units if not (named and _is_soon(unit))]


def _is_soon(unit: Unit) -> bool:
    return any(day.kind == "any" for day in unit.days)


def _settle(units: list[Unit]) -> list[Unit]:
    units = _lead(_absorb(units))
    _share_habit(units)
    _share_forward(units)
    _share_backward(units)
    _keep_habits(units)
    return _drop_soon(units)


def read_units(placed: list[Placed]) -> tuple[list[Unit], list[Unit]]:
    """What is wanted and what is excluded, each unit with all that was said about it."""
    units: list[Unit] = []
    for each in placed:
        join(units, each)
    wanted = _settle([unit for unit in units if not unit.excluded])
    return wanted, _settle([unit for unit in units if unit.excluded])
