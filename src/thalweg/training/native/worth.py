"""Where the kernel is quicker than XLA's program, and with what in its lanes: a rule from measurements.

Measured with registers of 16 (AVX-512), 32 members on two cores, processor time of an epoch, XLA's over the
kernel's with a lane a member / a lane a neuron (`python benchmarks/engines.py`; Intel Xeon of 2023, JAX
0.10.2, a busy machine; 4,000 pictures of MNIST, quadratic cost, SGD):

    hidden      batch 10     32           128
    8           3.5 / 2.3    2.6 / 1.4    2.4 / 1.3
    16, 16      4.3 / 3.7    3.2 / 2.4    2.3 / 2.0
    32          4.8 / 4.6    3.0 / 2.5    2.2 / 1.9
    64, 32      4.5 / 4.1    2.4 / 3.0    1.6 / 2.7
    100         4.6 / 4.6    2.7 / 3.1    1.8 / 2.4
    256, 128    3.8 / 5.8    1.0 / 3.3    1.0 / 2.6

With batches of each member's own, which only a lane a neuron knows, 24 members: 784-16-16-10 3.1 at batch 32
and 2.7 at 128; 784-256-128-10 3.0 and 2.2. On the same processor, a lane a member, 784-16-16-10 at batch 10:
AVX2 2.7 times as fast as XLA, SSE2 1.8 times. The recipe convnet (two convolutions of 24 and 48 detectors,
2 members, batch 128, 2,000 pictures): 2.4. With dropout (6,000 pictures): the recipe classic with 32 at
batch 32 4.4, 784-256-128-10 with 8 members at batch 64 2.1, convnet with 2 2.8.
"""

from __future__ import annotations

from thalweg.networks import ConvNet, Mlp
from thalweg.training.recipe import Recipe

SPARSE_BELOW = 0.35
"""Share of inputs that are not zero below which the kernel passes over the others (kernel/batches.h)."""

LARGE_BATCH = 64

OF_CONVOLUTIONS = 2.0

LINEAR = 16
"""Neurons that a network without hidden layers is counted with."""


def best(
    recipe: Recipe, *, members: int, inputs: int, lit: float, lanes: int, cores: int
) -> tuple[str, float]:
    """Return what the kernel's lanes should be, and how many times as fast as XLA it then is.

    Below 1 XLA is quicker. `inputs` of an example, of which a share is `lit`; `lanes` of a register;
    `cores` that share out the members.
    """
    of_neurons = _of_neurons(recipe, lanes) * _of_registers(lanes)
    if recipe.order == "own" or isinstance(recipe.network, ConvNet):
        return "neurons", of_neurons
    blocks = -(-members // lanes)
    own_part, ours = -(-members // cores), -(-blocks // cores) * lanes
    of_members = _of_full_blocks(recipe, inputs, lit) * _of_registers(lanes) * own_part / ours
    return ("members", of_members) if of_members >= of_neurons else ("neurons", of_neurons)


def _first_width(recipe: Recipe) -> int:
    network = recipe.network
    assert isinstance(network, Mlp | ConvNet), "only these come here"
    return next(iter(network.hidden if isinstance(network, Mlp) else network.channels), LINEAR)


def _is_large(recipe: Recipe) -> bool:
    return isinstance(recipe.batch_size, str) or recipe.batch_size > LARGE_BATCH


def _of_neurons(recipe: Recipe, lanes: int) -> float:
    """Return the advantage of a lane a neuron, which leaves lanes idle in narrow layers; rather low."""
    width = _first_width(recipe)
    filled = width / (-(-width // lanes) * lanes)
    if isinstance(recipe.network, ConvNet):
        return OF_CONVOLUTIONS * filled
    return (2.0 if _is_large(recipe) else 2.5) * filled


def _of_full_blocks(recipe: Recipe, inputs: int, lit: float) -> float:
    """Return the advantage of a lane a member, with full blocks of 16, from the first layer; rather low."""
    first = inputs * _first_width(recipe)
    if lit >= SPARSE_BELOW:
        steps = ((3_000, 2.5), (11_000, 1.8), (30_000, 1.4))
    elif _is_large(recipe):
        steps = ((30_000, 2.2), (90_000, 1.5))
    else:
        steps = ((30_000, 3.2), (90_000, 2.2), (210_000, 1.2))
    return next((times for most, times in steps if first <= most), 0.7)


def _of_registers(lanes: int) -> float:
    """Return what narrower registers leave of the advantage."""
    return 1.0 if lanes >= 16 else 0.6 if lanes >= 8 else 0.4
