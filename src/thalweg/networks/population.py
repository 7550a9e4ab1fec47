"""Trained members, stacked: one network, or thousands, used in the same way."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Protocol, overload

import equinox as eqx
import jax
import numpy as np
from jax.core import Tracer
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Bool, Float

from thalweg import chunks
from thalweg.data.split import Split
from thalweg.errors import DataError, NotApplicable
from thalweg.networks import readout
from thalweg.networks.footprint import bytes_per_example
from thalweg.networks.history import History
from thalweg.networks.linear import Linear
from thalweg.networks.showing import population_html

CHUNK_BYTES = 512 * 1024**2
"""Memory that one call on many examples may take for intermediate values."""


class Network(Protocol):
    """Anything that turns one example into logits [classes]."""

    def __call__(self, x: Any, dropout: Any = 0.0, key: Any = None) -> Array:
        """Return the logits of one example; random only with a `key`."""
        ...

    def features(self, x: Any, dropout: Any = 0.0, key: Any = None) -> Array:
        """Return what the last layer reads of one example [features]; random only with a `key`."""
        ...

    @property
    def layers(self) -> Sequence[Linear]:
        """The dense layers; the last one turns features into logits."""
        ...


class TrainedNetwork(eqx.Module):
    """One member on its own."""

    network: Network
    readout: str = eqx.field(static=True)
    input_shape: tuple[int, ...] = eqx.field(static=True)
    class_names: tuple[str, ...] = eqx.field(static=True)

    def __call__(self, x: Float[Array, ...]) -> Float[Array, " classes"]:
        """Return the logits of one example, given as float inputs already scaled."""
        return self.network(x)

    def logits(self, x: Split | np.ndarray | Array) -> np.ndarray:
        """Return logits [examples, classes] of many examples."""
        return _of_one(self, what="logits", x=x)

    def features(self, x: Split | np.ndarray | Array) -> np.ndarray:
        """Return float32 penultimate activations [examples, features] of many examples."""
        return _of_one(self, what="features", x=x)

    @property
    def last_layer(self) -> tuple[np.ndarray, np.ndarray]:
        """Weight [classes, features] and bias [classes] of the layer that turns features into logits."""
        last = layers_of(self.network)[-1]
        return np.asarray(last.weight), np.asarray(last.bias)

    def probabilities(self, x: Split | np.ndarray | Array) -> np.ndarray:
        """Return probabilities [examples, classes] of many examples."""
        return _of_one(self, what=self.readout, x=x)

    def to_torch(self) -> Any:
        """Return the same network as an `nn.Sequential` of PyTorch; see `thalweg.networks.to_torch`."""
        from thalweg.networks.pytorch.exporting import to_torch

        return to_torch(self)

    @property
    def parameters(self) -> int:
        """Weights and biases, counted."""
        return sum(leaf.size for leaf in jax.tree.leaves(eqx.filter(self.network, eqx.is_array)))


class Population(eqx.Module):
    """Members of one shape, stacked: every array of `networks` leads with the members axis.

    `population[3]` is one network, `population[2:5]` a smaller population, `len(population)` the number of
    members. `diverged` marks members whose cost or weights stopped being finite.

    Examples:
        >>> import thalweg as tw
        >>> digits = tw.load("digits")
        >>> population = tw.train(tw.Recipe(), digits.train, members=4)
        >>> population
        Population(4 members of 13,002 parameters, 10 classes)
        >>> population.probabilities(digits.test).shape
        (4, 359, 10)
        >>> population[0].probabilities(digits.test).shape
        (359, 10)
        >>> population.ensemble.probabilities(digits.test).shape
        (359, 10)
    """

    networks: Network
    diverged: Bool[np.ndarray, " members"]
    readout: str = eqx.field(static=True)
    input_shape: tuple[int, ...] = eqx.field(static=True)
    class_names: tuple[str, ...] = eqx.field(static=True)
    history: History | None = None

    def __len__(self) -> int:
        return len(self.diverged)

    def __iter__(self) -> Iterator[TrainedNetwork]:
        return (self[member] for member in range(len(self)))

    @overload
    def __getitem__(self, member: int) -> TrainedNetwork: ...
    @overload
    def __getitem__(self, member: slice | np.ndarray | list) -> Population: ...
    def __getitem__(self, member: int | slice | np.ndarray | list) -> TrainedNetwork | Population:
        if isinstance(member, int | np.integer):
            if not -len(self) <= member < len(self):
                raise IndexError(f"member {member}: this population has members 0..{len(self) - 1}.")
            network = selected(self.networks, int(member))
            return TrainedNetwork(network, self.readout, self.input_shape, self.class_names)
        member = member if isinstance(member, slice) else np.asarray(member)
        history = None if self.history is None else selected(self.history, member)
        return Population(
            selected(self.networks, member),
            self.diverged[member],
            self.readout,
            self.input_shape,
            self.class_names,
            history,
        )

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self.class_names)

    @property
    def parameters(self) -> int:
        """Weights and biases of one member."""
        total = sum(leaf.size for leaf in jax.tree.leaves(eqx.filter(self.networks, eqx.is_array)))
        return total // len(self)

    @property
    def ensemble(self) -> Ensemble:
        """The members' mean probability, as one classifier; diverged members have no vote."""
        return Ensemble(self)

    def logits(self, x: Split | np.ndarray | Array) -> np.ndarray:
        """Return float32 logits [members, examples, classes]."""
        return _evaluate(self.networks, self, "logits", x)

    def features(self, x: Split | np.ndarray | Array) -> np.ndarray:
        """Return float32 penultimate activations [members, examples, features]: what the last layer reads.

        Raises `NotApplicable` for networks of one's own, of which no layer is known.
        """
        return _evaluate(self.networks, self, "features", x)

    @property
    def last_layer(self) -> tuple[np.ndarray, np.ndarray]:
        """Weight [members, classes, features] and bias [members, classes] from features to logits."""
        last = layers_of(self.networks)[-1]
        return np.asarray(last.weight), np.asarray(last.bias)

    def probabilities(self, x: Split | np.ndarray | Array) -> np.ndarray:
        """Return float32 probabilities [members, examples, classes]; a diverged member's are NaN or wrong.

        `x`: a split, uint8 pixels (divided by 255), or float inputs already scaled.
        """
        return _evaluate(self.networks, self, self.readout, x)

    def __repr__(self) -> str:
        bad = f", {int(self.diverged.sum())} diverged" if self.diverged.any() else ""
        return (
            f"Population({len(self)} members of {self.parameters:,} parameters, {self.classes} classes{bad})"
        )

    def _repr_html_(self) -> str:
        return population_html(self)


