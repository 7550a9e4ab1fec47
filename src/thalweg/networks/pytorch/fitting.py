"""From what was read of a module to a network: an `Mlp` or a `ConvNet` where that is what it is."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np

from thalweg.networks.activations import ACTIVATION_NAMES
from thalweg.networks.convnet import ConvNetNetwork
from thalweg.networks.convolution import Convolution
from thalweg.networks.layered import LayeredNetwork, Step, UnbiasedLinear, WideConvolution
from thalweg.networks.linear import Linear
from thalweg.networks.mlp import MlpNetwork
from thalweg.networks.pytorch.folding import folded
from thalweg.networks.pytorch.parts import Part, unknown

RISING = ("relu", "sigmoid", "tanh")
"""Activations that never fall: it is the same to pool before them and after."""


def network_of(
    parts: list[Part],
    shape: tuple[int, ...],
    places: np.ndarray,
    scaled: tuple[np.ndarray, np.ndarray] | None,
) -> tuple[Any, str]:
    """Return the network that the parts make, and how its logits are read.

    Arguments as of `from_torch`. Raises `UnknownLayer` for parts in an order that no network here has.
    """
    parts, readout = _without_readout(parts)
    parts = folded(parts)
    if not parts or parts[-1].step.kind != "dense":
        raise unknown("it does not end with a Linear layer, which gives the logits")
    parts = _in_our_order(_surrounded(parts), shape, places)
    unbiased = any(part.weight is not None and part.bias is None for part in parts)
    for make in () if scaled is not None or unbiased else (_as_mlp, _as_convnet):
        network = make(parts, shape)
        if network is not None:
            return network, readout
    return _as_layered(parts, scaled), readout


def _without_readout(parts: list[Part]) -> tuple[list[Part], str]:
    for part in parts[:-1]:
        if part.step.kind == "readout":
            raise unknown(f"{part.where} is a {part.step.name} that is not the last layer")
    last = parts[-1].step if parts else Step("")
    if last.kind == "readout":
        return parts[:-1], "sigmoid" if last.name == "LogSigmoid" else "softmax"
    if (last.kind, last.name) == ("curve", "sigmoid"):  # one activation a class, divided by their sum
        return parts[:-1], "sigmoid"
    return parts, "softmax"


def _surrounded(parts: list[Part]) -> list[Part]:
    """Return the parts with zeros around a picture as the padding of the convolution after them."""
    done: list[Part] = []
    for part in parts:
        if done and done[-1].step.kind == "around":
            around = done.pop()
            if part.step.kind != "convolution" or part.padding != ((0, 0), (0, 0)):
                raise unknown(f"{around.where} surrounds a picture that no Conv2d without padding reads")
            part = replace(part, padding=around.padding, before=around.before)
        done.append(part)
    return done


def _in_our_order(parts: list[Part], shape: tuple[int, ...], places: np.ndarray) -> list[Part]:
    """Return the parts with dense layers that read a picture by place, then channel, as ours do."""
    order = places.reshape(-1) if len(places.shape) == 1 and len(shape) > 1 else None
    ours = []
    for part in parts:
        if part.step.kind == "flat":
            order = _places(part.before, shape, places)
            if not any(each.step.kind in ("convolution", "max", "mean") for each in ours):
                continue  # what reads the picture itself flattens it anyway
        elif part.step.kind == "dense" and order is not None:
            assert part.weight is not None
            weight = np.empty_like(part.weight)
            weight[:, order] = part.weight
            part = replace(part, weight=weight)
            order = None
        elif part.step.kind in ("convolution", "max", "mean", "everywhere") and not _is_picture(part, places):
            raise unknown(f"{part.where} is given inputs of shape {part.before}, not channels, rows, columns")
        ours.append(part)
    return ours


def _places(before: tuple[int, ...], shape: tuple[int, ...], places: np.ndarray) -> np.ndarray:
    """Return where each of the flattened numbers stands in our order."""
    if before == places.shape:
        return places.reshape(-1)
    numbers = np.arange(math.prod(before))
    return np.moveaxis(numbers.reshape(*before[1:], before[0]), -1, 0).reshape(-1)


def _is_picture(part: Part, places: np.ndarray) -> bool:
    channels = places.shape[0]
    first = bool(places.ndim == 3 and (places[:, 0, 0] == np.arange(channels)).all())
    return len(part.before) == 3 and first


def _dense(part: Part) -> Linear:
    return Linear(_ours(part.weight), _ours(part.bias))


def _ours(numbers: Any) -> Any:
    return jnp.asarray(numbers, jnp.float32)


def _curves(parts: list[Part]) -> str | None:
    """Return the one activation of ours that all of these parts have; None where they do not."""
    names = {part.step.name if not part.step.numbers else "" for part in parts}
    only = names.pop() if len(names) == 1 else None
    return only if only in ACTIVATION_NAMES else None


def _as_mlp(parts: list[Part], shape: tuple[int, ...]) -> MlpNetwork | None:
    kinds = [part.step.kind for part in parts]
    if kinds != ["dense", "curve"] * (len(parts) // 2) + ["dense"]:
        return None
    activation = _curves(parts[1::2]) if len(parts) > 1 else "sigmoid"
    if activation is None:
        return None
    return MlpNetwork(tuple(_dense(part) for part in parts[::2]), activation)


def _as_convnet(parts: list[Part], shape: tuple[int, ...]) -> ConvNetNetwork | None:
    kinds = [part.step.kind for part in parts]
    if "flat" not in kinds:
        return None
    cut = kinds.index("flat")
    seen, head = parts[:cut], parts[cut + 1 :]
    activation = _curves([part for part in parts if part.step.kind == "curve"])
    if activation is None or kinds[cut + 1 :] != ["dense", "curve"] * (len(head) // 2) + ["dense"]:
        return None
    wanted = (["convolution", "curve"], ["convolution", "curve", "max"], ["convolution", "max", "curve"])
    for each in wanted[: 3 if activation in RISING else 2]:
        if kinds[:cut] == each * (cut // len(each)) and cut:
            return _convolutional(seen, head, activation)
    return None


def _convolutional(seen: list[Part], head: list[Part], activation: str) -> ConvNetNetwork | None:
    pools = {part.step.numbers for part in seen if part.step.kind == "max"} or {(1, 1)}
    size, apart = next(iter(pools))
    convolutions = [part for part in seen if part.step.kind == "convolution"]
    paddings = {_padding(part) for part in convolutions}
    kernels = {part.weight.shape[2:] for part in convolutions if part.weight is not None}
    if len(pools) > 1 or size != apart or len(kernels) > 1 or len(paddings) > 1 or None in paddings:
        return None
    padding = str(paddings.pop())
    return ConvNetNetwork(
        tuple(Convolution(_detectors(part), _ours(part.bias), padding) for part in convolutions),
        tuple(_dense(part) for part in head[::2]),
        size,
        activation,
    )


def _padding(part: Part) -> str | None:
    assert part.weight is not None
    rows, columns = part.weight.shape[2:]
    if part.stride != (1, 1) or rows != columns:
        return None
    if part.padding == ((0, 0), (0, 0)):
        return "valid"
    return "same" if part.padding == (((rows - 1) // 2, rows // 2),) * 2 else None


def _detectors(part: Part) -> Any:
    assert part.weight is not None
    return _ours(np.ascontiguousarray(part.weight.transpose(2, 3, 1, 0)))


def _as_layered(
    parts: list[Part],
    scaled: tuple[np.ndarray, np.ndarray] | None,
) -> LayeredNetwork:
    steps = [part.step for part in parts]
    kinds = [step.kind for step in steps]
    if not {"flat", "everywhere"} & set(kinds[: kinds.index("dense")]):
        steps.insert(kinds.index("dense"), Step("flat"))
    if scaled is not None:
        numbers = tuple(tuple(np.atleast_1d(each).astype(float).tolist()) for each in scaled)
        steps.insert(0, Step("scaled", numbers=numbers))
    return LayeredNetwork(
        tuple(
            _dense(part) if part.bias is not None else UnbiasedLinear(_ours(part.weight))
            for part in parts
            if part.step.kind == "dense"
        ),
        tuple(
            WideConvolution(
                _detectors(part), None if part.bias is None else _ours(part.bias), part.padding, part.stride
            )
            for part in parts
            if part.step.kind == "convolution"
        ),
        tuple(steps),
    )
