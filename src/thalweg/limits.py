"""How far what is read may go: every limit on files that somebody else may have written, in one place.

What an honest file holds is far below each of them. They are there so that a small file cannot take all
memory, all time or all of Python's stack.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from typing import Any

DEEPEST = 32
"""Levels of lists and tables in a file that is read; nothing of ours nests half as deep."""

LARGEST = 10**308
"""The largest whole number: one of more digits is no floating-point number any more."""

LONGEST_TEXT = 100_000
"""Letters of one text in a record or a recipe: a name, a sentence, a command line."""

SHARE = 0.5
"""Of the memory that is left, what the content of one file may take: it is scaled and trained on, too."""

LARGEST_PICTURE = 64_000_000
"""Pixels of one picture: a file of 200 bytes can claim a hundred million, which take a gigabyte."""

LONGEST_NAME, LONGEST_PATH = 255, 4095
"""Bytes of a name and of a whole path that the usual file systems take."""

SQUARED = 300
"""Classes up to which a table of classes by classes is written and drawn whole.

Of more, the pairs that occur are: 10,000 classes have 100 million pairs, which take 8 GB as JSON.
"""


def refuse_beyond(content: Any) -> Any:
    """Return `content`, lists, tables and plain values, where it is within the limits.

    Raises `ValueError` that says which limit it is beyond: levels, digits of a number, letters of a text.

    Examples:
        >>> from thalweg.limits import refuse_beyond
        >>> refuse_beyond({"epochs": [1, 2]})
        {'epochs': [1, 2]}
        >>> refuse_beyond({"epochs": 10**400})
        Traceback (most recent call last):
        ValueError: a number of more than 308 digits
    """
    level = [content]
    for _ in range(DEEPEST):
        for value in level:
            _refuse_long(value)
        level = [child for each in level for child in _children(each)]
    if level:
        raise ValueError(f"lists and tables nested more than {DEEPEST} deep")
    return content


def refuse_large_picture(width: int, height: int) -> None:
    """Raise `ValueError` for a picture of more than `LARGEST_PICTURE` pixels.

    Examples:
        >>> from thalweg.limits import refuse_large_picture
        >>> refuse_large_picture(8, 16_777_225)
        Traceback (most recent call last):
        ValueError: it has 134,217,800 pixels: at most 64,000,000 are read
    """
    if width * height > LARGEST_PICTURE:
        raise ValueError(f"it has {width * height:,} pixels: at most {LARGEST_PICTURE:,} are read")


def toml(text: str) -> dict[str, Any]:
    """Return the table that TOML text holds.

    Raises `ValueError` for what is no TOML, or beyond the limits.
    """
    try:
        return refuse_beyond(tomllib.loads(text))
    except RecursionError:
        raise ValueError(f"lists and tables nested more than {DEEPEST} deep") from None


def _refuse_long(value: Any) -> None:
    if isinstance(value, int) and abs(value) > LARGEST:
        raise ValueError("a number of more than 308 digits")
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise ValueError(f"a text of more than {LONGEST_TEXT:,} letters")


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else ()
