"""Calibration: confidences that mean what they say, and a threshold with a stated measure."""

import numpy as np
import pytest

from bot.training import calibration


def test_calibration_softens_a_regression_that_is_too_sure():
    random = np.random.default_rng(1)
    truth = random.integers(0, 3, 400)
    scores = np.eye(3)[np.where(random.random(400) < 0.7, truth, (truth + 1) % 3)]
    modest, sure = calibration.calibrate(scores * 2, truth), calibration.calibrate(scores * 4, truth)
    assert sure > modest


def test_the_threshold_is_where_enough_of_what_is_taken_is_right():
    confidences = np.array([[0.9, 0.1]] * 8 + [[0.6, 0.4]] * 4)
    truth = np.array([0] * 8 + [1] * 4)
    assert calibration.choose_threshold(confidences, truth) == pytest.approx(0.605, abs=0.01)


def test_the_measure_counts_each_language_apart():
    confidences = np.array([[0.9, 0.1], [0.3, 0.7], [0.8, 0.2], [0.6, 0.4]])
    truth, langs = np.array([0, 1, 1, 0]), np.array(["en", "en", "es", "es"])
    measure = calibration.measure_of(confidences, truth, langs, 0.65)
    assert measure["en"] == {"sentences": 2, "right": 1.0, "taken": 1.0, "right_among_taken": 1.0}
    assert measure["es"] == {"sentences": 2, "right": 0.5, "taken": 0.5, "right_among_taken": 0.0}
    assert measure["all"]["right"] == 0.75
