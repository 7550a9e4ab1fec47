import gzip
import io
import zipfile

import numpy as np
import polars as pl
import pytest
from PIL import Image

import thalweg as tw
from thalweg.errors import DataError, RunError
from thalweg.runs.files import read_arrays


@pytest.fixture
def little_memory(monkeypatch):
    """A machine of 20 MB."""
    monkeypatch.setenv("THALWEG_MEMORY", "20MB")


def zeros(path, name="images", shape=(60_000, 28, 28)):
    """An archive of a few kilobytes that unfolds to 47 MB."""
    np.savez_compressed(path, **{name: np.zeros(shape, np.uint8), "labels": np.arange(shape[0]) % 2})
    return path


def test_an_archive_that_unfolds_to_more_than_there_is(tmp_path, little_memory):
    path = zeros(tmp_path / "zeros.npz")
    with pytest.raises(
        DataError, match=r"zeros\.npz: what it holds takes 48 MB of memory, of which 20 MB"
    ) as found:
        tw.load(path)
    assert "THALWEG_MEMORY" in found.value.hint
    with pytest.raises(RunError, match="takes 48 MB"):
        read_arrays(path)
    with pytest.raises(DataError, match="takes 48 MB"):
        tw.models.load_probabilities(path)


def test_what_is_not_asked_for_is_not_read(tmp_path, little_memory):
    path = tmp_path / "both.npz"
    images = np.arange(40 * 9, dtype=np.uint8).reshape(40, 3, 3)
    labels = np.arange(40) % 2
    np.savez_compressed(path, images=images, labels=labels, more=np.zeros((60_000, 28, 28), np.uint8))
    assert len(tw.load(path).train) == 32


def test_an_array_that_claims_more_than_is_stored_of_it(tmp_path):
    path = tmp_path / "claims.npz"
    head = io.BytesIO()
    described = {"descr": "|u1", "fortran_order": False, "shape": (10**6, 200, 200)}
    np.lib.format.write_array_header_1_0(head, described)
    labels = io.BytesIO()
    np.save(labels, np.arange(9))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("images.npy", head.getvalue() + b"\0" * 100)
        archive.writestr("labels.npy", labels.getvalue())
    with pytest.raises(DataError, match="claims 1,000,000 x 200 x 200 values and holds"):
        tw.load(path)
    with pytest.raises(RunError, match="claims 1,000,000 x 200 x 200 values"):
        read_arrays(path)
    with pytest.raises(DataError, match="claims 1,000,000 x 200 x 200 values"):
        tw.models.load_probabilities(path)


@pytest.mark.parametrize("field", [6, 8, 10], ids=["version", "encrypted", "compression"])
def test_an_archive_with_what_nothing_of_ours_has(tmp_path, field):
    path = tmp_path / "odd.npz"
    np.savez(path, images=np.zeros((9, 2, 2), np.uint8), labels=np.arange(9) % 3)
    content = bytearray(path.read_bytes())
    place = content.index(b"PK\x01\x02")
    while place >= 0:
        content[place + field] ^= 0x63
        place = content.find(b"PK\x01\x02", place + 1)
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"odd\.npz is not a readable \.npz archive"):
        tw.load(path)
    with pytest.raises(RunError, match=r"odd\.npz: damaged"):
        read_arrays(path)
    with pytest.raises(DataError, match=r"odd\.npz is not a readable"):
        tw.models.load_probabilities(path)


def idx(path, values, more=b""):
    head = bytes([0, 0, 8, values.ndim]) + np.array(values.shape, ">i4").tobytes()
    path.write_bytes(gzip.compress(head + values.astype(np.uint8).tobytes() + more))


