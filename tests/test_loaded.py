"""Programs that a process holds are dropped before the system ends it; what is computed stays the same."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg import evaluation, loaded, training
from thalweg.networks import Mlp

RECIPE = training.Recipe(network=Mlp((5,)), epochs=1, batch_size=16)


@pytest.fixture
def nearly_full(monkeypatch, tmp_path):
    """A system that lets a process map hardly more than this one has, looked at whenever it is asked."""
    if not loaded.MAPPINGS.exists():
        pytest.skip("this system does not say how many mappings there are")
    most = tmp_path / "max_map_count"
    most.write_text(f"{loaded.mappings()}\n")
    monkeypatch.setattr(loaded, "MOST", most)
    monkeypatch.setattr(loaded, "BETWEEN_LOOKS", 0.0)


def some_programs(many: int) -> list:
    """Compile programs, and return what holds on to them."""
    held = [jax.jit(lambda x, factor=factor: jnp.sin(x) * factor) for factor in range(many)]
    for one in held:
        one(np.ones(7, np.float32))
    return held


def test_programs_are_dropped_where_the_system_is_nearly_full(nearly_full):
    held = some_programs(40)
    before = loaded.mappings()
    assert loaded.make_room()
    assert len(held) == 40
    assert loaded.mappings() < before - 60


def test_nothing_is_dropped_where_there_is_room(monkeypatch):
    monkeypatch.setattr(loaded, "BETWEEN_LOOKS", 0.0)
    held = some_programs(3)
    assert held
    assert not loaded.make_room(part=1.0)


def test_a_system_that_does_not_say_is_left_alone(nearly_full, monkeypatch, tmp_path):
    for name, text in (("missing", None), ("empty", ""), ("words", "unlimited")):
        if text is not None:
            (tmp_path / name).write_text(text)
        monkeypatch.setattr(loaded, "MOST", tmp_path / name)
        assert not loaded.make_room()


def test_it_is_looked_at_once_a_second_at_most(nearly_full, monkeypatch):
    assert loaded.make_room()
    monkeypatch.setattr(loaded, "BETWEEN_LOOKS", 3600.0)
    assert not loaded.make_room()


def test_training_and_evaluating_make_room_and_give_the_same(nearly_full, monkeypatch, digits):
    asked = []
    make_room = loaded.make_room
    monkeypatch.setattr(loaded, "make_room", lambda: asked.append(make_room()))
    with_room = training.train(RECIPE, digits.train, members=2, seed=3)
    assert asked == [True]
    answers = evaluation.accuracy(with_room, digits.test)
    assert len(asked) > 1
    monkeypatch.setattr(loaded, "make_room", lambda: None)
    again = training.train(RECIPE, digits.train, members=2, seed=3)
    leaves = [jax.tree.leaves(each.networks) for each in (with_room, again)]
    assert all(np.array_equal(one, other) for one, other in zip(*leaves, strict=True))
    assert np.array_equal(evaluation.accuracy(again, digits.test).share_right, answers.share_right)
