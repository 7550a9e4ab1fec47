"""Who follows a training hears what its history says, changes nothing, and cannot harm it."""

import numpy as np
import pytest

from thalweg import recording
from thalweg.callbacks import Begun, followed
from thalweg.training import train


class Listening:
    def __init__(self, fails_at=None):
        self.heard, self.fails_at = [], fails_at

    def begin(self, begun):
        self.heard.append(begun)

    def epoch(self, done, history):
        if done == self.fails_at:
            raise OSError("No space left on device")
        self.heard.append((done, {name: values.copy() for name, values in history.items()}))

    def end(self, finished):
        self.heard.append(finished)


def test_a_training_is_told_as_its_history_says(quarters_dataset, small_recipe):
    listening = Listening()
    population = train(small_recipe, quarters_dataset.train, members=3, seed=5, callbacks=[listening])
    begun, *epochs, finished = listening.heard
    assert (begun.name, begun.members, begun.epochs, begun.seed) == ("small", 3, 4, 5)
    assert begun.settings["batch_size"] == 8
    assert finished is True
    assert [done for done, _ in epochs] == [1, 2, 3, 4]
    for done, history in epochs:
        np.testing.assert_allclose(history["cost"], population.history.cost[:, :done], rtol=1e-6)


def test_who_follows_changes_nothing(quarters_dataset, small_recipe, finished_run, tmp_path):
    listening = Listening()
    run = recording.train_run(
        small_recipe, quarters_dataset, members=3, seed=5, out=tmp_path / "followed", callbacks=[listening]
    )
    assert listening.heard[0].name == "followed"
    assert listening.heard[0].run == str(run.path)
    for name, expected in finished_run.weights().items():
        np.testing.assert_array_equal(run.weights()[name], expected)


def test_who_fails_on_the_way_is_left_and_the_training_goes_on(quarters_dataset, small_recipe):
    failing, other = Listening(fails_at=2), Listening()
    with pytest.warns(RuntimeWarning, match="A Listening failed .* No space left"):
        train(small_recipe, quarters_dataset.train, callbacks=[failing, other])
    assert [each[0] for each in failing.heard[1:]] == [1]
    assert other.heard[-1] is True


def test_a_training_that_is_stopped_is_told_as_stopped():
    listening = Listening()

    def stopped():
        with followed([listening], Begun("mine", 1, 0, 0, 9, {})) as followers:
            followers.epoch(1, {"cost": np.ones((1, 1))})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert listening.heard[-1] is False


def test_a_training_that_goes_on_is_told_from_where_it_was(quarters_dataset, small_recipe, tmp_path):
    class Stopping(Listening):
        def epoch(self, done, history):
            super().epoch(done, history)
            if done == 2:
                raise KeyboardInterrupt

    first, second = Stopping(), Listening()
    with pytest.raises(recording.Interrupted):
        recording.train_run(
            small_recipe, quarters_dataset, members=2, out=tmp_path / "run", callbacks=[first]
        )
    recording.resume_run(tmp_path / "run", dataset=quarters_dataset, callbacks=[second])
    assert first.heard[-1] is False
    assert [each[0] for each in second.heard[1:-1]] == [3, 4]
    assert second.heard[1][1]["cost"].shape == (2, 3)
    np.testing.assert_array_equal(second.heard[1][1]["cost"][:, :2], first.heard[2][1]["cost"])
