import json
from dataclasses import replace

import jax
import numpy as np
import pytest

from tests.evaluation.alignment.test_measure import SHAPE, population
from tests.evaluation.fakes import FakePopulation, make_split
from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation import accuracy
from thalweg.evaluation.connectivity.measure import connectivity
from thalweg.evaluation.landscape.measure import landscape
from thalweg.networks import ConvNet, Population
from thalweg.networks.path import path_through
from thalweg.networks.population import flat_weights
from thalweg.statistics.intervals import student

COST = {"cost": "cross-entropy"}
QUICK = {**COST, "grid": 5}


@pytest.fixture(scope="module")
def split():
    """Labelled as untrained networks would say: they learned something."""
    asked = make_split(60)
    return replace(asked, labels=population().ensemble.probabilities(asked).argmax(axis=1).astype(np.int32))


@pytest.fixture(scope="module")
def members():
    return population()


@pytest.fixture(scope="module")
def path(members):
    ends = [flat_weights(members[member].network) for member in (0, 1, 3)]
    bend = 0.1 * np.random.default_rng(0).normal(size=ends[0].size)
    return np.array([ends[0], 0.5 * ends[0] + 0.5 * ends[1] + bend, ends[1], ends[2]])


@pytest.fixture(scope="module")
def record(members, split, path):
    return landscape(members, split, path=path, l2=0.01, **QUICK)


def test_the_middle_of_the_random_plane_is_the_member(record, members, split):
    surface = record["random"]
    assert surface.cost.shape == surface.accuracy.shape == (5, 5)
    assert surface.cost[2, 2] == pytest.approx(surface.true_cost[0], rel=1e-6)
    assert surface.accuracy[2, 2] == pytest.approx(accuracy(members[0], split).measured.value)
    assert (surface.marks == 0).all()
    assert surface.projection_error == 0


def test_costs_agree_with_those_of_lines(record, members, split):
    lines = connectivity(members, split, members=(0, 1, 2), points=3, methods=(), l2=0.01, **COST)
    ends = lines["unaligned"].cost
    surface = record["members"]
    np.testing.assert_allclose(surface.true_cost, [ends[0, 0], ends[0, -1], ends[1, -1]], rtol=1e-5)
    np.testing.assert_allclose(surface.cost_there, surface.true_cost, rtol=1e-5)
    assert record.through == (0, 1, 2)


def test_coordinates_of_three_members_are_distances_of_weights(record, members):
    one, two, three = (flat_weights(members[member].network) for member in range(3))
    marks = record["members"].marks
    assert np.linalg.norm(marks[1] - marks[0]) == pytest.approx(np.linalg.norm(two - one))
    assert np.linalg.norm(marks[2] - marks[1]) == pytest.approx(np.linalg.norm(three - two))
    assert record["members"].across[0] < marks[:, 0].min()
    assert record["members"].up[-1] > marks[:, 1].max()


def test_rows_are_up_and_columns_are_across(members, split):
    # On a line through a member the surface is what the same plane says, point by point.
    found = landscape(members, split, through=(0, 1, 2), **{**QUICK, "grid": 4})["members"]
    turned = landscape(members, split, through=(0, 2, 1), **{**QUICK, "grid": 4})["members"]
    assert found.cost.shape == (4, 4)
    assert found.across[-1] - found.across[0] != pytest.approx(found.up[-1] - found.up[0])
    assert found.true_cost[[0, 2, 1]] == pytest.approx(turned.true_cost)


def test_the_plane_of_a_path_says_how_far_it_is_off(record):
    surface = record["path"]
    assert surface.marks.shape == (4, 2)
    np.testing.assert_allclose(surface.marks[-1], 0, atol=1e-12)
    np.testing.assert_allclose(np.hypot(*surface.marks.T) ** 2 + surface.distances**2, surface.lengths**2)
    wanted = np.sqrt((surface.distances**2).sum() / (surface.lengths**2).sum())
    assert 0 < surface.projection_error == pytest.approx(wanted)
    assert surface.true_cost[0] == pytest.approx(record["members"].true_cost[0], rel=1e-5)


def test_a_recorded_path_lies_on_the_surface_or_says_how_far_off(members, split):
    """Places in a plane by construction: nothing is off it, and its cost there is the true one."""
    ends = [members[member : member + 1] for member in (1, 2, 0)]
    found = landscape(members, split, path=path_through(ends, (0, 3, 9)), **QUICK)
    assert (found.walker, found.epochs) == (0, (0, 3, 9))
    assert (found.to_json()["walker"], found.to_json()["epochs"]) == (0, [0, 3, 9])
    surface = found["path"]
    assert surface.projection_error < 1e-6
    np.testing.assert_allclose(surface.cost_there, surface.true_cost, rtol=1e-4)
    wanted = [found["members"].true_cost[member] for member in (1, 2, 0)]
    np.testing.assert_allclose(surface.true_cost, wanted, rtol=1e-5)
    assert "0.0 % off the plane" in found.rows()[2][1]


