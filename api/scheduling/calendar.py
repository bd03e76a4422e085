"""Which times exist and are free: pure functions over a profile, an instant, and the quarters already taken.

Hours are wall-clock times of the practice's zone. A quarter hour is open when the clock on the wall, at
that instant, stands within the practitioner's hours; a visit is offered when all its quarters are open and
free. So an hour that the clocks skip is never offered, one they repeat is offered twice, and a visit lasts
its full length.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.practice import Practitioner, Profile
from api.scheduling.slots import Slot, Wanted, quarters_between, to_wall

START_MINUTES = (0, 30)
# Stands in `Taken` for every practitioner at once.
ANYONE = "*"
Taken = set[tuple[str, datetime]]


def bookable_range(profile: Profile, now: datetime) -> tuple[datetime, datetime]:
    """The earliest and the latest start a visitor may book."""
    return now + timedelta(hours=profile.min_notice_hours), now + timedelta(days=profile.horizon_days)


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants at which a local day begins and ends, in UTC."""
    midnights = (datetime.combine(day + timedelta(days=n), time(0), zone) for n in (0, 1))
    start, end = (midnight.astimezone(UTC) for midnight in midnights)
    return start, end


def open_quarters(profile: Profile, person: Practitioner, day: date) -> set[datetime]:
    """The quarter hours, in UTC, in which a practitioner works on a local day."""
    if profile.is_closed_on(day):
        return set()
    return {
        quarter
        for hours in person.hours.on(day.weekday())
        for quarter in _quarters_on_wall(day, hours.start, hours.end, profile.zone)
    }


def _quarters_on_wall(day: date, start: time, end: time, zone: ZoneInfo) -> Iterator[datetime]:
    # Around a change of the clocks a wall time has two readings (fold 0 and 1): take the widest span.
    readings = [
        datetime.combine(day, wall.replace(fold=fold), zone).astimezone(UTC)
        for wall in (start, end)
        for fold in (0, 1)
    ]
    for quarter in quarters_between(min(readings), max(readings)):
        wall = to_wall(quarter, zone)
        if wall.date() == day and start <= wall.time() < end:
            yield quarter


def starts_on(profile: Profile, person: Practitioner, minutes: int, day: date, taken: Taken) -> list[datetime]:
    """The instants of a local day, in order, at which a visit of that length can begin, on the half hour."""
    free = {
        quarter
        for quarter in open_quarters(profile, person, day)
        if (person.id, quarter) not in taken and (ANYONE, quarter) not in taken
    }
    length = timedelta(minutes=minutes)
    return sorted(
        quarter
        for quarter in free
        if to_wall(quarter, profile.zone).minute in START_MINUTES
        and free.issuperset(quarters_between(quarter, quarter + length))
    )


def free_slots(profile: Profile, wanted: Wanted, taken: Taken, earliest: datetime, latest: datetime) -> list[Slot]:
    """Every slot from `earliest` to `latest` (instants) that fits, windows left aside, in order of start."""
    service = profile.service(wanted.service)
    if service is None or latest < earliest:
        return []
    people = [person for person in profile.practitioners if wanted.accepts(person)]
    found = [
        Slot(person, service, way, start)
        for day in days_between(earliest, latest, profile.zone)
        for person in people
        for start in starts_on(profile, person, service.minutes, day, taken)
        if earliest <= start <= latest
        for way in wanted.modalities(person)
    ]
    return sorted(found, key=lambda slot: slot.start)


def days_between(earliest: datetime, latest: datetime, zone: ZoneInfo) -> list[date]:
    """The local days that two instants span."""
    first, last = to_wall(earliest, zone).date(), to_wall(latest, zone).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def is_worked(profile: Profile, slot: Slot) -> bool:
    """True when the practitioner works at that time and visits begin at it; taken or not."""
    day = to_wall(slot.start, profile.zone).date()
    return slot.start in starts_on(profile, slot.practitioner, slot.service.minutes, day, set())
