"""Normalisations with running statistics, folded into the layers beside them: the same function, fewer steps.

In evaluation mode a BatchNorm (Ioffe and Szegedy 2015, arXiv 1502.03167, algorithm 2) multiplies each channel
by a number and adds another. A layer of weights right before it does so as well with other weights, or one
right after. They are computed in float64, so the answers are the same to rounding; lengths of weights, and
curvature, are those of the folded weights, of which each neuron's alone decide how large its sums are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from thalweg.networks.pytorch.parts import Part, unknown

_LINEAR = ("mean", "everywhere")
"""Steps that take the mean of some places of a channel: it is the same to scale and shift before or after."""


def folded(parts: list[Part]) -> list[Part]:
    """Return parts without normalisations, each folded into the layer before it or else into the one after.

    Raises `UnknownLayer` where neither is possible: another step lies between.
    """
    done: list[Part] = []
    waiting: _Affine | None = None
    for part in parts:
        if part.step.kind != "normalised":
            if waiting is not None:
                part, waiting = waiting.into(part)
            done.append(part)
            continue
        assert part.weight is not None
        assert part.bias is not None
        own = _Affine(part.weight, part.bias, part.where)
        if waiting is not None:  # two of them, one after the other
            waiting = _Affine(own.scale * waiting.scale, own.scale * waiting.shift + own.shift, own.where)
            continue
        place = _layer_before(done, own.scale)
        if place is None:
            waiting = own
        else:
            done[place] = own.after(done[place])
    if waiting is not None:
        raise unknown(f"{waiting.where} has no layer of weights beside it")
    return done


def _layer_before(done: list[Part], scale: np.ndarray) -> int | None:
    """Return which layer of weights gave what a normalisation gets, but for pooling between."""
    for place in reversed(range(len(done))):
        step = done[place].step
        if step.kind in ("dense", "convolution"):
            return place
        through = step.kind in _LINEAR or (step.kind == "max" and bool((scale > 0).all()))
        if not through and not _keeps_channels(done[place]):
            return None
    return None


def _keeps_channels(part: Part) -> bool:
    """Return whether a part lays out a picture of one place: its channels stay what they were."""
    return part.step.kind == "flat" and part.before[1:] in ((), (1,), (1, 1))


@dataclass(frozen=True, eq=False)
class _Affine:
    """What a normalisation does: `scale` [channels] times each channel plus `shift` [channels], float64."""

    scale: np.ndarray
    shift: np.ndarray
    where: str

    def after(self, part: Part) -> Part:
        """Return a layer of weights that also does what this does with its answers."""
        assert part.weight is not None
        shape = (-1,) + (1,) * (part.weight.ndim - 1)
        bias = 0.0 if part.bias is None else part.bias
        weight, bias = part.weight * self.scale.reshape(shape), bias * self.scale + self.shift
        return replace(part, weight=weight, bias=bias)

    def into(self, part: Part) -> tuple[Part, _Affine | None]:
        """Return a part that is given what this is given, and what has still to be done after it."""
        kind = part.step.kind
        if kind == "dense":
            return self._before(part), None
        if kind == "convolution" and (not self.shift.any() or part.padding == ((0, 0), (0, 0))):
            return self._before(part), None
        if kind in _LINEAR or (kind == "max" and (self.scale > 0).all()):
            return part, self
        if kind == "flat":
            places = int(
                np.prod(part.before[1:], dtype=int)
            )  # channels first: all places of one are together
            return part, replace(
                self, scale=np.repeat(self.scale, places), shift=np.repeat(self.shift, places)
            )
        if kind == "convolution":
            raise unknown(f"{self.where} shifts what {part.where} surrounds with zeros")
        raise unknown(f"{self.where} stands before {part.where}, and no layer of weights is beside it")

    def _before(self, part: Part) -> Part:
        assert part.weight is not None
        shape = (1, -1) + (1,) * (part.weight.ndim - 2)
        rest = tuple(range(1, part.weight.ndim))
        added = (part.weight * self.shift.reshape(shape)).sum(axis=rest)
        bias = added if part.bias is None else part.bias + added
        return replace(part, weight=part.weight * self.scale.reshape(shape), bias=bias)
