"""Inputs that stay in their file are the numbers of those in memory; what happens to the file is named."""

import gzip
import os

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from thalweg import memory
from thalweg.data import load, stored
from thalweg.data.split import Scaling, moments
from thalweg.data.stored import Stored, pieces_of
from thalweg.errors import DataError, ThalwegError, TooLarge


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Have all that goes a piece at a time take several for few rows."""
    monkeypatch.setattr(stored, "READ_AT_ONCE", 300)
    monkeypatch.setattr(stored, "GAP", 100)
    monkeypatch.setattr(stored, "PIECE_BYTES", 8 * 4 * 7)


@pytest.fixture
def folder(tmp_path):
    """A folder of NPY files: 60 rows of 4 numbers, of three classes."""
    generator = np.random.default_rng(0)
    features = generator.normal(loc=3, size=(60, 4)).astype(np.float32)
    return write(tmp_path / "rows", features, np.arange(60) % 3)


def write(folder, features, labels):
    folder.mkdir(exist_ok=True)
    np.save(folder / "features.npy", features)
    np.save(folder / "labels.npy", labels)
    return folder


def rows_of(folder) -> Stored:
    return load(folder, in_memory=False).train.raw  # type: ignore[return-value]


def equal(one, other):
    assert one.content_hash == other.content_hash
    for a, b in ((one.train, other.train), (one.test, other.test)):
        assert a.raw.dtype == b.raw.dtype
        np.testing.assert_array_equal(a.inputs, b.inputs)
        np.testing.assert_array_equal(a.labels, b.labels)
        assert [a.called(place) for place in (0, len(a) - 1)] == [
            b.called(place) for place in (0, len(b) - 1)
        ]


@pytest.mark.parametrize(
    "kind", ["float32", "float64", ">f4", ">f8", "float16", "uint8", "int64", ">i2", "bool"]
)
def test_values_of_every_type_are_those_in_memory(tmp_path, kind):
    values = np.random.default_rng(1).normal(scale=20, size=(40, 3)).clip(0) + 1
    folder = write(tmp_path / "rows", values.astype(kind), np.arange(40) % 2)
    kept = load(folder, in_memory=False)
    assert kept.train.is_stored
    assert not load(folder).train.is_stored
    equal(kept, load(folder))


def test_what_float32_would_blur_stays_wide(tmp_path):
    folder = write(tmp_path / "rows", 1.7e9 + np.arange(80.0).reshape(40, 2), np.arange(40) % 2)
    kept = load(folder, in_memory=False)
    assert kept.train.raw.dtype == np.float64
    equal(kept, load(folder))


@pytest.mark.parametrize(
    "pictures",
    [
        np.arange(40 * 6, dtype=np.uint8).reshape(40, 3, 2),
        np.arange(40 * 6, dtype=np.uint8).reshape(40, 3, 2, 1),
        np.arange(40 * 18, dtype=np.int64).reshape(40, 3, 2, 3) % 251,
        np.linspace(0, 1, 240).reshape(40, 3, 2),
        (np.arange(240).reshape(40, 3, 2) % 2).astype(bool),
        (np.arange(240.0).reshape(40, 3, 2) % 2),
    ],
)
def test_pictures_are_those_in_memory(tmp_path, pictures):
    np.save(tmp_path / "images.npy", pictures)
    np.save(tmp_path / "labels.npy", np.arange(40) % 2)
    kept = load(tmp_path, in_memory=False)
    assert kept.train.is_stored
    equal(kept, load(tmp_path))
    assert kept.notes[:2] == load(tmp_path).notes[:2]


def test_idx_files_stay(four_files):
    for packed in four_files.glob("*.gz"):
        packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
        packed.unlink()
    equal(load(four_files, in_memory=False), load(four_files))
    images = next(four_files.glob("train-images*"))
    assert load(four_files, in_memory=False).train.raw.file.path == images
    images.write_bytes(images.read_bytes()[:-1])
    with pytest.raises(DataError, match=r"expected .* bytes"):
        load(four_files, in_memory=False)


def test_a_compressed_idx_file_is_named(tmp_path, write_idx, tiny):
    images = write_idx(tmp_path / "letters-images-idx3-ubyte.gz", tiny[0])
    write_idx(tmp_path / "letters-labels-idx1-ubyte", tiny[1])
    with pytest.raises(DataError, match="compressed"):
        load(images, in_memory=False)


chosen = st.one_of(
    st.lists(st.integers(-48, 47), min_size=1).map(np.array),
    st.lists(st.booleans(), min_size=48, max_size=48).filter(any).map(np.array),
    st.tuples(st.integers(0, 20), st.integers(25, 60), st.integers(1, 5)).map(lambda ends: slice(*ends)),
)


@settings(deadline=None, max_examples=60)
@given(first=chosen, second=st.integers(0, 6))
def test_any_choice_of_rows_is_numpys(first, second):
    raw, array = _kept()
    np.testing.assert_array_equal(raw[first], array[first])
    again = raw.take(first)
    np.testing.assert_array_equal(np.asarray(again), array[first])
    assert (again.shape, again.ndim, len(again)) == (array[first].shape, 2, len(array[first]))
    np.testing.assert_array_equal(again.take(slice(second, None))[:], array[first][second:])
    np.testing.assert_array_equal(again[: second + 1, 2], array[first][: second + 1, 2])
    assert again[0].tolist() == array[first][0].tolist()


def _kept(made={}):  # noqa: B006
    """Rows of a file, and the same in memory; made once for all that Hypothesis tries."""
    import tempfile
    from pathlib import Path

    if not made:
        made["folder"] = tempfile.TemporaryDirectory()
        values = np.random.default_rng(2).normal(size=(60, 4)).astype(np.float32)
        write(Path(made["folder"].name), values, np.arange(60) % 3)
        made["rows"] = load(made["folder"].name, in_memory=False).train.raw
        made["array"] = np.asarray(load(made["folder"].name).train.raw)
    return made["rows"], made["array"]


def test_a_number_that_is_no_row_is_refused(folder):
    with pytest.raises(IndexError):
        rows_of(folder).take(np.array([48]))


def test_what_else_an_array_can_do_reads_all_of_it(folder):
    raw, array = rows_of(folder), load(folder).train.raw
    assert raw.T.shape == (4, 48)
    assert raw.mean() == array.mean()
    np.testing.assert_array_equal(np.concatenate([raw, raw]), np.concatenate([array, array]))


def test_all_of_it_is_refused_where_it_does_not_fit(folder, monkeypatch):
    split = load(folder, in_memory=False).train
    monkeypatch.setenv(memory.VARIABLE, "700B")
    for ask in (lambda: split.inputs, lambda: split.in_memory(), lambda: split.raw.mean()):
        with pytest.raises(TooLarge, match=r"features\.npy.*all 48 examples") as error:
            ask()
        assert "take" in error.value.hint
    assert split.take(slice(0, 10)).inputs.shape == (10, 4)


@pytest.mark.parametrize("shape", [(100, 3), (7, 3), (64, 1), (13, 5)])
def test_moments_are_numpys_and_the_same_bits_for_rows_of_a_file(tmp_path, shape, monkeypatch):
    values = np.random.default_rng(3).normal(loc=5, size=shape).astype(np.float32)
    labels = np.arange(len(values)) % 2
    kept = load(write(tmp_path / "rows", values, labels), in_memory=False).train.raw
    mean, deviation = moments(values)
    np.testing.assert_allclose(mean, values.mean(axis=0, dtype=np.float64), rtol=1e-13)
    np.testing.assert_allclose(deviation, values.std(axis=0, dtype=np.float64), rtol=1e-12)
    for own, other in zip(moments(kept), moments(np.asarray(kept)), strict=True):
        np.testing.assert_array_equal(own, other)
    monkeypatch.setattr(stored, "PIECE_BYTES", 2**20)
    one_piece = Scaling.standard(values)
    np.testing.assert_array_equal(one_piece.offset, values.mean(axis=0, dtype=np.float64))
    np.testing.assert_array_equal(one_piece.divisor, values.std(axis=0, dtype=np.float64))


def test_pieces_are_all_of_it_once(folder):
    raw = rows_of(folder)
    places, pieces = zip(*pieces_of(raw), strict=True)
    assert places == tuple(range(0, 48, 7))
    np.testing.assert_array_equal(np.concatenate(pieces), np.asarray(raw))


def test_a_file_that_changed_is_named(folder):
    split = load(folder, in_memory=False).train
    path = folder / "features.npy"
    os.utime(path, ns=(1, 1))
    with pytest.raises(DataError, match=r"features\.npy is not what it was"):
        split.take(slice(0, 5)).inputs  # noqa: B018


@pytest.mark.parametrize("harm", ["shorter", "gone", "another"])
def test_a_file_that_is_cut_or_gone_or_replaced_is_named(folder, harm):
    split, path = load(folder, in_memory=False).train, folder / "features.npy"
    if harm == "shorter":
        os.truncate(path, 200)
    else:
        path.unlink()
    if harm == "another":
        np.save(path, np.ones((60, 4), np.float32))
    with pytest.raises(DataError, match=r"features\.npy") as error:
        split.take(slice(0, 48)).inputs  # noqa: B018
    assert error.value.hint


def test_large_inputs_stay_by_themselves(folder, monkeypatch):
    monkeypatch.setenv(stored.VARIABLE, "500B")
    assert load(folder).train.is_stored
    assert not load(folder, in_memory=True).train.is_stored
    monkeypatch.setenv(stored.VARIABLE, "much")
    with pytest.raises(ThalwegError, match=stored.VARIABLE):
        load(folder)


def test_a_bad_value_is_named_by_its_place(tmp_path):
    values = np.ones((60, 4), np.float32)
    values[[41, 50], 2] = np.nan
    folder = write(tmp_path / "rows", values, np.arange(60) % 3)
    for in_memory in (True, False):
        with pytest.raises(DataError, match=r"example 41 .*column 2, is nan \(2 such"):
            load(folder, in_memory=in_memory)


def test_what_cannot_stay_is_named(tmp_path, digits):
    np.savez(tmp_path / "a.npz", features=np.ones((4, 2)), labels=[0, 1, 0, 1])
    for source in (tmp_path / "a.npz", "digits", (np.ones((4, 2)), [0, 1, 0, 1])):
        with pytest.raises(DataError, match="in_memory=False is for"):
            load(source, in_memory=False)
