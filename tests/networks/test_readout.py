import jax
import jax.numpy as jnp
import numpy as np
from scipy.special import expit, softmax

from thalweg.networks.readout import activations, probabilities

LOGITS = np.array([[1.0, -2.0, 0.3], [0.0, 0.0, 5.0]])


def test_softmax_is_scipys():
    np.testing.assert_allclose(probabilities("softmax", jnp.asarray(LOGITS)), softmax(LOGITS, -1), rtol=1e-5)
    np.testing.assert_allclose(activations("softmax", jnp.asarray(LOGITS)), softmax(LOGITS, -1), rtol=1e-5)


def test_sigmoid_outputs_are_divided_by_their_sum():
    outputs = expit(LOGITS)
    np.testing.assert_allclose(activations("sigmoid", jnp.asarray(LOGITS)), outputs, rtol=1e-5)
    expected = outputs / outputs.sum(-1, keepdims=True)
    np.testing.assert_allclose(probabilities("sigmoid", jnp.asarray(LOGITS)), expected, rtol=1e-5)


def test_ten_silent_outputs_still_give_a_distribution():
    silent = probabilities("sigmoid", jnp.array([-500.0, -500.0, -501.0]))
    np.testing.assert_allclose(silent, jax.nn.softmax(jnp.array([0.0, 0.0, -1.0])), rtol=1e-4)
