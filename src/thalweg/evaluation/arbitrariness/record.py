"""What was found of answers that are luck of the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.evaluation.arbitrariness.examples import ArbitraryExample
from thalweg.measured import Measured
from thalweg.record import Entry, Record, named, those_left_out
from thalweg.statistics.chance import OverChance

FIVE = 5
"""So many members are asked in the headline, whatever the population's size."""
FEW = 2 * FIVE
"""From so many members on, five of them leave others to tell from, and intervals keep what they promise."""
ENOUGH = 16
"""Below so many members the share under a threshold says more of their number than of the examples."""
FEW_EXAMPLES = 5
IN_DOUBT = (
    "few of them are in doubt: intervals of how many may be too narrow (they hold in about 90 %, not 95)"
)
FEW_ERRORS = 30
NAMED = 3


@dataclass(frozen=True)
class BelowThreshold(Entry):
    """How many examples have a self-consistency below `threshold`, as so many members show it.

    `share`: of examples, with its interval over examples. It depends on the number of members, from which a
    self-consistency can take certain values only.
    """

    threshold: float
    count: int
    share: Measured


@dataclass(frozen=True, eq=False, repr=False)
class Arbitrariness(Record, answers="arbitrariness"):
    """For how many examples of a split the answer depends on which member is asked; every share is 0..1.

    `ambiguity`: size -> share of examples on which so many members, drawn at random, do not all agree. What
    has fewer than all members has an interval over starts and examples; that of all is over examples.
    `no_majority`: share on which not even four of five agree, None for fewer than five members. `below`: how
    many examples have a small self-consistency, None for fewer than sixteen members. `vote_changes`: size ->
    share of examples that the votes of two populations of that size name differently; more members, fewer.
    `luck_of_errors`: share of one member's errors that another does not make; `shared_errors`: share of them
    on examples that no member gets right, which depends on how many there are; None where nobody is ever
    wrong. `discrepancy`: the largest share of examples on which one of these members differs from the vote.
    `tied`: on how many examples two answers are named most, by equally many. `most_arbitrary`: examples that
    members answer differently, a hundred at most.

    `self_consistency`: float64 [examples], how often two members agree. `vote` int16 [examples] and
    `vote_right` bool [examples]: of all members, by mean probability. `pictures`: uint8, of `most_arbitrary`,
    None where examples are no pictures. `over_chance`: whether anything was learned; where not, no row
    concludes anything. `excluded`: members left out because they diverged.
    """

    ambiguity: dict[int, Measured]
    no_majority: Measured | None
    below: BelowThreshold | None
    vote_changes: dict[int, Measured]
    luck_of_errors: Measured | None
    shared_errors: Measured | None
    discrepancy: float
    tied: int
    most_arbitrary: tuple[ArbitraryExample, ...]
    self_consistency: np.ndarray
    vote: np.ndarray
    vote_right: np.ndarray
    members: int
    excluded: tuple[int, ...]
    class_names: tuple[str, ...]
    over_chance: OverChance
    pictures: np.ndarray | None = None

    @property
    def examples(self) -> int:
        """Number of examples."""
        return len(self.self_consistency)

    @property
    def asked(self) -> int:
        """How many members the headline asks: five, or two where there are fewer than five."""
        return FIVE if self.members >= FIVE else 2

    @property
    def measured(self) -> Measured:
        """Share of examples on which so many members do not all agree."""
        return self.ambiguity[self.asked]

    def content(self) -> Mapping[str, Any]:
        """Return every number, and up to a hundred of the most arbitrary examples with their answers."""
        return {
            **named(self, "asked", "ambiguity", "no_majority", "below", "vote_changes"),
            **named(self, "luck_of_errors", "shared_errors", "discrepancy", "tied"),
            "arbitrary": int((self.self_consistency < 1).sum()),
            "most_arbitrary": [one.to_json(self.class_names) for one in self.most_arbitrary],
            **named(self, "over_chance", "members", "examples", "excluded", "class_names"),
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return self-consistency and vote of every example, and pictures of the most arbitrary."""
        found = named(self, "self_consistency", "vote", "vote_right")
        return found if self.pictures is None else {**found, "most_arbitrary_pictures": self.pictures}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        rows = self.over_chance.rows()
        if self.over_chance.learned:
            rows += self._found()
        return rows + those_left_out(len(self.excluded))

    def _found(self) -> list[tuple[str, str]]:
        rows = [self._headline()]
        if self.members > self.asked:
            rows.append(
                (
                    f"And all {self.members:,}?",
                    f"{self.ambiguity[self.members].percent()}, {self._many()}",
                )
            )
        if self.below is not None:
            rows.append(("On how many do two networks often disagree?", self._below(self.below)))
        if self.luck_of_errors is not None:
            rows.append(("How many of one network's errors are luck?", self._errors()))
        rows.append(("Is the vote luck as well?", self._vote()))
        rows.append(("Which answers are the most arbitrary?", self._which()))
        if self.members < FEW:
            rows.append(("Are these networks enough?", self._few()))
        if self.no_majority is not None and 0 < self.no_majority.value * self.examples < FEW_EXAMPLES:
            rows.append(("Are these examples enough?", IN_DOUBT))
        return rows

    def _headline(self) -> tuple[str, str]:
        if self.no_majority is None:
            return "How many examples do two networks answer differently?", self.measured.percent()
        return (
            "How many examples do five networks not answer alike?",
            f"{self.measured.percent()}; to {self.no_majority.percent()} not even four say the same",
        )

    def _many(self) -> str:
        tied = f"; on {self.tied:,} of them two answers are tied" if self.tied else ""
        return f"{int((self.self_consistency < 1).sum()):,} of {self.examples:,} examples{tied}"

    def _below(self, found: BelowThreshold) -> str:
        return (
            f"in more than {100 * (1 - found.threshold):.3g} % of pairs: on {found.share.percent()} of "
            f"examples, as {self.members:,} networks show it"
        )

    def _errors(self) -> str:
        assert self.luck_of_errors is not None
        assert self.shared_errors is not None
        few = ""
        if self.luck_of_errors.interval is None:
            few = " (too few errors for an interval)"
        elif (1 - self.over_chance.accuracy.value) * self.examples < FEW_ERRORS:
            few = " (few errors: such intervals hold in about 90 %, not 95)"
        return (
            f"{self.luck_of_errors.percent()}{few} are not made by another; {self.shared_errors.percent()} "
            f"are made by all {self.members:,}"
        )

    def _vote(self) -> str:
        size = max(self.vote_changes)
        if size == 1:
            return f"{self.members:,} networks cannot be split into two that vote: train four or more"
        return (
            f"votes of {size:,} and of {size:,} others differ on {self.vote_changes[size].percent()} of "
            "examples; the more vote, the fewer"
        )

    def _which(self) -> str:
        if not self.most_arbitrary:
            return f"none: all {self.members:,} networks agree on every example"
        said = "; ".join(one.said(self.class_names) for one in self.most_arbitrary[:NAMED])
        last = self.most_arbitrary[min(NAMED, len(self.most_arbitrary)) - 1].self_consistency
        equal = int((self.self_consistency == last).sum())
        listed = sum(one.self_consistency == last for one in self.most_arbitrary[:NAMED])
        return f"{said}; {equal - listed:,} more as arbitrary as the last" if equal > listed else said

    def _few(self) -> str:
        said = f"{self.members:,} are few: which examples are arbitrary is known roughly"
        if self.members < 3:
            return f"{said}, and nothing of other starts; train ten or more"
        if self.members == FIVE:
            return f"{said}, and of other starts only how often two disagree; train ten or more"
        return f"{said}, and intervals are wider than need be; train ten or more"

    def __repr__(self) -> str:
        who = "five networks do not all agree" if self.asked == FIVE else "two networks disagree"
        return f"{who} on {self.measured.percent()}, n = {self.members:,} x {self.examples:,}"
