"""Which of many free times a visitor sees."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.practice import load
from api.scheduling import calendar, choice
from api.scheduling.slots import Slot, Wanted, Window, to_wall

PROFILE = load("tucson_integrative")
ZONE = PROFILE.zone
# Monday 2 March 2026, 10:00 in Tucson.
NOW = datetime(2026, 3, 2, 17, tzinfo=UTC)


def free(service: str = "therapy", now: datetime = NOW) -> list[Slot]:
    return calendar.free_slots(PROFILE, Wanted(service), set(), *calendar.bookable_range(PROFILE, now))


def walls(slots: list[Slot]) -> list[datetime]:
    return [to_wall(slot.start, ZONE) for slot in slots]


def test_six_times_differ_in_day_hour_and_person_and_begin_with_the_earliest():
    everything = free()
    shown = choice.spread(everything, ZONE, 6)
    assert shown[0].start == everything[0].start
    assert walls(shown) == sorted(walls(shown))
    assert len({wall.date() for wall in walls(shown)}) >= 3
    assert len({wall.hour for wall in walls(shown)}) >= 4
    assert {slot.practitioner.id for slot in shown} == {"joel_marquez", "priya_raman"}
    assert {slot.modality for slot in shown} == {"in_person", "video"}


@given(st.integers(0, 28 * 24), st.integers(1, 12), st.sampled_from(["therapy", "medication_management"]))
def test_a_spread_shows_as_many_as_asked_for_the_earliest_first_and_none_twice(hours, limit, service):
    now = datetime(2026, 3, 2 + hours // 24 % 28, hours % 24, tzinfo=UTC)
    everything = free(service, now)
    shown = choice.spread(everything, ZONE, limit)
    assert len(shown) == limit
    assert shown[0].start == everything[0].start
    assert len({(slot.practitioner.id, slot.start) for slot in shown}) == limit


@pytest.mark.parametrize("service", ["therapy", "medication_management"])
def test_six_times_are_six_different_hours(service):
    shown = choice.spread(free(service), ZONE, 6)
    assert len({wall.hour for wall in walls(shown)}) == 6


def test_a_single_afternoon_shows_its_few_times_and_fills_up_with_the_other_ways_to_meet():
    tuesday_after_four = [Window(datetime(2026, 3, 3, 16), datetime(2026, 3, 4))]
    shown = choice.spread(choice.inside(free(), tuesday_after_four, ZONE), ZONE, 6)
    assert [f"{wall:%a %H:%M}" for wall in walls(shown)] == [
        *("Tue 16:00", "Tue 16:00", "Tue 16:30", "Tue 16:30", "Tue 17:00", "Tue 17:00")
    ]
    assert len({slot.id for slot in shown}) == 6


def test_a_window_holds_only_visits_that_end_in_it():
    morning = [Window(datetime(2026, 3, 3, 8), datetime(2026, 3, 3, 10))]
    assert {f"{wall:%H:%M}" for wall in walls(choice.inside(free(), morning, ZONE))} == {
        "08:00",
        "08:30",
        "09:00",
    }


@pytest.mark.parametrize("minutes", [15, 30, 59])
def test_in_a_window_shorter_than_the_visit_the_start_decides(minutes):
    at_four = [Window(datetime(2026, 3, 3, 16), datetime(2026, 3, 3, 16, minutes))]
    shown = {f"{wall:%H:%M}" for wall in walls(choice.inside(free(), at_four, ZONE))}
    assert shown == ({"16:00"} if minutes <= 30 else {"16:00", "16:30"})


def test_without_windows_everything_fits():
    assert choice.inside(free(), [], ZONE) == free()


def test_near_a_closed_saturday_morning_lie_other_mornings_close_to_it():
    saturday = [Window(datetime(2026, 3, 7, 9), datetime(2026, 3, 7, 12))]
    assert choice.inside(free(), saturday, ZONE) == []
    shown = walls(choice.spread_around(free(), saturday, ZONE, 6))
    assert len(shown) == 6
    assert datetime(2026, 3, 6) <= shown[2] < datetime(2026, 3, 7)
    assert sum(8 <= wall.hour < 12 for wall in shown) >= 4
    assert all(abs((wall - datetime(2026, 3, 7, 9)).days) <= 4 for wall in shown)


def test_near_a_window_of_several_days_the_hour_does_not_count():
    weekend = Window(datetime(2026, 3, 7), datetime(2026, 3, 9))
    assert weekend.distance(datetime(2026, 3, 6, 8), datetime(2026, 3, 6, 9)) == 1
    assert weekend.distance(datetime(2026, 3, 9, 8), datetime(2026, 3, 9, 9)) == 1
    assert weekend.distance(datetime(2026, 3, 8, 8), datetime(2026, 3, 8, 9)) == 0


# The visit lasts an hour; the window is nine to twelve.
@pytest.mark.parametrize(("hour", "hours_off"), [(5, 4), (8, 1), (9, 0), (11, 0), (12, 1), (14, 3)])
def test_three_hours_off_on_the_right_day_are_as_far_as_a_day(hour, hours_off):
    morning = Window(datetime(2026, 3, 3, 9), datetime(2026, 3, 3, 12))
    distance = morning.distance(datetime(2026, 3, 3, hour), datetime(2026, 3, 3, hour + 1))
    assert distance == pytest.approx(hours_off / 3)


def test_the_nearest_times_are_the_closest_starts_in_order_each_person_and_start_once():
    instant = datetime(2026, 3, 3, 19, tzinfo=UTC)
    shown = choice.nearest(free(), instant, 3)
    assert [(slot.practitioner.id, wall) for slot, wall in zip(shown, walls(shown), strict=True)] == [
        ("joel_marquez", datetime(2026, 3, 3, 11, 30)),
        ("joel_marquez", datetime(2026, 3, 3, 12)),
        ("priya_raman", datetime(2026, 3, 3, 12)),
    ]
