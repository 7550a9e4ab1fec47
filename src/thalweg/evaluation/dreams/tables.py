"""What came of one way of dreaming: pictures, opinions on them and distances, with their means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from thalweg.measured import Measured
from thalweg.record import Entry
from thalweg.statistics.intervals import crossed


@dataclass(frozen=True, eq=False)
class Dreams(Entry):
    """Pictures dreamt in one way; tables are [members, classes, starts].

    `pictures`: float32 [shown members, classes, starts, *input shape] of the first members. `own`, `judged`:
    probability of the class by the network itself and by the judge; `agreed`: whether the judge's answer is
    the class (both None without a judge). `neighbour_agrees`: whether the training picture nearest in shape,
    of all classes, is of this one. `ratio`: distance to the nearest training picture of the class, divided by
    the mean of that distance over test pictures; a black picture has `blank_ratio` on average, so faint
    dreams seem near. `shape_ratio`: the same with all pictures brought to one length. `nearest`: which
    training example of the class is nearest in shape. The `mean_` numbers have intervals over members.
    """

    pictures: np.ndarray
    own: np.ndarray
    judged: np.ndarray | None
    agreed: np.ndarray | None
    neighbour_agrees: np.ndarray
    ratio: np.ndarray
    shape_ratio: np.ndarray
    nearest: np.ndarray
    blank_ratio: float
    level: float

    @property
    def best(self) -> Dreams:
        """The same with one start only: of each member and class the one that it believes in most.

        Some climbs end on a plateau, where saturated neurons give no slope; what a network believes in most
        is what came of its best start.
        """
        place = self.own.argmax(axis=2)[..., None]

        def chosen(table: np.ndarray) -> np.ndarray:
            here = place[: len(table)]
            return np.take_along_axis(table, here.reshape(*here.shape, *(1,) * (table.ndim - 3)), axis=2)

        return replace(
            self,
            pictures=chosen(self.pictures),
            own=chosen(self.own),
            judged=None if self.judged is None else chosen(self.judged),
            agreed=None if self.agreed is None else chosen(self.agreed),
            neighbour_agrees=chosen(self.neighbour_agrees),
            ratio=chosen(self.ratio),
            shape_ratio=chosen(self.shape_ratio),
            nearest=chosen(self.nearest),
        )

    @property
    def mean_own(self) -> Measured:
        """Mean confidence of the network in its own pictures, 0..1."""
        return _over_members(self.own, self.level, (0.0, 1.0))

    @property
    def mean_judged(self) -> Measured | None:
        """Mean probability that the judge gives to the class dreamt of, 0..1."""
        return None if self.judged is None else _over_members(self.judged, self.level, (0.0, 1.0))

    @property
    def mean_agreed(self) -> Measured | None:
        """Share of the pictures that the judge takes for the class dreamt of."""
        return None if self.agreed is None else _over_members(self.agreed, self.level, (0.0, 1.0))

    @property
    def mean_neighbour_agrees(self) -> Measured:
        """Share of the pictures whose nearest real picture, by shape, is of the class dreamt of."""
        return _over_members(self.neighbour_agrees, self.level, (0.0, 1.0))

    @property
    def mean_ratio(self) -> Measured:
        """Mean distance to the nearest real picture, in units of what is usual between real pictures."""
        return _over_members(self.ratio, self.level, (0.0, np.inf))

    @property
    def mean_shape_ratio(self) -> Measured:
        """As `mean_ratio`, with all pictures brought to one length: faint ones gain nothing."""
        return _over_members(self.shape_ratio, self.level, (0.0, np.inf))

    def content(self) -> Mapping[str, Any]:
        """Return the means over all starts, and under "best_start" those of the best start of each.

        None stands for what needs a judge that was not there.
        """
        return {
            **self._means(),
            "best_start": self.best._means(),
            "distance_ratio_of_blank": self.blank_ratio,
        }

    def _means(self) -> dict[str, Measured | None]:
        return {
            "own_confidence": self.mean_own,
            "judge_confidence": self.mean_judged,
            "judge_agrees": self.mean_agreed,
            "neighbour_agrees": self.mean_neighbour_agrees,
            "distance_ratio": self.mean_ratio,
            "shape_distance_ratio": self.mean_shape_ratio,
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the pictures and the table of every number."""
        arrays = {
            "pictures": self.pictures,
            "own_confidence": self.own,
            "judge_confidence": self.judged,
            "judge_agrees": self.agreed,
            "neighbour_agrees": self.neighbour_agrees,
            "distance_ratio": self.ratio,
            "shape_distance_ratio": self.shape_ratio,
            "nearest": self.nearest,
        }
        return {name: array for name, array in arrays.items() if array is not None}


def _over_members(table: np.ndarray, level: float, limits: tuple[float, float]) -> Measured:
    """Return the mean of [members, classes, starts], interval over members: the classes are all there are."""
    rows = table.reshape(len(table), -1)
    found = crossed(rows, level, limits=limits)
    return Measured.of(found.mean, found.starts, found.caveat)
