"""What was found of where members lead: certificates, or why there is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.evaluation.grounds import Grounds
from thalweg.measured import Measured
from thalweg.record import Entry, Record, named

STRICT = "strict local minimum"
FLAT = "minimum up to flat directions"
SADDLE = "saddle"
NOT_STATIONARY = "not at a stationary point"
UNDECIDED = "undecided"
FALLING = "falling on towards zero"
VERDICTS = (STRICT, FLAT, SADDLE, NOT_STATIONARY, UNDECIDED, FALLING)


@dataclass(frozen=True, eq=False)
class Escape(Entry, aside=("direction",)):
    """The proof of a saddle: going `length` along the unit vector `direction` [parameters] costs `cost`.

    `fall`: by how much less than the saddle itself.
    """

    direction: np.ndarray
    length: float
    cost: float
    fall: float


@dataclass(frozen=True, eq=False)
class Certificate(Entry, aside=("point", "descent")):
    """What was found out about one member's place.

    `verdict`: one of `VERDICTS`; `undecided` where second derivatives do not decide (an eigenvalue that is
    zero within its error, for no known reason), `falling on towards zero` where the slope is small because
    the cost is. `caveat`: what the verdict does not cover, or empty.
    `start_cost`, `cost`: before and after polishing, which moved the weights by `moved` (a length).
    `gradient_norm`: at the polished place. `gradient_flat`: |Hg| / (|H| |g|), 0..1, where the member came
    from (a gradient of rounding has no direction): near zero where training was stuck because the surface is
    flat along the gradient, not because the place is nearly stationary (Frye et al., arXiv 2003.10397).
    `smallest`, `largest`: eigenvalues with their residual bounds, flat directions set apart. `none_below`:
    see `spectrum.Ends`. `flat`: how many directions are flat by symmetry, by kind. `descent`: the way down
    from a saddle. `point`: float64 [parameters], the polished place.
    """

    member: int
    verdict: str
    caveat: str
    start_cost: float
    cost: float
    moved: float
    gradient_norm: float
    gradient_flat: float | None
    smallest: Measured
    largest: Measured
    none_below: float
    flat: dict[str, int]
    descent: Escape | None
    descent_steps: int
    newton_steps: int
    point: np.ndarray

    def content(self) -> Mapping[str, Any]:
        """Return everything but the point, the way down last."""
        return {**super().content(), "descent": self.descent}


@dataclass(frozen=True, eq=False, repr=False)
class Minimum(Record, answers="minimum", caption="{!r}"):
    """Certificates of some members, over all `examples` of a split, for one cost.

    `grounds`: whether the members had learned anything, at the places that are judged.
    """

    certificates: tuple[Certificate, ...]
    parameters: int
    examples: int
    cost_name: str
    l2: float
    grounds: Grounds

    def __getitem__(self, place: int) -> Certificate:
        return self.certificates[place]

    def __len__(self) -> int:
        return len(self.certificates)

    @property
    def verdicts(self) -> dict[str, int]:
        """How many members got each verdict."""
        found = Counter(certificate.verdict for certificate in self.certificates)
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def certified(self) -> int:
        """How many members are certified to stand in a local minimum, strict or up to flat directions."""
        return self.verdicts[STRICT] + self.verdicts[FLAT]

    def content(self) -> Mapping[str, Any]:
        """Return the verdicts counted, and every member's certificate."""
        return {
            **named(self, "certified", "verdicts"),
            "members": self.certificates,
            **named(self, "parameters", "examples"),
            "cost": self.cost_name,
            "l2": self.l2,
            "grounds": self.grounds,
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the polished places [members, parameters], and the way down from each saddle."""
        arrays = {
            "members": np.array([certificate.member for certificate in self.certificates]),
            "points": np.stack([certificate.point for certificate in self.certificates]),
        }
        for certificate in self.certificates:
            if certificate.descent is not None:
                arrays[f"descent_{certificate.member}"] = certificate.descent.direction
        return arrays

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        if not self.grounds.hold:
            return self.grounds.rows()
        count = len(self)
        found = ", ".join(f"{number} {verdict}" for verdict, number in self.verdicts.items() if number)
        rows = [("What kind of place is at the end of the way down?", f"of {count}: {found}")]
        falling = [certificate for certificate in self.certificates if certificate.verdict == FALLING]
        rows += [("Is there a bottom?", _endless(falling, self.l2))] if falling else []
        judged = [certificate for certificate in self.certificates if certificate.verdict != FALLING]
        return rows + self._rows_of(judged) if judged else rows

    def _rows_of(self, judged: list[Certificate]) -> list[tuple[str, str]]:
        """Return what is said of places that have a bottom."""
        norms = [certificate.gradient_norm for certificate in judged]
        rows = [("How steep is it there still?", f"gradient {max(norms):.1g} at most")]
        flattest = min((certificate.smallest for certificate in judged), key=lambda each: each.value)
        low, high = flattest.interval or (flattest.value, flattest.value)
        shown = f"{flattest.value:.3g}, exact to {(high - low) / 2:.1g}"
        rows.append(("How much does it bend up in the flattest direction?", shown))
        costs = [certificate.cost for certificate in judged]
        rows.append(("Is it the same cost for every start?", f"from {min(costs):.6g} to {max(costs):.6g}"))
        rows += [("A way down from a saddle?", _escape(each)) for each in judged if each.descent]
        caveats = sorted({certificate.caveat for certificate in judged if certificate.caveat})
        return rows + [("What cannot be certified?", caveat) for caveat in caveats]

    def __repr__(self) -> str:
        return f"{self.certified} of {len(self)} certified local minima, {self.parameters:,} directions"


def _escape(certificate: Certificate) -> str:
    assert certificate.descent is not None
    down = certificate.descent
    return (
        f"member {certificate.member}: {down.length:.2g} along it the cost of {certificate.cost:.5g} falls "
        f"by {down.fall:.2g}"
    )


def _endless(falling: list[Certificate], l2: float) -> str:
    """Say that there is no place to certify, and what to do."""
    who = ", ".join(str(certificate.member) for certificate in falling)
    lowest = min(falling, key=lambda each: each.cost)
    how = (
        "it falls on for ever as the weights grow; train with l2 above 0 for a hill that has a bottom"
        if l2 == 0
        else "what is left of it is rounding"
    )
    return (
        f"none for member{'' if len(falling) == 1 else 's'} {who}: the cost fell to "
        f"{lowest.cost:.1g}, and its slope with it, to {lowest.gradient_norm:.1g}; {how}"
    )
