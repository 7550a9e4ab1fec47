import pytest

from thalweg.figures.evaluations.accuracy import mean_of
from thalweg.measured import Measured
from thalweg.report.headlines import dig, headlines, shape_of, trained
from thalweg.report.reading import Subject

ACCURACY = {
    "train_accuracy": {"mean": 0.99},
    "test_accuracy": {
        "mean": 0.9423,
        "sd": 0.0038,
        "ensemble": 0.9654,
        "ensemble_interval": [0.9616, 0.9688],
        "members": 32,
        "examples": 10000,
        "interval": {"starts": [0.94, 0.95], "examples": None, "both": [0.9387, 0.9458]},
    },
    "generalisation_gap": {"value": 0.015, "interval": [0.011, 0.018]},
}


def by_label(evaluations):
    return {each.label: each for each in headlines(evaluations)}


def test_accuracy_with_its_widest_interval():
    found = by_label({"accuracy": ACCURACY})
    assert found["One network"].value == "94.2 % [93.9, 94.6]"
    assert "n = 32 \u00d7 10,000" in found["One network"].note
    assert "sd between networks 0.38 points" in found["One network"].note
    assert found["All together"].value == "96.5 % [96.2, 96.9]"
    assert found["Learning gap"].value == "1.5 points [1.1, 1.8]"


def test_nothing_is_said_of_what_was_not_measured():
    assert headlines({}) == []
    assert headlines({"accuracy": {"not_measured": "no", "hint": ""}, "noise": {}}) == []


def test_one_network_has_no_vote():
    alone = {**ACCURACY["test_accuracy"], "members": 1, "sd": None}
    found = by_label({"accuracy": {**ACCURACY, "test_accuracy": alone}})
    assert "All together" not in found
    assert found["The network"].note == "right on new examples, n = 1 \u00d7 10,000 (network \u00d7 examples)"


def test_the_widest_interval_there_is():
    side = {"mean": 0.5, "interval": {"starts": [0, 1], "examples": None, "both": None}}
    assert mean_of(side) == Measured(0.5, 0, 1)
    assert mean_of({"mean": 0.5}) == Measured(0.5)


def test_who_was_trained(digits_run):
    sentence = trained(Subject(digits_run))
    assert sentence.startswith("3 networks of tiny (784-6-10, 4,780 parameters each), trained from different")
    assert "; none diverged. Training was short: 90 steps, 45 in each of 2 epochs." in sentence


def test_layers_in_short():
    record = {"input_shape": [28, 28], "class_names": list("ab")}
    conv = {"kind": "convnet", "kernel": 3, "channels": [4, 8], "dense": [16]}
    assert shape_of({**record, "recipe": {"network": conv}}) == "3x3x4-3x3x8-16-2"
    assert shape_of({**record, "recipe": {}}) == "unknown network"


def test_small_things():
    assert dig({"a": [{"b": 3}]}, "a", 0, "b") == 3
    assert dig({"a": [1]}, "a", 4, "b") is None


@pytest.mark.parametrize(("value", "shown"), [(0.0174, "1.7 points"), (-0.002, "-0.2 points")])
def test_confidence_gap_keeps_its_sign(value, shown):
    found = by_label({"calibration": {"signed": {"value": value, "interval": None}}})
    assert found["Confidence gap"].value == shown


@pytest.mark.parametrize("name", ["calibration", "diversity", "arbitrariness"])
def test_whoever_asked_whether_anything_was_learned_is_heard(name):
    guess = {"over_chance": {"learned": False, "verdict": "nothing that can be told from guessing"}}
    asked = {"signed": {"value": 0.1, "interval": [0.05, 0.15]}, **guess}
    assert [each.value for each in headlines({name: asked})] == ["No"]
    test = {**ACCURACY["test_accuracy"], "over_chance": {"learned": True}}
    accuracy = {**ACCURACY, "test_accuracy": test}  # which is heard first
    assert "One network" in by_label({"accuracy": accuracy, name: asked})
