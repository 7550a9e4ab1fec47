"""A layer of neurons: each takes a weighted sum of all inputs and adds its bias."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from thalweg.networks.initialisation import initialise


class Linear(eqx.Module):
    """`weight @ x + bias` for one example."""

    weight: Float[Array, "outputs inputs"]
    bias: Float[Array, " outputs"]

    @staticmethod
    def start(key: PRNGKeyArray, inputs: int, outputs: int, initialisation: str) -> Linear:
        """Draw a layer at random by the named initialisation."""
        return Linear(*initialise(initialisation, key, (outputs, inputs), inputs, outputs))

    def __call__(self, x: Float[Array, " inputs"]) -> Float[Array, " outputs"]:
        """Return the weighted sums plus biases of one example."""
        return self.weight @ x + self.bias


def drop_out(x: Array, share: float | Array, key: PRNGKeyArray | None) -> Array:
    """Silence a random `share` of the activations and scale up the rest (Srivastava et al. 2014, section 10).

    With `key=None` nothing is dropped: the network is being used, not trained.
    """
    if key is None:
        return x
    keep = jax.random.bernoulli(key, 1.0 - share, x.shape)
    return jnp.where(keep, x / (1.0 - share), 0.0)
