import json

import jax
import numpy as np
import pytest

from tests.evaluation.fakes import FakePopulation, make_split, unasked
from thalweg.data.dataset import TestSplit
from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation.alignment.measure import alignment
from thalweg.networks import ConvNet, Mlp, Population
from thalweg.weights.interpolation import stacked
from thalweg.weights.permutation import Rearrangement, rearranged

SHAPE = (4, 4)


def population(members=4, *, spec=None, diverged=()):
    spec = spec or Mlp((6, 5), "tanh", "normal")
    keys = jax.random.split(jax.random.key(1), members)
    networks = jax.vmap(lambda key: spec.build(key, SHAPE, 4))(keys)
    return Population(networks, np.isin(np.arange(members), diverged), "softmax", SHAPE, tuple("abcd"))


def copies(members=3, activation="tanh"):
    """Members that are one network with its units in other orders."""
    network = Mlp((6, 5), activation, "normal").build(jax.random.key(0), SHAPE, 4)
    generator = np.random.default_rng(0)
    moved = [
        rearranged(
            network,
            Rearrangement(
                tuple(generator.permutation(width) for width in (6, 5)),
                tuple(generator.choice([-1.0, 1.0], width) for width in (6, 5)),
            ),
        )
        for _ in range(members)
    ]
    return Population(stacked(moved), np.zeros(members, bool), "softmax", SHAPE, tuple("abcd"))


@pytest.fixture(scope="module")
def split():
    return make_split(60)


@pytest.fixture(scope="module")
def record(split):
    return alignment(population(), split)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_copies_are_found_to_be_the_same_network(split, activation):
    found = alignment(copies(activation=activation), split)
    for matching in found.methods.values():
        assert matching.distance.value < 1e-5
        assert all(layer.value == pytest.approx(1, abs=1e-5) for layer in matching.correlation)
    assert all(layer.value < 0.8 for layer in found.unaligned)
    assert found.signs


def test_without_signs_copies_with_other_signs_are_not_found(split):
    found = alignment(copies(), split, signs=False)
    assert not found.signs
    assert all(matching.distance.value > 0.1 for matching in found.methods.values())


def test_each_method_is_best_at_what_it_looks_at(record):
    weights, activations = record["weights"], record["activations"]
    assert (weights.distances < 1).all()
    assert weights.distance.value < activations.distance.value
    for layer in range(2):
        assert activations.correlation[layer].value > record.unaligned[layer].value
        assert (activations.correlations[:, layer] >= weights.correlations[:, layer] - 1e-9).all()


def test_what_is_computed_does_not_change(record):
    assert all(0 < matching.function_change < 1e-6 for matching in record.methods.values())


def test_json_arrays_and_rows(record):
    written = record.to_json()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert set(written["weights"]) == {"distance", "correlation", "starts_agreeing", "function_change"}
    assert len(written["weights"]["distance"]["interval"]) == 2
    assert (written["pairs"], written["members"], written["widths"]) == (6, [0, 1, 2, 3], [6, 5])
    arrays = record.arrays()
    assert arrays["pairs"].shape == (6, 2)
    assert arrays["weights_correlation"].shape == (6, 2)
    (question, answer), _ = unasked(record).rows()
    assert question == "How alike are two networks, units matched by their weights?"
    assert "of that before" in answer
    assert "6 pairs" in repr(record)
    assert "<table>" in record._repr_html_()


def test_members_are_chosen(split):
    named = alignment(population(diverged=(1,)), split, members=(3, 0))
    np.testing.assert_array_equal(named.pairs, [[3, 0]])
    assert named.excluded == (1,)
    assert named["weights"].distance.interval is None
    drawn = alignment(population(diverged=(1,)), split, members=2, methods=["activations"])
    assert 1 not in drawn.members
    assert list(drawn.methods) == ["activations"]


def test_what_cannot_be_aligned_is_not_applicable(split):
    with pytest.raises(NotApplicable, match="a FakePopulation shows none"):
        alignment(FakePopulation.random(3), split)
    with pytest.raises(NotApplicable, match="this is a ConvNet"):
        alignment(population(2, spec=ConvNet(channels=(2,), kernel=3, pool=1)), split)
    with pytest.raises(NotApplicable, match="Mlp without hidden layers"):
        alignment(population(2, spec=Mlp(())), split)
    with pytest.raises(NotApplicable, match="needs two or more"):
        alignment(population(1), split)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"methods": ["weight"]}, "Did you mean 'weights'"),
        ({"members": (0, 9)}, "Member 9 does not exist"),
        ({"members": (0, 1)}, "Member 1 diverged"),
        ({"members": (0, 0)}, "named twice"),
        ({"members": (0, 2.5)}, "members=\\(0, 2.5\\): expected how many"),
        ({"members": 0}, "members=0"),
        ({"examples": 1}, "examples=1"),
        ({"starts": 0}, "starts=0"),
    ],
)
def test_arguments_out_of_range_are_named(split, arguments, message):
    with pytest.raises(EvaluationError, match=message) as error:
        alignment(population(diverged=(1,)), split, **arguments)
    assert error.value.hint


def test_networks_of_several_populations_are_aligned(split):
    members = population()
    named = alignment(members, split, members=(0, 3))
    listed = alignment([members[0], members[3]], split)
    np.testing.assert_allclose(listed["weights"].distances, named["weights"].distances)
    with pytest.raises(EvaluationError, match="Networks of different shapes: number 1"):
        alignment([members[0], population(1, spec=Mlp((7, 5), "tanh", "normal"))[0]], split)


def test_data_of_another_shape_are_refused():
    raw = np.zeros((4, 5, 5), np.uint8)
    with pytest.raises(EvaluationError, match=r"built for examples of shape \(4, 4\)"):
        alignment(population(), TestSplit(raw, np.zeros(4, np.int32), tuple("abcd")))


def test_distances_before_matching_are_those_of_all_weights(record):
    members = [jax.tree.leaves(member.network) for member in population()]
    flat = [np.concatenate([np.asarray(leaf).ravel() for leaf in leaves]) for leaves in members]
    expected = [np.linalg.norm(flat[first] - flat[second]) for first, second in record.pairs]
    np.testing.assert_allclose(record.arrays()["unaligned_distance"], expected, rtol=1e-5)
    assert record.arrays()["unaligned_distance"].dtype == np.float64
