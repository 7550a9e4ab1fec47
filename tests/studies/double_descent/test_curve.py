import numpy as np
import pytest

from thalweg.statistics.peaks import NONE, OPEN, PEAK
from thalweg.studies.double_descent.curve import height_of, over_epochs

ENOUGH = (0.1, 0.3, 0.7, 1.0, 1.5, 4.0)
BUMP = (0.5, 0.4, 0.5, 0.7, 0.55, 0.3)
FALLING = (0.9, 0.7, 0.5, 0.4, 0.3, 0.1)


def tables(curve, *, members=12, examples=300, start_sd=0.02, example_sd=0.1, seed=0):
    """Return costs [members, examples] at each width: the curve, what starts and examples add, and noise."""
    generator = np.random.default_rng(seed)
    hard = generator.standard_normal(examples)
    made = []
    for value in curve:
        own = start_sd * generator.standard_normal((members, 1))
        other = example_sd * generator.standard_normal(examples)
        noise = 0.05 * generator.standard_normal((members, examples))
        made.append((value + own + 0.3 * hard + other + noise).astype(np.float32))
    return made


def test_a_peak_is_found_where_it_was_put_with_its_height():
    found = height_of(tables(BUMP), ENOUGH, curves=4)
    assert (found.peak.at, found.peak.before, found.peak.after) == (3, 1, 5)
    assert found.verdict == PEAK
    assert found.peak.height.low <= 0.3 <= found.peak.height.high


def test_a_curve_that_falls_has_none():
    found = height_of(tables(FALLING), ENOUGH, curves=4)
    assert found.verdict == NONE
    assert found.peak.height.high < 0


def test_a_peak_outside_the_window_is_none_of_ours():
    assert height_of(tables((0.1, 0.9, 0.5, 0.4, 0.3, 0.1)), ENOUGH, curves=1).verdict == NONE


def test_a_small_bump_of_few_examples_is_open():
    bump = (0.5, 0.4, 0.41, 0.43, 0.42, 0.4)
    assert height_of(tables(bump, members=5, examples=20), ENOUGH, curves=4).verdict == OPEN


def test_intervals_that_hold_for_more_curves_are_wider():
    one, many = (height_of(tables(BUMP), ENOUGH, curves=curves).peak.height for curves in (1, 20))
    assert many.low < one.low < one.high < many.high


def test_the_height_of_made_up_curves_lies_in_its_interval():
    inside = 0
    for seed in range(40):
        height = height_of(tables(BUMP, examples=80, seed=seed), ENOUGH, curves=1).peak.height
        inside += height.low <= 0.3 <= height.high
    assert inside >= 38


@pytest.mark.parametrize(("start_sd", "example_sd", "low", "high"), [(0.0, 0.2, 0.9, 1), (0.2, 0.0, 0, 0.2)])
def test_whose_luck_the_height_is(start_sd, example_sd, low, high):
    made = tables(BUMP, start_sd=start_sd, example_sd=example_sd)
    assert low <= height_of(made, ENOUGH, curves=1).test_set <= high


def test_without_a_width_in_the_window_or_beside_it_there_is_nothing_to_say():
    made = tables(BUMP)
    assert height_of(made[:3], (0.1, 0.2, 0.3), curves=1) is None
    assert height_of(made[:3], (0.1, 0.2, 0.9), curves=1) is None


def test_a_rise_and_fall_over_epochs_is_a_peak():
    generator = np.random.default_rng(0)
    means = np.array([0.5, 0.2, 0.3, 0.22, 0.1])
    found = over_epochs(0.2, 8, (1, 2, 4, 8, 16), means + 0.01 * generator.standard_normal((10, 5)), curves=2)
    assert (found.verdict, found.height.at) == (PEAK, 2)
    assert found.error[1].value == pytest.approx(0.2, abs=0.01)
    falling = np.sort(means)[::-1] + 0.001 * generator.standard_normal((10, 5))
    assert over_epochs(0.0, 8, (1, 2, 4, 8, 16), falling, curves=2).verdict == NONE
    assert over_epochs(0.0, 8, (1, 2), falling[:, :2], curves=2).verdict == OPEN
