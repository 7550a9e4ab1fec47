"""Bands over members by hand, who follows a training, and trackers that are not there."""

import sys
import warnings

import numpy as np
import pytest

import thalweg as tw
from thalweg.errors import TrackerError
from thalweg.tracking import MLflow, TensorBoard, WeightsAndBiases, tracker
from thalweg.tracking.bands import bands, flat_settings, of_member


def test_bands_are_over_members_that_did_not_diverge():
    cost = np.array([[9.0, 1.0], [9.0, np.nan], [9.0, 3.0], [9.0, 2.0]])
    nothing = np.full((4, 2), np.nan)
    found = bands({"cost": cost, "validation_cost": nothing}, 2)
    assert found == {
        "cost/mean": 2.0,
        "cost/lowest": 1.0,
        "cost/q05": pytest.approx(1.1),
        "cost/q25": 1.5,
        "cost/median": 2.0,
        "cost/q75": 2.5,
        "cost/q95": pytest.approx(2.9),
        "cost/highest": 3.0,
        "members/diverged": 1.0,
    }
    assert of_member({"cost": cost, "accuracy": cost}, 1, 2) == {}
    assert of_member({"cost": cost, "accuracy": cost}, 2, 2) == {"cost": 3.0, "accuracy": 3.0}


def test_settings_have_dotted_names():
    found = flat_settings({"a": 1, "b": {"c": [1, 2], "d": {"e": "x" * 900}}})
    assert found == {"a": "1", "b.c": "[1, 2]", "b.d.e": "x" * 500}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tensorbord:x", "Did you mean 'tensorboard'"),
        ("tensorboard", "does not say where"),
        ("mlflow:", "does not say where"),
        ("", "Unknown tracker ''"),
    ],
)
def test_what_is_no_tracker_is_named(text, says):
    with pytest.raises(TrackerError, match=says) as caught:
        tracker(text)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["tensorboard", "mlflow", "wandb"])
def test_packages_that_are_missing_are_named(name, monkeypatch, tmp_path, quarters_dataset, small_recipe):
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(TrackerError, match=f"needs the package {name}") as caught:
        tracker(f"{name}:{tmp_path}")
    assert "thalweg[trackers]" in caught.value.hint
    made = {"tensorboard": TensorBoard, "mlflow": MLflow, "wandb": WeightsAndBiases}[name](
        str(tmp_path / "x")
    )
    with pytest.raises(TrackerError, match=f"needs the package {name}"):
        tw.train(small_recipe, quarters_dataset.train, callbacks=[made])


def test_arguments_out_of_range_are_named():
    with pytest.raises(TrackerError, match="members=-1"):
        TensorBoard("x", members=-1)
    with pytest.raises(TrackerError, match="Unknown mode 'away'"):
        WeightsAndBiases("x", mode="away")


def test_nothing_is_imported_before_it_is_used():
    before = set(sys.modules)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        TensorBoard("x"), MLflow("sqlite:///x.db"), WeightsAndBiases("x")
    assert not {"tensorboard", "mlflow", "wandb"} & (set(sys.modules) - before)