class Ensemble(eqx.Module):
    """All members of a population answering as one, by mean probability."""

    population: Population

    @property
    def class_names(self) -> tuple[str, ...]:
        """One name a class."""
        return self.population.class_names

    def probabilities(self, x: Split | np.ndarray | Array) -> np.ndarray:
        """Return mean probabilities [examples, classes] over the members that did not diverge."""
        sound = np.flatnonzero(~self.population.diverged)
        members = self.population if len(sound) == len(self.population) else self.population[sound]
        inputs = as_inputs(x, members.input_shape)
        total = np.zeros((len(inputs), members.classes))
        group = CHUNK_BYTES // (4 * max(1, total.size))
        for some in chunks.slices(len(members), group):
            total += members[some].probabilities(inputs).sum(axis=0, dtype=np.float64)
        return (total / len(members)).astype(np.float32)


def as_inputs(x: Split | np.ndarray | Array, input_shape: tuple[int, ...]) -> np.ndarray | Array:
    """Return float32 network inputs [examples, *input_shape] of a split, uint8 pixels or float inputs.

    Raises `DataError` when one example has another size than the network was built for.
    """
    if isinstance(x, Split):
        x = x.inputs
    elif np.asarray(x[:0]).dtype == np.uint8:
        x = np.asarray(x, dtype=np.float32) / np.float32(255.0)
    elif np.asarray(x[:0]).dtype.kind != "f":
        raise DataError(
            f"inputs of type {np.asarray(x[:0]).dtype}: expected uint8 pixels, or floats that are scaled.",
            hint="give pixels 0..255 as uint8 (x.astype('uint8')), or scaled inputs as floats (x / 255).",
        )
    if math.prod(x.shape[1:]) != math.prod(input_shape):
        raise DataError(
            f"examples of shape {tuple(x.shape[1:])}: this network was built for {input_shape}.",
            hint=f"give an array [examples, {', '.join(map(str, input_shape))}].",
        )
    x = x.reshape(len(x), *input_shape)
    return x.astype(np.float32, copy=False) if isinstance(x, np.ndarray) else x.astype(np.float32)


