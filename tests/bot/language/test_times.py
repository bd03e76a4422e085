"""Times: what visitors say about when, in English, Spanish and both, and the exact windows it allows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.language.times import read_times
from tests.bot.language.times_notation import expand

HERE = Path(__file__).parent
PHOENIX = "America/Phoenix"
MONDAY = datetime(2026, 3, 2, 10, 0)


def cases(name: str, only: str | None = None) -> list[Any]:
    sections = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return [case for section, listed in sections.items() if only in (None, section) for case in listed]


def read(text: str, now: datetime = MONDAY, zone: str = PHOENIX, lang: str | None = None) -> Any:
    return read_times(text, now.replace(tzinfo=ZoneInfo(zone)), zone, lang)


def found(times: Any) -> list[tuple[str, str]]:
    return [(window["start"], window["end"]) for window in times.to_dict()["windows"]]


def check(text: str, expected: str, lang: str) -> None:
    times = read(text, lang=lang)
    if expected.startswith("!"):
        assert (times.reason, found(times)) == (expected[1:], [])
        assert times.error
    elif expected.startswith("?") or not expected:
        days = [MONDAY.date().replace(day=int(day)) for day in filter(None, expected[1:].split(","))]
        assert (found(times), times.error, list(times.options)) == ([], None, days)
    else:
        assert found(times) == expand(expected, MONDAY)
        assert times.error is None


@pytest.mark.parametrize(("text", "expected"), cases("times_en.yml"))
def test_english_times_give_exactly_these_windows(text: str, expected: str) -> None:
    check(text, expected, "en")


@pytest.mark.parametrize(("text", "expected"), cases("times_es.yml"))
def test_spanish_and_mixed_times_give_exactly_these_windows(text: str, expected: str) -> None:
    check(text, expected, "es")


@pytest.mark.parametrize(("text", "expected"), cases("times_stories.yml", "story_and_time"))
def test_times_are_found_beside_symptoms(text: str, expected: str) -> None:
    check(text, expected, "en")


@pytest.mark.parametrize("lang", ["en", "es", None])
@pytest.mark.parametrize("text", cases("times_stories.yml", "only_a_story"))
def test_a_story_holds_no_times(text: str, lang: str | None) -> None:
    times = read(text, lang=lang)
    assert (times.windows, times.recurring, times.error) == ((), None, None)


@pytest.mark.parametrize(("text", "expected"), cases("times_es.yml", "bounds") + cases("times_en.yml", "bounds"))
def test_the_language_need_not_be_told(text: str, expected: str) -> None:
    check(text, expected, None)  # type: ignore[arg-type]


THURSDAY, SATURDAY, SUNDAY = (datetime(2026, 3, day, 16, 30) for day in (5, 7, 8))


@pytest.mark.parametrize(
    ("now", "text", "expected"),
    [
        (THURSDAY, "next tuesday", "10"),
        (THURSDAY, "tuesday", "10"),
        (THURSDAY, "this tuesday", "10"),
        (THURSDAY, "this week", "5..8"),
        (THURSDAY, "after 5 today", "5 17-24"),
        (THURSDAY, "thursday after 3 next week", "12 15-24"),
        (THURSDAY, "thursday at 2", "12 14-15"),
        (THURSDAY, "next friday", "13"),
        (THURSDAY, "the 3rd", "!too_far"),
        (THURSDAY, "april 2", "4/2 0-16:30"),
        (THURSDAY, "evenings", "daily 17-21"),
        (THURSDAY, "thursdays after 3", "thu 15-24"),
        (SATURDAY, "this weekend", "7,8"),
        (SATURDAY, "next weekend", "14,15"),
        (SATURDAY, "next week", "9..15"),
        (SATURDAY, "tomorrow morning", "8 6-12"),
        (SUNDAY, "next week", "9..15"),
        (SUNDAY, "this week", "8"),
        (SUNDAY, "later this week", ""),
        (SUNDAY, "mondays", "mon"),
    ],
)
def test_the_day_of_writing_decides(now: datetime, text: str, expected: str) -> None:
    times = read(text, now)
    if expected.startswith("!"):
        assert times.reason == expected[1:]
    elif not expected:
        assert not times.windows
    else:
        assert found(times) == expand(expected, now)


def test_on_a_sunday_next_tuesday_is_asked() -> None:
    times = read("next tuesday", SUNDAY)
    assert (times.windows, times.error) == ((), None)
    assert times.options == (date(2026, 3, 10), date(2026, 3, 17))


def test_a_weekday_of_today_is_asked_with_both_dates() -> None:
    assert read("thursday after 5", THURSDAY).options == (date(2026, 3, 5), date(2026, 3, 12))


def test_three_slash_four_is_read_in_the_order_of_the_language() -> None:
    assert found(read("3/4", lang="en")) == expand("4", MONDAY)
    assert read("3/4", lang="es").reason == "too_far"
    assert found(read("el 4/3 por la tarde", lang="en")) == expand("4 12-17", MONDAY)


def test_the_horizon_is_four_weeks_to_the_minute() -> None:
    windows = read("mondays").windows
    assert windows[0].start == MONDAY
    assert windows[-1].end == MONDAY + timedelta(days=28)


def test_seconds_of_now_are_rounded_up() -> None:
    assert found(read("today", MONDAY.replace(second=1)))[0][0] == "2026-03-02T10:01:00"


def test_now_is_converted_to_the_practice_zone() -> None:
    late = datetime(2026, 3, 3, 5, 0, tzinfo=ZoneInfo("UTC"))  # still Monday, 22:00, in Phoenix
    assert read_times("tomorrow", late, PHOENIX).to_dict()["windows"] == [
        {"start": "2026-03-03T00:00:00", "end": "2026-03-04T00:00:00"}
    ]
