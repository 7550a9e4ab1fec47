import jax
import numpy as np
import pytest

from tests.evaluation.fakes import FakePopulation
from thalweg.data.dataset import TrainSplit
from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation.features.pictures import shuffled_pixels, varying_pixels, weight_images
from thalweg.evaluation.inside import population_behind
from thalweg.networks import ConvNet, Mlp, Population


def population(spec, shape, members=2):
    keys = jax.random.split(jax.random.key(1), members)
    networks = jax.vmap(lambda key: spec.build(key, shape, 4))(keys)
    return Population(networks, np.zeros(members, bool), "softmax", shape, tuple("abcd"))


def test_a_dense_weight_stands_where_the_pixel_stands_that_it_reads():
    members = population(Mlp((3,)), (4, 5, 2))
    images, kind = weight_images(members)
    assert (images.shape, kind) == ((2, 3, 4, 5, 2), "neuron")
    example = np.zeros((4, 5, 2))
    example[1, 3, 1] = 1
    weight = np.asarray(members.networks.layers[0].weight)
    np.testing.assert_array_equal(images[:, :, 1, 3, 1], weight @ example.ravel())


def test_filters_are_pictures_too():
    members = population(ConvNet((3,), dense=()), (6, 6, 2))
    images, kind = weight_images(members)
    assert (images.shape, kind) == ((2, 3, 3, 3, 2), "filter")
    weight = np.asarray(members.networks.convolutions[0].weight)
    np.testing.assert_array_equal(images[1, 2], weight[1, :, :, :, 2])


def test_what_has_no_picture_is_not_applicable():
    with pytest.raises(NotApplicable, match="no neighbours"):
        weight_images(population(Mlp((3,)), (7,)))
    with pytest.raises(NotApplicable, match="1x1"):
        weight_images(population(ConvNet((3,), kernel=1, dense=()), (6, 6)))


def test_the_weights_behind_a_classifier():
    members = population(Mlp((3,)), (4, 5))
    assert population_behind(members) is members
    assert population_behind(members.ensemble) is members
    assert len(population_behind(members[1])) == 1
    with pytest.raises(NotApplicable, match="FakePopulation shows none"):
        population_behind(FakePopulation.random(2))


def test_pixels_that_hardly_vary_are_left_out():
    raw = np.zeros((200, 2, 2), np.uint8)
    raw[:80, 0, 1] = 200
    raw[:1, 1, 0] = 200  # half a percent
    raw[:, 1, 1] = 80
    split = TrainSplit(raw, np.zeros(200, np.int32), ("a",))
    np.testing.assert_array_equal(varying_pixels(split), [[False, True], [False, False]])
    np.testing.assert_array_equal(varying_pixels(split, 0.005), [[False, True], [True, False]])
    with pytest.raises(EvaluationError, match="No pixel of 200 examples"):
        varying_pixels(split, 0.9)


def test_pixels_are_shuffled_alike_in_all_pictures():
    raw = np.random.default_rng(0).integers(0, 256, (6, 4, 5, 3), dtype=np.uint8)
    split = TrainSplit(raw, np.arange(6, dtype=np.int32) % 2, ("a", "b"))
    found = shuffled_pixels(split)
    assert isinstance(found, TrainSplit)
    before, after = (each.reshape(6, 20, 3) for each in (raw, found.raw))
    order = [np.flatnonzero((before == after[:, [pixel]]).all(axis=(0, 2)))[0] for pixel in range(20)]
    assert sorted(order) == list(range(20))
    assert order != list(range(20))
    np.testing.assert_array_equal(before[:, order], after)
    np.testing.assert_array_equal(shuffled_pixels(split).raw, found.raw)
    assert (shuffled_pixels(split, seed=1).raw != found.raw).any()
    with pytest.raises(NotApplicable, match="no pictures"):
        shuffled_pixels(TrainSplit(np.zeros((2, 7), np.float32), np.zeros(2, np.int32), ("a",)))
