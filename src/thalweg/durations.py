"""How long something took, in words."""

from __future__ import annotations


def duration(seconds: float, *, unit: str = "s") -> str:
    """Return `4.2 s` or `3 min 5 s`; `unit` is what seconds are called where there are no minutes."""
    if seconds < 60:
        return f"{seconds:.1f} {unit}"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes:,} min {rest} s"


def clock(seconds: float) -> str:
    """Return `1:02:03` or `2:03`, as a clock that runs shows it."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def roughly(seconds: float) -> str:
    """Return a long time in two figures, where `duration` would promise more: `8.3 hours`, `5.2 days`.

    Examples:
        >>> from thalweg.durations import roughly
        >>> roughly(30_000), roughly(450_000), roughly(974)
        ('8.3 hours', '5.2 days', '16 min 14 s')
    """
    for unit, length in (("years", 365 * 86_400), ("days", 86_400), ("hours", 3_600)):
        if seconds >= 2 * length:
            count = seconds / length
            return f"{count:,.1f} {unit}" if count < 9.95 else f"{count:,.0f} {unit}"
    return duration(seconds)
