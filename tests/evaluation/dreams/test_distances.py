import numpy as np
import pytest

from tests.evaluation.fakes import make_dataset, make_split
from thalweg.data.dataset import Dataset, TestSplit, TrainSplit
from thalweg.errors import EvaluationError
from thalweg.evaluation.dreams import distances as at_once
from thalweg.evaluation.dreams.distances import distances, nearest_labels


@pytest.fixture(scope="module")
def dataset():
    return make_dataset(train=80, test=40)


def nearest(picture, real, *, length_one=False):
    if length_one:
        picture, real = picture / np.linalg.norm(picture), real / np.linalg.norm(real, axis=1, keepdims=True)
    return np.linalg.norm(real - picture, axis=1)


def test_distances_are_those_of_the_definition(dataset):
    real = dataset.train.inputs[dataset.train.labels == 2].reshape(-1, 16)
    new = dataset.test.inputs[dataset.test.labels == 2].reshape(-1, 16)
    drawn = np.random.default_rng(1).uniform(size=(5, 4, 4)).astype(np.float32)
    found = distances(drawn, 2, dataset)
    for ratios, length_one in ((found.ratio, False), (found.shape_ratio, True)):
        usual = np.mean([nearest(picture, real, length_one=length_one).min() for picture in new])
        expected = [nearest(one.ravel(), real, length_one=length_one).min() / usual for one in drawn]
        np.testing.assert_allclose(ratios, expected, rtol=1e-5)
    places = np.flatnonzero(dataset.train.labels == 2)
    shapes = [nearest(one.ravel(), real, length_one=True).argmin() for one in drawn]
    np.testing.assert_array_equal(found.nearest, places[shapes])


def test_test_pictures_have_one_on_average(dataset):
    found = distances(dataset.test.inputs[dataset.test.labels == 1], 1, dataset)
    assert found.ratio.mean() == pytest.approx(1)
    assert found.shape_ratio.mean() == pytest.approx(1)


def test_a_faint_copy_has_the_shape_of_its_original(dataset):
    place = np.flatnonzero(dataset.train.labels == 3)[4]
    faint = 0.1 * dataset.train.inputs[place : place + 1]
    found = distances(faint, 3, dataset)
    assert found.shape_ratio[0] == pytest.approx(0, abs=1e-5)
    assert found.nearest[0] == place
    assert found.ratio[0] > 0.5


def test_a_black_picture_has_no_shape(dataset):
    found = distances(np.zeros((1, 4, 4), np.float32), 0, dataset)
    assert found.ratio[0] == pytest.approx(found.blank_ratio)
    assert np.isfinite(found.shape_ratio[0])


def test_the_nearest_of_all_classes(dataset, monkeypatch):
    real = dataset.train.inputs.reshape(80, 16)
    drawn = np.random.default_rng(2).uniform(size=(30, 4, 4)).astype(np.float32)
    places = [nearest(one.ravel(), real, length_one=True).argmin() for one in drawn]
    expected = dataset.train.labels[places]
    np.testing.assert_array_equal(nearest_labels(drawn, dataset.train), expected)
    monkeypatch.setattr(at_once, "EXAMPLES_AT_ONCE", 7)
    np.testing.assert_array_equal(nearest_labels(0.3 * drawn, dataset.train), expected)
    assert nearest_labels(np.zeros((1, 4, 4)), dataset.train).tolist() == [-1]


def test_a_class_without_examples_and_a_copied_test_split_are_refused(dataset):
    empty = Dataset("fake", make_split(4, classes=4).take([0]), dataset.train)
    absent = next(label for label in range(4) if label != empty.test.labels[0])
    with pytest.raises(EvaluationError, match="No test example of class"):
        distances(np.zeros((1, 4, 4)), absent, empty)
    train = dataset.train
    copied = Dataset("fake", TestSplit(train.raw, train.labels, train.class_names), train)
    assert isinstance(copied.train, TrainSplit)
    with pytest.raises(EvaluationError, match="is also a training example"):
        distances(np.zeros((1, 4, 4)), 0, copied)
