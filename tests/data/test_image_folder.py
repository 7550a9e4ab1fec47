"""Folders of image files."""

import numpy as np
import pytest
from PIL import Image

from thalweg.data import load
from thalweg.errors import DataError

GENERATOR = np.random.default_rng(0)


@pytest.fixture
def folder(tmp_path):
    """Return a folder with six grey 5x4 images in each of the classes `class 9` and `class 10`."""
    for name in ("class 10", "class 9"):
        for number in range(6):
            save(
                tmp_path / "pets" / name / f"{number}.png", GENERATOR.integers(0, 256, (4, 5), dtype=np.uint8)
            )
    return tmp_path / "pets"


def save(path, pixels, mode=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(path)
    return path


def test_grey_images(folder):
    dataset = load(folder)
    assert dataset.class_names == ("class 10", "class 9")  # as torchvision has it
    assert "sorted as strings" in dataset.notes[0]
    assert dataset.input_shape == (4, 5)
    assert dataset.train.raw.dtype == np.uint8
    assert (dataset.name, len(dataset.train), len(dataset.test)) == ("pets", 10, 2)
    stored = {np.asarray(Image.open(path)).tobytes() for path in folder.glob("class 9/*.png")}
    read = {image.tobytes() for image in dataset.train.raw[dataset.train.labels == 1]}
    assert read <= stored
    assert len(read) == 5


def test_train_and_test_folders(folder, tmp_path):
    for part in ("train", "test"):
        (tmp_path / "both" / part).parent.mkdir(exist_ok=True)
        for path in folder.rglob("*.png"):
            target = tmp_path / "both" / part / path.parent.name / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    dataset = load(tmp_path / "both")
    assert (len(dataset.train), len(dataset.test), len(dataset.notes)) == (12, 12, 1)
    np.testing.assert_array_equal(dataset.train.raw, dataset.test.raw)
    save(tmp_path / "both" / "test" / "class 8" / "x.png", np.zeros((4, 5), np.uint8))
    with pytest.raises(DataError, match="has class folders 'class 8': expected some of"):
        load(tmp_path / "both")


def test_colour(folder):
    for path in folder.rglob("*.png"):
        save(path, GENERATOR.integers(0, 256, (4, 5, 3), dtype=np.uint8))
    assert load(folder).input_shape == (4, 5, 3)


def test_one_coloured_image_makes_all_coloured(folder):
    save(folder / "class 10" / "0.png", GENERATOR.integers(0, 256, (4, 5, 3), dtype=np.uint8))
    assert load(folder).input_shape == (4, 5, 3)


def test_opaque_alpha_is_dropped(folder):
    for path in folder.rglob("*.png"):
        save(path, np.asarray(Image.open(path)), mode="LA")
    assert load(folder).input_shape == (4, 5)


def test_other_files_are_left_alone(folder):
    (folder / "class 9" / "notes.txt").write_text("hello")
    (folder / ".thumbnails").mkdir()
    (folder / "__MACOSX").mkdir()
    (folder / "class 9" / "._0.png").write_bytes(b"a resource fork")
    assert load(folder).classes == 2


def test_jpeg_and_upper_case_endings(folder):
    path = folder / "class 9" / "0.png"
    Image.open(path).save(folder / "class 9" / "7.JPG")
    assert len(load(folder).train) + len(load(folder).test) == 13


def test_different_sizes(folder):
    odd = save(folder / "class 10" / "3.png", np.zeros((7, 6), np.uint8))
    with pytest.raises(DataError, match=r"3\.png is 6x7 pixels: expected 5x4 .*as the first image") as caught:
        load(folder)
    assert str(odd) in caught.value.message


def test_class_without_an_image(folder):
    (folder / "class 11").mkdir()
    with pytest.raises(DataError, match="class 'class 11' has no example"):
        load(folder)


def test_one_class_only(folder):
    for path in folder.glob("class 9/*"):
        path.unlink()
    (folder / "class 9").rmdir()
    with pytest.raises(DataError, match="Only one class, 'class 10'"):
        load(folder)


@pytest.mark.parametrize("content", [b"", b"<html>", None])
def test_damaged_image(folder, content):
    path = folder / "class 10" / "3.png"
    path.write_bytes(path.read_bytes()[:50] if content is None else content)
    with pytest.raises(DataError, match=r"3\.png cannot be read as an image"):
        load(folder)


def test_transparent_image(folder):
    pixels = np.zeros((4, 5, 4), np.uint8)
    save(folder / "class 9" / "0.png", pixels)
    with pytest.raises(DataError, match=r"0\.png is transparent"):
        load(folder)


def test_sixteen_bits(folder):
    save(folder / "class 9" / "0.png", np.full((4, 5), 40_000, np.uint16))
    with pytest.raises(DataError, match=r"0\.png has pixels of mode I;16"):
        load(folder)
