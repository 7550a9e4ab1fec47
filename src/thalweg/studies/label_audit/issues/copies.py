"""Examples that are there twice, the very same or nearly so, with any labels and in either part.

A test example that the training part has too flatters every accuracy; copies with one label count one example
several times; of copies with different labels one is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.stats import false_discovery_control

from thalweg.chunks import slices
from thalweg.studies.label_audit.issues.examples import Examples, Places

BY_LUCK = 0.05
"""Share of the near copies that luck may have made (Benjamini & Hochberg 1995)."""

HALF = 0.5
"""However few that luck makes: a near copy is at most so far away, beside the tenth neighbour."""

MOSTLY = 0.5
"""Where luck makes so large a share of rows alike, they are no copies that anybody made."""

SHUFFLES = 5
"""How often columns are shuffled to see how many rows would be alike by luck."""


@dataclass(frozen=True, eq=False)
class Copies:
    """Which examples are copies of each other.

    `group` int [examples]: its number, -1 for those that have no copy. `exact` bool [examples]: whether a
    copy is the very same. `distance` float64 [examples]: of the nearest that is not the very same, as a share
    of the distance to the tenth neighbour, NaN where that is no copy. `luck` float64 [examples]: how likely
    luck brings a neighbour so near, of every example, NaN where nobody looked. `leaked` and `leaked_exactly`
    bool [examples]: test examples that the training part has too. `tested`: how many examples the test part
    has, 0 where it was not looked at. `by_luck` and `leaked_by_luck`: how many rows would be the very same
    (and in both parts) if half of their columns were those of another row of their class; None for pictures.
    `near`: why near copies were not looked for, empty where they were. `judged`: how many examples, the
    first, the audit is about; every group has one of them. `torn`: groups whose examples have different
    labels.
    """

    group: np.ndarray
    exact: np.ndarray
    distance: np.ndarray
    luck: np.ndarray
    leaked: np.ndarray
    leaked_exactly: np.ndarray
    tested: int
    by_luck: float | None
    leaked_by_luck: float | None
    near: str
    judged: int
    torn: int

    @property
    def count(self) -> int:
        """Examples that have a copy."""
        return int((self.group[: self.judged] >= 0).sum())

    @property
    def exactly(self) -> int:
        """Examples of which a copy is the very same."""
        return int(self.exact[: self.judged].sum())

    @property
    def is_luck(self) -> bool:
        """Whether luck alone makes most of them alike: rows of few values, rather than copies."""
        return self.by_luck is not None and self.by_luck >= max(MOSTLY * self.count, 0.5)

    @property
    def is_leak(self) -> bool:
        """Whether test examples are in the training part too, more than luck makes alike."""
        leaked = int(self.leaked.sum())
        return leaked > 0 and (self.leaked_by_luck is None or self.leaked_by_luck < MOSTLY * leaked)

    @property
    def groups(self) -> int:
        """Groups of copies."""
        return int(self.group.max(initial=-1)) + 1


def same(raw: np.ndarray) -> np.ndarray:
    """Return for each example of `raw` [examples, ...] the number of the first that is the very same."""
    known: dict[bytes, int] = {}
    found = (
        known.setdefault(blake2b(row.tobytes(), digest_size=16).digest(), place.start + number)
        for place in slices(len(raw), 4096)
        for number, row in enumerate(raw[place] if raw.dtype.kind in "ui" else raw[place] + 0.0)  # no -0
    )
    return np.fromiter(found, np.int64, len(raw))


def find_copies(examples: Examples, alike: np.ndarray, places: Places | None) -> Copies:
    """Find copies among `examples`, whose exact ones are `alike` as `same` says; near ones in `places`."""
    near, distance, luck, why = _near_copies(examples, places)
    ends = np.concatenate([alike, near[:, 1]])
    begins = np.concatenate([np.arange(len(examples)), near[:, 0]])
    graph = coo_array((np.ones(len(ends), bool), (begins, ends)), shape=(len(examples),) * 2)
    _, component = connected_components(graph, directed=False)
    group = grouped(component, examples.judged)
    exact = np.bincount(alike, minlength=len(alike))[alike] > 1
    by_luck = (None, None) if examples.are_pictures else _by_luck(examples, examples.raw)
    return Copies(
        group,
        exact,
        distance[alike],
        luck[alike],
        _in_training_too(examples, group),
        _in_training_too(examples, np.where(exact, alike, -1)),
        int((examples.part == "test").sum()) if (examples.part == "train").any() else 0,
        *by_luck,
        why,
        examples.judged,
        _torn(group, examples.labels),
    )


def twins_of(copies: Copies, labels: np.ndarray) -> np.ndarray:
    """Return for each judged example the number of a copy with another of `labels` int [judged], -1 for none.

    Of several the very same is taken, if there is one, then the first.
    """
    twin = np.full(copies.judged, -1)
    group = copies.group[: copies.judged]
    order = np.argsort(group, kind="stable")
    for own in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
        if len(own) < 2 or group[own[0]] < 0 or (labels[own] == labels[own[0]]).all():
            continue
        own = own[np.argsort(~copies.exact[own], kind="stable")]
        for example in own:
            others = own[labels[own] != labels[example]]
            twin[example] = others[0]
    return twin


def grouped(component: np.ndarray, judged: int) -> np.ndarray:
    """Return numbers of the components that are more than one example, the first ones judged, else -1."""
    several = np.bincount(component) > 1
    several &= np.bincount(component[:judged], minlength=len(several)) > 0
    number = np.where(several, np.cumsum(several) - 1, -1)
    return number[component]


def _torn(group: np.ndarray, labels: np.ndarray) -> int:
    pairs = np.unique(np.stack([group, labels])[:, group >= 0], axis=1)
    return int((np.bincount(pairs[0]) > 1).sum())


def _in_training_too(examples: Examples, group: np.ndarray) -> np.ndarray:
    tested, has_copy = examples.part == "test", group >= 0
    trained = np.unique(group[has_copy & ~tested])
    return tested & has_copy & np.isin(group, trained)


def _near_copies(examples: Examples, places: Places | None) -> tuple[np.ndarray, np.ndarray, np.ndarray, str]:
    """Return pairs int [pairs, 2] of near copies, the nearest one's distance and luck, and why none."""
    none, unknown = np.empty((0, 2), np.int64), np.full(len(examples), np.nan)
    if places is None:
        return none, unknown, unknown, "too few different examples to say what is near"
    first, few = places.first, places.few
    if len(few) and few.all():
        return none, unknown, unknown, "the columns have few values, so that no row is nearly another"
    ratio, luck = how_near(places.near, places.apart)
    if few.any():
        kinds = same(examples.raw[first][:, few])
        luck = np.where(kinds == kinds[places.near[:, 0]], luck, 1.0)
    close = (false_discovery_control(luck) <= BY_LUCK) & (ratio <= HALF) & (luck < 1)
    pairs = np.stack([first[close], first[places.near[close, 0]]], axis=1)
    distance = unknown
    for ends in (pairs, pairs[:, ::-1]):  # the other end of a pair has this copy, if not a nearer one
        np.fmin.at(distance, ends[:, 0], ratio[close])
    everyone = np.full(len(examples), np.nan)
    everyone[first] = luck
    return pairs, distance, everyone, ""


