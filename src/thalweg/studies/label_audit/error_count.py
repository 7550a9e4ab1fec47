"""How many labels are wrong: an estimate whose interval is honest, from a population's out-of-sample answers.

Members err on hard examples; a wrong label strikes easy and hard examples alike. So the share of labels that
differ from the members' choice falls with easiness to a floor that members' own errors do not reach, and the
floor is the share of wrong labels. The same curve, with the same name for its floor, is the psychometric
function with a lapse rate (Wichmann & Hill, Perception & Psychophysics 63, 2001, equation 1).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit
from scipy.stats import chi2

from thalweg.measured import Measured
from thalweg.record import Entry
from thalweg.studies.label_audit.confusion import Confusion, easiness

MOST_BINS, PER_BIN = 60, 5
"""Examples are counted in bins of equal easiness, narrower where it is hard; at least so many in the mean."""

POWERS = (0.1, 0.2, 0.35, 0.5, 0.7, 1.0, 1.5)
"""How the members' errors may fall: log odds linear in a power of the rank (Box & Cox 1964) ..."""

TAIL_POWERS = (0.35, 0.6, 1.0, 1.5)
"""... or in a power of -log(1 - rank), which grows without end as confidences do."""

FLOORS = np.concatenate([[1e-9], np.geomspace(1e-6, 0.9, 80)])
"""Shares of wrong labels that are tried first; then as many between those that fit nearly as well."""

NEARLY = 8.0
"""How far below the best a log likelihood may be to be looked at more closely; an interval needs 1.92."""

FLAT = 0.01
"""Log likelihoods as near as this are alike."""

USUAL = 0.034
"""Mean share of wrong labels in ten test sets, confirmed by people (Northcutt, Athalye & Mueller 2021)."""

STEPS, PATIENCE, ENOUGH = 60, 4, 1e-5
"""Most Fisher scoring steps, and how many in a row may gain less than enough."""

WEAK = 0.1
"""Judges that tell an interval from none to more than this share of labels tell nothing."""

DISPUTED = 0.01
"""A label is disputed when the population, noise taken out, gives it less than this probability."""


@dataclass(frozen=True)
class ErrorCount(Entry):
    """How many labels are wrong.

    `wrong`: the estimate with its interval. The value and the low end count errors that strike easy and hard
    examples alike; the high end adds the hard examples whose label the population rejects, since for those
    nobody but a person can say whether the label or the population is wrong. `even`: the same without
    those. `expected`: how many that leads one to expect, given that wrong labels are rare elsewhere; how
    likely each label is wrong agrees with it. `disputed`: labels that the population gives less than 1 %.
    `detected`: the share of such errors that would be disputed (found by giving every example a wrong label
    and asking the same members).
    """

    wrong: Measured
    even: Measured
    expected: float
    disputed: int
    detected: float

    def with_unknown(self, labels: int) -> ErrorCount:
        """Return the same among `labels` more that nobody can judge: any of them may be wrong."""
        if not labels:
            return self
        return replace(self, wrong=replace(self.wrong, high=(self.wrong.high or 0.0) + labels))


def nothing_known(labels: int) -> ErrorCount:
    """Return the count of so many labels of which none can be judged."""
    unknown = Measured(math.nan, 0.0, float(labels))
    return ErrorCount(unknown, unknown, math.nan, 0, math.nan)


@dataclass(frozen=True)
class Floor:
    """The share of labels that differ even on the easiest examples: its `rate`, and what is `expected` of it
    where rates are known to be low elsewhere.
    """

    rate: Measured
    expected: float

    @property
    def believed(self) -> float:
        """The rate, or none where the judges are too weak to tell some wrong labels from none."""
        low, high = self.rate.low or 0.0, 1.0 if self.rate.high is None else self.rate.high
        return self.rate.value if low > 0 or high <= WEAK else 0.0


def floor_of(probabilities: np.ndarray, labels: np.ndarray, *, level: float = 0.95) -> Floor:
    """Return the floor under the share of `labels` that differ from `probabilities` [examples, classes]."""
    differs = probabilities.argmax(axis=1) != labels
    return Floor(*_lapses(easiness(probabilities), differs, level))


