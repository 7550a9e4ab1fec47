import pytest

from tests.evaluation.hills import digits, population
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