def how_near(near: np.ndarray, apart: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how near each nearest neighbour is, and how likely luck brings one so near.

    `near` int and `apart` float64 [examples, neighbours]: numbers and distances, ascending. The first that is
    returned [examples] is the distance to the nearest over that to the last neighbour, of the two ends the
    larger ratio. The second is its p-value: around a place where examples lie evenly in d dimensions, the
    d-th power of that ratio is the smallest of (neighbours - 1) uniform numbers. d is the dimension that the
    two nearest say (Facco, d'Errico, Rodriguez & Laio, Scientific Reports 7, 2017), by a median that copies
    hardly move, of the neighbours of neighbours; nowhere more than of all.
    """
    count = near.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = np.log(apart[:, 1] / apart[:, 0])
        least = np.minimum(apart[:, -1], apart[near[:, 0], -1])
        ratio = np.where(apart[:, 0] > 0, np.minimum(apart[:, 0] / least, 1.0), 0.0)
        growth[~np.isfinite(growth)] = np.nan
    everywhere = float(np.nanmedian(growth)) if np.isfinite(growth).any() else np.nan
    inverse = np.fmax(_medians(growth, near), everywhere)
    with np.errstate(divide="ignore", invalid="ignore"):
        power = np.where(inverse > 0, ratio ** (np.log(2) / inverse), np.where(ratio < 1, 0.0, 1.0))
    power = np.where(np.isnan(inverse), ratio, power)
    return ratio, -np.expm1((count - 1) * np.log1p(-np.minimum(power, 1 - 1e-16)))


def _medians(growth: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Return the median growth [examples] among the neighbours of each example's neighbours."""
    found = np.full(len(near), np.nan)
    for place in slices(len(near), 8192):
        around = growth[near[near[place]]].reshape(len(near[place]), -1)
        known = np.isfinite(around).any(axis=1)
        found[place][known] = np.nanmedian(around[known], axis=1)
    return found


def _by_luck(examples: Examples, raw: np.ndarray) -> tuple[float, float]:
    """Return how many rows are alike, and how many test rows like a training row, when halves are mixed.

    Within each class the second half of the columns is shuffled among the rows. Halves stay as they are, so
    that what goes together does so still within them; what is alike then is so by luck.
    """
    half = raw.shape[1] // 2
    front = same(raw[:, :half]) if half else np.zeros(len(raw), np.int64)
    back, generator = same(raw[:, half:]), np.random.default_rng(0)
    alike, leaked = [], []
    for _ in range(SHUFFLES):
        mixed = back.copy()
        for label in np.unique(examples.labels):
            mine = np.flatnonzero(examples.labels == label)
            mixed[mine] = back[generator.permutation(mine)]
        _, row, size = np.unique(front * len(raw) + mixed, return_inverse=True, return_counts=True)
        several = size[row] > 1
        alike.append(several.sum())
        leaked.append(_in_training_too(examples, np.where(several, row, -1)).sum())
    return float(np.mean(alike)), float(np.mean(leaked))
