from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import betabinom, kstest

from tests.evaluation.fakes import softmax
from thalweg.errors import EvaluationError
from thalweg.evaluation.abstention.conformal import (
    adaptive_scores,
    conformal_sets,
    expected_range,
    joined_sets,
    least_likely_scores,
    measured_sets,
    threshold,
)
from thalweg.statistics.intervals import crossed, wilson


def test_the_threshold_is_the_right_order_statistic():
    scores = np.random.default_rng(0).permutation(np.arange(1.0, 100.0))  # 1..99
    assert threshold(scores, 0.9) == 90.0  # ⌈100·0.9⌉
    assert threshold(scores, 0.99) == 99.0
    assert threshold(scores, 0.995) == np.inf
    assert threshold(scores[:9], 0.9) == scores[:9].max()


@pytest.mark.parametrize("level", [0.0, 1.0, 1.5])
def test_a_level_that_is_none_is_refused(level):
    with pytest.raises(EvaluationError, match=f"level {level}"):
        threshold(np.arange(9.0), level)


def test_scores_by_hand():
    probabilities = np.array([[0.2, 0.5, 0.3]])
    np.testing.assert_allclose(least_likely_scores(probabilities), [[-0.2, -0.5, -0.3]])
    np.testing.assert_allclose(adaptive_scores(probabilities), [[1.0, 0.5, 0.8]])
    drawn = adaptive_scores(probabilities, np.array([0.25]))
    np.testing.assert_allclose(drawn, [[1 - 0.25 * 0.2, 0.75 * 0.5, 0.8 - 0.25 * 0.3]])


def test_sets_by_hand():
    probabilities = np.array([[0.9, 0.1], [0.6, 0.4], [0.3, 0.7], [0.5, 0.5], [0.2, 0.8], [0.45, 0.55]])
    labels = np.array([0, 0, 1, 0, 0, 0])
    calibrating = np.array([True, True, True, False, False, False])
    # Calibration: p of the truth .9 .6 .7; ⌈4·.5⌉ = 2nd largest: .7 is what a class must reach.
    found = conformal_sets(least_likely_scores(probabilities), labels, calibrating, 0.5)
    assert found.calibrated.tolist() == [[True, False, True]]
    assert found.size.tolist() == [[0, 1, 0]]
    assert found.covered.tolist() == [[False, False, False]]


def made(generator, examples, *, classes=5, sureness=2.0):
    logits = 1.5 * generator.normal(size=(examples, classes))
    chances = softmax(logits).cumsum(axis=1)
    labels = (generator.random((examples, 1)) > chances).sum(axis=1).clip(0, classes - 1)
    return softmax(sureness * logits), labels


@pytest.mark.parametrize("scores", ["lac", "aps"])
@pytest.mark.parametrize(("calibrated_on", "measured_on", "level"), [(60, 80, 0.9), (150, 100, 0.95)])
def test_coverage_follows_the_beta_binomial_law(scores, calibrated_on, measured_on, level):
    generator, counts, inside, total = np.random.default_rng(1), [], 0, calibrated_on + measured_on
    low, high = expected_range(level, calibrated_on, measured_on, confidence=0.95)
    for _ in range(600):
        probabilities, labels = made(generator, total)
        calibrating = np.arange(total) < calibrated_on
        table = (
            least_likely_scores(probabilities)
            if scores == "lac"
            else adaptive_scores(probabilities, generator.random(total))
        )
        covered = conformal_sets(table, labels, calibrating, level).covered
        counts.append(covered.sum())
        inside += low <= covered.mean() <= high
    assert 0.94 <= inside / 600 <= 0.985
    rank = int(np.ceil((calibrated_on + 1) * level - 1e-9))
    law = betabinom(measured_on, rank, calibrated_on + 1 - rank)
    # Random ranks within each count make the discrete law uniform (randomised probability transform).
    below, at = law.cdf(np.array(counts) - 1), law.pmf(counts)
    assert kstest(below + generator.random(600) * at, "uniform").pvalue > 0.01


def test_without_draws_aps_covers_more_with_larger_sets():
    generator = np.random.default_rng(2)
    probabilities, labels = made(generator, 4_000)
    calibrating = np.arange(4_000) < 2_000
    plain = conformal_sets(adaptive_scores(probabilities), labels, calibrating, 0.9)
    drawn = conformal_sets(adaptive_scores(probabilities, generator.random(4_000)), labels, calibrating, 0.9)
    smallest = conformal_sets(least_likely_scores(probabilities), labels, calibrating, 0.9)
    assert plain.covered.mean() > 0.88
    assert plain.size.mean() > drawn.size.mean() > smallest.size.mean()


