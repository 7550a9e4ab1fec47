"""Fitted clones of one estimator, as the members of a population."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from thalweg.data.split import Split
from thalweg.errors import EstimatorError, EvaluationError
from thalweg.imported import first_line


@dataclass(frozen=True, eq=False, repr=False)
class FittedPopulation:
    """Fitted clones of one estimator; make it with `thalweg.ensemble`. A classifier in the house's sense.

    `members`: the fitted estimators. `class_names`: what their answers stand for, in the order of the data.
    `input_shape`: of one example. `inside` bool [members, examples]: who learned from which example, None
    where all learned from all. `differs`: what differs between members, in words. It has as many members as
    `len` says; a slice, or an array of numbers, chooses some, and a number gives the fitted estimator.
    """

    members: tuple[Any, ...]
    class_names: tuple[str, ...]
    input_shape: tuple[int, ...]
    inside: np.ndarray | None
    share: float | None
    differs: str

    names_stated = True
    """Columns stand in the order of the data: members learned from its class numbers."""

    def __len__(self) -> int:
        return len(self.members)

    def __getitem__(self, some: int | slice | np.ndarray) -> Any:
        if isinstance(some, int | np.integer):
            return self.members[some]
        chosen = np.arange(len(self))[some]
        return replace(
            self,
            members=tuple(self.members[member] for member in chosen),
            inside=None if self.inside is None else self.inside[chosen],
        )

    def probabilities(self, inputs: np.ndarray | Split) -> np.ndarray:
        """Return probabilities float32 [members, examples, classes], columns in the order of `class_names`.

        A class that a member never met has probability 0 from it.

        Args:
            inputs: network inputs [examples, ...], as `split.inputs` has them, or a split.

        Raises `EvaluationError` for inputs of another shape, and where a member cannot answer.
        """
        rows = table_of(inputs)
        wanted = int(np.prod(self.input_shape))
        if rows.shape[1] != wanted:
            raise EvaluationError(
                f"inputs of {rows.shape[1]:,} numbers an example: the members learned from {wanted:,}.",
                hint=f"give examples of shape {self.input_shape}, as the training split has them.",
            )
        answers = np.zeros((len(self), len(rows), len(self.class_names)), dtype=np.float32)
        with warnings.catch_warnings():
            # members were fitted on arrays, whatever a part of them says of the names of columns
            warnings.filterwarnings("ignore", message=".*valid feature names")
            for own, member in zip(answers, self.members, strict=True):
                own[:, columns_of(member, len(self.class_names))] = _asked(member, rows)
        return answers

    def __repr__(self) -> str:
        name = type(self.members[0]).__name__ if self.members else "none"
        return f"FittedPopulation({len(self)} x {name}, {len(self.class_names)} classes)"


def joined(members: Sequence[FittedPopulation]) -> FittedPopulation:
    """Return the members of several populations, of the same data and drawn alike, as one."""
    inside = [own.inside for own in members if own.inside is not None]
    return replace(
        members[0],
        members=tuple(each for own in members for each in own.members),
        inside=np.concatenate(inside) if inside else None,
    )


def table_of(inputs: np.ndarray | Split) -> np.ndarray:
    """Return inputs as float32 rows [examples, numbers], which estimators take; bytes are divided by 255."""
    given = np.asarray(inputs.inputs if isinstance(inputs, Split) else inputs)
    if given.dtype == np.uint8:
        given = given / np.float32(255.0)
    return np.asarray(given, dtype=np.float32).reshape(len(given), -1)


def columns_of(member: Any, classes: int) -> np.ndarray:
    """Return the class of each column of a fitted member's answers.

    Raises `EstimatorError` for a member that does not say which classes it learned, or names others.
    """
    learned = getattr(member, "classes_", None)
    found = np.asarray(learned)
    if learned is None or found.ndim != 1 or not np.isin(found, np.arange(classes)).all():
        raise EstimatorError(
            f"A {type(member).__name__} has classes_ {learned!r} after fit: expected numbers of classes from "
            f"0 to {classes - 1}.",
            hint="a classifier of scikit-learn keeps the labels that it learned, sorted, in classes_.",
        )
    return found.astype(int)


def _asked(member: Any, rows: np.ndarray) -> np.ndarray:
    try:
        return np.asarray(member.predict_proba(rows))
    except Exception as error:
        raise EvaluationError(
            f"A {type(member).__name__} cannot answer {len(rows):,} rows of {rows.shape[1]:,} numbers: "
            f"{first_line(error)}.",
            hint="ask about inputs as the training split has them.",
        ) from error
