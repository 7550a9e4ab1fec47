"""Chao's estimate beside published values and beside kinds of which it is known how many there are."""

import numpy as np
import pytest

from thalweg.errors import EvaluationError
from thalweg.statistics.richness import chao1


@pytest.mark.parametrize(
    ("counts", "value", "interval"),
    [
        # EstimateS, as scikit-bio's tests have it (skbio/diversity/alpha/tests/test_chao1.py)
        ([0, 1, 1, 4, 2, 5, 2, 4, 1, 2], 9.75, (9.07, 17.45)),
        ([0, 2, 2, 4, 5, 0, 0, 0, 0, 0], 4.0, (4.0, 4.95)),
    ],
)
def test_published_values(counts, value, interval):
    found = chao1(np.array(counts))
    assert found.value == pytest.approx(value)
    assert (found.low, found.high) == pytest.approx(interval, abs=5e-3)


def test_by_hand():
    # four kinds met once and one twice: 5 + 4 * 3 / (2 * 2)
    assert chao1(np.array([1, 1, 1, 1, 2])).value == 8.0


def test_the_interval_holds_the_truth_of_even_kinds():
    generator, held = np.random.default_rng(0), 0
    for _ in range(300):
        found = chao1(np.bincount(generator.integers(0, 100, 150), minlength=100))
        held += found.low <= 100 <= found.high
    assert 0.9 <= held / 300 <= 0.99


def test_all_different_says_that_there_are_many_more():
    found = chao1(np.ones(50, int))
    assert found.value == 50 + 50 * 49 / 2
    assert found.low > 50


@pytest.mark.parametrize("counts", [[], [0, 0], [3, -1]])
def test_nothing_met_is_refused(counts):
    with pytest.raises(EvaluationError, match="counts="):
        chao1(np.array(counts))
