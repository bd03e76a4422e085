"""Which of many free times are shown: those asked for, else near ones, and never one hour six times; pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from api.scheduling.slots import Slot, Window, to_wall

# What stands against showing a slot beside those already chosen. Soon counts most, but a visitor should see
# different days, hours, people and ways to meet; the same start in another way only fills a short list.
LATER_DAY = 0.8
SAME_DAY = 0.9
SAME_HALF_DAY = 0.5
SAME_TWO_HOURS = 0.4
SAME_HOUR = 0.4
SAME_PERSON = 0.3
SAME_MODALITY = 0.2
SAME_START = 100.0
DAYS_LOOKED_AT = 10
SLOTS_LOOKED_AT = 300


def inside(slots: Iterable[Slot], windows: Sequence[Window], zone: ZoneInfo) -> list[Slot]:
    """The slots that fit one of the windows; without windows all of them."""
    if not windows:
        return list(slots)
    return [slot for slot in slots if any(_fits(slot, window, zone) for window in windows)]


def _fits(slot: Slot, window: Window, zone: ZoneInfo) -> bool:
    return window.holds(to_wall(slot.start, zone), to_wall(slot.end, zone))


def nearest(slots: Iterable[Slot], instant: datetime, limit: int) -> list[Slot]:
    """The slots that start closest to an instant, in order of start, each practitioner and start once."""
    closest: dict[tuple[str, datetime], Slot] = {}
    for slot in sorted(slots, key=lambda each: (abs(each.start - instant), each.start)):
        closest.setdefault((slot.practitioner.id, slot.start), slot)
    return sorted(list(closest.values())[:limit], key=lambda slot: slot.start)


def spread(slots: Iterable[Slot], zone: ZoneInfo, limit: int) -> list[Slot]:
    """At most `limit` slots that differ in day, hour, practitioner and modality, the earliest among them."""
    left = _first_days(sorted(slots, key=lambda slot: slot.start), zone)
    days = {day: index for index, day in enumerate(dict.fromkeys(_day(slot, zone) for slot in left))}
    return _pick(left, zone, limit, lambda slot: LATER_DAY * days[_day(slot, zone)])


def spread_around(slots: Iterable[Slot], windows: Sequence[Window], zone: ZoneInfo, limit: int) -> list[Slot]:
    """At most `limit` slots near the windows that were asked for, on another day or at another hour."""

    def distance(slot: Slot) -> float:
        return min(window.distance(to_wall(slot.start, zone), to_wall(slot.end, zone)) for window in windows)

    closest = sorted(slots, key=lambda slot: (distance(slot), slot.start))[:SLOTS_LOOKED_AT]
    return _pick(closest, zone, limit, distance)


def _pick(left: list[Slot], zone: ZoneInfo, limit: int, cost: Callable[[Slot], float]) -> list[Slot]:
    # Greedy: each next slot is the one that repeats least for its cost; the first of equals wins.
    seen: Counter[object] = Counter()
    costs = {slot.id: cost(slot) for slot in left}
    chosen: list[Slot] = []
    while left and len(chosen) < limit:
        best = min(left, key=lambda slot: costs[slot.id] + _repeats(slot, zone, seen))
        chosen.append(best)
        seen.update(key for key, _ in _traits(best, zone))
        left = [slot for slot in left if slot.id != best.id]
    return sorted(chosen, key=lambda slot: slot.start)


def _first_days(slots: list[Slot], zone: ZoneInfo) -> list[Slot]:
    days = list(dict.fromkeys(_day(slot, zone) for slot in slots))[:DAYS_LOOKED_AT]
    return [slot for slot in slots if _day(slot, zone) in days]


def _day(slot: Slot, zone: ZoneInfo) -> date:
    return to_wall(slot.start, zone).date()


def _repeats(slot: Slot, zone: ZoneInfo, seen: Counter[object]) -> float:
    return sum(weight * seen[key] for key, weight in _traits(slot, zone))


def _traits(slot: Slot, zone: ZoneInfo) -> tuple[tuple[object, float], ...]:
    wall = to_wall(slot.start, zone)
    return (
        (("day", wall.date()), SAME_DAY),
        (("half", wall.date(), wall.hour < 12), SAME_HALF_DAY),
        (("block", wall.date(), wall.hour // 2), SAME_TWO_HOURS),
        (("hour", wall.hour), SAME_HOUR),
        (("person", slot.practitioner.id), SAME_PERSON),
        (("modality", slot.modality), SAME_MODALITY),
        (("start", slot.practitioner.id, slot.start), SAME_START),
    )
