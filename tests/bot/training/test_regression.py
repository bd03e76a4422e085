"""The regression: the loss and answers of the textbook, the same every time."""

import numpy as np
import pytest
from scipy.optimize import check_grad
from scipy.sparse import csr_matrix

from bot.training.regression import Features, _Loss, fit, softmax


def example(rows=60, seed=3):
    random = np.random.default_rng(seed)
    spelled = random.random((rows, 8)) * (random.random((rows, 8)) > 0.5)
    meant = random.normal(size=(rows, 5))
    labels = np.where(meant[:, 0] + spelled[:, 0] > 0.5, "yes", np.where(meant[:, 1] > 0, "no", "maybe"))
    return Features(csr_matrix(spelled), meant), list(labels)


def test_it_finds_the_weights_scikit_learn_finds():
    from sklearn.linear_model import LogisticRegression

    features, labels = example()
    ours = fit(features, labels, 10.0)
    stacked = np.hstack([features.spelled.toarray(), features.meant])
    theirs = LogisticRegression(C=10.0, class_weight="balanced", tol=1e-8, max_iter=5000).fit(stacked, labels)
    assert list(ours.labels) == list(theirs.classes_)
    ours_sure = softmax(ours.scores(features))
    assert np.abs(ours_sure - theirs.predict_proba(stacked)).max() < 0.05
    assert (ours_sure.argmax(axis=1) == theirs.predict_proba(stacked).argmax(axis=1)).mean() > 0.98


def test_the_gradient_is_that_of_the_loss():
    features, labels = example(rows=20)
    truth = np.unique(labels, return_inverse=True)[1]
    loss = _Loss(features, truth, 3, 10.0)
    start = np.random.default_rng(0).normal(size=3 * 14) * 0.1
    error = check_grad(lambda x: loss(x)[0], lambda x: loss(x)[1], start)
    assert error < 1e-3 * np.linalg.norm(loss(start)[1])


def test_the_same_data_give_the_same_weights():
    features, labels = example()
    assert np.array_equal(fit(features, labels, 10.0).weights, fit(features, labels, 10.0).weights)


def test_a_rare_label_counts_as_much_as_a_common_one():
    meant = np.array([[1.0]] * 50 + [[1.0]])
    features = Features(csr_matrix((51, 1)), meant)
    shares = softmax(fit(features, ["common"] * 50 + ["rare"], 10.0).scores(features))
    assert shares[0] == pytest.approx([0.5, 0.5], abs=0.02)


def test_softmax_bears_large_scores():
    assert softmax(np.array([[1000.0, 0.0], [-1000.0, -1000.0]])) == pytest.approx(np.array([[1, 0], [0.5, 0.5]]))
