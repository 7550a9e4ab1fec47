"""Where intervals were measured to hold the truth less or more often than they promise, in words.

Measured with `benchmarks/coverage.py`; the page `docs/coverage.md` has every cell.
"""

from __future__ import annotations

from math import sqrt

from thalweg.statistics.shares import Answers

FEW_STARTS = {2: "90 to 100 %", 3: "90 to 99 %"}
"""What 95 % intervals cover, over starts or over both, by the number of starts."""
FEW_EXAMPLES = 4
"""Where each member is wrong, or right, on fewer examples, intervals of a share cover `FEW_COVERED`."""
FEW_COVERED = "89 to 100 %"
UNLIKE, UNLIKE_STARTS, UNLIKE_COVERED = 0.5, 16, "90 to 95 %"
"""The standard deviation between members in their rarer answers, as a share of the mean, from which they are
called unlike where they are fewer than this, and what intervals over starts then cover."""
SELDOM, OFTEN = "in at most 6 % of cases", "in up to 9 % of cases"
"""How often `paired_difference` shows a difference at 95 % where there is none."""


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
    if answers.rarer * answers.parts.examples < FEW_EXAMPLES:
        return f"decided by so few examples, 95 % intervals cover {FEW_COVERED}"
    if 1 < members < UNLIKE_STARTS and _spread(answers) > UNLIKE:
        return f"of starts so unlike, 95 % intervals over starts cover {UNLIKE_COVERED}"
    return ""


def caveat_of_difference(first: Answers, second: Answers) -> str:
    """Return how often a difference of two tables is shown where there is none; each has several members.

    Examples:
        >>> from thalweg.statistics.caveats import caveat_of_difference
        >>> from thalweg.statistics.shares import Answers
        >>> right = np.random.default_rng(0).random((8, 100)) < 0.8
        >>> caveat_of_difference(Answers.of(right[:2]), Answers.of(right[2:]))
        '2 starts on a side show few differences, and where there is none, one in up to 9 % of cases'
    """
    fewest = min(first.parts.members, second.parts.members)
    if fewest in FEW_STARTS:
        return f"{fewest} starts on a side show few differences, and where there is none, one {OFTEN}"
    unlike = max(_spread(first), _spread(second)) > UNLIKE
    alarms = OFTEN if unlike and fewest < UNLIKE_STARTS else SELDOM
    return f"where there is no difference, intervals of 95 % show one {alarms}"


def _spread(answers: Answers) -> float:
    """Return how far members' shares of the rarer answer lie apart, as a share of the mean.

    The standard deviation without the luck of the examples that is in it.
    """
    parts = answers.parts
    true = max(0.0, parts.member_square - answers.noise[0] * parts.cells) / parts.examples
    return sqrt(true) / answers.rarer if answers.rarer > 0 else 0.0
