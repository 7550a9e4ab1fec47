"""A sentence of the lesson, the rule by which it is judged, and what was measured for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from thalweg.measured import Interval, Measured
from thalweg.record import Entry

if TYPE_CHECKING:
    from thalweg.claims.laboratory import Laboratory

HOLDS, IN_PART, FAILS, NOT_MEASURED = "holds", "holds in part", "does not hold", "not measured"


@dataclass(frozen=True)
class Found:
    """What was measured for a claim: `number`, the whole `answer` in words, and how it was had."""

    number: Measured
    answer: str
    verdict: str
    how: str


@dataclass(frozen=True)
class Claim:
    """One claim of the lesson.

    `source`: minute and second of the lesson. `expected`: what the claim leads one to expect of a number.
    `rule`: how the verdict follows from that number, written before it was measured. `evaluation`: which
    evaluation or study measures it.
    """

    id: int
    statement: str
    source: str
    expected: str
    rule: str
    evaluation: str
    measure: Callable[[Laboratory], Found]


@dataclass(frozen=True)
class Judged(Entry):
    """A claim with what was found, or with the reason why it could not be measured.

    `measured_on`: the data, and the members of each recipe that were trained for the claims so far.
    """

    claim: Claim
    found: Found | None
    reason: str = ""
    seconds: float = 0.0
    measured_on: Mapping[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """holds, holds in part, does not hold, or not measured."""
        return NOT_MEASURED if self.found is None else self.found.verdict

    @property
    def answer(self) -> str:
        """What was measured, in words."""
        return self.reason if self.found is None else self.found.answer

    def content(self) -> Mapping[str, Any]:
        """Return id, statement, source, expected, measured, interval, verdict and how they came about."""
        number = Measured(float("nan")) if self.found is None else self.found.number
        return {
            "id": self.claim.id,
            "statement": self.claim.statement,
            "source": self.claim.source,
            "expected": self.claim.expected,
            "measured": number.value,
            "interval": number.interval,
            "verdict": self.verdict,
            "answer": self.answer,
            "rule": self.claim.rule,
            "evaluation": self.claim.evaluation,
            "how": "" if self.found is None else self.found.how,
            "seconds": round(self.seconds, 1),
            "measured_on": self.measured_on,
        }


def at_least(number: Measured, bar: float, *, part: float | None = None) -> str:
    """Holds where the whole interval is at `bar` or above; in part where the number is, or is above "
    "`part`."""
    low = number.value if number.low is None else number.low
    if low >= bar:
        return HOLDS
    return IN_PART if number.value >= (bar if part is None else part) else FAILS


def at_most(number: Measured, bar: float, *, part: float | None = None) -> str:
    """Holds where the whole interval is at `bar` or below; in part where the number is, or is below "
    "`part`."""
    high = number.value if number.high is None else number.high
    if high <= bar:
        return HOLDS
    return IN_PART if number.value <= (bar if part is None else part) else FAILS


def within(number: Measured, bar: Interval, *, part: Interval) -> str:
    """Holds where the number lies in `bar`; in part where it lies in `part`."""
    if bar[0] <= number.value <= bar[1]:
        return HOLDS
    return IN_PART if part[0] <= number.value <= part[1] else FAILS
