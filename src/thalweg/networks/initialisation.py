"""Where training starts: the distribution that the weights and biases of one layer are drawn from.

`normal`   weights and biases N(0, 1): the start of Nielsen's book, chapter 1
`scaled`   weights N(0, 1/fan_in), biases N(0, 1): Nielsen's chapter 3, "a better start"
`lecun`    weights N(0, 1/fan_in), biases 0 (LeCun et al. 1998, Efficient BackProp, section 4.6)
`glorot`   weights uniform in +-sqrt(6 / (fan_in + fan_out)), biases 0 (Glorot and Bengio 2010, equation 16)
`he`       weights N(0, 2/fan_in), biases 0 (He et al. 2015, equation 10)
`uniform`  weights and biases uniform in +-1/sqrt(fan_in): what PyTorch's layers start from
"""

import math

import jax
import jax.numpy as jnp
from jax import Array
from jaxtyping import PRNGKeyArray

INITIALISATION_NAMES = ("normal", "scaled", "lecun", "glorot", "he", "uniform")


def initialise(
    name: str, key: PRNGKeyArray, shape: tuple[int, ...], fan_in: int, fan_out: int
) -> tuple[Array, Array]:
    """Draw the weights of `shape` and the biases [fan_out] of one layer.

    `fan_in`: inputs that one neuron sums over; `fan_out`: outputs of the layer (channels of a convolution).
    """
    weight_key, bias_key = jax.random.split(key)
    zeros = jnp.zeros(fan_out)
    match name:
        case "normal":
            return jax.random.normal(weight_key, shape), jax.random.normal(bias_key, (fan_out,))
        case "scaled":
            weights = jax.random.normal(weight_key, shape) / jnp.sqrt(fan_in)
            return weights, jax.random.normal(bias_key, (fan_out,))
        case "lecun":
            return jax.random.normal(weight_key, shape) / jnp.sqrt(fan_in), zeros
        case "he":
            return jax.random.normal(weight_key, shape) * jnp.sqrt(2.0 / fan_in), zeros
        case "glorot":
            limit = math.sqrt(6.0 / (fan_in + fan_out))
            return jax.random.uniform(weight_key, shape, minval=-limit, maxval=limit), zeros
        case "uniform":
            limit = fan_in**-0.5
            return (
                jax.random.uniform(weight_key, shape, minval=-limit, maxval=limit),
                jax.random.uniform(bias_key, (fan_out,), minval=-limit, maxval=limit),
            )
    raise ValueError(f"no initialisation named {name!r}: one of {INITIALISATION_NAMES}")
