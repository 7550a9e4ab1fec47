import tracemalloc

import jax
import numpy as np
import pytest

from thalweg import budget
from thalweg.networks import Mlp
from thalweg.weights.cycle_consistent import match_together
from thalweg.weights.footprint import needs_of_matching

SIZES = {"inputs": 100, "width": 64, "classes": 10, "examples": 50}


def need(members, what, **changes):
    return {need.what: need.bytes for need in needs_of_matching(members, **{**SIZES, **changes})}[what]


def test_members_are_as_large_as_their_arrays():
    network = Mlp((64,), "relu").build(jax.random.key(0), (100,), 10)
    size = sum(leaf.nbytes for leaf in jax.tree.leaves(network) if hasattr(leaf, "nbytes"))
    assert need(3, "the members, as they are and rearranged") == 4 * 3 * size


@pytest.mark.parametrize("what", ["the members, as they are and rearranged", "one order for all members"])
def test_twice_as_many_members_take_twice_as_much(what):
    assert need(16, what) == 2 * need(8, what)


def test_few_members_have_few_pairs():
    assert need(2, "lines between pairs") < need(64, "lines between pairs")
    assert need(64, "lines between pairs") == need(640, "lines between pairs")


def test_one_order_for_all_takes_about_what_is_foretold():
    """Of the peak that NumPy allocates; not much too low, as that is what ends a process."""
    keys = jax.random.split(jax.random.key(0), 6)
    networks = [Mlp((48,), "relu").build(key, (100,), 10) for key in keys]
    match_together(networks[:2])
    tracemalloc.start()
    match_together(networks)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    foretold = need(6, "one order for all members", width=48)
    assert peak / 1.2 < foretold < 2 * peak
    assert np.isfinite(budget.total(needs_of_matching(12, **SIZES)))
