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
SELDOM, OF_TWO = "in at most 6 % of cases", "in up to 8 % of cases"
"""How often `paired_difference` shows a difference at 95 % where there is none."""
MEASURED_AT = 0.95
"""The level at which all of this was measured."""


def caveat(members: int, answers: Answers | None = None, level: float = MEASURED_AT) -> str:
    """Return what is to be said of the intervals of a table, "" where they cover 93 to 97 %.

    Args:
        members: how many there are; one says nothing about others, and nothing is said of it.
        answers: what is known of the table, where it is one of right and wrong.
        level: of the intervals that this is said of; another than 95 % is named.

    Examples:
        >>> from thalweg.statistics.caveats import caveat
        >>> caveat(2)
        'of 2 starts, 95 % intervals cover 90 to 100 %'
        >>> caveat(8)
        ''
    """
    said = _covered(members, answers)
    return f"{said}{_other(level, 'which was not tried')}" if said else ""


def _covered(members: int, answers: Answers | None) -> str:
    if members in FEW_STARTS:
        return f"of {members} starts, 95 % intervals cover {FEW_STARTS[members]}"
    if answers is None:
        return ""
    if answers.rarer * answers.parts.examples < FEW_EXAMPLES:
        return f"decided by so few examples, 95 % intervals cover {FEW_COVERED}"
    if 1 < members < UNLIKE_STARTS and _spread(answers) > UNLIKE:
        return f"of starts so unlike, 95 % intervals over starts cover {UNLIKE_COVERED}"
    return ""


def _other(level: float, said: str) -> str:
    """Return the level of the intervals where it is not the one that was measured, and what is said of it."""
    if abs(level - MEASURED_AT) < 1e-9:
        return ""
    return f"; this is one of {100 * level:.4g} %, {said}"


def caveat_of_difference(first: Answers, second: Answers, level: float = MEASURED_AT) -> str:
    """Return how often a difference of two tables is shown where there is none; each has several members.

    `level`: of the intervals that this is said of; another than 95 % is named.

    Examples:
        >>> from thalweg.statistics.caveats import caveat_of_difference
        >>> from thalweg.statistics.shares import Answers
        >>> right = np.random.default_rng(0).random((8, 100)) < 0.8
        >>> caveat_of_difference(Answers.of(right[:2]), Answers.of(right[2:]))
        '2 starts on a side show few differences, and where there is none, intervals of 95 % show one ...'
    """
    fewest = min(first.parts.members, second.parts.members)
    shown = f"intervals of 95 % show one {OF_TWO if fewest == 2 else SELDOM}"
    less = _other(level, "which show one less often" if level > MEASURED_AT else "which show one more often")
    if fewest in FEW_STARTS:
        return f"{fewest} starts on a side show few differences, and where there is none, {shown}{less}"
    return f"where there is no difference, {shown}{less}"


def _spread(answers: Answers) -> float:
    """Return how far members' shares of the rarer answer lie apart, as a share of the mean.

    The standard deviation without the luck of the examples that is in it.
    """
    parts = answers.parts
    true = max(0.0, parts.member_square - answers.noise[0] * parts.cells) / parts.examples
    return sqrt(true) / answers.rarer if answers.rarer > 0 else 0.0
