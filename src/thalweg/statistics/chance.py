"""Did a classifier learn anything: is it right more often than a guesser who looks at no example?

The best that can be had without looking is to name the commonest class always (the no-information rate; the
most frequent class of a dummy classifier). A classifier of rare events can be worth much and still not be
right more often than that; then its probabilities rank examples, and that is asked as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from thalweg.measured import Measured, as_percent
from thalweg.record import Entry
from thalweg.statistics.intervals import crossed
from thalweg.statistics.ranks import ranks

DEALS = 1999
"""How often labels are dealt out anew; the smallest p-value is one over one more."""

ADVICE = (
    "Try more epochs, another learning rate or a larger network, look at the features and the labels, or "
    "give more test examples; or what there is to see does not tell the classes apart."
)


@dataclass(frozen=True)
class OverChance(Entry, aside=("level",)):
    """How much better than guessing a classifier is.

    `accuracy`: of the members, with its widest interval. `guess`: the share of examples that are of the
    commonest class, 0..1, which is what naming it always gets right; `commonest`: that class. `gain`: the
    members' accuracy less `guess`, with its interval over examples, and over starts as well where several
    were measured. `ranking`: area under the ROC curve of each class against the rest, averaged by the
    classes' sizes; None where it was not needed, since the gain alone shows it. `p_value`: how often labels
    that are dealt out at random are ranked as well. `level`: of the intervals; the two questions share what
    may go wrong.
    """

    accuracy: Measured
    guess: float
    commonest: str
    gain: Measured
    ranking: float | None = None
    p_value: float | None = None
    level: float = 0.95

    @property
    def more_often_right(self) -> bool:
        """Whether members are right more often than by naming the commonest class always."""
        return self.gain.low is not None and self.gain.low > 0

    @property
    def learned(self) -> bool:
        """Whether anything was learned that can be told from guessing."""
        ranks = self.p_value is not None and self.p_value <= (1 - self.level) / 2
        return self.more_often_right or ranks

    @property
    def compared(self) -> str:
        """The accuracy, and the guess beside it, in words."""
        guess = f"always naming {self.commonest!r} is right {as_percent(self.guess)} of the time"
        return f"right {self.accuracy.percent()} of the time, where {guess}"

    @property
    def verdict(self) -> str:
        """One sentence: whether anything was learned, and `compared`."""
        said = self.compared
        if self.more_often_right:
            return f"yes: {said}"
        if self.learned:
            return f"little: {said}; but the probabilities rank the classes (AUROC {self.ranking:.2f})"
        return f"nothing that can be told from guessing: {said}"

    def content(self) -> Mapping[str, Any]:
        """Return every number, whether anything was `learned`, and the verdict."""
        return {**super().content(), "learned": self.learned, "verdict": self.verdict}

    def rows(self) -> list[tuple[str, str]]:
        """Return what is to be said before anything else; nothing, where members beat guessing."""
        if self.more_often_right:
            return []
        rows = [("Was anything learned?", self.verdict)]
        return rows if self.learned else [*rows, ("What to do?", ADVICE)]


def over_chance(
    right: np.ndarray,
    labels: np.ndarray,
    class_names: tuple[str, ...],
    probabilities: np.ndarray | None = None,
    *,
    level: float = 0.95,
) -> OverChance:
    """Return how much better than guessing answers are.

    Args:
        right: bool [members, examples], whether a member names the class.
        labels: int [examples].
        class_names: one name a class.
        probabilities: [examples, classes], by which examples are ranked where accuracy shows nothing; None
            where they are not known.
        level: confidence level; a classifier that learned nothing passes at most as often as it allows.

    Raises `EvaluationError` as `crossed` does.

    Examples:
        >>> from thalweg.statistics.chance import over_chance
        >>> labels = np.array([0, 1] * 20)
        >>> found = over_chance(np.array([labels == 0]), labels, ("ash", "oak"))  # always answers "ash"
        >>> found.learned, found.gain.value
        (False, 0.0)
    """
    counts = np.bincount(labels, minlength=len(class_names))
    commonest = int(counts.argmax())
    guessed = (labels == commonest).astype(np.float32)
    # as numbers: differences that happen to be 0 and 1 alone are no shares
    gain = crossed(right.astype(np.float32) - guessed, level)
    found = OverChance(
        accuracy=crossed(right, level).measured,
        guess=float(guessed.mean()),
        commonest=class_names[commonest],
        # other starts say nothing of other examples
        gain=Measured.of(gain.mean, gain.both or gain.examples),
        level=level,
    )
    if found.more_often_right or probabilities is None:
        return found
    ranking, p_value = _ranking(labels, probabilities)
    return replace(found, ranking=ranking, p_value=p_value)


def guesses(over: OverChance | None) -> list[tuple[str, str]]:
    """Return the rows that stand in the place of all others where nothing was learned.

    None of them where something was, or where `over` is None: it was not asked.

    Examples:
        >>> from thalweg.statistics.chance import guesses, over_chance
        >>> labels = np.array([0, 1] * 20)
        >>> rows = guesses(over_chance(np.array([labels == 0]), labels, ("ash", "oak")))
        >>> rows[0][0], guesses(None)
        ('Was anything learned?', [])
    """
    return [] if over is None or over.learned else over.rows()


def over_share(accuracy: Measured, guess: float, commonest: str) -> OverChance:
    """Return the same from an accuracy with its interval alone, where the answers are not at hand.

    The guess is taken as known, so this is more cautious than `over_chance`, which pairs the two.
    """
    ends = accuracy.interval
    gain = Measured(accuracy.value - guess, *(() if ends is None else (ends[0] - guess, ends[1] - guess)))
    return OverChance(accuracy, guess, commonest, gain)


def commonest_class(labels: np.ndarray, class_names: tuple[str, ...]) -> tuple[float, str]:
    """Return the share 0..1 of the commonest class among `labels`, and its name."""
    counts = np.bincount(labels, minlength=len(class_names))
    return float(counts.max() / counts.sum()), class_names[int(counts.argmax())]


def _ranking(labels: np.ndarray, probabilities: np.ndarray) -> tuple[float | None, float | None]:
    """Return the mean area under the ROC curves, and its p-value by dealing out the labels anew."""
    counts = np.bincount(labels, minlength=probabilities.shape[1])
    present = np.flatnonzero((counts > 0) & (counts < len(labels)))
    if len(present) == 0:
        return None, None
    place = np.full(len(counts), -1)
    place[present] = np.arange(len(present))
    placed = ranks(probabilities[:, present])
    # sum over a class's examples of its rank is n_c (n - n_c) AUROC + n_c (n_c + 1) / 2 (Mann & Whitney 1947)
    scaled = placed / (len(labels) - counts[present])
    rows, generator = place[labels], np.random.default_rng(0)
    every = np.arange(len(labels))
    found = scaled[every, rows].sum()
    dealt = np.array([scaled[every, generator.permutation(rows)].sum() for _ in range(DEALS)])
    p_value = (1 + int((dealt >= found - 1e-9 * abs(found)).sum())) / (1 + DEALS)
    own = counts[present]
    shift = (own * (own + 1) / 2 / (len(labels) - own)).sum()
    return float((found - shift) / own.sum()), p_value
