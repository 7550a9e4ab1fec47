"""Folders of image files."""

import json
import re

import numpy as np
import polars as pl
import pytest
from PIL import Image

from thalweg import limits
from thalweg.data import Reading, facts as facts_of, load
from thalweg.data.image_folder import load_image_folder
from thalweg.errors import DataError, RunError

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


def test_the_same_door_takes_the_size(folder):
    dataset = load(folder, resize=3)
    assert (dataset.input_shape, dataset.reading.resize) == ((3, 3), (3, 3))
    assert load(folder, resize=(2, 3)).input_shape == (2, 3)
    assert any("stretched to 3x3" in note for note in dataset.notes)
    with pytest.raises(DataError, match="strict=True allows none: 12 pictures are of another size"):
        load(folder, resize=3, strict=True)
    assert load(folder, strict=True).content_hash == load(folder).content_hash


@pytest.mark.parametrize("size", [0, -3, "32", 2.5, (3,), (3, 4, 5), (3, 0), True])
def test_a_size_that_cannot_be_meant(folder, size):
    with pytest.raises(DataError, match=r"resize=.*: expected a number of pixels above 0"):
        load(folder, resize=size)


def test_what_is_for_tables_is_refused_of_a_folder_and_the_other_way(folder, tmp_path):
    with pytest.raises(DataError, match=r"label_column='kind' is for tables, and .*pets is none"):
        load(folder, label_column="kind")
    (tmp_path / "t.csv").write_text("a,class\n" + "1,x\n2,y\n" * 5)
    arrays = (GENERATOR.normal(size=(8, 2)), [0, 1] * 4)
    for source in (tmp_path / "t.csv", pl.read_csv(tmp_path / "t.csv"), arrays, "digits"):
        with pytest.raises(DataError, match=r"resize=\(8, 8\) is for folders of pictures, and .* is none"):
            load(source, resize=8)
    np.savez(tmp_path / "a.npz", features=arrays[0], labels=arrays[1])
    with pytest.raises(DataError, match="is for tables and folders of pictures") as caught:
        load(tmp_path / "a.npz", strict=True)
    assert "leave strict out, or give a .csv" in caught.value.hint


def test_a_record_reads_the_pictures_again_in_their_size(folder, tmp_path):
    facts = json.loads(json.dumps(facts_of.data_facts(load(folder, resize=(2, 3)))))
    assert facts["reading"] == {"resize": [2, 3]}
    again = facts_of.load_again(tmp_path, facts)
    assert (again.input_shape, again.reading) == ((2, 3), Reading(resize=(2, 3)))
    with pytest.raises(RunError, match="is not the data"):
        facts_of.load_again(tmp_path, {**facts, "reading": {}})


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


def test_a_small_file_that_claims_a_hundred_million_pixels_is_left_out(folder, monkeypatch):
    monkeypatch.setattr(limits, "LARGEST_PICTURE", 19)
    save(folder / "class 9" / "0.png", np.zeros((5, 5), np.uint8))
    for path in sorted(folder.rglob("*.png")):
        if path.name != "0.png":
            save(path, np.zeros((3, 4), np.uint8))
    dataset = load(folder)
    assert len(dataset.train) + len(dataset.test) == 10
    assert any("left out" in note for note in dataset.notes)


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