def count_errors(
    probabilities: np.ndarray, labels: np.ndarray, confusion: Confusion, floor: Floor | None = None
) -> ErrorCount:
    """Estimate how many `labels` are wrong from out-of-sample `probabilities` [examples, classes].

    `floor`: what `floor_of` says of them. Its interval is where the likelihood of the floor, the rest of the
    curve fitted anew, is not too far below its best (profile likelihood, Wilks 1938). Measured coverage of
    95 % intervals in simulations of members from weak to strong: see `tests/studies/test_error_count.py`.

    It takes wrong labels to be as frequent among hard examples as among easy ones of the same class. Where
    members are right on no part of the examples, the floor cannot be told from their errors: the interval is
    wide then, and its low end 0.
    """
    examples = len(labels)
    chosen = probabilities.argmax(axis=1)
    floor = floor_of(probabilities, labels) if floor is None else floor
    rate = floor.rate
    even = Measured(*(examples * end for end in (rate.value, rate.low or 0.0, rate.high or 1.0)))
    clean = confusion.clean(probabilities)
    place = np.arange(examples)
    disputed = int(((clean[place, labels] < DISPUTED) & (chosen != labels)).sum())
    detected = _detected(clean, chosen, confusion.transition)
    excess = max(0.0, disputed - even.value * detected)
    high = min(float(examples), (even.high or 0.0) + excess)
    expected = examples * floor.expected
    return ErrorCount(Measured(even.value, even.low, high), even, expected, disputed, detected)


def lapse_rate(rank: np.ndarray, differs: np.ndarray, *, level: float = 0.95) -> Measured:
    """Return the share to which `differs` bool [examples] falls as `rank` [examples], 0..1, grows.

    The chance to differ is floor + (1 - floor) expit(a - b w(rank)) with b >= 0 and w a Box-Cox power.
    Maximum likelihood with the profile interval at `level`.
    """
    return _lapses(rank, differs, level)[0]


def _lapses(rank: np.ndarray, differs: np.ndarray, level: float) -> tuple[Measured, float]:
    """Return the rate as `lapse_rate` does, and what it is expected to be before and after looking."""
    data = _binned(rank, np.asarray(differs, dtype=np.float64))
    if data[2].sum() == 0:  # exact: none among so many (Clopper & Pearson 1934)
        return Measured(0.0, 0.0, 1 - (0.5 - level / 2) ** (1 / len(rank))), 0.0
    floors = _closer(FLOORS, _profile(FLOORS, *data))
    profile = _profile(floors, *data)
    # where the likelihood is flat, members' errors do not fall: what differs is then put down to labels
    best = int(np.flatnonzero(profile >= profile.max() - FLAT)[-1])
    value = 0.0 if best == 0 and floors[0] == FLOORS[0] else _peak(best, floors, profile)
    reach = profile[best] - chi2.ppf(level, 1) / 2
    low = _crossing(floors[: best + 1], profile[: best + 1], reach)
    high = _crossing(floors[best:][::-1], profile[best:][::-1], reach)
    low = 0.0 if low <= FLOORS[0] else low
    return Measured(value, min(low, value), max(high, value)), _expected(floors, profile)


def _expected(floors: np.ndarray, profile: np.ndarray) -> float:
    """Return the mean rate that likelihood and `USUAL` rates together expect.

    Where the likelihood is flat, nothing is known of these labels but that wrong ones are rare elsewhere.
    """
    weights = np.exp(profile - profile.max() - floors / USUAL) * np.gradient(floors)
    return float((floors * weights).sum() / weights.sum())


def _closer(floors: np.ndarray, profile: np.ndarray) -> np.ndarray:
    """Return as many floors between the neighbours of those whose likelihood is nearly the best."""
    near = np.flatnonzero(profile >= profile.max() - NEARLY)
    low, high = floors[max(near[0] - 1, 0)], floors[min(near[-1] + 1, len(floors) - 1)]
    return np.geomspace(low, high, len(floors))


