"""How large a difference two populations must have for a comparison to show it, and how likely it does then.

Two recipes are compared on the same examples, so that what makes an example hard for both is no luck of
either (Miller, arXiv 2411.00640, 2024, sections 4 and 5, where the pairs are of single answers). What is left
is luck of each side's starts, and of examples that are harder for one side than for the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.optimize import brentq
from scipy.stats import nct

from thalweg.errors import EvaluationError
from thalweg.statistics.paired import paired_difference
from thalweg.statistics.planning import MOST_STARTS, WITHOUT_END, Pilot, fewest, pilot_of

ALIKE = 0.8
"""Correlation of how hard examples are for both recipes, where none was measured.

Among seven pairs of recipes on digits and MNIST it was .67 to .91 (`benchmarks/planning.py --alike`).
"""

POWER = 0.8
LARGEST_TABLE = 400
"""Members and examples of a table that stands for a larger one with the same variances of the mean."""


@dataclass(frozen=True, eq=False)
class PilotPair:
    """What two pilots on the same examples show. `gap_variance`: of the difference, example by example,
    between the two true shares of members that are right, squared shares."""

    pilots: tuple[Pilot, Pilot]
    gap_variance: float

    @property
    def alike(self) -> float:
        """Correlation of how hard examples are for the two, -1..1; NaN where none is harder than others."""
        one, other = (pilot.example_variance for pilot in self.pilots)
        if min(one, other) == 0:
            return float("nan")
        return min(1.0, max(-1.0, (one + other - self.gap_variance) / (2 * sqrt(one * other))))


def pair_of(first: np.ndarray, second: np.ndarray) -> PilotPair:
    """Return what two pilots show: bool [members, examples] each, on the same examples.

    Raises `EvaluationError` as `pilot_of` does, and for other numbers of examples.
    """
    pilots = pilot_of(first), pilot_of(second)
    if pilots[0].parts.examples != pilots[1].parts.examples:
        raise EvaluationError(
            f"{pilots[0].parts.examples} examples on one side and {pilots[1].parts.examples} on the other: "
            "they cannot be paired.",
            hint="plan from two pilots on the same test set.",
        )
    gaps = np.asarray(first).mean(axis=0) - np.asarray(second).mean(axis=0)
    blur = sum(pilot.noise_variance / pilot.parts.members for pilot in pilots)
    return PilotPair(pilots, max(0.0, float(np.var(gaps, ddof=1)) - blur))


def assumed_pair(pilot: Pilot, alike: float = ALIKE) -> PilotPair:
    """Return the same where one pilot is known, and the other recipe is taken to vary as it does.

    `alike`: the correlation of how hard an example is for the two, 0..1.
    """
    if not 0 <= alike <= 1:
        raise EvaluationError(
            f"alike={alike:g}: expected a correlation from 0 to 1.",
            hint="1 where both recipes stumble over the same examples, 0 where they have nothing in common.",
        )
    return PilotPair((pilot, pilot), 2 * pilot.example_variance * (1 - alike))


def power_of(
    pair: PilotPair, difference: float, members: int, examples: int, *, level: float = 0.95
) -> float:
    """Return how often `difference` of the accuracies would be shown with `members` of each, 0..1.

    Shown is what `paired_difference` shows: its interval over starts and examples leaves 0 out. The estimate
    is normal and its variance one of Satterthwaite's degrees of freedom, so the test is a noncentral t.

    Args:
        pair: from `pair_of` or `assumed_pair`.
        difference: between the true accuracies, a share 0..1.
        members: of each population, 2 or more.
        examples: of the test set.
        level: 1 - level is how often a difference is shown where there is none.
    """
    expected = _expected(pair, members, examples, level)
    return _power(expected, difference)


def smallest_difference(
    pair: PilotPair, members: int, examples: int, *, power: float = POWER, level: float = 0.95
) -> float:
    """Return the difference of accuracies that would be shown with this `power`, a share 0..1."""
    expected = _expected(pair, members, examples, level)
    if expected.error == 0:
        return expected.reach
    most = expected.reach + 40 * expected.error
    return float(brentq(lambda found: _power(expected, found) - power, 0.0, most))  # type: ignore[arg-type]


def smallest_of_all(pair: PilotPair, examples: int, *, power: float = POWER, level: float = 0.95) -> float:
    """Return the difference below which no number of starts shows one, with so many `examples`."""
    return smallest_difference(pair, WITHOUT_END, examples, power=power, level=level)


def starts_for_power(
    pair: PilotPair, difference: float, examples: int, *, power: float = POWER, level: float = 0.95
) -> int | None:
    """Return the fewest starts of each, 2 or more, that show `difference` with this `power`, or None."""

    def reached(members: int) -> bool:
        return power_of(pair, difference, members, examples, level=level) >= power

    return fewest(reached, 2, MOST_STARTS)


@dataclass(frozen=True)
class _Expected:
    """`reach`: half of the interval to be expected. `error`: true standard error of the difference, with the
    degrees of `freedom` of its estimate."""

    reach: float
    error: float
    freedom: float


def _expected(pair: PilotPair, members: int, examples: int, level: float) -> _Expected:
    of_members = [pilot.member_variance / members for pilot in pair.pilots]
    noise = [pilot.noise_variance / (members * examples) for pilot in pair.pilots]
    of_gaps = pair.gap_variance / examples
    interval = _interval(of_members, noise, of_gaps, (members, examples), level)
    # each estimated term carries the noise: that is what its own luck is proportional to
    terms = [(own + blur, members - 1) for own, blur in zip(of_members, noise, strict=True)]
    terms.append((of_gaps + sum(noise), examples - 1))
    variance = sum(of_members) + of_gaps + sum(noise)
    luck = sum(value**2 / freedom for value, freedom in terms)
    freedom = variance**2 / luck if luck > 0 else float(members - 1)
    return _Expected((interval[1] - interval[0]) / 2, sqrt(variance), max(1.0, freedom))


def _power(expected: _Expected, difference: float) -> float:
    if expected.error == 0:
        return float(difference > expected.reach)
    quantile, shift = expected.reach / expected.error, abs(difference) / expected.error
    beyond = 1 - nct.cdf(quantile, expected.freedom, shift) + nct.cdf(-quantile, expected.freedom, shift)
    # far out the tables of the noncentral t give way to NaN: there the power is 1
    return 1.0 if np.isnan(beyond) else float(np.clip(beyond, 0.0, 1.0))


def _interval(
    of_members: list[float], noise: list[float], of_gaps: float, size: tuple[int, int], level: float
) -> tuple[float, float]:
    """Return the interval that `paired_difference` makes of tables with these variances of their means.

    Of tables, so that it is the very interval that a comparison prints.
    """
    members, examples = (min(count, LARGEST_TABLE) for count in size)
    along, across = _pattern(members), _pattern(examples)
    first, second = (_table(along, across, own, blur) for own, blur in zip(of_members, noise, strict=True))
    # what an example adds to the difference, beyond the noise, stands on one side
    first = first + sqrt(_with_noise(of_gaps, sum(noise))) * _scaled(across)[None, :]
    found = paired_difference(first, second, level=level).over
    assert found.both is not None, "several members and several examples have an interval over both"
    return found.both


def _table(along: np.ndarray, across: np.ndarray, of_members: float, noise: float) -> np.ndarray:
    members = sqrt(_with_noise(of_members, noise)) * _scaled(along)
    # an interaction that changes no mean, with the mean square noise x cells
    both = sqrt(noise) * np.outer(_scaled(along), _scaled(across))
    return members[:, None] + both


def _with_noise(own: float, noise: float) -> float:
    """Return the term of a source that varies by `own`; of one that does not, a hair below the noise.

    What is not above the noise is not counted by a comparison, nor are its few degrees of freedom.
    """
    return own + noise if own > 0 else (1 - 1e-6) * noise


def _pattern(count: int) -> np.ndarray:
    values = np.linspace(-1.0, 1.0, count)
    return values - values.mean()


def _scaled(values: np.ndarray) -> np.ndarray:
    """Return `values` with mean 0 and with 1 as the variance of their mean."""
    return values * sqrt(len(values) / float(np.var(values, ddof=1)))
