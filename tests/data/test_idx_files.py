"""The user's own IDX files."""

import numpy as np
import pytest

from thalweg.data import load
from thalweg.errors import DataError


def test_folder_with_the_four_names(four_files, tiny):
    dataset = load(four_files)
    np.testing.assert_array_equal(dataset.train.raw, tiny[0])
    np.testing.assert_array_equal(dataset.test.labels, tiny[1][::-1])
    assert (dataset.name, dataset.notes, dataset.input_shape) == ("own", (), (5, 4))


def test_training_part_alone(four_files):
    for path in four_files.glob("t10k*"):
        path.unlink()
    assert (len(load(four_files).train), len(load(four_files).test)) == (24, 6)


def test_test_part_alone_is_an_outlier_set(four_files):
    for path in four_files.glob("train*"):
        path.unlink()
    dataset = load(four_files)
    assert dataset.train_part is None
    assert len(dataset.test) == 30


def test_names_with_a_dot(four_files):
    for path in list(four_files.iterdir()):
        path.rename(path.with_name(path.name.replace("-idx", ".idx")))
    assert len(load(four_files).train) == 30


def test_images_file_beside_its_labels(tmp_path, write_idx, tiny):
    images = write_idx(tmp_path / "letters-images-idx3-ubyte", tiny[0])
    write_idx(tmp_path / "letters-labels-idx1-ubyte.gz", tiny[1])
    dataset = load(images)
    assert (len(dataset.train), len(dataset.test)) == (24, 6)


def test_a_partner_is_missing(four_files):
    (four_files / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataError, match="holds t10k-images-idx3-ubyte but not t10k-labels-idx1-ubyte"):
        load(four_files)


def test_labels_file_is_missing(tmp_path, write_idx, tiny):
    with pytest.raises(DataError, match="no labels file beside it: expected my-labels-idx1-ubyte"):
        load(write_idx(tmp_path / "my-images-idx3-ubyte.gz", tiny[0]))


def test_labels_file_alone(tmp_path, write_idx, tiny):
    with pytest.raises(DataError, match="without `images` in its name"):
        load(write_idx(tmp_path / "my-labels-idx1-ubyte.gz", tiny[1]))


def test_count_mismatch(four_files, write_idx, tiny):
    write_idx(four_files / "t10k-labels-idx1-ubyte.gz", tiny[1][:-1])
    with pytest.raises(DataError, match=r"t10k-images-idx3-ubyte holds 30 images but .* 29 labels"):
        load(four_files)


def test_exchanged_files(four_files, write_idx, tiny):
    write_idx(four_files / "train-images-idx3-ubyte.gz", tiny[1])
    with pytest.raises(DataError, match="magic number 0x00000801"):
        load(four_files)


def test_no_examples(four_files, write_idx, tiny):
    write_idx(four_files / "train-images-idx3-ubyte.gz", tiny[0][:0])
    write_idx(four_files / "train-labels-idx1-ubyte", tiny[1][:0])
    with pytest.raises(DataError, match="there is nothing in them"):
        load(four_files)


def test_the_folder_that_torchvision_makes_is_read(tmp_path):
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    images = np.random.default_rng(0).integers(0, 255, (20, 4, 4), dtype=np.uint8)
    labels = (np.arange(20) % 2).astype(np.uint8)
    for name, array in (("images-idx3", images), ("labels-idx1", labels)):
        head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">i4").tobytes()
        (raw / f"train-{name}-ubyte").write_bytes(head + array.tobytes())
    for path in (tmp_path / "MNIST", raw):
        found = load(path)
        assert (found.name, len(found.train), len(found.test)) == (path.name, 16, 4)
