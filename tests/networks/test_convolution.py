import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from thalweg.networks.convolution import FEW_CHANNELS, Convolution, convolved, max_pool


def layer(channels, *, kernel, padding, outputs=5):
    generator = np.random.default_rng(1)
    weight = generator.normal(size=(kernel, kernel, channels, outputs))
    return Convolution(jnp.asarray(weight), jnp.asarray(generator.normal(size=outputs)), padding)


def image(*shape):
    return jnp.asarray(np.random.default_rng(2).normal(size=shape))


def oracle(convolution, x):
    """XLA's own convolution, which is right and slow."""
    answer = lax.conv_general_dilated(
        x[None],
        convolution.weight,
        window_strides=(1, 1),
        padding=convolution.padding.upper(),
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    )
    return answer[0] + convolution.bias


def pooled_by_window(x, pool):
    window = (pool, pool, 1)
    return lax.reduce_window(x, -jnp.inf, lax.max, window, window, "VALID")


@jax.jit
def ours_and_xlas(convolution, x):
    """Return (answer, gradients by weight, bias and image) of our convolution and of XLA's."""

    def both(apply):
        gradient = jax.grad(lambda convolution, x: jnp.sum(jnp.sin(apply(convolution, x))), argnums=(0, 1))
        return apply(convolution, x), *jax.tree.leaves(gradient(convolution, x))

    return both(lambda convolution, x: convolution(x)), both(oracle)


# Grey, colour and many channels: the layer groups its slices one way for few and another for many.
@pytest.mark.parametrize(
    ("channels", "kernel", "padding"),
    [
        (1, 3, "valid"),
        (3, 5, "same"),
        (FEW_CHANNELS - 1, 2, "same"),
        (FEW_CHANNELS, 3, "valid"),
        (FEW_CHANNELS, 1, "valid"),
        (12, 4, "same"),
    ],
)
def test_a_convolution_and_its_gradients_equal_those_of_xla(channels, kernel, padding):
    with jax.enable_x64(True):
        convolution = layer(channels, kernel=kernel, padding=padding)
        ours, xlas = ours_and_xlas(convolution, image(9, 7, channels))
    for answer, expected in zip(ours, xlas, strict=True):
        assert answer.shape == expected.shape
        assert answer.dtype == jnp.float64
        np.testing.assert_allclose(answer, expected, rtol=0, atol=1e-12)


def test_a_hand_worked_convolution():
    # A detector of vertical edges: right neighbour minus left, on a picture that is dark left, bright right.
    weight = jnp.array([[-1.0, 0.0, 1.0]] * 3).reshape(3, 3, 1, 1)
    edge = Convolution(weight, jnp.array([0.5]), "valid")
    x = jnp.array([[0.0, 0.0, 1.0, 1.0]] * 3)[..., None]
    np.testing.assert_allclose(edge(x)[..., 0], [[3.5, 3.5]])


@pytest.mark.parametrize(
    ("extent", "kernel", "padding", "left"),
    [(28, 3, "valid", 26), (28, 3, "same", 28), (5, 5, "valid", 1), (4, 5, "valid", 0), (4, 5, "same", 4)],
)
def test_what_a_convolution_leaves_of_an_image(extent, kernel, padding, left):
    assert convolved(extent, kernel, padding) == left


@pytest.mark.parametrize(("shape", "pool"), [((6, 6, 2), 2), ((7, 5, 3), 2), ((9, 8, 1), 3), ((7, 7, 2), 4)])
def test_pooling_equals_the_windowed_maximum_of_xla_and_drops_odd_edges(shape, pool):
    x = image(*shape)
    answer = max_pool(x, pool)
    assert answer.shape == (shape[0] // pool, shape[1] // pool, shape[2])
    np.testing.assert_array_equal(answer, pooled_by_window(x, pool))


def test_pooling_by_one_keeps_everything():
    x = image(5, 4, 2)
    np.testing.assert_array_equal(max_pool(x, 1), x)


def test_the_gradient_of_pooling_goes_to_the_largest_values_only():
    x = image(7, 6, 2)
    gradient = jax.grad(lambda x: jnp.sum(max_pool(x, 2) ** 2))(x)
    expected = jax.grad(lambda x: jnp.sum(pooled_by_window(x, 2) ** 2))(x)
    np.testing.assert_allclose(gradient, expected, rtol=0, atol=1e-6)
    assert np.count_nonzero(gradient) == 3 * 3 * 2


def test_a_layer_starts_with_the_spread_of_its_fan_in():
    convolution = Convolution.start(jax.random.key(0), 16, 64, kernel=3, padding="valid", initialisation="he")
    assert convolution.weight.shape == (3, 3, 16, 64)
    assert convolution.bias.shape == (64,)
    np.testing.assert_allclose(jnp.std(convolution.weight), (2 / (9 * 16)) ** 0.5, rtol=0.03)
    assert not np.any(convolution.bias)
