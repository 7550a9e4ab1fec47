"""A number for each pair of members, and its mean with an interval that knows that pairs share members.

All pairs of m members are m(m - 1)/2 numbers, but only m independent ones. The interval is over new members,
by the jackknife over members (see `pairs`): to measure fewer pairs take fewer members, not some of the pairs.
"""

from __future__ import annotations

import numpy as np

from thalweg.errors import NotApplicable
from thalweg.evaluation.pairs import number, pseudo_values
from thalweg.evaluation.record import Measured


def all_pairs(members: int) -> np.ndarray:
    """Return int64 [pairs, 2]: every pair of the numbers below `members`, the smaller first."""
    return np.stack(np.triu_indices(members, k=1), axis=1)


def needs_two(members: np.ndarray, excluded: tuple[int, ...]) -> None:
    """Raise `NotApplicable` where there are not two members to compare."""
    if len(members) >= 2:
        return
    left_out = f" ({len(excluded)} left out because they diverged)" if excluded else ""
    raise NotApplicable(
        f"{len(members)} member{left_out}: what lies between members needs two or more.",
        hint="pass a population of several members.",
    )


def with_others(values: np.ndarray, members: int) -> np.ndarray:
    """Return for each member its mean [members, 1] over the pairs that it is part of.

    `values` [pairs], in the order of `all_pairs`.
    """
    table = np.zeros((members, members))
    first, second = all_pairs(members).T
    table[first, second] = table[second, first] = values
    return table.sum(axis=1, keepdims=True) / (members - 1)


def over_pairs(values: np.ndarray, members: int, level: float, *, at_least: float | None = None) -> Measured:
    """Return the mean over all pairs with an interval over new members; without one for a single pair.

    `at_least`: what no pair's number can be below, where the interval is cut.
    """
    found = number(pseudo_values(with_others(values, members)), level)
    if at_least is None or found.interval is None:
        return found
    return Measured(found.value, max(at_least, found.interval[0]), found.interval[1])


def ratio(
    above: np.ndarray, below: np.ndarray, members: int, level: float, *, at_least: float | None = None
) -> Measured | None:
    """Return mean(above) / mean(below) over all pairs; None where `below` is not above zero on average.

    The interval is by linearisation (the delta method) of the jackknife's values.
    """
    mean = float(np.mean(below))
    if not mean > 0:
        return None
    value = float(np.mean(above)) / mean
    return over_pairs(value + (above - value * below) / mean, members, level, at_least=at_least)
