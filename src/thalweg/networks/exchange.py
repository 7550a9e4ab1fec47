"""A population as named arrays, and back: what a run keeps, readable without Thalweg.

The names are the paths in the network, `layers.0.weight`, and each array leads with members. They come from
the network itself, so that any architecture that a spec can build is exchanged the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax
import numpy as np

from thalweg.errors import RunError, near_match
from thalweg.networks.population import Network


def to_tensors(networks: Network) -> dict[str, np.ndarray]:
    """Return the arrays of stacked `networks` by name, each [members, ...]."""
    return {_name(path): np.asarray(leaf) for path, leaf in _leaves(networks, eqx.is_array)}


def from_tensors(
    tensors: Mapping[str, np.ndarray], spec: Any, input_shape: tuple[int, ...], classes: int
) -> Any:
    """Rebuild the stacked networks that `spec` builds for `input_shape` and `classes` from named arrays.

    Raises `RunError` for an array that is missing, left over, or of another shape or type than the network's,
    and when the arrays disagree about the number of members.
    """
    template = _template(spec, input_shape, classes)
    expected = {_name(path): leaf for path, leaf in _leaves(template, _is_shape)}
    _check_names(tensors, expected)
    members = len(next(iter(tensors.values())))
    for name, leaf in expected.items():
        _check_array(name, tensors[name], members, leaf)
    shapes, rest = eqx.partition(template, _is_shape)
    arrays = jax.tree.unflatten(jax.tree.structure(shapes), [tensors[name] for name in expected])
    return eqx.combine(arrays, rest)


def count_parameters(spec: Any, input_shape: tuple[int, ...], classes: int) -> int:
    """Return the number of weights and biases of one network, without building it."""
    template = _template(spec, input_shape, classes)
    return sum(leaf.size for _, leaf in _leaves(template, _is_shape))


def _template(spec: Any, input_shape: tuple[int, ...], classes: int) -> Any:
    if min((classes, *input_shape)) < 1:
        raise RunError(
            f"inputs of shape {tuple(input_shape)} in {classes} classes: expected 1 or more of each.",
            hint="restore the record from a copy, or train again.",
        )
    return eqx.filter_eval_shape(lambda key: spec.build(key, input_shape, classes), jax.random.key(0))


def _is_shape(leaf: Any) -> bool:
    return isinstance(leaf, jax.ShapeDtypeStruct)


def _leaves(tree: Any, wanted: Any) -> list[tuple[Any, Any]]:
    return jax.tree_util.tree_flatten_with_path(eqx.filter(tree, wanted))[0]


def _name(path: tuple[Any, ...]) -> str:
    return jax.tree_util.keystr(path, simple=True, separator=".")


def _check_names(tensors: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    for name in expected:
        if name not in tensors:
            raise RunError(
                f"the weights lack {name!r}; they hold {', '.join(sorted(tensors)) or 'nothing'}.",
                hint="use the weights together with the recipe that they were trained with.",
            )
    for name in tensors:
        if name not in expected:
            raise RunError(
                f"the weights hold {name!r}, which this network does not have.",
                hint="use the weights together with the recipe that they were trained with."
                + near_match(name, list(expected)),
            )


def _check_array(name: str, found: np.ndarray, members: int, expected: jax.ShapeDtypeStruct) -> None:
    shape = (members, *expected.shape)
    if found.shape != shape:
        raise RunError(
            f"{name} has shape {found.shape}: expected {shape}, {members} members of {expected.shape}.",
            hint="use the weights together with the recipe and the data that they were trained with.",
        )
    if found.dtype != expected.dtype:
        raise RunError(
            f"{name} is {found.dtype}: expected {expected.dtype}.", hint=f"convert it to {expected.dtype}."
        )
