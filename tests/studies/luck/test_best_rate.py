import numpy as np
import pytest

from thalweg.measured import Measured
from thalweg.statistics.trials import AGREES, DISAGREES, OPEN, REFUTED, SUPPORTED
from thalweg.statistics.true_spread import TrueSpread
from thalweg.studies.luck.best_rate import best_rate
from thalweg.studies.luck.cell import Cell


def cell(rate, validation, ratio, *, width=16, diverged=0):
    known = None if ratio is None else Measured(ratio, 0.8 * ratio, 1.25 * ratio)
    spread = TrueSpread(Measured(0.02), 0.01, Measured(0.01), 0.5, 1.0) if known else None
    return Cell((width, 3, rate), 1, 9, diverged, None, validation, spread, known, None, np.zeros(9))


def trial(*cells):
    (found,) = best_rate(cells).trials
    return found


def test_the_largest_calm_rate_that_does_best_agrees():
    found = trial(cell(0.01, 0.8, 1.0), cell(0.1, 0.9, 1.1), cell(1.0, 0.7, 3.0))
    assert (found.best, found.calm, found.verdict) == (0.1, 0.1, AGREES)


def test_a_best_rate_that_makes_starts_differ_disagrees():
    found = trial(cell(0.01, 0.8, 1.0), cell(0.1, 0.9, 3.0), cell(1.0, 0.7, 9.0))
    assert (found.best, found.calm, found.verdict) == (0.1, 0.01, DISAGREES)


def test_slow_rates_that_differ_do_not_count():
    """Starts that have not yet learned differ as well; what is asked is which rate is too large."""
    found = trial(cell(0.01, 0.5, 9.0), cell(0.1, 0.9, 1.0), cell(1.0, 0.8, 4.0))
    assert (found.calm, found.verdict) == (0.1, AGREES)


def test_where_no_rate_stands_out_nothing_is_told():
    found = trial(cell(0.01, 0.8, 1.0), cell(0.1, 0.9, 1.1))
    assert (found.calm, found.verdict) == (None, OPEN)


@pytest.mark.parametrize("ratio", [1.0, None])
def test_a_rate_at_which_members_diverge_is_too_large(ratio):
    found = trial(cell(0.01, 0.8, 1.0), cell(0.1, 0.9, 1.1), cell(1.0, 0.99, ratio, diverged=5))
    assert found.calm == 0.1


def test_many_trials_that_agree_support_it_and_many_that_do_not_refute_it():
    rates = (0.01, 0.1, 1.0)
    good = [
        cell(rate, value, ratio, width=width)
        for width in range(8)
        for rate, value, ratio in zip(rates, (0.8, 0.9, 0.7), (1.0, 1.0, 5.0), strict=True)
    ]
    bad = [
        cell(rate, value, ratio, width=width)
        for width in range(8)
        for rate, value, ratio in zip(rates, (0.8, 0.7, 0.9), (1.0, 1.0, 5.0), strict=True)
    ]
    assert best_rate(good).tried.verdict == SUPPORTED
    assert best_rate(good).tried.chance == pytest.approx(1 / 3)
    assert best_rate(bad).tried.verdict == REFUTED
    assert best_rate(bad[:6] + good[6:12]).tried.verdict == OPEN
    assert best_rate([cell(0.1, 0.9, 1.0), cell(1.0, 0.9, 1.0)]).tried.verdict == OPEN
