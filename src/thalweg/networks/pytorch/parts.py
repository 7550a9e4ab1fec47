"""One layer of a module of PyTorch, said in our words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.errors import NotApplicable
from thalweg.networks.layered import Step


class UnknownLayer(NotApplicable):
    """A module of PyTorch with a layer that is not known here, or a way through it that nobody can follow."""


@dataclass(frozen=True, eq=False)
class Part:
    """One step, what it is called in the module, and its weights as PyTorch has them.

    `weight` is [outputs, inputs] or [outputs, channels, rows, columns], float64, and `bias` None where there
    is none; of a normalisation they are [channels], what it multiplies by and what it adds. `before`: the
    shape of what it is given of one example, in PyTorch's order. `padding` (before and after, down and
    across) and `stride` are a convolution's.
    """

    step: Step
    where: str
    before: tuple[int, ...] = ()
    weight: np.ndarray | None = None
    bias: np.ndarray | None = None
    padding: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0))
    stride: tuple[int, int] = (1, 1)


NOTHING = (
    "Identity",
    "Dropout",
    "Dropout1d",
    "Dropout2d",
    "Dropout3d",
    "AlphaDropout",
    "FeatureAlphaDropout",
)
"""Layers that do nothing in evaluation mode."""

_CURVES = {
    "ReLU": "relu",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "SiLU": "silu",
    "SELU": "selu",
    "ReLU6": "relu6",
    "StepNeurons": "step",
}
KNOWN = (
    "Linear, Conv2d, BatchNorm1d and BatchNorm2d beside them, ZeroPad2d, MaxPool2d, AvgPool2d, "
    "AdaptiveAvgPool2d(1), Flatten, Dropout, Identity, "
    "ReLU, Sigmoid, Tanh, GELU, LeakyReLU, ELU, SiLU, SELU, Softplus, ReLU6, and at the end Softmax, "
    "LogSoftmax, LogSigmoid"
)


def part_of(layer: Any, where: str, before: tuple[int, ...]) -> Part | None:
    """Return what a layer of `torch.nn` does, None where it does nothing.

    `before`: the shape of one example before it. Raises `UnknownLayer` for one that is not known.
    """
    kind = type(layer).__name__
    if not type(layer).__module__.startswith(("torch.nn.modules.", "thalweg.")):
        raise unknown(f"{where} is a {kind} of its own")
    if kind in NOTHING:
        return None
    if kind in _CURVES:
        return Part(Step("curve", _CURVES[kind]), where, before)
    make = _MAKERS.get(kind)
    if make is None:
        raise unknown(f"{where} is a {_written(layer)}, which is not known here")
    return make(layer, where, before)


def unknown(what: str) -> UnknownLayer:
    """Return the error for a module that cannot be read, of which `what` is the reason."""
    return UnknownLayer(
        f"The weights of this module cannot be looked into: {what}.",
        hint=f"known are modules that take one way through {KNOWN}; evaluations of answers take any module.",
    )


def _linear(layer: Any, where: str, before: tuple[int, ...]) -> Part:
    _refuse_unless(len(before) == 1, layer, where, f"it reads inputs of shape {before} row by row")
    return Part(Step("dense"), where, before, *_weights(layer, where))


def _convolution(layer: Any, where: str, before: tuple[int, ...]) -> Part:
    _refuse_unless(layer.groups == 1, layer, where, "it has groups")
    _refuse_unless(_pair(layer.dilation) == (1, 1), layer, where, "it is dilated")
    _refuse_unless(layer.padding_mode == "zeros", layer, where, "it does not pad with zeros")
    return Part(
        Step("convolution"),
        where,
        before,
        *_weights(layer, where),
        _padding(layer),
        _pair(layer.stride),
    )


def _normalisation(layer: Any, where: str, before: tuple[int, ...]) -> Part:
    """Return what a BatchNorm does in evaluation mode: (x - mean) / sqrt(variance + eps) * weight + bias."""
    statistics = layer.running_mean is not None and layer.running_var is not None
    _refuse_unless(statistics, layer, where, "it takes the mean of whatever it is asked about together")
    rows = type(layer).__name__ == "BatchNorm1d" and len(before) != 1
    _refuse_unless(not rows, layer, where, f"it reads inputs of shape {before} row by row")
    mean, variance = (_numbers(each, where) for each in (layer.running_mean, layer.running_var))
    scale = 1.0 / np.sqrt(variance + layer.eps)
    if layer.weight is not None:
        scale = scale * _numbers(layer.weight, where)
    shift = -mean * scale
    if layer.bias is not None:
        shift = shift + _numbers(layer.bias, where)
    return Part(Step("normalised"), where, before, scale, shift)


def _padding(layer: Any) -> tuple[tuple[int, int], tuple[int, int]]:
    if layer.padding == "valid":
        return (0, 0), (0, 0)
    if layer.padding == "same":  # an even kernel gets the odd zero at the far end
        rows, columns = (((extent - 1) // 2, extent // 2) for extent in layer.kernel_size)
        return rows, columns
    rows, columns = _pair(layer.padding)
    return (rows, rows), (columns, columns)


def _around(layer: Any, where: str, before: tuple[int, ...]) -> Part:
    left, right, top, bottom = layer.padding
    return Part(Step("around"), where, before, padding=((top, bottom), (left, right)))


def _pool(layer: Any, where: str, before: tuple[int, ...]) -> Part:
    size = _pair(layer.kernel_size)
    apart = size if layer.stride is None else _pair(layer.stride)
    square = size[0] == size[1] and apart[0] == apart[1]
    _refuse_unless(square, layer, where, "its windows are not squares")
    _refuse_unless(_pair(layer.padding) == (0, 0), layer, where, "it pads")
    _refuse_unless(not layer.ceil_mode, layer, where, "it rounds up (ceil_mode)")
    if type(layer).__name__ == "MaxPool2d":
        _refuse_unless(_pair(layer.dilation) == (1, 1), layer, where, "it is dilated")
        return Part(Step("max", numbers=(size[0], apart[0])), where, before)
    _refuse_unless(layer.divisor_override is None, layer, where, "it has a divisor of its own")
    return Part(Step("mean", numbers=(size[0], apart[0])), where, before)


def _everywhere(layer: Any, where: str, before: tuple[int, ...]) -> Part:
    _refuse_unless(_pair(layer.output_size) == (1, 1), layer, where, "it leaves more than one place")
    return Part(Step("everywhere"), where, before)


def _flat(layer: Any, where: str, before: tuple[int, ...]) -> Part | None:
    whole = layer.start_dim == 1 and layer.end_dim in (-1, len(before))
    _refuse_unless(whole, layer, where, "it does not flatten the whole example")
    return Part(Step("flat"), where, before)


def _gelu(layer: Any, where: str, before: tuple[int, ...]) -> Part:
    return Part(Step("curve", "gelu" if layer.approximate == "tanh" else "gelu-erf"), where, before)


def _softplus(layer: Any, where: str, before: tuple[int, ...]) -> Part:
    _refuse_unless(layer.beta == 1, layer, where, "its beta is not 1")
    return Part(Step("curve", "softplus"), where, before)


def _last(layer: Any, where: str, before: tuple[int, ...]) -> Part:
    name = type(layer).__name__
    if name != "LogSigmoid":
        _refuse_unless(layer.dim in (1, -1), layer, where, f"its dim is {layer.dim}, not 1")
    return Part(Step("readout", name), where, before)


_MAKERS = {
    "Linear": _linear,
    "Conv2d": _convolution,
    "BatchNorm1d": _normalisation,
    "BatchNorm2d": _normalisation,
    "ZeroPad2d": _around,
    "MaxPool2d": _pool,
    "AvgPool2d": _pool,
    "AdaptiveAvgPool2d": _everywhere,
    "Flatten": _flat,
    "GELU": _gelu,
    "LeakyReLU": lambda layer, where, before: Part(
        Step("curve", "leaky-relu", (float(layer.negative_slope),)), where, before
    ),
    "ELU": lambda layer, where, before: Part(Step("curve", "elu", (float(layer.alpha),)), where, before),
    "Softplus": _softplus,
    "Softmax": _last,
    "LogSoftmax": _last,
    "LogSigmoid": _last,
}


def _pair(value: Any) -> tuple[Any, Any]:
    return (value[0], value[-1]) if isinstance(value, tuple | list) else (value, value)


def _weights(layer: Any, where: str) -> tuple[np.ndarray, np.ndarray | None]:
    bias = None if layer.bias is None else _numbers(layer.bias, where)
    return _numbers(layer.weight, where), bias


def _numbers(tensor: Any, where: str) -> np.ndarray:
    """Return weights as float64, in which float32 is exact, off their device."""
    if str(tensor.dtype) not in ("torch.float32", "torch.float64"):
        raise unknown(f"the weights of {where} are {tensor.dtype}, not torch.float32")
    return tensor.detach().cpu().numpy().astype(np.float64)


def _written(layer: Any) -> str:
    return " ".join(repr(layer).split())[:100]


def _refuse_unless(fits: bool, layer: Any, where: str, why: str) -> None:
    if not fits:
        raise unknown(f"{where} is a {_written(layer)}, and {why}")
