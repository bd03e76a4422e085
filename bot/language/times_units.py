"""Units: days and the hours said with them, "tuesday the 10th after 3"."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.language.times_calendar import Day, single, unclear
from bot.language.times_hours import Clock, Hours
from bot.language.times_placing import Placed


@dataclass
class Unit:
    """Days and the hours that go with them.

    A time fits when its date is in every one of `frames` and in one of `days` (any date when empty), and
    its hour in one of `clocks` (any hour when empty). `link` is what stands before it.
    """

    link: str
    excluded: bool
    frames: list[Day] = field(default_factory=list)
    days: list[Day] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    apart: bool = False
    clock_first: bool = False
    frame_first: bool = False

    @property
    def names_days(self) -> bool:
        """Whether it says anything about the date."""
        return bool(self.days or self.frames)

    @property
    def names_weekday(self) -> bool:
        """Whether it names weekdays only, which a frame can hold."""
        return bool(self.days) and all(day.kind == "weekdays" for day in self.days)

    @property
    def is_limit(self) -> bool:
        """Said as a bound on what was said before."""
        bounds = [clock.limit for clock in self.clocks] + [frame.limit for frame in self.frames]
        return self.link == "but" or any(bounds)


def _meet(first: Clock, second: Clock) -> Clock | None:
    """The hours two clocks share, in the likeliest readings that share any; None when none do."""
    pairs = [(max(a[0], b[0]), min(a[1], b[1])) for a in first.readings for b in second.readings]
    shared: tuple[Hours, ...] = tuple(pair for pair in pairs if pair[0] < pair[1])[:1]
    return Clock(shared, "range", habit=first.habit or second.habit) if shared else None


def meet_all(first: list[Clock], second: list[Clock]) -> list[Clock]:
    """The hours two lists share; an empty list is every hour."""
    if not first or not second:
        return first or second
    met = [_meet(one, other) for one in first for other in second]
    return [clock for clock in met if clock]


def _is_frame(day: Day) -> bool:
    return day.kind == "span" and (day.frame or day.limit)


def _join_clocks(unit: Unit, clocks: list[Clock]) -> bool:
    """Add hours to a unit: they narrow those it has ("morning at 10"); False when they do not fit."""
    met = meet_all(unit.clocks, clocks)
    if not met:
        return False
    unit.clock_first = unit.clock_first or not (unit.clocks or unit.names_days)
    unit.clocks = met
    return True


def _join_date(unit: Unit, day: Day) -> bool:
    """Add a date to a unit that names a weekday or a choice of dates: it has to be one of them."""
    known = unit.days[0]
    if known.kind == "weekdays" and not known.habit and day.kind == "span":
        unit.days = [day if day.first.weekday() in known.weekdays else unclear()]
        return True
    if known.kind == "span" and day.kind == "weekdays" and not day.habit:
        unit.days = [known if known.first.weekday() in day.weekdays else unclear()]
        return True
    if known.kind == "unclear" and day.kind == "span" and day.first in known.options:
        unit.days = [single(day.first)]
        return True
    return False


def _join_days(unit: Unit, days: tuple[Day, ...]) -> bool:
    """Add days to a unit: a frame holds what it names, a date has to be its weekday; else they do not fit."""
    if len(days) == 1 and _is_frame(days[0]):
        unit.frame_first = unit.frame_first or not unit.days
        unit.frames.append(days[0])
        return True
    if not unit.days:
        unit.days = list(days)
        return True
    if len(unit.days) == 1 and len(days) == 1:
        return _narrow_habit(unit, days[0]) or _join_date(unit, days[0])
    return False


def _narrow_habit(unit: Unit, day: Day) -> bool:
    """ "any day" and "as soon as possible" give way to whatever is said more exactly beside them."""
    known = unit.days[0]
    if known.kind == "any" or len(known.weekdays) == 7:
        unit.days = [day]
        return True
    return day.kind == "any" or len(day.weekdays) == 7


def join(units: list[Unit], placed: Placed) -> None:
    """Put a mention into the last unit where nothing parts them and they fit, else into a new one."""
    item = placed.item
    together = bool(units) and placed.link == "none" and units[-1].excluded == placed.excluded
    if together and item.clocks and _join_clocks(units[-1], list(item.clocks)):
        return
    if together and item.days and _join_days(units[-1], item.days):
        return
    unit = Unit(placed.link, placed.excluded, apart=placed.apart)
    if item.clocks:
        _join_clocks(unit, list(item.clocks))
    else:
        _join_days(unit, item.days)
    units.append(unit)
