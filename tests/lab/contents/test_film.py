"""What the film of a training is given: bands over members, and first weights along the kept path."""

import base64

import equinox as eqx
import numpy as np
import pytest

from thalweg import recording
from thalweg.lab.contents import film as content, part
from thalweg.lab.opened import opened


def test_bands_are_quantiles_over_members(lab_run):
    given, history = part("film", opened(lab_run)), recording.population_of(lab_run).history
    assert (given["epochs"], given["members"]) == (12, 8)
    cost = np.sort(np.asarray(history.cost, float), axis=0)
    band = given["bands"]["cost"]
    np.testing.assert_allclose(band["y"], (cost[3] + cost[4]) / 2, atol=1e-5)
    np.testing.assert_allclose(band["low"], cost[0] + 0.35 * (cost[1] - cost[0]), atol=1e-5)  # 7 x 0.05
    np.testing.assert_allclose(band["high"], cost[6] + 0.65 * (cost[7] - cost[6]), atol=1e-5)
    assert all(len(line) == 12 for found in given["bands"].values() for line in found.values())


def test_a_member_without_numbers_has_no_part_in_the_band(lab_run):
    test = opened(lab_run)
    history = test.population.history
    spoilt = np.array(history.cost)
    spoilt[0, 3:] = np.nan
    test.__dict__["population"] = eqx.tree_at(
        lambda population: population.history,
        test.population,
        type(history)(**{**vars(history), "cost": spoilt}),
    )
    expected = np.median(np.asarray(history.cost, float)[1:], axis=0)
    np.testing.assert_allclose(part("film", test)["bands"]["cost"]["y"], expected, atol=1e-5)


def kept(given):
    return np.frombuffer(base64.b64decode(given["weights"]), "<f2").reshape(given["shape"])


def test_first_weights_are_those_of_the_path(lab_run):
    given, path = part("film", opened(lab_run)), recording.path_of(lab_run)
    assert given["frames"] == list(path.epochs)
    assert given["shape"] == [len(path.epochs), 4, 16, 784]
    assert given["neurons"] == 16
    for place in (0, len(path.epochs) - 1):
        weights = np.asarray(path[place].networks.layers[0].weight)
        np.testing.assert_allclose(kept(given)[place], weights, atol=2e-3)
    assert not np.array_equal(kept(given)[0], kept(given)[-1])


def test_a_long_film_leaves_frames_out_but_never_the_last(lab_run, monkeypatch):
    path = recording.path_of(lab_run)
    monkeypatch.setattr(content, "BUDGET", 5 * 2 * 4 * 16 * 784 + 1)
    given = part("film", opened(lab_run))
    assert given["kept"] == len(path.epochs) == 13
    assert given["frames"] == [0, 3, 6, 9, 12]
    weights = np.asarray(path[len(path.epochs) - 1].networks.layers[0].weight)
    np.testing.assert_allclose(kept(given)[-1], weights, atol=2e-3)


def test_a_run_without_a_path_has_its_bands_and_says_why_no_weights(copied_run):
    copied_run.update(path=None)
    given = part("film", opened(copied_run))
    assert given["bands"]["cost"]
    assert given["weights"] is None
    assert "kept no path" in given["why"]["missing"]
    assert "--keep-path" in given["why"]["command"]


def test_without_a_run_it_is_missing():
    assert part("film", opened([])) == {
        "missing": "This needs trained networks, and none were opened.",
        "word": "missing.networks",
        "values": {},
        "command": "thalweg lab RUN",
        "again": False,
    }


@pytest.mark.parametrize("measure", ["cost", "accuracy"])
def test_rows_of_features_have_a_film_too(rows_run, measure):
    given = part("film", opened(rows_run))
    assert given["shape"][1:] == [2, 5, 2]
    assert any(measure in name for name in given["bands"])
