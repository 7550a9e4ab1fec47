"""Networks of which it is known in which orders their units stand."""

import itertools

import numpy as np
import pytest

from thalweg.errors import NotApplicable
from thalweg.networks.linear import Linear
from thalweg.networks.mlp import MlpNetwork
from thalweg.weights.cycle_consistent import match_together
from thalweg.weights.permutation import rearranged


def network(units, inputs=9):
    """Return a network of these units [units, weights in, bias, weights out]."""
    units = units.astype(np.float32)
    into, bias, out = units[:, :inputs], units[:, inputs], units[:, inputs + 1 :].T
    return MlpNetwork((Linear(into, bias), Linear(out, np.zeros(len(out), np.float32))), "relu")


def units_of(network):
    first, last = network.layers
    return np.concatenate([first.weight, np.asarray(first.bias)[:, None], np.asarray(last.weight).T], axis=1)


def alike(placed):
    """Return the sum over pairs of the inner products."""
    return sum(float((one * other).sum()) for one, other in itertools.combinations(placed, 2))


@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_orders_that_were_dealt_out_are_found_again(noise):
    generator = np.random.default_rng(4)
    units = generator.normal(size=(12, 9 + 1 + 3))
    networks = []
    for _ in range(6):
        own = units + noise * generator.normal(size=units.shape)
        networks.append(network(own[generator.permutation(12)]))
    placed = [
        units_of(rearranged(one, order))
        for one, order in zip(networks, match_together(networks), strict=True)
    ]
    for one in placed[1:]:
        nearest = ((one[:, None] - placed[0][None]) ** 2).sum(axis=2).argmin(axis=1)
        np.testing.assert_array_equal(nearest, np.arange(12))


def test_of_all_orders_of_three_small_networks_none_is_better():
    found, best = [], []
    for seed in range(12):
        generator = np.random.default_rng(seed)
        units = generator.normal(size=(3, 3, 13))
        networks = [network(one) for one in units]
        orders = match_together(networks)
        placed = [units_of(rearranged(one, order)) for one, order in zip(networks, orders, strict=True)]
        found.append(alike(placed))
        every = list(itertools.permutations(range(3)))
        best.append(
            max(alike([units[0], units[1][list(a)], units[2][list(b)]]) for a in every for b in every)
        )
    np.testing.assert_allclose(found, best, rtol=1e-5)


def test_several_hidden_layers_are_refused():
    layer = Linear(np.eye(3), np.zeros(3))
    with pytest.raises(NotApplicable, match="2 hidden layers"):
        match_together([MlpNetwork((layer, layer, layer), "relu")] * 2)
