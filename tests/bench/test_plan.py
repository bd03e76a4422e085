"""What `bench stock` makes of its parts; the parts themselves take minutes and are not run here."""

from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bench import plan
from bench.direct import Direct
from bench.starting import Start
from bench.training import MeasurementFailed, OurTraining, StockTraining

SAME = [(f"answer {number}",) for number in range(10)]


@asynccontextmanager
async def house(database_url=""):
    yield None


def giving(value):
    async def give(*given):
        return value

    return give


@pytest.fixture
def parts(monkeypatch):
    asked = {
        False: Direct(8.0, 700.0, [[20.0] * 10], SAME),
        True: Direct(40.0, 1200.0, [[100.0] * 10], [*SAME[:9], ("sorry?",)]),
    }

    async def measure(model, plain):
        if isinstance(asked[plain], Exception):
            raise asked[plain]
        return asked[plain]

    monkeypatch.setattr(plan.direct, "measure", measure)
    monkeypatch.setattr(plan.starting, "measure", giving(Start(2.0, 12.0)))
    monkeypatch.setattr(plan.product, "running_house", house)
    monkeypatch.setattr(plan.product, "single_turns", giving([[30.0] * 10]))
    monkeypatch.setattr(plan.product, "memory", lambda running: 840.0)
    monkeypatch.setattr(plan.training, "train_ours", giving(OurTraining(5.0, 25.0)))
    stock = StockTraining(500.0, {"DIETClassifier": 300.0}, Path("stock"))
    monkeypatch.setattr(plan.training, "train_stock", giving(stock))
    return asked


async def test_each_figure_of_stock_stands_beside_the_reference_it_is_bound_to(parts):
    report = await plan.stock(lambda line: None)
    assert {figure.name: (round(figure.ratio, 3), figure.bound) for figure in report.figures} == {
        "a visitor's turn, median": (0.3, 0.4),
        "a visitor's turn, p95": (0.3, 0.4),
        "`up` until the page answers": (0.05, None),
        "`up` until the bot answers": (0.3, 0.4),
        "memory of all processes": (0.7, 0.75),
        "training, dialogue": (0.05, 0.15),
        "training, language heads and dialogue": (0.06, 0.2),
        "stock training, DIETClassifier alone": (0.6, None),
    }
    assert report.all_held
    assert "9 of 10" in report.notes[0]


async def test_training_times_survive_a_stock_bot_that_cannot_be_asked(parts):
    parts[True] = MeasurementFailed("the bot answered 500")
    report = await plan.stock(lambda line: None)
    assert [figure.name for figure in report.figures][:1] == ["training, dialogue"]
    assert not report.all_held


async def test_nothing_answered_alike_is_a_failure_and_not_a_good_figure(parts):
    parts[True].replies = [("sorry?",)] * 10
    report = await plan.stock(lambda line: None)
    assert not report.all_held
    assert not any("turn" in figure.name for figure in report.figures)
