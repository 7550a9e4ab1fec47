import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from jax.flatten_util import ravel_pytree

from thalweg.errors import RecipeError
from thalweg.networks.convnet import ConvNet
from thalweg.spec import from_table, to_table

KEY = jax.random.key(0)


def outline(input_shape=(28, 28), classes=10, **fields):
    """Return the network with shapes in place of numbers: nothing is drawn, so nothing is compiled."""
    return jax.eval_shape(lambda: ConvNet(**fields).build(KEY, input_shape, classes))


def build(input_shape=(28, 28), classes=10, **fields):
    """Return a network of NumPy's random numbers, biases too, far quicker than by JAX's own."""
    generator = np.random.default_rng(1)
    return jax.tree.map(
        lambda leaf: jnp.asarray(generator.normal(scale=0.2, size=leaf.shape), dtype=leaf.dtype),
        outline(input_shape, classes, **fields),
    )


def image(*shape):
    return jnp.asarray(np.random.default_rng(3).uniform(size=shape), dtype=jnp.float32)


@jax.jit
def logits(network, x):
    return network(x)


@jax.jit
def oracle(network, x):
    """Compute the logits with XLA's own convolution and windowed maximum."""
    x = x.reshape(*x.shape[:2], -1)
    for convolution in network.convolutions:
        x = lax.conv_general_dilated(
            x[None],
            convolution.weight,
            window_strides=(1, 1),
            padding=convolution.padding.upper(),
            dimension_numbers=("NHWC", "HWIO", "NHWC"),
        )[0]
        x = jnp.maximum(x + convolution.bias, 0)
        window = (network.pool, network.pool, 1)
        x = lax.reduce_window(x, -jnp.inf, lax.max, window, window, "VALID")
    x = x.reshape(-1)
    for layer in network.layers[:-1]:
        x = jnp.maximum(layer.weight @ x + layer.bias, 0)
    return network.layers[-1].weight @ x + network.layers[-1].bias


def parameters(*args, **fields):
    return sum(leaf.size for leaf in jax.tree.leaves(outline(*args, **fields)))


@pytest.mark.parametrize(
    ("fields", "input_shape"),
    [
        ({}, (28, 28)),
        ({"padding": "same", "kernel": 5, "channels": (8,), "dense": (), "pool": 3}, (13, 11)),
        ({"channels": (4, 9, 6), "pool": 1, "kernel": 2, "dense": (7, 5)}, (9, 12, 3)),
    ],
)
def test_logits_equal_those_of_xlas_convolution(fields, input_shape):
    network = build(input_shape, **fields)
    x = image(*input_shape)
    answer = logits(network, x)
    assert answer.shape == (10,)
    np.testing.assert_allclose(answer, oracle(network, x), rtol=1e-5, atol=1e-5)


def test_parameters_counted_by_hand():
    # 3x3x1x16+16, 3x3x16x32+32; 28 -> 26 -> 13 -> 11 -> 5, so 5x5x32 features into 128, then 10.
    assert parameters() == 160 + 4640 + (800 * 128 + 128) + (128 * 10 + 10) == 108_618
    # `same` keeps 28 -> 14 -> 7.
    assert parameters(padding="same") == 160 + 4640 + (1568 * 128 + 128) + 1290
    # Colour adds two more planes to each detector of the first layer only: 32 -> 30 -> 15 -> 13 -> 6.
    assert parameters((32, 32, 3), 4, dense=()) == (27 * 16 + 16) + 4640 + (1152 * 4 + 4)


def slopes(cost, x):
    """Return the slopes of `cost` along every axis by central differences."""
    steps = jnp.eye(len(x)) * 1e-6
    return jax.lax.map(lambda step: (cost(x + step) - cost(x - step)) / 2e-6, steps)


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_gradient_equals_finite_differences(activation):
    fields = {"channels": (3, 4), "kernel": 2, "dense": (5,)}
    with jax.enable_x64(True):
        network = build((8, 7, 2), 3, activation=activation, **fields)
        flat, restore = ravel_pytree(network)
        x = image(8, 7, 2).astype(jnp.float64)

        def cost(parameters):
            return -jax.nn.log_softmax(restore(parameters)(x))[1]

        gradient, expected = jax.jit(jax.grad(cost))(flat), jax.jit(slopes, static_argnums=0)(cost, flat)
    assert gradient.dtype == jnp.float64
    np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-8)
    assert np.count_nonzero(gradient) > len(flat) / 4


def test_grey_images_with_and_without_a_channel_axis_are_the_same():
    x = image(12, 12)
    np.testing.assert_array_equal(logits(build((12, 12)), x), logits(build((12, 12, 1)), x[..., None]))


