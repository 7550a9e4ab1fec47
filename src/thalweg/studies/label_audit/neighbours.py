"""Nearest neighbours of every example: searched for in principal components, distances measured exactly.

Up to `LARGE` examples all are compared with all. Beyond that each is compared with those of the nearest cells
of a k-means partition only (an inverted file: Jégou, Douze & Schmid, IEEE TPAMI 33, 2011): what is nearly the
same lies in the same cell or the next.
"""

from __future__ import annotations

import numpy as np

from thalweg.chunks import slices

COMPONENTS, SAMPLE = 50, 10_000
"""Principal components that are searched in, and the most examples that they are fitted to."""

LARGE, PER_CELL, VISITED = 100_000, 1000, 4
"""From how many examples on cells are searched, how many examples one holds, and how many are visited."""


def components(flat: np.ndarray) -> np.ndarray:
    """Return the leading principal components [examples, components]; few inputs are taken as they are."""
    if flat.shape[1] <= COMPONENTS or len(flat) <= COMPONENTS:
        return flat
    return principal(flat, COMPONENTS)[0]


def principal(flat: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return at most so many principal components [examples, components], and the variance of each."""
    from sklearn.decomposition import PCA
    from threadpoolctl import threadpool_limits

    # a fixed sample: which examples the axes are fitted to hardly matters, and distances are exact anyway
    sample = flat[:: max(1, len(flat) // SAMPLE)]
    count = min(most, *sample.shape)
    with threadpool_limits(1):  # beside other work, threads that wait for each other take ten times as long
        with np.errstate(invalid="ignore", divide="ignore"):  # shares of a variance of nothing
            fitted = PCA(count, svd_solver="covariance_eigh").fit(sample)
    parts = np.ascontiguousarray(fitted.transform(flat), dtype=np.float32)
    return parts, np.maximum(fitted.explained_variance_, 0.0)


def nearest(points: np.ndarray, sought: np.ndarray, count: int) -> np.ndarray:
    """Return the numbers [sought, count] of the nearest other examples, by comparing with all of them."""
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=count + 1, algorithm="brute").fit(points)
    found = search.kneighbors(points[sought], return_distance=False)
    # an example is its own neighbour, but not always the first: copies of it are as near
    own = found == sought[:, None]
    own[~own.any(axis=1), -1] = True
    return found[~own].reshape(len(sought), count)


def nearest_of_all(points: np.ndarray, count: int) -> np.ndarray:
    """Return the numbers [examples, count] of the nearest others of every example of `points`."""
    if len(points) <= LARGE:
        return nearest(points, np.arange(len(points)), count)
    from sklearn.cluster import MiniBatchKMeans

    cells = max(2, len(points) // PER_CELL)
    split = MiniBatchKMeans(cells, n_init="auto", max_iter=20, random_state=0, batch_size=8192)
    split.fit(points[:: max(1, len(points) // (50 * cells))])
    cell = split.predict(points)
    members = [np.flatnonzero(cell == place) for place in range(cells)]
    beside = nearest(np.asarray(split.cluster_centers_), np.arange(cells), min(VISITED - 1, cells - 1))
    found = np.empty((len(points), count), dtype=np.int64)
    for place, own in enumerate(members):
        visited = np.concatenate([own, *(members[other] for other in beside[place])])
        if not len(own):
            continue
        if len(visited) <= count:  # a lonely corner: there all are compared with all
            found[own] = nearest(points, own, count)
            continue
        found[own] = visited[nearest(points[visited], np.arange(len(own)), count)]
    return found


def exact_distances(flat: np.ndarray, sought: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """Return the distances [sought, candidates], in pieces so that memory stays small."""
    distances = np.empty(candidates.shape)
    for place in slices(len(sought), 1024):
        gap = flat[candidates[place]] - flat[sought[place]][:, None]
        distances[place] = np.sqrt(np.einsum("sci,sci->sc", gap, gap, dtype=np.float64))
    return distances
