import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.networks import ConvNet, Mlp, OwnNetwork, costs
from thalweg.networks.layered import LayeredNetwork, Step, UnbiasedLinear, WideConvolution
from thalweg.networks.population import flat_weights
from thalweg.weights import interpolation as mixing
from thalweg.weights.interpolation import EmpiricalCost, heights, joined, stacked
from thalweg.weights.planes import (
    filter_normalised,
    plane_through,
    principal_plane,
    random_plane,
    with_weights,
)

GENERATOR = np.random.default_rng(0)
QUESTION = EmpiricalCost(
    GENERATOR.random((37, 6)).astype(np.float32), np.arange(37, dtype=np.int32) % 3, "quadratic", 0.01
)


def network(seed=0, hidden=(5, 4)):
    return Mlp(hidden, "tanh", "normal").build(jax.random.key(seed), (6,), 3)


def true_height(network, question):
    logits = jax.vmap(lambda x: network(x))(question.inputs)
    each = costs.cost_per_example(question.cost, logits, costs.targets(question.labels, 3))
    squares = sum(float((layer.weight**2).sum()) for layer in network.layers)
    right = (np.asarray(logits).argmax(axis=1) == question.labels).mean()
    return float(each.mean()) + 0.5 * question.l2 * squares, right


@pytest.mark.parametrize("cost", costs.COST_NAMES)
def test_heights_are_those_of_the_mixed_network(cost, monkeypatch):
    question = QUESTION._replace(cost=cost)
    networks = [network(seed) for seed in range(3)]
    which = np.array([[0, 1], [1, 2], [2, 0], [0, 1], [1, 1]])
    shares = np.array([[0.5, 0.5], [1.5, -0.5], [0.2, 0.8], [1.0, 0.0], [0.0, 1.0]])
    found = heights(stacked(networks), which, shares, question)
    for place, (pair, share) in enumerate(zip(which, shares, strict=True)):
        flat = sum(part * flat_weights(networks[number]) for part, number in zip(share, pair, strict=True))
        cost_there, right = true_height(with_weights(networks[0], flat), question)
        assert found.cost[place] == pytest.approx(cost_there, rel=1e-5)
        assert found.accuracy[place] == pytest.approx(right)
    # The same in chunks that do not divide the points or the examples.
    monkeypatch.setattr(mixing, "EXAMPLES_AT_ONCE", 10)
    monkeypatch.setattr(mixing, "_points_at_once", lambda *_: 2)
    chunked = heights(stacked(networks), which, shares, question)
    np.testing.assert_allclose(chunked.cost, found.cost, rtol=1e-5)
    np.testing.assert_array_equal(chunked.accuracy, found.accuracy)


def test_chunks_stay_within_memory(monkeypatch):
    monkeypatch.setattr(mixing, "BYTES_AT_ONCE", 100_000)
    few = mixing._points_at_once(stacked([network()]), QUESTION.inputs, 1000)
    assert 1 <= few < 1000
    monkeypatch.setattr(mixing, "BYTES_AT_ONCE", 1)
    assert mixing._points_at_once(stacked([network()]), QUESTION.inputs, 1000) == 1


def test_stacks_are_joined():
    both = joined(stacked([network(0)]), stacked([network(1), network(2)]))
    np.testing.assert_array_equal(both.layers[0].weight[2], network(2).layers[0].weight)


def test_directions_are_as_long_as_each_neurons_weights():
    like = network()
    direction = filter_normalised(like, np.random.default_rng(1))
    for layer, move in zip(like.layers, direction.layers, strict=True):
        np.testing.assert_allclose(
            np.linalg.norm(move.weight, axis=1), np.linalg.norm(layer.weight, axis=1), rtol=1e-5
        )
        assert not np.asarray(move.bias).any()
    assert abs(np.corrcoef(flat_weights(direction), flat_weights(like))[0, 1]) < 0.6


def test_directions_of_filters():
    like = ConvNet(channels=(3,)).build(jax.random.key(0), (8, 8), 3)
    move = filter_normalised(like, np.random.default_rng(1)).convolutions[0].weight
    weight = like.convolutions[0].weight
    np.testing.assert_allclose(
        np.linalg.norm(move.reshape(-1, 3), axis=0), np.linalg.norm(weight.reshape(-1, 3), axis=0), rtol=1e-5
    )


