"""The weights of a `state_dict` in a network of ours, whatever they are called there: by order and shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax
import numpy as np

from thalweg.data.split import Split
from thalweg.errors import EvaluationError
from thalweg.networks.convnet import ConvNet, ConvNetNetwork
from thalweg.networks.mlp import Mlp
from thalweg.networks.population import Population, TrainedNetwork, selected


def filled(
    state: Mapping[str, Any], like: Population | TrainedNetwork | Split, spec: Mlp | ConvNet | None
) -> TrainedNetwork:
    """Return a network with the weights of `state`; arguments and errors as of `from_torch`."""
    shape, names = tuple(like.input_shape), tuple(like.class_names)
    template, readout = _template(like, spec, shape, len(names))
    arrays = {name: _numbers(name, tensor) for name, tensor in state.items()}
    expected = _expected(template)
    if len(arrays) != len(expected):
        raise EvaluationError(
            f"The state_dict has {len(arrays)} tensors ({', '.join(arrays) or 'none'}), the network "
            f"{len(expected)} weights and biases.",
            hint="give the weights of the network that `network` or `like` is; buffers are not weights.",
        )
    leaves = [
        _placed(name, array, leaf, _image_shape(template, place, shape))
        for place, ((name, array), leaf) in enumerate(zip(arrays.items(), expected, strict=True))
    ]
    shapes, rest = eqx.partition(template, _has_shape)
    network = eqx.combine(jax.tree.unflatten(jax.tree.structure(shapes), leaves), rest)
    return TrainedNetwork(network, readout, shape, names)


def _template(like: Any, spec: Any, shape: tuple[int, ...], classes: int) -> tuple[Any, str]:
    if spec is not None:
        template = eqx.filter_eval_shape(lambda key: spec.build(key, shape, classes), jax.random.key(0))
        return template, getattr(like, "readout", "softmax")
    if isinstance(like, Split):
        raise EvaluationError(
            "Weights alone do not say what they are the weights of.",
            hint="say it: from_torch(state_dict, split, network=Mlp((16, 16))), or pass the module itself.",
        )
    return (selected(like.networks, 0) if isinstance(like, Population) else like.network), like.readout


def _has_shape(leaf: Any) -> bool:
    return eqx.is_array(leaf) or isinstance(leaf, jax.ShapeDtypeStruct)


def _expected(template: Any) -> list[Any]:
    return jax.tree.leaves(eqx.filter(template, _has_shape))


def _numbers(name: str, tensor: Any) -> np.ndarray:
    for step in ("detach", "cpu", "numpy"):
        tensor = getattr(tensor, step)() if callable(getattr(tensor, step, None)) else tensor
    array = np.asarray(tensor)
    if array.dtype.kind != "f":
        raise EvaluationError(
            f"{name} is {array.dtype}: expected float32.", hint="give weights and biases only."
        )
    return array.astype(np.float32)


def _image_shape(template: Any, place: int, shape: tuple[int, ...]) -> tuple[int, int] | None:
    """Return (places, channels) of the picture that a dense weight [outputs, inputs] reads, if any."""
    convolutions = len(template.convolutions) if isinstance(template, ConvNetNetwork) else 0
    if place != 2 * convolutions:
        return None
    if convolutions:
        channels = template.convolutions[-1].weight.shape[-1]
        return template.layers[0].weight.shape[1] // channels, channels
    return (shape[0] * shape[1], shape[2]) if len(shape) == 3 else None


def _placed(name: str, array: np.ndarray, leaf: Any, picture: tuple[int, int] | None) -> np.ndarray:
    """Return an array of PyTorch as the leaf that it stands for lies in memory here."""
    if array.ndim == 4:
        array = array.transpose(2, 3, 1, 0)
    elif picture is not None and array.ndim == 2 and array.shape[1] == picture[0] * picture[1]:
        array = array.reshape(len(array), picture[1], picture[0]).transpose(0, 2, 1).reshape(len(array), -1)
    if array.shape != leaf.shape:
        raise EvaluationError(
            f"{name} has shape {array.shape}, as we have it: expected {tuple(leaf.shape)}.",
            hint="give the weights of the network that `network` or `like` is.",
        )
    return np.ascontiguousarray(array)
