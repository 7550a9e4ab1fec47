"""Rows, labels and weights as scikit-learn hands them over, as what is learned from and what is kept back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from thalweg.data.dataset import Scaling, TestSplit, TrainSplit, ValidationSplit, stratified_mask
from thalweg.data.inputs import FEATURES, keep
from thalweg.errors import EstimatorError, shown

SPARSE = ("csr", "csc", "coo")
"""Forms of sparse rows that are filled in; scikit-learn brings others into the first."""


@dataclass(frozen=True, eq=False)
class Examples:
    """What a fit learns from, `weights` [examples] of it (None: all 1), and what it keeps back.

    `mean_weight`: of what is learned from, before they were divided by it. `validation_weights`: of the
    examples that are stopped by.
    """

    train: TrainSplit
    weights: np.ndarray | None
    mean_weight: float
    validation: ValidationSplit | None
    validation_weights: np.ndarray | None
    test: TestSplit | None


@dataclass(frozen=True, eq=False)
class Given:
    """Rows [examples, inputs], the number of each one's class, what the classes are called, and weights.

    `sample_weight` [examples] or None counts rows, for the scaling as well; `weights` [examples] or None is
    what they count for in training, the weight of their class included.
    """

    rows: np.ndarray
    labels: np.ndarray
    class_names: tuple[str, ...]
    sample_weight: np.ndarray | None
    weights: np.ndarray | None

    def parted(self, *, validation: float, test: float, scaled: bool, seed: int) -> Examples:
        """Keep back stratified shares to stop by and to measure on, and scale all by what is learned from.

        Raises `DataError` where a class has too few examples to stand in every part.
        """
        for_test = self._held(np.ones(len(self.labels), bool), test, seed)
        for_validation = self._held(~for_test, validation / (1 - test), seed + 1)
        learned = ~(for_test | for_validation)
        raw = keep(self.rows, FEATURES, what="rows of X")
        counted = None if self.sample_weight is None else self.sample_weight[learned]
        scaling = scaling_of(raw[learned], counted) if scaled else Scaling.identity()
        refuse_overflow(scaling, raw)
        part = lambda which: (raw[which], self.labels[which], self.class_names, scaling)  # noqa: E731
        weights = self.weights
        mean = 1.0 if weights is None else float(weights[learned].mean())
        return Examples(
            TrainSplit(*part(learned)),
            None if weights is None else weights[learned] / mean,
            mean,
            ValidationSplit(*part(for_validation)) if validation else None,
            None if weights is None else weights[for_validation],
            TestSplit(*part(for_test)) if test else None,
        )

    def _held(self, among: np.ndarray, fraction: float, seed: int) -> np.ndarray:
        held = np.zeros(len(among), bool)
        if fraction > 0:
            held[np.flatnonzero(among)[stratified_mask(self.labels[among], fraction, seed)]] = True
        return held


def given(rows: Any, labels: np.ndarray, classes: np.ndarray, sample_weight: Any, class_weight: Any) -> Given:
    """Return what was given in one form, rows of weight 0 left out.

    Args:
        rows: [examples, inputs], dense or sparse.
        labels: number of each one's class, [examples].
        classes: the labels themselves, sorted.
        sample_weight: [examples], at least 0, or None.
        class_weight: None, "balanced", or a weight by label.

    Raises `EstimatorError` for weights that are none, and where fewer than two classes are left.
    """
    weight = checked_weights(sample_weight, rows.shape[0])
    names = tuple(str(label) for label in classes.tolist())
    dense = filled_in(rows)
    if weight is not None:
        counts = weight > 0
        dense, labels, weight = dense[counts], labels[counts], weight[counts]
    left = np.unique(labels)
    if len(left) < 2:
        raise EstimatorError(
            f"y has 1 class, {names[int(left[0])]!r}, among the {len(labels):,} examples with a weight above "
            "zero: expected two classes or more.",
            hint="there is nothing to tell apart; is this column the class?",
        )
    of_class = class_weights(class_weight, classes, labels, weight)
    weights = weight
    if of_class is not None:
        weights = of_class[labels] * (1.0 if weight is None else weight)
    return Given(dense, labels.astype(np.int32), names, weight, weights)


def filled_in(rows: Any) -> np.ndarray:
    """Return rows, dense or sparse, as a dense array; a network's first layer takes no other."""
    return rows.toarray() if sparse.issparse(rows) else np.asarray(rows)


