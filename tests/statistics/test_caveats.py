import numpy as np
import pytest

from thalweg.statistics.caveats import caveat_of_difference
from thalweg.statistics.intervals import crossed, crossed_difference
from thalweg.statistics.paired import paired_difference
from thalweg.statistics.shares import Answers


def table_of(members, examples=400, *, right=0.9, seed=0):
    return np.random.default_rng(seed).random((members, examples)) < np.reshape(right, (-1, 1))


@pytest.mark.parametrize("members", [2, 3])
def test_few_starts_are_said_of_shares_numbers_and_gaps(members):
    table = table_of(members)
    for found in (crossed(table), crossed(table * 1.0), crossed_difference(table, table[:, :50])):
        assert found.caveat.startswith(f"of {members} starts, 95 % intervals cover ")


@pytest.mark.parametrize("right", [0.998, 0.002, 1.0])
@pytest.mark.parametrize("members", [1, 8])
def test_few_examples_of_one_kind_are_said(members, right):
    assert "so few examples" in crossed(table_of(members, right=right)).caveat


def test_unlike_starts_are_said():
    assert "starts so unlike" in crossed(table_of(6, right=np.linspace(0.85, 0.99, 6))).caveat


@pytest.mark.parametrize("members", [1, 4, 32])
def test_nothing_is_said_where_intervals_keep_their_promise(members):
    table = table_of(members)
    assert crossed(table).caveat == ""
    if members > 1:
        assert crossed(table * 1.0).caveat == crossed_difference(table, table).caveat == ""


def test_how_often_luck_looks_like_a_difference_is_always_said_of_populations():
    many, few, unlike = table_of(8), table_of(2), table_of(8, right=np.repeat([0.6, 0.99], [2, 6]))
    assert "at most 6 %" in paired_difference(many, many[::-1]).over.caveat
    assert paired_difference(many, few).over.caveat.startswith("2 starts on a side")
    assert "at most 6 %" in paired_difference(many, unlike).over.caveat
    assert "up to 8 %" in paired_difference(many, few).over.caveat
    assert paired_difference(many, table_of(1)).over.caveat == ""
    assert caveat_of_difference(Answers.of(few), Answers.of(many)) == paired_difference(few, many).over.caveat


def test_intervals_of_another_level_are_said_to_be_of_that():
    many, three = table_of(8), table_of(3)
    usual, wider = (paired_difference(many, many[::-1], level=level).over.caveat for level in (0.95, 0.99))
    assert wider == f"{usual}; this is one of 99 %, which show one less often"
    assert crossed(three, 0.99).caveat == f"{crossed(three).caveat}; this is one of 99 %, which was not tried"
    assert "98.33 %" in paired_difference(many, three, level=1 - 0.05 / 3).over.caveat
