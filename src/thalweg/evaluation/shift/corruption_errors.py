"""How often members are wrong on pictures damaged in set ways, against the same pictures undamaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp

import numpy as np

from thalweg.data.corruptions import CORRUPTIONS
from thalweg.data.dataset import Split
from thalweg.evaluation.classifier import Classifier
from thalweg.evaluation.shift.changed import AnswersOnChanged, answered
from thalweg.measured import Measured
from thalweg.record import Entry
from thalweg.statistics.correlation import rank_correlation
from thalweg.statistics.intervals import counted, crossed


@dataclass(frozen=True, eq=False)
class CorruptionError(Entry, aside=("member_error",)):
    """Share of wrong answers, 0..1, on pictures damaged in one way.

    `relative`: error divided by the error on the same pictures undamaged, None where that is 0.
    `confidence`: mean confidence. `member_error`: float64 [members].
    """

    error: Measured
    relative: Measured | None
    ensemble_error: Measured
    confidence: Measured
    member_error: np.ndarray


@dataclass(frozen=True, eq=False)
class CorruptionErrors:
    """Errors under each corruption, and their unweighted means.

    `mean`: over corruptions, then as any mean over members and examples. `relative_mean`: `mean` divided by
    `clean`, None where that is 0. `ranking`: Spearman's correlation over members between clean error and mean
    corruption error, None for fewer than four members or where all are equal. `clean_member_error`: float64
    [members].
    """

    kinds: Mapping[str, CorruptionError]
    clean: Measured
    ensemble_clean: Measured
    mean: Measured
    ensemble_mean: Measured
    relative_mean: Measured | None
    ranking: Measured | None
    clean_member_error: np.ndarray
    examples: int

    @property
    def hardest_first(self) -> list[str]:
        """The corruptions, the one with the largest error first."""
        return sorted(self.kinds, key=lambda name: -self.kinds[name].error.value)


def corruption_errors(
    asked: Classifier, split: Split, names: list[str], *, seed: int, level: float, clean: AnswersOnChanged
) -> CorruptionErrors:
    """Ask about the pictures of `split` under each corruption named, the same pictures every time.

    `clean`: the answers on the pictures as they are. `seed`: of what the corruptions draw. `level`: of the
    intervals, 0..1.
    """
    wrong = ~clean.right
    total, ensemble_total = np.zeros(wrong.shape, np.float32), np.zeros(wrong.shape[1])
    kinds = {}
    for name in names:
        answers = answered(asked, split, CORRUPTIONS[name], seed)
        total += ~answers.right
        ensemble_total += ~answers.ensemble_right
        kinds[name] = _kind(answers, wrong, level)
    mean = total / np.float32(len(names))
    return CorruptionErrors(
        kinds=kinds,
        clean=crossed(wrong, level).measured,
        ensemble_clean=_ensemble_error(clean, level),
        mean=crossed(mean, level, limits=(0.0, 1.0)).measured,
        ensemble_mean=crossed(ensemble_total[None] / len(names), level, limits=(0.0, 1.0)).measured,
        relative_mean=ratio(mean, wrong, level),
        ranking=rank_correlation(wrong.mean(axis=1), mean.mean(axis=1, dtype=np.float64), level),
        clean_member_error=wrong.mean(axis=1),
        examples=clean.examples,
    )


def _kind(answers: AnswersOnChanged, clean_wrong: np.ndarray, level: float) -> CorruptionError:
    wrong = ~answers.right
    return CorruptionError(
        error=crossed(wrong, level).measured,
        relative=ratio(wrong, clean_wrong, level),
        ensemble_error=_ensemble_error(answers, level),
        confidence=crossed(answers.confidence, level, limits=(0.0, 1.0)).measured,
        member_error=wrong.mean(axis=1),
    )


def _ensemble_error(answers: AnswersOnChanged, level: float) -> Measured:
    return counted(answers.examples - int(answers.ensemble_right.sum()), answers.examples, level)


def ratio(upper: np.ndarray, lower: np.ndarray, level: float = 0.95) -> Measured | None:
    """Return mean(upper) / mean(lower) of two tables [members, examples], with its interval.

    Members and examples are the same in both. The interval is that of the mean of
    (upper − ratio · lower) / mean(lower), whose variance is the ratio's to first order (Cochran, *Sampling
    Techniques*, 3rd ed. 1977, eq. 6.4), taken on the logarithm so that it stays above 0. None where
    mean(lower) is 0; without an interval where mean(upper) is 0.
    """
    divisor = float(lower.mean(dtype=np.float64))
    if divisor == 0:
        return None
    value = float(upper.mean(dtype=np.float64)) / divisor
    found = crossed((upper - value * lower) / divisor, level)
    linear = found.widest
    if linear is None or value == 0:
        return Measured(value)
    reach = (linear[1] - linear[0]) / 2 / value
    return Measured(value, value * exp(-reach), value * exp(reach), caveat=found.caveat)
