import numpy as np
import pytest

from thalweg.studies.memorisation.consistency import consistency
from thalweg.studies.tallies import Counts, Tallies


def of_share(share, right_out, times_out):
    counts = Counts(np.array([5, 5]), np.array([5, 5]), np.array(times_out), np.array(right_out))
    return Tallies(share, np.arange(10), 0, counts, counts, np.zeros((2, 2)), np.zeros((2, 2), int), None, {})


def test_it_is_the_plain_mean_over_shares():
    found = consistency([of_share(0.3, [7, 0], [7, 7]), of_share(0.7, [2, 1], [3, 3])])
    assert found.shares == (0.3, 0.7)
    np.testing.assert_allclose(found.scores, [(1 + 2 / 3) / 2, (0 + 1 / 3) / 2])
    np.testing.assert_allclose(found.accuracy_out, [0.5, 0.5])


def test_its_error_holds_the_truth_as_often_as_it_says():
    generator = np.random.default_rng(0)
    chances = np.array([0.6, 0.9])
    missed = 0
    for _ in range(1000):
        tallies = [
            of_share(share, generator.binomial(20, chance, 2), [20, 20])
            for share, chance in zip((0.3, 0.7), chances, strict=True)
        ]
        found = consistency(tallies)
        missed += (np.abs(found.scores - chances.mean()) > 1.96 * found.standard_error).sum()
    assert missed / 2000 == pytest.approx(0.05, abs=0.025)
