"""Networks of which it is known which are the same."""

import numpy as np
from hypothesis import given, settings, strategies as st

from thalweg.networks.linear import Linear
from thalweg.networks.mlp import MlpNetwork
from thalweg.weights.distinct import kinds


def network(into, bias, out, shift, activation="tanh"):
    return MlpNetwork((Linear(into, bias), Linear(out, shift)), activation)


def drawn(generator, hidden=3):
    return (
        generator.normal(size=(hidden, 5)),
        generator.normal(size=hidden),
        generator.normal(size=(4, hidden)),
        generator.normal(size=4),
    )


def disguised(generator, parts, activation):
    """Return the same function: units in another order, some turned round, the outputs shifted alike."""
    into, bias, out, shift = parts
    order, sign = generator.permutation(len(bias)), generator.choice([-1.0, 1.0], len(bias))
    into, bias, turned = into[order] * sign[:, None], bias[order] * sign, out[:, order] * sign
    if activation == "sigmoid":  # sigmoid(-z) = 1 - sigmoid(z): what a turned unit takes, the outputs get
        shift = shift + out[:, order] @ (sign < 0)
    return into, bias, turned, shift + generator.normal()


@given(
    seed=st.integers(0, 2**32 - 1),
    counts=st.lists(st.integers(1, 4), min_size=1, max_size=4),
    activation=st.sampled_from(["tanh", "sigmoid"]),
)
@settings(max_examples=25, deadline=None)
def test_disguises_are_seen_through(seed, counts, activation):
    generator = np.random.default_rng(seed)
    networks, costs, expected = [], [], []
    for number, count in enumerate(counts):
        parts = drawn(generator)
        for _ in range(count):
            networks.append(network(*disguised(generator, parts, activation), activation))
            costs.append(0.1 + 0.01 * number)
            expected.append(number)
    mixed = generator.permutation(len(costs))
    found = kinds([networks[place] for place in mixed], np.array(costs)[mixed])
    np.testing.assert_array_equal(found, np.array(expected)[mixed])


def test_equal_costs_are_not_equal_networks():
    generator = np.random.default_rng(0)
    networks = [network(*drawn(generator)) for _ in range(3)]
    assert sorted(kinds(networks, np.full(3, 0.2)).tolist()) == [0, 1, 2]


def test_the_bias_of_a_unit_that_does_nothing_is_free():
    into, bias, out, shift = drawn(np.random.default_rng(1))
    into[0], out[:, 0] = 0.0, 0.0
    other = bias.copy()
    other[0] += 5.0
    networks = [network(into, bias, out, shift), network(into, other, out, shift)]
    assert kinds(networks, np.full(2, 0.2)).tolist() == [0, 0]
