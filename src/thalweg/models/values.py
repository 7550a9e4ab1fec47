"""What the numbers mean that go into a model, and those that come out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thalweg.errors import EvaluationError, near_match

SCALINGS = {
    "unit": "images with pixels in [0, 1]",
    "pixels": "images with pixels 0..255",
    "standard": "features standardised by the training split, as our own networks see them",
    "raw": "features in their own units",
}
OUTPUTS = {
    "probabilities": "they sum to one",
    "logits": "softmax makes probabilities of them",
    "sigmoid": "one activation a class, divided by their sum",
}
SUM_TOLERANCE = 1e-3


@dataclass(frozen=True, eq=False)
class InputValues:
    """How our inputs become the model's: a named scaling, then `(x - mean) / deviation` for each channel.

    `undo`: (offset, divisor) that features were standardised with; needed for the scaling `raw`.
    """

    scaling: str | None = None
    mean: np.ndarray | None = None
    deviation: np.ndarray | None = None
    undo: tuple[np.ndarray, np.ndarray] | None = None

    def __post_init__(self) -> None:
        if self.scaling is not None and self.scaling not in SCALINGS:
            raise EvaluationError(
                f"Unknown scaling {self.scaling!r}.{near_match(self.scaling, tuple(SCALINGS))}",
                hint=f"choose from {_listed(SCALINGS)}.",
            )

    @property
    def is_told(self) -> bool:
        """Whether anything was said of them."""
        return not (self.scaling is self.mean is self.deviation is None)

    def __call__(self, inputs: np.ndarray, *, whole_numbers: bool) -> np.ndarray:
        """Return what the model is to be given, in our own layout: features, or images with channels last.

        `whole_numbers`: whether the model takes integers, which for images means pixels.
        """
        scaling = self._resolved(inputs, whole_numbers)
        if scaling == "raw":
            inputs = inputs * self._undo()[1] + self._undo()[0]
        if scaling == "pixels":
            inputs = inputs * np.float32(255.0)
        if self.mean is not None:
            inputs = inputs - _of_channels(self.mean, inputs, "mean")
        if self.deviation is not None:
            inputs = inputs / _of_channels(self.deviation, inputs, "std")
        return np.rint(inputs) if whole_numbers else inputs

    def _resolved(self, inputs: np.ndarray, whole_numbers: bool) -> str:
        """Return the scaling by name: inferred for images, asked for where features may be in any unit."""
        images = inputs.ndim > 2
        fitting = ("unit", "pixels") if images else ("standard", "raw")
        if self.scaling is None and images:
            return "pixels" if whole_numbers else "unit"
        if self.scaling is None:
            raise EvaluationError(
                "The data are features, and nothing says in which units the model takes them.",
                hint=f"say which (scaling=, --scaling): {_listed(SCALINGS, fitting)}.",
            )
        if self.scaling not in fitting:
            raise EvaluationError(
                f"scaling={self.scaling!r} is for {SCALINGS[self.scaling]}; the data are "
                f"{'images' if images else 'features'} of shape {inputs.shape[1:]}.",
                hint=f"choose from {', '.join(fitting)}.",
            )
        return self.scaling

    def _undo(self) -> tuple[np.ndarray, np.ndarray]:
        if self.undo is None:
            raise EvaluationError(
                "scaling='raw' without the data: what the features were standardised with is not known.",
                hint="pass the data set too: load_onnx(path, data=dataset, scaling='raw').",
            )
        return self.undo


def channel_numbers(given: float | Sequence[float] | None, name: str) -> np.ndarray | None:
    """Return one finite number, or one a channel, as an array; `EvaluationError` for anything else."""
    if given is None:
        return None
    numbers = np.atleast_1d(np.asarray(given, dtype=np.float32))
    if numbers.ndim != 1 or not len(numbers) or not np.isfinite(numbers).all():
        raise EvaluationError(
            f"{name}={given}: expected a finite number, or one for each channel.",
            hint=f"for instance {name}=0.5, or {name}=(0.485, 0.456, 0.406).",
        )
    if name == "std" and (numbers <= 0).any():
        raise EvaluationError(f"std={given}: expected numbers above 0.", hint="leave std out to divide by 1.")
    return numbers


def probabilities_of(values: np.ndarray, meaning: str | None) -> np.ndarray:
    """Return probabilities [examples, classes] of a model's raw answers, as exact as they are.

    `meaning`: a name of `OUTPUTS`, or None to infer it from the values: rows in 0..1 that sum to one are
    probabilities, values outside 0..1 logits (softmax leaves logarithms of probabilities as they are). What
    is inside 0..1 without summing to one may be either, and is asked for.
    """
    meaning = meaning or _inferred(values)
    if meaning == "probabilities":
        return values
    wide = values.astype(np.float64)
    if meaning == "sigmoid":
        return wide / np.maximum(wide.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    powers = np.exp(wide - wide.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def check_meaning(meaning: str | None) -> str | None:
    """Return `meaning` if it is None or a name of `OUTPUTS`, else raise `EvaluationError`."""
    if meaning is None or meaning in OUTPUTS:
        return meaning
    raise EvaluationError(
        f"Unknown outputs {meaning!r}.{near_match(meaning, tuple(OUTPUTS))}",
        hint=f"choose from {_listed(OUTPUTS)}.",
    )


def _inferred(values: np.ndarray) -> str:
    low, high = float(values.min()), float(values.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        return "probabilities"  # refused where probabilities are checked, with its place
    if low < 0 or high > 1:
        # Rounding may carry a probability a little over the edge.
        if low < -1e-6 or high > 1 + 1e-6:
            return "logits"
    if np.abs(values.sum(axis=1, dtype=np.float64) - 1).max() <= SUM_TOLERANCE:
        return "probabilities"
    raise EvaluationError(
        f"The model answers with values from {low:.3g} to {high:.3g} that do not sum to one: they may be "
        "logits or one activation a class.",
        hint='say which: outputs="logits" or outputs="sigmoid" (--outputs).',
    )


def _of_channels(numbers: np.ndarray, inputs: np.ndarray, name: str) -> np.ndarray:
    if len(numbers) not in (1, inputs.shape[-1]):
        raise EvaluationError(
            f"{name} has {len(numbers)} numbers, the examples {inputs.shape[-1]} channels.",
            hint=f"give one number, or one for each channel, as {name}.",
        )
    return numbers


def _listed(named: dict[str, str], names: Sequence[str] | None = None) -> str:
    return ", ".join(f"{name} ({named[name]})" for name in names or named)