def scaling_of(rows: np.ndarray, weights: np.ndarray | None) -> Scaling:
    """Return how `rows` are standardised, a row of weight 2 as if it stood there twice."""
    if weights is None:
        return Scaling.standard(rows)
    wide, share = rows.astype(np.float64), (weights / weights.sum())[:, None]
    mean = (share * wide).sum(axis=0)
    deviation = np.sqrt((share * (wide - mean) ** 2).sum(axis=0))
    # of a constant the weighted mean differs from it by rounding, which is no deviation
    return Scaling(mean, np.where(np.ptp(wide, axis=0) > 0, deviation, 1.0))


def refuse_overflow(scaling: Scaling, rows: np.ndarray) -> None:
    """Raise `EstimatorError` where scaled rows are not finite in single precision."""
    with np.errstate(over="ignore", invalid="ignore"):
        sound = np.isfinite(scaling(rows)).all()
    if not sound:
        raise EstimatorError(
            f"X holds values up to {np.abs(rows).max():g}, too far apart for single precision.",
            hint="drop or clip the outliers, or take the logarithm first.",
        )


def checked_weights(sample_weight: Any, examples: int) -> np.ndarray | None:
    """Return weights as float64 [examples]; raises `EstimatorError` for what is none."""
    if sample_weight is None:
        return None
    try:
        weight = np.asarray(sample_weight, dtype=np.float64)
    except (TypeError, ValueError):
        raise EstimatorError(
            f"sample_weight={shown(sample_weight)}: expected one number for each example.",
            hint="leave it out to count all alike.",
        ) from None
    if weight.ndim == 0:
        weight = np.full(examples, float(weight))
    if weight.shape != (examples,):
        raise EstimatorError(
            f"sample_weight has shape {weight.shape}: expected ({examples},).",
            hint="give one weight for each example, in the same order.",
        )
    if not np.isfinite(weight).all() or (weight < 0).any():
        place = int(np.argmin(np.where(np.isfinite(weight), weight, -np.inf)))
        raise EstimatorError(
            f"sample_weight has {weight[place]} at {place} (counted from 0): expected finite numbers from 0.",
            hint="0 leaves an example out.",
        )
    if not weight.any():
        raise EstimatorError(
            "every sample_weight is zero: no example is left.", hint="give a weight above zero to some."
        )
    return weight


def class_weights(
    class_weight: Any, classes: np.ndarray, labels: np.ndarray, sample_weight: np.ndarray | None
) -> np.ndarray | None:
    """Return what each class counts for [classes], or None where all count alike.

    "balanced" gives all classes that occur the same weight in sum (King and Zeng 2001), as scikit-learn does.
    """
    if class_weight is None:
        return None
    if isinstance(class_weight, str) and class_weight == "balanced":
        sums = np.bincount(labels, weights=sample_weight, minlength=len(classes)).astype(np.float64)
        present = sums > 0
        return np.where(present, sums.sum() / (present.sum() * np.where(present, sums, 1.0)), 1.0)
    if not isinstance(class_weight, Mapping):
        raise EstimatorError(
            f'class_weight={shown(class_weight)}: expected None, "balanced" or a weight by label.',
            hint=f"for example {{{classes.tolist()[0]!r}: 2.0}}; labels that are left out count 1.",
        )
    known = classes.tolist()
    for label, weight in class_weight.items():
        if label not in known:
            raise EstimatorError(
                f"class_weight names {label!r}, which is no class of y: {shown(known)}.",
                hint="give weights for labels that occur.",
            )
        if not isinstance(weight, int | float | np.number) or not 0 < weight < np.inf:
            raise EstimatorError(
                f"class_weight[{label!r}]={shown(weight)}: expected a finite number above 0.",
                hint="to leave a class out, leave its examples out.",
            )
    return np.array([float(class_weight.get(label, 1.0)) for label in known])
