import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import RecipeError
from thalweg.networks import Mlp
from thalweg.networks.linear import Linear, drop_out
from thalweg.networks.mlp import MlpNetwork

KEY = jax.random.key(0)


def count(network):
    return sum(leaf.size for leaf in jax.tree.leaves(network))


@pytest.mark.parametrize(
    ("spec", "shape", "classes", "parameters"),
    [
        (Mlp((16, 16)), (28, 28), 10, 13_002),
        (Mlp((30,)), (28, 28), 10, 23_860),
        (Mlp(()), (13,), 3, 42),
        (Mlp((5,)), (4, 4, 3), 2, 48 * 5 + 5 + 12),
    ],
)
def test_parameters_are_counted_by_hand(spec, shape, classes, parameters):
    assert count(spec.build(KEY, shape, classes)) == parameters


def test_output_is_the_weighted_sums_through_the_activation():
    first = Linear(jnp.array([[1.0, -1.0], [0.5, 2.0]]), jnp.array([0.0, -1.0]))
    second = Linear(jnp.array([[2.0, 1.0]]), jnp.array([0.5]))
    network = MlpNetwork((first, second), "relu")
    # hidden: relu(1*3 - 1*1 + 0) = 2, relu(0.5*3 + 2*1 - 1) = 2.5; output 2*2 + 2.5 + 0.5
    assert float(network(jnp.array([3.0, 1.0]))[0]) == pytest.approx(7.0)


def test_step_activation_is_on_or_off():
    network = Mlp((6,), "step").build(KEY, (4,), 2)
    hidden = network.layers[0](jnp.ones(4))
    expected = network.layers[1](jnp.where(hidden > 0, 1.0, 0.0))
    np.testing.assert_allclose(network(jnp.ones(4)), expected, rtol=1e-6)


def test_dropout_needs_a_key_and_keeps_the_mean():
    x = jnp.ones(20_000)
    assert drop_out(x, 0.3, None) is x
    dropped = np.asarray(drop_out(x, 0.3, KEY))
    assert set(np.unique(dropped.round(5))) == {0.0, np.float32(1 / 0.7).round(5)}
    assert dropped.mean() == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize(
    "build", [lambda: Mlp((0,)), lambda: Mlp(activation="sigmod"), lambda: Mlp(initialisation="xavier")]
)
def test_bad_specs_are_refused(build):
    with pytest.raises(RecipeError) as caught:
        build()
    assert caught.value.hint


def test_near_match_is_offered():
    with pytest.raises(RecipeError) as caught:
        Mlp(activation="sigmod")
    assert "'sigmoid'" in caught.value.hint
