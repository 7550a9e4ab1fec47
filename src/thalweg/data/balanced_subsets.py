"""Which examples each member trains on, where every member leaves some out: dealt like cards.

Usable without training anything: whoever fits members, networks or others, is told by this who learns what.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from thalweg.errors import StudyError

LEAST_BLOCK, FINEST_SHARE = 10, 100


def block_size(share: float) -> int:
    """Return the members of a block: within one, every example is left out of the same number of members.

    Raises `StudyError` for a share that is not strictly between 0 and 1.
    """
    return _design(share)[0]


def balanced_subsets(examples: int, members: int, *, share: float, seed: int, first: int = 0) -> np.ndarray:
    """Draw which examples each member trains on, bool [members, examples]; the rows are random but balanced.

    Members come in blocks (of ten, for a share of 0.7). Within a block every example is left out of exactly
    the same number of members, so that no score is undefined, and the sizes of the members' subsets differ
    by one at most. Member m's row depends on `seed`, `share` and `examples` alone, whatever `members` and
    `first` are asked for. A share is taken to the nearest fraction with a denominator of 100 at most.

    Raises `StudyError` for a share that is not strictly between 0 and 1.
    """
    block, _ = _design(share)
    numbers = range(first // block, -(-(first + members) // block))
    if not numbers:
        return np.empty((0, examples), dtype=bool)
    rows = np.concatenate([_one_block(examples, share, seed, number) for number in numbers])
    return rows[first - numbers.start * block :][:members]


def _design(share: float) -> tuple[int, int]:
    """Return the members of a block, and how many of them an example is left out of."""
    left_out = 1 - Fraction(share).limit_denominator(FINEST_SHARE) if 0 < share < 1 else Fraction(0)
    if not 0 < left_out < 1:
        raise StudyError(
            f"share={share:g}: each member must train on some of the examples and leave some out.",
            hint=f"give a share between {1 / FINEST_SHARE:g} and {1 - 1 / FINEST_SHARE:g}, such as 0.7.",
        )
    block = left_out.denominator * -(-LEAST_BLOCK // left_out.denominator)
    return block, int(block * left_out)


def _one_block(examples: int, share: float, seed: int, number: int) -> np.ndarray:
    """Deal the examples that are left out around the members of one block, as cards are dealt.

    Examples are shuffled, and so is the order of the members anew each time that every member has got the
    same number, so that which members leave two examples out together is chance.
    """
    block, out = _design(share)
    generator = np.random.default_rng([seed, examples, block, out, number])
    period = block // math.gcd(block, out)
    groups = -(-examples // period)
    seats = generator.permuted(np.tile(np.arange(block), (groups, 1)), axis=1)
    dealt = np.arange(period * out).reshape(period, out) % block
    chosen = seats[:, dealt].reshape(groups * period, out)[:examples]
    inside = np.ones((block, examples), dtype=bool)
    inside[chosen, generator.permutation(examples)[:, None]] = False
    return inside


def refuse_too_few(members: int, share: float) -> None:
    """Raise `StudyError` unless every example is trained on by a member and left out by another."""
    least = block_size(share)
    if members < least:
        raise StudyError(
            f"{members} members on {share:.0%} of the examples each: some example would be left out by none, "
            "or trained on by none.",
            hint=f"train at least {least} members; many more make the scores sharper.",
        )
