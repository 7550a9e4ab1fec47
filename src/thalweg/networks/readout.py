"""How logits are read: as activations that are shown, and as probabilities that are scored.

`softmax` belongs to the cross-entropy cost. `sigmoid` belongs to the quadratic cost and to the
cross-entropy of independent output neurons: there each activation estimates the probability of its class
on its own, and dividing by their sum makes one distribution of them.
"""

import jax
import jax.numpy as jnp
from jax import Array


def activations(readout: str, logits: Array) -> Array:
    """Return output activations [..., classes] in [0, 1]."""
    return jax.nn.softmax(logits) if readout == "softmax" else jax.nn.sigmoid(logits)


def probabilities(readout: str, logits: Array) -> Array:
    """Return probabilities [..., classes] that sum to one.

    The sigmoid is normalised in log space, so that ten output neurons that are all nearly silent still
    give a distribution rather than 0 / 0.
    """
    if readout == "softmax":
        return jax.nn.softmax(logits)
    return jnp.exp(jax.nn.log_softmax(jax.nn.log_sigmoid(logits)))
