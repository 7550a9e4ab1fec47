"""Do places fall into clusters, or is it one cloud? With "one cloud" as an answer that can win.

Any cloud can be cut into k parts and the cut scored. Whether a score is more than a cloud without clusters
would give is tested against that cloud turned about: if the places are one normal cloud of any shape, their
coordinates may be rotated among the places without changing anything that can be expected of them, so the
rotated clouds give the null distribution exactly (Langsrud, Statistics and Computing 15, 2005).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from thalweg.record import Entry

ROTATIONS = 199
MOST = 6
"""Parts that are tried at most."""


@dataclass(frozen=True, eq=False)
class Clusters(Entry):
    """The best cut into two or more parts, and whether it is more than a cut of one cloud.

    `silhouette` -1..1 of the best cut (Rousseeuw 1987), into `parts`; `expected`: its mean for one cloud;
    `p_value` of "one cloud". `labels` int64 [places]: the part that each is in, all 0 where none was found.
    """

    silhouette: float
    expected: float
    p_value: float
    parts: int
    labels: np.ndarray
    level: float = 0.95

    @property
    def found(self) -> bool:
        """Whether there are clusters at all."""
        return self.p_value <= 1 - self.level

    @property
    def count(self) -> int:
        """Number of clusters: 1 where none can be told apart."""
        return self.parts if self.found else 1

    def content(self) -> Mapping[str, Any]:
        """Return every number but the parts of single places."""
        return {
            "count": self.count,
            "silhouette": self.silhouette,
            "silhouette_of_one_cloud": self.expected,
            "p_value_one_cloud": self.p_value,
            "best_cut": self.parts,
        }


def clusters(
    distances: np.ndarray, *, seed: int = 0, rotations: int = ROTATIONS, level: float = 0.95
) -> Clusters | None:
    """Look for clusters among places with these `distances` [places, places].

    Average linkage is cut into 2 to 6 parts of two or more places each, and the cut of the largest mean
    silhouette is taken; the same search in each rotated cloud gives the p-value. None for fewer than six
    places.
    """
    places = len(distances)
    if places < 6:
        return None
    score, labels = best_cut(distances)
    products = _products(distances)
    generator = np.random.default_rng([seed, places])
    null = np.array([best_cut(_turned(products, generator))[0] for _ in range(rotations)])
    p_value = float((1 + np.sum(null >= score)) / (1 + rotations))
    found = p_value <= 1 - level
    return Clusters(
        silhouette=score,
        expected=float(null.mean()),
        p_value=p_value,
        parts=len(np.unique(labels)),
        labels=labels if found else np.zeros(places, np.int64),
        level=level,
    )


def best_cut(distances: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the largest mean silhouette of the cuts that are tried, and its labels [places], from 0.

    Where every cut splits off single places only, that is the best cut into two.
    """
    tree = linkage(squareform(distances, checks=False), method="average")
    cuts = [fcluster(tree, parts, criterion="maxclust") - 1 for parts in range(2, MOST + 1)]
    whole = [labels for labels in cuts if np.bincount(labels).min() > 1 and labels.max() > 0]
    scored = [(silhouette(distances, labels), labels) for labels in whole or cuts[:1]]
    score, labels = max(scored, key=lambda pair: pair[0])
    return score, labels.astype(np.int64)


def silhouette(distances: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean silhouette of a cut: (b − a) / max(a, b), 0 for a place that is alone in its part.

    a: mean distance to the others of the own part; b: to the nearest other part.
    """
    member = np.eye(labels.max() + 1)[labels]
    sizes = member.sum(axis=0)
    totals = distances @ member
    places = np.arange(len(labels))
    own = sizes[labels]
    inside = totals[places, labels] / np.maximum(own - 1, 1)
    means = totals / sizes
    means[places, labels] = np.inf
    outside = means.min(axis=1)
    largest = np.maximum(inside, outside)
    usable = (own > 1) & (largest > 0) & np.isfinite(outside)
    return float(
        np.where(usable, (outside - inside) / np.where(usable, largest, 1), 0.0).mean() if usable.any() else 0
    )


def _products(distances: np.ndarray) -> np.ndarray:
    """Return the inner products of the places about their centre (classical scaling, Torgerson 1952)."""
    squares = distances**2
    across = squares.mean(axis=0, keepdims=True)
    return -0.5 * (squares - across - across.T + squares.mean())


def _turned(products: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return the distances after a random rotation among the places that keeps their centre."""
    places = len(products)
    rotation, triangle = np.linalg.qr(generator.standard_normal((places - 1, places - 1)))
    rotation = rotation * np.sign(np.diag(triangle))
    basis = _centred_basis(places)
    turn = basis @ rotation @ basis.T
    moved = turn @ products @ turn.T
    squares = np.diag(moved)[:, None] + np.diag(moved)[None, :] - 2 * moved
    found = np.sqrt(np.maximum(squares, 0))
    np.fill_diagonal(found, 0)
    return (found + found.T) / 2


def _centred_basis(places: int) -> np.ndarray:
    """Return an orthonormal basis [places, places - 1] of the vectors whose values sum to zero."""
    full, _ = np.linalg.qr(np.column_stack([np.ones(places), np.eye(places)[:, 1:]]))
    return full[:, 1:]
