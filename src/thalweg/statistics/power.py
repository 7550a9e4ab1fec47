"""How large a difference two populations must have for a comparison to show it, and how likely it does then.

Two recipes are compared on the same examples, so that what makes an example hard for both is no luck of
either (Miller, arXiv 2411.00640, 2024, where the pairs are of single answers). What is left is luck of each
side's starts, and of examples that are harder for one side than for the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from scipy.special import ndtr

from thalweg.errors import EvaluationError
from thalweg.statistics.paired import paired_difference
from thalweg.statistics.planning import MOST_STARTS, WITHOUT_END, Pilot, fewest, pilot_of
from thalweg.statistics.roots import brentq

ALIKE = 0.8
"""Correlation of how hard examples are for both recipes, where none was measured.

Among six pairs of recipes on digits and MNIST it was .67 to .89 (`benchmarks/planning.py --alike`).
"""

POWER = 0.8
MOST_DRAWN, CELLS_DRAWN = 200, 5_000_000
"""Comparisons drawn for the power of one size; fewer where all their answers would be more than this."""

LARGEST_TABLE = (100, 2000)
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

    Shown is what `paired_difference` shows: its interval over starts and examples leaves 0 out.

    Args:
        pair: from `pair_of` or `assumed_pair`.
        difference: between the true accuracies, a share 0..1.
        members: of each population, 2 or more.
        examples: of the test set.
        level: 1 - level is how often a difference is shown where there is none.
    """
    return _power(_comparisons(pair, members, examples, level), difference)


def smallest_difference(
    pair: PilotPair, members: int, examples: int, *, power: float = POWER, level: float = 0.95
) -> float:
    """Return the difference of accuracies that would be shown with this `power`, a share 0..1."""
    drawn = _comparisons(pair, members, examples, level)
    most = float(drawn.reaches.max()) + 40 * drawn.error + 1e-9
    return brentq(lambda found: _power(drawn, found) - power, 0.0, most)


def smallest_of_all(pair: PilotPair, examples: int, *, power: float = POWER, level: float = 0.95) -> float:
    """Return the difference below which no number of starts shows one, with so many `examples`."""
    return smallest_difference(pair, WITHOUT_END, examples, power=power, level=level)


def starts_for_power(
    pair: PilotPair, difference: float, examples: int, *, power: float = POWER, level: float = 0.95
) -> int | None:
    """Return the fewest starts of each, 2 or more, that show `difference` with this `power`, or None."""

    def reached(members: int) -> bool:
        return power_of(pair, difference, members, examples, level=level) >= power

    return fewest(reached, 2, MOST_STARTS) if reached(WITHOUT_END) else None


@dataclass(frozen=True, eq=False)
class _Comparisons:
    """Comparisons of one size that may come: `reaches`, half of each one's interval, and the true standard
    `error` of the difference. The two are independent, as a mean and a variance of normal values are."""

    reaches: np.ndarray
    error: float


@dataclass(frozen=True)
class _Terms:
    """What each side's members, each side's noise and the examples add to the variance of a difference.

    The terms of members and of examples hold the noise, as those of `statistics.components` do. `means`: the
    two accuracies.
    """

    means: tuple[float, float]

    members: tuple[float, float]
    noise: tuple[float, float]
    examples: float


def _expected(pair: PilotPair, members: int, examples: int) -> _Terms:
    noise = [pilot.noise_variance / (members * examples) for pilot in pair.pilots]
    of_members = [
        _with_noise(pilot.member_variance / members, own)
        for pilot, own in zip(pair.pilots, noise, strict=True)
    ]
    of_examples = _with_noise(pair.gap_variance / examples, sum(noise))
    means = [pilot.parts.mean for pilot in pair.pilots]
    return _Terms((means[0], means[1]), (of_members[0], of_members[1]), (noise[0], noise[1]), of_examples)


def _with_noise(own: float, noise: float) -> float:
    """Return the term of a source that varies by `own`; of one that does not, a hair below the noise.

    What is not above the noise is not counted by a comparison, nor are its few degrees of freedom.
    """
    return own + noise if own > 0 else (1 - 1e-6) * noise


def _comparisons(pair: PilotPair, members: int, examples: int, level: float) -> _Comparisons:
    """Return comparisons of populations of this size: each estimates its terms, and makes its interval."""
    terms = _expected(pair, members, examples)
    variance = sum(terms.members) + terms.examples - sum(terms.noise)
    generator = np.random.default_rng(0)
    rows, columns = _table_size(members, examples)
    count = min(MOST_DRAWN, max(16, CELLS_DRAWN // (rows * columns)))
    luck_of_members = generator.chisquare(members - 1, (count, 2)) / (members - 1)
    luck_of_examples = generator.chisquare(examples - 1, count) / (examples - 1)
    reaches = []
    for (one, other), third in zip(luck_of_members, luck_of_examples, strict=True):
        of_members = (terms.members[0] * one, terms.members[1] * other)
        drawn = replace(terms, members=of_members, examples=terms.examples * third)
        reaches.append(_reach(drawn, (members, examples), level))
    return _Comparisons(np.array(reaches), sqrt(max(0.0, variance)))


def _power(drawn: _Comparisons, difference: float) -> float:
    if drawn.error == 0:
        return float((abs(difference) > drawn.reaches).mean())
    shift, reaches = abs(difference) / drawn.error, drawn.reaches / drawn.error
    return float((ndtr(shift - reaches) + ndtr(-shift - reaches)).mean())


def _reach(terms: _Terms, size: tuple[int, int], level: float) -> float:
    """Return half of the interval that `paired_difference` makes of tables whose means have these variances.

    Of tables, so that it is the very interval that a comparison prints.
    """
    along, across = map(_scaled, _table_size(*size))
    # an interaction of this form changes no mean; its mean square is the noise times the cells
    first, second = (
        mean + sqrt(of_members) * along[:, None] + sqrt(noise) * np.outer(along, across)
        for mean, of_members, noise in zip(terms.means, terms.members, terms.noise, strict=True)
    )
    # what examples add to the difference stands on one side
    found = paired_difference(first + sqrt(terms.examples) * across, second, level=level).over
    assert found.both is not None, "several members and several examples have an interval over both"
    return (found.both[1] - found.both[0]) / 2


def _table_size(members: int, examples: int) -> tuple[int, int]:
    return min(members, LARGEST_TABLE[0]), min(examples, LARGEST_TABLE[1])


def _scaled(count: int) -> np.ndarray:
    """Return so many values with mean 0 and with 1 as the variance of their mean."""
    values = np.linspace(-1.0, 1.0, count)
    values -= values.mean()
    return values * sqrt(count / float(np.var(values, ddof=1)))
