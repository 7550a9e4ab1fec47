import pytest

from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation.members import chosen_members, white_box
from thalweg.networks import Mlp

from .hills import digits, population


def test_the_first_sound_members_are_chosen():
    assert chosen_members(population(members=5, diverged=[0, 2]), None, default=2) == (1, 3)


@pytest.mark.parametrize(("members", "says"), [([2], "members 0..1"), ([-1], "member -1"), ([], "No member")])
def test_a_member_that_does_not_exist_is_refused(members, says):
    with pytest.raises(EvaluationError, match=says) as caught:
        chosen_members(population(), members, default=1)
    assert caught.value.hint


def test_a_diverged_member_is_refused():
    with pytest.raises(EvaluationError, match="diverged"):
        chosen_members(population(diverged=[1]), [1], default=1)


def test_one_member_and_an_ensemble_are_populations_too():
    trained = population()
    assert len(white_box(trained[1], digits(20), cost="quadratic", l2=0.0)) == 1
    assert len(white_box(trained.ensemble, digits(20), cost="quadratic", l2=0.0)) == 2


def test_what_has_no_weights_or_no_gradient_does_not_apply():
    with pytest.raises(NotApplicable, match="shows none"):
        white_box(lambda inputs: inputs, digits(20), cost="quadratic", l2=0.0)
    with pytest.raises(NotApplicable, match="step"):
        white_box(population(Mlp((3,), "step")), digits(20), cost="quadratic", l2=0.0)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [({"cost": "quadratc", "l2": 0.0}, "Did you mean"), ({"cost": "quadratic", "l2": -1}, "l2=-1")],
)
def test_a_wrong_cost_is_refused(arguments, says):
    with pytest.raises(EvaluationError, match=says):
        white_box(population(), digits(20), **arguments)
