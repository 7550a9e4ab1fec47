"""How a model wants one example to lie in memory: flat, as rows and columns, with channels first or last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thalweg.errors import EvaluationError, near_match

Dimensions = tuple[int | None, ...]
"""The shape that a model declares for its input, the batch first; None where any size will do."""
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Layout:
    """One way to lay out examples.

    `shape`: from the shape of one of our examples, features (inputs,) or an image (height, width, channels),
    to the shape of one laid out; None where it cannot be. `arrange`: the same for an array of examples.
    """

    name: str
    shape: Callable[[Shape], Shape | None]
    arrange: Callable[[np.ndarray], np.ndarray]


def _flat(one: Shape) -> Shape:
    return (int(np.prod(one)),)


def _rows(one: Shape) -> Shape | None:
    return one[:2] if len(one) == 3 and one[2] == 1 else None


def _first(one: Shape) -> Shape | None:
    return (one[2], *one[:2]) if len(one) == 3 else None


def _last(one: Shape) -> Shape | None:
    return one if len(one) == 3 else None


def _flat_first(one: Shape) -> Shape | None:
    return _flat(one) if len(one) == 3 and one[2] > 1 else None  # with one channel it is `flat`


def _channels_first(inputs: np.ndarray) -> np.ndarray:
    return np.moveaxis(inputs, -1, 1)


LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout("flat", _flat, lambda inputs: inputs.reshape(len(inputs), -1)),
        Layout("flat-nchw", _flat_first, lambda inputs: _channels_first(inputs).reshape(len(inputs), -1)),
        Layout("nhw", _rows, lambda inputs: inputs[..., 0]),
        Layout("nchw", _first, _channels_first),
        Layout("nhwc", _last, lambda inputs: inputs),
    )
}
"""n examples, c channels, h rows, w columns; `flat-nchw` is flat with all of one channel before the next."""


def one_example(inputs_shape: Shape) -> Shape:
    """Return the shape of one example with its channels named: (28, 28) is (28, 28, 1)."""
    return (*inputs_shape, 1) if len(inputs_shape) == 2 else inputs_shape


def layout_for(declared: Dimensions, input_shape: Shape, asked: str | None) -> Layout:
    """Return the layout that the model's declared input and our examples of `input_shape` allow.

    Raises `EvaluationError` where none fits, or several do and none was `asked` for by name.
    """
    if asked is not None and asked not in LAYOUTS:
        raise EvaluationError(
            f"Unknown layout {asked!r}.{near_match(asked, tuple(LAYOUTS))}",
            hint=f"choose from {', '.join(LAYOUTS)}.",
        )
    one = one_example(input_shape)
    possible = [layout for layout in LAYOUTS.values() if asked in (None, layout.name)]
    fitting = [layout for layout in possible if _fits(layout.shape(one), declared)]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise _no_fit(declared, input_shape, possible)
    names = ", ".join(layout.name for layout in fitting)
    raise EvaluationError(
        f"The model's input {written(declared)} fits examples of shape {input_shape} in several ways: "
        f"{names}.",
        hint=f"say which: layout={fitting[0].name!r} (--layout {fitting[0].name}).",
    )


def written(declared: Dimensions) -> str:
    """Return a declared shape as text, `[any, 1, 28, 28]`."""
    return f"[{', '.join('any' if extent is None else str(extent) for extent in declared)}]"


def _fits(shape: Shape | None, declared: Dimensions) -> bool:
    if shape is None or len(declared) != 1 + len(shape):
        return False
    return all(wanted in (None, found) for wanted, found in zip(declared[1:], shape, strict=True))


def _no_fit(declared: Dimensions, input_shape: Shape, possible: list[Layout]) -> EvaluationError:
    shapes = {layout.name: layout.shape(one_example(input_shape)) for layout in possible}
    offers = [f"{name} {written((None, *shape))}" for name, shape in shapes.items() if shape is not None]
    return EvaluationError(
        f"The model's input is {written(declared)}, and examples of shape {input_shape} can be given as "
        f"{', '.join(offers) or 'nothing that was asked for'}.",
        hint="measure it on data of the shape it was made for, and export it with a batch axis in front.",
    )
