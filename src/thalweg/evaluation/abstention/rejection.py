"""Refusing: "this is none of them" below a confidence that few real examples fall short of."""

from __future__ import annotations

import numpy as np

from thalweg.evaluation.abstention.conformal import against_calibration, threshold
from thalweg.evaluation.abstention.record import Rejection
from thalweg.evaluation.abstention.threshold_luck import in_common, paths, ranks, with_luck
from thalweg.measured import Measured
from thalweg.statistics.intervals import crossed


def rejection(
    confidence: np.ndarray, calibrating: np.ndarray, noise: np.ndarray | None, *, rate: float, level: float
) -> Rejection:
    """Return what is refused when a share `rate` of real examples may be.

    `confidence` [members, examples] of real examples, `calibrating` bool [examples] those that set each
    member's limit; `noise` [members, images], or None. `level`: of the intervals, which count the limit's own
    luck.
    """
    # Refused is what is less sure than all but a share `rate`: a conformal threshold on −confidence.
    setting = confidence[:, calibrating]
    limits = -np.array([threshold(-own, 1 - rate) for own in setting])
    refused = confidence < limits[:, None]
    alarms = against_calibration(refused[:, ~calibrating], refused[:, calibrating], level)
    found = None if noise is None else _refused(noise, setting, limits, rate=rate, level=level)
    return Rejection(float(np.maximum(limits, 0).mean()), alarms, found)


def _refused(
    noise: np.ndarray, setting: np.ndarray, limits: np.ndarray, *, rate: float, level: float
) -> Measured:
    """Return the share of `noise` under the `limits` [members], which are set by `setting`."""
    given = crossed(noise < limits[:, None], level).measured
    place = ranks(setting.shape[1], 1 - rate, level)
    if place is None:  # no limit could be set: nothing is ever refused
        return given
    moved = []
    for own, values in zip(setting, np.sort(noise, axis=1), strict=True):
        under = lambda limit, values=values: np.searchsorted(values, -limit) / len(values)  # noqa: E731
        moved.append(paths(-own, place, lambda limit, under=under: under(limit)[None])[0])
    common = in_common(setting >= limits[:, None])
    return with_luck(given, np.mean(moved, axis=0), common, (0.0, 1.0))
