import jax
import numpy as np
import pytest

from thalweg.networks import Mlp
from thalweg.weights import barriers as module
from thalweg.weights.barriers import Barriers
from thalweg.weights.interpolation import EmpiricalCost
from thalweg.weights.permutation import REFLECTIONS, Rearrangement, rearranged

PAIRS = np.array([[0, 1], [0, 2], [1, 2]])


@pytest.fixture(scope="module")
def empirical():
    generator = np.random.default_rng(0)
    return EmpiricalCost(np.float32(generator.normal(size=(20, 3))), np.arange(20) % 2, "cross-entropy")


@pytest.fixture(scope="module")
def networks():
    keys = jax.random.split(jax.random.key(1), 3)
    return [Mlp((4,), "relu").build(key, (3,), 2) for key in keys]


def test_a_barrier_is_the_highest_point_above_the_ends_mixed_alike(networks, empirical):
    """As every point costs alone, network by network."""
    lines = Barriers(networks, 5, empirical)
    found = lines.of(PAIRS, lines.as_they_are)
    for (first, second), barrier in zip(PAIRS.tolist(), found, strict=True):
        above = [0.0]
        for share in (0.25, 0.5, 0.75):
            point = jax.tree.map(
                lambda one, other, share=share: (
                    (1 - share) * one + share * other if hasattr(one, "shape") else one
                ),
                networks[first],
                networks[second],
            )
            (cost,) = Barriers([point], 5, empirical).costs
            above.append(cost - (1 - share) * lines.costs[first] - share * lines.costs[second])
        assert barrier == pytest.approx(max(above), abs=1e-5)


def test_between_a_network_and_itself_there_is_none(networks, empirical):
    lines = Barriers(networks, 4, empirical)
    np.testing.assert_allclose(lines.of(np.array([[1, 1]]), lines.as_they_are), 0.0, atol=1e-6)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("hidden", [(5,), (5, 3)])
def test_barriers_of_rearranged_networks_are_those_of_networks_that_stand_so(empirical, activation, hidden):
    draw = np.random.default_rng(3)
    network = Mlp(hidden, activation, "normal").build(jax.random.key(2), (3,), 2)
    network = jax.tree.map(lambda leaf: 6 * leaf if hasattr(leaf, "shape") else leaf, network)
    answers = np.asarray(jax.vmap(network)(empirical.inputs)).argmax(axis=1)
    networks, asked = [network] * 3, empirical._replace(labels=answers)

    def some(_: int) -> Rearrangement:
        free = activation in REFLECTIONS
        signs = (draw.choice([-1.0, 1.0], width) if free else np.ones(width) for width in hidden)
        return Rearrangement(tuple(draw.permutation(width) for width in hidden), tuple(signs))

    orders = [some(member) for member in range(3)]
    found = Barriers(networks, 6, asked).of(PAIRS, lambda one, other: (orders[one], orders[other]))
    moved = [rearranged(network, order) for network, order in zip(networks, orders, strict=True)]
    lines = Barriers(moved, 6, asked)
    np.testing.assert_allclose(found, lines.of(PAIRS, lines.as_they_are), rtol=1e-5)
    assert found.max() > 1e-4


def test_pieces_of_pairs_change_nothing(networks, empirical, monkeypatch):
    lines = Barriers(networks, 4, empirical)
    whole = lines.of(PAIRS, lines.as_they_are)
    monkeypatch.setattr(module, "PAIRS_AT_ONCE", 2)
    np.testing.assert_allclose(lines.of(PAIRS, lines.as_they_are), whole, atol=1e-6)
