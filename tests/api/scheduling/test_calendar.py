"""What the calendar offers, checked against the clock on the wall, also where clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.practice import Practitioner, Profile
from api.profile_parts import WEEKDAYS
from api.scheduling import calendar
from api.scheduling.slots import Slot, Wanted, quarters_between, to_wall

ZONES = [
    "America/New_York",
    "America/Phoenix",
    "America/Sao_Paulo",
    "Europe/London",
    "Australia/Lord_Howe",  # clocks move by half an hour
    "Asia/Kathmandu",  # 5:45 ahead of UTC
    "Africa/Casablanca",
    "Pacific/Apia",  # skipped a whole day in 2011
    "America/Havana",  # changes at midnight: some days have no 00:00
]
# Days around the changes of New York, London, Lord Howe, Havana, Apia and Sao Paulo, and any other day.
CHANGES = [date(2026, 3, 8), date(2026, 11, 1), date(2026, 3, 29), date(2026, 10, 25), date(2026, 4, 5)]
CHANGES += [date(2026, 10, 4), date(2011, 12, 29), date(2011, 12, 30), date(2018, 11, 4), date(2018, 2, 17)]
DAYS = st.one_of(
    st.builds(lambda day, n: day + timedelta(days=n), st.sampled_from(CHANGES), st.integers(-1, 1)),
    st.dates(date(2000, 1, 1), date(2037, 12, 31)),
)
QUARTERS_OF_DAY = st.integers(0, 95)


def wall(quarter: int) -> str:
    return f"{quarter // 4:02d}:{quarter % 4 * 15:02d}"


@st.composite
def hours_of_a_day(draw: st.DrawFn) -> list[dict[str, str]]:
    edges = sorted(draw(st.sets(QUARTERS_OF_DAY, min_size=2, max_size=6)))
    return [{"start": wall(a), "end": wall(b)} for a, b in zip(edges[::2], edges[1::2], strict=False)]


@st.composite
def practices(draw: st.DrawFn) -> Profile:
    hours = {day: draw(hours_of_a_day()) for day in WEEKDAYS}
    minutes = draw(st.sampled_from([15, 30, 45, 60, 90]))
    return make_practice(draw(st.sampled_from(ZONES)), hours, minutes)


def make_practice(tz: str, hours: dict[str, Any], minutes: int = 60, **changes: Any) -> Profile:
    return Profile.model_validate(
        {
            "id": "p",
            "name": "P",
            "phone": "+15205550100",
            "address": "A",
            "tz": tz,
            "states": ["AZ"],
            "ages": ["adult_18_64"],
            "hours": {},
            "services": [{"id": "t", "route": "therapy", "name": {"en": "T", "es": "T"}, "minutes": minutes}],
            "practitioners": [
                {
                    "id": "ana",
                    "name": "Ana",
                    "credentials": "LCSW",
                    "services": ["t"],
                    "states": ["AZ"],
                    "ages": ["adult_18_64"],
                    "modalities": ["video"],
                    "hours": hours,
                }
            ],
        }
        | changes
    )


def ana(profile: Profile) -> Practitioner:
    return profile.practitioners[0]


def starts(profile: Profile, day: date, taken: calendar.Taken | None = None) -> list[datetime]:
    return calendar.starts_on(profile, ana(profile), profile.services[0].minutes, day, taken or set())


def is_worked(profile: Profile, instant: datetime) -> bool:
    """The definition itself: does the clock on the wall stand within the hours of that weekday?"""
    shown = instant.astimezone(profile.zone)
    return any(h.start <= shown.time() < h.end for h in ana(profile).hours.on(shown.weekday()))


@given(practices(), DAYS)
def test_every_visit_offered_lies_within_the_hours_on_the_wall_and_lasts_its_full_length(profile, day):
    length = timedelta(minutes=profile.services[0].minutes)
    for start in starts(profile, day):
        shown = start.astimezone(profile.zone)
        assert shown.date() == day
        assert shown.minute in (0, 30)
        minutes = [start + timedelta(minutes=n) for n in range(int(length.total_seconds()) // 60)]
        assert all(is_worked(profile, minute) for minute in minutes)


@given(practices(), DAYS)
def test_every_half_hour_with_enough_worked_time_after_it_is_offered(profile, day):
    offered = set(starts(profile, day))
    midnight = datetime.combine(day, time(0), UTC) - timedelta(hours=15)
    for quarter in (midnight + timedelta(minutes=15 * n) for n in range(4 * 54)):
        shown = quarter.astimezone(profile.zone)
        end = quarter + timedelta(minutes=profile.services[0].minutes)
        quarters = quarters_between(quarter, end)
        same_day = all(each.astimezone(profile.zone).date() == day for each in quarters)
        if shown.minute in (0, 30) and same_day and all(is_worked(profile, each) for each in quarters):
            assert quarter in offered


@given(practices(), DAYS)
def test_no_day_repeats_a_start_and_starts_are_in_order(profile, day):
    found = starts(profile, day)
    assert found == sorted(set(found))


@given(practices(), DAYS, st.data())
def test_a_taken_quarter_is_in_no_visit_and_frees_nothing_else(profile, day, data):
    everything = starts(profile, day)
    quarters = sorted(calendar.open_quarters(profile, ana(profile), day))
    lost = set(data.draw(st.lists(st.sampled_from(quarters), max_size=4))) if quarters else set()
    length = timedelta(minutes=profile.services[0].minutes)
    left = starts(profile, day, {("ana", quarter) for quarter in lost})
    expected = [s for s in everything if not lost & set(quarters_between(s, s + length))]
    assert left == expected


@given(practices(), DAYS)
def test_every_slot_offered_is_recognised_by_its_id_again(profile, day):
    for start in starts(profile, day):
        slot = Slot(ana(profile), profile.services[0], ana(profile).modalities[0], start)
        assert calendar.is_worked(profile, slot)


def at(day: date, text: str, zone: str, fold: int = 0) -> datetime:
    return datetime.combine(day, time.fromisoformat(text), ZoneInfo(zone)).replace(fold=fold).astimezone(UTC)


def test_an_hour_the_clocks_skip_is_never_offered():
    profile = make_practice("America/New_York", {"sunday": [{"start": "01:00", "end": "04:00"}]}, 30)
    shown = [to_wall(s, profile.zone).strftime("%H:%M") for s in starts(profile, date(2026, 3, 8))]
    assert shown == ["01:00", "01:30", "03:00", "03:30"]


def test_an_hour_the_clocks_repeat_is_offered_twice_as_two_different_instants():
    profile = make_practice("America/New_York", {"sunday": [{"start": "01:00", "end": "02:30"}]}, 30)
    found = starts(profile, date(2026, 11, 1))
    day, zone = date(2026, 11, 1), "America/New_York"
    assert found == [
        at(day, "01:00", zone),
        at(day, "01:30", zone),
        at(day, "01:00", zone, fold=1),
        at(day, "01:30", zone, fold=1),
        at(day, "02:00", zone),
    ]


def test_hours_that_end_within_the_repeated_hour_end_there_both_times():
    profile = make_practice("America/New_York", {"sunday": [{"start": "00:30", "end": "01:30"}]}, 15)
    day, zone = date(2026, 11, 1), "America/New_York"
    expected = [at(day, "00:30", zone), at(day, "01:00", zone), at(day, "01:00", zone, fold=1)]
    assert starts(profile, day) == expected


def test_a_visit_over_the_skipped_hour_still_lasts_its_full_length():
    profile = make_practice("America/New_York", {"sunday": [{"start": "01:30", "end": "03:30"}]}, 60)
    (start,) = starts(profile, date(2026, 3, 8))
    assert to_wall(start, profile.zone) == datetime(2026, 3, 8, 1, 30)
    assert to_wall(start + timedelta(hours=1), profile.zone) == datetime(2026, 3, 8, 3, 30)


def test_the_same_wall_time_moves_in_utc_when_the_clocks_change():
    profile = make_practice("America/New_York", {"friday": [{"start": "09:00", "end": "10:00"}]})
    (before,), (after,) = starts(profile, date(2026, 3, 6)), starts(profile, date(2026, 3, 13))
    assert (before.hour, after.hour) == (14, 13)


def test_a_day_without_midnight_has_its_bounds():
    start, end = calendar.day_bounds(date(2026, 3, 8), ZoneInfo("America/Havana"))
    assert end - start == timedelta(hours=23)


def test_a_break_splits_the_day_and_no_visit_runs_over_it():
    hours = [{"start": "09:00", "end": "10:30"}, {"start": "11:00", "end": "12:00"}]
    profile = make_practice("America/Phoenix", {"monday": hours})
    shown = [to_wall(s, profile.zone).strftime("%H:%M") for s in starts(profile, date(2026, 3, 2))]
    assert shown == ["09:00", "09:30", "11:00"]


def test_nothing_is_offered_on_a_closed_day():
    profile = make_practice(
        "America/Phoenix", {"monday": [{"start": "09:00", "end": "12:00"}]}, closures=[date(2026, 3, 2)]
    )
    assert starts(profile, date(2026, 3, 2)) == []
    assert starts(profile, date(2026, 3, 9)) != []


@pytest.mark.parametrize(
    ("closed", "day"),
    [
        ({"closures": [{"from": "2026-07-01", "to": "2026-07-10"}]}, date(2026, 7, 6)),
        ({"holidays": ["presidents_day"]}, date(2026, 2, 16)),
        ({"holidays": ["independence_day"]}, date(2027, 7, 5)),
    ],
)
def test_nothing_is_offered_in_a_closed_stretch_or_on_a_holiday(closed, day):
    hours = {"monday": [{"start": "09:00", "end": "12:00"}]}
    assert starts(make_practice("America/Phoenix", hours, **closed), day) == []
    assert starts(make_practice("America/Phoenix", hours), day) != []


def test_only_times_between_notice_and_horizon_are_offered():
    hours = {day: [{"start": "00:00", "end": "23:45"}] for day in WEEKDAYS}
    profile = make_practice("America/Phoenix", hours, min_notice_hours=5, horizon_days=3)
    now = datetime(2026, 3, 2, 17, 10, tzinfo=UTC)
    earliest, latest = calendar.bookable_range(profile, now)
    slots = calendar.free_slots(profile, Wanted("t"), set(), earliest, latest)
    assert slots[0].start == datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
    assert slots[-1].start == datetime(2026, 3, 5, 17, 0, tzinfo=UTC)


def test_a_quarter_taken_for_anyone_is_taken_for_everyone():
    profile = make_practice("America/Phoenix", {"monday": [{"start": "09:00", "end": "10:00"}]})
    (start,) = starts(profile, date(2026, 3, 2))
    assert starts(profile, date(2026, 3, 2), {(calendar.ANYONE, start)}) == []


@pytest.mark.parametrize("wanted", [Wanted("x"), Wanted("t", state="NM"), Wanted("t", age_group="unknown")])
def test_what_nobody_offers_gives_no_times(wanted):
    profile = make_practice("America/Phoenix", {"monday": [{"start": "09:00", "end": "10:00"}]})
    earliest, latest = calendar.bookable_range(profile, datetime(2026, 3, 1, tzinfo=UTC))
    assert calendar.free_slots(profile, wanted, set(), earliest, latest) == []


def test_a_range_that_ends_before_it_starts_gives_no_times():
    hours = {day: [{"start": "09:00", "end": "17:00"}] for day in WEEKDAYS}
    profile = make_practice("America/Phoenix", hours, min_notice_hours=48, horizon_days=1)
    earliest, latest = calendar.bookable_range(profile, datetime(2026, 3, 1, tzinfo=UTC))
    assert calendar.free_slots(profile, Wanted("t"), set(), earliest, latest) == []
