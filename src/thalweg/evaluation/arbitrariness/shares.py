"""Shares of examples and of errors that depend on who is asked, each with its interval."""

from __future__ import annotations

import numpy as np

from thalweg.evaluation.arbitrariness.record import ENOUGH, FIVE, BelowThreshold
from thalweg.evaluation.ensembles import Votes, sizes_up_to
from thalweg.measured import Measured
from thalweg.statistics.agreement import agree, disagree_table, named_by, self_consistency
from thalweg.statistics.components import Variance, components, variance_of_mean
from thalweg.statistics.intervals import counted, share_interval, wilson
from thalweg.statistics.pairs import double_faults, pseudo_values, share

FEWEST_ERRORS = 5
"""Of one member; with fewer an interval of their shares would not keep what it promises."""
MOST_OF_ONE = 0.1
"""The least that is taken to be left of all errors without one example."""


def halves_up_to(members: int) -> list[int]:
    """Return 1, 2, 4, 8, ... up to half of `members`, and the half itself."""
    half = max(1, members // 2)
    return sorted({2**power for power in range(half.bit_length())} | {half})


def ambiguity(predicted: np.ndarray, counts: np.ndarray, level: float) -> dict[int, Measured]:
    """Return, by size, the share of examples on which so many members do not all agree.

    `predicted` [members, examples] with its `counts` [examples, classes]. Sizes go to half of the members,
    so that there are others left to tell from; the share of all has its interval over examples.
    """
    members = len(predicted)
    wanted = {2, FIVE, *sizes_up_to(max(2, members // 2))}
    found = {
        size: share(disagree_table(predicted, counts, size), level)
        for size in sorted(wanted - {1})
        if size < members
    }
    alike = int((counts.max(axis=1) == members).sum())
    return {**found, members: counted(len(counts) - alike, len(counts), level)}


def no_four_of_five(predicted: np.ndarray, counts: np.ndarray, level: float) -> Measured | None:
    """Return the share of examples on which no four of five members agree; None for fewer than five."""
    if len(predicted) < FIVE:
        return None
    if len(predicted) > FIVE:
        return share(disagree_table(predicted, counts, FIVE, 1), level)
    return counted(int((agree(counts, FIVE, 1) == 0).sum()), len(counts), level)


def below(consistency: np.ndarray, threshold: float, members: int, level: float) -> BelowThreshold | None:
    """Return the share of examples below `threshold`; None where members are too few to tell."""
    if members < ENOUGH:
        return None
    # rounding must not put below what lies on it
    count = int((consistency < threshold - 1e-12).sum())
    return BelowThreshold(threshold, count, counted(count, len(consistency), level))


def vote_changes(votes: Votes, classes: int, level: float) -> dict[int, Measured]:
    """Return, by size from 2, the share of examples that votes of two populations of that size disagree on.

    The two have no member in common. The interval is Wilson's over examples: shares of splits spread less
    than answers do, so that it is rather too wide, and holds where few examples are in doubt.
    """
    found = {}
    for size, places in votes.draws.places.items():
        if size == 1:
            continue
        differ = [1 - self_consistency(named_by(votes.voted[row], classes)) for row in places]
        mean, examples = float(np.mean(differ)), votes.voted.shape[1]
        found[size] = Measured.of(mean, wilson(mean * examples, examples, level))
    return found


def errors_by_luck(wrong: np.ndarray, level: float) -> tuple[Measured | None, Measured | None]:
    """Return which share of one member's errors the next does not make, and which all members make.

    `wrong`: booleans [members, examples]. The first is one minus double faults over errors, by linearisation,
    over starts and examples; each example's part is as large as leaving it out would change the ratio (the
    jackknife), since a few hard examples may hold most errors. It has no interval where a member has fewer
    than five errors: none could be trusted. The second is for these members, over examples. None where
    nobody is ever wrong.
    """
    members, examples = wrong.shape
    error, each, never = float(wrong.mean()), wrong.mean(axis=0), wrong.all(axis=0)
    if error == 0:
        return None, None
    errors = max(1, round(error * examples))  # of one member
    both, alone = pseudo_values(double_faults(wrong)), wrong.astype(np.float64)
    if members == 2:  # one pair: no spread over starts
        alone = alone.mean(axis=0, keepdims=True)
    again, common = float(both.mean()) / error, float(never.mean()) / error
    luck = Measured(1 - again)
    if errors >= FEWEST_ERRORS and examples > 1:
        left = np.maximum(1 - each / each.sum(), MOST_OF_ONE)
        parts = components((both - again * alone) / error / left)
        spread = Variance((parts.example_term,)) if members == 2 else variance_of_mean(parts)
        luck = Measured.of(1 - again, share_interval(1 - again, spread, errors, level))
    if examples == 1:
        return luck, Measured(common)
    square = float(np.var(never - common * each, ddof=1)) / examples / error**2
    ends = share_interval(common, Variance(((square, examples - 1),)), errors, level)
    return luck, Measured.of(common, ends)


def tied(counts: np.ndarray) -> int:
    """Return on how many examples two answers are named by equally many members, and by the most."""
    two = np.sort(counts, axis=1)[:, -2:]
    return int((two[:, 0] == two[:, 1]).sum())
