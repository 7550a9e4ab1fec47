"""The user's own NPY files: inputs beside their labels, and what is wrong with such files."""

import numpy as np
import pytest

from thalweg.data import load
from thalweg.errors import DataError

LABELS = np.arange(30) % 3
FEATURES = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)


def made(folder, **arrays):
    folder.mkdir(exist_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    return folder


def test_a_folder_with_a_test_part_of_its_own(tmp_path):
    folder = made(
        tmp_path / "mine",
        features=FEATURES,
        labels=LABELS,
        test_features=FEATURES[:6],
        test_labels=LABELS[:6],
    )
    dataset = load(folder)
    assert (dataset.name, len(dataset.train), len(dataset.test)) == ("mine", 30, 6)
    np.testing.assert_array_equal(dataset.train.raw, FEATURES)
    np.testing.assert_array_equal(dataset.test.labels, LABELS[:6])


def test_the_names_of_keras_and_labels_that_are_words(tmp_path):
    pictures = np.random.default_rng(0).integers(0, 255, (30, 5, 4), np.uint8)
    dataset = load(made(tmp_path, x_train=pictures, y_train=np.array(["a", "b", "c"])[LABELS]))
    assert (dataset.class_names, dataset.input_shape) == (("a", "b", "c"), (5, 4))


@pytest.mark.parametrize(
    ("inputs", "labels"), [("features", "labels"), ("my-features", "my-labels"), ("x_all", "y_all")]
)
def test_one_file_finds_its_labels_beside_it(tmp_path, inputs, labels):
    made(tmp_path, **{inputs: FEATURES, labels: LABELS})
    assert len(load(tmp_path / f"{inputs}.npy").train) == 24


def test_the_same_data_again_from_what_a_record_says(tmp_path):
    from thalweg.data.facts import data_facts, load_again

    kept = load(made(tmp_path / "mine", features=FEATURES, labels=LABELS), in_memory=False)
    assert load_again(tmp_path, data_facts(kept)).content_hash == kept.content_hash


@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("cut", "truncated|expected 608 for 30 x 4"),
        ("no header", "not a readable NPY file"),
        ("objects", "need pickle"),
        ("words", "expected real numbers"),
        ("no labels", "without labels.npy"),
        ("fewer labels", "30 examples but .* 29 labels"),
        ("one axis", "expected .examples, inputs."),
    ],
)
def test_what_is_wrong_is_named(tmp_path, harm, said, in_memory):
    folder = made(tmp_path / "mine", features=FEATURES, labels=LABELS)
    path = folder / "features.npy"
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:300])
    elif harm == "no header":
        path.write_bytes(b"\x93NUMPY\x01\x00\x00")
    elif harm == "objects":
        np.save(path, np.array([[1, None]] * 30), allow_pickle=True)
    elif harm == "words":
        np.save(path, FEATURES.astype(str))
    elif harm == "no labels":
        (folder / "labels.npy").unlink()
    elif harm == "fewer labels":
        np.save(folder / "labels.npy", LABELS[:29])
    else:
        np.save(path, FEATURES[:, 0])
    with pytest.raises(DataError, match=said) as error:
        load(folder, in_memory=in_memory)
    assert error.value.hint


def test_columns_one_after_another_are_read_whole_only(tmp_path):
    folder = made(tmp_path, features=np.asfortranarray(FEATURES), labels=LABELS)
    np.testing.assert_array_equal(load(folder).train.raw, load(folder, in_memory=True).train.raw)
    with pytest.raises(DataError, match="Fortran") as error:
        load(folder, in_memory=False)
    assert "ascontiguousarray" in error.value.hint


def test_a_name_that_says_no_labels(tmp_path):
    np.save(tmp_path / "rows.npy", FEATURES)
    with pytest.raises(DataError, match="cannot be told"):
        load(tmp_path / "rows.npy")
    np.save(tmp_path / "features.npy", FEATURES)
    with pytest.raises(DataError, match=r"without labels\.npy"):
        load(tmp_path / "features.npy")


def test_half_a_test_part_is_named(tmp_path):
    folder = made(tmp_path, features=FEATURES, labels=LABELS, test_features=FEATURES)
    with pytest.raises(DataError, match=r"test_features\.npy is there without test_labels\.npy"):
        load(folder)
