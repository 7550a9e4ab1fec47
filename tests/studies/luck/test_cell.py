import numpy as np
import pytest

from tests.studies.populations import answers
from thalweg.statistics.binary_tasks import groupings
from thalweg.studies.luck.cell import DIVERGED, LASTS, OPEN, VANISHED, cell_of


def made(members=80, examples=4000, *, level=0.95, diverged=0, **more):
    predicted, labels = answers(members, examples, **more)
    lost = np.arange(members) < diverged
    found = {"predicted": predicted, "validation": np.full(members, 0.9), "diverged": lost}
    return cell_of((16, 3, 0.1), found, labels, groupings(10), parameters=9, level=level)


@pytest.mark.parametrize("true_sd", [0.004, 0.012])
def test_a_known_true_spread_is_found_and_lies_in_its_interval(true_sd):
    inside = []
    for seed in range(8):
        cell = made(error=0.08, true_sd=true_sd, seed=seed)
        inside.append(cell.spread.true.low <= true_sd <= cell.spread.true.high)
        assert cell.spread.true.value == pytest.approx(true_sd, rel=0.4)
        assert cell.ratio.value == pytest.approx(cell.spread.true.value / cell.spread.noise)
    assert sum(inside) >= 6


def test_luck_that_is_larger_than_the_test_set_s_lasts():
    assert made(error=0.08, true_sd=0.012).verdict == LASTS


def test_equal_starts_leave_no_luck():
    cell = made(error=0.08, true_sd=0.0)
    assert cell.verdict == VANISHED
    assert cell.ratio.low == 0


def test_what_few_starts_cannot_tell_is_open():
    assert made(members=8, error=0.08, true_sd=0.004).verdict == OPEN


def test_an_interval_that_holds_with_many_others_is_wider():
    alone, together = made(error=0.08, true_sd=0.01), made(error=0.08, true_sd=0.01, level=0.999)
    assert together.ratio.low < alone.ratio.low
    assert together.ratio.high > alone.ratio.high
    assert together.spread == alone.spread


def test_members_that_diverged_are_left_out_and_counted():
    whole, some = made(error=0.08, true_sd=0.01), made(error=0.08, true_sd=0.01, diverged=20)
    assert (some.members, some.diverged) == (60, 20)
    np.testing.assert_array_equal(some.accuracies, whole.accuracies[20:])


def test_a_point_where_nearly_all_diverged_has_no_numbers():
    cell = made(error=0.08, true_sd=0.01, diverged=76)
    assert (cell.verdict, cell.spread, cell.ratio, cell.accuracy) == (DIVERGED, None, None, None)


def test_members_that_never_err_are_open():
    labels = np.arange(50) % 10
    found = {"predicted": np.tile(labels, (6, 1)), "validation": np.ones(6), "diverged": np.zeros(6, bool)}
    cell = cell_of((1, 1, 0.1), found, labels, groupings(10), parameters=1, level=0.95)
    assert (cell.verdict, cell.binary) == (OPEN, None)
