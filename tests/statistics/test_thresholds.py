"""Against SciPy's binomial and Beta distributions, against Wilson, and simulated worlds."""

import numpy as np
import pytest
from scipy.stats import beta, binom

from thalweg.statistics.intervals import wilson
from thalweg.statistics.thresholds import Beyond, fewest_for_a_bound, mean_beyond, order_statistics


@pytest.mark.parametrize(("examples", "level"), [(100, 0.95), (1_000, 0.95), (1_000, 0.9)])
def test_the_quantile_lies_between_those_ordered_scores_as_often_as_promised(examples, level):
    low, high = order_statistics(examples, 0.95, level)
    assert beta.sf(0.95, low, examples + 1 - low) == pytest.approx((1 - level) / 2)
    assert beta.cdf(0.95, high, examples + 1 - high) == pytest.approx((1 - level) / 2)
    # whole places: the number of scores below the quantile is binomial
    below = binom(examples, 0.95)
    assert below.cdf(int(low) - 1) <= (1 - level) / 2 <= below.cdf(int(low))


def test_too_few_examples_do_not_bound_the_threshold():
    fewest = fewest_for_a_bound(0.95)
    assert fewest == 72
    assert order_statistics(fewest, 0.95)[1] is not None
    assert order_statistics(fewest - 1, 0.95)[1] is None
    assert fewest_for_a_bound(0.95, 0.8) < fewest


def beyond(members=1, *, kept=400, others=200, moved=0.05, seed=0):
    generator = np.random.default_rng(seed)
    lies = generator.random((members, others)) < 0.3
    values = lies.mean(axis=1)
    pulls = (generator.random((members, kept)) < 0.95).astype(np.float32)
    return Beyond(values, np.stack([values - moved, values + 2 * moved], axis=1), pulls, lies)


def copies(found, count):
    return Beyond(
        *(np.repeat(part, count, axis=0) for part in (found.values, found.ends, found.kept, found.beyond))
    )


def test_a_threshold_that_is_known_leaves_wilsons_interval():
    found = beyond(moved=0.0)
    low, high = mean_beyond([found]).examples
    assert (low, high) == pytest.approx(wilson(found.beyond.sum(), 200))


def test_both_sorts_of_luck_are_added_in_quadrature():
    found = beyond()
    low, high = mean_beyond([found]).examples
    mean = found.values[0]
    inner, outer = wilson(found.beyond.sum(), 200)
    assert mean - low == pytest.approx(np.hypot(mean - inner, 0.05))
    assert high - mean == pytest.approx(np.hypot(outer - mean, 0.1))


def test_members_that_agree_are_worth_one_and_others_average_out():
    one = beyond()
    agreeing = mean_beyond([copies(one, 5)])
    assert agreeing.examples == pytest.approx(mean_beyond([one]).examples, abs=0.01)
    unlike = mean_beyond([beyond(5)])
    assert np.diff(unlike.examples) < 0.6 * np.diff(agreeing.examples)


def test_thresholds_of_the_same_examples_do_not_average_out_over_sets():
    sets = [beyond(others=10_000), beyond(others=10_000, seed=0)]
    shared, apart = (np.diff(mean_beyond(sets, same_kept=same).examples)[0] for same in (True, False))
    assert apart == pytest.approx(shared / np.sqrt(2), rel=0.05)


def test_answers_of_the_same_examples_do_not_average_out_over_sets():
    found = beyond(moved=0.0)
    alone = np.diff(mean_beyond([found]).examples)
    apart, shared = (np.diff(mean_beyond([found, found], same_kept=same).examples) for same in (True, False))
    assert apart == pytest.approx(alone / np.sqrt(2))
    assert shared == pytest.approx(alone, rel=0.03)


def test_what_is_not_bounded_ends_at_one_for_any_number_of_members():
    found = beyond(5)
    found.ends[:, 1] = 1.0
    assert mean_beyond([found]).both[1] == 1.0
    assert mean_beyond([found]).examples[1] == 1.0
