"""What the panel of noise is given: thresholds of the page's networks, ranges of features, measurements."""

import numpy as np
import pytest

from thalweg import data, recording
from thalweg.lab.contents import part
from thalweg.lab.opened import opened


@pytest.fixture(scope="module")
def given(lab_run):
    return part("noise", opened(lab_run))


def written_out(probabilities, logits):
    """Each detector from its formula: arguments float64 [members, examples, classes]."""
    mean = probabilities.mean(axis=0)
    spread = {name: -(p * np.log(p)).sum(axis=-1) for name, p in (("all", mean), ("each", probabilities))}
    return {
        "maximum_probability": 1 - mean.max(axis=1),
        "entropy": spread["all"],
        "mutual_information": spread["all"] - spread["each"].mean(axis=0),
        "maximum_logit": -logits.max(axis=2).mean(axis=0),
        "energy": -np.log(np.exp(logits).sum(axis=2)).mean(axis=0),
    }


def test_every_detector_refuses_one_in_twenty_real_examples(given, lab_run, digits):
    population, inputs = recording.population_of(lab_run), digits.test.inputs
    expected = written_out(
        population.probabilities(inputs).astype(float), population.logits(inputs).astype(float)
    )
    assert given["examples"] == len(digits.test)
    assert [each["name"] for each in given["detectors"]] == list(expected)
    for each in given["detectors"]:
        values = expected[each["name"]]
        assert each["threshold"] == pytest.approx(np.quantile(values, 0.95), rel=1e-4, abs=1e-6)
        assert each["refuses"] == pytest.approx((values > np.quantile(values, 0.95)).mean(), abs=1e-3)
        assert each["refuses"] == pytest.approx(0.05, abs=0.005)


def test_measurements_are_those_of_the_run(given, lab_run):
    record = lab_run.evaluation("noise")
    assert set(given["measured"]) == set(given["kinds"])
    for kind, found in given["measured"].items():
        assert found["one"]["mean_confidence"] == record[kind]["mean_confidence"]
        assert found["one"]["share_above"] == record[kind]["share_above"]["0.9"]
        assert found["all"]["mean_confidence"] == record[kind]["ensemble"]["mean_confidence"]
        assert found["all"]["share_above"] == record[kind]["ensemble"]["share_above"]["0.9"]
        assert (found["members"], found["examples"]) == (8, record[kind]["examples"])
    assert (given["why"], given["ranges"]) == (None, None)


def test_of_features_it_has_their_ranges_and_names_what_was_not_measured(rows_run):
    test = opened(rows_run)
    given = part("noise", test)
    inputs = np.asarray(test.test.inputs)
    assert given["kinds"] == ["uniform", "gaussian", "shuffled", "blank"]
    for place, (low, high, mean, deviation) in enumerate(given["ranges"]):
        column = inputs[:, place]
        assert (low, high) == pytest.approx((column.min(), column.max()), abs=1e-5)
        assert (mean, deviation) == pytest.approx((column.mean(), column.std()), abs=1e-5)
    assert given["measured"] == {}
    assert given["why"]["command"] == f"thalweg evaluate {rows_run.path} --only noise"


def test_one_network_cannot_disagree_with_itself(rows_file, small_recipe, tmp_path):
    rows = data.load(rows_file, reading=data.reading.Reading(label_column="kind"))
    run = recording.train_run(small_recipe, rows, members=1, seed=0, out=tmp_path / "run")
    names = [each["name"] for each in part("noise", opened(run))["detectors"]]
    assert names == ["maximum_probability", "entropy", "maximum_logit", "energy"]