def test_of_an_idx_file_no_more_is_unfolded_than_it_announces(tmp_path, little_memory):
    idx(tmp_path / "train-images-idx3-ubyte.gz", np.zeros((20, 4, 4)), more=bytes(10**9 // 8))
    idx(tmp_path / "train-labels-idx1-ubyte.gz", np.arange(20) % 2)
    with pytest.raises(DataError, match="336 bytes for 20 x 4 x 4 values"):
        tw.load(tmp_path)
    idx(tmp_path / "train-images-idx3-ubyte.gz", np.zeros((40_000, 28, 28)))
    with pytest.raises(DataError, match="takes 31 MB of memory"):
        tw.load(tmp_path)


def test_pictures_that_are_larger_than_memory(tmp_path, little_memory):
    for name in "ab":
        (tmp_path / name).mkdir()
        for number in range(3):
            Image.new("L", (2000, 1000)).save(tmp_path / name / f"{number}.png")
    with pytest.raises(DataError, match="of memory, of which 20 MB are left"):
        tw.load(tmp_path)


def test_a_table_of_a_few_kilobytes_and_a_hundred_million_cells(tmp_path, little_memory):
    path = tmp_path / "wide.parquet"
    count = 500_000
    frame = pl.select(
        pl.repeat(1.0, count).alias("a"),
        pl.repeat(2.0, count).alias("b"),
        pl.repeat("x", count).alias("label"),
    )
    frame.write_parquet(path)
    assert path.stat().st_size < 100_000
    with pytest.raises(DataError, match=r"wide\.parquet: what it holds takes 12 MB"):
        tw.load(path)


def archive_of(path, how=zipfile.ZIP_STORED, **headers):
    """Write an archive whose arrays have these headers and no more than a few bytes."""
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, described in headers.items():
            head = io.BytesIO()
            np.lib.format.write_array_header_1_0(head, described)
            archive.writestr(f"{name}.npy", head.getvalue() + bytes(64))
    return path


def test_values_of_no_size_are_counted_all_the_same(tmp_path):
    # a list of them would be made: 10^15 empty words
    words = {"descr": "<U0", "fortran_order": False, "shape": (10**15,)}
    path = archive_of(tmp_path / "words.npz", images=words, labels=words)
    with pytest.raises(DataError, match="claims 1,000,000,000,000,000 values"):
        tw.load(path)


def test_an_archive_packed_in_a_way_that_is_damaged(tmp_path):
    path = tmp_path / "packed.npz"
    array = io.BytesIO()
    np.save(array, np.zeros((20, 4, 4), np.uint8))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("images.npy", array.getvalue())
        archive.writestr("labels.npy", array.getvalue())
    content = bytearray(path.read_bytes())
    content[50:70] = b"\xff" * 20
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"packed\.npz is not a readable \.npz archive"):
        tw.load(path)


def test_a_compressed_table_that_unfolds_to_more_than_there_is(tmp_path, little_memory):
    path = tmp_path / "zeros.csv.gz"
    path.write_bytes(gzip.compress(b"a,label\n" + b"0,1\n" * 5_000_000))
    with pytest.raises(
        DataError, match=r"zeros\.csv\.gz: what it holds takes 10 MB of memory, of which 20 MB"
    ):
        tw.load(path)


def test_a_cell_without_end(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text('a,label\n"' + "x" * 200_000 + '",1\n2,0\n', "utf-8")
    with pytest.raises(
        DataError, match=r"long\.csv cannot be read as a table: field larger than field limit"
    ):
        tw.load(path)


def test_pictures_in_a_table_that_unfold_to_more_than_there_is(tmp_path, little_memory):
    written = io.BytesIO()
    Image.new("L", (3_000, 3_000)).save(written, "PNG")
    path = tmp_path / "large.parquet"
    pl.DataFrame({"image": [written.getvalue()] * 4, "label": [0, 1, 0, 1]}).write_parquet(path)
    with pytest.raises(DataError, match=r"large\.parquet: what it holds takes 144 MB"):
        tw.load(path)


def test_a_picture_of_another_size_is_not_decoded(tmp_path, little_memory):
    pictures = []
    for side in (8, 3_000):
        written = io.BytesIO()
        Image.new("L", (side, side)).save(written, "PNG")
        pictures.append(written.getvalue())
    path = tmp_path / "sizes.parquet"
    pl.DataFrame({"image": pictures * 2, "label": [0, 1, 0, 1]}).write_parquet(path)
    with pytest.raises(DataError, match="holds pictures of different sizes"):
        tw.load(path)
