"""Which places are the same network: but for the order and sign of its units, and for what is free.

Two places are one where their costs agree to `SAME_COST` and their weights, matched, to `NEAR` of their
length.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thalweg.networks.linear import Linear
from thalweg.networks.mlp import MlpNetwork
from thalweg.weights.permutation import REFLECTIONS, match_weights

SAME_COST, NEAR = 1e-7, 1e-3
NOTHING = 1e-6
"""A unit whose outgoing weights are all below this does nothing, and its bias is free."""


def kinds(networks: Sequence[MlpNetwork], costs: np.ndarray) -> np.ndarray:
    """Return for each network the number of its kind, int [networks], numbered from the lowest cost.

    Networks have one hidden layer and outputs that are read by softmax, of which a common shift is free.

    Examples:
        >>> import numpy as np
        >>> from thalweg.networks.linear import Linear
        >>> from thalweg.networks.mlp import MlpNetwork
        >>> from thalweg.weights.distinct import kinds
        >>> into, out = np.array([[1.0], [2.0]]), np.array([[3.0, 5.0], [4.0, 6.0]])
        >>> one = MlpNetwork((Linear(into, np.zeros(2)), Linear(out, np.zeros(2))), "tanh")
        >>> turned = Linear(-into[::-1], np.zeros(2)), Linear(-out[:, ::-1], np.ones(2))
        >>> kinds([one, MlpNetwork(turned, "tanh")], np.array([0.5, 0.5])).tolist()
        [0, 0]
    """
    found = np.full(len(networks), -1)
    settled = [_settled(network) for network in networks]
    first: list[int] = []
    for place in np.argsort(costs, kind="stable").tolist():
        same = (
            kind
            for kind, other in enumerate(first)
            if abs(costs[place] - costs[other]) <= SAME_COST * abs(costs[other])
            and _near(settled[other], settled[place])
        )
        found[place] = next(same, len(first))
        if found[place] == len(first):
            first.append(place)
    return found


def _settled(network: MlpNetwork) -> MlpNetwork:
    """Return the network with what is free put to 0: the outputs' mean bias, and biases that do nothing."""
    first, last = network.layers
    weight, bias = np.asarray(last.weight, np.float64), np.asarray(last.bias, np.float64)
    idle = np.abs(weight).max(axis=0) < NOTHING
    own = np.where(idle, 0.0, np.asarray(first.bias, np.float64))
    into = np.asarray(first.weight, np.float64)
    # in the terms in which a unit's sign is free, see `permutation`
    centred = bias + 0.5 * REFLECTIONS[network.activation] * weight.sum(axis=1)
    layers = Linear(into, own), Linear(weight, bias - centred.mean())  # type: ignore[arg-type]
    return MlpNetwork(layers, network.activation)


def _near(one: MlpNetwork, other: MlpNetwork) -> bool:
    # of one hidden layer the first start is already exact
    own, theirs, both = (
        float(match_weights(*pair, starts=1).found.max())
        for pair in ((one, one), (other, other), (one, other))
    )
    return own + theirs - 2 * both <= NEAR**2 * max(own, theirs)
