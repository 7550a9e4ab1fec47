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
