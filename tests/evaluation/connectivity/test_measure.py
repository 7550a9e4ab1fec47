import json
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.evaluation.alignment.test_measure import SHAPE, copies, population
from tests.evaluation.fakes import FakePopulation, make_split
from thalweg.data.dataset import TestSplit, TrainSplit
from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation.connectivity.curve import trained_bends
from thalweg.evaluation.connectivity.measure import connectivity
from thalweg.evaluation.connectivity.record import barriers
from thalweg.networks import ConvNet, Mlp, Population, costs
from thalweg.weights.interpolation import EmpiricalCost

COST = {"cost": "cross-entropy"}


@pytest.fixture(scope="module")
def split():
    """Labelled as untrained networks would say: they learned something."""
    asked = make_split(60)
    return replace(asked, labels=population().ensemble.probabilities(asked).argmax(axis=1).astype(np.int32))


@pytest.fixture(scope="module")
def train():
    return make_split(80, kind=TrainSplit, seed=1)


@pytest.fixture(scope="module")
def record(split):
    return connectivity(population(), split, methods=("weights", "activations"), l2=0.01, points=11, **COST)


@pytest.fixture(scope="module")
def bent(split, train):
    return connectivity(population(), split, train=train, l2=0.01, points=5, steps=60, methods=(), **COST)


def test_barriers_of_curves_known():
    curves = np.array([[1.0, 3.0, 2.0], [1.0, 0.0, 2.0], [1.0, 1.0, 1.0]])
    np.testing.assert_allclose(barriers(curves), [1.5, 0.5, 0.0])


def test_curves_are_the_costs_of_the_networks_in_between(record, split):
    members = population()
    first, second = (jax.tree.map(lambda leaf, m=m: leaf[m], members.networks) for m in record.pairs[4])
    for place, share in ((0, 0.0), (3, 0.3), (10, 1.0)):
        mixed = jax.tree.map(lambda a, b, s=share: (1 - s) * a + s * b, first, second)
        logits = jax.vmap(lambda x, mixed=mixed: mixed(x))(jnp.asarray(split.inputs))
        each = costs.cost_per_example("cross-entropy", logits, costs.targets(jnp.asarray(split.labels), 4))
        squares = sum(float((layer.weight**2).sum()) for layer in mixed.layers)
        assert record["unaligned"].cost[4, place] == pytest.approx(
            float(each.mean()) + 0.005 * squares, rel=1e-5
        )
        wrong = (np.asarray(logits).argmax(axis=1) != split.labels).mean()
        assert record["unaligned"].error[4, place] == pytest.approx(wrong)


def test_ends_are_the_same_networks_after_matching(record):
    for lines in record.lines.values():
        np.testing.assert_allclose(lines.cost[:, [0, -1]], record["unaligned"].cost[:, [0, -1]], rtol=1e-4)
        np.testing.assert_allclose(lines.error[:, [0, -1]], record["unaligned"].error[:, [0, -1]], atol=1e-9)


def test_numbers_follow_from_the_curves(record):
    assert record["unaligned"].remaining is None
    for lines in record.lines.values():
        assert lines.barrier.value == pytest.approx(barriers(lines.cost).mean())
        assert lines.error_barrier.value == pytest.approx(barriers(lines.error).mean())
        middle = lines.cost[:, 5] - (lines.cost[:, 0] + lines.cost[:, -1]) / 2
        assert lines.midpoint.value == pytest.approx(middle.mean())
        assert lines.barrier.low < lines.barrier.value < lines.barrier.high
    left = record["weights"].barrier.value / record["unaligned"].barrier.value
    assert record["weights"].remaining.value == pytest.approx(left)
    assert record["weights"].remaining.interval is not None


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_between_copies_of_one_network_the_hill_disappears(split, activation):
    members = copies(activation=activation)
    labels = members[0].logits(split).argmax(axis=1).astype(np.int32)
    answered = TestSplit(split.raw, labels, split.class_names)
    found = connectivity(members, answered, methods=["weights", "activations"], points=5, **COST)
    assert found["unaligned"].error_barrier.value > 0.1
    assert found["unaligned"].barrier.low >= 0
    for method in ("weights", "activations"):
        assert found[method].barrier.value < 1e-5
        assert found[method].error_barrier.value < 0.02
        assert found[method].remaining.value < 1e-2


