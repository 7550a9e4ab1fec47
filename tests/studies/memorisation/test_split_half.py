import numpy as np
import pytest
from scipy.stats import spearmanr

from thalweg.studies.memorisation import split_half
from thalweg.studies.memorisation.split_half import reliability, spearman


def by_scipy(first, second) -> float:
    return spearmanr(first, second)[0]  # type: ignore[index,return-value]


def halves(examples=400, *, noise=0.1, seed=0):
    """Make two noisy readings of the same scores, with many ties, as counts of members give."""
    generator = np.random.default_rng(seed)
    truth = np.where(generator.random(examples) < 0.7, 0.0, generator.random(examples))
    read = (truth + noise * generator.standard_normal((2, examples))).round(1)
    return truth, *read


def test_the_correlation_is_scipys():
    _, first, second = halves()
    assert spearman(first, second).value == pytest.approx(by_scipy(first, second))


def test_the_interval_is_that_of_resampled_examples(monkeypatch):
    monkeypatch.setattr(split_half, "RESAMPLES", 40)
    _, first, second = halves(50)
    generator = np.random.default_rng([7, 50])
    drawn = [generator.integers(0, 50, 50) for _ in range(40)]
    expected = np.quantile([by_scipy(first[own], second[own]) for own in drawn], (0.025, 0.975))
    assert spearman(first, second, seed=7).interval == pytest.approx(tuple(expected))


def test_the_interval_covers_the_correlation_of_very_many_examples(monkeypatch):
    monkeypatch.setattr(split_half, "RESAMPLES", 150)
    _, first, second = halves(100_000, seed=99)
    truth = by_scipy(first, second)
    found = [spearman(*halves(150, seed=seed)[1:]).interval for seed in range(120)]
    held = np.mean([interval is not None and interval[0] <= truth <= interval[1] for interval in found])
    assert 0.87 <= held <= 0.99


def test_the_formula_for_all_members_is_spearman_and_browns():
    _, first, second = halves()
    found = reliability(first, second, threshold=0.5)
    assert found is not None
    r = found.halves.value
    assert found.whole.value == pytest.approx(2 * r / (1 + r))
    assert found.whole.low == pytest.approx(2 * found.halves.low / (1 + found.halves.low))  # type: ignore[operator]


def test_what_one_half_chooses_the_other_measures_without_that_luck():
    generator = np.random.default_rng(5)
    truth = generator.normal(0, 0.1, 20_000)
    first, second = truth + generator.normal(0, 0.1, (2, 20_000))
    found = reliability(first, second, threshold=0.3)
    assert found is not None
    assert found.again is not None
    assert found.there is not None
    chosen = (first >= 0.3).sum() + (second >= 0.3).sum()
    assert found.chosen == chosen
    honest = np.concatenate([truth[first >= 0.3], truth[second >= 0.3]]).mean()
    assert abs(found.again.value - honest) < 0.01
    assert found.there > honest + 0.1
    assert found.again.low < honest < found.again.high  # type: ignore[operator]


def test_nothing_can_be_said_of_scores_that_are_all_alike():
    assert reliability(np.zeros(9), np.arange(9.0), threshold=0.5) is None
    assert reliability(np.array([1.0, np.nan, 2.0]), np.arange(3.0), threshold=0.5) is None


def test_where_nothing_is_above_the_threshold_no_mean_is_given():
    _, first, second = halves()
    found = reliability(first, second, threshold=50.0)
    assert found is not None
    assert (found.chosen, found.there, found.again) == (0, None, None)
    assert found.to_json()["again"] is None
