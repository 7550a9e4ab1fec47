"""What examples and classes count for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.preprocessing import StandardScaler
from sklearn.utils.class_weight import compute_class_weight

from tests.estimators.conftest import fitted
from thalweg.errors import EstimatorError
from thalweg.estimators.examples import class_weights, scaling_of

GENERATOR = np.random.default_rng(0)


@pytest.fixture(scope="module")
def noise():
    """Sixty rows that tell nothing, in two classes of 45 and 15."""
    return GENERATOR.normal(size=(60, 3)), np.repeat([0, 1], [45, 15])


def test_an_example_of_weight_two_is_two_examples(noise):
    X, y = noise
    weights = GENERATOR.integers(0, 4, len(y))
    once = fitted(X, y, weights, batch_size=1000)
    twice = fitted(X.repeat(weights, axis=0), y.repeat(weights), batch_size=1000)
    different = fitted(X, y, batch_size=1000)
    # alpha is divided by the number of examples in the batch, or by the sum of their weights
    np.testing.assert_allclose(once.predict_proba(X), twice.predict_proba(X), atol=1e-4)
    assert np.abs(once.predict_proba(X) - different.predict_proba(X)).max() > 0.01


def test_weight_zero_is_left_out(noise):
    X, y = noise
    weights = np.where(X[:, 0] > 0, 1.0, 0.0)
    left = fitted(X[weights > 0], y[weights > 0])
    np.testing.assert_allclose(fitted(X, y, weights).predict_proba(X), left.predict_proba(X), atol=1e-6)


def test_balanced_classes_are_named_alike_where_nothing_tells_them_apart(noise):
    X, y = noise
    plain, balanced = (
        fitted(X, y, class_weight=of).predict_proba(X)[:, 1].mean() for of in (None, "balanced")
    )
    assert plain < 0.4
    assert balanced == pytest.approx(0.5, abs=0.08)
    heavy = fitted(X, y, class_weight={1: 100.0})
    assert (heavy.predict(X) == 1).mean() > 0.9


def test_class_weights_are_scikit_learns():
    labels = np.array([0, 0, 0, 1, 1, 2])
    expected = compute_class_weight("balanced", classes=np.arange(3), y=labels)
    np.testing.assert_allclose(class_weights("balanced", np.arange(3), labels, None), expected)
    given = class_weights({"b": 4}, np.array(["a", "b", "c"]), labels, None)
    assert given.tolist() == [1, 4, 1]
    assert class_weights(None, np.arange(3), labels, None) is None


def test_the_scaling_is_weighted():
    rows = np.column_stack([GENERATOR.normal(size=(9, 2)), np.full(9, 0.1)])
    weights = GENERATOR.integers(1, 5, 9).astype(float)
    found = scaling_of(rows, weights)
    expected = StandardScaler().fit(rows, sample_weight=weights)
    np.testing.assert_allclose(found.offset, expected.mean_)
    np.testing.assert_allclose(found.divisor, expected.scale_)
    assert found.divisor[2] == 1, "a constant is only centred"


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        (np.ones(3), r"shape \(3,\): expected \(60,\)"),
        (np.ones((60, 2)), r"shape \(60, 2\)"),
        (np.full(60, -1.0), "has -1.0 at 0"),
        (np.full(60, np.nan), "has nan at 0"),
        (np.zeros(60), "every sample_weight is zero"),
        (["heavy"] * 60, "expected one number for each example"),
    ],
)
def test_weights_that_are_none_are_refused(weights, says, noise):
    with pytest.raises(EstimatorError, match=says):
        fitted(*noise, weights)


@pytest.mark.parametrize(
    ("class_weight", "says"),
    [
        ("even", "class_weight='even'"),
        ({2: 1.0}, "names 2, which is no class of y"),
        ({0: -1.0}, r"class_weight\[0\]=-1.0"),
        ({0: "much"}, r"class_weight\[0\]='much'"),
    ],
)
def test_class_weights_that_are_none_are_refused(class_weight, says, noise):
    with pytest.raises(EstimatorError, match=says):
        fitted(*noise, class_weight=class_weight)


def test_what_cannot_be_learned_from_is_a_value_error(noise):
    X, y = noise
    for rows, labels, says in (
        (X, np.zeros(60), "y has 1 class, '0.0'"),
        (X * 1e200, y, "float32|single precision"),
        (X, np.arange(60) / 7, "continuous"),
        (np.where(X > 1, np.nan, X), y, "NaN"),
        (sparse.csr_array(X[:5]), y, "inconsistent numbers of samples"),
    ):
        with pytest.raises(ValueError, match=says):
            fitted(rows, labels)
    lonely = np.where(np.arange(60) == 0, 2, y)
    with pytest.raises(EstimatorError, match=r"only 1 example[^$]*hint: give at least two"):
        fitted(X, lonely, early_stopping=True)
