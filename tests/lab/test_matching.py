"""Networks whose neurons stand elsewhere, and networks between two, as the page computes them."""

import numpy as np
import pytest

from tests.lab.modules import asked
from thalweg import data, recording
from thalweg.lab.contents import part
from thalweg.lab.opened import opened
from thalweg.networks import Mlp
from thalweg.training import Recipe
from thalweg.weights.interpolation import EmpiricalCost, heights, stacked
from thalweg.weights.permutation import Rearrangement, rearranged

MODULES = ["minima/matching", "costs", "../../page/static/network"]
ASKED = """
const networks = unpack(given.networks), { rearrangements, constant, labels } = given;
const inputs = given.inputs.map((own) => Float32Array.from(own));
const as = (tensors) => networksOf({ ...networks, members: [0], tensors });
"""


@pytest.fixture(scope="module", params=["sigmoid", "relu"])
def given(request, lab_run, digits, tmp_path_factory):
    """A run with what its page holds of it: (population, inputs, labels, what the page is given)."""
    run = lab_run
    if request.param != "sigmoid":
        recipe = Recipe(network=Mlp((12, 9), request.param), batch_size=32, epochs=1, name="small")
        out = tmp_path_factory.mktemp("matching") / "run"
        run = recording.train_run(recipe, data.load("digits"), members=2, seed=1, out=out)
    found = opened(run)
    minima = part("minima", found)
    inputs, labels = np.asarray(digits.test.inputs[:30]), np.asarray(digits.test.labels[:30])
    page = {
        "networks": part("networks", found),
        "inputs": inputs.reshape(30, -1).tolist(),
        "labels": labels.tolist(),
        **{key: minima[key] for key in ("rearrangements", "constant", "cost")},
    }
    return found.population, inputs, labels, page


def test_a_rearranged_network_computes_the_same(node, given):
    population, inputs, _, page = given
    body = """return given.networks.members.map((member) => {
        const moved = as(memberTensors(networks, member, rearrangements[member], constant));
        const still = as(memberTensors(networks, member, null, constant));
        const of = (network) => inputs.map((own) => network.logits(own)[0]);
        return { moved: of(moved), still: of(still), first: moved.part(0, "layers.0").weight };
    });"""
    found = asked(node, MODULES, ASKED + body, page)
    logits = np.asarray(population.logits(inputs))
    for member, each in enumerate(found):
        np.testing.assert_allclose(each["moved"], each["still"], atol=1e-4)
        np.testing.assert_allclose(each["still"], logits[member], atol=0.02, rtol=5e-3)
    weights = [np.asarray(population[member].network.layers[0].weight).ravel() for member in (0, 1)]
    assert np.abs(np.subtract(found[1]["first"], weights[1])).max() > 0.05  # neurons did move
    np.testing.assert_allclose(found[0]["first"], weights[0], atol=2e-3)  # but for those of the first


@pytest.mark.parametrize("is_matched", [False, True])
def test_the_way_between_two_costs_what_it_costs_in_python(node, given, is_matched):
    population, inputs, labels, page = given
    body = """const [one, other] = [0, 1].map((member) =>
        memberTensors(networks, member, given.is_matched ? rearrangements[member] : null, constant));
    return given.shares.map((share) => {
        const network = as(between(one, other, share));
        return inputs.map((own, place) => costOf(given.cost, network.logits(own)[0], labels[place]));
    });"""
    shares = np.linspace(0, 1, 6)
    found = asked(node, MODULES, ASKED + body, {**page, "shares": shares.tolist(), "is_matched": is_matched})
    networks = [population[member].network for member in (0, 1)]
    if is_matched:
        moves = [
            Rearrangement(
                tuple(np.array(each["order"]) for each in hidden),
                tuple(np.array(each["sign"]) for each in hidden),
            )
            for hidden in page["rearrangements"][:2]
        ]
        networks = [rearranged(*pair) for pair in zip(networks, moves, strict=True)]
    which = np.broadcast_to(np.arange(2), (6, 2))
    expected = heights(
        stacked(networks),
        which,
        np.stack([1 - shares, shares], 1),
        EmpiricalCost(inputs, labels, page["cost"]),
    )
    np.testing.assert_allclose(
        [np.mean([each["cost"] for each in answers]) for answers in found],
        expected.cost,
        atol=2e-3,
        rtol=2e-3,
    )
    right = [np.mean([each["isRight"] for each in answers]) for answers in found]
    np.testing.assert_allclose(right, expected.accuracy, atol=0.04)  # one of thirty may be a tie
    assert np.ptp(expected.cost) > 0.01