def test_curves_start_and_end_at_the_members(bent):
    for ours, theirs in ((bent["curve"].cost, "cost"), (bent["curve"].error, "error")):
        expected = getattr(bent["unaligned"], theirs)
        np.testing.assert_allclose(ours[:, [0, -1]], expected[:, [0, -1]], rtol=1e-6)


def test_bends_learn_from_the_training_split_and_are_measured_on_the_other(bent, split, train):
    members = population()
    learned = EmpiricalCost(np.asarray(train.inputs), train.labels, "cross-entropy", 0.01)
    bends = trained_bends(members.networks, bent.pairs, learned, steps=60, seed=0)
    for pair, (first, second) in enumerate(bent.pairs):
        parts = (members.networks, bends, members.networks)
        vertices = [
            jax.tree.map(lambda x, i=i: x[i], part)
            for part, i in zip(parts, (first, pair, second), strict=True)
        ]
        mixed = jax.tree.map(lambda a, c, b: 0.5625 * a + 0.375 * c + 0.0625 * b, *vertices)  # t = 1/4
        logits = jax.vmap(lambda x, mixed=mixed: mixed(x))(jnp.asarray(split.inputs))
        each = costs.cost_per_example("cross-entropy", logits, costs.targets(jnp.asarray(split.labels), 4))
        squares = sum(float((layer.weight**2).sum()) for layer in mixed.layers)
        assert bent["curve"].cost[pair, 1] == pytest.approx(float(each.mean()) + 0.005 * squares, rel=1e-4)
        wrong = (np.asarray(logits).argmax(axis=1) != split.labels).mean()
        assert bent["curve"].error[pair, 1] == pytest.approx(wrong)


def test_a_curve_goes_around_the_hill(split):
    # Copies of one network answer rightly at the ends and wrongly in between, which a bend can mend.
    members = copies()
    labels = members[0].logits(split).argmax(axis=1).astype(np.int32)
    answered = TrainSplit(split.raw, labels, split.class_names)
    found = connectivity(members, answered, train=answered, points=9, steps=300, **COST)
    assert list(found.lines) == ["unaligned", "weights", "curve"]
    assert found["curve"].barrier.value < 0.5 * found["unaligned"].barrier.value
    assert found["curve"].barrier.low <= found["curve"].barrier.value <= found["curve"].barrier.high
    left = found["curve"].barrier.value / found["unaligned"].barrier.value
    assert found["curve"].remaining.value == pytest.approx(left)


def test_a_record_with_curves_says_what_they_learned_from(record, bent):
    written = bent.to_json()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert (written["trained_on"], written["steps"]) == (80, 60)
    assert len(written["curve"]["error"]) == 5
    assert bent.arrays()["curve_cost"].shape == (6, 5)
    assert bent.rows()[-1][0].endswith("on a curve that was trained to keep low?")
    assert "curve" not in record.lines
    assert (record.trained_on, record.steps) == (0, 0)


def test_bends_do_not_learn_from_a_test_split(split):
    with pytest.raises(EvaluationError, match="train is a TestSplit") as error:
        connectivity(population(), split, train=split, **COST)
    assert "dataset.train" in error.value.hint


def test_networks_of_several_populations_are_connected(split):
    members = population()
    named = connectivity(members, split, members=(0, 3), points=3, **COST)
    listed = connectivity([members[0], members[3]], split, points=3, **COST)
    for name in ("unaligned", "weights"):
        np.testing.assert_allclose(listed[name].cost, named[name].cost, rtol=1e-6)
    other = population(1, spec=Mlp((7, 5), "tanh", "normal"))
    with pytest.raises(EvaluationError, match="Networks of different shapes: number 1"):
        connectivity([members[0], other[0]], split, **COST)


