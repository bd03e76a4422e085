"""Balanced multinomial logistic regression over a sparse and a dense half, kept apart because that is fast.

The same loss as scikit-learn's LogisticRegression(C, class_weight="balanced"); stacked into one sparse matrix,
the 384 dense columns made it five times slower.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Sparse = Any  # scipy.sparse.csr_matrix: scipy is not typed

MAX_STEPS = 200
CLOSE_ENOUGH = 1e-4  # relative fall of the loss at which a further step changes no label


@dataclass(frozen=True)
class Features:
    """Rows of n-gram weights (sparse) beside rows of sentence vectors (dense)."""

    spelled: Sparse
    meant: Floats

    def rows(self, places: npt.NDArray[np.int64]) -> Features:
        """The rows at `places`."""
        return Features(self.spelled[places], self.meant[places])


@dataclass(frozen=True)
class Regression:
    """Labels, weights (labels, n-grams + dimensions) and intercepts."""

    labels: tuple[str, ...]
    weights: Floats
    intercept: Floats

    def scores(self, features: Features) -> Floats:
        """Log-odds of shape (rows, labels)."""
        spelled = features.spelled.shape[1]
        scores = features.spelled @ self.weights[:, :spelled].T + features.meant @ self.weights[:, spelled:].T
        return np.asarray(scores + self.intercept)


def fit(features: Features, intents: Sequence[str], strength: float) -> Regression:
    """The regression for `intents`, one per row; `strength` is C. The same data give the same weights."""
    from scipy.optimize import minimize

    labels = tuple(sorted(set(intents)))
    places = {label: place for place, label in enumerate(labels)}
    truth = np.array([places[intent] for intent in intents])
    width = features.spelled.shape[1] + features.meant.shape[1]
    found = minimize(
        _Loss(features, truth, len(labels), strength),
        np.zeros(len(labels) * (width + 1)),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": MAX_STEPS, "ftol": CLOSE_ENOUGH, "gtol": 0.0},
    )
    table = found.x.reshape(len(labels), width + 1)
    return Regression(labels, table[:, :-1].copy(), table[:, -1].copy())


class _Loss:
    """Weighted negative log-likelihood plus the ridge, and its gradient, as L-BFGS wants them."""

    def __init__(self, features: Features, truth: npt.NDArray[np.int64], labels: int, strength: float) -> None:
        self._features = features
        self._transposed = features.spelled.T.tocsr()
        self._truth = truth
        counts = np.bincount(truth, minlength=labels)
        self._row_weights = strength * len(truth) / (labels * counts[truth])
        self._labels = labels

    def __call__(self, flat: Floats) -> tuple[float, Floats]:
        table = flat.reshape(self._labels, -1)
        weights, intercept = table[:, :-1], table[:, -1]
        scores = Regression((), weights, intercept).scores(self._features)
        shares = softmax(scores)
        rows = np.arange(len(self._truth))
        losses = -np.log(shares[rows, self._truth] + 1e-300)
        loss = float(self._row_weights @ losses + 0.5 * np.sum(weights * weights))
        shares[rows, self._truth] -= 1
        return loss, self._gradient(shares * self._row_weights[:, None], weights).ravel()

    def _gradient(self, errors: Floats, weights: Floats) -> Floats:
        spelled = (self._transposed @ errors).T
        meant = errors.T @ self._features.meant
        return np.hstack([np.hstack([spelled, meant]) + weights, errors.sum(axis=0)[:, None]])


def softmax(scores: Floats) -> Floats:
    """Rows of confidences that sum to 1."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
