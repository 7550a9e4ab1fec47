"""How large something is on disk, in words."""

from __future__ import annotations

UNITS = ("KB", "MB", "GB", "TB")
"""Each a thousand of the one before, as file managers and disk makers count."""


def size(count: int) -> str:
    """Return a number of bytes with two or three figures: `812 bytes`, `42 KB`, `3.1 MB`.

    Examples:
        >>> from thalweg.sizes import size
        >>> size(42_300), size(3_140_000)
        ('42 KB', '3.1 MB')
    """
    if count < 1000:
        return "1 byte" if count == 1 else f"{count} bytes"
    scaled = float(count)
    for unit in UNITS:
        scaled /= 1000
        text = f"{scaled:.{1 if scaled < 9.95 else 0}f}"
        if float(text) < 1000:  # 999,999 bytes are 1.0 MB, not 1000 KB
            return f"{text} {unit}"
    return f"{scaled:,.0f} {UNITS[-1]}"
