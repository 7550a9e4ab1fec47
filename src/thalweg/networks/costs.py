"""What training minimises: one number an example, averaged over the examples of a batch.

`quadratic`             half the sum of squared differences between the output activations and the target
                        activations (Nielsen, chapter 1, equation 6); outputs are sigmoids
`cross-entropy`         minus the log probability of the right class; outputs are a softmax
`binary-cross-entropy`  summed over independent sigmoid outputs (Nielsen, chapter 3, equation 63)
"""

import jax
import jax.numpy as jnp
from jax import Array

COST_NAMES = ("quadratic", "cross-entropy", "binary-cross-entropy")


def readout_of(cost: str) -> str:
    """Return the readout (see `thalweg.networks.readout`) that a cost is defined on."""
    return "softmax" if cost == "cross-entropy" else "sigmoid"


def targets(labels: Array, classes: int, label_smoothing: float | Array = 0.0) -> Array:
    """Return target activations [..., classes]: one for the right class, zero elsewhere, then smoothed.

    Smoothing e replaces t by (1 - e) t + e / classes (Szegedy et al. 2016, section 7). A label below
    zero belongs to no class: its targets are all 1 / classes.
    """
    smoothed = jax.nn.one_hot(labels, classes) * (1.0 - label_smoothing) + label_smoothing / classes
    return jnp.where(labels[..., None] < 0, 1.0 / classes, smoothed)


def cost_per_example(cost: str, logits: Array, target: Array) -> Array:
    """Return the cost [...] of logits [..., classes] against target activations [..., classes]."""
    match cost:
        case "quadratic":
            return 0.5 * jnp.sum((jax.nn.sigmoid(logits) - target) ** 2, axis=-1)
        case "cross-entropy":
            return jnp.sum(target * _minus_log_softmax(logits), axis=-1)
        case "binary-cross-entropy":
            right = target * jax.nn.log_sigmoid(logits)
            wrong = (1.0 - target) * jax.nn.log_sigmoid(-logits)
            return -jnp.sum(right + wrong, axis=-1)
    raise ValueError(f"no cost named {cost!r}: one of {COST_NAMES}")


def _minus_log_softmax(logits: Array) -> Array:
    # Not jax.nn.log_softmax: jaxlib 0.10.2's CPU compiler turns it, vmapped over networks that share their
    # targets, into a loop whose rows beyond 32,768 are wrong (tests/networks/test_costs.py).
    shifted = logits - jax.lax.stop_gradient(jnp.max(logits, axis=-1, keepdims=True))
    return jnp.log(jnp.sum(jnp.exp(shifted), axis=-1, keepdims=True)) - shifted


def is_right(logits: Array, labels: Array) -> Array:
    """Return whether [...] the largest of logits [..., classes] is the label's (False where it is NaN)."""
    chosen = jnp.sum(logits * jax.nn.one_hot(labels, logits.shape[-1]), axis=-1)
    return chosen >= jnp.max(logits, axis=-1)
