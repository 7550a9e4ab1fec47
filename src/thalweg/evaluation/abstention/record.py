"""What was found of a classifier that may refuse, or answer with a set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.evaluation.abstention.conformal import (
    ConformalSets,
)
from thalweg.measured import Measured, as_percent
from thalweg.record import Entry, Record, named, those_left_out
from thalweg.wording import PICTURES, words_for

CURVE = np.arange(1, 101) / 100
FEW_SET_IT = "; too few examples set this threshold, so the number of classes has a wide, cautious interval"
"""What is said where a threshold is one of the largest scores there are."""


@dataclass(frozen=True, eq=False)
class RegularisedSets(ConformalSets, aside=("level",)):
    """Sets of RAPS, and what it charged for, means over members.

    `penalty`: for every rank that a class stands below the first `free`.
    """

    penalty: float = 0.0
    free: float = 0.0


@dataclass(frozen=True, eq=False)
class Rejection(Entry):
    """Saying "this is none of them" below a confidence that a chosen share of real examples falls short of.

    `threshold`: the confidence, mean over members. `false_alarms`: share of new real examples refused; its
    interval also counts the examples that set the threshold, as does that of `noise_rejected`: share of
    uniform noise refused, None for a classifier that cannot be asked about it.
    """

    threshold: float
    false_alarms: Measured
    noise_rejected: Measured | None


@dataclass(frozen=True, eq=False)
class Abstaining(Entry):
    """The numbers of members (their mean) or of an ensemble.

    `aurc`: area under the risk-coverage curve, `excess_aurc`: what of it is owed to the order of the
    examples. `accuracy_at_coverage`: coverage -> accuracy on what is kept. `conformal` (LAC), `conformal_aps`
    and `conformal_raps`: level -> sets. `rejection`: rate of false alarms -> what is refused. `risk`:
    [members, coverages] at coverages 0.01, 0.02, ... 1.
    """

    aurc: Measured
    excess_aurc: Measured
    accuracy_at_coverage: Mapping[float, Measured]
    conformal: Mapping[float, ConformalSets]
    conformal_aps: Mapping[float, ConformalSets]
    conformal_raps: Mapping[float, RegularisedSets]
    rejection: Mapping[float, Rejection]
    risk: np.ndarray

    def content(self) -> Mapping[str, Any]:
        """Return all numbers; levels, coverages and rates are keys."""
        nested = ("conformal", "conformal_aps", "conformal_raps", "rejection", "accuracy_at_coverage")
        return named(self, "aurc", "excess_aurc", *nested)


@dataclass(frozen=True, eq=False, repr=False)
class Abstention(Record, answers="abstention"):
    """What passing over, prediction sets and refusing are worth: for the members and for their ensemble.

    `calibrated_on` and `measured_on`: examples that set thresholds, and others that they were tried on.
    `chosen_on`: of the first, those that only choose what RAPS charges. `randomised`: whether APS and RAPS
    leave a random part of a class's own probability off (`conformal.adaptive_scores`).
    """

    members: Abstaining
    ensemble: Abstaining
    examples: int
    calibrated_on: int
    measured_on: int
    excluded: tuple[int, ...]
    kind_of_data: str = PICTURES
    chosen_on: int = 0
    randomised: bool = True

    @property
    def count(self) -> int:
        """Number of members measured."""
        return len(self.members.risk)

    def content(self) -> Mapping[str, Any]:
        """Return the members' numbers, and the ensemble's under `ensemble`."""
        return {
            **self.members.content(),
            "members": self.count,
            **named(self, "examples", "calibrated_on", "measured_on", "chosen_on", "excluded"),
            **named(self, "randomised", "ensemble"),
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return `coverage` [100], `risk` [members, 100] and `ensemble_risk` [100]."""
        return {"coverage": CURVE, "risk": self.members.risk, "ensemble_risk": self.ensemble.risk[0]}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        found = self.members
        rows = [
            ("If one network may pass on the hardest tenth, how often is it right?", self._passing(found)),
            ("How many classes must it name to hold the true one?", _sets(found.conformal)),
            ("And with sets that grow with doubt?", self._growing(found)),
            ('Can it say "this is none of them"?', self._refusing(found.rejection)),
        ]
        if self.count > 1:
            rows.insert(1, (f"And the vote of all {self.count:,}?", self._passing(self.ensemble)))
        return rows + those_left_out(len(self.excluded))

    def _passing(self, found: Abstaining) -> str:
        coverage, kept = next(iter(found.accuracy_at_coverage.items()))
        everything = as_percent(1 - float(found.risk[:, -1].mean()))
        return f"{kept.percent()} on the {as_percent(coverage)} it is surest of, {everything} on all"

    def _growing(self, found: Abstaining) -> str:
        drawn = "randomised, may be empty" if self.randomised else "not randomised"
        level = 0.95 if 0.95 in found.conformal_aps else next(iter(found.conformal_aps))
        named_by = [
            f"{sets.mean_set_size.plain(2)} by {name}"
            for name, sets in (("APS", found.conformal_aps[level]), ("RAPS", found.conformal_raps[level]))
        ]
        return (
            f"{', '.join(named_by)} ({drawn}) to hold it {as_percent(level)} of the time; "
            "the interval by RAPS leaves out the luck of what it charges, and can be too narrow"
        )

    def _refusing(self, rejection: Mapping[float, Rejection]) -> str:
        parts = []
        for rate, found in rejection.items():
            alarms = f"refusing {as_percent(rate)} of real examples (measured {found.false_alarms.percent()})"
            if found.noise_rejected is not None:
                alarms += f", {found.noise_rejected.percent()} of {words_for(self.kind_of_data).static}"
            parts.append(alarms)
        return "; ".join(parts)

    def __repr__(self) -> str:
        return (
            f"AURC {self.members.aurc.plain(5)}, vote {self.ensemble.aurc.plain(5)}, "
            f"n = {self.count:,} x {self.examples:,}"
        )


def _sets(conformal: Mapping[float, ConformalSets]) -> str:
    parts = [
        f"{found.mean_set_size.plain(2)} on average to hold it {as_percent(level)} of the time "
        f"(measured {found.coverage.percent()}{FEW_SET_IT if found.too_few else ''})"
        for level, found in conformal.items()
    ]
    return "; ".join(parts)
