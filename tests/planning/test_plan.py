import json
from dataclasses import replace

import numpy as np
import pytest

from tests.evaluation.fakes import certain, make_split
from thalweg.errors import EvaluationError
from thalweg.evaluation.accuracy.measure import accuracy
from thalweg.planning.pace import Pace, Timed
from thalweg.planning.plan import plan

SPLIT = make_split(400)
PACE = Pace(Timed(4, 60.0, 50.0, 70.0), Timed(36, 540.0, 500.0, 600.0), 30.0, 2, 2, "abacus")


def pilot(members: int, *, shift: float = 0.0, seed: int = 0, split=SPLIT):
    """Members that are right as in a Rasch model whose difficulties belong to the examples of a split."""
    difficulty = np.random.default_rng(99).normal(2.0 + shift, 2, len(split))
    generator = np.random.default_rng(seed)
    logit = difficulty + generator.normal(0, 0.2, members)[:, None]
    right = generator.random(logit.shape) < 1 / (1 + np.exp(-logit))
    return certain(np.where(right, split.labels, (split.labels + 1) % 4))


def answer(record, words: str) -> str:
    (found,) = (said for asked, said in record.rows() if words in asked)
    return found


def test_of_its_own_size_it_says_what_accuracy_says():
    found, measured = plan(pilot(6), SPLIT), accuracy(pilot(6), SPLIT)
    assert found.accuracy == measured.measured
    for foretold, interval in (
        (found.at(6).both, measured.mean.both),
        (found.at(6).starts, measured.mean.starts),
    ):
        assert foretold.value == pytest.approx((interval[1] - interval[0]) / 2)


def test_it_says_how_many_starts_and_what_they_cost():
    found = plan(pilot(6), SPLIT, half_width=0.03).with_pace(PACE)
    assert found.at(found.needed).both.value <= 0.03
    assert found.at(found.sure).both.high <= 0.03
    said = answer(found, "How many starts for ±3.00 points?")
    assert said.startswith(f"{found.needed} starts x 400 examples: ±")
    assert said.endswith("on this machine (2 cores)")
    # 2 a core take 60 s an epoch, 18 take 540: 30 s for each
    assert found.at(8).seconds == pytest.approx(30 + 2 * 120)
    assert found.table()[0][-1] == "minutes"
    assert ["8", "400"] in [line[:2] for line in found.table()[1]]


def test_below_the_floor_it_says_with_how_many_examples():
    least = plan(pilot(6), SPLIT).floor
    found = plan(pilot(6), SPLIT, half_width=0.8 * least)
    assert (found.needed, found.sure) == (None, None)
    assert "no number on these 400 examples" in answer(found, "How many starts")
    assert all(count > 400 for _, count in found.more_examples)
    assert f"32 starts x {dict(found.more_examples)[32]:,}" in answer(found, "many test examples")


def test_where_neither_starts_nor_examples_do_alone_that_is_said():
    found = plan(pilot(3), SPLIT, half_width=0.0001)
    assert found.more_examples == ()
    assert "none with 64 starts or fewer" in answer(found, "many test examples")


def test_a_difference_is_planned_from_both_pilots_or_from_what_is_assumed():
    alone = plan(pilot(6), SPLIT, difference=0.02)
    both = plan(pilot(6), SPLIT, difference=0.02, against=pilot(5, shift=0.3, seed=1))
    assert "the other recipe varies as this one does" in answer(alone, "What does that assume?")
    assert "both were measured" in answer(both, "What does that assume?")
    assert (alone.comparing.present, both.comparing.present) == (6, 5)
    assert both.comparing.alike == pytest.approx(1, abs=0.15)
    unlike = plan(pilot(6), SPLIT, difference=0.02, alike=0.2)
    assert unlike.comparing.floor > alone.comparing.floor
    assert unlike.comparing.at(32).power < alone.comparing.at(32).power


def test_more_than_one_recipe_costs_both():
    found = plan(pilot(6), SPLIT, difference=0.02).with_pace(PACE, replace(PACE, compiling=130.0))
    assert found.comparing.at(8).seconds == pytest.approx(2 * (30 + 2 * 120) + 100)
    assert found.comparing.table()[0][-1] == "minutes for both"


def test_nothing_is_planned_from_guesses():
    guesses = certain(np.random.default_rng(0).integers(0, 4, (4, 400)))
    found = plan(guesses, SPLIT, half_width=0.03, difference=0.02)
    asked = [question for question, _ in found.rows()]
    assert asked == ["Was anything learned?", "What to do?", "What is planned?"]
    assert found.table()[1] == []
    assert found.to_json()["planned"] is False
    assert "needed" not in found.to_json()


def test_two_networks_are_said_to_tell_little():
    assert "hardly: 2 networks" in answer(plan(pilot(2), SPLIT), "How sure")


def test_json_holds_everything():
    found = json.loads(
        json.dumps(plan(pilot(4), SPLIT, half_width=0.03, difference=0.02).with_pace(PACE).to_json())
    )
    assert found["planned"] is True
    assert found["designs"][0].keys() == {"members", "examples", "both", "starts", "seconds"}
    assert found["comparing"]["contrasts"][0]["power"] > 0
    assert found["pace"]["cores"] == 2


@pytest.mark.parametrize("value", [0, -0.01, 0.5, 5, float("nan"), True, "1%"])
def test_a_half_width_that_is_no_share_is_refused(value):
    with pytest.raises(EvaluationError, match="half_width=") as caught:
        plan(pilot(4), SPLIT, half_width=value)
    assert "half_width=0.005" in caught.value.hint


def test_a_percentage_is_recognised():
    with pytest.raises(EvaluationError) as caught:
        plan(pilot(4), SPLIT, half_width=0.5)
    assert "0.5 % is 0.005" in caught.value.hint


@pytest.mark.parametrize(
    "wrong", [{"difference": 1.5}, {"power": 1.0}, {"level": 2}, {"difference": 0.1, "alike": 3}]
)
def test_other_numbers_out_of_range_are_refused(wrong):
    with pytest.raises(EvaluationError, match=f"{list(wrong)[-1]}="):
        plan(pilot(4), SPLIT, **wrong)


def test_one_member_and_one_example_are_refused():
    with pytest.raises(EvaluationError, match="1 member"):
        plan(pilot(1), SPLIT)
    one = make_split(1)
    with pytest.raises(EvaluationError, match="1 example"):
        plan(certain(np.zeros((4, 1), dtype=int)), one)
