"""The examples that are looked at, and the places that they have among each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thalweg.data import identity
from thalweg.data.dataset import Split
from thalweg.studies.label_audit.issues.tangents import bent_distances, thumbnails
from thalweg.studies.label_audit.neighbours import components, exact_distances, nearest_of_all
from thalweg.studies.label_audit.pool import Pool

NEIGHBOURS = 10
"""Nearest neighbours that are looked at, as in cleanlab."""

FEWEST = 30
"""Fewest different examples that say what distance is usual."""

COARSE, FINE, BLUR = 16, 32, 0.5
"""Longest side in pixels of the pictures that are compared as copies and as outliers, and how much the former
are smoothed (standard deviation, in pixels)."""


@dataclass(frozen=True, eq=False)
class Examples:
    """All that is known: what is judged, then, where that is the test part alone, what was trained on.

    `raw` [examples, ...], `labels` int [examples], `part` [examples] "train" or "test", `example` int
    [examples] the number there; `judged`: how many of them, the first, the audit is about. `scaled` are the
    inputs as networks see them. `identity` as in a split, None where places are all there is.
    """

    raw: np.ndarray
    labels: np.ndarray
    part: np.ndarray
    example: np.ndarray
    judged: int
    split: Split
    identity: identity.Identity | None

    @staticmethod
    def of(pool: Pool) -> Examples:
        """Return the examples of a pool; of one that judges the test part, the training part as well."""
        split, judged = pool.judged, len(pool.judged)
        if pool.also is None:
            return Examples(split.raw, split.labels, pool.part, pool.example, judged, split, split.identity)
        trained = np.arange(len(pool.train))
        return Examples(
            np.concatenate([split.raw, pool.train.raw]),
            np.concatenate([split.labels, pool.train.labels]),
            np.concatenate([pool.part, np.full(len(trained), "train")]),
            np.concatenate([pool.example, trained]),
            judged,
            split,
            identity.joined([split.identity, pool.train.identity]),
        )

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def are_pictures(self) -> bool:
        """Whether one example is a picture rather than a row of features."""
        return self.split.is_images

    def entry(self, example: int) -> dict[str, object]:
        """Return what one example is called, as JSON: split, number there, and its names in the data."""
        place = {"split": str(self.part[example]), "example": int(self.example[example])}
        if self.identity is None:
            return {**place, "called": f"{place['split']} {place['example']}"}
        return {**place, **self.identity.entry(example)}


FEW_VALUES = 20
"""Columns of no more values count something or name kinds: rows that differ there are not nearly the same."""


@dataclass(frozen=True, eq=False)
class Places:
    """Where different examples lie among each other; of those that are the very same, one stands for all.

    `first` int [different]: its number. `near` int [different, neighbours]: its nearest, the nearest first,
    and `apart` float64 their distances, as copies are compared. Numbers in `near` count the different ones.
    Rows are compared by what is measured alone, and `few` bool [inputs] are the columns that are not: among
    rows of a few kinds those of one kind are always much nearer than others. `flat` float32 [different,
    inputs]: what outliers are looked for in.
    """

    first: np.ndarray
    near: np.ndarray
    apart: np.ndarray
    few: np.ndarray
    flat: np.ndarray


def places_of(examples: Examples, first: np.ndarray) -> Places | None:
    """Return the places of the examples `first` int [different]; None where they are too few to say."""
    if len(first) < FEWEST:
        return None
    if examples.are_pictures:
        fine = thumbnails(examples.raw, examples.split.scaling, first, longest=FINE)
        coarse = thumbnails(examples.raw, examples.split.scaling, first, longest=COARSE, blur=BLUR)
        near = nearest_of_all(components(coarse.reshape(len(first), -1)), NEIGHBOURS)
        apart, flat, few = bent_distances(coarse, near), fine.reshape(len(first), -1), np.zeros(0, bool)
    else:
        flat = np.ascontiguousarray(examples.split.scaling(examples.raw[first]))
        few = np.array([len(np.unique(column)) <= FEW_VALUES for column in examples.raw.T])
        measured = np.ascontiguousarray(flat if few.all() else flat[:, ~few])
        near = nearest_of_all(components(measured), NEIGHBOURS)
        apart = exact_distances(measured, np.arange(len(first)), near)
    order = np.argsort(apart, axis=1, kind="stable")
    near, apart = (np.take_along_axis(values, order, axis=1) for values in (near, apart))
    return Places(first, near, apart, few, flat)
