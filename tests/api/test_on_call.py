"""The on-call list: who is on duty when, and what a profile may not say."""

from datetime import datetime

import pytest
from pydantic import ValidationError

from api.on_call import OnCallPerson
from api.practice import ProfileBroken, read
from api.settings import ROOT

GOOD = (ROOT / "data/practices/tucson_integrative.yml").read_text("utf-8")
MONDAY, TUESDAY, SUNDAY = 2, 3, 1


def person(**more):
    return OnCallPerson.model_validate({"id": "a", "name": "A"} | more)


def on_duty(hours, day, hour, is_open=True):
    return person(hours=hours).is_on_duty(datetime(2026, 3, day, hour), is_open)


def test_always_open_and_closed_mean_what_they_say():
    assert on_duty("always", MONDAY, 3, False)
    assert on_duty("open", MONDAY, 10, True)
    assert not on_duty("open", MONDAY, 3, False)
    assert on_duty("closed", MONDAY, 3, False)
    assert not on_duty("closed", MONDAY, 10, True)


@pytest.mark.parametrize(
    ("day", "hour", "expected"),
    [
        (MONDAY, 17, False),
        (MONDAY, 18, True),
        (MONDAY, 23, True),
        (TUESDAY, 7, True),
        (TUESDAY, 8, False),
        (MONDAY, 7, False),
        (TUESDAY, 19, False),
    ],
)
def test_a_night_begins_on_its_day_and_ends_on_the_next(day, hour, expected):
    assert on_duty({"monday": [{"start": "18:00", "end": "08:00"}]}, day, hour) is expected


@pytest.mark.parametrize(("day", "hour", "expected"), [(SUNDAY, 9, True), (SUNDAY, 12, False), (MONDAY, 9, False)])
def test_a_stretch_of_a_day_ends_with_it(day, hour, expected):
    assert on_duty({"sunday": [{"start": "08:00", "end": "12:00"}]}, day, hour) is expected


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"channels": ["mail"]}, "no `email`"),
        ({"channels": ["mail"], "email": "nobody"}, "email"),
        ({"channels": []}, "at least 1"),
        ({"channels": ["pigeon"]}, "pigeon"),
        ({"channels": ["inbox", "inbox"]}, "each channel once"),
        ({"hours": {}}, "never be told"),
        ({"hours": {"monday": [{"start": "08:00", "end": "08:00"}]}}, "always"),
        ({"hours": "sometimes"}, "always"),
        ({"pager": "1"}, "pager"),
    ],
)
def test_what_could_not_be_told_is_refused(more, reason):
    with pytest.raises(ValidationError, match=reason):
        person(**more)


def test_two_places_with_one_id_are_refused_with_the_line_of_the_second(tmp_path):
    path = tmp_path / "twice.yml"
    path.write_text(GOOD.replace("{id: joel_marquez, name: Joel", "{id: dana_ortiz, name: Joel"), encoding="utf-8")
    with pytest.raises(ProfileBroken) as refused:
        read(path)
    at = GOOD[: GOOD.index("{id: joel_marquez, name")].count("\n") + 1
    assert f"twice.yml:{at}: on_call.1: " in str(refused.value)
    assert "'dana_ortiz' is used twice" in str(refused.value)


def test_a_name_stands_for_an_id_and_an_id_that_has_gone_for_itself():
    profile = read(ROOT / "data/practices/tucson_integrative.yml")
    assert profile.on_call_name("dana_ortiz") == "Dana Ortiz"
    assert profile.on_call_name("gone") == "gone"
