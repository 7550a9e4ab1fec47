"""How long something took, in words."""

from __future__ import annotations


def duration(seconds: float, *, unit: str = "s") -> str:
    """Return `4.2 s` or `3 min 5 s`; `unit` is what seconds are called where there are no minutes."""
    if seconds < 60:
        return f"{seconds:.1f} {unit}"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes:,} min {rest} s"
