from itertools import permutations

import numpy as np
import pytest

from thalweg.studies.starts.guessing import chance


def test_chance_is_the_mean_over_all_relabellings():
    generator = np.random.default_rng(0)
    predicted, labels = generator.integers(0, 4, (3, 50)), generator.integers(0, 4, 50)
    every = [(np.array(names)[predicted] == labels).mean() for names in permutations(range(4))]
    found = chance(predicted, labels, 4)
    assert found.value == pytest.approx(np.mean(every)) == 0.25
    np.testing.assert_allclose(found.interval, np.quantile(every, [0.025, 0.975]), atol=0.02)


def test_answers_that_follow_the_class_by_another_name_have_a_wide_range():
    labels = np.arange(100) % 5
    low, high = chance((labels + 1)[None] % 5, labels, 5).interval
    assert low == 0
    assert high >= 0.4


def test_answers_at_random_have_a_narrow_range():
    generator = np.random.default_rng(1)
    low, high = chance(generator.integers(0, 5, (20, 5000)), np.arange(5000) % 5, 5).interval
    assert 0.19 < low < 0.2 < high < 0.21
