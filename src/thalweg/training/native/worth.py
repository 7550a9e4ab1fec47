"""Where the kernel is quicker than XLA's program, and how many times: a rule from measurements.

Measured with full blocks of 16 (AVX-512), 32 members on two cores, processor time of an epoch, XLA's over the
kernel's (`python benchmarks/engines.py`; Intel Xeon of 2023, JAX 0.10.2, a busy machine):

    MNIST, 784-16-16-10   batch 10: 5.0   32: 3.9   128: 2.6   128 with Adam: 2.3
    MNIST, 784-100-10     batch 10: 3.4   32: 2.7   128: 1.5
    MNIST, 784-128-64-10  batch 32: 1.3
    MNIST, 784-256-128-10 batch 32: 1.5   128: 0.9
    rows of features, 20-16-16: 3.0   20-100: 2.9   100-16-16: 2.2   100-100: 1.8
    the same, none of them zero, 784-16-16: 1.5   784-100: 0.8
    batches of each member's own, 784-16-16-10: 1.2   784-100-10: 0.9

On the same processor AVX2 was 2.7 times as fast as XLA for 784-16-16-10 at batch 10, and SSE2 1.8 times.
"""

from __future__ import annotations

from thalweg.networks import Mlp
from thalweg.training.recipe import Recipe

SPARSE_BELOW = 0.35
"""Share of inputs that are not zero below which the kernel passes over the others (kernel/batches.h)."""

LARGE_BATCH = 64


def quicker(recipe: Recipe, *, members: int, inputs: int, lit: float, lanes: int, cores: int) -> float:
    """Return how many times as fast the kernel trains `members` as XLA does; below 1 XLA is quicker.

    `inputs` of an example, of which a share is `lit`; `lanes`: members to a block, which costs the same with
    fewer; `cores` that share out the members.
    """
    blocks = -(-members // lanes)
    own_part, ours = -(-members // cores), -(-blocks // cores) * lanes
    return _of_full_blocks(recipe, inputs, lit) * _of_lanes(lanes) * own_part / ours


def _of_full_blocks(recipe: Recipe, inputs: int, lit: float) -> float:
    """Return the advantage with full blocks of 16, from the first layer's weights, rather low than high."""
    assert isinstance(recipe.network, Mlp), "only perceptrons come here"
    first = inputs * next(iter(recipe.network.hidden), 16)
    large = isinstance(recipe.batch_size, str) or recipe.batch_size > LARGE_BATCH
    if recipe.order == "own":
        steps = ((3_000, 1.6), (30_000, 1.2))
    elif lit >= SPARSE_BELOW:
        steps = ((3_000, 2.5), (11_000, 1.8), (30_000, 1.4))
    elif large:
        steps = ((30_000, 2.2), (90_000, 1.5))
    else:
        steps = ((30_000, 3.4), (90_000, 2.2), (210_000, 1.2))
    return next((times for most, times in steps if first <= most), 0.7)


def _of_lanes(lanes: int) -> float:
    """Return what narrower registers leave of the advantage."""
    return 1.0 if lanes >= 16 else 0.6 if lanes >= 8 else 0.36
