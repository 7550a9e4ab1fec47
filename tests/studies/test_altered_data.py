import numpy as np
import pytest
from PIL import Image

from thalweg import data
from thalweg.data.dataset import TrainSplit
from thalweg.errors import StudyError
from thalweg.studies.altered_data import area_weights, relabelled, shifted_copies, shrunk


@pytest.mark.parametrize(("before", "after"), [(28, 10), (28, 7), (9, 9), (5, 1), (7, 3)])
def test_every_pixel_counts_as_much_as_every_other(before, after):
    weights = area_weights(before, after)
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    np.testing.assert_allclose(weights.sum(axis=0), after / before)
    assert (weights >= 0).all()


@pytest.mark.parametrize("side", [1, 2, 3, 6])
def test_whole_areas_are_averaged_as_pillow_does(quarters_dataset, side):
    small = shrunk(quarters_dataset, side)
    for before, after in ((quarters_dataset.train, small.train), (quarters_dataset.test, small.test)):
        assert type(before) is type(after)
        expected = [
            Image.fromarray(picture).resize((side, side), Image.Resampling.BOX) for picture in before.raw
        ]
        assert after.raw.dtype == np.uint8
        assert np.abs(after.raw.astype(int) - np.stack(expected).astype(int)).max() <= 1
        np.testing.assert_array_equal(before.labels, after.labels)


def test_parts_of_pixels_count_by_their_area(quarters_dataset):
    raw = quarters_dataset.test.raw.astype(float)
    finer = raw.repeat(2, axis=1).repeat(2, axis=2)  # 12x12: four squares of 3x3 a side
    expected = finer.reshape(-1, 4, 3, 4, 3).mean(axis=(2, 4))
    assert np.abs(shrunk(quarters_dataset, 4).test.raw - expected).max() <= 0.5 + 1e-9


def test_colours_stay_apart():
    pictures = np.zeros((20, 4, 4, 3), np.uint8)
    pictures[..., 1] = 200
    colours = data.load((pictures, np.arange(20) % 2))
    small = shrunk(colours, 2).train.raw
    assert small.shape[1:] == (2, 2, 3)
    assert (small == [0, 200, 0]).all()


def test_pictures_do_not_grow(quarters_dataset):
    with pytest.raises(StudyError, match=r"side=7: the pictures of quarters have 6x6 pixels") as error:
        shrunk(quarters_dataset, 7)
    assert error.value.hint


def test_features_have_no_sides():
    rows = data.load((np.random.default_rng(0).random((40, 3)), np.arange(40) % 2))
    with pytest.raises(StudyError, match="rows of 3 features, not pictures"):
        shrunk(rows, 2)


def test_shuffled_labels_are_the_same_labels_elsewhere(quarters_dataset):
    split = quarters_dataset.train
    changed = relabelled(split, 1)
    np.testing.assert_array_equal(np.bincount(changed.labels), np.bincount(split.labels))
    assert 0.1 < (changed.labels == split.labels).mean() < 0.45
    np.testing.assert_array_equal(relabelled(split, 1).labels, changed.labels)
    assert (relabelled(split, 2).labels != changed.labels).any()
    assert type(changed) is type(split)


def test_shifted_copies_move_by_one_pixel_in_each_direction_and_fill_with_nothing():
    picture = np.arange(1, 10, dtype=np.uint8).reshape(1, 3, 3)
    found = shifted_copies(TrainSplit(picture, np.array([1]), ("a", "b")))
    as_it_is, down, up, right, left = found.raw
    assert np.array_equal(as_it_is, picture[0])
    assert np.array_equal(down, [[0, 0, 0], [1, 2, 3], [4, 5, 6]])
    assert np.array_equal(up, [[4, 5, 6], [7, 8, 9], [0, 0, 0]])
    assert np.array_equal(right, [[0, 1, 2], [0, 4, 5], [0, 7, 8]])
    assert np.array_equal(left, [[2, 3, 0], [5, 6, 0], [8, 9, 0]])
    assert found.labels.tolist() == [1] * 5


def test_rows_of_features_cannot_be_shifted():
    with pytest.raises(StudyError, match="rows of 4 features"):
        shifted_copies(TrainSplit(np.zeros((2, 4), np.float32), np.array([0, 1]), ("a", "b")))
