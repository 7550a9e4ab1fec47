"""Splits: types, scaling, holding out, and the hash of the content."""

import numpy as np
import pytest

from thalweg.data import Dataset, Scaling, TestSplit, TrainSplit, ValidationSplit
from thalweg.data.dataset import Split, stratified_mask
from thalweg.errors import DataError

RAW = np.arange(24, dtype=np.uint8).reshape(6, 2, 2) * 10
LABELS = np.array([0, 1, 0, 1, 0, 1], np.int32)


def train(**changes):
    return TrainSplit(**{"raw": RAW, "labels": LABELS, "class_names": ("a", "b"), **changes})


def test_pixels_are_scaled_on_use():
    split = train()
    assert split.raw.dtype == np.uint8
    assert split.inputs.dtype == np.float32
    np.testing.assert_allclose(split.inputs, RAW / 255, rtol=1e-6)


def test_standard_scaling_by_hand():
    scaling = Scaling.standard(np.array([[1.0, 5.0], [3.0, 5.0]]))
    np.testing.assert_allclose(scaling(np.array([[2.0, 6.0], [4.0, 5.0]])), [[0.0, 1.0], [2.0, 0.0]])


def test_take_keeps_the_type():
    taken = train().take(np.array([4, 1]))
    assert isinstance(taken, TrainSplit)
    np.testing.assert_array_equal(taken.labels, [0, 1])


def test_hold_out():
    kept, validation = train().hold_out(1 / 3, seed=4)
    assert isinstance(kept, TrainSplit)
    assert isinstance(validation, ValidationSplit)
    assert (np.bincount(kept.labels).tolist(), np.bincount(validation.labels).tolist()) == ([2, 2], [1, 1])
    again = train().hold_out(1 / 3, seed=4)[1]
    np.testing.assert_array_equal(again.raw, validation.raw)


@pytest.mark.parametrize("fraction", [0.0, 1.0, -0.1, 2])
def test_hold_out_fraction(fraction):
    with pytest.raises(DataError, match="strictly between 0 and 1"):
        train().hold_out(fraction)


def test_hold_out_needs_two_of_each_class():
    with pytest.raises(DataError, match="Class 1 has only 1 example"):
        stratified_mask(np.array([0, 0, 1]), 0.5, 0)


def test_stratified_mask_counts():
    labels = np.repeat([0, 1, 2], [100, 10, 2])
    mask = stratified_mask(labels, 0.2, 0)
    assert np.bincount(labels[mask]).tolist() == [20, 2, 1]
    assert not np.array_equal(mask, stratified_mask(labels, 0.2, 1))


def test_only_a_training_split_can_hold_out():
    assert not hasattr(TestSplit(RAW, LABELS, ("a", "b")), "hold_out")
    with pytest.raises(TypeError, match="abstract"):
        Split(RAW, LABELS, ("a", "b"))


def test_bad_splits():
    with pytest.raises(DataError, match="6 examples but 5 labels"):
        train(labels=LABELS[:-1])
    with pytest.raises(DataError, match="no examples"):
        train(raw=RAW[:0], labels=LABELS[:0])


def test_content_hash_is_of_the_content():
    test = TestSplit(RAW, LABELS, ("a", "b"))
    expected = Dataset("x", test, train()).content_hash
    assert Dataset("other name", test, train(), source="elsewhere").content_hash == expected
    for changed in (
        train(raw=RAW + np.uint8(1)),
        train(labels=LABELS[::-1].copy()),
        train(class_names=("a", "c")),
        train(raw=RAW.reshape(6, 4, 1)),
    ):
        assert Dataset("x", test, changed).content_hash != expected
