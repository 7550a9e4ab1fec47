"""Which engine trains: the kernel where it can and is quicker, and what is said where it is not."""

import dataclasses
import warnings

import jax
import numpy as np
import pytest

from tests.training.test_population import Memory, assert_same
from thalweg.errors import TrainingError
from thalweg.networks import Mlp, OwnNetwork
from thalweg.training import OwnOptimiser, Recipe, Sgd, Start, train
from thalweg.training.native import library, support
from thalweg.training.native.library import Library, Missing

RECIPE = Recipe(network=Mlp((6,), "tanh"), optimiser=Sgd(0.3), batch_size=16, epochs=4)
THERE = Library(("avx2", "baseline"), (8, 4), "a test")
MANY = {"members": 64, "inputs": 784, "lit": 0.19}


@pytest.fixture
def there(monkeypatch):
    monkeypatch.setattr(library, "found", lambda: THERE)


@pytest.fixture
def missing(monkeypatch):
    monkeypatch.setattr(library, "found", lambda: Missing("no C++ compiler was found"))


def test_the_kernel_is_taken_where_it_is_quicker(there):
    engine = support.choose("auto", RECIPE, **MANY)
    facts = {"name": "native", "variant": "avx2", "lanes": "members", "pictures": None, "why": None}
    assert engine.to_json() == facts


def test_xla_is_taken_where_it_is_quicker(there):
    narrow = RECIPE.with_settings({"hidden": [2], "order": "own"})
    engine = support.choose("auto", narrow, **MANY)
    assert engine.name == "xla"
    assert "quicker" in engine.why
    assert support.choose("native", narrow, **MANY).lanes == "neurons"


def test_xla_is_taken_where_it_is_asked_for(there):
    assert support.choose("xla", RECIPE, **MANY).to_json()["why"] == "it was asked for"


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"augmentation.shift": [0.0, 1.0]}, "each member distorts pictures for itself"),
        ({"hidden": [2] * 61}, "up to 60 hidden layers"),
        ({"network": "convnet", "dense": [2] * 61}, "up to 60 hidden layers"),
        ({"network": "convnet", "channels": [2] * 33, "kernel": 1}, "up to 32 convolutions"),
    ],
)
def test_what_the_kernel_cannot_do_is_left_to_xla_and_said(there, settings, why):
    recipe = RECIPE.with_settings(settings)
    engine = support.choose("auto", recipe, **MANY)
    assert engine.name == "xla"
    assert why in engine.why
    with pytest.raises(TrainingError, match=why) as caught:
        support.choose("native", recipe, **MANY)
    assert "engine='auto'" in caught.value.hint


def test_dropout_is_left_to_xla_where_jax_draws_otherwise(there, monkeypatch):
    recipe = RECIPE.with_settings({"dropout": 0.1})
    assert support.choose("auto", recipe, **MANY).name == "native"
    monkeypatch.setattr(support, "same_chance", lambda: False)
    engine = support.choose("auto", recipe, **MANY)
    assert engine.name == "xla"
    assert "another generator" in engine.why


def test_a_network_of_ones_own_is_left_to_xla(there):
    recipe = dataclasses.replace(RECIPE, network=OwnNetwork("tests.training.written_by_a_user:Residual"))
    assert "convolutional networks only" in support.choose("auto", recipe, **MANY).why


def test_an_optimiser_of_ones_own_is_left_to_xla(there):
    recipe = dataclasses.replace(RECIPE, optimiser=OwnOptimiser("optax:lion"))
    assert "optimiser of one's own" in support.choose("auto", recipe, **MANY).why


def test_without_a_kernel_xla_trains_and_says_why(missing):
    engine = support.choose("auto", RECIPE, **MANY)
    assert (engine.name, engine.why, engine.warning) == ("xla", "no C++ compiler was found", None)


def test_a_kernel_that_is_asked_for_and_missing_is_an_error(missing, train_split):
    with pytest.raises(TrainingError, match="no C\\+\\+ compiler was found") as caught:
        train(RECIPE, train_split, members=2, engine="native")
    assert "install a C++ compiler" in caught.value.hint


def test_no_engine_of_that_name(train_split):
    with pytest.raises(TrainingError, match="engine='nativ'") as caught:
        train(RECIPE, train_split, engine="nativ")
    assert "Did you mean 'native'?" in caught.value.hint


def test_a_broken_kernel_is_warned_of_and_xla_trains(monkeypatch, train_split):
    monkeypatch.setattr(library, "found", lambda: Missing("_kernel.so is damaged", broken=True))
    with pytest.warns(RuntimeWarning, match=r"native kernel is not used: _kernel.so is damaged") as seen:
        population = train(RECIPE, train_split, members=2)
    assert len(seen) == 1
    assert_same(population, train(RECIPE, train_split, members=2, engine="xla"))


