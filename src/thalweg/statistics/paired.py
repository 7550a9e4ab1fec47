"""Differences of two classifiers that answer the same examples."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.stats import binom

from thalweg.measured import Interval, Measured, to_plain
from thalweg.record import Entry
from thalweg.statistics.components import Components, Term, Variance, components
from thalweg.statistics.intervals import CrossedInterval, wilson

SMALLEST_P = 1e-9  # where the search for a p-value ends


@dataclass(frozen=True, eq=False)
class Difference:
    """A difference of two mean accuracies, first − second, with its three intervals.

    `over`: mean and intervals over starts, examples and both, None where one of the two has a single member
    (no starts). `p_value`: of the hypothesis that there is none, the level at which the widest interval would
    touch 0.
    """

    over: CrossedInterval
    p_value: float

    @property
    def measured(self) -> Measured:
        """The difference with its widest interval."""
        return self.over.measured

    @property
    def scope(self) -> str:
        """What the widest interval is over, in words."""
        return self.over.scope

    @property
    def excludes_zero(self) -> bool:
        """Whether the widest interval lies on one side of 0."""
        interval = self.over.widest
        return interval is not None and not interval[0] <= 0.0 <= interval[1]

    def to_json(self) -> dict[str, Any]:
        """Return value and widest interval, all three under `intervals`, and the p-value."""
        return to_plain(
            {**self.measured.to_json(), "intervals": self.over.to_json(), "p_value": self.p_value}
        )


@dataclass(frozen=True)
class McNemar(Entry):
    """McNemar's test of two networks on the same examples (Psychometrika 12, 1947).

    `first_only` and `second_only`: examples that only the one gets right. Given their sum, `first_only` is
    binomial with share 1/2 if neither is better: `p_value` is exact and two-sided, at most the level it is
    compared with; `mid_p` counts the case seen by half (Fagerland, Lydersen & Laake, BMC Medical Research
    Methodology 13, 2013), closer to the level.
    """

    first_only: int
    second_only: int
    p_value: float
    mid_p: float

    def __str__(self) -> str:
        return (
            f"{self.first_only:,} examples only the first gets right, {self.second_only:,} only the second "
            f"(McNemar's exact p = {self.p_value:.2g})"
        )


def mcnemar(first: np.ndarray, second: np.ndarray) -> McNemar:
    """Return McNemar's exact test from `first` and `second`, bool [examples]: right or not."""
    ours, theirs = int((first & ~second).sum()), int((second & ~first).sum())
    fewer, together = min(ours, theirs), ours + theirs
    tail, seen = float(binom.cdf(fewer, together, 0.5)), float(binom.pmf(fewer, together, 0.5))
    mid_p = 1.0 if ours == theirs else 2 * tail - seen
    return McNemar(ours, theirs, min(1.0, 2 * tail), min(1.0, mid_p))


def paired_difference(first: np.ndarray, second: np.ndarray, *, level: float = 0.95) -> Difference:
    """Return mean(first) − mean(second) of two tables bool [members, examples] on the same examples.

    Members are independent between the tables, examples are shared. With S members, N examples and mean
    squares as in `components`, the variance over new members and new examples is

        Σ over tables of MS_member/(S N) + s²(difference of example means)/N − Σ MS_interaction/(S N)

    where a source estimated below the noise in it counts as zero. Raises `EvaluationError` as `components`.

    Examples:
        >>> from thalweg.statistics.paired import paired_difference
        >>> right = population.probabilities(digits.test).argmax(axis=2) == digits.test.labels
        >>> paired_difference(right[:2], right[2:]).over.scope
        'over starts and examples'
    """
    parts = (components(first), components(second))
    gaps = first.mean(axis=0) - second.mean(axis=0)
    mean = parts[0].mean - parts[1].mean
    several = min(own.members for own in parts) > 1
    starts = Variance((_pooled([own.member_term for own in parts]),)) if several else None
    examples = _example_term(gaps, parts) if len(gaps) > 1 else None
    both = _both(parts, examples) if several and examples else None
    widest = both or (Variance((examples,)) if examples else starts)
    over = CrossedInterval(
        mean=mean,
        sd=None,
        starts=_interval(mean, starts, len(gaps), level=level) if starts else None,
        examples=_interval(mean, Variance((examples,)), len(gaps), level=level) if examples else None,
        both=_interval(mean, both, len(gaps), level=level) if both else None,
    )
    return Difference(over, _p_value(mean, widest))


def _example_term(gaps: np.ndarray, parts: tuple[Components, Components]) -> Term:
    variance = float(np.var(gaps, ddof=1)) / len(gaps)
    if variance <= 1e-18 and min(own.members for own in parts) > 1:
        # The tables' means agree example by example and their members do not.
        variance = sum(own.noise_term[0] for own in parts)
    return variance, len(gaps) - 1


def _pooled(terms: list[Term]) -> Term:
    """Return independent terms of one kind as one, with Welch's degrees of freedom (Biometrika 34, 1947)."""
    value = sum(own for own, _ in terms)
    if value == 0:
        return 0.0, min(freedom for _, freedom in terms)
    return value, round(value**2 / sum(own**2 / freedom for own, freedom in terms))


def _both(parts: tuple[Components, Components], examples: Term) -> Variance:
    """Return the variance over new members of both and new examples; both have several members."""
    pairs = [(own.member_term, own.noise_term) for own in parts]
    noise = _pooled([own for _, own in pairs])
    counted = [(source, own) for source, own in pairs if source[0] > own[0]]
    left = noise[0] - sum(own[0] for _, own in counted)
    terms = [_pooled([source for source, _ in counted])] if counted else []
    if examples[0] > noise[0]:
        terms.append(examples)
        left -= noise[0]
    return Variance((*terms, (left, noise[1])))


def _interval(mean: float, variance: Variance, examples: int, *, level: float) -> Interval:
    if variance.value == 0:
        # No spread was seen, which is not the same as none: as many as Wilson allows could yet differ.
        reach = wilson(0, examples, level)[1]
    else:
        reach = variance.quantile(level) * sqrt(variance.value)
    return max(-1.0, mean - reach), min(1.0, mean + reach)


def _p_value(mean: float, variance: Variance | None) -> float:
    """Return 1 − the level at which the interval of `variance` touches 0."""
    if variance is None or mean == 0:
        return 1.0
    if variance.value == 0:
        return 0.0
    distance = abs(mean) / sqrt(variance.value)

    def beyond(p_value: float) -> float:
        return variance.quantile(1 - p_value) - distance

    if beyond(1 - SMALLEST_P) >= 0:
        return 1.0
    return float(brentq(beyond, SMALLEST_P, 1 - SMALLEST_P)) if beyond(SMALLEST_P) > 0 else 0.0  # type: ignore[arg-type]
