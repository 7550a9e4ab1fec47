"""What more members add: the accuracy of ensembles by their size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from thalweg.evaluation.ensembles import Votes
from thalweg.measured import Measured
from thalweg.record import Entry
from thalweg.statistics.components import Term, Variance, combined, components, variance_of_mean
from thalweg.statistics.intervals import crossed, share_interval, wilson

FEWEST_GROUPS = 8
"""From so many ensembles without a common member on, their spread is an estimate of its own."""


@dataclass(frozen=True)
class EnsembleSize(Entry, aside=("size",)):
    """Ensembles of `size` members by mean probability, drawn at random.

    `accuracy`: mean share of right answers. `gain`: that, minus the mean accuracy of their own members. Both
    intervals are over starts and examples. The spread over starts is that between ensembles without a common
    member; where fewer than eight can be formed, that of the accuracy is worked out from the largest size
    that allows it, and that of the gain is the spread of what a vote has over each member. `draws`: how many
    ensembles were formed.

    Measured coverage of 95 % intervals (docs/coverage.md): 94 to 100 %. They are cautious where fewer than
    eight ensembles without a common member can be formed: there the gain's interval leaves out that a better
    member is also worth something to the vote. `Diversity.rows` says so.
    """

    size: int
    accuracy: Measured
    gain: Measured
    draws: int


def by_size(answers: Votes, labels: np.ndarray, level: float) -> tuple[EnsembleSize, ...]:
    """Return accuracy and gain of every size drawn, smallest first."""
    member_right = (answers.predicted == labels).astype(np.float64)
    found = []
    lent = None
    for size, places in answers.draws.places.items():
        right = (answers.voted[places.ravel()] == labels).astype(np.float64)
        more = right - answers.draws.chosen[places.ravel()] @ member_right / size
        shape = (*places.shape, len(labels))
        spread, lent = _spread(right.reshape(shape), size, lent)
        share = float(right.mean())
        several = len(labels) > 1
        accuracy = Measured.of(share, share_interval(share, spread, len(labels), level) if several else None)
        if size == 1 and several:  # the very members: one network's accuracy, as it is printed elsewhere
            accuracy = crossed(member_right > 0, level).measured
        gain = Measured(0.0)  # of one member over itself
        if size > 1:
            if places.shape[1] >= FEWEST_GROUPS:
                spread, _ = _spread(more.reshape(shape), size, None)
            else:  # as if a vote did not gain by a better member: on the safe side
                spread = _over_members(right.mean(axis=0) - member_right)
            gain = _gain(float(more.mean()), spread, len(labels), level)
        found.append(EnsembleSize(size, accuracy, gain, places.size))
    return tuple(found)


class _OverStarts(NamedTuple):
    """What new members do to the mean of one ensemble of `size`: its variance, and the noise in that."""

    size: int
    members: Term
    noise: Term

    def scaled(self, size: int, groups: int) -> tuple[Term, ...]:
        """Return the terms of the variance that is left in the mean of `groups` larger ensembles of `size`.

        To first order a vote depends on the mean over its members, so its variance falls with its size; what
        is of higher order falls faster.
        """
        if self.members[0] <= self.noise[0]:
            return ()
        share = self.size / (size * groups)
        return (self.members[0] * share, self.members[1]), (-self.noise[0] * share, self.noise[1])


def _spread(tables: np.ndarray, size: int, lent: _OverStarts | None) -> tuple[Variance, _OverStarts | None]:
    """Return the variance of the mean over `tables` [repeats, groups, examples], and what to lend on.

    Other groups of the same members give other means, and averaging over repeats takes that part of the
    variance away: it is what the repeats' means differ by.
    """
    repeats, groups, examples = tables.shape
    if examples < 2:
        return Variance(()), lent
    parts = [components(table) for table in tables]
    square = lambda name: float(np.mean([getattr(part, name) for part in parts]))  # noqa: E731
    regrouped = float(np.var(tables.mean(axis=(1, 2)), ddof=1)) if repeats > 1 else 0.0
    of_examples = (square("example_square") / (groups * examples), examples - 1)
    if groups == 1 or (lent is not None and groups < FEWEST_GROUPS):
        return Variance((of_examples, *(lent.scaled(size, groups) if lent else ()))), lent
    members = (square("member_square") / examples, groups - 1)
    noise = (square("interaction_square") / examples, (groups - 1) * (examples - 1))
    over_both = combined([(members[0] / groups, members[1]), of_examples], (noise[0] / groups, noise[1]))
    averaged = min(regrouped, over_both.value) * (1 - 1 / repeats)
    return Variance((*over_both.terms, (-averaged, examples - 1))), _OverStarts(size, members, noise)


def _over_members(table: np.ndarray) -> Variance:
    return variance_of_mean(components(table)) if table.shape[1] > 1 else Variance(())


def _gain(mean: float, variance: Variance, examples: int, level: float) -> Measured:
    if examples < 2:
        return Measured(mean)
    reach = variance.quantile(level) * variance.value**0.5
    if variance.value == 0:  # no difference was seen in so many examples, which is not the same as none
        reach = wilson(0, examples, level)[1]
    # One member that is much worse raises the gain of all: its spread grows with it, so the upper end is
    # drawn out towards where the logarithm would put it. The lower end is not drawn in: a gain may be none.
    up = reach * (1 + min(1.0, reach / mean) / 2) if mean > 0 else reach
    return Measured(mean, max(-1.0, mean - reach), min(1.0, mean + up))
