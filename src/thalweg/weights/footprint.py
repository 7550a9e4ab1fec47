"""How much memory matching the members of one population takes, and the lines between all of their pairs."""

from __future__ import annotations

from thalweg import budget
from thalweg.weights.barriers import PAIRS_AT_ONCE
from thalweg.weights.interpolation import BYTES_AT_ONCE

COPIES = 4
"""The members stacked, one by one, rearranged for a pair, and all rearranged at once."""


def needs_of_matching(
    members: int, *, inputs: int, width: int, classes: int, examples: int
) -> tuple[budget.Need, ...]:
    """Return what matching perceptrons of one hidden layer takes, two by two and all at once.

    `inputs`: numbers of an example; `examples` that cost and activations are measured on.

    Examples:
        >>> from thalweg import budget
        >>> from thalweg.weights.footprint import needs_of_matching
        >>> sizes = {"inputs": 784, "width": 512, "classes": 10, "examples": 2000}
        >>> budget.total(needs_of_matching(64, **sizes)) // 10**8
        31
    """
    unit = inputs + 1 + classes
    one = budget.FLOAT * (width * unit + classes)
    at_once = min(PAIRS_AT_ONCE, members * (members - 1) // 2)
    # of every unit five copies at a time, and of orders as matrices four
    together = budget.DOUBLE * width * (5 * unit + 4 * width)
    return (
        budget.Need("the members, as they are and rearranged", COPIES * members * one),
        budget.Need("lines between pairs", 2 * at_once * one + BYTES_AT_ONCE),
        budget.Need("what hidden units sum and do", 2 * budget.FLOAT * members * examples * width),
        budget.Need("one order for all members", members * together),
        budget.Need("compiled programs", budget.BASE),
    )


def refuse_large_matching(members: int, *, inputs: int, width: int, classes: int, examples: int) -> None:
    """Raise `TooLarge` where so many members cannot be matched in the memory there is."""
    sizes = {"inputs": inputs, "width": width, "classes": classes, "examples": examples}
    budget.refuse_too_large(
        f"Matching {members:,} members of width {width}",
        lambda count: needs_of_matching(count, **sizes),
        members=members,
        smaller="leave out the widest: --widths",
    )
