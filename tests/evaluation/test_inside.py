from dataclasses import replace

import numpy as np
import pytest

from tests.evaluation.hills import NAMES, digits, population
from thalweg import evaluation
from thalweg.data.class_order import reordered
from thalweg.data.dataset import Dataset, TestSplit
from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation.inside import population_with_gradients, some_members
from thalweg.networks import Mlp


def test_the_first_sound_members_are_chosen():
    assert some_members(population(members=5, diverged=[0, 2]), None, first=2).tolist() == [1, 3]


def test_as_many_as_asked_for_are_drawn_from_the_sound_ones():
    members = population(members=9, diverged=[0, 2])
    chosen = some_members(members, 4, seed=1).tolist()
    assert len(set(chosen)) == 4
    assert not {0, 2} & set(chosen)
    assert chosen == some_members(members, 4, seed=1).tolist() != some_members(members, 4, seed=2).tolist()
    assert some_members(members, 20).tolist() == [1, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ([2], "members 0 to 1"),
        ([-1], "Member -1"),
        ([], "No member"),
        ([1, 1], "named twice"),
        ([0.5], "the numbers of some"),
        (True, "the numbers of some"),
        ("01", "the numbers of some"),
        (0, "members=0"),
    ],
)
def test_members_that_cannot_be_measured_are_refused(members, says):
    with pytest.raises(EvaluationError, match=says) as caught:
        some_members(population(), members)
    assert caught.value.hint


def test_a_diverged_member_is_refused():
    with pytest.raises(EvaluationError, match="diverged"):
        some_members(population(diverged=[1]), [1])


def test_one_member_and_an_ensemble_are_populations_too():
    trained = population()
    assert len(population_with_gradients(trained[1], digits(20), cost="quadratic", l2=0.0)) == 1
    assert len(population_with_gradients(trained.ensemble, digits(20), cost="quadratic", l2=0.0)) == 2


def in_another_order(count=20):
    """The same digits, whose classes stand in another order than the outputs."""
    split = digits(count)
    return replace(split, labels=(9 - split.labels).astype(np.int32), class_names=NAMES[::-1])


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("adversarial", {}),
        ("alignment", {}),
        ("connectivity", {"cost": "quadratic"}),
        ("curvature", {"cost": "quadratic"}),
        ("descent", {"cost": "quadratic"}),
        ("features", {}),
        ("landscape", {"cost": "quadratic"}),
        ("minimum", {"cost": "quadratic"}),
    ],
)
def test_classes_in_another_order_than_the_outputs_are_refused(name, more):
    measure = getattr(evaluation, name)
    with pytest.raises(EvaluationError, match="another order") as caught:
        measure(population(), in_another_order(), **more)
    assert "reordered" in caught.value.hint


@pytest.mark.parametrize(
    "name",
    "adversarial alignment arbitrariness calibration connectivity curvature descent diversity features "
    "landscape minimum noise shift".split(),
)
def test_a_data_set_in_the_place_of_a_split_is_named(name):
    split = digits(20)
    dataset = Dataset("digits", TestSplit(split.raw, split.labels, NAMES), split)
    more = {"cost": "quadratic"} if name in "connectivity curvature descent landscape minimum".split() else {}
    with pytest.raises(EvaluationError, match="a whole data set was given"):
        getattr(evaluation, name)(population(), dataset, **more)


@pytest.mark.parametrize("name", ["dreams", "outliers"])
def test_a_split_in_the_place_of_a_data_set_is_named(name):
    with pytest.raises(EvaluationError, match="takes a data set, found a TrainSplit"):
        getattr(evaluation, name)(population(), digits(20))


def test_dreams_of_classes_in_another_order_are_refused():
    split = in_another_order()
    test = TestSplit(split.raw, split.labels, split.class_names)
    with pytest.raises(EvaluationError, match="another order"):
        evaluation.dreams(population(), Dataset("reversed", test, split))


def test_data_that_were_brought_into_the_order_of_the_outputs_are_measured_as_they_were():
    split, other = digits(20), in_another_order()
    test = TestSplit(other.raw, other.labels, other.class_names)
    again = reordered(Dataset("reversed", test, other), NAMES).train
    np.testing.assert_array_equal(again.labels, split.labels)
    population_with_gradients(population(), again, cost="quadratic", l2=0.0)


def test_what_has_no_weights_or_no_gradient_does_not_apply():
    with pytest.raises(NotApplicable, match="shows none"):
        population_with_gradients(lambda inputs: inputs, digits(20), cost="quadratic", l2=0.0)
    with pytest.raises(NotApplicable, match="step"):
        population_with_gradients(population(Mlp((3,), "step")), digits(20), cost="quadratic", l2=0.0)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"cost": "quadratc", "l2": 0.0}, "Did you mean"),
        ({"cost": "quadratic", "l2": -1}, "l2=-1"),
        ({"cost": "cross-entropy", "l2": 0.0}, "belongs to softmax outputs"),
    ],
)
def test_a_wrong_cost_is_refused(arguments, says):
    with pytest.raises(EvaluationError, match=says):
        population_with_gradients(population(), digits(20), **arguments)
