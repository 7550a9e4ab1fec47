"""What counts as delayed: a rule that was fixed before anything was measured.

A member has *learned* after the first look at which its training accuracy is the level asked for, and has
*generalised* after the first at which its test accuracy is. It is delayed where it generalised after at least
`factor` times as many steps as it took to learn; prompt where it did so sooner; `never` where it learned and
had not generalised when training ended, which says nothing of what would have come; and `unlearned` where it
did not learn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DELAYED, PROMPT, NEVER, UNLEARNED = "delayed", "prompt", "never", "unlearned"
KINDS = (DELAYED, PROMPT, NEVER, UNLEARNED)


@dataclass(frozen=True)
class Rule:
    """Levels of training and test accuracy, and how many times as many steps are a delay."""

    learned: float
    generalised: float
    factor: float


@dataclass(frozen=True, eq=False)
class Delays:
    """What members did. `kinds` [members], of `KINDS`; `learned` and `generalised` [members]: after how many
    steps, infinite where not; `ratio` [members]: of the two, infinite for never, NaN where not learned.
    """

    kinds: np.ndarray
    learned: np.ndarray
    generalised: np.ndarray
    ratio: np.ndarray

    def count(self, kind: str) -> int:
        """Return how many members did this."""
        return int((self.kinds == kind).sum())


def delays(steps: np.ndarray, train: np.ndarray, test: np.ndarray, rule: Rule) -> Delays:
    """Judge members by their accuracies `train` and `test` [members, looks] after so many `steps` [looks].

    Examples:
        >>> from thalweg.studies.grokking.delay import Rule, delays
        >>> found = delays(np.array([10, 100, 1000]), np.array([[1.0, 1.0, 1.0]]),
        ...     np.array([[0.2, 0.2, 0.9]]), Rule(0.99, 0.8, 10))
        >>> str(found.kinds[0]), float(found.ratio[0])
        ('delayed', 100.0)
    """
    learned, generalised = (
        _first(steps, train >= rule.learned - 1e-9),
        _first(steps, test >= rule.generalised),
    )
    known = np.isfinite(learned)
    ratio = np.full(len(learned), np.nan)
    np.divide(generalised, learned, out=ratio, where=known)
    kinds = np.full(len(learned), UNLEARNED, dtype="U9")
    kinds[known] = NEVER
    kinds[known & np.isfinite(generalised)] = PROMPT
    kinds[known & np.isfinite(generalised) & (ratio >= rule.factor)] = DELAYED
    return Delays(kinds, learned, generalised, ratio)


def _first(steps: np.ndarray, reached: np.ndarray) -> np.ndarray:
    first = np.asarray(steps, np.float64)[reached.argmax(axis=1)]
    return np.where(reached.any(axis=1), first, np.inf)
