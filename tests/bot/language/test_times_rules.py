"""Times: weekly rules, summer time, the record of the `times` command, and what holds for any text."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.times import read_times, times_record
from bot.language.times_data import times_data
from tests.bot.language.times_notation import expand, merge

PHOENIX, NEW_YORK = "America/Phoenix", "America/New_York"
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo(PHOENIX))
BEFORE_SPRING = datetime(2026, 3, 5, 9, 0, tzinfo=ZoneInfo(NEW_YORK))  # clocks jump on Sunday 8 March, 2:00
BEFORE_AUTUMN = datetime(2026, 10, 30, 9, 0, tzinfo=ZoneInfo(NEW_YORK))  # clocks fall back on Sunday 1 November


def windows(text: str, now: datetime, zone: str) -> list[tuple[str, str]]:
    return [(each["start"], each["end"]) for each in read_times(text, now, zone).to_dict()["windows"]]


def rule(text: str, lang: str = "en") -> dict[str, Any] | None:
    recurring: dict[str, Any] | None = read_times(text, MONDAY, PHOENIX, lang).to_dict()["recurring"]
    return recurring


def weekly(days: list[int], after: str | None = None, before: str | None = None) -> dict[str, Any]:
    return {"weekdays": days, "after": after, "before": before, "from": None, "to": None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tuesdays after 4", weekly([1], "16:00")),
        ("los jueves después de las 5", weekly([3], "17:00")),
        ("weekends", weekly([5, 6])),
        ("weekday mornings", weekly([0, 1, 2, 3, 4], "06:00", "12:00")),
        ("after 5", weekly([0, 1, 2, 3, 4, 5, 6], "17:00")),
        ("any day but friday", weekly([0, 1, 2, 3, 5, 6])),
        ("mondays and wednesdays before noon", weekly([0, 2], None, "12:00")),
        ("tuesdays from 2 to 4", weekly([1], "14:00", "16:00")),
        ("tuesdays, but not before the 15th", weekly([1]) | {"from": "2026-03-15"}),
        ("tuesdays until the 20th", weekly([1]) | {"to": "2026-03-20"}),
    ],
)
def test_a_habit_is_a_weekly_rule(text: str, expected: dict[str, Any]) -> None:
    assert rule(text) == expected


@pytest.mark.parametrize(
    "text",
    ["tuesday after 4", "any morning next week", "asap", "march 10", "tuesdays after 4 and fridays at 9", ""],
)
def test_what_happens_once_or_cannot_be_one_rule_has_none(text: str) -> None:
    assert rule(text) is None


def test_a_weekly_rule_keeps_its_wall_clock_over_the_change_to_summer_time() -> None:
    assert windows("tuesdays at 10", BEFORE_SPRING, NEW_YORK) == [
        (f"2026-03-{day}T10:00:00", f"2026-03-{day}T11:00:00") for day in (10, 17, 24, 31)
    ]


@pytest.mark.parametrize("text", ["sunday", "this sunday", "march 8", "the 8th"])
def test_the_short_day_of_spring_is_a_whole_day(text: str) -> None:
    assert windows(text, BEFORE_SPRING, NEW_YORK) == [("2026-03-08T00:00:00", "2026-03-09T00:00:00")]


def test_the_hour_that_summer_time_skips_is_not_offered() -> None:
    assert windows("sunday at 2:30am", BEFORE_SPRING, NEW_YORK) == [("2026-03-08T03:00:00", "2026-03-08T03:30:00")]
    assert windows("sunday at 2:00am", BEFORE_SPRING, NEW_YORK) == []
    assert windows("sunday at 2:30am", BEFORE_SPRING, PHOENIX) == [("2026-03-08T02:30:00", "2026-03-08T03:30:00")]


def test_an_hour_that_is_skipped_is_refused_with_its_reason() -> None:
    assert read_times("sunday at 2am", BEFORE_SPRING, NEW_YORK).reason == "impossible_time"


def test_the_long_day_of_autumn_is_a_whole_day() -> None:
    assert windows("sunday", BEFORE_AUTUMN, NEW_YORK) == [("2026-11-01T00:00:00", "2026-11-02T00:00:00")]
    assert windows("sunday after 1am", BEFORE_AUTUMN, NEW_YORK) == [("2026-11-01T01:00:00", "2026-11-02T00:00:00")]


def test_four_weeks_over_a_change_of_clocks_end_at_the_same_wall_clock() -> None:
    assert windows("asap", BEFORE_SPRING, NEW_YORK)[-1] == ("2026-04-02T00:00:00", "2026-04-02T09:00:00")
    assert windows("asap", BEFORE_AUTUMN, NEW_YORK)[-1] == ("2026-11-27T00:00:00", "2026-11-27T09:00:00")


def test_errors_are_said_in_the_language_of_the_message() -> None:
    errors = times_data()["errors"]
    assert read_times("february 30", MONDAY, PHOENIX).error == errors["impossible_date"]["en"]
    assert read_times("el 30 de febrero", MONDAY, PHOENIX).error == errors["impossible_date"]["es"]


RECORD = {"text": "tomorrow at 3", "now": "2026-03-02T10:00:00-07:00", "tz": PHOENIX}


def test_a_record_comes_back_with_the_answer_and_its_own_fields() -> None:
    window = {"start": "2026-03-03T15:00:00", "end": "2026-03-03T16:00:00"}
    answer = {"windows": [window], "recurring": None, "error": None}
    assert times_record(RECORD | {"id": 7}) == RECORD | {"id": 7} | answer


def test_a_record_may_give_utc_and_a_language() -> None:
    record = times_record({"text": "3/4", "now": "2026-03-02T17:00:00Z", "tz": PHOENIX, "lang": "en"})
    assert record["windows"] == [{"start": "2026-03-04T00:00:00", "end": "2026-03-05T00:00:00"}]


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"text": None}, "'text'"),
        ({"text": 5}, "'text'"),
        ({"now": "yesterday"}, "'now'"),
        ({"now": 1772470800}, "'now'"),
        ({"now": ""}, "'now'"),
        ({"tz": "Mars/Olympus"}, "'tz'"),
        ({"tz": "../etc/passwd"}, "'tz'"),
        ({"tz": None}, "'tz'"),
        ({"tz": "A" * 5000}, "'tz'"),
        ({"lang": "fr"}, "'lang'"),
        ({"lang": ["en"]}, "'lang'"),
    ],
)
def test_a_bad_record_is_refused_with_the_field_that_is_wrong(change: dict[str, Any], names: str) -> None:
    with pytest.raises(ValueError, match=names):
        times_record(RECORD | change)


@pytest.mark.parametrize("record", [[], "tomorrow", None, 3])
def test_a_record_that_is_no_object_is_refused(record: Any) -> None:
    with pytest.raises(ValueError, match="JSON object"):
        times_record(record)


WORDS = st.sampled_from(
    (
        "tuesday tuesdays mon next this week weekend after before not until by from to between and or , . "
        "but except at in the 3 4 15th 35th 3pm 9:30 morning evenings tomorrow today two weeks march "
        "april february 30 3/4 asap noon half past quarter el la las los a de del y o martes jueves "
        "proxima semana que viene despues antes entre hasta mañana por tarde menos no puedo i can't work "
        "works best sleep every any later end of month early - / @ around ish or later"
    ).split()
)
PHRASES = st.lists(WORDS, max_size=12).map(" ".join)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31))
ZONES = st.sampled_from([PHOENIX, NEW_YORK, "UTC", "Pacific/Apia", "Australia/Lord_Howe", "America/Sao_Paulo"])


@settings(max_examples=600, deadline=None)
@given(text=PHRASES | st.text(), now=MOMENTS, zone=ZONES, lang=st.sampled_from(["en", "es", None, "xx"]))
def test_windows_are_sorted_apart_inside_the_horizon_and_never_past(
    text: str, now: datetime, zone: str, lang: str | None
) -> None:
    times = read_times(text, now.replace(tzinfo=ZoneInfo(zone)), zone, lang)
    horizon = now + timedelta(days=28, minutes=1)
    starts_and_ends = [moment for window in times.windows for moment in window]
    assert starts_and_ends == sorted(starts_and_ends)
    assert all(window.start < window.end for window in times.windows)
    assert all(before.end <= after.start for before, after in zip(times.windows, times.windows[1:]))
    assert all(now <= moment <= horizon for moment in starts_and_ends)
    assert all(window.end - window.start <= timedelta(days=1) for window in times.windows)
    assert not (times.windows and (times.error or times.options))


DAYS = {
    "en": {
        "tuesday": "3",
        "thursday": "5",
        "the 12th": "12",
        "tomorrow": "3",
        "next week": "9..15",
        "fridays": "fri",
        "march 20": "20",
    }
}
DAYS["en"] |= {"saturday the 14th": "14", "3/18": "18", "weekends": "sat,sun", "in two weeks": "16"}
DAYS["es"] = {
    "el martes": "3",
    "el 12": "12",
    "mañana": "3",
    "la próxima semana": "9..15",
    "los viernes": "fri",
    "el 20 de marzo": "20",
}
HOURS = {
    "en": {
        "after 4": "16-24",
        "at 10": "10-11",
        "in the morning": "6-12",
        "between 2 and 4": "14-16",
        "before noon": "0-12",
    }
}
HOURS["en"] |= {
    "at half past two": "14:30-15:30",
    "from 9 to 11": "9-11",
    "until 5": "0-17",
    "any time after 3": "15-24",
}
HOURS["es"] = {
    "después de las 4": "16-24",
    "a las 10": "10-11",
    "por la mañana": "6-12",
    "entre las 2 y las 4": "14-16",
    "hasta las 5": "0-17",
}
FRAMES = {"en": ["{}", "i can do {}", "could i come in {}?", "{} works best", "anxious all week. {} please"]}
FRAMES["es"] = ["{}", "puedo {}", "¿puede ser {}?", "me sirve {}", "tengo mucha ansiedad. {} por favor"]


@st.composite
def wishes(draw: st.DrawFn) -> tuple[str, str, str]:
    """A wish put together from days and hours whose windows are known: text, notation, language."""
    lang = draw(st.sampled_from(["en", "es"]))
    hours_first = lang == "es" and draw(st.booleans())
    parts, notation = [], []
    for day in draw(st.lists(st.sampled_from(sorted(DAYS[lang])), min_size=1, max_size=3, unique=True)):
        hours = draw(st.sampled_from(sorted(HOURS[lang])))
        parts.append(f"{hours} {day}" if hours_first else f"{day} {hours}")
        notation.append(f"{DAYS[lang][day]} {HOURS[lang][hours]}")
    text = draw(st.sampled_from([", or ", " or "] if lang == "en" else [" o ", ", o "])).join(parts)
    return draw(st.sampled_from(FRAMES[lang])).format(text), "; ".join(notation), lang


@settings(max_examples=500, deadline=None)
@given(wish=wishes())
def test_wishes_put_together_give_the_windows_of_their_parts(wish: tuple[str, str, str]) -> None:
    text, notation, lang = wish
    times = read_times(text, MONDAY, PHOENIX, lang).to_dict()["windows"]
    assert [(each["start"], each["end"]) for each in times] == merge(expand(notation, MONDAY.replace(tzinfo=None)))


@settings(max_examples=300, deadline=None)
@given(text=PHRASES, extra=st.sampled_from(["", " ", "!!", " 🙂", "\u200b", "\n"]))
def test_capitals_and_trimmings_change_nothing(text: str, extra: str) -> None:
    assert read_times(text.upper() + extra, MONDAY, PHOENIX, "en") == read_times(text, MONDAY, PHOENIX, "en")


@pytest.mark.parametrize(
    "text",
    [
        "3/4/" * 1000,
        "1 or " * 800,
        "tuesday " * 500,
        "a" * 4000,
        "(" * 4000,
        "not before the " * 270,
        "\ud800 tuesday",
        "\0",
        "٣ march ²",
    ],
)
def test_hostile_text_is_read_in_bounded_time(text: str) -> None:
    started = datetime.now()
    read_times(text, MONDAY, PHOENIX)
    assert datetime.now() - started < timedelta(seconds=10)
