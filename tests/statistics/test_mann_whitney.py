"""Against the equation that Newcombe solves, and what his method promises."""

from math import sqrt

import numpy as np
import pytest
from scipy.stats import norm

from thalweg.errors import EvaluationError
from thalweg.statistics.mann_whitney import modelled_variance, newcombe


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.95, 1.0])
def test_the_ends_are_the_truths_that_are_just_so_many_standard_errors_away(share):
    for end in newcombe(share, 20, 100, level=0.9):
        if end not in (0.0, 1.0):
            away = abs(share - end) / sqrt(modelled_variance(end, 20, 100))
            assert away == pytest.approx(norm.ppf(0.95), rel=1e-6)


def test_a_perfect_record_is_not_certainty_and_mirrors():
    low, high = newcombe(1.0, 20, 100)
    assert high == 1.0
    assert 0.9 < low < 0.99
    assert newcombe(0.0, 20, 100) == pytest.approx((0.0, 1 - low))


def test_the_variance_at_one_half_is_mann_and_whitneys():
    # without ties it is (n + m + 1) / 12 n m when both samples come from one distribution
    assert modelled_variance(0.5, 30, 70) == pytest.approx(101 / (12 * 30 * 70))


def test_it_covers_for_few_pairs():
    generator = np.random.default_rng(0)
    inliers, outliers = (
        generator.normal(size=(500, 100)),
        generator.normal(sqrt(2) * norm.ppf(0.9), size=(500, 20)),
    )
    shares = (inliers[:, :, None] < outliers[:, None, :]).mean(axis=(1, 2))
    ends = [newcombe(share, 20, 100) for share in shares]
    assert 0.93 <= np.mean([low <= 0.9 <= high for low, high in ends]) <= 0.99


@pytest.mark.parametrize(("share", "first", "second"), [(1.1, 5, 5), (-0.1, 5, 5), (0.5, 0, 5)])
def test_what_cannot_be_is_named(share, first, second):
    with pytest.raises(EvaluationError, match=f"A share of {share} of {first} x {second} pairs") as caught:
        newcombe(share, first, second)
    assert caught.value.hint
