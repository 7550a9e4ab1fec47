"""Was a training too short to be judged by?"""

from __future__ import annotations

import numpy as np

FEW = 300
"""Steps below which a training is short: the named recipes make thousands on the data they are meant for."""
FITTED = 0.95
"""Accuracy on what they learn from, 0..1, from which on networks have had steps enough, however few."""
FALLING = 0.05
"""Share of its cost that a training loses over the last fifth of its epochs while it is still going down."""
WANTED, SMALL = 1_000, 16
"""Steps, and examples a batch, that are suggested."""


def too_short(cost: np.ndarray, accuracy: np.ndarray, *, examples: int, batch_size: int | None) -> str | None:
    """Return a sentence that says so of few steps after which networks do not know their own examples.

    Args:
        cost: of every epoch, [members, epochs]; NaN of a member that diverged.
        accuracy: 0..1, on the same.
        examples: learned from.
        batch_size: examples of a step; None for all of them.

    Returns None for a training that is long enough, or whose networks learned what they were given.

    Examples:
        >>> from thalweg.training.brevity import too_short
        >>> halved = 2.0 ** -np.arange(4)[None]
        >>> print(too_short(halved, np.full((1, 4), 0.6), examples=120, batch_size=128))
        Training was short: 4 steps, 1 in each of 4 epochs. Networks name 60.0 % ... (--set batch_size=16).
        >>> too_short(halved, np.full((1, 4), 1.0), examples=120, batch_size=128) is None
        True
    """
    epochs = cost.shape[1]
    each = 1 if batch_size is None else -(-examples // batch_size)
    steps = each * epochs
    known = np.isfinite(cost).all(axis=1)
    if steps >= FEW or not known.any():
        return None
    right, fell = float(np.median(accuracy[known, -1])), np.median(cost[known], axis=0)
    if right >= FITTED:
        return None
    before = fell[-1 - max(1, epochs // 5)] if epochs > 1 else fell[-1]
    going_on = ", and their cost was still falling" if fell[-1] < (1 - FALLING) * before else ""
    smaller = (
        f", or smaller batches (--set batch_size={SMALL})"
        if min(batch_size or examples, examples) > SMALL
        else ""
    )
    return (
        f"Training was short: {steps:,} step{'' if steps == 1 else 's'}, {each} in each of {epochs} "
        f"epoch{'' if epochs == 1 else 's'}. Networks name {100 * right:.1f} % of their own examples "
        f"rightly{going_on}: try more epochs (--epochs {-(-WANTED // each)}){smaller}."
    )
