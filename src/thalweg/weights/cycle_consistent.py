"""Many networks' hidden units brought into one common order, so that any two of them fit at once.

Matched pair by pair, the way from A to B to C need not be the way from A to C. Where every network has an
order towards a common *universe* it is, by construction (Crisostomi et al. 2024, "C2M3", arXiv 2405.17897,
section 3): all orders are sought at once, for the greatest sum over pairs of the inner products of their
weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from threadpoolctl import threadpool_limits

from thalweg.cores import core_count
from thalweg.errors import NotApplicable
from thalweg.networks.mlp import MlpNetwork
from thalweg.weights.permutation import Rearrangement

STEPS = 200
"""Far above the few dozen that are needed; a step that changes nothing is the last."""
STARTS = 5
TOLERANCE = 1e-10


def match_together(
    networks: Sequence[MlpNetwork], *, starts: int = STARTS, steps: int = STEPS
) -> list[Rearrangement]:
    """Return for each network the order of its hidden units that fits those of all others.

    Frank and Wolfe's algorithm over doubly stochastic matrices, as in the paper: every step moves all
    networks towards the orders that their gradients ask for, each an exact assignment, as far as is best on
    that line. What comes of it is rounded to orders by one more assignment each. For networks with one
    hidden layer, of which the objective needs no more than each unit's weights in and out.

    `starts`: it ends at a local best, so it begins from the networks as they are (the paper's start) and from
    all matched to the first of them, to the second, and so on; the best end is kept.

    Raises `NotApplicable` for networks of several hidden layers.

    Examples:
        >>> import thalweg as tw
        >>> from thalweg.weights.cycle_consistent import match_together
        >>> one_layer = tw.train(tw.Recipe(tw.networks.Mlp((8,), "relu")), digits.train, members=3)
        >>> orders = match_together([member.network for member in one_layer])
        >>> len(orders), sorted(orders[0].orders[0].tolist()) == list(range(8))
        (3, True)
    """
    units = np.stack([_units(network) for network in networks])
    begun = [np.tile(np.arange(units.shape[1]), (len(units), 1))]
    for reference in units[: starts - 1]:
        begun.append(np.stack([_order(reference @ unit.T) for unit in units]))
    # a network to a core: several threads on products of this size wait for each other more than they help
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(core_count()) as threads:
        ends = [_descended(units, start, steps, threads) for start in begun]
    best = max(ends, key=lambda orders: _alike(_placed(units, orders)))
    return [Rearrangement((order,), (np.ones(len(order)),)) for order in best]


def _descended(units: np.ndarray, start: np.ndarray, steps: int, threads: ThreadPoolExecutor) -> np.ndarray:
    """Return the orders [networks, units] that are come to from those of `start`."""
    networks, places = np.arange(len(units))[:, None], np.arange(units.shape[1])
    matrices, fitted = np.eye(units.shape[1])[start], _placed(units, start)
    for _ in range(steps):
        asked, moved, slopes = zip(
            *threads.map(partial(_asked, fitted.sum(axis=0)), fitted, units), strict=True
        )
        if (slope := sum(slopes)) <= TOLERANCE * abs(_alike(fitted)):
            break
        moves = np.stack(moved)
        bend = _alike(moves)
        far = 1.0 if bend >= 0 else min(1.0, -slope / (2 * bend))
        matrices *= 1 - far
        matrices[networks, places, np.stack(asked)] += far
        moves *= far
        fitted += moves
    return np.stack(list(threads.map(_order, matrices)))


def _asked(total: np.ndarray, fitted: np.ndarray, units: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return the order that one network is asked for, the way there [units, weights], and how steep it is."""
    others = total - fitted
    order = _order(others @ units.T)
    move = units[order] - fitted
    return order, move, float(np.vdot(others, move))


def _placed(units: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """Return the units of every network [networks, units, weights] in their orders."""
    return np.take_along_axis(units, orders[:, :, None], axis=1)


def _alike(placed: np.ndarray) -> float:
    """Return the sum over pairs of networks of the inner product of what stands in the same places."""
    together = placed.sum(axis=0)
    return 0.5 * float(np.vdot(together, together) - np.vdot(placed, placed))


def _units(network: MlpNetwork) -> np.ndarray:
    """Return all that a hidden unit has [units, weights in, bias, weights out], in float64."""
    if len(network.layers) != 2:
        raise NotApplicable(
            f"A network of {len(network.layers) - 1} hidden layers: many are matched at once in one layer.",
            hint="train networks with one hidden layer, or match them pair by pair.",
        )
    first, last = network.layers
    parts = (first.weight, np.asarray(first.bias)[:, None], np.asarray(last.weight).T)
    return np.concatenate([np.asarray(part, np.float64) for part in parts], axis=1)


def _order(alike: np.ndarray) -> np.ndarray:
    """Return which unit stands in each place, so that the sum of `alike` [places, units] is greatest."""
    from scipy.optimize import linear_sum_assignment  # a third of a second to import

    return linear_sum_assignment(alike, maximize=True)[1]
