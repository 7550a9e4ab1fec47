"""Members that are trained on inputs of a file are those that are trained on the same inputs in memory."""

import os
from dataclasses import replace

import jax
import numpy as np
import pytest
from hypothesis import given, strategies as st

from thalweg import memory
from thalweg.budget import total
from thalweg.data import load
from thalweg.errors import DataError, TooLarge
from thalweg.networks import Mlp
from thalweg.training import Adam, Augmentation, Recipe, Sgd, pieces, train
from thalweg.training.footprint import needs_of_training
from thalweg.training.native.library import Missing, found
from thalweg.training.schedules import Cosine

WIDE = Recipe(network=Mlp((5,)), optimiser=Sgd(learning_rate=0.5), batch_size=10, epochs=2)
RECIPES = {
    "sgd": WIDE,
    "adam": Recipe(network=Mlp((6, 5)), cost="cross-entropy", optimiser=Adam(), batch_size=16, epochs=2),
    "rates": Recipe(
        network=Mlp((5,)),
        optimiser=Sgd(learning_rate=(0.1, 0.5, 0.2), momentum=0.9),
        schedule=Cosine(),
        ema=0.9,
        batch_size=32,
        epochs=2,
    ),
    "dropout": Recipe(
        network=Mlp((8,)), optimiser=Sgd(learning_rate=0.5), dropout=0.3, batch_size=16, epochs=2
    ),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Rows of a file, of which a run of steps holds 50."""
    monkeypatch.setattr(pieces, "RUN_BYTES", 4 * 6 * 50)
    generator = np.random.default_rng(0)
    labels = np.arange(230) % 3
    features = generator.normal(size=(230, 6)).astype(np.float32) + labels[:, None]
    np.save(tmp_path / "features.npy", features)
    np.save(tmp_path / "labels.npy", labels)
    return tmp_path


def both(folder):
    return load(folder, in_memory=False).train, load(folder, in_memory=True).train


def same(one, other):
    for a, b in zip(jax.tree.leaves(one.networks), jax.tree.leaves(other.networks), strict=True):
        np.testing.assert_array_equal(a, b)
    for a, b in zip(jax.tree.leaves(one.history), jax.tree.leaves(other.history), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)


@pytest.mark.parametrize("name", RECIPES)
def test_members_are_the_same_bits_by_xla(folder, name):
    kept, whole = both(folder)
    same(*(train(RECIPES[name], split, members=3, seed=1, engine="xla") for split in (kept, whole)))


@pytest.mark.skipif(isinstance(found(), Missing), reason="the native kernel was not built")
@pytest.mark.parametrize("name", [name for name in RECIPES if name != "dropout"])
def test_members_are_the_same_bits_by_the_kernel(folder, name):
    kept, whole = both(folder)
    same(*(train(RECIPES[name], split, members=3, seed=1, engine="native") for split in (kept, whole)))


def test_weights_and_a_validation_part_go_with_them(folder):
    found, generator = [], np.random.default_rng(0)
    weights = generator.integers(0, 2, (3, 185)).astype(np.float32)
    for split in both(folder):
        own, validation = split.hold_out(0.1)
        found.append(train(WIDE, own, members=3, validation=validation, weights=weights[:, : len(own)]))
    same(*found)
    assert np.isfinite(found[0].history.validation_accuracy).all()


@given(steps=st.integers(2, 400), most=st.integers(2, 50))
def test_runs_are_all_steps_once_and_none_is_a_step_alone(steps, most):
    parts = pieces.parts_of(steps, most)
    assert [place for part in parts for place in range(steps)[part]] == list(range(steps))
    assert all(2 <= part.stop - part.start <= most + 1 for part in parts)


@pytest.mark.parametrize("batch", [17, 88, 63])
def test_a_step_that_is_left_changes_no_bit(folder, batch):
    recipe = replace(WIDE, batch_size=batch)
    same(*(train(recipe, split, members=2, engine="xla") for split in both(folder)))


def test_a_batch_of_all_examples_is_read_whole(folder):
    recipe = Recipe(network=Mlp((5,)), optimiser=Sgd(learning_rate=0.5), batch_size="full", epochs=2)
    same(*(train(recipe, split, members=2) for split in both(folder)))


@pytest.mark.parametrize("more", [{"order": "own"}, {"batch_size": 7}])
def test_what_needs_all_examples_has_them_read(folder, more):
    recipe = replace(WIDE, **more)
    same(*(train(recipe, split, members=2, engine="xla") for split in both(folder)))


def test_pictures_of_a_file_are_distorted_in_memory(tmp_path):
    pictures = np.random.default_rng(0).integers(0, 255, (40, 6, 6), np.uint8)
    np.save(tmp_path / "images.npy", pictures)
    np.save(tmp_path / "labels.npy", np.arange(40) % 2)
    recipe = Recipe(network=Mlp((5,)), augmentation=Augmentation(shift=1.0), batch_size=10, epochs=1)
    same(*(train(recipe, split, members=2) for split in both(tmp_path)))


def test_an_epoch_is_read_in_runs(folder, monkeypatch):
    sizes = []
    monkeypatch.setattr(pieces.Examples, "of", _counting(pieces.Examples.of, sizes))
    train(WIDE, both(folder)[0], members=2)
    assert sum(sizes) == 2 * 190
    assert max(sizes) == 50


def _counting(of, sizes):
    def counted(split):
        sizes.append(len(split))
        return of(split)

    return staticmethod(counted)


def test_memory_is_foretold_of_a_run_and_not_of_all(folder, monkeypatch):
    kept, whole = both(folder)
    monkeypatch.setattr(pieces, "RUN_BYTES", 4 * 6 * 10)
    examples = {
        name: next(need.bytes for need in needs_of_training(WIDE, split, 2) if need.what == "the examples")
        for name, split in (("kept", kept), ("whole", whole))
    }
    assert examples["kept"] < examples["whole"]
    own = Recipe(network=Mlp((5,)), order="own")
    assert total(needs_of_training(own, kept, 2)) == total(needs_of_training(own, whole, 2))


def test_what_needs_all_of_a_large_file_is_refused_with_what_does_not(folder, monkeypatch):
    kept, _ = both(folder)
    monkeypatch.setattr("thalweg.training.trainable.footprint.refuse_too_large", lambda *_, **__: None)
    monkeypatch.setenv(memory.VARIABLE, "3KB")
    with pytest.raises(TooLarge, match="all 185 examples"):
        train(Recipe(network=Mlp((5,)), order="own"), kept, members=2)


def test_a_file_that_changes_while_it_is_trained_on_is_named(folder):
    def touch(*_):
        os.utime(folder / "features.npy", ns=(5, 5))

    with pytest.raises(DataError, match="is not what it was"):
        train(WIDE, both(folder)[0], members=2, progress=touch)