def test_every_colour_plane_counts():
    network = build((12, 12, 3))
    x = image(12, 12, 3)
    for plane in range(3):
        assert np.any(logits(network, x.at[..., plane].set(0.0)) != logits(network, x))


def test_nets_without_a_dense_layer_read_the_features_directly():
    network = build(dense=())
    x = image(28, 28)
    readout = network.layers[0]
    assert network.maps(x).shape == (5, 5, 32)
    np.testing.assert_allclose(
        network(x), readout.weight @ network.maps(x).reshape(-1) + readout.bias, rtol=1e-6
    )


def test_dropout_only_with_a_key():
    network = build()
    x = image(28, 28)
    np.testing.assert_array_equal(network(x, 0.5), network(x))
    dropped = network(x, 0.5, jax.random.key(1))
    assert np.any(dropped != network(x))
    np.testing.assert_array_equal(dropped, network(x, 0.5, jax.random.key(1)))
    assert np.any(dropped != network(x, 0.5, jax.random.key(2)))
    np.testing.assert_allclose(network(x, 0.0, jax.random.key(1)), network(x), rtol=1e-6)


def test_dropout_acts_on_what_the_dense_layers_read():
    # Everything dropped leaves only the biases of the last layer; a share of 1 would divide by zero.
    network = build(dense=())
    answer = network(image(28, 28), 1 - 1e-9, jax.random.key(0))
    np.testing.assert_array_equal(answer, network.layers[-1].bias)


def test_layers_are_drawn_independently_and_repeatably():
    spec = ConvNet(channels=(4, 4, 4), dense=(9, 9))
    draw = jax.jit(lambda key: spec.build(key, (28, 28), 9))
    network = draw(KEY)
    assert np.all(network.convolutions[1].weight != network.convolutions[2].weight)
    assert np.all(network.layers[1].weight != network.layers[2].weight)
    assert eqx.tree_equal(network, draw(KEY))
    assert np.all(network.layers[0].weight != draw(jax.random.key(1)).layers[0].weight)


def test_members_alone_equal_members_in_a_population():
    first = build((14, 14), channels=(4, 9), dense=(6,))
    members = [jax.tree.map(lambda leaf, factor=factor: leaf * factor, first) for factor in (1.0, 0.7, -0.4)]
    population = jax.tree.map(lambda *leaves: jnp.stack(leaves), *members)
    images = image(5, 14, 14)
    of_examples = jax.vmap(logits, in_axes=(None, 0))
    together = jax.vmap(of_examples, in_axes=(0, None))(population, images)
    for member, network in enumerate(members):
        np.testing.assert_allclose(together[member], of_examples(network, images), rtol=1e-5, atol=1e-5)
    assert np.all(together[0] != together[1])


def test_a_spec_survives_the_table_form():
    spec = ConvNet(channels=(8,), kernel=5, pool=1, padding="same", dense=(), activation="gelu")
    assert from_table({"convnet": ConvNet}, to_table(spec), "network") == spec


@pytest.mark.parametrize("input_shape", [(13,), (4, 28, 28, 1), ()])
def test_refuses_inputs_that_are_not_images(input_shape):
    with pytest.raises(RecipeError, match="expected images") as caught:
        ConvNet().build(KEY, input_shape, 10)
    assert str(input_shape) in caught.value.message
    assert "mlp" in caught.value.hint


@pytest.mark.parametrize(
    ("fields", "input_shape", "depth"),
    [
        ({}, (9, 28), 2),
        ({"kernel": 5}, (4, 4), 1),
        ({"channels": (8, 8, 8), "pool": 1}, (28, 6, 3), 3),
        ({"padding": "same"}, (3, 3), 2),
    ],
)
def test_refuses_images_too_small_for_its_layers(fields, input_shape, depth):
    with pytest.raises(RecipeError, match=f"nothing is left of them after convolution {depth}") as caught:
        ConvNet(**fields).build(KEY, input_shape, 10)
    assert f"{input_shape[0]}x{input_shape[1]} pixels" in caught.value.message
    assert "smaller kernel" in caught.value.hint


def test_the_smallest_image_that_is_accepted():
    assert build((10, 10)).maps(image(10, 10)).shape == (1, 1, 32)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"channels": ()}, "channels"),
        ({"channels": (16, 0)}, "channels"),
        ({"kernel": 0}, "kernel"),
        ({"pool": 0}, "pool"),
        ({"padding": "full"}, "padding"),
        ({"dense": (-1,)}, "dense"),
        ({"activation": "swish"}, "activation"),
        ({"initialisation": "zeros"}, "initialisation"),
    ],
)
def test_refuses_fields_out_of_range(fields, field):
    with pytest.raises(RecipeError, match=rf"ConvNet\({field}=") as caught:
        ConvNet(**fields)
    assert caught.value.hint
