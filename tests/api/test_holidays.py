"""Federal holidays by rule, against the dates the Office of Personnel Management has published."""

from datetime import date, timedelta

import pytest

from api import holidays

PUBLISHED = {
    2025: "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25",
    2026: "01-01 01-19 02-16 05-25 06-19 07-04 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 06-19 07-04 09-06 10-11 11-11 11-25 12-25",
    2028: "01-01 01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-11 11-23 12-25",
    2030: "01-01 01-21 02-18 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25",
}


@pytest.mark.parametrize(("year", "days"), PUBLISHED.items())
def test_the_rules_give_the_published_days(year, days):
    assert [f"{rule(year):%m-%d}" for rule in holidays.RULES.values()] == days.split()


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("independence_day", date(2026, 7, 3)),
        ("independence_day", date(2027, 7, 5)),
        ("juneteenth", date(2027, 6, 18)),
        ("christmas_day", date(2027, 12, 24)),
        ("new_years_day", date(2027, 12, 31)),
        ("new_years_day", date(2028, 1, 1)),
        ("new_years_day", date(2023, 1, 2)),
    ],
)
def test_a_holiday_on_a_weekend_is_kept_on_the_next_weekday_too(name, day):
    assert holidays.is_holiday(day, [name])
    assert not holidays.is_holiday(day, [other for other in holidays.RULES if other != name])


def test_a_year_has_eleven_holidays_and_at_most_three_more_days_on_which_one_is_kept():
    for year in range(1990, 2100):
        days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
        assert 10 <= sum(holidays.is_holiday(day, holidays.RULES) for day in days) <= 15


def test_the_last_day_of_all_is_no_error():
    assert not holidays.is_holiday(date.max, holidays.RULES)