def test_the_path_of_the_member_that_is_drawn(members, split):
    several = [members[[2, 3]], members[[3, 2]], members[[0, 1]]]
    recorded = path_through(several, (0, 1, 2))
    assert landscape(members, split, path=recorded, **QUICK).walker == 0
    found = landscape(members, split, path=recorded, member=1, **QUICK)
    assert (found.walker, found.member) == (1, 1)
    np.testing.assert_allclose(
        found["path"].lengths, np.linalg.norm(recorded.flat(1) - recorded.flat(1)[-1], axis=1)
    )
    with pytest.raises(EvaluationError, match="path of member 3 was not kept"):
        landscape(members, split, path=recorded, member=3, **QUICK)
    with pytest.raises(EvaluationError, match="does not end where this member stands"):
        landscape(members, split, path=path_through(several[:2], (0, 1)), **QUICK)


def test_a_path_of_two_places_has_no_plane(members, split):
    short = path_through([members[1:2], members[0:1]], (0, 1))
    found = landscape(members, split, path=short, **QUICK)
    assert "path" not in found.surfaces
    assert (found.walker, found.epochs) == (None, ())


def test_slices_have_a_band_over_members(record):
    slices = record.slices
    assert slices.cost.shape == (4, 5)
    np.testing.assert_allclose(slices.steps, [-1, -0.5, 0, 0.5, 1])
    np.testing.assert_allclose(slices.cost[:3, 2], record["members"].true_cost, rtol=1e-5)
    assert (slices.low[1], slices.high[1]) == pytest.approx(student(slices.cost[:, 1]))


def test_a_members_slice_does_not_depend_on_who_else_is_sliced(record, members, split):
    alone = landscape(members, split, members=(2,), l2=0.01, **QUICK)
    np.testing.assert_allclose(alone.slices.cost[0], record.slices.cost[2], rtol=1e-5)
    assert alone.slices.low is None
    other = landscape(members, split, members=(2,), l2=0.01, seed=1, **QUICK)
    assert not np.allclose(other.slices.cost[0], alone.slices.cost[0])


def test_how_far_until_the_cost_has_doubled(record):
    from dataclasses import replace

    cost = np.array([[9.0, 2.0, 1.0, 1.5, 3.0], [9.0, 2.0, 1.0, 1.5, 3.0]])
    assert replace(record.slices, cost=cost).doubled == 0.5
    assert replace(record.slices, cost=np.ones((2, 5))).doubled is None


def test_json_arrays_and_rows(record):
    written = record.to_json()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert (written["member"], written["through"], written["examples"]) == (0, [0, 1, 2], 60)
    lowest = written["members"]["lowest"]
    surface = record["members"]
    assert lowest["cost"] == surface.cost.min()
    row, column = list(surface.up).index(lowest["at"][1]), list(surface.across).index(lowest["at"][0])
    assert surface.cost[row, column] == lowest["cost"]
    arrays = record.arrays()
    assert arrays["path_cost"].shape == (5, 5)
    assert arrays["slices_cost"].shape == (4, 5)
    rows = record.rows()
    assert rows[1][0] == "What does the hill look like on the plane through three members?"
    assert "off the plane" in rows[2][1]
    assert repr(record).startswith("cross-entropy cost on two random directions")
    assert "<table>" in record._repr_html_()


def test_one_network_and_few_members_and_pictures(members, split):
    alone = landscape(members[1], split, **QUICK)
    assert list(alone.surfaces) == ["random"]
    assert json.dumps(alone.to_json(), allow_nan=False)
    broken = jax.tree.map(lambda leaf: leaf.at[0].set(np.nan), members.networks)
    some = Population(broken, np.isin(np.arange(4), [0]), "softmax", SHAPE, tuple("abcd"))
    found = landscape(some, split, **QUICK)
    assert (found.member, found.through, found.excluded) == (1, (1, 2, 3), (0,))
    assert all(np.isfinite(surface.cost).all() for surface in found.surfaces.values())
    convolutional = population(2, spec=ConvNet(channels=(2,), kernel=3, pool=1))
    assert landscape(convolutional, split, **QUICK)["random"].cost.shape == (5, 5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"member": 7}, "Member 7 does not exist"),
        ({"member": -1}, "Member -1 does not exist"),
        ({"member": 3}, "Member 3 diverged"),
        ({"through": (0, 1)}, "2 members, expected three"),
        ({"through": (0, 1, 3)}, "Member 3 diverged"),
        ({"through": (0, 1, 1)}, "lie on one line"),
        ({"grid": 1}, "grid=1"),
        ({"span": 0.0}, r"span=0\.0"),
        ({"examples": 0}, "examples=0"),
        ({"cost": "cost"}, "Unknown cost 'cost'"),
        ({"path": np.zeros((3, 5))}, r"A path of shape \(3, 5\)"),
        ({"path": np.full((3, 161), np.nan)}, "not finite"),
        ({"path": np.zeros((3, 161))}, "does not leave one line"),
    ],
)
def test_arguments_out_of_range_are_named(split, arguments, message):
    with pytest.raises(EvaluationError, match=message) as error:
        landscape(population(diverged=(3,)), split, **{**QUICK, **arguments})
    assert error.value.hint


def test_what_shows_no_weights_is_not_applicable(split):
    with pytest.raises(NotApplicable, match="a FakePopulation shows none"):
        landscape(FakePopulation.random(3), split, **QUICK)
