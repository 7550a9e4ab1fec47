"""Eigenvalues of a matrix that can only be multiplied with vectors: Lanczos, with error bounds.

Lanczos' three-term recurrence loses the orthogonality of its vectors to rounding and then finds eigenvalues
twice; here every vector is made orthogonal to all before it, twice ("twice is enough": Parlett, The Symmetric
Eigenvalue Problem, section 6.9), and the recurrence goes on until the wanted eigenvalues are exact enough.
Libraries' versions run a fixed number of steps and say nothing of the error.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh_tridiagonal
from threadpoolctl import threadpool_limits

Multiply = Callable[[np.ndarray], np.ndarray]
"""From a vector [size] to the symmetric matrix times it."""

LOOK_EVERY = 20
EXACT = 1e-13
"""Residuals below this share of the largest eigenvalue are rounding: no more steps will help."""
CHANCE = 1e-6
"""Probability that an eigenvalue below `none_below` is missed for an unlucky start."""


@dataclass(frozen=True, eq=False)
class Tridiagonal:
    """What Lanczos makes of a matrix: `diagonal` [steps], `beside` [steps] it, `basis` [steps, size].

    The last entry of `beside` is the length of what did not fit into the basis any more.
    """

    diagonal: np.ndarray
    beside: np.ndarray
    basis: np.ndarray

    def ends(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return (eigenvalue, estimated residual) of the smallest and of the largest Ritz pair."""
        last = len(self.diagonal) - 1
        pairs = []
        for place in (0, last):
            value, vector = self._pair(place)
            pairs.append((value, abs(self.beside[-1] * vector[-1])))
        return pairs[0], pairs[1]

    def vector(self, place: int) -> np.ndarray:
        """Return the Ritz vector [size] of the eigenvalue at `place`, counted from the smallest."""
        vector = self.basis.T @ self._pair(place)[1]
        return vector / np.linalg.norm(vector)

    def _pair(self, place: int) -> tuple[float, np.ndarray]:
        values, vectors = eigh_tridiagonal(
            self.diagonal, self.beside[:-1], select="i", select_range=(place, place)
        )
        return float(values[0]), vectors[:, 0]


# Threads of NumPy's products wait for work by spinning, and take the cores from the matrix's own.
@threadpool_limits.wrap(1, user_api="blas")
def lanczos(
    multiply: Multiply,
    start: np.ndarray,
    *,
    steps: int,
    enough: Callable[[Tridiagonal], bool] | None = None,
    project: Multiply | None = None,
) -> Tridiagonal:
    """Run Lanczos from `start` [size] until `enough`, or for `steps`.

    `project` takes out of a vector what belongs to directions that are set apart; the recurrence then sees
    the matrix on the rest of the space alone.
    """
    project = project or (lambda vector: vector)
    basis = np.empty((min(steps, start.size), start.size))
    diagonal, beside = np.empty(len(basis)), np.empty(len(basis))
    vector = project(start)
    vector = vector / np.linalg.norm(vector)
    scale = 0.0
    so_far = Tridiagonal(diagonal[:0], beside[:0], basis[:0])
    for done in range(len(basis)):
        basis[done] = vector
        image = project(multiply(vector))
        diagonal[done] = vector @ image
        for _ in range(2):  # once hardly anything is left, rounding leads back to what was set apart
            image = project(image - basis[: done + 1].T @ (basis[: done + 1] @ image))
        beside[done] = np.linalg.norm(image)
        scale = max(scale, abs(diagonal[done]) + beside[done])
        so_far = Tridiagonal(diagonal[: done + 1], beside[: done + 1], basis[: done + 1])
        if beside[done] <= EXACT * scale:
            return so_far  # the basis spans all that the matrix can reach from this start
        if enough is not None and done % LOOK_EVERY == LOOK_EVERY - 1 and enough(so_far):
            return so_far
        vector = image / beside[done]
    return so_far


@dataclass(frozen=True, eq=False)
class Eigenvalue:
    """An eigenvalue, its unit vector [size] and its `residual` |A v - value v|.

    Some eigenvalue of the matrix lies within `residual` of `value` (Parlett, theorem 4.5.1).
    """

    value: float
    residual: float
    vector: np.ndarray

    @property
    def interval(self) -> tuple[float, float]:
        """Where an eigenvalue must be."""
        return self.value - self.residual, self.value + self.residual


