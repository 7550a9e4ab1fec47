"""What abstaining buys: errors among the answers that are kept when the least confident are passed over.

Selective classification (Geifman & El-Yaniv, NeurIPS 2017): the risk at a coverage is the share of errors
among that share of the examples, the most confident first. Equal confidences have no order; every number here
is the mean over all orders of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from thalweg.measured import Measured
from thalweg.statistics.components import Variance, components, variance_of_mean
from thalweg.statistics.intervals import crossed, share_interval, wilson


@dataclass(frozen=True, eq=False)
class RiskCoverage:
    """The risk-coverage curve of one member, and what each example contributes to its numbers.

    `risk` [examples]: errors among the k most confident answers, k = 1..examples, as a share. `aurc`: its
    mean (area under the curve). `least`: the area if every error stood last. `pull` and `excess_pull`
    [examples]: the influence of each example on `aurc` and on `aurc − least`, of mean 0. `order`: examples
    by falling confidence.
    """

    risk: np.ndarray
    aurc: float
    least: float
    pull: np.ndarray
    excess_pull: np.ndarray
    order: np.ndarray

    @property
    def excess(self) -> float:
        """AURC − the least possible for as many errors (E-AURC; Geifman, Uziel & El-Yaniv, ICLR 2019)."""
        return self.aurc - self.least


def risk_coverage(confidence: np.ndarray, right: np.ndarray) -> RiskCoverage:
    """Return the risk-coverage curve of one member from `confidence` and `right` [examples]."""
    examples = len(confidence)
    order = np.argsort(-confidence, kind="stable")
    ties = _ties(confidence[order])
    wrong = 1.0 - right[order]
    mixed, ranks = _mean_of(wrong, ties), np.arange(1, examples + 1)
    risk = np.cumsum(mixed) / ranks
    errors, aurc = wrong.mean(), float(risk.mean())
    pull = np.empty(examples)
    pull[order] = _pulls(wrong, mixed, ties)
    # The least area is about r + (1 − r) ln(1 − r), whose derivative is −ln(1 − r).
    slope = np.log(max(1 - errors, 1 / examples))
    return RiskCoverage(
        risk, aurc, _least(int(wrong.sum()), examples), pull, pull + slope * (~right - errors), order
    )


def aurc_of(curves: list[RiskCoverage], *, level: float) -> Measured:
    """Return the mean AURC over members, with its interval over examples and, for several members, starts.

    Measured coverage of the 95 % interval: 93 to 97 % from about 30 errors up.
    """
    return _area([curve.aurc for curve in curves], [curve.pull for curve in curves], curves, level)


def excess_of(curves: list[RiskCoverage], *, level: float) -> Measured:
    """Return the mean excess AURC over members with its interval, which covers in 91 to 96 % of cases."""
    return _area([curve.excess for curve in curves], [curve.excess_pull for curve in curves], curves, level)


def accuracy_at(curves: list[RiskCoverage], right: np.ndarray, coverage: float, *, level: float) -> Measured:
    """Return the mean accuracy over members on the share `coverage` that each is most confident of.

    `right` [members, examples]. The interval also counts that the next sample would put the limit of
    confidence elsewhere: an example's influence is (right − right at the limit)/coverage if kept.
    """
    kept = ceil(coverage * right.shape[1] - 1e-9)
    table = np.stack([_accuracy_pulls(*pair, kept) for pair in zip(curves, right, strict=True)])
    return Measured.of(float(table.mean()), _share_interval(table, kept, level))


def risk_at(curves: list[RiskCoverage], coverage: np.ndarray) -> np.ndarray:
    """Return the risk [members, coverages] at each of `coverage` (shares, 0..1]."""
    examples = len(curves[0].risk)
    kept = np.ceil(coverage * examples - 1e-9).astype(int)
    return np.stack([curve.risk[kept - 1] for curve in curves])


def _pulls(wrong: np.ndarray, mixed: np.ndarray, ties: np.ndarray) -> np.ndarray:
    """Return the influence of each example, in order, on the area E[wrong · −ln P(confidence ≥ own)].

    The contamination derivative of that functional at an example: its own term, less what it takes from all
    that are not more confident: wrong·α − Σ over those of wrong/rank + Σ wrong/n − area.
    """
    ranks = np.arange(1, len(wrong) + 1)
    weight = _mean_of(np.cumsum((1 / ranks)[::-1])[::-1], ties)
    below = _mean_of(np.cumsum((mixed / ranks)[::-1])[::-1], ties)
    pulls = wrong * weight - below
    return pulls - pulls.mean()


def _accuracy_pulls(curve: RiskCoverage, right: np.ndarray, kept: int) -> np.ndarray:
    """Return accuracy + influence of each example on the accuracy among the `kept` most confident."""
    examples, ordered = len(right), right[curve.order]
    near = max(5, examples // 100)
    at_limit = ordered[max(0, kept - near) : kept + near].mean()
    pulls = np.zeros(examples)
    pulls[curve.order[:kept]] = (ordered[:kept] - at_limit) * examples / kept
    return 1 - curve.risk[kept - 1] + pulls - pulls.mean()


def _area(values: list[float], pulls: list[np.ndarray], curves: list[RiskCoverage], level: float) -> Measured:
    examples = len(pulls[0])
    if not any(curve.risk[-1] for curve in curves):  # no error seen: the area is at most the risk
        return Measured(0.0, 0.0, wilson(0, examples, level)[1])
    table = np.array(values)[:, None] + np.stack(pulls)
    found = crossed(table, level)
    value, interval = float(np.mean(values)), found.widest
    if interval is None or value <= 0:
        return Measured.of(max(0.0, value), interval, found.caveat)
    # A small area is skewed, its spread grows with it: symmetric on the logarithm.
    reach = np.exp((interval[1] - value) / value)
    return Measured(value, value / reach, min(1.0, value * reach), caveat=found.caveat)


def _share_interval(table: np.ndarray, kept: int, level: float) -> tuple[float, float] | None:
    """Return the interval of a share of the `kept` that `table` implies; None for one example."""
    parts = components(table)
    if parts.examples < 2:
        return None
    variance = variance_of_mean(parts) if parts.members > 1 else Variance((parts.example_term,))
    return share_interval(parts.mean, variance, kept, level, most=parts.members * kept)


def _least(errors: int, examples: int) -> float:
    """Return the area when the `errors` stand last."""
    ranks = np.arange(1, examples + 1)
    return float((np.maximum(0, ranks - (examples - errors)) / ranks).mean())


def _ties(ordered: np.ndarray) -> np.ndarray:
    """Return the number of the run of equal values that each of `ordered` belongs to."""
    return np.concatenate([[0], np.cumsum(ordered[1:] != ordered[:-1])])


def _mean_of(values: np.ndarray, ties: np.ndarray) -> np.ndarray:
    """Return `values` with each run of ties replaced by its mean."""
    return (np.bincount(ties, weights=values) / np.bincount(ties))[ties]
