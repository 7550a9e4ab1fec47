"""A convolutional network: small detectors that are the same everywhere in the image, then a dense head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
from jaxtyping import Array, Float, PRNGKeyArray

from thalweg.errors import RecipeError
from thalweg.networks.activations import ACTIVATION_NAMES, ACTIVATIONS
from thalweg.networks.convolution import PADDING_NAMES, Convolution, convolved, max_pool
from thalweg.networks.initialisation import INITIALISATION_NAMES
from thalweg.networks.linear import Linear, drop_out
from thalweg.spec import check, choice, whole, wholes


@dataclass(frozen=True)
class ConvNet:
    """Convolutions, each followed by its activation and max-pooling, then dense layers (LeCun et al. 1998).

    `ConvNet((16, 32))` on 28x28 images of ten classes has 108,618 parameters.

    `channels`: detectors of each convolution. `kernel`: side of a detector in pixels. `pool`: side of the
    squares of which only the largest value is kept; 1 keeps all. `padding`: `valid` stays inside the image,
    `same` surrounds it with zeros and keeps its size. `dense`: neurons of each hidden dense layer; `()` reads
    the classes straight from the features. `activation`, `initialisation`: as in `Mlp`.

    Examples:
        >>> import thalweg as tw
        >>> tw.networks.ConvNet((4, 8), kernel=5).channels
        (4, 8)
    """

    kind: ClassVar[str] = "convnet"

    channels: tuple[int, ...] = wholes((16, 32))
    kernel: int = whole(3, low=1)
    pool: int = whole(2, low=1)
    padding: str = choice("valid", PADDING_NAMES)
    dense: tuple[int, ...] = wholes((128,))
    activation: str = choice("relu", ACTIVATION_NAMES)
    initialisation: str = choice("he", INITIALISATION_NAMES)

    def __post_init__(self) -> None:
        check(self)
        if not self.channels:
            raise RecipeError(
                "ConvNet(channels=()): expected at least one convolution.",
                hint='give channels=(16, 32), or use the network "mlp", which has none.',
            )

    def build(self, key: PRNGKeyArray, input_shape: tuple[int, ...], classes: int) -> ConvNetNetwork:
        """Draw one network at random for images [height, width] or [height, width, channels].

        Raises `RecipeError` for inputs that are not images and for images too small for these layers.
        """
        features = self.features_of(input_shape)
        convolution_key, dense_key = jax.random.split(key)
        return ConvNetNetwork(
            self._convolutions(convolution_key, input_shape),
            self._dense_layers(dense_key, (features, *self.dense, classes)),
            self.pool,
            self.activation,
        )

    def features_of(self, input_shape: tuple[int, ...]) -> int:
        """Return how many numbers the convolutions hand to the dense layers; errors as of `build`."""
        if len(input_shape) not in (2, 3):
            raise RecipeError(
                f"ConvNet on inputs of shape {input_shape}: expected images, (height, width) or "
                "(height, width, channels).",
                hint='use the network "mlp" for rows of features, or give the data as images.',
            )
        height, width = input_shape[:2]
        for depth in range(1, len(self.channels) + 1):
            height, width = (
                convolved(extent, self.kernel, self.padding) // self.pool for extent in (height, width)
            )
            if min(height, width) < 1:
                raise self._too_small(input_shape, depth)
        return height * width * self.channels[-1]

    def _too_small(self, input_shape: tuple[int, ...], depth: int) -> RecipeError:
        size = "x".join(map(str, input_shape[:2]))
        return RecipeError(
            f"ConvNet(channels={self.channels}, kernel={self.kernel}, pool={self.pool}, "
            f"padding={self.padding!r}) on images of {size} pixels: nothing is left of them after "
            f"convolution {depth} of {len(self.channels)}.",
            hint='use fewer channels entries, a smaller kernel, pool=1 or padding="same".',
        )

    def _convolutions(self, key: PRNGKeyArray, input_shape: tuple[int, ...]) -> tuple[Convolution, ...]:
        widths = (input_shape[2] if len(input_shape) == 3 else 1, *self.channels)
        keys = jax.random.split(key, len(self.channels))
        return tuple(
            Convolution.start(
                layer_key,
                before,
                after,
                kernel=self.kernel,
                padding=self.padding,
                initialisation=self.initialisation,
            )
            for layer_key, before, after in zip(keys, widths, widths[1:], strict=False)
        )

    def _dense_layers(self, key: PRNGKeyArray, widths: tuple[int, ...]) -> tuple[Linear, ...]:
        keys = jax.random.split(key, len(widths) - 1)
        return tuple(
            Linear.start(layer_key, before, after, self.initialisation)
            for layer_key, before, after in zip(keys, widths, widths[1:], strict=False)
        )


class ConvNetNetwork(eqx.Module):
    """One trained or untrained convolutional network. It sees one image."""

    convolutions: tuple[Convolution, ...]
    layers: tuple[Linear, ...]
    pool: int = eqx.field(static=True)
    activation: str = eqx.field(static=True)

    def maps(self, x: Float[Array, "height width ..."]) -> Float[Array, "rows columns channels"]:
        """Return what the last convolution found in one image, after activation and pooling."""
        return self._maps_from(self.sums(x))

    def _maps_from(self, sums: Array) -> Array:
        activate = ACTIVATIONS[self.activation]
        # Pooling before the activation gives the same value for ReLU and four times fewer
        # activations, but XLA then fuses the gradients badly: a step is 1.5 times slower on a CPU.
        x = max_pool(activate(sums), self.pool)
        for convolution in self.convolutions[1:]:
            x = max_pool(activate(convolution(x)), self.pool)
        return x

    def features(
        self,
        x: Float[Array, "height width ..."],
        dropout: float | Array = 0.0,
        key: PRNGKeyArray | None = None,
    ) -> Float[Array, " features"]:
        """Return what the last layer reads of one image: the last hidden dense activations.

        Without hidden dense layers that is what the convolutions found. `dropout` acts on what dense layers
        read, the last one included, and only with a `key`.
        """
        activate = ACTIVATIONS[self.activation]
        x = _thinned(self.maps(x).reshape(-1), dropout, key, 0)
        for depth, layer in enumerate(self.layers[:-1], start=1):
            x = _thinned(activate(layer(x)), dropout, key, depth)
        return x

    def __call__(
        self,
        x: Float[Array, "height width ..."],
        dropout: float | Array = 0.0,
        key: PRNGKeyArray | None = None,
    ) -> Float[Array, " classes"]:
        """Return the logits of one image; `dropout` acts on what dense layers read, only with a `key`."""
        return self.layers[-1](self.features(x, dropout, key))

    def sums(self, x: Float[Array, "height width ..."]) -> Float[Array, "height width channels"]:
        """Return what the first convolution sums in one image: linear in the weights."""
        return self.convolutions[0](x.reshape(*x.shape[:2], -1))

    def from_sums(self, sums: Float[Array, "height width channels"]) -> Float[Array, " classes"]:
        """Return the logits of one image of which `sums` are known."""
        activate = ACTIVATIONS[self.activation]
        x = self._maps_from(sums).reshape(-1)
        for layer in self.layers[:-1]:
            x = activate(layer(x))
        return self.layers[-1](x)


def _thinned(x: Array, dropout: float | Array, key: PRNGKeyArray | None, depth: int) -> Array:
    return drop_out(x, dropout, None if key is None else jax.random.fold_in(key, depth))
