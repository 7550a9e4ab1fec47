"""From arrays to a data set: kinds of inputs, the fifth held out, what is refused."""

import numpy as np
import pytest

import thalweg.data
from thalweg.data import from_arrays
from thalweg.errors import DataError

LABELS = np.arange(30) % 3
GENERATOR = np.random.default_rng(0)
FEATURES = GENERATOR.normal(5.0, 3.0, (30, 4))
IMAGES = GENERATOR.integers(0, 256, (30, 6, 5), dtype=np.uint8)


def test_a_stratified_fifth_is_held_out_and_said():
    dataset = from_arrays(IMAGES, LABELS)
    assert np.bincount(dataset.test.labels).tolist() == [2, 2, 2]
    assert (len(dataset.train), len(dataset.test)) == (24, 6)
    assert "fixed stratified fifth (6 of 30 examples)" in dataset.notes[0]
    both = np.concatenate([dataset.train.raw, dataset.test.raw]).reshape(30, -1)
    np.testing.assert_array_equal(np.sort(both, axis=0), np.sort(IMAGES.reshape(30, -1), axis=0))
    assert from_arrays(IMAGES, LABELS).content_hash == dataset.content_hash


def test_types_of_splits():
    dataset = thalweg.data.load((IMAGES, LABELS))
    assert isinstance(dataset.train, thalweg.data.TrainSplit)
    assert isinstance(dataset.test, thalweg.data.TestSplit)
    assert dataset.train.labels.dtype == np.int32


def test_given_test_part_is_used_as_it_is():
    dataset = from_arrays(IMAGES, LABELS, test=(IMAGES[:7], LABELS[:7]))
    assert len(dataset.train) == 30
    np.testing.assert_array_equal(dataset.test.raw, IMAGES[:7])
    assert dataset.notes == ()


def test_features_are_standardised_by_the_training_split_alone():
    dataset = from_arrays(FEATURES, LABELS)
    assert dataset.train.raw.dtype == np.float32
    np.testing.assert_allclose(dataset.train.inputs.mean(axis=0), 0.0, atol=1e-5)
    np.testing.assert_allclose(dataset.train.inputs.std(axis=0), 1.0, atol=1e-5)
    assert dataset.test.scaling is dataset.train.scaling
    assert np.abs(dataset.test.inputs.mean(axis=0)).max() > 1e-3


def test_a_constant_feature_becomes_zero():
    dataset = from_arrays(np.column_stack([FEATURES, np.full(30, 8.0)]), LABELS)
    assert np.all(dataset.train.inputs[:, -1] == 0.0)


@pytest.mark.parametrize(
    ("images", "dtype", "highest"),
    [
        (IMAGES, np.uint8, 1.0),
        (IMAGES.astype(np.int64), np.uint8, 1.0),
        (IMAGES.astype(np.float64), np.uint8, 1.0),
        (IMAGES / 255, np.float32, 1.0),
        (IMAGES > 100, np.uint8, 1.0),
        ((IMAGES > 100).astype(np.uint8), np.uint8, 1.0),
    ],
)
def test_images_keep_small_and_come_out_in_unit_range(images, dtype, highest):
    split = from_arrays(images, LABELS).train
    assert split.raw.dtype == dtype
    assert split.inputs.max() == pytest.approx(highest, abs=0.05)
    assert split.is_images


def test_the_same_pixels_however_they_came():
    expected = from_arrays(IMAGES, LABELS).train.inputs
    for images in (IMAGES.astype(float), IMAGES / 255, IMAGES.astype(np.int16), IMAGES[..., None]):
        np.testing.assert_allclose(from_arrays(images, LABELS).train.inputs, expected, atol=1e-7)


def test_channels():
    assert from_arrays(IMAGES[..., None], LABELS).input_shape == (6, 5)
    assert from_arrays(np.stack([IMAGES] * 3, axis=-1), LABELS).input_shape == (6, 5, 3)


