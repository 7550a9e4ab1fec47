"""Pictures that the kernel distorts are those that XLA distorts, for the same key."""

import jax
import numpy as np
import pytest

from tests.training.test_population import Memory, assert_same
from thalweg.data.split import TrainSplit
from thalweg.networks import Mlp
from thalweg.training import Augmentation, Recipe, train
from thalweg.training.examples import Examples
from thalweg.training.native.distortion import NativeDistortion

KEY = jax.random.key(11)
KINDS = {
    "shifts": Augmentation(shift=2.0),
    "far": Augmentation(shift=40.0),
    "part of a pixel": Augmentation(shift=0.5),
    "affine": Augmentation(shift=1.5, rotation=20.0, scale=0.2, shear=0.3),
    "bent": Augmentation(elastic=1.5),
    "all": Augmentation(shift=1.0, rotation=180.0, scale=0.5, shear=1.0, elastic=3.0),
}


def pictures(shape=(12, 19), kind=np.uint8, count=70):
    generator = np.random.default_rng(2)
    raw = generator.integers(0, 256, (count, *shape)) * (generator.random((count, *shape)) < 0.4)
    raw[3] = 0
    raw = raw.astype(np.uint8) if kind is np.uint8 else (raw / 255).astype(np.float32)
    return TrainSplit(raw, (np.arange(count) % 3).astype(np.int32), ("a", "b", "c"))


def by_xla(augmentation, split):
    each = lambda function, items: [function(item) for item in items]  # noqa: E731
    return np.asarray(Examples.of(split).distorted(augmentation, KEY, each, 1).raw)


def by_kernel(kernel, augmentation, split, lanes=None, threads=1):
    distortion = NativeDistortion(lanes or kernel.lanes[0], threads)
    return np.asarray(distortion(Examples.of(split), augmentation, KEY).raw)


@pytest.mark.parametrize("augmentation", KINDS.values(), ids=KINDS.keys())
def test_every_kind_on_every_variant(kernel, augmentation):
    split = pictures()
    expected = by_xla(augmentation, split)
    for lanes in kernel.lanes:
        found = by_kernel(kernel, augmentation, split, lanes)
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, atol=5e-5)
    assert not np.allclose(expected, split.inputs)


@pytest.mark.parametrize("augmentation", [KINDS["shifts"], KINDS["all"]], ids=["shifts", "all"])
@pytest.mark.parametrize("shape", [(5, 7, 3), (1, 1), (4, 5), (9, 3), (30, 33, 1), (8, 40)])
def test_every_size_and_colours(kernel, augmentation, shape):
    split = pictures(shape)
    np.testing.assert_allclose(by_kernel(kernel, augmentation, split), by_xla(augmentation, split), atol=5e-5)


@pytest.mark.parametrize("kind", [np.uint8, np.float32])
def test_bytes_and_fractions(kernel, kind):
    split = pictures(kind=kind)
    np.testing.assert_allclose(by_kernel(kernel, KINDS["all"], split), by_xla(KINDS["all"], split), atol=5e-5)


def test_threads_change_nothing(kernel):
    split = pictures(count=500)
    one = by_kernel(kernel, KINDS["all"], split)
    np.testing.assert_array_equal(one, by_kernel(kernel, KINDS["all"], split, threads=3))


@pytest.mark.parametrize("shape", [(4, 5), (9, 3), (28, 28)])
def test_pictures_smaller_than_a_register_leave_their_neighbours_alone(kernel, shape):
    """Threads write side by side: nothing may be written beyond a picture, though a vector is longer."""
    split = pictures(shape, count=300)
    for threads in (1, 4):
        found = by_kernel(kernel, KINDS["all"], split, threads=threads)
        np.testing.assert_allclose(found, by_xla(KINDS["all"], split), atol=5e-5)


def test_the_memory_is_used_again(kernel):
    distortion, examples = NativeDistortion(kernel.lanes[0], 1), Examples.of(pictures())
    first = distortion(examples, KINDS["all"], KEY).raw
    kept = np.array(first)
    second = distortion(examples, KINDS["all"], jax.random.key(12)).raw
    assert first.is_deleted()
    assert not np.array_equal(kept, second)
    np.testing.assert_array_equal(kept, distortion(examples, KINDS["all"], KEY).raw)


@pytest.mark.parametrize("order", ["shared", "own"])
def test_networks_learn_the_same_from_them(kernel, order):
    recipe = Recipe(
        network=Mlp((6,)), augmentation=KINDS["affine"], batch_size=16, epochs=2, order=order
    ).with_settings({"exposure.share": 0.3})
    ours, theirs = (train(recipe, pictures(), members=3, engine=engine) for engine in ("native", "xla"))
    for one, other in zip(*map(jax.tree.leaves, (ours.networks, theirs.networks)), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


def test_resumed_is_uninterrupted_bit_for_bit(kernel):
    recipe = Recipe(network=Mlp((6,)), augmentation=KINDS["all"], batch_size=16, epochs=4)
    whole = train(recipe, pictures(), members=3)
    checkpoint = Memory(stop_after=2)
    with pytest.raises(KeyboardInterrupt):
        train(recipe, pictures(), members=3, checkpoint=checkpoint)
    assert checkpoint.kept[1]["pictures"] == "native"
    checkpoint.stop_after = None
    assert_same(whole, train(recipe, pictures(), members=3, checkpoint=checkpoint))
