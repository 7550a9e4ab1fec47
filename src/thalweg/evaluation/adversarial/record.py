"""What was found of attacks, one norm after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.errors import one_of
from thalweg.measured import Measured, as_percent
from thalweg.record import Entry, Record, named
from thalweg.statistics.chance import OverChance, guesses
from thalweg.wording import PICTURES, words_for

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, eq=False)
class Attacked(Entry):
    """What one attacked answerer withstands, in one norm.

    `smallest`: float32 [members, examples] ([1, examples] for the ensemble), size of the smallest flip found:
    0 where the answer was wrong to begin with, infinite where none was found. `median`: of these, with an
    interval by Woodruff's method (JASA 47, 1952): the interval of the share of flips up to the median,
    carried back to sizes. `robust_accuracy`: size -> share still answered rightly under any change up to it.
    `by_method`: the same shares, without intervals, for one random direction (`noise`), one gradient step
    (`single`, FGSM) and projected gradient ascent (`iterated`, PGD). `flat`: share of right answers at which
    there is no gradient to follow.
    """

    smallest: np.ndarray
    median: Measured
    robust_accuracy: Mapping[float, Measured]
    by_method: Mapping[str, Mapping[float, float]]
    flat: float

    @property
    def defeated(self) -> float:
        """Share of the right answers for which a flip was found at all."""
        right = self.smallest > 0
        return float(np.isfinite(self.smallest[right]).mean()) if right.any() else 1.0

    def content(self) -> Mapping[str, Any]:
        """Return the median size, the curves, and how far the search got, as pure JSON types."""
        return {
            "smallest": self.median,
            "robust_accuracy": self.robust_accuracy,
            "robust_accuracy_by_method": self.by_method,
            "defeated": self.defeated,
            "without_gradient": self.flat,
        }


@dataclass(frozen=True, eq=False)
class NormAttack:
    """One norm: the members one by one, and their ensemble.

    `members` is None where an ensemble was asked for, `ensemble` where there is one member only. `pictures`
    float32 [pictures, *input shape]: the first attacked examples with the smallest flip found of the first
    member, or of the ensemble.
    """

    members: Attacked | None
    ensemble: Attacked | None
    pictures: np.ndarray

    @property
    def shown(self) -> Attacked:
        """The members' result, or the ensemble's where there is no other."""
        shown = self.members or self.ensemble
        assert shown is not None
        return shown


@dataclass(frozen=True, eq=False, repr=False)
class Adversarial(Record, answers="adversarial"):
    """Smallest changes that flip the answer, one entry a norm.

    `examples`: int64, which examples of the split were attacked. `members`: int64, which members, counted in
    the classifier as it was given; the ensemble is theirs. `steps` gradients from each of `starts` starts.
    `over_chance`: whether anything was learned; where it was not, no row concludes anything.
    """

    norms: Mapping[str, NormAttack]
    examples: np.ndarray
    members: np.ndarray
    steps: int
    starts: int
    excluded: tuple[int, ...]
    kind_of_data: str = PICTURES
    over_chance: OverChance | None = None

    def __getitem__(self, norm: str) -> NormAttack:
        return self.norms[one_of(self.norms, norm, "norm")]

    def content(self) -> Mapping[str, Any]:
        """Return one object a norm, the ensemble's under `ensemble`, and how the search was made."""
        sides = {
            name: attack.members.content() if attack.members else {} for name, attack in self.norms.items()
        }
        return {
            **{name: {**side, "ensemble": self.norms[name].ensemble} for name, side in sides.items()},
            "members": len(self.members),
            "examples": len(self.examples),
            "excluded": self.excluded,
            "attack": named(self, "steps", "starts"),
            "over_chance": self.over_chance,
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return which examples and members, and for each norm the sizes and a few changed inputs."""
        arrays = {"attacked_examples": self.examples, "attacked_members": self.members}
        for name, attack in self.norms.items():
            if attack.members is not None:
                arrays[f"{name}_smallest"] = attack.members.smallest
            if attack.ensemble is not None:
                arrays[f"{name}_ensemble_smallest"] = attack.ensemble.smallest[0]
            arrays[f"{name}_pictures"] = attack.pictures
        return arrays

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal, one a norm, and a warning where it is due."""
        if nothing := guesses(self.over_chance):
            return nothing
        every = f"of every {words_for(self.kind_of_data).one_input}"
        words = {"linf": every, "l2": "in all (length of the difference)"}
        rows = [
            (f"How small a change {words[name]} flips the answer?", _answer(attack))
            for name, attack in self.norms.items()
        ]
        flat = max(attack.shown.flat for attack in self.norms.values())
        if flat > 0.01:
            warning = f"in {as_percent(flat)} of cases: these may be easier to defeat than shown"
            rows.append(("Where was there no gradient to follow?", warning))
        return rows

    def __repr__(self) -> str:
        medians = (f"{name} {attack.shown.median.plain(3)}" for name, attack in self.norms.items())
        return f"median smallest change that flips the answer: {', '.join(medians)}"


def _answer(attack: NormAttack) -> str:
    shown = attack.shown
    sizes = list(shown.robust_accuracy)
    middle = min(sizes, key=lambda size: abs(shown.robust_accuracy[size].value - 0.5))
    parts = [
        f"half of the examples by {shown.median.plain(3)}",
        f"under {middle:g} it is right in {shown.robust_accuracy[middle].percent()}",
    ]
    if attack.members is not None and attack.ensemble is not None:
        parts.append(f"voting together {attack.ensemble.median.plain(3)}")
    return "; ".join(parts)
