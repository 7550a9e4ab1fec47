"""How many standard errors an interval reaches at a confidence level."""

from __future__ import annotations

from scipy.special import ndtri, stdtrit

from thalweg.errors import EvaluationError


def normal_quantile(level: float) -> float:
    """Return how many standard errors around a normal mean hold a share `level` of it: 1.96 for 0.95.

    Raises `EvaluationError` for a level outside 0..1, as `student_quantile` does.
    """
    return float(ndtri((1 + checked_level(level)) / 2))


def student_quantile(level: float, freedom: float) -> float:
    """Return the same where the standard error was estimated with `freedom` degrees of freedom."""
    return float(stdtrit(freedom, (1 + checked_level(level)) / 2))


def checked_level(level: float) -> float:
    """Return `level`. Raises `EvaluationError` where it is no confidence level."""
    if not 0.0 < level < 1.0:
        raise EvaluationError(
            f"level={level}: expected a confidence level strictly between 0 and 1.",
            hint="use level=0.95 for a 95 % interval.",
        )
    return level
