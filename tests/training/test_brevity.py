"""A short training is said to be short where its networks do not know their own examples, and only there."""

from __future__ import annotations

import numpy as np
import pytest

from thalweg import recording
from thalweg.training.brevity import FEW, too_short


def course(epochs, *, right, falls=True, members=3):
    """Cost and accuracy [members, epochs] of a training that still falls by a tenth an epoch, or rests."""
    cost = 0.9 ** np.arange(epochs) if falls else np.ones(epochs)
    return np.tile(cost, (members, 1)), np.full((members, epochs), right)


def test_steps_are_counted_and_what_to_try_is_said():
    said = too_short(*course(60, right=0.7), examples=120, batch_size=128)
    assert said.startswith("Training was short: 60 steps, 1 in each of 60 epochs. Networks name 70.0 % of")
    assert "still falling" in said
    assert "(--epochs 1000), or smaller batches (--set batch_size=16)." in said
    said = too_short(*course(20, right=0.7), examples=120, batch_size=12)
    assert "200 steps, 10 in each of 20 epochs" in said
    assert said.endswith("(--epochs 100).")  # batches are small enough


@pytest.mark.parametrize(
    ("epochs", "right", "examples", "batch_size"),
    [
        (30, 0.5, 1_438, 32),  # the embedded digits
        (1, 0.5, 60_000, 32),  # one epoch of MNIST
        (60, 0.97, 120, 128),  # few steps, and enough
        (FEW, 0.5, 120, None),  # every step on all examples
    ],
)
def test_of_other_trainings_nothing_is_said(epochs, right, examples, batch_size):
    assert too_short(*course(epochs, right=right), examples=examples, batch_size=batch_size) is None


def test_at_rest_and_at_chance_it_is_short_but_not_falling():
    said = too_short(*course(10, right=0.5, falls=False), examples=64, batch_size=None)
    assert "10 steps" in said
    assert "falling" not in said


def test_members_that_diverged_are_not_asked():
    cost, accuracy = course(10, right=0.97)
    cost[0], accuracy[0] = np.nan, np.nan
    assert too_short(cost, accuracy, examples=64, batch_size=None) is None
    assert too_short(cost * np.nan, accuracy, examples=64, batch_size=None) is None
    assert too_short(*course(1, right=0.5), examples=9, batch_size=9).startswith(
        "Training was short: 1 step, "
    )


def test_a_run_keeps_what_was_said(finished_run, tmp_path, small_recipe, quarters_dataset):
    history = recording.population_of(finished_run).history
    examples = finished_run.record["data"]["train"]
    expected = too_short(history.cost, history.accuracy, examples=examples, batch_size=8)
    assert finished_run.record["too_short"] == expected
