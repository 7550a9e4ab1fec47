"""NumPy archives: their three layouts, and what is refused."""

import numpy as np
import pytest

from thalweg.data import load
from thalweg.errors import DataError

LABELS = np.arange(20) % 2
IMAGES = np.random.default_rng(0).integers(0, 256, (20, 4, 4), dtype=np.uint8)
ROWS = np.random.default_rng(0).normal(size=(20, 3))


@pytest.fixture
def save(tmp_path):
    def write(**arrays):
        np.savez(tmp_path / "mine.npz", **arrays)
        return tmp_path / "mine.npz"

    return write


def test_images_and_labels(save):
    dataset = load(save(images=IMAGES, labels=LABELS))
    assert (len(dataset.train), len(dataset.test), dataset.name) == (16, 4, "mine")
    assert "held out" in dataset.notes[0]


def test_features_and_labels_as_words(save):
    dataset = load(save(features=ROWS, labels=np.array(["b", "a"])[LABELS]))
    assert dataset.class_names == ("a", "b")
    assert dataset.input_shape == (3,)


def test_test_part(save):
    path = save(images=IMAGES, labels=LABELS, test_images=IMAGES[:6], test_labels=LABELS[:6])
    np.testing.assert_array_equal(load(path).test.raw, IMAGES[:6])


def test_keras_layout(save):
    path = save(x_train=IMAGES, y_train=LABELS, x_test=IMAGES[:4], y_test=LABELS[:4])
    assert (len(load(path).train), len(load(path).test)) == (20, 4)


def test_source_finds_the_same_data_again(save):
    dataset = load(save(images=IMAGES, labels=LABELS))
    assert load(dataset.source).content_hash == dataset.content_hash


def test_needs_pickle(save):
    path = save(images=IMAGES, labels=np.array([f"word {label}" for label in LABELS], dtype=object))
    with pytest.raises(DataError, match="need pickle") as caught:
        load(path)
    assert "labels.astype(str)" in caught.value.hint


def test_lacks_the_arrays(save):
    with pytest.raises(DataError, match="holds the arrays pictures, targets: expected images or features"):
        load(save(pictures=IMAGES, targets=LABELS))


def test_half_a_test_part(save):
    with pytest.raises(DataError, match="test_labels without its partner"):
        load(save(images=IMAGES, labels=LABELS, test_labels=LABELS))


def test_images_that_are_rows_and_features_that_are_images(save):
    with pytest.raises(DataError, match=r"images has shape \(20, 3\)"):
        load(save(images=ROWS, labels=LABELS))
    with pytest.raises(DataError, match=r"features has shape \(20, 4, 4\)"):
        load(save(features=IMAGES, labels=LABELS))


@pytest.mark.parametrize("damage", ["cut", "words", "flip"])
def test_damaged(save, damage):
    path = save(images=IMAGES, labels=LABELS)
    data = bytearray(path.read_bytes())
    data[250] ^= 0xFF
    path.write_bytes({"cut": bytes(data[:200]), "words": b"no archive", "flip": bytes(data)}[damage])
    with pytest.raises(DataError, match=r"not a readable \.npz archive"):
        load(path)


def test_a_single_array_in_disguise(tmp_path):
    with (tmp_path / "x.npz").open("wb") as stream:
        np.save(stream, IMAGES)
    with pytest.raises(DataError, match="not a readable"):
        load(tmp_path / "x.npz")
