"""Many intervals that are to hold together: of twenty at 95 %, one is expected to miss.

Bonferroni's: each at a level so high that all of them hold at the level asked for, however they depend on one
another (Miller, *Simultaneous Statistical Inference*, 1981, section 1.3).
"""

from __future__ import annotations

from thalweg.statistics.quantiles import checked_level


def level_of_each(count: int, level: float = 0.95) -> float:
    """Return the level that each of `count` intervals needs, so that all hold at `level` together.

    Raises `EvaluationError` for a level outside 0..1.

    Examples:
        >>> from thalweg.statistics.simultaneous import level_of_each
        >>> level_of_each(10)
        0.995
    """
    return 1 - (1 - checked_level(level)) / max(1, count)
