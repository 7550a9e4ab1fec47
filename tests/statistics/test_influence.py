"""What few examples cannot show, and the variance over members and examples, as intervals of an AUROC."""

import numpy as np
import pytest

from thalweg.evaluation.outliers.detection import influences
from thalweg.statistics.components import Variance, components
from thalweg.statistics.influence import ENOUGH, influenced, unseen
from thalweg.statistics.intervals import share_interval
from thalweg.statistics.mann_whitney import modelled_variance, newcombe
from thalweg.statistics.readers_and_cases import readers_and_cases


def test_losses_of_many_examples_hide_nothing():
    generator = np.random.default_rng(0)
    assert unseen([generator.random((1, 5_000)), generator.random((1, 5_000))], 1e-5) == 0.0


def test_no_loss_seen_is_as_much_as_the_model_expects():
    assert unseen([np.zeros((3, 20)), np.zeros((3, 100))], 0.01) == pytest.approx(0.01)


@pytest.mark.parametrize("lost", [1, ENOUGH, 2 * ENOUGH])
def test_the_model_counts_less_the_more_examples_share_the_loss(lost):
    losses = np.zeros((1, 1_000))
    losses[0, :lost] = 0.5
    seen = losses.var(ddof=1) / 1_000
    expected = 0.01 * min(1.0, ENOUGH / lost) - seen
    assert unseen([losses], 0.01) == pytest.approx(expected)


def test_members_that_average_luck_out_expect_less_of_the_model():
    alike, unlike = np.zeros((4, 100)), np.zeros((4, 100))
    alike[:, 0] = 1.0
    unlike[range(4), range(4)] = 1.0
    assert unseen([unlike], 0.01) < unseen([alike], 0.01)


def test_perfect_separation_has_newcombes_interval():
    found = influences(np.zeros((1, 100)), np.ones((1, 20)))["auroc"]
    assert found.hidden == pytest.approx(modelled_variance(1 - 1 / 8_000, 20, 100))
    ends = influenced(found.values, [found.inliers, found.outliers], hidden=found.hidden, nearest=1 / 8_000)
    assert ends.examples == pytest.approx(newcombe(1.0, 20, 100), abs=5e-3)


def test_both_is_over_the_variance_of_readers_and_cases():
    generator = np.random.default_rng(3)
    inliers, outliers = generator.normal(size=(6, 12)), generator.normal(0.2, 1, size=(6, 10))
    inliers, outliers = inliers + generator.normal(size=12), outliers + generator.normal(size=10)
    outliers += 0.5 * generator.normal(size=(6, 1))
    found, expected = influences(inliers, outliers)["auroc"], readers_and_cases(inliers, outliers)
    ends = influenced(found.values, [found.inliers, found.outliers], pairs=found.pairs, hidden=0.001)
    terms = (expected.members, expected.inliers, expected.outliers, (-expected.pairs, 9), (0.001, 1e9))
    assert min(value for value, _ in terms[:3]) > 0
    assert ends.both == pytest.approx(share_interval(expected.area, Variance(terms), 10, 0.95), abs=1e-6)
    fixed = sum(components(table).example_term[0] for table in (found.inliers, found.outliers))
    assert expected.fixed == pytest.approx(fixed - found.pairs.these_members, abs=1e-6)
    assert np.diff(ends.examples) < np.diff(ends.both)


def test_members_that_differ_by_the_luck_of_answers_alone_count_as_that_luck():
    generator = np.random.default_rng(0)
    inliers, outliers = generator.normal(size=(3, 100)), generator.normal(1, 1, size=(3, 100))
    alike = influences(inliers, outliers)["auroc"]
    alike.values[:] = alike.values.mean()
    found = influenced(alike.values, [alike.inliers, alike.outliers])
    noise = [components(table).noise_term for table in (alike.inliers, alike.outliers)]
    least = np.sqrt(sum(value for value, _ in noise))
    assert np.diff(found.both)[0] / 2 > 1.9 * least
    two = influenced(alike.values[:2], [alike.inliers[:2], alike.outliers[:2]])
    assert np.diff(two.both) < np.diff(found.both)
