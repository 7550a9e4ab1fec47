import math

import pytest
from scipy import stats

from thalweg.figures.numbers import Number, number, percent, plain, points, significant, wilson
from thalweg.measured import Measured, as_plain


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [(0.965, 0.962, 0.968), (0.9651, 0.9646, 0.9656), (0.99991, 0.99988, 0.99994), (0.0, -0.0001, 0.02)],
)
def test_shares_read_as_in_the_terminal(value, low, high):
    found = number({"value": value, "interval": [low, high]})
    assert percent(found) == Measured(value, low, high).percent()
    assert plain(found) == as_plain(value, (low, high))


def test_what_has_no_interval_is_a_bare_number():
    assert percent(0.5) == "50.0 %"
    assert percent(number({"value": 0.5, "interval": None})) == "50.0 %"
    assert percent(Number(0.5, 0.4, 0.6), bracket=False) == "50.0 %"
    assert number(0.5) == Number(0.5)


def test_what_is_undefined_is_said():
    assert math.isnan(number(None).value)
    assert {percent(number(None)), plain(number(None)), significant(number(None))} == {"undefined"}


def test_points_and_signs():
    assert points(Number(0.017, 0.014, 0.02)) == "1.7 points [1.4, 2.0]"
    assert -Number(1.0, 0.5, 2.0) == Number(-1.0, -2.0, -0.5)
    assert plain(-0.001) == "0.00"


@pytest.mark.parametrize(
    ("value", "words"),
    [(1.2, "1.20"), (0.0395111, "0.0395"), (100.0, "100"), (0.0, "0"), (-2.5e-7, "-2.50e-07")],
)
def test_significant_digits(value, words):
    assert significant(value) == words


@pytest.mark.parametrize(("right", "examples"), [(0, 40), (3, 40), (40, 40), (9_700, 10_000)])
def test_wilson_is_that_of_scipy(right, examples):
    expected = stats.binomtest(right, examples).proportion_ci(method="wilson")
    found = wilson(right / examples, examples)
    assert found.low == pytest.approx(expected.low, abs=1e-6)
    assert found.high == pytest.approx(expected.high, abs=1e-6)
    assert math.isnan(wilson(0.0, 0).value)