@pytest.mark.parametrize("members", [1, 6])
@pytest.mark.parametrize(("half", "level"), [(200, 0.9), (400, 0.95), (180, 0.99)])
def test_the_interval_of_the_coverage_holds_the_level(members, half, level):
    generator, hits = np.random.default_rng(3), 0
    calibrating = np.arange(2 * half) < half
    for _ in range(400):
        shared = generator.normal(size=2 * half)
        parts = []
        for _ in range(members):
            own = shared + 0.7 * generator.normal(size=2 * half)
            table = np.stack([own, own + 1], axis=1)
            parts.append({level: conformal_sets(table, np.zeros(2 * half, int), calibrating, level)})
        found = measured_sets(joined_sets(parts)[level], level, confidence=0.95)
        assert found.coverage.low <= found.coverage.value <= found.coverage.high
        hits += found.coverage.low <= level <= found.coverage.high
    assert 0.925 <= hits / 400 <= (0.98 if half * (1 - level) > 10 else 1.0)


def test_what_is_reported_of_sets():
    size = np.array([[0, 1, 1, 3], [1, 1, 1, 1]])
    covered = np.array([[False, True, True, True], [True, True, True, False]])
    parts = joined_sets(
        [
            {0.9: conformal_sets(np.zeros((8, 3)), np.zeros(8, int), np.arange(8) < 4, 0.9)},
        ]
    )
    assert parts[0.9].size.tolist() == [[3] * 4]
    sets = replace(parts[0.9], calibrated=np.ones((2, 4), bool), covered=covered, size=size)
    found = measured_sets(sets, 0.9, confidence=0.95)
    assert found.coverage.value == 0.75
    assert found.mean_set_size.value == pytest.approx(9 / 8)
    assert found.empty.value == 1 / 8
    assert found.singleton.value == 6 / 8


def test_too_few_examples_for_the_level_cover_everything():
    assert expected_range(0.99, 50, 100, confidence=0.95) == (1.0, 1.0)
    probabilities, labels = made(np.random.default_rng(4), 60)
    found = conformal_sets(least_likely_scores(probabilities), labels, np.arange(60) < 30, 0.99)
    assert found.covered.all()
    assert (found.size == 5).all()
    reported = measured_sets(found, 0.99, confidence=0.95)
    assert reported.too_few
    assert reported.mean_set_size.interval == (5.0, 5.0)  # whatever the examples


def expected_size(calibrated_on, level, sharpness=2.0):
    """The mean size under a threshold of so many examples, over many such thresholds."""
    generator, found = np.random.default_rng(77), []
    for _ in range(1_500):
        probabilities, labels = made(generator, calibrated_on + 300, sureness=sharpness)
        calibrating = np.arange(len(labels)) < calibrated_on
        scores = least_likely_scores(probabilities)
        found.append(conformal_sets(scores, labels, calibrating, level).size.mean())
    return np.mean(found)


def test_the_interval_of_the_size_holds_what_new_examples_would_give():
    generator, truth, inside, given = np.random.default_rng(5), expected_size(150, 0.9), 0, 0
    for _ in range(400):
        probabilities, labels = made(generator, 300)
        sets = conformal_sets(least_likely_scores(probabilities), labels, np.arange(300) < 150, 0.9)
        size = measured_sets(sets, 0.9, confidence=0.95).mean_set_size
        low, high = crossed(sets.size * 1.0).examples
        assert size.low <= low <= size.value <= high <= size.high
        inside += size.low <= truth <= size.high
        given += low <= truth <= high
    assert 0.93 <= inside / 400 <= 0.975
    assert given / 400 < 0.7  # what it was before the threshold's luck was counted


def test_too_few_examples_reach_out_to_all_classes_and_say_so():
    probabilities, labels = made(np.random.default_rng(6), 300)
    scores, calibrating = least_likely_scores(probabilities), np.arange(300) < 150
    few, enough = (
        measured_sets(conformal_sets(scores, labels, calibrating, level), level, confidence=0.95)
        for level in (0.99, 0.95)
    )
    assert few.too_few
    assert 4 < few.mean_set_size.high <= 5
    assert not enough.too_few


def test_sizes_without_spread_are_not_taken_for_certain():
    scores, labels = np.tile([0.0, 1.0, 1.0], (400, 1)), np.zeros(400, int)
    found = measured_sets(conformal_sets(scores, labels, np.arange(400) < 200, 0.9), 0.9, confidence=0.95)
    unseen = wilson(0, 200)[1]
    assert found.mean_set_size.interval == pytest.approx((1 - unseen, 1 + unseen))
