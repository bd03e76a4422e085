"""Figures: ratio, verdict, quantiles and the two ways to show them."""

import json

import pytest

from bench.figures import Figure, Report, as_json, as_markdown, median, quantile


@pytest.mark.parametrize(("value", "held"), [(3.9, True), (4.0, True), (4.1, False)])
def test_the_bound_is_on_the_ratio_where_there_is_a_reference(value, held):
    assert Figure("a turn", value, "ms", 10.0, "stock", 0.4).held is held


@pytest.mark.parametrize(("value", "held"), [(11.9, True), (12.0, True), (12.1, False)])
def test_the_bound_is_on_the_value_where_there_is_no_reference(value, held):
    assert Figure("screen", value, "ms", bound=12.0).held is held


def test_a_figure_without_a_bound_has_no_verdict_but_a_ratio():
    figure = Figure("start", 5.0, "s", 20.0, "stock")
    assert (figure.held, figure.ratio) == (None, 0.25)


def test_none_lost_holds_a_bound_of_zero_and_one_lost_does_not():
    assert Figure("lost", 0, "lines", bound=0).held is True
    assert Figure("lost", 1, "lines", bound=0).held is False


def test_the_median_is_the_middle_of_the_sorted_values():
    assert median([9.0, 1.0, 5.0]) == 5.0


def test_the_95th_of_one_hundred_values_is_the_95th_smallest():
    assert quantile([float(value) for value in range(100, 0, -1)], 0.95) == 95.0


def test_one_value_is_every_quantile_of_itself():
    assert [quantile([7.0], share) for share in (0.0, 0.5, 1.0)] == [7.0, 7.0, 7.0]


def test_a_report_holds_until_a_bound_breaks_or_something_could_not_be_measured():
    good, bad = Figure("a", 1.0, "s", bound=2), Figure("b", 3.0, "s", bound=2)
    assert Report([good, Figure("c", 9.0, "s")]).all_held
    assert not Report([good, bad]).all_held
    assert not Report([good], failed=True).all_held


def test_json_carries_ratio_verdict_notes_and_the_machine():
    report = Report([Figure("a turn", 5.0, "ms", 10.0, "stock", 0.4)], ["Left out: turn 4"])
    read = json.loads(as_json(report, {"machine": "2 cores"}))
    assert read["about"] == {"machine": "2 cores"}
    assert read["notes"] == ["Left out: turn 4"]
    assert (read["figures"][0]["ratio"], read["figures"][0]["held"]) == (0.5, False)


def test_the_table_names_the_reference_and_marks_what_is_beyond_its_bound():
    table = as_markdown([Figure("a turn", 5.0, "ms", 10.0, "stock", 0.4), Figure("lost", 0, "lines", bound=0)])
    assert table.splitlines()[2:] == [
        "| a turn | 5 ms | stock 10 ms | 0.500 | 0.4 | **no** |",
        "| lost | 0 lines |  |  | 0 | yes |",
    ]