def _binned(rank: np.ndarray, differs: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean rank, number of examples and number that differ of each bin that is not empty."""
    bins = int(np.clip(len(rank) // PER_BIN, 3, MOST_BINS))
    place = np.minimum((np.sqrt(np.clip(rank, 0.0, 1.0)) * bins).astype(int), bins - 1)
    sizes = np.bincount(place, minlength=bins)
    full = sizes > 0
    ranks = np.bincount(place, weights=rank, minlength=bins)[full] / sizes[full]
    return ranks, sizes[full], np.bincount(place, weights=differs, minlength=bins)[full]


def _profile(floors: np.ndarray, ranks: np.ndarray, sizes: np.ndarray, hits: np.ndarray) -> np.ndarray:
    """Return the best log likelihood at each of `floors`."""
    best = np.full(len(floors), -np.inf)
    tail = -np.log1p(-np.minimum(ranks, 1 - 1e-9))
    weights = [ranks**power for power in POWERS] + [tail**power for power in TAIL_POWERS]
    for weight in weights:
        best = np.maximum(best, _fitted(floors[:, None], weight, sizes, hits))
    return best


def _fitted(floor: np.ndarray, weight: np.ndarray, sizes: np.ndarray, hits: np.ndarray) -> np.ndarray:
    """Return the log likelihood at each floor with the best falling curve, by damped Fisher scoring."""
    values, damping = np.tile([0.0, 5.0], (len(floor), 1)), np.full(len(floor), 1e-3)
    now = _likelihood(values, floor, weight, sizes, hits)
    stale = 0
    for _ in range(STEPS):
        step = _scoring_step(values, damping, floor, weight, sizes, hits)
        # the curve may only fall, and no steeper than can be told from a cliff
        tried = np.clip(values + step, [-20.0, 0.0], [200.0, 400.0])
        then = _likelihood(tried, floor, weight, sizes, hits)
        better = then > now
        stale = 0 if (then - now).max() > ENOUGH else stale + 1
        values, now = np.where(better[:, None], tried, values), np.where(better, then, now)
        damping = np.clip(np.where(better, damping / 4, damping * 8), 1e-9, 1e9)
        if stale == PATIENCE:
            break
    return now


def _chance(values: np.ndarray, floor: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    own = expit(values[:, :1] - values[:, 1:] * weight)
    return np.clip(floor + (1 - floor) * own, 1e-12, 1 - 1e-12), own


def _likelihood(
    values: np.ndarray, floor: np.ndarray, weight: np.ndarray, sizes: np.ndarray, hits: np.ndarray
) -> np.ndarray:
    chance, _ = _chance(values, floor, weight)
    return (hits * np.log(chance) + (sizes - hits) * np.log1p(-chance)).sum(axis=1)


def _scoring_step(
    values: np.ndarray, damping: np.ndarray, floor: np.ndarray, weight: np.ndarray, *data: np.ndarray
) -> np.ndarray:
    """Return one step [floors, 2] of intercept and slope (Levenberg-Marquardt on Fisher's information)."""
    sizes, hits = data
    chance, own = _chance(values, floor, weight)
    slope = (1 - floor) * own * (1 - own)
    score = (hits / chance - (sizes - hits) / (1 - chance)) * slope
    information = sizes * slope**2 / (chance * (1 - chance))
    inward = np.stack([np.ones_like(weight), -weight])
    gradient = score @ inward.T
    hessian = np.einsum("fb,ib,jb->fij", information, inward, inward)
    diagonal = np.einsum("fii->fi", hessian)
    diagonal += damping[:, None] * (diagonal + 1e-6) + 1e-9
    return np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]


def _peak(best: int, floors: np.ndarray, profile: np.ndarray) -> float:
    """Return the floor at the top of the parabola through the best point and its neighbours, in logs."""
    if best in (0, len(floors) - 1):
        return float(floors[best])
    logs, values = np.log(floors[best - 1 : best + 2]), profile[best - 1 : best + 2]
    curvature = values[0] - 2 * values[1] + values[2]
    shift = 0.0 if curvature >= 0 else 0.5 * (values[0] - values[2]) / curvature
    return float(np.exp(logs[1] + np.clip(shift, -1, 1) * (logs[2] - logs[1])))


def _crossing(floors: np.ndarray, profile: np.ndarray, reach: float) -> float:
    """Return the first of `floors` at which the profile rises to `reach`, interpolated in logs."""
    place = int((profile >= reach).argmax())
    if place == 0:
        return float(floors[0])
    part = (reach - profile[place - 1]) / (profile[place] - profile[place - 1])
    ends = np.log(floors[[place - 1, place]])
    return float(np.exp(ends[0] + part * (ends[1] - ends[0])))


def _detected(clean: np.ndarray, chosen: np.ndarray, transition: np.ndarray) -> float:
    """Return the share of wrong labels that would be disputed: of each example's wrong labels, by rate."""
    rates = np.array(transition)
    np.fill_diagonal(rates, 0.0)
    rates /= rates.sum(axis=1, keepdims=True)
    return float(((clean < DISPUTED) * rates[chosen]).sum(axis=1).mean())