def test_a_training_goes_on_with_what_it_was_started_with(there):
    kept = {"engine": "native", "variant": "baseline", "lanes": "neurons"}
    engine = support.choose("auto", RECIPE, **MANY, kept=kept)
    assert (engine.variant, engine.lanes) == ("baseline", "neurons")
    assert support.choose("auto", RECIPE, **MANY, kept={"engine": "xla"}).name == "xla"
    elsewhere = {"engine": "native", "variant": "avx512", "lanes": "members"}
    assert support.choose("auto", RECIPE, **MANY, kept=elsewhere).variant == "avx2"


@pytest.mark.parametrize(
    "kept", [{"engine": "native", "variant": "avx2"}, {"engine": "xla", "pictures": "native"}]
)
def test_a_training_that_cannot_go_on_so_says_it(missing, kept):
    engine = support.choose("auto", RECIPE, **MANY, kept=kept)
    assert engine.name == "xla"
    assert "goes on with XLA" in engine.warning


TURNED = RECIPE.with_settings({"augmentation.rotation": 5.0})


def test_pictures_are_distorted_by_the_kernel_whatever_trains(there):
    engine = support.choose("auto", TURNED, **MANY)
    assert (engine.name, engine.pictures) == ("native", "native")
    unknown = support.choose("auto", TURNED.with_settings({"hidden": [2] * 61}), **MANY)
    assert (unknown.name, unknown.pictures, unknown.variant) == ("xla", "native", "avx2")
    assert support.choose("xla", TURNED, **MANY).to_json() == {
        "name": "xla", "variant": None, "lanes": None, "pictures": "xla", "why": "it was asked for",
    }  # fmt: skip


def test_pictures_go_on_as_they_were_started(there):
    kept = {"engine": "native", "variant": "avx2", "lanes": "members", "pictures": "xla"}
    assert support.choose("auto", TURNED, **MANY, kept=kept).pictures == "xla"
    assert support.choose("auto", TURNED, **MANY, kept={**kept, "pictures": "native"}).pictures == "native"


def test_another_generator_of_chance_is_left_to_xla(there):
    with jax.default_prng_impl("rbg"):
        assert support.choose("auto", TURNED, **MANY).pictures == "xla"
    with jax.threefry_partitionable(False):
        assert support.choose("auto", TURNED, **MANY).pictures == "xla"


@pytest.mark.parametrize("settings", [{}, {"optimiser": "adam", "ema": 0.9, "order": "own"}])
def test_resumed_is_uninterrupted_bit_for_bit(kernel, train_split, settings):
    recipe = RECIPE.with_settings(settings)
    whole = train(recipe, train_split, members=5, engine="native")
    checkpoint = Memory(stop_after=2)
    with pytest.raises(KeyboardInterrupt):
        train(recipe, train_split, members=5, checkpoint=checkpoint, engine="native")
    assert checkpoint.kept[1]["engine"] == "native"
    checkpoint.stop_after = None
    resumed = train(recipe, train_split, members=5, checkpoint=checkpoint)  # it keeps the engine by itself
    assert_same(whole, resumed)
    np.testing.assert_array_equal(whole.history.cost, resumed.history.cost)


def test_both_engines_train_the_same_networks(kernel, train_split, test_split):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        native, xla = (train(RECIPE, train_split, members=3, engine=engine) for engine in ("native", "xla"))
    assert_same(native, xla, tolerance=2e-5)
    np.testing.assert_allclose(native.history.cost, xla.history.cost, rtol=1e-5)
    np.testing.assert_array_equal(native.history.accuracy, xla.history.accuracy)


@pytest.mark.parametrize("lanes", ["members", "neurons"])
def test_enlarging_a_population_changes_nobody_by_a_bit(kernel, train_split, monkeypatch, lanes):
    monkeypatch.setattr(support, "best", lambda *_, **__: (lanes, 2.0))
    small, large = (train(RECIPE, train_split, members=members, engine="native") for members in (1, 21))
    assert_same(small, large[:1])


def test_weights_that_stay_as_they_are_are_left_to_xla(kernel, digits):
    few = digits.train.take(slice(0, 64))
    networks = train(RECIPE, few, members=2, watch=lambda epoch, members: True).networks
    learns = jax.tree.map(lambda leaf: np.ones(leaf.shape, bool), networks)
    with pytest.raises(TrainingError, match="some do not learn"):
        train(RECIPE, few, members=2, start=Start(networks, learns), engine="native")
