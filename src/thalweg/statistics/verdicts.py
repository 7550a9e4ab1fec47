"""What an interval decides: yes, no, or open."""

from __future__ import annotations

from thalweg.measured import Measured

YES, NO, OPEN = "yes", "no", "open"


def above(found: Measured, level: float) -> str:
    """Return whether a number is surely above `level`, surely below it, or neither.

    Examples:
        >>> from thalweg.measured import Measured
        >>> from thalweg.statistics.verdicts import above
        >>> [above(Measured(3.0, 2.0, 4.0), level) for level in (1.0, 3.5, 5.0)]
        ['yes', 'open', 'no']
    """
    if found.low is None or found.high is None:
        return OPEN
    return YES if found.low > level else NO if found.high < level else OPEN


def both(*verdicts: str) -> str:
    """Return yes where all are, no where one is not, else open."""
    if NO in verdicts:
        return NO
    return YES if all(verdict == YES for verdict in verdicts) else OPEN


def within(found: Measured, margin: float) -> bool:
    """Return whether a number is surely nearer to 0 than `margin`."""
    return found.low is not None and found.high is not None and -margin < found.low <= found.high < margin
