"""The gradient against finite differences, against a worked example, and against doing nothing."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.test_util import check_grads

from thalweg.networks import ConvNet, Mlp
from thalweg.networks.activations import ACTIVATION_NAMES
from thalweg.networks.costs import COST_NAMES
from thalweg.networks.linear import Linear
from thalweg.networks.mlp import MlpNetwork
from thalweg.training import Recipe, Sgd, descent
from thalweg.training.descent import Batch

SMOOTH = [name for name in ACTIVATION_NAMES if name != "step"]
SPECS = [Mlp((5, 4), name) for name in SMOOTH] + [ConvNet(channels=(2, 3), dense=(4,), activation="gelu")]


def batch(shape=(12, 12), examples=6):
    generator = np.random.default_rng(0)
    inputs, labels = generator.random((examples, *shape)), np.arange(examples) % 3
    return Batch(jnp.asarray(inputs), jnp.asarray(labels), jnp.linspace(0.2, 1.0, examples))


@pytest.mark.parametrize("cost", COST_NAMES)
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.kind}-{spec.activation}")
def test_gradient_is_the_finite_difference(spec, cost):
    with jax.enable_x64(True):
        recipe = Recipe(network=spec, cost=cost, l2=0.01, label_smoothing=0.1)
        network = spec.build(jax.random.key(1), (12, 12), 3)
        examples = batch()
        check_grads(
            lambda network: descent.batch_cost(network, examples, recipe)[0],
            (network,),
            order=1,
            modes=["rev"],
            atol=1e-6,
            rtol=1e-6,
            eps=1e-6,
        )


def test_on_off_neurons_have_no_slope_to_follow():
    recipe = Recipe(network=Mlp((5, 4), "step"))
    network = recipe.network.build(jax.random.key(0), (12, 12), 3)
    gradient = jax.grad(lambda network: descent.batch_cost(network, batch(), recipe)[0])(network)
    assert all(np.all(np.asarray(leaf) == 0) for leaf in jax.tree.leaves(gradient.layers[:-1]))
    assert np.abs(gradient.layers[-1].bias).max() > 0


def test_a_step_worked_by_hand():
    """Mazur's published example of one backpropagation step on a 2-2-2 sigmoid network, rate 0.5."""
    network = MlpNetwork(
        (
            Linear(jnp.array([[0.15, 0.20], [0.25, 0.30]]), jnp.full(2, 0.35)),
            Linear(jnp.array([[0.40, 0.45], [0.50, 0.55]]), jnp.full(2, 0.60)),
        ),
        "sigmoid",
    )
    target = jnp.array([[0.01, 0.99]])

    def cost(network):
        outputs = jax.nn.sigmoid(network(jnp.array([0.05, 0.10])))
        return 0.5 * jnp.sum((outputs - target) ** 2)

    assert float(cost(network)) == pytest.approx(0.298371109, abs=1e-7)
    # the same number from the package's own cost on the same logits
    from thalweg.networks.costs import cost_per_example

    logits = network(jnp.array([0.05, 0.10]))[None]
    assert float(cost_per_example("quadratic", logits, target)[0]) == pytest.approx(0.298371109, abs=1e-7)
    gradient = jax.grad(cost)(network)
    after = jax.tree.map(lambda weight, part: weight - 0.5 * part, network, gradient)
    np.testing.assert_allclose(
        after.layers[1].weight, [[0.35891648, 0.408666186], [0.511301270, 0.561370121]], atol=1e-7
    )
    np.testing.assert_allclose(
        after.layers[0].weight, [[0.149780716, 0.19956143], [0.24975114, 0.29950229]], atol=1e-7
    )


def test_the_cost_is_a_weighted_mean_and_l2_spares_biases():
    recipe = Recipe(network=Mlp((5,)), cost="quadratic")
    network = recipe.network.build(jax.random.key(0), (12, 12), 3)
    examples = batch()
    each = [
        float(descent.batch_cost(network, Batch(*(part[i : i + 1] for part in examples)), recipe)[0])
        for i in range(6)
    ]
    cost, info = descent.batch_cost(network, examples, recipe)
    assert float(cost) == pytest.approx(np.average(each, weights=examples.weights), rel=1e-5)
    assert float(info.weight) == pytest.approx(float(examples.weights.sum()))
    with_l2, _ = descent.batch_cost(network, examples, recipe.with_settings({"l2": 0.2}))
    squares = sum(float((layer.weight**2).sum()) for layer in network.layers)
    assert float(with_l2 - cost) == pytest.approx(0.1 * squares, rel=1e-4)


def test_a_batch_that_counts_for_nothing_moves_nothing():
    recipe = Recipe(network=Mlp((5,)), optimiser=Sgd(0.5))
    state = descent.start(recipe, jax.random.key(0), (12, 12), 3)
    empty = batch()._replace(weights=jnp.zeros(6))
    after, info = descent.step(state, empty, recipe, jax.random.key(1), steps=10, piece=6)
    assert float(info.weight) == 0
    leaves = [jax.tree.leaves(eqx.filter(each.network, eqx.is_array)) for each in (state, after)]
    for before, now in zip(*leaves, strict=True):
        np.testing.assert_array_equal(before, now)


@pytest.mark.parametrize("piece", [1, 4, 6])
def test_a_slope_in_pieces_is_the_slope(piece):
    recipe = Recipe(network=Mlp((5,)), l2=0.1, dropout=0.3)
    network = recipe.network.build(jax.random.key(0), (12, 12), 3)
    key = jax.random.key(2)
    expected, _ = jax.grad(descent.batch_cost, has_aux=True)(network, batch(), recipe, key)
    _, info = descent.batch_cost(network, batch(), recipe, key)
    found, found_info = descent.slope(network, batch(), recipe, key, piece=piece)
    for one, other in zip(jax.tree.leaves(expected), jax.tree.leaves(found), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
    np.testing.assert_allclose(info, found_info, rtol=1e-6)
