"""Wrong labels counted by people who checked some: `thalweg.statistics.stratified_count`."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.special import expit
from scipy.stats import norm

from intervals.cells import Cell, Ends
from thalweg.measured import Interval
from thalweg.statistics.intervals import wilson
from thalweg.statistics.strata import draw_by_strata
from thalweg.statistics.stratified_count import Stratum, stratified_count

LABELS = 5000
CHECKED = (20, 50, 100, 300)
SHARES = (0.001, 0.01, 0.05, 0.3)
SUSPICION = {"perfect": 14.0, "weak": 1.5, "useless": 0.0, "anti-informative": -2.0}
"""What the log odds of being suspected gain where a label is wrong."""

ERRORS = ("uniform", "near the boundary", "one-sided")

FEW = "docs/how-to/audit.md: wider than need be where hardly any is found"


def cells() -> list[Cell]:
    """Return every number checked, share of wrong labels, kind of suspicion and kind of error."""
    return [
        _count(checked, share, suspicion, errors)
        for suspicion in SUSPICION
        for errors in ERRORS
        for share in SHARES
        for checked in CHECKED
    ]


@cache
def world(share: float, suspicion: str, errors: str) -> tuple[np.ndarray, np.ndarray]:
    """Return which labels are wrong and how suspicious each is, both [labels]."""
    generator = np.random.default_rng(7)
    hard = generator.beta(0.4, 3, LABELS)
    weight = {
        "uniform": np.ones(LABELS),
        "near the boundary": hard**2,
        "one-sided": (np.arange(LABELS) % 2).astype(float),
    }[errors]
    wrong = np.zeros(LABELS, dtype=bool)
    chosen = generator.choice(LABELS, round(share * LABELS), replace=False, p=weight / weight.sum())
    wrong[chosen] = True
    # who is suspected: what is hard, and what is wrong as far as the judges see it
    odds = np.log(share / (1 - share)) - 0.5 + 3 * hard + generator.standard_normal(LABELS)
    return wrong, expit(odds + SUSPICION[suspicion] * wrong)


def _count(checked: int, share: float, suspicion: str, errors: str) -> Cell:
    def draw(generator: np.random.Generator) -> Ends:
        wrong, suspected = world(share, suspicion, errors)
        drawn = draw_by_strata(suspected, checked, seed=int(generator.integers(2**31)))
        strata = [
            _stratum(wrong, suspected, members, drawn.examples[drawn.stratum == number])
            for number, members in enumerate(drawn.strata)
        ]
        ours = stratified_count(strata)
        alone = generator.choice(LABELS, checked, replace=False)
        simple = stratified_count([Stratum(LABELS, wrong[alone])])
        return {
            "test inversion": ours.interval,
            "MOVER of Wilson's": _mover(strata),
            "normal, predicted (PPI++)": _normal(strata),
            "without strata": simple.interval,
        }

    setting = f"{checked} checked, {100 * share:g} % wrong, {errors}, suspicion {suspicion}"
    return Cell("wrong labels, some checked", setting, draw, round(share * LABELS), 200, named=FEW)


def _stratum(wrong: np.ndarray, suspected: np.ndarray, members: np.ndarray, seen: np.ndarray) -> Stratum:
    return Stratum(len(members), wrong[seen], suspected[seen], float(suspected[members].mean()))


def _mover(strata: list[Stratum]) -> Interval:
    """Newcombe's method of variance estimates recovery (Statistics in Medicine 17, 1998)."""
    total, below, above = 0.0, 0.0, 0.0
    for stratum in strata:
        looked, found = len(stratum.found), int(stratum.found.sum())
        low, high = wilson(found, looked)
        scale = stratum.size * (1 - looked / stratum.size) ** 0.5
        total += stratum.size * found / looked
        below += (scale * (found / looked - low)) ** 2
        above += (scale * (high - found / looked)) ** 2
    return total - below**0.5, total + above**0.5


def _normal(strata: list[Stratum]) -> Interval:
    """Stratified prediction-powered inference with its normal interval, whatever was found."""
    total, variance = 0.0, 0.0
    for stratum in strata:
        looked, hits = len(stratum.found), stratum.found.astype(float)
        said = np.asarray(stratum.predicted)
        varied = np.var(said, ddof=1)
        slope = float(np.cov(said, hits)[0, 1] / varied) if varied > 0 else 0.0
        rest = hits - slope * (said - stratum.predicted_mean)
        total += stratum.size * rest.mean()
        variance += stratum.size**2 * (1 / looked - 1 / stratum.size) * np.var(rest, ddof=1)
    reach = norm.ppf(0.975) * variance**0.5
    return float(total - reach), float(total + reach)
