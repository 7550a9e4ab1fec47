"""A network of one's own: an Equinox module, named by its import path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from thalweg.errors import RecipeError
from thalweg.imported import first_line, imported
from thalweg.spec import check, import_path

CONTRACT = "a function make(key, input_shape, classes) that returns an equinox.Module; module(x) -> [classes]"


@dataclass(frozen=True)
class OwnNetwork:
    """A network of one's own, by the import path `module:name` of what makes it.

    What is named is called with a random key, the shape of one example ((28, 28) for MNIST, (4,) for four
    features) and the number of classes, and returns an `equinox.Module` (Kidger and Garcia 2021, arXiv
    2111.00254) that turns one example, float32, into logits [classes]. Its float32 arrays are what is
    trained; everything else has to be the same for every key. It has no state and draws nothing at random:
    `dropout` stays 0. Raises `RecipeError`, when it is built, for what does not fit.

    It is trained, kept, evaluated and compared as every network is, wherever Python finds that module.
    Questions about layers (the first layer's weights, features before the last) do not apply to it.

    Examples:
        >>> import thalweg as tw
        >>> tw.Recipe(network=tw.networks.OwnNetwork("my_networks:Residual")).network
        OwnNetwork(path='my_networks:Residual')
    """

    kind: ClassVar[str] = "own"

    path: str = import_path(CONTRACT)

    def __post_init__(self) -> None:
        check(self)

    def build(self, key: PRNGKeyArray, input_shape: tuple[int, ...], classes: int) -> OwnedNetwork:
        """Draw one network at random for inputs of `input_shape`."""
        make = imported(self.path)
        try:
            module = make(key, input_shape, classes)
        except Exception as error:
            raise self._unfit(f"making it failed: {first_line(error)}") from error
        if not isinstance(module, eqx.Module) or not callable(module):
            raise self._unfit(f"it made a {type(module).__name__}, not an equinox.Module that can be called")
        network = self._taken_apart(make, module, input_shape, classes)
        self._refuse_bad_answer(network, input_shape, classes)
        return network

    def _taken_apart(
        self, make: Callable, module: Any, input_shape: tuple[int, ...], classes: int
    ) -> OwnedNetwork:
        arrays, rest = eqx.partition(module, eqx.is_array)
        places, structure = jax.tree_util.tree_flatten_with_path(arrays)
        named = {jax.tree_util.keystr(place, simple=True, separator="."): leaf for place, leaf in places}
        if not named:
            raise self._unfit("it has no arrays, so there is nothing to train")
        for name, leaf in named.items():
            if leaf.dtype != jnp.float32:
                raise self._unfit(f"its {name} is {leaf.dtype}; only float32 is trained")
        order = tuple(named)
        return OwnedNetwork(named, Skeleton((make, input_shape, classes, order), structure, rest))

    def _refuse_bad_answer(self, network: OwnedNetwork, input_shape: tuple[int, ...], classes: int) -> None:
        example = jax.ShapeDtypeStruct(input_shape, jnp.float32)
        try:
            answer = eqx.filter_eval_shape(network, example)
        except Exception as error:
            raise self._unfit(
                f"called with one example of shape {input_shape} it failed: {first_line(error)}"
            ) from error
        shape = getattr(answer, "shape", None)
        if shape != (classes,):
            found = type(answer).__name__ if shape is None else f"shape {tuple(shape)}"
            asked = f"one example of shape {input_shape}"
            raise self._unfit(f"of {asked} it made {found}, not logits [{classes}]")

    def _unfit(self, why: str) -> RecipeError:
        return RecipeError(f"network {self.path}: {why}.", hint=f"give {CONTRACT}.")


class Skeleton:
    """What stays of a module when its arrays are taken out; equal where the same maker made it for the same.

    Modules may hold functions that are made anew with every network, which would never be equal.
    """

    def __init__(self, identity: tuple, structure: Any, rest: Any):
        self.identity, self.structure, self.rest = identity, structure, rest

    def module(self, parameters: Mapping[str, Any]) -> Any:
        """Return the module with these arrays in it."""
        leaves = [parameters[name] for name in self.identity[-1]]
        return eqx.combine(jax.tree.unflatten(self.structure, leaves), self.rest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Skeleton) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)


class OwnedNetwork(eqx.Module):
    """One network of a maker of the user's: its arrays by name, and what they are arrays of."""

    parameters: dict[str, Array]
    skeleton: Skeleton = eqx.field(static=True)

    def __call__(
        self, x: Float[Array, ...], dropout: float | Array = 0.0, key: PRNGKeyArray | None = None
    ) -> Float[Array, " classes"]:
        """Return the logits of one example; nothing is random, so that `dropout` and `key` do nothing."""
        return self.skeleton.module(self.parameters)(x)
