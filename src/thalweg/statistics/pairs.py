"""Means over all pairs of members and all examples, with intervals over both.

A mean over pairs is a U-statistic of degree two in the members: pairs that share a member are not
independent, so the spread between pairs says little. Here each member stands for what it contributes to the
mean, its jackknife pseudo-value (Arvesen, Annals of Mathematical Statistics 40, 1969), one for each
example; the crossed interval of that table is the interval of the mean. It errs on the wide side (Efron &
Stein, Annals of Statistics 9, 1981). Measured coverage of 95 % intervals: 90 to 97 % from four members and a
hundred examples up, 92 to 97 % from three hundred. Two members say nothing about others: the interval is then
over examples alone.
"""

from __future__ import annotations

import numpy as np

from thalweg.errors import NotApplicable
from thalweg.measured import Measured
from thalweg.statistics.agreement import named_by
from thalweg.statistics.components import components, variance_of_mean
from thalweg.statistics.intervals import crossed, share_interval, wilson

ANSWERS_OF_SEVERAL = (
    "pass a population of several members, or a function that returns [members, examples, classes]."
)
"""What to do where one member's answers were given, and those of several are needed."""


def pseudo_values(with_others: np.ndarray) -> np.ndarray:
    """Return the table whose mean and crossed spread are those of a mean over pairs.

    `with_others` [members, examples]: mean of a symmetric function of two members, over all pairs that a
    member forms with the others. Two members make one pair, whose spread over starts nobody knows: one row
    comes back.
    """
    members = len(with_others)
    mean = with_others.mean(axis=0)
    if members == 2:
        return mean[None, :]
    return mean + 2 * (members - 1) / (members - 2) * (with_others - mean)


def disagreements(predicted: np.ndarray, classes: int) -> np.ndarray:
    """Return the share of the other members that answer otherwise, float64 [members, examples]."""
    named = named_by(predicted, classes)
    return (len(predicted) - named[np.arange(predicted.shape[1]), predicted]) / (len(predicted) - 1)


def double_faults(wrong: np.ndarray) -> np.ndarray:
    """Return, where a member is wrong, the share of the others that are wrong too; 0 where it is right.

    `wrong`: booleans [members, examples]; float64 of the same shape comes back.
    """
    return wrong * ((wrong.sum(axis=0) - 1) / (len(wrong) - 1))


def share(table: np.ndarray, level: float) -> Measured:
    """Return the mean of `table` (pseudo-values of shares) with an interval that keeps to 0..1."""
    parts = components(table)
    mean = min(max(parts.mean, 0.0), 1.0)
    if parts.members == 1:  # of one pair each value is 0 or 1
        return Measured.of(mean, wilson(mean * parts.examples, parts.examples, level))
    if parts.examples == 1:
        return Measured(mean)
    return Measured.of(mean, share_interval(mean, variance_of_mean(parts), parts.examples, level))


def number(table: np.ndarray, level: float) -> Measured:
    """Return the mean of `table` (pseudo-values) with a symmetric interval over what can be had."""
    return crossed(table, level).measured


def ratio_of_tables(above: np.ndarray, below: np.ndarray, level: float) -> Measured | None:
    """Return mean(above) / mean(below) of two tables of pseudo-values, by linearisation (the delta method).

    None where `below` is not above zero on average.
    """
    numerator, denominator = float(above.mean()), float(below.mean())
    if denominator <= 0:
        return None
    value = numerator / denominator
    return number(value + (above - value * below) / denominator, level)


def all_pairs(members: int) -> np.ndarray:
    """Return int64 [pairs, 2]: every pair of the numbers below `members`, the smaller first."""
    return np.stack(np.triu_indices(members, k=1), axis=1)


def needs_two(
    members: np.ndarray,
    excluded: tuple[int, ...],
    what: str = "what lies between members",
    hint: str = "pass a population of several members.",
) -> None:
    """Raise `NotApplicable` where there are not two members to compare; `what`: that which needs them."""
    if len(members) >= 2:
        return
    left_out = f" ({len(excluded)} left out because they diverged)" if excluded else ""
    raise NotApplicable(f"{len(members)} member{left_out}: {what} needs two or more.", hint=hint)


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