def test_json_arrays_and_rows(record):
    written = record.to_json()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    keys = {"barrier", "error_barrier", "midpoint", "remaining", "cost", "error"}
    assert set(written["weights"]) == keys
    assert (written["pairs"], written["examples"], written["cost"], written["l2"]) == (
        6,
        60,
        "cross-entropy",
        0.01,
    )
    assert record.arrays()["activations_error"].shape == (6, 11)
    (question, _), (_, answer), _ = record.rows()
    assert question == "How high is the hill between two networks, as they are?"
    assert "of the hill is left" in answer
    assert "6 pairs" in repr(record)
    assert "<table>" in record._repr_html_()


def test_convolutional_members_have_lines_and_curves_and_no_matching(split, train):
    members = population(2, spec=ConvNet(channels=(2,), kernel=3, pool=1))
    found = connectivity(members, split, train=train, points=3, steps=2, **COST)
    assert list(found.lines) == ["unaligned", "curve"]
    with pytest.raises(NotApplicable, match="this is a ConvNet"):
        connectivity(members, split, methods=["weights"], **COST)


def test_a_pair_has_no_interval_and_examples_are_drawn(split):
    found = connectivity(population(), split, members=(2, 1), examples=10, points=3, **COST)
    np.testing.assert_array_equal(found.pairs, [[2, 1]])
    assert found["weights"].barrier.interval is None
    assert len(set(found.examples.tolist())) == 10
    assert json.dumps(found.to_json(), allow_nan=False)


def test_what_cannot_be_measured_is_not_applicable(split):
    with pytest.raises(NotApplicable, match="a FakePopulation shows none"):
        connectivity(FakePopulation.random(3), split, **COST)
    with pytest.raises(NotApplicable, match="needs two or more"):
        connectivity(population(3, diverged=(0, 2)), split, **COST)
    with pytest.raises(NotApplicable, match="needs two or more"):
        connectivity(population()[0], split, **COST)
    with pytest.raises(NotApplicable, match="needs two or more"):
        connectivity([population()[0]], split, **COST)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cost": "cross entropy"}, "Did you mean 'cross-entropy'"),
        ({"cost": "quadratic"}, "belongs to sigmoid outputs, these members have softmax"),
        ({"l2": -1.0}, "l2=-1"),
        ({"points": 2}, "points=2"),
        ({"starts": 0}, "starts=0"),
        ({"examples": 0}, "examples=0"),
        ({"members": (0, 4)}, "Member 4 does not exist"),
        ({"members": (0, -1)}, "Member -1 does not exist"),
        ({"members": (0, 0.5)}, "members=\\(0, 0.5\\): expected how many"),
        ({"members": 1.5}, "members=1.5"),
        ({"members": "all"}, "members='all'"),
        ({"train": make_split(60, kind=TrainSplit), "steps": 0}, "steps=0"),
        ({"methods": ["hungarian"]}, "Unknown method 'hungarian'"),
    ],
)
def test_arguments_out_of_range_are_named(split, arguments, message):
    with pytest.raises(EvaluationError, match=message) as error:
        connectivity(population(), split, **{**COST, **arguments})
    assert error.value.hint


def test_diverged_members_are_left_out_and_named(split, train):
    members = population(4)
    broken = jax.tree.map(lambda leaf: leaf.at[1].set(np.nan), members.networks)
    some = Population(broken, np.isin(np.arange(4), [1]), "softmax", SHAPE, tuple("abcd"))
    found = connectivity(some, split, train=train, points=3, steps=3, **COST)
    assert found.excluded == (1,)
    assert all(np.isfinite(lines.cost).all() for lines in found.lines.values())
    with pytest.raises(EvaluationError, match="Member 1 diverged in training"):
        connectivity(some, split, members=(0, 1), **COST)
    unmarked = Population(broken, np.zeros(4, bool), "softmax", SHAPE, tuple("abcd"))
    with pytest.raises(EvaluationError, match=r"nan \(member 1"):
        connectivity(unmarked, split, **COST)


def test_linear_members_have_no_hill_above_their_ends(split):
    # The cross-entropy of a linear classifier is convex, so no line rises above its higher end.
    found = connectivity(population(3, spec=Mlp((), "tanh", "normal")), split, points=5, **COST)
    ends = found["unaligned"].cost[:, [0, -1]].max(axis=1)
    assert (found["unaligned"].cost.max(axis=1) <= ends + 1e-6).all()