def assert_drawn(weight, move, neurons):
    """A direction is as long as the weights, neuron by neuron, and is not they."""
    rows = [np.moveaxis(np.asarray(each), neurons, 0) for each in (weight, move)]
    weight, move = (each.reshape(len(each), -1) for each in rows)
    np.testing.assert_allclose(np.linalg.norm(move, axis=1), np.linalg.norm(weight, axis=1), rtol=1e-5)
    assert abs(np.corrcoef(weight.ravel(), move.ravel())[0, 1]) < 0.6


def test_directions_of_networks_of_other_makers_are_drawn_too():
    generator = np.random.default_rng(3)
    numbers = lambda *shape: jnp.asarray(generator.normal(size=shape), jnp.float32)  # noqa: E731
    wide = WideConvolution(numbers(3, 3, 2, 4), numbers(4), ((1, 1), (0, 2)), (2, 2))
    like = LayeredNetwork((UnbiasedLinear(numbers(5, 6)),), (wide,), (Step("flat"), Step("dense")))
    moved = filter_normalised(like, np.random.default_rng(1))
    assert_drawn(like.convolutions[0].weight, moved.convolutions[0].weight, 3)
    assert not np.asarray(moved.convolutions[0].bias).any()
    assert_drawn(like.layers[0].weight, moved.layers[0].weight, 0)
    own = OwnNetwork(f"{__name__}:owned").build(jax.random.key(0), (4,), 3)
    moved = filter_normalised(own, np.random.default_rng(1))
    for name, weight in own.parameters.items():
        if weight.ndim > 1:
            assert_drawn(weight, moved.parameters[name], 0)
        else:
            assert not np.asarray(moved.parameters[name]).any()


def owned(key, input_shape, classes):
    """A network as somebody else writes it."""
    return eqx.nn.MLP(input_shape[0], classes, 5, 1, key=key)


def test_the_random_plane_goes_through_its_network():
    plane = random_plane(network(), np.random.default_rng(2))
    assert plane.heights(np.zeros((1, 2)), QUESTION).cost[0] == pytest.approx(
        true_height(network(), QUESTION)[0]
    )


def test_a_plane_through_three_has_them_at_their_coordinates():
    networks = [network(seed) for seed in range(3)]
    plane = plane_through(networks)
    flats = [flat_weights(each) for each in networks]
    for one in range(3):
        for other in range(3):
            wanted = np.linalg.norm(flats[one] - flats[other])
            assert np.linalg.norm(plane.corners[one] - plane.corners[other]) == pytest.approx(wanted)
    np.testing.assert_allclose(plane.shares(plane.marks), np.eye(3), atol=1e-12)
    found = plane.heights(plane.marks, QUESTION)
    np.testing.assert_allclose(found.cost, [true_height(each, QUESTION)[0] for each in networks], rtol=1e-5)
    assert plane_through([networks[0], networks[1], networks[1]]) is None
    assert plane_through([networks[0], networks[0], networks[1]]) is None


def test_a_path_in_a_plane_is_on_it():
    origin = flat_weights(network())
    one, two = (GENERATOR.normal(size=origin.size) for _ in range(2))
    turns = np.linspace(3, 0, 8)
    path = np.array([origin + turn * one + turn**2 * two for turn in turns])
    plane = principal_plane(network(), path)
    assert plane.distances.max() < 1e-9 * plane.lengths.max()
    np.testing.assert_allclose(np.linalg.norm(plane.marks, axis=1), plane.lengths)
    found = plane.heights(plane.marks, QUESTION).cost
    wanted = [true_height(with_weights(network(), place), QUESTION)[0] for place in path]
    np.testing.assert_allclose(found, wanted, rtol=1e-4)
    assert principal_plane(network(), np.array([origin, origin + one, origin + 3 * one])) is None


def test_a_path_that_leaves_its_plane_says_by_how_much():
    origin = flat_weights(network())
    basis = np.linalg.qr(GENERATOR.normal(size=(origin.size, 3)))[0].T
    away = np.array([[5.0, 0, 0], [0, 3.0, 0], [0, 0, 1.0], [0, 0, 0]])
    plane = principal_plane(network(), origin + away @ basis)
    np.testing.assert_allclose(plane.distances, [0, 0, 1, 0], atol=1e-9)
    np.testing.assert_allclose(plane.lengths, [5, 3, 1, 0], atol=1e-9)
