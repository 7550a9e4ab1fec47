"""Folders of image files."""

import re

import numpy as np
import pytest
from PIL import Image

from thalweg.data import load
from thalweg.data.image_folder import load_image_folder
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


def test_different_sizes_are_stretched_to_the_most_common(folder):
    save(folder / "class 10" / "3.png", np.full((7, 6), 9, np.uint8))
    dataset = load(folder)
    assert dataset.input_shape == (4, 5)
    assert any("stretched to 5x4" in note and "class 10/3.png" in note for note in dataset.notes)
    assert load_image_folder(folder, resize=(3, 2)).input_shape == (3, 2)


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
def test_damaged_image_is_left_out_and_counted(folder, content):
    path = folder / "class 10" / "3.png"
    path.write_bytes(path.read_bytes()[:50] if content is None else content)
    dataset = load(folder)
    assert len(dataset.train) + len(dataset.test) == 11
    assert any("1 file cannot be read" in note and "class 10/3.png" in note for note in dataset.notes)


def test_transparency_is_laid_on_white(folder):
    save(folder / "class 9" / "0.png", np.zeros((4, 5, 4), np.uint8))
    dataset = load(folder)
    assert any("laid on white" in note for note in dataset.notes)
    pictures = np.concatenate([dataset.train.raw, dataset.test.raw])
    assert (pictures == 255).all(axis=(1, 2, 3)).sum() == 1


@pytest.mark.parametrize(
    "pixels", [np.full((4, 5), 32_896, np.uint16), np.full((4, 5), 128 / 255, np.float32)]
)
def test_deep_pixels_are_scaled(folder, pixels):
    (folder / "class 9" / "0.png").unlink()
    save(folder / "class 9" / "0.tif", pixels)
    dataset = load(folder)
    assert any("scaled to 0..255" in note for note in dataset.notes)
    pictures = np.concatenate([dataset.train.raw, dataset.test.raw])
    assert (pictures == 128).all(axis=(1, 2)).sum() == 1


def test_strict_names_all_problems_at_once(folder):
    save(folder / "class 9" / "0.png", np.zeros((4, 5, 4), np.uint8))
    save(folder / "class 9" / "1.png", np.zeros((9, 9), np.uint8))
    (folder / "class 10" / "2.png").write_bytes(b"")
    with pytest.raises(DataError) as caught:
        load_image_folder(folder, strict=True)
    assert all(word in caught.value.message for word in ("white", "stretched", "class 10/2.png"))


PARTS = (("",), ("Train", "Test"), ("training", "valid"), ("train", "test", "val"))


@pytest.mark.parametrize("case", range(12))
def test_every_file_is_read_or_counted(tmp_path, case):
    generator, parts = np.random.default_rng(case), PARTS[case % 4]
    root, pictures = tmp_path / "set", 0
    for part in parts:
        for name in ("a", "b"):
            for number in range(int(generator.integers(3, 7))):
                inner = "more/deep" if generator.random() < 0.3 else ""
                ending = generator.choice([".png", ".JPG", ".jfif", ".jpe", ".tif"])
                path = root / part / name / inner / f"{number}{ending}"
                path.parent.mkdir(parents=True, exist_ok=True)
                kind = "JPEG" if ending in (".jfif", ".jpe", ".JPG") else None
                Image.fromarray(generator.integers(0, 256, (4, 5), dtype=np.uint8)).save(path, format=kind)
                pictures += 1
    for name in ("a/.hidden.png", "a/notes.txt", "a/broken.png", "stray.png", ".cache/x.png"):
        if generator.random() < 0.6:
            path = root / parts[0] / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"nothing")
    dataset = load(root)
    splits = (dataset.train, dataset.test, dataset.validation)
    read = sum(len(split) for split in splits if split is not None)
    counted = (re.match(r"(\d+) files? (?:left out|cannot)", note) for note in dataset.notes)
    left = sum(int(found[1]) for found in counted if found)
    assert read == pictures
    assert read + left == sum(path.is_file() for path in root.rglob("*"))
    assert (dataset.validation is not None) == (len(parts) == 3)
    assert any("valid/ are the test part" in note for note in dataset.notes) == ("valid" in parts)
