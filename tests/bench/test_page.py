"""The page of a run, and the command line that writes it."""

import pytest

from bench import __main__ as command
from bench import page, plan
from bench.figures import Figure, Report


async def one(say):
    return Report([Figure("a turn", 1.0, "ms", bound=2)], ["ten turns"])


async def broken(say):
    raise OSError("no such port")


def test_a_run_replaces_the_run_before_and_nothing_above_the_mark():
    report = Report([Figure("a turn", 5.0, "ms", 10.0, "stock", 0.6)], ["9 of 10 turns"])
    text = page.with_results(f"# Title\n\n{page.MARK}\nold figures\n", report, {"machine": "2 cores"})
    assert text.startswith(f"# Title\n\n{page.MARK}\n\n- machine: 2 cores\n")
    assert "| a turn | 5 ms | stock 10 ms | 0.500 | 0.6 | yes |" in text
    assert text.endswith("\n- 9 of 10 turns\n")
    assert "old figures" not in text


def test_a_page_without_the_mark_is_left_alone():
    with pytest.raises(ValueError, match="lost its line"):
        page.with_results("# Title\n", Report(), {})


def test_the_page_of_the_repository_has_the_mark():
    assert page.MARK in page.PAGE.read_text("utf-8")


async def test_what_cannot_be_measured_is_named_and_the_rest_goes_on(monkeypatch):
    monkeypatch.setattr(plan, "MEASUREMENTS", {"start": broken, "turns": one})
    report = await command.measure(("start", "turns"))
    assert [figure.name for figure in report.figures] == ["a turn"]
    assert report.notes == ["start could not be measured: OSError: no such port", "ten turns"]
    assert not report.all_held


def test_writing_is_refused_for_a_part_and_for_a_reduced_run(monkeypatch, capsys):
    monkeypatch.setattr(plan, "MEASUREMENTS", {"turns": one})
    with pytest.raises(SystemExit):
        command.main(["turns", "--write"])
    monkeypatch.setenv(command.EPOCHS_OVERRIDE, "1")
    with pytest.raises(SystemExit):
        command.main(["all", "--write"])
    assert capsys.readouterr().err.count("nothing reduced") == 2


def test_all_measures_what_the_parts_do_with_the_stock_as_reference():
    assert set(plan.ALL) | {"turns", "start", "train", "memory"} == set(plan.MEASUREMENTS)
