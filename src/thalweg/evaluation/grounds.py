"""Whether anything may be concluded from where networks stand: they learned, and their cost is no rounding.

The hill around a network that only guesses is not one that anybody rolled down; and where every example is
learned to the last digit, heights and slopes are those of rounding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.data.dataset import Split
from thalweg.evaluation.classifier import AnyClassifier, predictions
from thalweg.record import Entry
from thalweg.statistics.chance import OverChance, over_chance
from thalweg.statistics.rounding import is_rounding


@dataclass(frozen=True)
class Grounds(Entry):
    """What conclusions stand on. `over_chance`: whether the measured members learned anything.

    `cost`: their mean cost, where all that is measured rests on it, else None; `cost_name`: of it.
    """

    over_chance: OverChance
    cost: float | None
    cost_name: str

    @property
    def rounding(self) -> bool:
        """Whether all that is measured is rounding."""
        return self.cost is not None and is_rounding(self.cost, self.cost_name)

    @property
    def hold(self) -> bool:
        """Whether anything may be concluded."""
        return self.over_chance.learned and not self.rounding

    @property
    def title(self) -> str | None:
        """Why nothing is concluded, in a few words; None where something is."""
        if not self.over_chance.learned:
            return "Nothing was learned that can be told from guessing"
        return "The cost is so small that what is left of it is rounding" if self.rounding else None

    @property
    def reason(self) -> str | None:
        """Why nothing is concluded, in a sentence; None where something is."""
        if not self.over_chance.learned:
            return f"Was anything learned? {self.over_chance.verdict.capitalize()}."
        return said_of(self.cost).capitalize() + "." if self.rounding and self.cost is not None else None

    def content(self) -> Mapping[str, Any]:
        """Return every number, whether it holds, and why not."""
        words = {"hold": self.hold, "title": self.title, "reason": self.reason}
        return {**super().content(), **words}

    def rows(self) -> list[tuple[str, str]]:
        """Return what is to be said in the place of anything else; nothing where grounds hold."""
        if not self.over_chance.learned:
            return self.over_chance.rows()
        if self.rounding and self.cost is not None:
            return [("Can anything be told of this hill?", f"no: {said_of(self.cost)}")]
        return []


def said_of(cost: float) -> str:
    """Say what a cost of rounding means."""
    return (
        f"every example is learned to the last digit, and a cost of {cost:.1g} is "
        "rounding, as is the shape of the hill there; look at an earlier epoch, or train with l2 above 0"
    )


def grounds(
    members: AnyClassifier, split: Split, cost_name: str, *, costs: np.ndarray | None = None
) -> Grounds:
    """Return what conclusions about `members` on these examples stand on.

    `costs` [members]: where they stand; None where not all that is measured rests on it.
    """
    return Grounds(learned(members, split), None if costs is None else float(np.mean(costs)), cost_name)


def learned(members: AnyClassifier, split: Split, *, level: float = 0.95) -> OverChance:
    """Return whether `members` learned anything that can be told from guessing, on these examples.

    For what is measured of weights, units or gradients, where the answers themselves are not at hand.
    """
    found, labels = predictions(members, split), np.asarray(split.labels)
    return over_chance(found.predicted == labels, labels, split.class_names, found.ensemble, level=level)
