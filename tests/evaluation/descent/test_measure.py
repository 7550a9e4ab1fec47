import json

import numpy as np
import pytest

from tests.evaluation.fakes import FakePopulation
from tests.evaluation.hills import digits, population
from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation.descent.measure import descent
from thalweg.networks import Mlp
from thalweg.networks.path import path_through
from thalweg.training import Recipe, Sgd, train
from thalweg.weights.cost_surface import CostSurface

COST = {"cost": "quadratic"}
QUICK = {**COST, "steps": 20}


@pytest.fixture(scope="module")
def split():
    return digits(80)


@pytest.fixture(scope="module")
def trained(split):
    """Three members and the whole path that they took."""
    recipe = Recipe(
        network=Mlp((3,)), optimiser=Sgd(learning_rate=1.0), batch_size=8, epochs=6, cost="quadratic"
    )
    seen = []
    members = train(recipe, split, members=3, watch=lambda epoch, now: seen.append((epoch, now)))
    return members, path_through([now for _, now in seen], [epoch for epoch, _ in seen])


@pytest.fixture(scope="module")
def record(trained, split):
    members, path = trained
    return descent(members, split, path=path, test=digits(40), l2=0.01, **QUICK)


def test_costs_and_slopes_along_the_path_are_those_of_the_surface(record, trained, split):
    members, path = trained
    walk = record.walk
    assert walk.cost.shape == walk.gradient_norm.shape == walk.test_accuracy.shape == (3, 7)
    np.testing.assert_array_equal(walk.epochs, range(7))
    for place, epoch in ((0, 0), (6, 6)):
        surface = CostSurface.of(path[epoch][1], split, l2=0.01, **COST)
        cost, gradient = surface.cost_and_gradient(surface.start)
        assert walk.cost[1, place] == pytest.approx(cost, rel=1e-5)
        assert walk.gradient_norm[1, place] == pytest.approx(np.linalg.norm(gradient), rel=1e-4)
    step = np.linalg.norm(path.flat(2)[3] - path.flat(2)[2])
    assert walk.step_length[2, 2] == pytest.approx(step)
    right = (members.logits(split).argmax(axis=2) == split.labels).mean(axis=1)
    np.testing.assert_allclose(walk.accuracy[:, -1], right)


def test_nudges_are_against_the_slope_at_three_places(record, trained, split):
    _, path = trained
    assert [(name, nudges.epoch) for name, nudges in record.nudges.items()] == [
        ("start", 0),
        ("middle", 3),
        ("end", 6),
    ]
    surface = CostSurface.of(path[3][0], split, l2=0.01, **COST)
    np.testing.assert_allclose(
        record.nudges["middle"].all[0], -surface.cost_and_gradient(surface.start)[1], rtol=1e-3, atol=1e-6
    )
    assert record.nudges["end"].by_pixel.shape == (3, 4, 4)


def test_it_rolls_down_from_the_start(record):
    downhill = record.downhill
    assert (downhill.origin, downhill.examples, len(downhill.trajectories)) == ("start", 80, 2)
    assert downhill.trajectories[0].cost[0] == pytest.approx(record.walk.cost[0, 0], rel=1e-5)
    assert all((np.diff(way.cost) < 0).all() for way in downhill.trajectories)
    assert downhill.trajectories[0].steps <= 20


def test_json_arrays_and_rows(record):
    written = record.to_json()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert written["lacking"] == {}
    assert written["downhill"]["members"][0]["cost"][0] > written["downhill"]["members"][0]["cost"][1]
    arrays = record.arrays()
    assert arrays["walk_turn"].shape == (3, 5)
    assert arrays["nudges_start_by_pixel"].shape == (4, 4)
    assert arrays["downhill_cost"].shape[0] == 2
    assert "on_off_unmoved_smooth" in arrays
    questions = [question for question, _ in record.rows()]
    assert "Do steps shrink as the slope does?" in questions
    assert "Which weights does the slope nudge at the top?" in questions
    assert "Is that a local minimum?" in questions
    assert repr(record) == "quadratic cost downhill: 7 places of the path, 80 examples"
    assert "<table>" in record._repr_html_()


def test_without_a_path_the_record_says_what_is_lacking_and_how_to_keep_it(trained, split):
    members, _ = trained
    found = descent(members, split, **QUICK)
    assert found.walk is None
    assert list(found.nudges) == ["end"]
    assert (found.downhill.origin, found.on_off.origin) == ("end", "end")
    assert "--keep-path" in found.lacking["path"]
    assert found.to_json()["walk"] is None
    assert "no path kept" in repr(found)
    assert found.rows()[-1][0] == "Not measured: path"


def test_a_network_without_hidden_neurons(split):
    found = descent(population(Mlp(())), split, **QUICK)
    assert found.on_off is None
    assert "no hidden neurons" in found.lacking["on_off"]
    assert json.dumps(found.to_json(), allow_nan=False)


def test_way_down_to_a_stopping_rule_on_the_slope(split):
    found = descent(population(Mlp(()), members=1), split, **{**QUICK, "steps": 400}, tolerance=0.05, l2=0.01)
    (way,) = found.downhill.trajectories
    assert way.reached
    assert way.slope_left <= 0.05
    assert found.downhill.reached == 1


def test_examples_are_limited_and_said(trained, split):
    found = descent(trained[0], split, examples=30, **QUICK)
    assert found.examples == found.to_json()["examples"] == 30
    assert found.downhill.examples == 30


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"members": (3,)}, "Member 3 does not exist: this population has members 0 to 2"),
        ({"members": ()}, "No member was named"),
        ({"tolerance": 0.0}, r"tolerance=0\.0: expected a share"),
        ({"steps": 0}, "steps=0"),
        ({"examples": 0}, "examples=0"),
        ({"cost": "cost"}, "Unknown cost 'cost'"),
    ],
)
def test_arguments_out_of_range_are_named(trained, split, arguments, message):
    with pytest.raises(EvaluationError, match=message) as error:
        descent(trained[0], split, path=trained[1], **{**QUICK, **arguments})
    assert error.value.hint


def test_members_without_a_path_or_that_diverged_are_named(trained, split):
    members, path = trained
    kept = path_through([one[:2] for one in path], path.epochs)
    with pytest.raises(EvaluationError, match="path of member 2 was not kept"):
        descent(members, split, path=kept, members=(2,), **QUICK)
    assert descent(members, split, path=kept, **QUICK).walk.members.tolist() == [0, 1]
    with pytest.raises(EvaluationError, match="Member 1 diverged"):
        descent(population(diverged=(1,)), split, members=(1,), **QUICK)


def test_what_shows_no_weights_or_slope_is_not_applicable(split):
    with pytest.raises(NotApplicable, match="a FakePopulation shows none"):
        descent(FakePopulation.random(3), split, **QUICK)
    with pytest.raises(NotApplicable, match="flat almost everywhere"):
        descent(population(Mlp((3,), "step")), split, **QUICK)
