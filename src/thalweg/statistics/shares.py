"""What a table of right and wrong leaves open beyond the spread that was seen in it.

Where answers of one kind are few, mean squares say too little: members that happen to be wrong equally often
would be alike for certain, and examples that nobody met would be as easy as those that were. Of right and
wrong more is known than of other numbers: how much an answer can vary from one member to the next, and the
mean from one set of examples to the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thalweg.statistics.components import (
    Components,
    Term,
    Variance,
    combined,
    components,
    variance_of_mean,
)

PRIOR = 0.5
"""As many answers as this are added to those of each example, at the share that all examples have."""
UNSEEN = 1 / 3
"""One more example is reckoned with, which so many of the members get right or wrong unlike the rest."""


@dataclass(frozen=True, eq=False)
class Answers:
    """What is known of a table of right or wrong [members, examples].

    `parts`: its means and mean squares. `luck`: what an answer varies from member to member on one example,
    the mean over examples of p(1 − p). With k of S members right on an example and the share p of all, it is
    the mean of the Beta distribution with parameters k + p/2 and S − k + (1 − p)/2 (Beta-binomial, as Bowyer,
    Aitchison & Ivanova, arXiv 2503.01747, count few answers): above zero where members agree.
    """

    parts: Components
    luck: float

    @staticmethod
    def of(table: np.ndarray) -> Answers:
        """Return what is known of `table`, bool (or 0 and 1) [members, examples]."""
        parts = components(table)
        right = np.asarray(table).sum(axis=0, dtype=np.float64)
        wrong = parts.members - right
        first, second = right + PRIOR * parts.mean, wrong + PRIOR * (1 - parts.mean)
        total = parts.members + PRIOR
        luck = float((first * second).mean() / (total * (total + 1)))
        return Answers(parts, luck)

    @property
    def rarer(self) -> float:
        """Share of the rarer kind of answer, right or wrong, 0 to 1/2."""
        return min(self.parts.mean, 1 - self.parts.mean)

    @property
    def noise(self) -> Term:
        """What neither member nor example explains of the variance of the mean, never less than luck."""
        square, freedom = self.parts.interaction_square, self.parts.interaction_freedom
        return max(square, self.luck) / self.parts.cells, freedom

    @property
    def over_starts(self) -> Variance:
        """The variance of the mean over new members; there are several members and examples."""
        return combined([self.parts.member_term], self.noise)

    @property
    def unseen(self) -> Term:
        """What an example unlike those seen would add to the variance over new examples.

        As far as a share can vary at all: nothing, where examples are right or wrong for all members alike.
        """
        parts = self.parts
        left = parts.mean * (1 - parts.mean) / parts.examples - example_term(parts)[0]
        return min((UNSEEN / parts.examples) ** 2, max(0.0, left)), parts.example_freedom


def example_term(parts: Components) -> Term:
    """Return what examples add to the variance of the mean; the noise, where their means agree by chance."""
    return parts.example_term if parts.example_term[0] > 0 or parts.members == 1 else parts.noise_term


def examples_share(parts: Components) -> float | None:
    """Return the share of the variance of the mean that new examples alone would bring; None without one."""
    whole = variance_of_mean(parts).value
    return min(1.0, example_term(parts)[0] / whole) if whole > 0 else None
