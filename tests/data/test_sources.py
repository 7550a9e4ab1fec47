"""Named sets on this machine: where they are looked for, what is verified, what is said of them."""

import gzip
import json
from dataclasses import replace

import numpy as np
import pytest

import thalweg.data
from thalweg.data import sources
from thalweg.data.locations import cache_folder, find_folder, search_folders
from thalweg.data.registry import REGISTRY, NamedFile, NamedSet
from thalweg.data.verification import read_verified
from thalweg.errors import DataError, SourceUnreachable


@pytest.fixture
def small(monkeypatch, tiny):
    """Register `small`: the tiny images under the four names, with no hash of the content."""
    names = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
    files = tuple(
        NamedFile(
            "train" if "train" in name else "test", name.split("-")[1], f"{name}-ubyte", 30, "", "md5:0"
        )
        for name in names
    )
    named = NamedSet(
        "small", "", ("a", "b", "c"), files, (), "", "", input_shape=(5, 4), folders=("Small/raw",)
    )
    monkeypatch.setitem(REGISTRY, "small", named)
    return named


@pytest.fixture
def place(tmp_path, four_files):
    """Return a function that moves the four files into a folder of the temporary one."""

    def move(*parts):
        target = tmp_path.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        return four_files.rename(target)

    return move


@pytest.mark.parametrize("parts", [("root", "small"), ("root", "Small", "raw"), ("small",)])
@pytest.mark.parametrize("by", ["argument", "variable"])
def test_found_in_data_dir_or_variable(tmp_path, small, place, monkeypatch, parts, by):
    folder = place(*parts)
    root = tmp_path / parts[0]
    if by == "variable":
        monkeypatch.setenv("THALWEG_DATA", str(root))
    assert find_folder(small, root if by == "argument" else None) == folder
    dataset = sources.load_named("small", data_dir=root if by == "argument" else None)
    assert (len(dataset.train), dataset.source) == (30, "small")


def test_found_in_the_cache(small, place):
    place("cache", "data", "small")
    assert len(sources.load_named("small").train) == 30


def test_the_argument_comes_before_the_variable_and_the_cache(tmp_path, small, monkeypatch):
    monkeypatch.setenv("THALWEG_DATA", str(tmp_path / "variable"))
    (tmp_path / "argument").mkdir()
    folders = search_folders(small, tmp_path / "argument")
    assert [path.relative_to(tmp_path).parts[0] for path in folders] == [
        *["argument"] * 2,
        *["variable"] * 2,
        "cache",
    ]


def test_a_folder_of_another_name_is_another_set(small, place, monkeypatch):
    """Four sets use MNIST's file names: without a hash to go by, the folder's name must be right."""
    monkeypatch.setenv("THALWEG_DATA", str(place("something")))
    with pytest.raises(SourceUnreachable):
        sources.load_named("small")


def test_an_incomplete_folder_is_passed_over(small, place):
    root = place("root", "small").parent
    (root / "small" / "t10k-images-idx3-ubyte").unlink()
    with pytest.raises(SourceUnreachable, match=r"looked in: .*root/small"):
        sources.load_named("small", data_dir=root)


def test_data_dir_that_does_not_exist(tmp_path):
    with pytest.raises(DataError, match=r"data folder .*nowhere does not exist"):
        thalweg.data.load("mnist", data_dir=tmp_path / "nowhere")


def test_unproven_copies_are_noted(small, place):
    dataset = sources.load_named("small", data_dir=place("root", "small").parent)
    assert len(dataset.notes) == 4
    assert "only its structure was checked" in dataset.notes[0]


def rewrite(path, change):
    data = path.read_bytes()
    packed = data[:2] == b"\x1f\x8b"
    data = bytearray(gzip.decompress(data) if packed else data)
    data = change(data)
    path.write_bytes(gzip.compress(bytes(data)) if packed else bytes(data))


def set_byte(position, value):
    return lambda data: data[:position] + bytearray([value]) + data[position + 1 or len(data) :]


