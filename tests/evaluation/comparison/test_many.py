"""Several compared at once: simultaneous intervals, and ranks that follow from them."""

import json
from itertools import combinations

import numpy as np
import pytest

from tests.evaluation.fakes import FakePopulation, certain, make_split
from thalweg.errors import EvaluationError
from thalweg.evaluation.comparison.circumstances import Circumstances
from thalweg.evaluation.comparison.many import compare_many
from thalweg.evaluation.comparison.measure import compare
from thalweg.statistics.paired import mcnemar, paired_difference

from .test_measure import answering


def test_of_two_it_is_what_compare_says():
    split = make_split(300)
    (first, _), (second, _) = answering(split, [0.9] * 4), answering(split, [0.7] * 4, seed=1)
    found = compare_many({"new": first, "old": second}, split)
    alone = compare(first, second, split, names=("new", "old"))
    assert found.differences[0, 1].to_json() == alone.difference.to_json()
    assert found.verdict == "new is better than each of the others"
    assert found.ranks == ((1, 1), (2, 2))


def test_three_have_intervals_that_hold_together():
    split = make_split(300)
    each = [answering(split, [share] * 5, seed=place) for place, share in enumerate((0.8, 0.95, 0.81))]
    found = compare_many({name: own for name, (own, _) in zip("abc", each, strict=True)}, split)
    assert found.pair_level == pytest.approx(1 - 0.05 / 3)
    for one, other in combinations(range(3), 2):
        wanted = paired_difference(each[one][1], each[other][1], level=1 - 0.05 / 3)
        assert found.differences[one, other].measured == wanted.measured
    assert found.order[0] == 1
    assert found.ranks == ((2, 3), (1, 1), (2, 3))
    assert found.verdict == "b is better than each of the others"
    rows = dict(found.rows())
    assert rows["b against a"].startswith("better by 1")  # told from the better one's side
    assert rows["How often is b right?"].endswith("rank 1 of 3")
    assert rows["How often is a right?"].endswith("rank 2 to 3 of 3")
    assert "with 95 %: each is one of 98.3 %" in rows["How sure is that?"]
    content = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert content["ranks"] == {"a": [2, 3], "b": [1, 1], "c": [2, 3]}
    assert len(content["pairs"]) == 3


def test_the_best_may_not_be_known():
    split = make_split(300)
    shares = (0.92, 0.92, 0.6)
    each = {
        name: answering(split, [share] * 5, seed=place)[0]
        for place, (name, share) in enumerate(zip("abc", shares, strict=True))
    }
    found = compare_many(each, split)
    assert found.verdict in ("no single best is shown: a or b", "no single best is shown: b or a")
    assert found.ranks == ((1, 2), (1, 2), (3, 3))


def test_single_networks_are_told_apart_by_mcnemar_s_test():
    split = make_split(60)
    right = np.ones((3, 60), bool)
    right[1, :6] = right[2, :1] = (
        False  # six to nothing: an interval would leave 0 out, the exact test does not
    )
    each = {
        name: certain(np.where(own, split.labels, (split.labels + 1) % 4)[None])
        for name, own in zip("abc", right, strict=True)
    }
    found = compare_many(each, split)
    assert found.differences[0, 1].excludes_zero
    assert mcnemar(right[0], right[1]).p_value > 0.05 / 3
    assert not found.shown[0, 1]
    assert found.ranks == ((1, 3), (1, 3), (1, 3))


def test_alike_ones_are_seldom_told_apart():
    split, told_apart = make_split(150), 0
    for seed in range(40):
        each = {str(place): answering(split, [0.85] * 4, seed=100 * seed + place)[0] for place in range(4)}
        told_apart += bool(compare_many(each, split).better.any())
    assert told_apart <= 6  # 2 are expected at 5 %; 7 or more have a chance of .004


def test_guessers_are_not_ranked():
    split = make_split()
    found = compare_many(
        {name: FakePopulation.random(4, seed=place) for place, name in enumerate("abc")}, split
    )
    assert found.verdict.startswith("none learned anything")
    assert found.to_json()["ranks"] is None
    assert not any("against" in question for question, _ in found.rows())


@pytest.mark.parametrize("given", [{}, {"a": FakePopulation.random(2)}, [FakePopulation.random(2)] * 3])
def test_fewer_than_two_or_none_by_name_are_refused(given):
    with pytest.raises(EvaluationError, match="two classifiers or more, by name"):
        compare_many(given, make_split())


def test_what_differs_is_told_and_the_rest_is_counted():
    differs = {"recipe.name": ("a", "b"), **{f"recipe.field_{n}": (str(n), "0") for n in range(8)}}
    (question, told), (asked, shared) = Circumstances(differs, "no: they share seed 0").rows()
    assert question == "What differs in how they were trained?"
    assert told.startswith("field_0 0 against 0; field_1 1 against 0")
    assert told.endswith("; and 2 more")
    assert asked.startswith("Are they independent")
    assert shared == "no: they share seed 0"
    assert Circumstances({}).rows() == [("What differs in how they were trained?", "nothing")]