def layers_of(network: Any) -> Sequence[Linear]:
    """Return the dense layers of a network of ours, stacked or alone; the last one gives the logits.

    Raises `NotApplicable` for a network of one's own.
    """
    if not hasattr(network, "layers"):
        raise NotApplicable(
            "A network of one's own does not say what its layers are.",
            hint="ask this of a network of ours (thalweg.networks.Mlp, ConvNet).",
        )
    return network.layers


def selected(tree: Any, member: Any) -> Any:
    """Return what `member` picks of stacked networks: a number, a slice or an array of numbers.

    None puts an axis of members before the arrays of one network.
    """
    arrays, rest = eqx.partition(tree, eqx.is_array)
    return eqx.combine(jax.tree.map(lambda leaf: _picked(leaf, member), arrays), rest)


def _picked(leaf: Any, member: Any) -> Array:
    """By NumPy where the numbers are at hand: JAX would compile a program for every shape and place."""
    if isinstance(leaf, Tracer) or jax.default_backend() != "cpu":
        return leaf[member]
    return jax.device_put(np.array(np.asarray(leaf)[member]))  # a copy: nobody else may write into it


def _of_one(member: TrainedNetwork, what: str, x: Any) -> np.ndarray:
    return _evaluate(selected(member.network, None), member, what, x)[0]


def _evaluate(networks: Network, owner: Population | TrainedNetwork, what: str, x: Any) -> np.ndarray:
    """Run all members on all examples, in chunks of equal size so that one compiled program serves all.

    `what`: "features", "logits", or the readout by which logits become probabilities.
    """
    # scaled a chunk at a time: all together would be several times the split, in memory and in time
    inputs_of = lambda place: as_inputs(  # noqa: E731
        x.scaling(x.raw[place]) if isinstance(x, Split) else x[place], owner.input_shape
    )
    inputs_of(slice(0, 0))  # what does not fit is refused before anything is made
    members = len(jax.tree.leaves(eqx.filter(networks, eqx.is_array))[0])
    room = CHUNK_BYTES // (members * bytes_per_example(selected(networks, 0), owner.input_shape))
    chunk = max(1, min(len(x), room))
    width = layers_of(networks)[-1].weight.shape[2] if what == "features" else len(owner.class_names)
    result = np.empty((members, len(x), width), dtype=np.float32)
    for place in chunks.slices(len(x), chunk):
        part = inputs_of(place)
        padding = [(0, chunk - len(part))] + [(0, 0)] * (part.ndim - 1)
        values = _forward(networks, what, jax.device_put(np.pad(part, padding)))
        result[:, place] = np.asarray(values)[:, : len(part)]
    return result


@eqx.filter_jit
def _forward(networks: Network, what: str, inputs: Array) -> Array:
    one_example = (lambda network: network.features) if what == "features" else (lambda network: network)
    values = eqx.filter_vmap(lambda network: jax.vmap(one_example(network))(inputs))(networks)
    return values if what in ("features", "logits") else readout.probabilities(what, values)


def flat_weights(network: Any) -> np.ndarray:
    """Return all weights and biases of one network as one float64 vector, in the order of its pytree."""
    return np.asarray(ravel_pytree(eqx.filter(network, eqx.is_array))[0], np.float64)


def attackable(classifier: object) -> Population | None:
    """Return the networks behind a classifier of ours, one alone as a population of one; None for others."""
    if isinstance(classifier, Ensemble):
        return classifier.population
    if not isinstance(classifier, TrainedNetwork):
        return classifier if isinstance(classifier, Population) else None
    return Population(
        selected(classifier.network, None),
        np.zeros(1, bool),
        classifier.readout,
        classifier.input_shape,
        classifier.class_names,
    )
