"""What the panel that looks inside is given: randomness, starts and dreams, as they were measured."""

import base64

import numpy as np
import pytest

from thalweg import figures, recording
from thalweg.lab.contents import part
from thalweg.lab.opened import opened


@pytest.fixture(scope="module")
def given(inside_run):
    return part("inside", opened(inside_run))


def moran_by_hand(picture, mask):
    """Moran's I written out pixel by pixel: the neighbours above, below, left and right, each pair once."""
    mean = picture[mask].mean()
    together, pairs = 0.0, 0
    for row, column in zip(*np.nonzero(mask), strict=True):
        for down, right in ((1, 0), (0, 1)):
            other = row + down, column + right
            if other[0] < mask.shape[0] and other[1] < mask.shape[1] and mask[other]:
                together += (picture[row, column] - mean) * (picture[other] - mean)
                pairs += 1
    return mask.sum() / pairs * together / ((picture[mask] - mean) ** 2).sum()


def test_randomness_says_what_the_figure_says(inside_run, given):
    finding = next(each for each in figures.findings(inside_run) if each.name == "weights")
    found = given["randomness"]
    assert (found["title"], found["sentence"], found["how"]) == (finding.title, finding.sentence, finding.how)


def test_every_comparison_is_there_with_its_interval_or_why_not(inside_run, given):
    content = inside_run.evaluation("features")
    trained, began, shuffled, permuted, examples = given["randomness"]["rows"]
    assert (trained["value"], trained["interval"]) == (
        content["moran"]["value"],
        content["moran"]["interval"],
    )
    assert began["value"] == content["starts"]["moran"]
    assert began["above"]["interval"] == content["starts"]["moran_difference"]["interval"]
    assert shuffled["value"] == content["shuffled"]["moran"]
    assert "value" not in permuted
    assert "shuffled_pixels" in permuted["why"]
    assert examples["value"] == content["examples_moran"]


def test_starts_are_those_of_the_path_and_measured_as_the_trained_are(inside_run, given):
    starts, mask = given["starts"], inside_run.evaluation_arrays("features")["mask"]
    assert starts["members"] == [0, 1, 2, 3]
    weights = np.frombuffer(base64.b64decode(starts["weights"]), "<f2").reshape(4, 8, *starts["shape"])
    began = recording.path_of(inside_run)[0].networks.layers[0].weight
    np.testing.assert_allclose(weights.reshape(4, 8, -1), np.asarray(began)[:, :8], atol=2e-4)
    by_hand = moran_by_hand(np.asarray(began)[2, 5].reshape(28, 28), mask)
    assert starts["moran"][2][5] == pytest.approx(by_hand, abs=1e-4)
    trained = recording.population_of(inside_run).networks.layers[0].weight
    by_hand = moran_by_hand(np.asarray(trained)[3, 1].reshape(28, 28), mask)
    assert given["randomness"]["moran"][3][1] == pytest.approx(by_hand, abs=1e-4)


def test_dreams_are_what_each_network_believes_in_most(inside_run, given):
    dreams, population = given["dreams"], recording.population_of(inside_run)
    assert dreams["classes"] == list("0123456789")
    style = dreams["styles"]["free"]
    levels = np.frombuffer(base64.b64decode(style["pictures"]), np.uint8)
    pictures = levels.reshape(len(dreams["members"]), 10, *style["shape"]) / 255
    member = dreams["members"][1]
    said = np.asarray(population.probabilities(pictures[1].astype(np.float32)))[member]
    np.testing.assert_allclose(said[np.arange(10), np.arange(10)], style["own"][1], atol=0.02)
    all_starts = inside_run.evaluation_arrays("dreams")["free_own_confidence"]
    np.testing.assert_allclose(style["own"], all_starts[: len(pictures)].max(axis=2), atol=1e-5)


def test_what_was_not_asked_is_named_with_its_command(lab_run):
    given = part("inside", opened(lab_run))
    assert given["randomness"]["command"] == f"thalweg evaluate {lab_run.path} --only features"
    assert given["dreams"]["command"] == f"thalweg evaluate {lab_run.path} --only dreams"
    assert given["starts"]["moran"] is None
    assert len(given["starts"]["members"]) == 4


def test_rows_of_features_have_weights_by_name_and_neither_neighbours_nor_dreams(rows_run):
    given = part("inside", opened(rows_run))
    assert given["first"] == {"kind": "feature", "features": ["width", "height"]}
    assert given["starts"]["shape"] == [2]
    for name in ("randomness", "dreams"):
        assert "rows of features" in given[name]["missing"]
        assert given[name]["command"] == ""
