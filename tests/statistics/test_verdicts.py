import pytest

from thalweg.measured import Measured
from thalweg.statistics.verdicts import above, both, within


@pytest.mark.parametrize(
    ("low", "high", "said"), [(1.1, 2.0, "yes"), (0.0, 0.9, "no"), (0.9, 1.1, "open"), (1.0, 1.0, "open")]
)
def test_an_interval_lies_above_a_level_below_it_or_about_it(low, high, said):
    assert above(Measured(0.5 * (low + high), low, high), 1.0) == said


def test_a_number_without_interval_decides_nothing():
    assert above(Measured(9.0), 1.0) == "open"
    assert not within(Measured(0.0), 1.0)


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [(("yes", "yes"), "yes"), (("yes", "open"), "open"), (("open", "no"), "no"), (("yes", "no"), "no")],
)
def test_both_hold_where_each_does(verdicts, said):
    assert both(*verdicts) == said


def test_within_a_margin_is_what_lies_there_wholly():
    assert within(Measured(0.0, -0.5, 0.5), 1.0)
    assert not within(Measured(0.0, -0.5, 1.0), 1.0)
    assert not within(Measured(0.0, -1.0, 0.5), 1.0)
