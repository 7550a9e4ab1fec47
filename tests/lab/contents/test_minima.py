"""What the map of minima is given: places of all members, and how neurons were moved to match."""

import numpy as np
import pytest

from thalweg import data, recording, runs
from thalweg.lab.contents import minima as content, part
from thalweg.lab.opened import opened
from thalweg.networks import Mlp
from thalweg.training import Recipe


@pytest.fixture(scope="module")
def given(lab_run):
    return part("minima", opened(lab_run))


def flat(layers):
    return np.hstack([np.asarray(each, float).reshape(len(each), -1) for layer in layers for each in layer])


def layers_of(run):
    return [
        (np.asarray(layer.weight, float), np.asarray(layer.bias, float))
        for layer in recording.population_of(run).networks.layers
    ]


def moved(layers, rearrangements, constant):
    """Put neurons where they were matched to: f(-z) = constant - f(z), written out member by member."""
    made = [(weight.copy(), bias.copy()) for weight, bias in layers]
    for member, hidden in enumerate(rearrangements):
        for depth, own in enumerate(hidden):
            order, sign = np.array(own["order"]), np.array(own["sign"], float)
            weight, bias = (each[member] for each in made[depth])
            made[depth][0][member], made[depth][1][member] = sign[:, None] * weight[order], sign * bias[order]
            after, shift = (each[member] for each in made[depth + 1])
            shift += constant * (after[:, order] * (sign < 0)).sum(axis=1)
            made[depth + 1][0][member] = after[:, order] * sign
    return made


def apart(places):
    places = np.asarray(places)
    return np.linalg.norm(places[:, None] - places[None], axis=2)


def mapped(weights):
    """Places and the share kept, by singular values."""
    left, values, _ = np.linalg.svd(weights - weights.mean(axis=0), full_matrices=False)
    return left[:, :2] * values[:2], (values[:2] ** 2).sum() / (values**2).sum()


def test_the_map_is_that_of_singular_values(given, lab_run):
    places, share = mapped(flat(layers_of(lab_run)))
    np.testing.assert_allclose(apart(given["before"]), apart(places), atol=1e-3)
    assert apart(places).max() > 0.1
    assert given["shown_before"] == pytest.approx(share, abs=1e-5)
    np.testing.assert_allclose(np.mean(given["before"], axis=0), [0, 0], atol=1e-3)
    assert min(given["before"][0]) >= 0


def test_matched_networks_compute_the_same_and_lie_nearer(given, lab_run, digits):
    layers = layers_of(lab_run)
    found = moved(layers, given["rearrangements"], given["constant"])
    places, share = mapped(flat(found))
    np.testing.assert_allclose(apart(given["after"]), apart(places), atol=2e-3)
    assert given["shown_after"] == pytest.approx(share, abs=1e-4)
    inputs = np.asarray(digits.test.inputs[:50], float).reshape(50, -1)
    for member in range(8):
        before, after = inputs, inputs
        for old, new in zip(layers, found, strict=True):
            before, after = (
                1 / (1 + np.exp(-(values @ weight[member].T + bias[member])))
                for values, (weight, bias) in ((before, old), (after, new))
            )
        np.testing.assert_allclose(after, before, atol=1e-9)
    first = flat(layers)[0]
    away = [np.linalg.norm(flat(each)[1:] - first, axis=1) for each in (layers, found)]
    assert (away[1] < away[0]).all()
    assert (given["matched"], given["reference"]) == (8, 0)
    assert given["rearrangements"][0][0]["order"] == list(range(16))


def test_what_was_measured_is_beside_it(given, lab_run):
    measured = lab_run.evaluation_arrays("accuracy")["test_member_accuracy"]
    np.testing.assert_allclose(given["accuracy"], measured, atol=1e-5)
    assert given["cost"] == "quadratic"
    assert given["connectivity"]["command"] == f"thalweg evaluate {lab_run.path} --only connectivity"


def test_the_measured_hill_is_that_of_the_run(copied_run):
    recording.evaluate_run(copied_run, only=("connectivity",))
    record = copied_run.evaluation("connectivity")
    given = part("minima", opened(runs.open(copied_run.path)))["connectivity"]
    assert given["before"] == record["unaligned"]["barrier"]
    assert given["after"] == record["weights"]["barrier"]
    assert (given["pairs"], given["examples"]) == (record["pairs"], record["examples"])


def test_those_that_time_does_not_come_to_stay_as_they_are(lab_run, monkeypatch):
    monkeypatch.setattr(content, "PATIENCE", -1.0)
    given = part("minima", opened(lab_run))
    assert given["matched"] == 0
    assert given["rearrangements"] == [None] * 8
    assert given["after"] == given["before"]


def test_a_member_that_diverged_is_not_on_the_map(copied_run):
    members = copied_run.record["members"]
    copied_run.update(diverged=[1])
    given = part("minima", opened(runs.open(copied_run.path)))
    assert given["members"] == [member for member in range(members) if member != 1]
    assert len(given["before"]) == len(given["after"]) == members - 1
    assert given["accuracy"] is None  # measured of other members, or not at all


def trained(tmp_path, network, members, **arrays):
    np.savez(tmp_path / "data.npz", **arrays)
    recipe = Recipe(network=network, batch_size=8, epochs=1, name="small")
    return recording.train_run(
        recipe, data.load(tmp_path / "data.npz"), members=members, seed=1, out=tmp_path / "run"
    )


def test_networks_whose_neurons_cannot_be_matched_have_a_map_all_the_same(colour_run):
    given = part("minima", opened(colour_run[0]))
    assert given["after"] is None
    assert given["why"]["missing"] == "The neurons of networks of this kind are not matched."
    assert len(given["before"]) == 2


def test_one_network_has_no_other_minimum(tmp_path):
    generator, labels = np.random.default_rng(0), np.arange(48) % 2
    features = generator.normal(size=(48, 2)) + 3 * labels[:, None]
    run = trained(tmp_path, Mlp((3,)), 1, features=features, labels=labels)
    assert "but one network" in part("minima", opened(run))["missing"]
