"""Where the spread of a members-by-examples table comes from: members, examples, or both together.

The table is crossed: every member answers every example. Two-way analysis of variance with random effects
and one value a cell (Searle, Casella & McCulloch, *Variance Components*, 1992, section 4.4) splits it into

    value[i, j] = mean + member[i] + example[j] + interaction[i, j]

and because the parts are uncorrelated by construction (Hoeffding's decomposition), the mean squares are
unbiased for any distribution of values, right-or-wrong answers included.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

import numpy as np

from thalweg.errors import EvaluationError
from thalweg.statistics.quantiles import normal_quantile, student_quantile

CELLS_AT_ONCE = 4_000_000  # float64 residuals held at once: 32 MB
ROUNDING = 1e-24  # a mean square below this share of the largest squared value is rounding, not spread


Term = tuple[float, int]
"""A contribution to a variance (it may be negative) and the degrees of freedom it was estimated with."""


@dataclass(frozen=True, eq=False)
class Components:
    """Means and mean squares of a table of values [members, examples].

    `member_means` [members]; `member_square`, `example_square` and `interaction_square` are the ANOVA mean
    squares MS, with members − 1, examples − 1 and (members − 1)(examples − 1) degrees of freedom. A mean
    square without degrees of freedom is NaN.
    """

    mean: float
    member_means: np.ndarray
    members: int
    examples: int
    member_square: float
    example_square: float
    interaction_square: float

    @property
    def member_freedom(self) -> int:
        """Degrees of freedom between members."""
        return self.members - 1

    @property
    def example_freedom(self) -> int:
        """Degrees of freedom between examples."""
        return self.examples - 1

    @property
    def interaction_freedom(self) -> int:
        """Degrees of freedom of what neither member nor example explains."""
        return self.member_freedom * self.example_freedom

    @property
    def cells(self) -> int:
        """Number of values in the table."""
        return self.members * self.examples

    @property
    def member_term(self) -> Term:
        """What members add to the variance of the mean, the noise in it included."""
        return self.member_square / self.cells, self.member_freedom

    @property
    def example_term(self) -> Term:
        """What examples add to the variance of the mean, the noise in it included."""
        return self.example_square / self.cells, self.example_freedom

    @property
    def noise_term(self) -> Term:
        """What is in both of those: neither member nor example explains it."""
        return self.interaction_square / self.cells, self.interaction_freedom


@dataclass(frozen=True)
class Variance:
    """The estimated variance of a mean, as the sum of the mean squares that it is made of."""

    terms: tuple[Term, ...]

    @property
    def value(self) -> float:
        """The variance itself, in squared units of the mean."""
        return max(0.0, sum(value for value, _ in self.terms))

    def quantile(self, level: float) -> float:
        """Return how many standard errors an interval at `level` reaches, one quantile for all terms.

        Each term counts at Student's quantile of its own degrees of freedom: √(Σ t²(f) v / Σ v) (Howe,
        JASA 69, 1974). In simulation this holds its coverage at 3 to 10 members, where one quantile at
        Satterthwaite's pooled degrees of freedom falls to .91 (tests/evaluation/test_coverage.py).
        """
        if self.value == 0:
            return normal_quantile(level)
        reach = sum(value * student_quantile(level, freedom) ** 2 for value, freedom in self.terms)
        # At levels near 0 scipy.special.stdtrit rounds small quantiles to 0, and what is taken off is left.
        return sqrt(max(0.0, reach) / self.value)


def components(values: np.ndarray) -> Components:
    """Split the spread of `values` [members, examples] (booleans or finite numbers).

    Memory beyond the table itself is bounded, whatever its size. Raises `EvaluationError` for a table that
    is not two-dimensional, is empty or holds a value that is not finite.
    """
    table = _checked(values)
    members, examples = table.shape
    member_means = table.mean(axis=1, dtype=np.float64)
    example_means = table.mean(axis=0, dtype=np.float64)
    mean = float(member_means.mean())
    interaction, largest = _interaction(table, member_means, example_means - mean)

    def mean_square(total: float, freedom: int) -> float:
        if freedom == 0:
            return float("nan")
        return 0.0 if total <= ROUNDING * largest**2 * members * examples else total / freedom

    return Components(
        mean=mean,
        member_means=member_means,
        members=members,
        examples=examples,
        member_square=mean_square(examples * _squares(member_means - mean), members - 1),
        example_square=mean_square(members * _squares(example_means - mean), examples - 1),
        interaction_square=mean_square(interaction, (members - 1) * (examples - 1)),
    )


def variance_of_mean(parts: Components) -> Variance:
    """Return the variance of the mean over new members *and* new examples.

    With the mean squares above (members S, examples N; owed to new members, new examples and both)

        Var = (MS_member + MS_example − MS_interaction) / (S N)

    which is s²_member/S + s²_example/N − s²_interaction/(S N) in terms of the variances of member means and
    example means. A component estimated below zero counts as zero, so the variance is never smaller than
    either source alone.
    """
    scale = 1 / parts.cells
    members = (parts.member_square * scale, parts.member_freedom)
    examples = (parts.example_square * scale, parts.example_freedom)
    return combined([members, examples], (parts.interaction_square * scale, parts.interaction_freedom))


def variance_of_difference(first: Components, second: Components) -> Variance:
    """Return the variance of mean(first) − mean(second): one set of members, two of examples.

    Members are paired (the spread of each member's own difference counts), examples are not.
    """
    if first.members != second.members:
        raise EvaluationError(
            f"{first.members} members on one side and {second.members} on the other: they cannot be paired.",
            hint="measure the same members on both sets of examples.",
        )
    sides = [(parts, 1 / parts.cells) for parts in (first, second)]
    examples = [(parts.example_square * scale, parts.example_freedom) for parts, scale in sides]
    noise = [(parts.interaction_square * scale, parts.interaction_freedom) for parts, scale in sides]
    difference = first.member_means - second.member_means
    members = (float(np.var(difference, ddof=1)) / first.members, first.member_freedom)
    return over_sets(members, examples, noise)


def combined(sources: list[Term], noise: Term, *, doubted: int = 1) -> Variance:
    """Return noise + Σ max(source − noise, 0).

    Each source carries the noise once in expectation, so it is taken off again where it is counted twice.

    Two members that are wrong equally often are not therefore alike: of one degree of freedom (or up to
    `doubted`) a source below the noise is as often luck as not. It adds nothing to the variance, but still to
    how many standard errors the interval reaches, less and less the further it is below (`_in_doubt`).
    Without it intervals of two unlike members covered 84 to 92 %, with it 90 % and more
    (`benchmarks/intervals/accuracy.py`).
    """
    counted = [source for source in sources if source[0] > noise[0]]
    doubts = [
        term for source in sources if source[0] <= noise[0] for term in _in_doubt(source, noise, doubted)
    ]
    return Variance((*counted, *doubts, ((1 - len(counted)) * noise[0], noise[1])))


def _in_doubt(source: Term, noise: Term, doubted: int) -> list[Term]:
    """Return what is added at the quantile of the source and taken off again at that of the noise."""
    value, freedom = source
    if freedom > doubted or not value > 0:
        return []
    doubt = value**2 / noise[0]
    return [(doubt, freedom), (-doubt, noise[1])]


def over_sets(members: Term, examples: list[Term], noise: list[Term]) -> Variance:
    """Return the variance over new members and over new examples of each of several independent sets.

    The members' term carries the noise of every set once, the term of a set's examples carries its own once;
    what is counted twice is taken off again.
    """
    counted_members = members[0] > sum(value for value, _ in noise)
    terms = [members] if counted_members else []
    for source, own in zip(examples, noise, strict=True):
        counted = source[0] > own[0]
        terms += [source] if counted else []
        terms.append(((1 - counted - counted_members) * own[0], own[1]))
    return Variance(tuple(terms))


def _checked(values: np.ndarray) -> np.ndarray:
    table = np.asarray(values)
    if table.ndim != 2 or table.size == 0:
        raise EvaluationError(
            f"Expected a table of values [members, examples], found shape {table.shape}.",
            hint="give at least one member and one example; for one classifier use values[None, :].",
        )
    if table.dtype.kind not in "buif":
        raise EvaluationError(
            f"Expected booleans or numbers, found values of type {table.dtype}.",
            hint="give right-or-wrong as booleans, or a score per member and example.",
        )
    if table.dtype.kind == "f" and not all(np.isfinite(rows).all() for rows in _row_blocks(table)):
        raise EvaluationError(
            "The table of values holds NaN or infinity.",
            hint="leave diverged members out, and give a finite value for every example.",
        )
    return table


def _row_blocks(table: np.ndarray) -> Iterable[np.ndarray]:
    step = max(1, CELLS_AT_ONCE // table.shape[1])
    return (table[start : start + step] for start in range(0, len(table), step))


def _interaction(
    table: np.ndarray, member_means: np.ndarray, example_effects: np.ndarray
) -> tuple[float, float]:
    """Return the sum of squared interactions, and the largest absolute value of the table."""
    total, largest, start = 0.0, 0.0, 0
    for rows in _row_blocks(table):
        residual = rows - member_means[start : start + len(rows), None]
        residual -= example_effects
        total += _squares(residual)
        largest = max(largest, float(rows.max()), -float(rows.min()))
        start += len(rows)
    return total, largest


def _squares(values: np.ndarray) -> float:
    # einsum, not a BLAS dot: threads cost more than they save on tables of this size.
    flat = values.ravel()
    return float(np.einsum("i,i", flat, flat))
