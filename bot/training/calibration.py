"""How far a head may be trusted: temperature, threshold and measure, all from sentences it did not see."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from bot.training.regression import softmax

# An intent is acted on from the confidence at which this share of unseen sentences was right. The sentences of
# data/nlu are chosen to be unlike each other, so this is a floor: on usual wording far more are right.
RIGHT_AMONG_TAKEN = 0.8


def calibrate(scores: npt.NDArray[np.float64], truth: npt.NDArray[np.int64]) -> float:
    """The temperature at which unseen sentences' confidences are most likely to be the truth."""
    temperatures = np.linspace(0.3, 2.5, 111)
    rows = np.arange(len(truth))
    losses = [-np.log(softmax(scores / t)[rows, truth] + 1e-12).mean() for t in temperatures]
    return float(temperatures[int(np.argmin(losses))])


def choose_threshold(confidences: npt.NDArray[np.float64], truth: npt.NDArray[np.int64]) -> float:
    """The lowest confidence at which RIGHT_AMONG_TAKEN of the sentences taken are right."""
    best = confidences.max(axis=1)
    right = confidences.argmax(axis=1) == truth
    for threshold in np.arange(0.05, 0.95, 0.01):
        taken = best >= threshold
        if taken.any() and right[taken].mean() >= RIGHT_AMONG_TAKEN:
            return float(round(threshold, 2))
    return 0.5


def measure_of(
    confidences: npt.NDArray[np.float64],
    truth: npt.NDArray[np.int64],
    langs: npt.NDArray[Any],
    threshold: float,
) -> dict[str, Any]:
    """What the cross-validation says, in all and per language."""
    right = confidences.argmax(axis=1) == truth
    taken = confidences.max(axis=1) >= threshold
    measure: dict[str, Any] = {"threshold": threshold}
    for name, chosen in (("all", langs != ""), *((lang, langs == lang) for lang in sorted(set(langs)))):
        measure[name] = {
            "sentences": int(chosen.sum()),
            "right": _share(right[chosen]),
            "taken": _share(taken[chosen]),
            "right_among_taken": _share(right[chosen & taken]),
        }
    return measure


def describe(measure: dict[str, Any]) -> str:
    """One line for people: how many unseen sentences are right, per language, and the threshold."""
    parts = [f"{lang} {measure[lang]['right']:.2f}" for lang in ("en", "es") if lang in measure]
    return f"right on unseen sentences: {', '.join(parts)}; threshold {measure['threshold']:.2f}"


def _share(values: npt.NDArray[Any]) -> float:
    return round(float(values.mean()), 4) if len(values) else 0.0
