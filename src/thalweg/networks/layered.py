"""A network as another library has it: layers one after another, of more kinds than our own recipes draw.

It is made by reading a module of PyTorch (`networks.pytorch`), not by training. Its weights lie as ours do:
detectors [kernel, kernel, channels, outputs], and what a dense layer reads ordered by place, then channel.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, PRNGKeyArray

from thalweg.networks.activations import ACTIVATIONS
from thalweg.networks.linear import Linear

CURVES: dict[str, Callable[..., Array]] = {
    **ACTIVATIONS,
    "gelu-erf": partial(jax.nn.gelu, approximate=False),
    "leaky-relu": jax.nn.leaky_relu,
    "elu": jax.nn.elu,
    "silu": jax.nn.silu,
    "selu": jax.nn.selu,
    "softplus": jax.nn.softplus,
    "relu6": jax.nn.relu6,
}
"""Activations by name; `leaky-relu` and `elu` take a number."""


@dataclass(frozen=True)
class Step:
    """One step through the network.

    `kind`: `dense` and `convolution` take the next layer of theirs; `curve` is the activation `name` with its
    `numbers`; `max` and `mean` pool squares of numbers[0], numbers[1] apart; `everywhere` takes the mean of
    each channel; `flat` lays a picture out; `scaled` takes numbers[0] times the input plus numbers[1], one of
    each a channel or a feature.
    """

    kind: str
    name: str = ""
    numbers: tuple = ()


class WideConvolution(eqx.Module):
    """A convolution with zeros around the picture (`padding`: before and after, down and across) and steps of
    `stride` between places. `bias`: None where it adds nothing.
    """

    weight: Float[Array, "rows columns channels outputs"]
    bias: Float[Array, " outputs"] | None
    padding: tuple[tuple[int, int], tuple[int, int]] = eqx.field(static=True)
    stride: tuple[int, int] = eqx.field(static=True)

    def __call__(self, x: Float[Array, "height width channels"]) -> Float[Array, "rows columns outputs"]:
        """Return what every detector answers at every place of one image."""
        found = lax.conv_general_dilated(
            x[None],
            self.weight,
            self.stride,
            self.padding,
            dimension_numbers=("NHWC", "HWIO", "NHWC"),
        )
        return found[0] if self.bias is None else found[0] + self.bias


class UnbiasedLinear(eqx.Module):
    """`weight @ x` for one example."""

    weight: Float[Array, "outputs inputs"]

    @property
    def bias(self) -> Float[Array, " outputs"]:
        """Zeros, which are none of its parameters."""
        return jnp.zeros(self.weight.shape[:-1], self.weight.dtype)

    def __call__(self, x: Float[Array, " inputs"]) -> Float[Array, " outputs"]:
        """Return the weighted sums of one example."""
        return self.weight @ x


class LayeredNetwork(eqx.Module):
    """One network of given layers. It sees one example; the last step is dense and gives the logits."""

    layers: tuple[Linear | UnbiasedLinear, ...]
    convolutions: tuple[WideConvolution, ...]
    steps: tuple[Step, ...] = eqx.field(static=True)

    def features(
        self, x: Float[Array, ...], dropout: float | Array = 0.0, key: PRNGKeyArray | None = None
    ) -> Float[Array, " features"]:
        """Return what the last layer reads of one example; nothing is random."""
        dense, convolutions = iter(self.layers), iter(self.convolutions)
        x = x.reshape(*x.shape[:2], -1) if x.ndim > 1 else x
        for step in self.steps[:-1]:
            if step.kind == "dense":
                x = next(dense)(x)
            elif step.kind == "convolution":
                x = next(convolutions)(x)
            else:
                x = _PLAIN[step.kind](x, step)
        return x.reshape(-1)

    def __call__(
        self, x: Float[Array, ...], dropout: float | Array = 0.0, key: PRNGKeyArray | None = None
    ) -> Float[Array, " classes"]:
        """Return the logits of one example; nothing is random."""
        return self.layers[-1](self.features(x, dropout, key))


def _curve(x: Array, step: Step) -> Array:
    return CURVES[step.name](x, *step.numbers)


def _scaled(x: Array, step: Step) -> Array:
    factor, added = (jnp.asarray(numbers, x.dtype) for numbers in step.numbers)
    return x * factor + added


def _pooled(x: Array, step: Step) -> Array:
    size, apart = step.numbers
    start, combine = (-jnp.inf, lax.max) if step.kind == "max" else (0.0, lax.add)
    found = lax.reduce_window(x, start, combine, (size, size, 1), (apart, apart, 1), "VALID")
    return found if step.kind == "max" else found / math.prod((size, size))


_PLAIN: dict[str, Callable[[Array, Step], Array]] = {
    "curve": _curve,
    "scaled": _scaled,
    "max": _pooled,
    "mean": _pooled,
    "everywhere": lambda x, _: x.mean(axis=(0, 1)),
    "flat": lambda x, _: x.reshape(-1),
}
