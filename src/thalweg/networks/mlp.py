"""The lesson's network: layers of neurons, each connected to all neurons of the layer before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
from jaxtyping import Array, Float, PRNGKeyArray

from thalweg.networks.activations import ACTIVATION_NAMES, ACTIVATIONS
from thalweg.networks.initialisation import INITIALISATION_NAMES
from thalweg.networks.linear import Linear, drop_out
from thalweg.spec import check, choice, wholes


@dataclass(frozen=True)
class Mlp:
    """A multilayer perceptron. `Mlp((16, 16))` on 28x28 images of ten classes has 13,002 parameters.

    `hidden`: neurons of each hidden layer; `()` is a linear classifier. `activation`: one of sigmoid,
    tanh, relu, gelu, step. `initialisation`: see `thalweg.networks.initialisation`.

    Examples:
        >>> import thalweg as tw
        >>> tw.train(tw.Recipe(network=tw.networks.Mlp((16,), "relu", "he"), epochs=1), digits.train)
        Population(1 members of 12,730 parameters, 10 classes)
    """

    kind: ClassVar[str] = "mlp"

    hidden: tuple[int, ...] = wholes((16, 16))
    activation: str = choice("sigmoid", ACTIVATION_NAMES)
    initialisation: str = choice("glorot", INITIALISATION_NAMES)

    def __post_init__(self) -> None:
        check(self)

    def build(self, key: PRNGKeyArray, input_shape: tuple[int, ...], classes: int) -> MlpNetwork:
        """Draw one network at random for inputs of `input_shape`."""
        inputs = 1
        for extent in input_shape:
            inputs *= extent
        widths = (inputs, *self.hidden, classes)
        keys = jax.random.split(key, len(widths) - 1)
        layers = tuple(
            Linear.start(layer_key, before, after, self.initialisation)
            for layer_key, before, after in zip(keys, widths, widths[1:], strict=False)
        )
        return MlpNetwork(layers, self.activation)


class MlpNetwork(eqx.Module):
    """One trained or untrained multilayer perceptron. It sees one example."""

    layers: tuple[Linear, ...]
    activation: str = eqx.field(static=True)

    def features(
        self, x: Float[Array, ...], dropout: float | Array = 0.0, key: PRNGKeyArray | None = None
    ) -> Float[Array, " features"]:
        """Return what the last layer reads of one example: the last hidden activations.

        Without hidden layers that is the example itself. `dropout` acts only with a `key`.
        """
        activate = ACTIVATIONS[self.activation]
        x = x.reshape(-1)
        for depth, layer in enumerate(self.layers[:-1]):
            x = activate(layer(x))
            x = drop_out(x, dropout, None if key is None else jax.random.fold_in(key, depth))
        return x

    def __call__(
        self, x: Float[Array, ...], dropout: float | Array = 0.0, key: PRNGKeyArray | None = None
    ) -> Float[Array, " classes"]:
        """Return the logits of one example; `dropout` acts on hidden activations and only with a `key`."""
        return self.layers[-1](self.features(x, dropout, key))

    def sums(self, x: Float[Array, ...]) -> Float[Array, " neurons"]:
        """Return what the first layer's neurons sum of one example: linear in the weights."""
        return self.layers[0](x.reshape(-1))

    def from_sums(self, sums: Float[Array, " neurons"]) -> Float[Array, " classes"]:
        """Return the logits of one example of which `sums` are known."""
        activate = ACTIVATIONS[self.activation]
        for layer in self.layers[1:]:
            sums = layer(activate(sums))
        return sums
