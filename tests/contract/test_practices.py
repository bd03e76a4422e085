"""Every profile of a practice loads; a broken one is refused with file, line and reason."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from api.practice import ProfileBroken, load, read
from api.settings import ROOT

PROFILES = sorted((ROOT / "data" / "practices").glob("*.yml"))
GOOD = (ROOT / "data" / "practices" / "tucson_integrative.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_every_profile_loads_under_its_own_name(path):
    assert load(path.stem).id == path.stem


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_every_service_of_a_profile_is_offered_by_somebody(path):
    profile = read(path)
    offered = {service for person in profile.practitioners for service in person.services}
    assert offered == {service.id for service in profile.services}


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_every_phone_number_of_a_profile_is_invented(path):
    assert read(path).phone[5:10].startswith("55501") or read(path).phone[-7:-2] == "55501"


def broken(tmp_path: Path, old: str, new: str) -> str:
    """The refusal of the good profile with one piece replaced, without the folder."""
    assert GOOD.count(old) >= 1
    path = tmp_path / "broken.yml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProfileBroken) as refused:
        read(path)
    return str(refused.value).replace(f"{tmp_path}/", "")


def line(piece: str) -> int:
    """The line of the good profile that holds a piece."""
    return GOOD[: GOOD.index(piece)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "where", "reason"),
    [
        ("tz: America/Phoenix", "tz: America/Tucson", "tz: ", "not an IANA zone"),
        ("tz: America/Phoenix", "tz: ../../etc/passwd", "tz: ", "not an IANA zone"),
        ('start: "08:00", end: "18:00"', 'start: 8:30, end: "18:00"', "hours.monday.0.start", "in quotes"),
        ('start: "08:00", end: "18:00"', 'start: "8h", end: "18:00"', "hours.monday.0.start", "in quotes"),
        ('start: "08:00", end: "18:00"', 'start: "25:00", end: "26:00"', "hours.monday.0.start", "hour"),
        (
            'start: "08:00", end: "18:00"',
            'start: "18:00", end: "08:00"',
            "hours.monday.0",
            "before they start",
        ),
        (
            'start: "08:00", end: "18:00"',
            'start: "08:10", end: "18:00"',
            "hours.monday.0",
            "quarter of an hour",
        ),
        ("closures: [2026-12-25", "closures: [2026-02-30", "closures.0", "date"),
        ("horizon_days: 28", "horizon_days: 0", "horizon_days", "greater than or equal to 1"),
        ("min_notice_hours: 4", "min_notice_hours: -1", "min_notice_hours", "greater than or equal to 0"),
        ("hold_minutes: 10", "hold_minutes: ten", "hold_minutes", "integer"),
        ("hold_minutes: 10", "hold_minute: 10", "hold_minute", "not permitted"),
        ("minutes: 45", "minutes: 50", "services.1.minutes", "multiple of 15"),
        ("route: therapy\n", "route: massage\n", "services.0.route", "therapy"),
        ("states: [AZ]", "states: [Arizona]", "states.0", "pattern"),
        (
            "closures: [2026-12-25",
            "closures: [{from: 2026-07-05, to: 2026-07-01}",
            "closures.0",
            "before it begins",
        ),
        ("closures: [2026-12-25", "closures: [{from: 2026-07-05}", "closures.0.to", "required"),
        ("closures: [2026-12-25", "closures: [{from: 2026-07-05, until: 2026-07-06}", "closures.0", ""),
        (
            "closures: [2026-12-25",
            "holidays: [easter]\nclosures: [2026-12-25",
            "holidays",
            "unknown holiday 'easter'",
        ),
        (
            "closures: [2026-12-25",
            "mail: {reminder_hours: 0}\nclosures: [2026-12-25",
            "mail.reminder_hours",
            "greater",
        ),
        ("closures: [2026-12-25", "mail: {remind: 5}\nclosures: [2026-12-25", "mail.remind", "Extra"),
        ("states: [AZ]", "states: []", "states", "at least 1"),
        ("id: mara_ellison", "id: mara~ellison", "practitioners.0.id", "pattern"),
        ("modalities: [in_person, video]", "modalities: [fax]", "practitioners.0.modalities.0", "in_person"),
        ("languages: [en, es]", "languages: [en, fr]", "practitioners.1.languages.1", "'en' or 'es'"),
        (
            "ages: [child_6_12, teen_13_17, adult_18_64]",
            "ages: [kids]",
            "practitioners.2.ages",
            "unknown age group",
        ),
        ("services: [therapy]", "services: [yoga]", "practitioners.1", "unknown services: yoga"),
        ("prescribes: true", "prescribes: false", "practitioners.0", "does not prescribe"),
        ("id: priya_raman", "id: joel_marquez", "practitioners.2", "used twice"),
    ],
)
def test_a_broken_profile_is_refused_with_file_line_and_reason(tmp_path, old, new, where, reason):
    said = broken(tmp_path, old, new)
    file, number, rest = said.split(":", 2)
    assert file == "broken.yml"
    assert abs(int(number) - line(old)) <= 8
    assert rest.strip().startswith(where)
    assert reason in rest


@pytest.mark.parametrize(
    ("old", "new", "piece"),
    [
        ("tz: America/Phoenix", "tz: Mars", "tz: America/Phoenix"),
        ("minutes: 45", "minutes: 50", "minutes: 45"),
        ("prescribes: true", "prescribes: false", "- id: mara_ellison"),
        ("  friday: [{", "  monday: [{", "  friday: [{"),
    ],
)
def test_the_line_named_is_the_line_to_look_at(tmp_path, old, new, piece):
    assert broken(tmp_path, old, new).startswith(f"broken.yml:{line(piece)}:")


def test_a_licence_outside_the_practice_is_refused_at_its_practitioner(tmp_path):
    good = "    prescribes: true\n    states: [AZ]"
    said = broken(tmp_path, good, good.replace("AZ", "NV"))
    assert said.startswith(f"broken.yml:{line('- id: mara_ellison')}: practitioners.0: ")
    assert "licensed where the practice is not: NV" in said


def test_stretches_of_a_day_out_of_order_are_refused_at_the_second(tmp_path):
    good = '[{start: "09:00", end: "12:00"}, {start: "13:00", end: "17:00"}]'
    said = broken(tmp_path, good, '[{start: "09:00", end: "12:00"}, {start: "11:00", end: "17:00"}]')
    assert said.startswith(f"broken.yml:{line(good)}: practitioners.0.hours.monday.1: ")
    assert "in order and apart" in said


def test_a_key_that_stands_twice_is_refused_instead_of_losing_the_first(tmp_path):
    assert "'phone' stands twice" in broken(tmp_path, "phone: ", 'phone: "x"\nphone: ')


def test_broken_yaml_is_refused_near_its_place(tmp_path):
    said = broken(tmp_path, "tz: America/Phoenix", "tz: [")
    assert int(said.split(":")[1]) in range(line("tz: "), line("tz: ") + 4)
    assert "not valid YAML" in said


@pytest.mark.parametrize("text", ["", "[]", "just words", "id: x"])
def test_a_file_that_is_no_profile_is_refused(tmp_path, text):
    path = tmp_path / "empty.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileBroken, match=r"empty\.yml:1: "):
        read(path)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "bytes.yml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProfileBroken, match="not UTF-8"):
        read(path)


@pytest.mark.parametrize("name", ["nowhere", "../secrets", "/nowhere/at_all.yml"])
def test_a_profile_that_is_not_there_is_refused(name):
    with pytest.raises(ProfileBroken, match="there is no such profile"):
        load(name)


def test_the_office_opens_at_the_next_working_hour_of_its_own_zone():
    profile = load("tucson_integrative")
    # Friday 6 March 2026 16:00 in Tucson: just closed; Monday 8:00 is next.
    closed = datetime(2026, 3, 6, 23, 0, tzinfo=UTC)
    assert not profile.is_open(closed)
    assert profile.opens_at(closed) == datetime(2026, 3, 9, 15, 0, tzinfo=UTC)
    assert profile.is_open(datetime(2026, 3, 6, 22, 59, tzinfo=UTC))


def test_a_closure_is_not_an_open_day():
    profile = load("tucson_integrative")
    christmas = datetime(2026, 12, 25, 17, 0, tzinfo=UTC)
    assert not profile.is_open(christmas)
    assert profile.opens_at(christmas) == datetime(2026, 12, 28, 15, 0, tzinfo=UTC)


def test_an_office_without_hours_never_opens(tmp_path):
    start, end = GOOD.index("hours:\n"), GOOD.index("closures:")
    path = tmp_path / "never.yml"
    path.write_text(GOOD[:start] + "hours: {}\n" + GOOD[end:], encoding="utf-8")
    assert read(path).opens_at(datetime(2026, 3, 2, tzinfo=UTC)) is None


def test_closures_are_days_and_stretches_and_holidays_come_by_name(tmp_path):
    text = GOOD.replace(
        "closures: [2026-12-25, 2027-01-01]",
        "closures: [2026-12-28, {from: 2026-07-06, to: 2026-07-08}]\nholidays: [independence_day, thanksgiving]",
    )
    path = tmp_path / "practice.yml"
    path.write_text(text, encoding="utf-8")
    profile = read(path)
    closed = [date(2026, 12, 28), date(2026, 7, 3), date(2026, 7, 4), date(2026, 7, 8), date(2027, 11, 25)]
    opened = [date(2026, 12, 25), date(2026, 7, 9), date(2026, 7, 2), date(2027, 11, 26)]
    assert [day for day in closed if not profile.is_closed_on(day)] == []
    assert [day for day in opened if profile.is_closed_on(day)] == []
    assert not profile.is_open(datetime(2026, 7, 6, 18, tzinfo=UTC))
    # Friday 3 July is kept for the fourth, then three closed days: Thursday at 8.
    assert profile.opens_at(datetime(2026, 7, 3, 2, tzinfo=UTC)) == datetime(2026, 7, 9, 15, tzinfo=UTC)