def test_dim_grey_levels_are_noted():
    assert "brightest pixel is 16 of 255" in from_arrays(IMAGES // 16 + 1, LABELS).notes[0]


def test_binary_pixels_are_noted():
    assert "0 or 1 only" in from_arrays(IMAGES > 9, LABELS).notes[0]


def test_gaps_in_the_labels_are_the_values_that_occur():
    dataset = from_arrays(IMAGES, np.array([0, 1, 3])[LABELS])
    assert dataset.class_names == ("0", "1", "3")
    assert "gaps" in dataset.notes[0]


def test_words_as_labels():
    dataset = from_arrays(IMAGES, np.array(["no", "yes", "class 10"])[LABELS])
    assert dataset.class_names == ("class 10", "no", "yes")


def test_declared_classes_by_number_and_by_name():
    names = ("x", "y", "z")
    by_number = from_arrays(IMAGES, LABELS, class_names=names)
    by_name = from_arrays(IMAGES, np.array(names)[LABELS], class_names=names)
    assert by_number.content_hash == by_name.content_hash
    assert by_number.class_names == names


def test_a_class_missing_from_the_test_part_is_noted():
    dataset = from_arrays(IMAGES, LABELS, test=(IMAGES[:2], LABELS[:2]))
    assert dataset.notes == ("1 of 3 classes have no example in the test part.",)


def test_validation_split_is_stratified_and_typed():
    kept, validation = from_arrays(IMAGES, LABELS).train.hold_out(0.25)
    assert isinstance(validation, thalweg.data.ValidationSplit)
    assert (len(kept), np.bincount(validation.labels).tolist()) == (18, [2, 2, 2])


@pytest.mark.parametrize(
    "labels",
    [
        np.where(LABELS == 2, np.nan, LABELS),
        np.array(["a", "b", np.nan])[LABELS],
        np.array(["a", "b", None], object)[LABELS],
        np.array(["a", "b", " N/A "])[LABELS],
        np.array([True, False, None], object)[LABELS],
    ],
)
def test_examples_without_a_label_are_left_out_and_said_or_refused(labels):
    dataset = from_arrays(IMAGES, labels)
    assert (dataset.classes, len(dataset.train) + len(dataset.test)) == (2, 20)
    for split in (dataset.train, dataset.test):
        np.testing.assert_array_equal(IMAGES[split.identity.index], split.raw)
        assert set(split.identity.index % 3) == {0, 1}
    assert (
        "10 of 30 training examples have no label and are left out; the first is example 2"
        in dataset.notes[0]
    )
    with pytest.raises(DataError, match="example 2 has "):
        from_arrays(IMAGES, labels, strict=True)


def test_a_minus_beside_a_plus_is_a_class():
    assert from_arrays(IMAGES, np.array(["+", "-", "+"])[LABELS]).class_names == ("+", "-")


def test_blanks_around_classes_are_taken_away_and_case_is_said():
    dataset = from_arrays(IMAGES, np.array(["ash ", "ash", "Ash"])[LABELS])
    assert sorted(dataset.class_names) == ["Ash", "ash"]
    assert any("differ in case" in note for note in dataset.notes)


def broken(inputs, where, value):
    inputs = inputs.copy()
    inputs[where] = value
    return inputs


@pytest.mark.parametrize(
    ("inputs", "labels", "says"),
    [
        (IMAGES, LABELS[:-1], "30 examples but 29 labels"),
        (IMAGES, LABELS * 0, "Only one class, '0'"),
        (IMAGES[:0], LABELS[:0], "there is nothing in them"),
        (FEATURES[:, 0], LABELS, r"shape \(30,\): expected \(examples, inputs\)"),
        (np.zeros((30, 3, 6, 5)), LABELS, r"shape \(30, 3, 6, 5\)"),
        (broken(FEATURES, (4, 2), np.nan), LABELS, "example 4 .counted from 0., column 2, is nan"),
        (broken(FEATURES, (4, 2), -np.inf), LABELS, "example 4 .counted from 0., column 2, is -inf"),
        (broken(FEATURES, (4, 2), 1e300), LABELS, "example 4 .counted from 0., column 2, is inf"),
        (broken(IMAGES / 255, (4, 2, 1), np.nan), LABELS, r"example 4 .*pixel \(2, 1\), is nan"),
        (IMAGES - 128.5, LABELS, "expected whole grey levels 0..255 or fractions"),
        (IMAGES * 2.5, LABELS, "expected whole grey levels"),
        (np.array([["a"]] * 30), LABELS, "of type <U1: expected real numbers"),
        (IMAGES, np.arange(30), "a single example"),
    ],
)
def test_bad_arrays(inputs, labels, says):
    with pytest.raises(DataError, match=says) as caught:
        from_arrays(inputs, labels)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("test", "says"),
    [
        ((IMAGES[:, :5], LABELS), r"shape \(6, 5\) but test inputs of shape \(5, 5\)"),
        ((IMAGES[:0], LABELS[:0]), "test inputs have shape .0, 6, 5.: there is nothing"),
        ((IMAGES, LABELS[:4]), "test part has 30 examples but 4 labels"),
        ((IMAGES, LABELS + 1), "No example of class '3' among the training labels"),
        ((IMAGES.astype(float) * 2, LABELS), "test inputs hold values from .*as in the training part"),
        ((IMAGES / 255, LABELS), "expected whole grey levels 0..255, as in the training part"),
    ],
)
def test_bad_test_parts(test, says):
    with pytest.raises(DataError, match=says):
        from_arrays(IMAGES, LABELS, test=test)


def test_declared_classes_out_of_range_or_empty():
    with pytest.raises(DataError, match="2 is not one of the 2 classes"):
        from_arrays(IMAGES, LABELS, class_names=("a", "b"))
    with pytest.raises(DataError, match="No example of class 'd'"):
        from_arrays(IMAGES, LABELS, class_names=("a", "b", "c", "d"))


def test_an_outlier_set_has_no_training_part():
    dataset = thalweg.data.arrays.assemble(None, (IMAGES, LABELS), name="odd", source="")
    assert len(dataset.test) == 30
    with pytest.raises(DataError, match="odd has no training part"):
        _ = dataset.train
    with pytest.raises(DataError, match="nothing to standardise"):
        thalweg.data.arrays.assemble(None, (FEATURES, LABELS), name="odd", source="")
