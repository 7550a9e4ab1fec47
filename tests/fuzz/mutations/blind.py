"""Damage without regard to what a file is: flipped, cut, repeated, spliced, overwritten."""

from __future__ import annotations

import random

LARGE = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1)


def damage(content: bytes, chance: random.Random) -> bytes:
    """Return the content with one piece of it damaged."""
    if not content:
        return bytes(chance.randrange(256) for _ in range(chance.randrange(9)))
    changed = bytearray(content)
    place = chance.randrange(len(changed))
    way = chance.randrange(7)
    if way == 0:
        for _ in range(chance.choice((1, 1, 2, 8, 64))):
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    elif way == 1:
        del changed[place:]
    elif way == 2:
        del changed[place : place + chance.choice((1, 2, 7, 64, 1000))]
    elif way == 3:
        piece = changed[place : place + chance.choice((1, 8, 64, 512))]
        changed[place:place] = piece * chance.choice((1, 2, 50))
    elif way == 4:
        length = chance.choice((1, 4, 16, 200))
        other = chance.randrange(len(changed))
        changed[place : place + length] = changed[other : other + length]
    elif way == 5:
        number, width = chance.choice(LARGE), chance.choice((1, 2, 4, 8))
        kept = (number & (2 ** (8 * width) - 1)).to_bytes(width, chance.choice(("little", "big")))
        changed[place : place + width] = kept
    else:
        length = chance.choice((1, 3, 40))
        changed[place : place + length] = bytes(chance.randrange(256) for _ in range(length))
    return bytes(changed)
