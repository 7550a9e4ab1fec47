import numpy as np
import pytest
from scipy.stats import chi2

from thalweg.evaluation.calibration.members_spread import gaps_of, joined_gaps, relative_reach


def drawn(generator, members, *, mean=0.0, spread=0.1, noise=0.0, bins=5):
    """Gaps along one direction, seen through noise, and 200 movements of that noise."""
    along = np.ones(bins) / bins**0.5
    gaps = (mean + spread * generator.normal(size=(members, 1))) * along
    moved = noise * generator.normal(size=(200, members, bins))
    return gaps + noise * generator.normal(size=gaps.shape), moved


def test_without_a_mean_gap_the_reach_is_that_of_a_variance():
    values = np.array([1.0, -1.0, 2.0, -2.0])
    low, high = relative_reach(gaps_of(values[:, None], np.zeros((3, 4, 1))), 0.95)
    between, length = np.var(values, ddof=1), np.sqrt(np.mean(values**2))
    largest = np.sqrt(between * 3 / chi2.ppf(0.025, 3))
    # The mean gap is 0 here but need not be: its own reach is joined, so the end lies a little further out.
    assert high >= (largest - np.sqrt(between)) / length
    assert high <= 1.1 * (largest - np.sqrt(between)) / length
    assert low == pytest.approx((1 - np.sqrt(3 / chi2.ppf(0.975, 3))) * np.sqrt(between) / length, rel=1e-6)


def test_one_member_and_members_that_differ_by_noise_alone_add_nothing_or_little():
    generator = np.random.default_rng(0)
    assert relative_reach(gaps_of(*drawn(generator, 1)), 0.95) == (0.0, 0.0)
    same = relative_reach(gaps_of(np.full((4, 3), 0.2), np.zeros((5, 4, 3))), 0.95)
    assert same == pytest.approx((0.0, 0.0), abs=1e-6)
    noisy = [
        relative_reach(gaps_of(*drawn(generator, 32, mean=0.3, spread=0, noise=0.05)), 0.95)[1]
        for _ in range(40)
    ]
    unlike = relative_reach(gaps_of(*drawn(generator, 32, mean=0.3, spread=0.2, noise=0.05)), 0.95)[1]
    assert np.mean(noisy) < 0.03 < unlike


def test_groups_of_members_are_as_members_together():
    gaps, moved = drawn(np.random.default_rng(1), 7, noise=0.05)
    whole = gaps_of(gaps, moved)
    parts = joined_gaps(gaps_of(gaps[:3], moved[:, :3]), gaps_of(gaps[3:], moved[:, 3:]))
    assert relative_reach(parts, 0.95) == pytest.approx(relative_reach(whole, 0.95))
    wider = joined_gaps(gaps_of(gaps[:3, :2], moved[:, :3, :2]), gaps_of(gaps[3:], moved[:, 3:]))
    assert wider.total.shape == (5,)


@pytest.mark.parametrize("mean", [0.0, 0.2])
def test_few_members_that_differ_are_covered(mean):
    generator, hits = np.random.default_rng(2), 0
    truth = np.hypot(mean, 0.1)  # the root of the mean square over all members
    for _ in range(600):
        gaps, moved = drawn(generator, 4, mean=mean)
        length = np.sqrt((gaps**2).sum(axis=1).mean())
        low, high = relative_reach(gaps_of(gaps, moved), 0.95)
        hits += length * (1 - low) <= truth <= length * (1 + high)
    assert 0.93 <= hits / 600 <= 0.98
