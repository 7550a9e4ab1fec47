"""What cannot be asked for is refused by name, with what to do, as a `ValueError`."""

from __future__ import annotations

import numpy as np
import pytest

import thalweg as tw
from tests.estimators.conftest import small
from thalweg.errors import EstimatorError, ThalwegError
from thalweg.estimators.settings import seed_of, settings_of


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("members", 0),
        ("members", True),
        ("members", 2.5),
        ("hidden_layer_sizes", (3, 0)),
        ("hidden_layer_sizes", "16"),
        ("hidden_layer_sizes", None),
        ("activation", "identity"),
        ("activation", None),
        ("alpha", -1.0),
        ("alpha", float("nan")),
        ("alpha", "much"),
        ("alpha", float("inf")),
        ("batch_size", "all"),
        ("batch_size", 0),
        ("learning_rate_init", 0.0),
        ("max_iter", 0),
        ("tol", -1e-4),
        ("n_iter_no_change", 0),
        ("validation_fraction", 1.0),
        ("test_fraction", -0.1),
        ("early_stopping", "yes"),
        ("scale_inputs", None),
        ("engine", "cuda"),
        ("random_state", -1),
        ("random_state", "luck"),
    ],
)
def test_what_cannot_be_is_refused_by_name(name, value, flowers):
    with pytest.raises(EstimatorError) as caught:
        small(**{name: value}).fit(*flowers)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, ThalwegError)
    assert str(caught.value).startswith(f"{name}={value!r}: expected ")
    assert caught.value.hint


def test_shares_that_leave_nothing_are_refused(flowers):
    with pytest.raises(EstimatorError, match="nothing is left to learn from"):
        small(early_stopping=True, validation_fraction=0.5, test_fraction=0.5).fit(*flowers)
    assert (
        settings_of(small(validation_fraction=0.5, test_fraction=0.5).get_params()).validation_fraction == 0
    )
    with pytest.raises(EstimatorError, match="to stop early by"):
        small(early_stopping=True, validation_fraction=0.0).fit(*flowers)


def test_a_near_miss_is_named(flowers):
    with pytest.raises(EstimatorError, match=r"Did you mean 'logistic'\?"):
        small(activation="logistics").fit(*flowers)


def test_widths_may_be_a_number_or_an_array():
    for given, widths in ((7, (7,)), (np.array([3, 4]), (3, 4)), ((), ())):
        assert settings_of(small(hidden_layer_sizes=given).get_params()).hidden == widths


def test_a_whole_number_is_the_seed_and_a_generator_gives_one():
    assert seed_of(7) == seed_of(np.int64(7)) == 7
    assert seed_of(np.random.RandomState(1)) == seed_of(np.random.RandomState(1))
    assert seed_of(None) != seed_of(None)


def test_defaults_are_a_recipe():
    recipe = settings_of(tw.PopulationClassifier().get_params()).recipe(1000, 1.0)
    assert recipe.network.hidden == (100,)
    assert recipe.order == "own"
