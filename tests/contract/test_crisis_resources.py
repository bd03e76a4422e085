"""The lines a person in danger is given: complete, in a form a telephone understands, dated, and exactly these."""

import datetime
import pathlib
import re

import pytest
import yaml

PATH = pathlib.Path(__file__).parents[2] / "data" / "care" / "crisis_resources.yml"
ROWS = {row["id"]: row for row in yaml.safe_load(PATH.read_text("utf-8"))["crisis_resources"]}
ALL = list(ROWS.values())
KEYS = {"id", "name", "call", "text", "tty", "url", "es", "hours", "country", "checked", "verified_on"}

# Written a second time, on purpose: a wrong digit in the file must not pass because one place was edited.
CALL = {
    "us_911": "911",
    "us_988": "988",
    "vets": "988",
    "trevor": "1-866-488-7386",
    "translifeline": "1-877-565-8860",
    "dv": "1-800-799-7233",
    "rainn": "1-800-656-4673",
    "childhelp": "1-800-422-4453",
    "poison": "1-800-222-1222",
    "maternal": "1-833-852-6262",
    "samhsa": "1-800-662-4357",
    "anad": "1-888-375-7767",
}
TEXT = {
    "us_988": ("988", None),
    "vets": ("838255", None),
    "ctl": ("741741", "HOME"),
    "trevor": ("678678", "START"),
    "dv": ("88788", "START"),
    "rainn": ("64673", "HOPE"),
    "maternal": ("18338526262", None),
}


def channels(row):
    """Every call and text of a row, the Spanish ones too."""
    return [part[kind] for part in (row, row.get("es", {})) for kind in ("call", "text") if kind in part]


def test_the_emergency_number_and_the_lifeline_come_first():
    assert list(ROWS)[:2] == ["us_911", "us_988"]
    assert len(ROWS) == len(yaml.safe_load(PATH.read_text("utf-8"))["crisis_resources"]) == 14


def test_the_numbers_are_exactly_these():
    assert {name: row["call"]["number"] for name, row in ROWS.items() if "call" in row} == {
        name: number.replace("-", "") for name, number in CALL.items()
    }
    assert {
        name: (row["text"]["number"], row["text"].get("body")) for name, row in ROWS.items() if "text" in row
    } == TEXT


@pytest.mark.parametrize("row", ALL, ids=list(ROWS))
def test_a_row_has_a_name_in_both_languages_and_a_way_to_reach_it(row):
    assert set(row) <= KEYS
    assert set(row["name"]) == {"en", "es"}
    assert all(row["name"].values())
    assert "call" in row or "text" in row or "url" in row
    if "call" in row or "text" in row:
        assert row["country"] == "US"
        assert set(row["hours"]) == {"en", "es"}


@pytest.mark.parametrize("row", ALL, ids=list(ROWS))
def test_a_telephone_can_dial_and_text_it(row):
    for channel in channels(row):
        assert set(channel) <= {"number", "press", "body"}
        assert re.fullmatch(r"\d{3}|\d{5,6}|1[2-9]\d{9}", channel["number"])
        assert re.fullmatch(r"\d", channel.get("press", "0"))
        assert re.fullmatch(r"[A-Z]+", channel.get("body", "A"))
    assert re.fullmatch(r"1[2-9]\d{9}", row.get("tty", "18005550100"))
    assert re.fullmatch(r"\+1\d{10}", row.get("es", {}).get("whatsapp", "+18005550100"))
    assert re.fullmatch(r"https://[a-z0-9.]+", row.get("url", "https://a"))


@pytest.mark.parametrize("row", ALL, ids=list(ROWS))
def test_a_row_was_checked_on_a_day_or_says_that_it_was_not(row):
    if row["checked"] == "memory":
        assert row["verified_on"] is None
    else:
        assert row["checked"] == "v"
        assert datetime.date(2026, 1, 1) <= datetime.date.fromisoformat(row["verified_on"])


def test_somebody_who_speaks_spanish_gets_the_spanish_way_in():
    assert ROWS["us_988"]["es"] == {
        "call": {"number": "988", "press": "2"},
        "text": {"number": "988", "body": "AYUDA"},
    }
    assert ROWS["ctl"]["es"]["text"] == {"number": "741741", "body": "AYUDA"}
    letters = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999", strict=True))
    assert ROWS["ctl"]["es"]["whatsapp"] == "+1442" + "".join(letters[letter] for letter in "AYUDAME")


def test_the_line_that_ended_is_not_offered():
    assert not [row["id"] for row in ALL for channel in channels(row) if channel.get("press") == "3"]


def test_every_line_that_may_be_shown_was_checked_within_a_year_of_the_newest_check():
    dated = [datetime.date.fromisoformat(row["verified_on"]) for row in ALL if row["verified_on"]]
    assert max(dated) - min(dated) <= datetime.timedelta(days=365)


def test_a_line_belongs_to_one_country_or_to_all_and_only_a_page_belongs_to_all():
    for row in ALL:
        assert row["country"] in ("US", None)
        assert ("call" in row or "text" in row) == (row["country"] == "US"), row["id"]


def test_every_row_that_is_chosen_for_a_signal_exists_and_was_checked():
    choice = yaml.safe_load(PATH.with_name("resource_choice.yml").read_text("utf-8"))["resource_choice"]
    named = [*choice["always"], *choice["otherwise"]]
    named += [line for rule in choice["for_signals"] for line in rule["resources"]]
    assert [name for name in named if not ROWS[name]["verified_on"]] == []
    signals = yaml.safe_load((PATH.parents[1] / "language/risk/signals.yml").read_text("utf-8"))["signals"]
    meant = {signal for rule in choice["for_signals"] for signal in rule["signals"]}
    assert meant <= {signal["id"] for signal in signals}
