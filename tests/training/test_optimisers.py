import jax.numpy as jnp
import numpy as np
import optax
import pytest

from thalweg.errors import RecipeError
from thalweg.training import Adam, AdamW, Sgd

GRADIENTS = [np.array([[0.5, -2.0]]), np.array([[1.0, 0.25]]), np.array([[-0.75, 1.5]])]


def walk(optimiser):
    """Three steps from one with fixed gradients."""
    transformation = optimiser.build(None)
    weights = jnp.ones((1, 2))
    state = transformation.init(weights)
    for gradient in GRADIENTS:
        updates, state = transformation.update(jnp.asarray(gradient), state, weights)
        weights = optax.apply_updates(weights, updates)
    return np.asarray(weights)


def test_sgd_steps_against_the_gradient():
    np.testing.assert_allclose(walk(Sgd(0.1)), 1 - 0.1 * sum(GRADIENTS), atol=1e-6)


@pytest.mark.parametrize("nesterov", [False, True])
def test_momentum_is_the_textbook_recursion(nesterov):
    weights, velocity = np.ones((1, 2)), np.zeros((1, 2))
    for gradient in GRADIENTS:
        velocity = 0.9 * velocity + gradient
        weights = weights - 0.1 * (gradient + 0.9 * velocity if nesterov else velocity)
    np.testing.assert_allclose(walk(Sgd(0.1, momentum=0.9, nesterov=nesterov)), weights, atol=1e-6)


@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_adam_is_algorithm_1_of_kingma_and_ba_with_decoupled_decay(decay):
    weights, first, second = np.ones((1, 2)), np.zeros((1, 2)), np.zeros((1, 2))
    for time, gradient in enumerate(GRADIENTS, start=1):
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        step = (first / (1 - 0.9**time)) / (np.sqrt(second / (1 - 0.99**time)) + 1e-8)
        weights = weights - 0.1 * (step + decay * weights)
    optimiser = AdamW(0.1, weight_decay=decay, beta2=0.99) if decay else Adam(0.1, beta2=0.99)
    np.testing.assert_allclose(walk(optimiser), weights, atol=1e-5)


def test_a_schedule_multiplies_the_rate():
    transformation = Sgd(0.1).build(lambda step: 1.0 / (step + 1))
    state = transformation.init(jnp.ones(1))
    first, state = transformation.update(jnp.ones(1), state)
    second, _ = transformation.update(jnp.ones(1), state)
    np.testing.assert_allclose([first[0], second[0]], [-0.1, -0.05], atol=1e-7)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Sgd(-1.0), r"Sgd\(learning_rate=-1.0\): expected a finite number above 0"),
        (lambda: Sgd(float("nan")), "expected a finite number"),
        (lambda: Sgd(momentum=1.0), "below 1"),
        (lambda: Adam(learning_rate="fast"), "expected a finite number"),  # type: ignore[arg-type]
        (lambda: Sgd(nesterov="yes"), "true or false"),  # type: ignore[arg-type]
    ],
)
def test_values_out_of_range_are_refused(build, message):
    with pytest.raises(RecipeError, match=message):
        build()
