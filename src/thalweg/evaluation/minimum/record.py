"""What was found of where members lead: certificates, or why there is none."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.measured import Measured, to_plain
from thalweg.record import html_table

if TYPE_CHECKING:
    pass


STRICT = "strict local minimum"


FLAT = "minimum up to flat directions"


SADDLE = "saddle"


NOT_STATIONARY = "not at a stationary point"


UNDECIDED = "undecided"


VERDICTS = (STRICT, FLAT, SADDLE, NOT_STATIONARY, UNDECIDED)


@dataclass(frozen=True, eq=False)
class Escape:
    """The proof of a saddle: going `length` along the unit vector `direction` [parameters] costs `cost`.

    `fall`: by how much less than the saddle itself.
    """

    direction: np.ndarray
    length: float
    cost: float
    fall: float

    def to_json(self) -> dict[str, Any]:
        """Return the numbers; the direction is in the record's arrays."""
        return to_plain({"length": self.length, "cost": self.cost, "fall": self.fall})


@dataclass(frozen=True, eq=False)
class Certificate:
    """What was found out about one member's place.

    `verdict`: one of `VERDICTS`; `undecided` where second derivatives do not decide (an eigenvalue that is
    zero within its error, for no known reason). `caveat`: what the verdict does not cover, or empty.
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

    def to_json(self) -> dict[str, Any]:
        """Return everything but the point as pure JSON types."""
        numbers = {name: value for name, value in vars(self).items() if name not in ("point", "descent")}
        return {**to_plain(numbers), "descent": self.descent and self.descent.to_json()}


@dataclass(frozen=True, eq=False, repr=False)
class Minimum:
    """Certificates of some members, over all `examples` of a split, for one cost."""

    certificates: tuple[Certificate, ...]
    parameters: int
    examples: int
    cost_name: str
    l2: float

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

    def to_json(self) -> dict[str, Any]:
        """Return the verdicts counted, and every member's certificate."""
        return {
            "certified": self.certified,
            "verdicts": self.verdicts,
            "members": [certificate.to_json() for certificate in self.certificates],
            "parameters": self.parameters,
            "examples": self.examples,
            "cost": self.cost_name,
            "l2": self.l2,
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
        count = len(self)
        found = ", ".join(f"{number} {verdict}" for verdict, number in self.verdicts.items() if number)
        rows = [("What kind of place is at the end of the way down?", f"of {count}: {found}")]
        norms = [certificate.gradient_norm for certificate in self.certificates]
        rows.append(("How steep is it there still?", f"gradient {max(norms):.1g} at most"))
        flattest = min(
            (certificate.smallest for certificate in self.certificates), key=lambda each: each.value
        )
        low, high = flattest.interval or (flattest.value, flattest.value)
        shown = f"{flattest.value:.3g}, exact to {(high - low) / 2:.1g}"
        rows.append(("How much does it bend up in the flattest direction?", shown))
        costs = [certificate.cost for certificate in self.certificates]
        rows.append(("Is it the same cost for every start?", f"from {min(costs):.6g} to {max(costs):.6g}"))
        rows += [("A way down from a saddle?", _escape(each)) for each in self.certificates if each.descent]
        caveats = sorted({certificate.caveat for certificate in self.certificates if certificate.caveat})
        return rows + [("What cannot be certified?", caveat) for caveat in caveats]

    def __repr__(self) -> str:
        return f"{self.certified} of {len(self)} certified local minima, {self.parameters:,} directions"

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.rows())


def _escape(certificate: Certificate) -> str:
    assert certificate.descent is not None
    down = certificate.descent
    return (
        f"member {certificate.member}: {down.length:.2g} along it the cost of {certificate.cost:.5g} falls "
        "by "
        f"{down.fall:.2g}"
    )
