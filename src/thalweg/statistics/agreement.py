"""How many of some members answer alike: shares that do not depend on how many members there are.

Whether *all* members of a population agree depends on how many they are: more of them, more that disagree.
What can be compared is how often `size` members agree that are drawn from them without replacement; that is
counted exactly, and has the same expectation whatever the number of members (a U-statistic of degree `size`).
Its spread over starts is that of its jackknife pseudo-values (Arvesen, Annals of Mathematical Statistics 40,
1969), one for each member and example, as in `pairs`.
"""

from __future__ import annotations

import numpy as np


def named_by(predicted: np.ndarray, classes: int) -> np.ndarray:
    """Return how many members name each class, int64 [examples, classes], of `predicted` [members, examples].

    Examples:
        >>> from thalweg.statistics.agreement import named_by
        >>> named_by(np.array([[0, 1], [0, 2], [0, 1]]), 3).tolist()
        [[3, 0, 0], [0, 2, 1]]
    """
    counts = np.zeros((predicted.shape[1], classes), dtype=np.int64)
    examples = np.arange(predicted.shape[1])
    for answers in predicted:
        counts[examples, answers] += 1
    return counts


def self_consistency(counts: np.ndarray) -> np.ndarray:
    """Return how often two members that are drawn at random agree, float64 [examples], 0..1.

    Pairs are drawn without replacement, so that it is unbiased: Σ c(c − 1) / (S(S − 1)) with c of S members
    naming a class (Cooper et al., "Arbitrariness and Social Prediction", AAAI 2024, who have it for two
    classes). `counts` [examples, classes]: as `named_by` has them, of two members or more.

    Examples:
        >>> from thalweg.statistics.agreement import self_consistency
        >>> self_consistency(np.array([[4, 0], [2, 2]])).round(3).tolist()
        [1.0, 0.333]
    """
    members = counts[0].sum()
    return (counts * (counts - 1)).sum(axis=1) / (members * (members - 1))


def agree(counts: np.ndarray, size: int, dissent: int = 0) -> np.ndarray:
    """Return how often at most `dissent` of `size` members answer otherwise than the rest, [examples].

    Members are drawn without replacement from those that `counts` [examples, classes] has. 2 * dissent must
    be below `size`: then only one answer can be that of the rest.

    Examples:
        >>> from thalweg.statistics.agreement import agree
        >>> agree(np.array([[5, 1], [6, 0]]), 2).round(3).tolist()
        [0.667, 1.0]
    """
    members = int(counts[0].sum())
    return _agreeing(members, size, dissent)[counts].sum(axis=1)


def disagree_table(predicted: np.ndarray, counts: np.ndarray, size: int, dissent: int = 0) -> np.ndarray:
    """Return pseudo-values [members, examples] of one minus the mean of `agree`, for `pairs.share`.

    `predicted` [members, examples], with its `counts`; `size` is below the number of members. Of two members
    these are the pseudo-values of `pairs.disagreements`.
    """
    members, examples = len(predicted), np.arange(predicted.shape[1])
    whole = members * (1 - agree(counts, size, dissent))
    fewer = np.append(
        _agreeing(members - 1, size, dissent), 0.0
    )  # of what all name, none is left without one
    every = fewer[counts].sum(axis=1)
    table = np.empty(predicted.shape)
    for member, answers in enumerate(predicted):
        own = counts[examples, answers]
        table[member] = whole - (members - 1) * (1 - (every - fewer[own] + fewer[own - 1]))
    return table


def _agreeing(members: int, size: int, dissent: int) -> np.ndarray:
    """Return, for 0 to all `members` naming a class, how often so many of `size` drawn do: [members + 1]."""
    from scipy.stats import hypergeom  # half a second to import

    return hypergeom.sf(size - dissent - 1, members, np.arange(members + 1), size)
