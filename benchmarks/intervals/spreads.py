"""Spreads between starts, what width does to them, and correlations: `thalweg.statistics.spreads`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.stats import chi2

from intervals.cells import Cell, Ends
from thalweg.measured import Measured
from thalweg.statistics.correlation import correlation, rank_correlation
from thalweg.statistics.spreads import factor_per_doubling, spread_ratio, standard_deviation

Law = Callable[[np.random.Generator, int], np.ndarray]

LAWS: dict[str, Law] = {
    "normal": lambda generator, count: generator.standard_normal(count),
    "t, 7 degrees of freedom": lambda generator, count: generator.standard_t(7, count) / np.sqrt(7 / 5),
    "exponential": lambda generator, count: generator.standard_exponential(count),
}
"""How starts differ, each with a standard deviation of 1."""


SKEWED = "the study's rows: some starts lie far out on one side"
FEW = "docs/concepts/intervals.md: of eight starts spreads have wide intervals"


def cells() -> list[Cell]:
    """Return standard deviations, their ratio, the factor a doubling of width, and correlations."""
    return [
        *(_sd(name, law, starts) for name, law in LAWS.items() for starts in (8, 16, 64, 256)),
        *(_ratio(name, law, starts) for name, law in LAWS.items() for starts in (8, 16, 64)),
        *(_factor(name, law, starts) for name, law in LAWS.items() for starts in (8, 16, 64)),
        *(_correlation(true, starts) for true in (0.0, 0.5, 0.95) for starts in (8, 16, 64)),
    ]


def ends(found: Measured | None) -> tuple[float, float] | None:
    """Return the interval of a number, None where it is without."""
    return None if found is None else found.interval


def _sd(name: str, law: Law, starts: int) -> Cell:
    def draw(generator: np.random.Generator) -> Ends:
        values = law(generator, starts)
        squares = (starts - 1) * np.var(values, ddof=1)
        low, high = np.sqrt(squares / chi2.ppf([0.975, 0.025], starts - 1))
        return {"Bonett": ends(standard_deviation(values)), "chi-square": (float(low), float(high))}

    return Cell("sd between starts", f"{starts} starts, {name}", draw, 1.0, 4000, named=_named(name, starts))


def _ratio(name: str, law: Law, starts: int) -> Cell:
    def draw(generator: np.random.Generator) -> Ends:
        return {"Bonett": ends(spread_ratio(law(generator, starts), law(generator, starts)))}

    return Cell(
        "ratio of two sds", f"{starts} starts each, {name}", draw, 1.0, 4000, named=_named(name, starts)
    )


def _factor(name: str, law: Law, starts: int) -> Cell:
    widths = (8, 16, 32, 64)

    def draw(generator: np.random.Generator) -> Ends:
        samples = [law(generator, starts) / width for width in widths]
        return {"weighted slope": ends(factor_per_doubling(widths, samples))}

    interval, setting = "factor of the sd a doubling of width", f"4 widths x {starts} starts, {name}"
    return Cell(interval, setting, draw, 0.5, 2000, named=_named(name, starts))


def _correlation(true: float, starts: int) -> Cell:
    def draw(generator: np.random.Generator) -> Ends:
        first, other = generator.standard_normal((2, starts))
        second = true * first + np.sqrt(1 - true**2) * other
        ranks = 6 / np.pi * np.arcsin(true / 2)  # Spearman's of a normal pair: told from Pearson's
        found = ends(rank_correlation(first, second))
        moved = None if found is None else (found[0] - ranks + true, found[1] - ranks + true)
        return {"Pearson, Fisher's z": ends(correlation(first, second)), "Spearman, Bonett & Wright": moved}

    return Cell("correlation over starts", f"{starts} starts, true {true:g}", draw, true, 4000)


def _named(name: str, starts: int) -> str:
    return SKEWED if name == "exponential" else FEW if starts == 8 else ""
