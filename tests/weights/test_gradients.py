import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.evaluation.hills import digits, population
from thalweg.networks import ConvNet, Mlp, exchange
from thalweg.weights import gradients as gradient
from thalweg.weights.cost_surface import CostSurface
from thalweg.weights.gradients import costs_and_gradients
from thalweg.weights.interpolation import EmpiricalCost


def asked(split, cost="quadratic", l2=0.0):
    return EmpiricalCost(split.inputs.reshape(len(split), *split.input_shape), split.labels, cost, l2)


@pytest.fixture(scope="module")
def split():
    return digits()


@pytest.mark.parametrize(("cost", "readout"), [("quadratic", "sigmoid"), ("cross-entropy", "softmax")])
def test_it_is_the_surface_of_every_member(split, cost, readout):
    members = population(members=3, readout=readout)
    found = costs_and_gradients(members.networks, asked(split, cost, 0.1))
    for member in range(3):
        surface = CostSurface.of(members[member], split, cost=cost, l2=0.1)
        height, slope = surface.cost_and_gradient(surface.start)
        assert found.cost[member] == pytest.approx(height, rel=1e-6)
        together = np.concatenate([part[member].ravel() for part in found.gradient.values()])
        np.testing.assert_allclose(together, slope, atol=1e-6)
        assert found.norm[member] == pytest.approx(np.linalg.norm(slope), rel=1e-5)


def test_the_gradient_is_that_of_finite_differences(split):
    """In float64: the cost one small nudge up and down, for some weights and biases of every layer."""
    with jax.enable_x64(True):
        networks = jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float64), population(members=1).networks)
        question = asked(split, l2=0.05)
        found = costs_and_gradients(networks, question)
        for name, part in found.gradient.items():
            where = np.unravel_index(part.size // 2, part.shape)

            def moved(size, name=name, where=where):
                tensors = exchange.to_tensors(networks)
                tensors[name] = tensors[name].copy()
                tensors[name][where] += size
                leaves = list(tensors.values())
                moved = jax.tree.unflatten(jax.tree.structure(networks), leaves)
                return costs_and_gradients(moved, question, gradient=False).cost[0]

            difference = (moved(1e-5) - moved(-1e-5)) / 2e-5
            assert part[where] == pytest.approx(difference, rel=1e-6, abs=1e-10), name


def test_pieces_of_members_and_examples_change_nothing(split, monkeypatch):
    members = population(members=5)
    whole = costs_and_gradients(members.networks, asked(split, l2=0.1))
    monkeypatch.setattr(gradient, "EXAMPLES_AT_ONCE", 64)
    monkeypatch.setattr(gradient, "BYTES_AT_ONCE", 1)
    parts = costs_and_gradients(members.networks, asked(split, l2=0.1))
    np.testing.assert_allclose(parts.cost, whole.cost, rtol=1e-6)
    np.testing.assert_array_equal(parts.accuracy, whole.accuracy)
    np.testing.assert_allclose(parts.norm, whole.norm, rtol=1e-5)


def test_accuracy_and_layers_in_their_order(split):
    members = population(Mlp((4, 3)), members=2)
    found = costs_and_gradients(members.networks, asked(split))
    right = (members.logits(split).argmax(axis=2) == split.labels).mean(axis=1)
    np.testing.assert_allclose(found.accuracy, right)
    assert list(found.gradient) == list(exchange.to_tensors(members.networks))
    assert next(iter(found.gradient)) == "layers.0.weight"
    bare = costs_and_gradients(members.networks, asked(split), gradient=False)
    assert bare.gradient == {}
    np.testing.assert_allclose(bare.cost, found.cost, rtol=1e-6)


def test_a_convolutional_network_has_a_slope_too(split):
    members = population(ConvNet(channels=(2,), kernel=3, pool=1), members=2)
    found = costs_and_gradients(members.networks, asked(split))
    surface = CostSurface.of(members[1], split, cost="quadratic", l2=0.0)
    assert found.norm[1] == pytest.approx(
        np.linalg.norm(surface.cost_and_gradient(surface.start)[1]), rel=1e-4
    )
