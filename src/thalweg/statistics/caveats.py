"""Where intervals were measured to hold the truth less or more often than they promise, in words.

Measured with `benchmarks/coverage.py`; the page `docs/coverage.md` has every cell.
"""

from __future__ import annotations

import numpy as np

from thalweg.statistics.shares import Answers

FEW_STARTS = {2: "90 to 100 %", 3: "91 to 99 %"}
"""What 95 % intervals cover, over starts or over both, by the number of starts."""
FEW_EXAMPLES = 10
"""So few examples as good as alone, all else being right: an interval of a share covers `FEW_COVERED`."""
FEW_COVERED = "92 to 100 %"
UNLIKE, UNLIKE_STARTS, UNLIKE_COVERED = 0.5, 16, "90 to 95 %"
"""Members' rarer answers differ by more than this share of their mean (their standard deviation)."""


def caveat(members: int, answers: Answers | None = None) -> str:
    """Return what is to be said of the intervals of a table, "" where they cover 93 to 97 %.

    Args:
        members: how many there are; one says nothing about others, and nothing is said of it.
        answers: what is known of the table, where it is one of right and wrong.

    Examples:
        >>> from thalweg.statistics.caveats import caveat
        >>> caveat(2)
        'of 2 starts, 95 % intervals cover 90 to 100 %'
        >>> caveat(8)
        ''
    """
    if members in FEW_STARTS:
        return f"of {members} starts, 95 % intervals cover {FEW_STARTS[members]}"
    if answers is None:
        return ""
    if answers.deciding < FEW_EXAMPLES:
        return f"decided by so few examples, 95 % intervals cover {FEW_COVERED}"
    if 1 < members < UNLIKE_STARTS and _spread(answers) > UNLIKE:
        return f"of starts so unlike, 95 % intervals over starts cover {UNLIKE_COVERED}"
    return ""


def _spread(answers: Answers) -> float:
    mean = answers.parts.mean
    return float(np.std(answers.parts.member_means, ddof=1)) / min(mean, 1 - mean)
