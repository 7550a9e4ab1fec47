"""MNIST in the archive that Keras keeps, verified array by array."""

import numpy as np
import pytest

from thalweg import data
from thalweg.data import sources
from thalweg.errors import DataError, SourceUnreachable


@pytest.fixture
def nothing_else(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.delenv("THALWEG_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("THALWEG_OFFLINE", "1")
    folder = tmp_path / "keras" / "datasets"
    folder.mkdir(parents=True)
    return folder / "mnist.npz"


def test_another_archive_of_that_name_is_refused(nothing_else):
    images, labels = np.zeros((4, 28, 28), np.uint8), np.arange(4, dtype=np.uint8)
    np.savez(nothing_else, x_train=images, y_train=labels, x_test=images, y_test=labels)
    with pytest.raises(DataError, match=r"x_train is not mnist's train-images") as caught:
        data.load("mnist")
    assert "remove" in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"nothing", b"PK\x03\x04"])
def test_a_damaged_archive_is_refused(nothing_else, content):
    nothing_else.write_bytes(content)
    with pytest.raises(DataError, match="is not Keras' archive of mnist"):
        data.load("mnist")


def test_without_it_nothing_is_found(nothing_else):
    with pytest.raises(SourceUnreachable):
        data.load("mnist")


@pytest.mark.mnist
def test_the_real_images_are_the_same_from_there(nothing_else, real_data, monkeypatch):
    expected = data.load("mnist", data_dir=real_data)
    np.savez(
        nothing_else,
        x_train=expected.train.raw,
        y_train=expected.train.labels.astype(np.uint8),
        x_test=expected.test.raw,
        y_test=expected.test.labels.astype(np.uint8),
    )
    assert data.load("mnist").content_hash == expected.content_hash
    assert sources.describe("mnist")["found"] == str(nothing_else)
    assert str(nothing_else) in data.default()[1]