@pytest.mark.parametrize(
    ("file", "change", "says"),
    [
        ("train-images-idx3-ubyte.gz", lambda data: data[:-1], "615 bytes uncompressed: expected 616"),
        ("t10k-images-idx3-ubyte", lambda data: data + b"\0", "617 bytes uncompressed: expected 616"),
        ("train-images-idx3-ubyte.gz", set_byte(3, 1), "magic number 0x00000801"),
        (
            "train-labels-idx1-ubyte",
            lambda data: set_byte(7, 29)(data)[:-1],
            r"shape \(29,\): small has .*30",
        ),
        ("t10k-labels-idx1-ubyte.gz", set_byte(10, 3), "label 3 of example 2 is out of range: .*0 to 2"),
        ("t10k-labels-idx1-ubyte.gz", lambda _: b"text", "magic number 0x74657874"),
    ],
)
def test_damaged_files_are_refused_by_name(small, place, file, change, says):
    root = place("root", "small").parent
    rewrite(root / "small" / file, change)
    with pytest.raises(DataError, match=says) as caught:
        sources.load_named("small", data_dir=root)
    assert file in caught.value.message


def test_wrong_hash(small, four_files):
    file = replace(small.files[1], sha256="0" * 64)
    with pytest.raises(DataError, match=r"SHA-256 of the uncompressed .* is [0-9a-f]{64}, expected 0{64}"):
        read_verified(four_files / "train-labels-idx1-ubyte", file, small)


def test_default_falls_back_on_the_digits_and_says_why():
    dataset, why = thalweg.data.default()
    assert dataset.name == "digits"
    assert why.startswith("digits (embedded): MNIST is not on this machine and the network was not tried")


@pytest.mark.parametrize(("value", "offline"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_offline_variable(monkeypatch, value, offline):
    monkeypatch.setenv("THALWEG_OFFLINE", value)
    assert sources.is_offline() is offline
    assert sources.is_offline(not offline) is not offline


def test_unreachable_says_which_folder_to_fill_with_which_files():
    with pytest.raises(SourceUnreachable) as caught:
        thalweg.data.load("emnist-letters")
    assert str(cache_folder(REGISTRY["emnist-letters"])) in caught.value.hint
    assert "emnist-letters-train-images-idx3-ubyte.gz" in caught.value.hint


def test_available_lists_every_set_without_fetching():
    listed = thalweg.data.available()
    assert [entry["name"] for entry in listed] == list(sources.NAMES)
    assert listed[0]["found"] == "embedded"
    assert all(entry["found"] is None for entry in listed[1:])
    json.dumps(listed)


def test_describe(small, place):
    described = sources.describe("small", data_dir=place("root", "small").parent)
    assert described["found"].endswith("root/small")
    assert (described["classes"], described["input_shape"]) == (3, [5, 4])
    assert (described["training_examples"], described["test_examples"]) == (30, 30)


def test_describe_digits_tells_the_truth():
    described, digits = thalweg.data.describe("digits"), thalweg.data.load("digits")
    assert described["training_examples"] == len(digits.train)
    assert described["test_examples"] == len(digits.test)
    assert tuple(described["input_shape"]) == digits.input_shape


def test_describe_unknown():
    with pytest.raises(DataError, match="Did you mean 'notmnist'"):
        thalweg.data.describe("not-mnist")


@pytest.mark.mnist
def test_real_mnist(real_data):
    dataset, why = thalweg.data.default(real_data)
    assert f"found in {real_data / 'mnist'}" in why
    assert (len(dataset.train), len(dataset.test)) == (60_000, 10_000)
    assert dataset.train.raw.dtype == np.uint8
    assert dataset.train.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert dataset.train.inputs[:1000].max() == 1.0
    assert dataset.train.raw.mean() / 255 == pytest.approx(0.1307, abs=5e-5)
    assert dataset.notes == ()


@pytest.mark.mnist
def test_real_folder_itself_is_recognised_by_its_labels(real_data, tmp_path):
    (tmp_path / "unnamed").symlink_to(real_data / "mnist")
    assert len(thalweg.data.load("mnist", data_dir=tmp_path / "unnamed").test) == 10_000
    with pytest.raises(SourceUnreachable):
        thalweg.data.load("fashion-mnist", data_dir=tmp_path / "unnamed")


@pytest.mark.mnist
def test_real_notmnist_is_an_outlier_set(real_data):
    dataset = thalweg.data.load("notmnist", data_dir=real_data)
    assert (len(dataset.test), dataset.train_part) == (10_000, None)
    assert dataset.class_names == tuple("ABCDEFGHIJ")
