import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import EvaluationError
from thalweg.networks import ConvNet, Mlp, Population, costs
from thalweg.weights import interpolation as mixtures
from thalweg.weights.interpolation import EmpiricalCost, gathered, heights

NAMES = tuple("abc")


def population(spec, members=2, readout="softmax", shape=(8, 8)):
    keys = jax.random.split(jax.random.key(0), members)
    networks = jax.vmap(lambda key: spec.build(key, shape, 3))(keys)
    return Population(networks, np.zeros(members, bool), readout, shape, NAMES)


def asked(examples=30, l2=0.0):
    generator = np.random.default_rng(0)
    inputs = generator.random((examples, 8, 8)).astype(np.float32)
    return EmpiricalCost(inputs, generator.integers(3, size=examples).astype(np.int32), "cross-entropy", l2)


@pytest.mark.parametrize("spec", [Mlp((4,), "tanh", "normal"), ConvNet(channels=(2,), kernel=3, pool=2)])
def test_a_point_is_the_weighted_sum_of_the_weights(monkeypatch, spec):
    # Two chunks of examples, the second of them filled up, and one point at a time.
    monkeypatch.setattr(mixtures, "EXAMPLES_AT_ONCE", 20)
    monkeypatch.setattr(mixtures, "BYTES_AT_ONCE", 1)
    members, question = population(spec, 3), asked(l2=0.1)
    which, shares = np.array([[2, 0, 1], [1, 1, 0]]), np.array([[0.5, 0.2, 0.3], [0.4, 0.5, -0.3]])
    found = heights(members.networks, which, shares, question)
    for point in range(2):
        mixed = jax.tree.map(
            lambda leaf, p=point: sum(s * leaf[w] for s, w in zip(shares[p], which[p], strict=True)),
            members.networks,
        )
        logits = jax.vmap(lambda x, mixed=mixed: mixed(x))(jnp.asarray(question.inputs))
        each = costs.cost_per_example("cross-entropy", logits, costs.targets(jnp.asarray(question.labels), 3))
        squares = sum(float((leaf**2).sum()) for leaf in jax.tree.leaves(mixed) if leaf.ndim >= 2)
        assert found.cost[point] == pytest.approx(float(each.mean()) + 0.05 * squares, rel=1e-5)
        right = (np.asarray(logits).argmax(axis=1) == question.labels).mean()
        assert found.accuracy[point] == pytest.approx(right)


@pytest.mark.parametrize(
    "spec",
    [
        Mlp((), "tanh"),
        Mlp((5,), "relu", "he"),
        Mlp((6, 4), "sigmoid", "normal"),
        ConvNet(channels=(2,), kernel=3, pool=2),
        ConvNet(channels=(2, 3), kernel=2, pool=1, dense=(4,), activation="gelu"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("at_once", [3, 4])
def test_mixed_first_sums_give_what_mixed_weights_give(monkeypatch, spec, at_once):
    """In two chunks of examples; in two pieces of points, if the sums of three networks fit."""
    members, question, draw = population(spec, 4), asked(l2=0.1), np.random.default_rng(1)
    which = draw.integers(3, size=(30, 3)) + (np.arange(30) >= 15)[:, None]
    shares = draw.dirichlet(np.ones(3), 30)
    one = members[0].network.sums(jnp.asarray(question.inputs[0]))
    monkeypatch.setattr(mixtures, "EXAMPLES_AT_ONCE", 20)
    monkeypatch.setattr(mixtures, "BYTES_AT_ONCE", at_once * 20 * one.nbytes)
    mixed = []
    summed = mixtures.first_sums_of
    monkeypatch.setattr(
        mixtures, "first_sums_of", lambda *given: mixed.append(len(given[1])) or summed(*given)
    )
    found = heights(members.networks, which, shares, question)
    assert mixed == [4] * 2 if at_once == 4 else [3] * 4
    monkeypatch.setattr(mixtures, "_points_that_share", lambda *given, known: None)
    by_weights = heights(members.networks, which, shares, question)
    np.testing.assert_allclose(found.cost, by_weights.cost, rtol=2e-6)
    np.testing.assert_array_equal(found.accuracy, by_weights.accuracy)


def test_points_that_share_no_network_are_computed_as_they_are(monkeypatch):
    members, alone = population(Mlp((4,)), 5), np.arange(5)[:, None]
    monkeypatch.setattr(mixtures, "first_sums_of", None)
    assert len(heights(members.networks, alone, np.ones((5, 1)), asked()).cost) == 5


def test_networks_of_several_populations_are_gathered():
    one, other = population(Mlp((4,))), population(Mlp((4,)), 5)
    found = gathered([one[1], other[4]])
    assert len(found) == 2
    for place, member in ((0, one[1]), (1, other[4])):
        for ours, theirs in zip(
            jax.tree.leaves(found[place].network), jax.tree.leaves(member.network), strict=True
        ):
            np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    "other",
    [
        population(Mlp((5,))),
        population(Mlp((4, 4))),
        population(Mlp((4,), "tanh")),
        population(Mlp((4,)), readout="sigmoid"),
        population(Mlp((4,)), shape=(64,)),
        population(ConvNet(channels=(2,), kernel=3, pool=2)),
    ],
    ids=["wider", "deeper", "another activation", "another readout", "other inputs", "another kind"],
)
def test_networks_of_different_shapes_are_named(other):
    with pytest.raises(EvaluationError, match="Networks of different shapes: number 1 is") as error:
        gathered([population(Mlp((4,)))[0], other[0]])
    assert error.value.hint


def test_what_is_no_trained_network_is_named():
    with pytest.raises(EvaluationError, match="Number 1 of 2 networks is a Population") as error:
        gathered([population(Mlp((4,)))[0], population(Mlp((4,)))])
    assert error.value.hint
