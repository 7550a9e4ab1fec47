"""Intervals as the package gave them until they were mended: what is gained is seen beside them."""

from __future__ import annotations

from math import sqrt

import numpy as np

from thalweg.measured import Interval
from thalweg.statistics.components import Components, Term, Variance, components
from thalweg.statistics.intervals import share_interval, wilson

LEVEL = 0.95


def starts(table: np.ndarray) -> Interval:
    """Return Student's t on the members' shares; Wilson's on the examples where all are right or wrong."""
    parts = components(table)
    if parts.mean in (0.0, 1.0):
        return wilson(parts.mean * parts.examples, parts.examples, LEVEL)
    variance = Variance((parts.member_term,))
    if variance.value == 0 and parts.interaction_square > 0:
        variance = Variance((parts.noise_term,))
    reach = variance.quantile(LEVEL) * sqrt(variance.value)
    return max(0.0, parts.mean - reach), min(1.0, parts.mean + reach)


def examples(table: np.ndarray) -> Interval:
    """Return Wilson's interval with the effective number of examples."""
    parts = components(table)
    if parts.members == 1:
        return wilson(parts.mean * parts.examples, parts.examples, LEVEL)
    seen = parts.example_term if parts.example_term[0] > 0 else parts.noise_term
    return share_interval(parts.mean, Variance((seen,)), parts.examples, LEVEL, most=parts.cells)


def both(table: np.ndarray) -> Interval:
    """Return the same where a source below the noise is left out, whatever its degrees of freedom."""
    parts = components(table)
    noise = parts.noise_term
    counted = [term for term in (parts.member_term, parts.example_term) if term[0] > noise[0]]
    variance = Variance((*counted, ((1 - len(counted)) * noise[0], noise[1])))
    return share_interval(parts.mean, variance, parts.examples, LEVEL, most=parts.cells)


def difference(first: np.ndarray, second: np.ndarray) -> Interval:
    """Return the interval over both of mean(first) − mean(second), members' terms pooled as Welch does."""
    parts = (components(first), components(second))
    gaps = first.mean(axis=0) - second.mean(axis=0)
    seen = float(np.var(gaps, ddof=1)) / len(gaps)
    if seen <= 1e-18:
        seen = sum(own.noise_term[0] for own in parts)
    variance = _pooled_over_both(parts, (seen, len(gaps) - 1))
    mean = parts[0].mean - parts[1].mean
    if variance.value == 0:
        reach = wilson(0, len(gaps), LEVEL)[1]
    else:
        reach = variance.quantile(LEVEL) * sqrt(variance.value)
    return max(-1.0, mean - reach), min(1.0, mean + reach)


def _pooled_over_both(parts: tuple[Components, Components], seen: Term) -> Variance:
    pairs = [(own.member_term, own.noise_term) for own in parts]
    noise = _pooled([own for _, own in pairs])
    counted = [(source, own) for source, own in pairs if source[0] > own[0]]
    left = noise[0] - sum(own[0] for _, own in counted)
    terms = [_pooled([source for source, _ in counted])] if counted else []
    if seen[0] > noise[0]:
        terms.append(seen)
        left -= noise[0]
    return Variance((*terms, (left, noise[1])))


def _pooled(terms: list[Term]) -> Term:
    value = sum(own for own, _ in terms)
    if value == 0:
        return 0.0, min(freedom for _, freedom in terms)
    return value, round(value**2 / sum(own**2 / freedom for own, freedom in terms))
