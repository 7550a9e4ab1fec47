"""Columns in another order are found; poor but honest answers are left alone."""

import numpy as np
import pytest

from thalweg.statistics.likely_order import likely_order

GENERATOR = np.random.default_rng(5)
SIZES = [(2, 30), (2, 300), (3, 60), (5, 100), (10, 60), (10, 400), (40, 400)]


def balanced(classes, examples):
    return GENERATOR.permutation(np.arange(examples) % classes)


def skewed(classes, examples):
    return GENERATOR.choice(classes, examples, p=GENERATOR.dirichlet(np.full(classes, 0.5)))


def partly_right(labels, classes, share):
    guessed = GENERATOR.integers(0, classes, len(labels))
    return np.where(GENERATOR.random(len(labels)) < share, labels, guessed)


HONEST = {
    "guessing": lambda labels, classes: GENERATOR.integers(0, classes, len(labels)),
    "one class for all": lambda labels, classes: np.full(len(labels), GENERATOR.integers(classes)),
    "two classes for all": lambda labels, classes: GENERATOR.choice(
        GENERATOR.choice(classes, 2), len(labels)
    ),
    "hardly better": lambda labels, classes: partly_right(labels, classes, 0.15),
    "neighbours confused": lambda labels, classes: np.where(
        GENERATOR.random(len(labels)) < 0.5, labels, (labels ^ 1) % classes
    ),
    "one class taken for the next": lambda labels, classes: np.where(labels == 0, 1, labels),
    "good": lambda labels, classes: partly_right(labels, classes, 0.9),
}


@pytest.mark.parametrize("honest", HONEST.values(), ids=HONEST)
@pytest.mark.parametrize("draw", [balanced, skewed])
def test_honest_answers_are_left_alone(honest, draw):
    for classes, examples in SIZES:
        for _ in range(15):
            labels = draw(classes, examples)
            assert likely_order(labels, honest(labels, classes), classes) is None


@pytest.mark.parametrize(("classes", "examples"), SIZES)
@pytest.mark.parametrize("share", [0.9, 1.0])
def test_a_permutation_is_found_and_named(classes, examples, share):
    labels = balanced(classes, examples)
    order = np.roll(GENERATOR.permutation(classes), 1)
    order = order if (order != np.arange(classes)).any() else order[::-1]
    place = np.argsort(order)  # of each class the column that it is in
    found = likely_order(labels, place[partly_right(labels, classes, share)], classes)
    assert found is not None
    if examples >= 20 * classes:
        np.testing.assert_array_equal(found.classes, order)
    assert found.matched > found.given + 0.2 * (order != np.arange(classes)).mean()


def test_two_of_many_columns_that_trade_places_are_found():
    labels = balanced(20, 1_000)
    swapped = np.where(labels == 3, 4, np.where(labels == 4, 3, labels))
    found = likely_order(labels, swapped, 20)
    assert found is not None
    assert np.flatnonzero(found.classes != np.arange(20)).tolist() == [3, 4]
