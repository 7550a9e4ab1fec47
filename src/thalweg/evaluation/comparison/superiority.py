"""How likely a random member of one population is better than a random member of another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.measured import Interval, Measured, as_percent
from thalweg.record import Entry
from thalweg.statistics.mann_whitney import modelled_variance, newcombe
from thalweg.statistics.quantiles import normal_quantile
from thalweg.statistics.resampling import Resampling

REPEATS = 200


@dataclass(frozen=True)
class Superiority(Entry):
    """Probability that a random member of the first is more often right than one of the second.

    On a test set of this size: chance of the examples mixes up members that differ by little, so the number
    is nearer to 1/2 than it would be on endless examples. Equal accuracies count one half. `measured` has
    the interval over new members of both and new examples, `starts` over new members on these examples.
    `distinguishable`: share of the pairs whose difference is beyond chance of the examples at 5 %
    (McNemar's test in its normal approximation).
    """

    measured: Measured
    starts: Interval
    distinguishable: float
    pairs: int

    @property
    def told_apart(self) -> str:
        """The share of pairs that these examples can tell apart, in words."""
        return (
            f"{as_percent(self.distinguishable)} of {self.pairs:,} pairs differ beyond chance of the examples"
        )

    def content(self) -> Mapping[str, Any]:
        """Return value and interval, the interval over starts, and the share of distinguishable pairs."""
        return {
            **self.measured.to_json(),
            "starts": self.starts,
            "distinguishable_pairs": self.distinguishable,
            "pairs": self.pairs,
        }

    def __str__(self) -> str:
        return f"{self.measured.percent()} (on a test set of this size)"


def superiority(first: np.ndarray, second: np.ndarray, *, level: float = 0.95, seed: int = 0) -> Superiority:
    """Return how likely a member of `first` is better, from two tables bool [members, examples].

    The estimate is Mann & Whitney's (Annals of Mathematical Statistics 18, 1947) on the members' accuracies.
    Its interval over starts is Newcombe's method 5 (Statistics in Medicine 25, 2006, 559-573), which holds
    for few members and at 0 and 1; over examples too, with the variance enlarged by what the examples add,
    as found by resampling them.
    """
    totals = [table.sum(axis=1) * 1.0 for table in (first, second)]
    value = float(_share_better(totals[0][None], totals[1][None])[0])
    members = (len(first), len(second))
    own = modelled_variance(value, *members)
    added = _variance_of_examples(first, second, seed) / own if own > 0 else 0.0
    return Superiority(
        Measured.of(value, newcombe(value, *members, level=level, widened=1 + added)),
        newcombe(value, *members, level=level),
        _distinguishable(first, second),
        members[0] * members[1],
    )


def _share_better(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the share of pairs with the first larger, equal ones half; [repeats, members] of each."""
    larger = (first[:, :, None] > second[:, None, :]).mean(axis=(1, 2))
    return larger + 0.5 * (first[:, :, None] == second[:, None, :]).mean(axis=(1, 2))


def _variance_of_examples(first: np.ndarray, second: np.ndarray, seed: int) -> float:
    """Return what new examples add to the variance by shifting one population against the other.

    Resampled examples move each member on its own, too; but that is part of what tells members apart, and so
    is in the variance over starts already. It is taken off: as seen when every member has examples of its
    own.
    """
    again = Resampling.of(first.shape[1], seed=seed, repeats=REPEATS)
    generator = np.random.default_rng([seed, 2])
    together, apart = [], []
    for table in (first, second):
        scores = again.sums(_group_sums(table, again).T)
        centre = scores.mean(axis=1, keepdims=True)
        together.append(scores)
        apart.append(generator.permuted(scores - centre, axis=0) + table.sum(axis=1).mean())
    return max(0.0, float(np.var(_shares(*together)) - np.var(_shares(*apart))))


def _shares(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    parts = [slice(start, start + 20) for start in range(0, len(first), 20)]
    return np.concatenate([_share_better(first[part], second[part]) for part in parts])


def _group_sums(table: np.ndarray, again: Resampling) -> np.ndarray:
    count = again.weights.shape[1]
    return np.stack([np.bincount(again.groups, weights=row, minlength=count) for row in table])


def _distinguishable(first: np.ndarray, second: np.ndarray) -> float:
    one, other = first.astype(np.float32), second.astype(np.float32)
    both = one @ other.T
    ours, theirs = one.sum(axis=1)[:, None] - both, other.sum(axis=1)[None] - both
    distance = np.abs(ours - theirs) / np.sqrt(np.maximum(ours + theirs, 1))
    return float((distance > normal_quantile(0.95)).mean())