@dataclass(frozen=True, eq=False)
class Ends:
    """Both ends of a spectrum, after `steps` products with the matrix.

    A residual says that an eigenvalue is there, not that none lies beyond. `none_below`: no eigenvalue is
    smaller than this, but for a chance of 1e-6 over the random start (Kuczynski & Wozniakowski, SIAM J.
    Matrix Anal. Appl. 13, 1992, section 4: with probability 1 - 1.648 sqrt(size) exp(-(2 steps - 1) sqrt(e))
    the end is missed by less than e times the width of the spectrum). It is a cautious bound.
    """

    smallest: Eigenvalue
    largest: Eigenvalue
    steps: int
    none_below: float


def ends(
    multiply: Multiply,
    size: int,
    *,
    seed: int,
    steps: int,
    tolerance: float = 1e-7,
    project: Multiply | None = None,
) -> Ends:
    """Find the smallest and the largest eigenvalue of a symmetric matrix of `size`.

    Steps are taken until both residuals are below `tolerance` times their eigenvalue, at most `steps`.
    """

    def enough(so_far: Tridiagonal) -> bool:
        pairs = so_far.ends()
        floor = EXACT * max(abs(value) for value, _ in pairs)
        return all(residual <= max(tolerance * abs(value), floor) for value, residual in pairs)

    start = np.random.default_rng(seed).standard_normal(size)
    found = lanczos(multiply, start, steps=steps, enough=enough, project=project)
    taken = len(found.diagonal)
    smallest, largest = (_checked(multiply, found.vector(place)) for place in (0, taken - 1))
    missed = (math.log(1.648 * math.sqrt(size) / CHANCE) / (2 * taken - 1)) ** 2
    reach = missed * (largest.value - smallest.value) / max(1 - missed, 1e-3)
    complete = taken >= size or found.beside[-1] <= EXACT * max(1e-300, abs(largest.value))
    low = smallest.interval[0]
    return Ends(smallest, largest, taken, low if complete else min(low, smallest.value - reach))


def _checked(multiply: Multiply, vector: np.ndarray) -> Eigenvalue:
    image = multiply(vector)
    value = float(vector @ image)
    return Eigenvalue(value, float(np.linalg.norm(image - value * vector)), vector)


@dataclass(frozen=True, eq=False)
class Quadrature:
    """Stochastic Lanczos quadrature: `nodes` and `weights` [probes, steps]; weights of a probe sum to one.

    `traces` [probes]: each probe's unbiased estimate of the trace (Hutchinson 1990).
    """

    nodes: np.ndarray
    weights: np.ndarray
    traces: np.ndarray

    def density(self, grid: np.ndarray, width: float) -> np.ndarray:
        """Return each probe's density [probes, grid], with every node spread by a normal curve of `width`."""
        distance = (grid - self.nodes[..., None]) / width
        curves = np.exp(-0.5 * distance**2) / (width * math.sqrt(2 * math.pi))
        return (self.weights[..., None] * curves).sum(axis=1)

    def negative(self, below: float) -> np.ndarray:
        """Return each probe's share of eigenvalues under `below` [probes]."""
        return np.where(self.nodes < below, self.weights, 0.0).sum(axis=1)


def quadrature(multiply: Multiply, size: int, *, seed: int, probes: int, steps: int) -> Quadrature:
    """Measure the spectral density and the trace (Ubaru, Chen & Saad, SIAM J. Matrix Anal. Appl. 38, 2017).

    Probes are vectors of random signs, whose first Lanczos coefficient is Hutchinson's estimate of the trace.
    """
    steps = min(steps, size)
    nodes, weights = np.zeros((probes, steps)), np.zeros((probes, steps))
    traces = np.empty(probes)
    for probe in range(probes):
        start = np.random.default_rng([seed, probe]).choice((-1.0, 1.0), size)
        found = lanczos(multiply, start, steps=steps)
        values, vectors = eigh_tridiagonal(found.diagonal, found.beside[:-1])
        nodes[probe, : len(values)], weights[probe, : len(values)] = values, vectors[0] ** 2
        traces[probe] = size * found.diagonal[0]
    return Quadrature(nodes, weights, traces)
