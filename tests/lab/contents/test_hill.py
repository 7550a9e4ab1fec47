"""What the hill is given: heights over planes of weights, and the networks that span them."""

import base64
import shutil

import numpy as np
import pytest

from thalweg import evaluation, recording, runs
from thalweg.lab.contents import part
from thalweg.lab.opened import Missing, opened


@pytest.fixture(scope="module")
def given(lab_run):
    return part("hill", opened(lab_run))


@pytest.fixture(scope="module")
def planes(given):
    return {plane["name"]: plane for plane in given["planes"]}


def floats(text):
    return np.frombuffer(base64.b64decode(text), "<f4").astype(float)


def tensors(plane):
    """The three networks that span a plane: {name: [3, ...]}."""
    return {
        name: np.frombuffer(base64.b64decode(each["data"]), {2: "<f2", 4: "<f4"}[each["bytes"]])
        .astype(float)
        .reshape(each["shape"])
        for name, each in plane["vertices"]["tensors"].items()
    }


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def answers(weights, inputs):
    """The outputs of a network of sigmoids, written out."""
    values = inputs.reshape(len(inputs), -1)
    for depth in range(len(weights) // 2):
        values = sigmoid(values @ weights[f"layers.{depth}.weight"].T + weights[f"layers.{depth}.bias"])
    return values


@pytest.mark.parametrize("name", ["path", "members", "random"])
def test_a_height_is_the_cost_of_the_network_that_stands_there(given, planes, digits, lab_run, name):
    plane, grid = planes[name], planes[name]["grid"]
    assert (plane["examples"], plane["kept_in"], given["cost"]) == (1000, None, "quadratic")
    inputs, labels = np.asarray(digits.train.inputs[:1000]), np.asarray(digits.train.labels[:1000])
    values, right = (floats(plane[key]).reshape(grid, grid) for key in ("values", "accuracy"))
    vertices = tensors(plane)
    l2 = recording.recipe_of(lab_run).l2
    for row, column in ((0, 0), (0, grid - 1), (20, 20), (33, 7), (grid - 1, grid - 1)):
        x, y = (
            low + place / (grid - 1) * (high - low)
            for (low, high), place in ((plane["across"], column), (plane["up"], row))
        )
        shares = np.linalg.solve(np.vstack([np.transpose(plane["corners"]), np.ones(3)]), [x, y, 1])
        network = {key: np.tensordot(shares, tensor, 1) for key, tensor in vertices.items()}
        said = answers(network, inputs)
        cost = 0.5 * ((said - np.eye(10)[labels]) ** 2).sum(axis=1).mean()
        cost += 0.5 * l2 * sum((each**2).sum() for each in network.values() if each.ndim == 2)
        assert values[row, column] == pytest.approx(cost, abs=2e-3)  # vertices of half precision
        assert right[row, column] == pytest.approx((said.argmax(axis=1) == labels).mean(), abs=0.005)
    assert np.ptp(values) > 0.05


def test_the_path_ends_low_where_the_trained_network_is(planes, lab_run):
    path = planes["path"]
    kept = recording.path_of(lab_run)
    assert (path["mark_kind"], path["mark_numbers"]) == ("epoch", list(kept.epochs))
    np.testing.assert_allclose(path["marks"][-1], [0, 0], atol=1e-6)
    flat = np.asarray(kept.flat(0), float)
    moves = flat - flat[-1]
    squares = np.linalg.svd(moves, compute_uv=False) ** 2
    assert path["off"] == pytest.approx(np.sqrt(squares[2:].sum() / squares.sum()), abs=1e-5)
    trained = recording.population_of(lab_run).networks.layers[1].weight[0]
    np.testing.assert_allclose(tensors(path)["layers.1.weight"][0], trained, atol=1e-5)


def test_three_networks_lie_on_their_plane_as_far_apart_as_they_are(planes, lab_run):
    members = planes["members"]
    layers = recording.population_of(lab_run).networks.layers
    flat = np.hstack(
        [np.asarray(each, float).reshape(8, -1) for layer in layers for each in (layer.weight, layer.bias)]
    )
    marks = np.array(members["marks"])
    for one, other in ((0, 1), (0, 2), (1, 2)):
        away = np.linalg.norm(marks[one] - marks[other])
        assert away == pytest.approx(np.linalg.norm(flat[one] - flat[other]), rel=1e-4)
    assert (members["mark_kind"], members["mark_numbers"]) == ("network", [0, 1, 2])
    for (low, high), column in ((members["across"], marks[:, 0]), (members["up"], marks[:, 1])):
        assert low < column.min() < column.max() < high


def test_a_random_direction_is_as_long_as_every_neuron(planes):
    weight = tensors(planes["random"])["layers.0.weight"]
    for vertex in (1, 2):
        lengths = np.linalg.norm(weight[vertex] - weight[0], axis=1)
        np.testing.assert_allclose(lengths, np.linalg.norm(weight[0], axis=1), rtol=5e-3)
    assert planes["random"]["marks"] == [[0.0, 0.0]]
    assert planes["random"]["off"] == 0.0


def test_convolutional_networks_are_measured_in_fewer_places(colour_run):
    given = part("hill", opened(colour_run[0]))
    assert [plane["name"] for plane in given["planes"]] == ["path", "random"]  # of two networks
    for plane in given["planes"]:
        assert plane["grid"] == 17
        assert floats(plane["values"]).shape == (17 * 17,)
        assert np.isfinite(floats(plane["values"])).all()


def test_the_landscape_of_a_run_is_shown_where_it_is_of_the_same_plane(lab_run, digits, planes, tmp_path):
    shutil.copytree(lab_run.path, tmp_path / "run")
    run = runs.open(tmp_path / "run")
    population, path = recording.population_of(run), recording.path_of(run)

    def keep(seed):
        found = evaluation.landscape(
            population, digits.train, cost="quadratic", path=path, grid=5, members=1, seed=seed
        )
        run.write_evaluation("landscape", found.to_json(), found.arrays())
        return found

    found = keep(0)
    for plane in part("hill", opened(run))["planes"]:
        kept = found.surfaces[plane["name"]]
        assert (plane["grid"], plane["examples"]) == (5, len(digits.train))
        assert plane["kept_in"] == "run/evaluation/landscape.json"
        np.testing.assert_allclose(floats(plane["values"]), kept.cost.ravel(), rtol=1e-6)
        np.testing.assert_allclose(floats(plane["accuracy"]), kept.accuracy.ravel(), rtol=1e-6)
        np.testing.assert_allclose(plane["mark_values"], kept.cost_there, rtol=1e-4)
        assert plane["vertices"] == planes[plane["name"]]["vertices"]
    keep(1)  # random directions of another seed: another plane, which is not taken for this one
    again = {plane["name"]: plane for plane in part("hill", opened(run))["planes"]}
    assert again["random"]["kept_in"] is None
    assert again["random"]["values"] == planes["random"]["values"]
    assert again["path"]["kept_in"] is not None


def test_without_one_sound_network_there_is_no_hill(copied_run):
    copied_run.update(diverged=list(range(copied_run.record["members"])))
    assert part("hill", opened(copied_run)) == Missing("missing.diverged").told()
