"""The times of components as Rasa's log tells them, and what is made of them."""

import asyncio
import sys
from pathlib import Path

import pytest

from bench import training
from bench.training import MeasurementFailed, OurTraining, StockTraining, component_seconds, stock_config

HOOK = "INFO     rasa.engine.training.hooks  -"
LOG = f"""2026-11-22 16:34:10 INFO     rasa.cli.train  - Started validating domain and training data...
2026-11-22 16:34:38 {HOOK} Starting to train component 'DIETClassifier'.
Epochs: 100%|██████████| 1/1 [00:16<00:00, 16.92s/it, t_loss=5.56, i_acc=0.251]
2026-11-22 16:34:58 {HOOK} Finished training component 'DIETClassifier'.
2026-11-22 23:59:50 {HOOK} Starting to train component 'TEDPolicy'.
2026-11-23 00:01:05 {HOOK} Finished training component 'TEDPolicy'.""".splitlines()


def test_each_component_has_its_seconds_past_midnight_too():
    assert component_seconds(LOG) == {"DIETClassifier": 20.0, "TEDPolicy": 75.0}


def test_colours_in_the_log_hide_nothing():
    coloured = [
        line.replace("2026-11-22", "\x1b[32m2026-11-22").replace("INFO", "\x1b[1;30mINFO\x1b[0m") for line in LOG
    ]
    assert component_seconds(coloured)["DIETClassifier"] == 20.0


def test_a_component_that_trains_twice_is_summed():
    again = [line.replace("16:34", "16:44") for line in LOG[1:4]]
    assert component_seconds([*LOG, *again])["DIETClassifier"] == 40.0


def test_a_component_that_did_not_finish_or_came_from_a_cache_has_no_time():
    restored = f"2026-11-22 16:35:00 {HOOK} Restored component 'RegexFeaturizer' from cache."
    assert component_seconds([LOG[1], restored]) == {}


def test_ours_stands_beside_the_whole_of_stock_and_its_large_components_apart():
    stock = StockTraining(300.0, {"DIETClassifier": 200.0, "TEDPolicy": 60.0, "RulePolicy": 0.0}, Path())
    found = {figure.name: figure for figure in training.figures(OurTraining(6.0, 30.0), stock)}
    assert found["training, dialogue"].ratio == pytest.approx(0.1)
    assert found["training, language heads and dialogue"].ratio == pytest.approx(0.12)
    assert [name for name in found if "alone" in name] == [
        "stock training, DIETClassifier alone",
        "stock training, TEDPolicy alone",
    ]


def test_the_stock_configuration_is_trained_as_it_stands(tmp_path, monkeypatch):
    monkeypatch.delenv(training.EPOCHS_OVERRIDE, raising=False)
    assert stock_config(tmp_path) == training.STOCK_CONFIG


def test_a_try_of_the_code_trains_fewer_epochs_in_a_copy(tmp_path, monkeypatch):
    monkeypatch.setenv(training.EPOCHS_OVERRIDE, "2")
    text = stock_config(tmp_path).read_text("utf-8")
    assert text.count("epochs: 2\n") == 4
    assert "epochs: 100" not in text


async def said(command, folder):
    return [line async for line in training._lines((sys.executable, "-c", command), folder, lambda line: None)]


async def test_the_output_of_a_training_comes_line_by_line_bars_without_an_end_too(tmp_path):
    bars = (
        "print('begin'); print('\\r'.join(f'Epochs: {n}%' for n in range(20000)), end=''); print(); print('end')"
    )
    lines = await said(bars, tmp_path)
    assert (lines[0], lines[-1], len(lines)) == ("begin", "end", 20002)


async def test_a_training_that_fails_says_so_with_its_last_lines(tmp_path):
    with pytest.raises(MeasurementFailed, match="no such file"):
        await said("print('no such file'); raise SystemExit(3)", tmp_path)


async def test_a_training_that_never_ends_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(training, "TRAINING_SECONDS", 0.5)
    with pytest.raises(MeasurementFailed, match="longer than"):
        await asyncio.wait_for(said("import time; print('begin', flush=True); time.sleep(60)", tmp_path), 20)
