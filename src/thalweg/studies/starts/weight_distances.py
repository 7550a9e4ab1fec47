"""How far trained members lie apart once their hidden units are put in the same order.

Matching units brings any two networks closer, related or not. So each member is also matched to a stranger:
another member whose inputs and outputs were each turned about by a random sign, the same one for all units.
A stranger has weights of the same sizes at the same places, and the same likeness between its own units, but
shares nothing that was learned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.statistics.pairs import all_pairs


@dataclass(frozen=True, eq=False)
class WeightDistances:
    """Distances of all pairs of some members, each [pairs] in the order of `all_pairs`.

    ‖a − b‖ / √(‖a‖² + ‖b‖²) of all weights and biases: 0 for the same network, 1 for weights that have
    nothing in common. `before` and `after` matching; `strangers`: after matching to a stranger.
    """

    before: np.ndarray
    after: np.ndarray
    strangers: np.ndarray
    members: int

    def table(self) -> np.ndarray:
        """Return the distances after matching as a symmetric table [members, members]."""
        found = np.zeros((self.members, self.members))
        first, second = all_pairs(self.members).T
        found[first, second] = found[second, first] = self.after
        return found


def weight_distances(networks: Sequence[Any], *, seed: int = 0, starts: int = 3) -> WeightDistances:
    """Match the hidden units of all pairs of multilayer perceptrons by their weights, and measure.

    Weight matching of Ainsworth et al. 2023 (arXiv 2209.04836, algorithm 1), signs as well where the
    activation allows. With one hidden layer the match is exact, and one start is enough.
    """
    generator = np.random.default_rng([seed, len(networks)])
    strangers = [stranger(network, generator) for network in networks]
    starts = 1 if len(networks[0].layers) == 2 else starts
    pairs = all_pairs(len(networks)).tolist()

    def each(measure: Callable[[Any, Any], float], others: Sequence[Any]) -> np.ndarray:
        return np.array([measure(networks[first], others[second]) for first, second in pairs])

    return WeightDistances(
        before=each(distance, networks),
        after=each(lambda one, other: distance(one, matched(one, other, seed, starts)), networks),
        strangers=each(lambda one, other: distance(one, matched(one, other, seed, starts)), strangers),
        members=len(networks),
    )


def distance(first: Any, second: Any) -> float:
    """Return ‖a − b‖ / √(‖a‖² + ‖b‖²) of all weights and biases of two networks of one shape."""
    one, other = _flat(first), _flat(second)
    size = np.sqrt(np.sum(one**2) + np.sum(other**2))
    return float(np.linalg.norm(one - other) / size) if size > 0 else 0.0


def matched(reference: Any, network: Any, seed: int, starts: int) -> Any:
    """Return the network with its hidden units in the order (and sign) that resembles the reference most."""
    from thalweg.weights.permutation import match_weights, rearranged

    return rearranged(network, match_weights(reference, network, starts=starts, seed=seed).rearrangement)


def stranger(network: Any, generator: np.random.Generator) -> Any:
    """Return the network with a random sign for each input and each output, the same for all its units."""
    import equinox as eqx

    first, last = network.layers[0], network.layers[-1]
    inputs = generator.choice(np.array([-1, 1], np.float32), first.weight.shape[1])
    outputs = generator.choice(np.array([-1, 1], np.float32), last.weight.shape[0])
    changed = eqx.tree_at(
        lambda network: network.layers[0].weight, network, np.asarray(first.weight) * inputs
    )
    return eqx.tree_at(
        lambda network: (network.layers[-1].weight, network.layers[-1].bias),
        changed,
        (np.asarray(changed.layers[-1].weight) * outputs[:, None], np.asarray(last.bias) * outputs),
    )


def _flat(network: Any) -> np.ndarray:
    parts = (part for layer in network.layers for part in (layer.weight, layer.bias))
    return np.concatenate([np.asarray(part, np.float64).ravel() for part in parts])
