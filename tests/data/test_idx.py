"""The IDX format, read against bytes written by hand."""

import gzip

import numpy as np
import pytest

from thalweg.data.idx import read_idx
from thalweg.errors import DataError


def test_hand_written_bytes(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255]))
    np.testing.assert_array_equal(read_idx(path, dimensions=(2,)), [[1, 2, 3], [4, 5, 255]])


@pytest.mark.parametrize(
    ("code", "dtype"),
    [(0x08, "u1"), (0x09, "i1"), (0x0B, "i2"), (0x0C, "i4"), (0x0D, "f4"), (0x0E, "f8")],
)
def test_every_type_in_native_order(tmp_path, write_idx, code, dtype):
    array = np.arange(-3 if dtype[0] != "u" else 0, 9).astype(dtype)
    read = read_idx(write_idx(tmp_path / "x", array, code=code), dimensions=(1,))
    np.testing.assert_array_equal(read, array)
    assert read.dtype == np.dtype(dtype)


def test_gzip_is_told_by_content_not_by_name(tmp_path, write_idx, tiny):
    path = write_idx(tmp_path / "x.gz", tiny[0]).rename(tmp_path / "plain")
    np.testing.assert_array_equal(read_idx(path, dimensions=(3,)), tiny[0])


@pytest.mark.parametrize(("cut", "more"), [(1, b""), (0, b"\0"), (590, b"")])
def test_truncated_or_trailing_bytes(tmp_path, write_idx, tiny, cut, more):
    path = write_idx(tmp_path / "x", tiny[0], cut=cut, more=more)
    with pytest.raises(DataError, match=rf"holds {616 - cut + len(more)} bytes .*expected 616 bytes"):
        read_idx(path, dimensions=(3,))


def test_header_cut_short(tmp_path, write_idx, tiny):
    with pytest.raises(DataError, match="expected a header of 16 bytes"):
        read_idx(write_idx(tmp_path / "x", tiny[0], cut=605), dimensions=(3,))


def test_empty_file(tmp_path):
    (tmp_path / "x").touch()
    with pytest.raises(DataError, match="holds 0 bytes"):
        read_idx(tmp_path / "x", dimensions=(3,))


def test_wrong_magic(tmp_path, write_idx, tiny):
    path = write_idx(tmp_path / "x", tiny[1])
    with pytest.raises(DataError, match="magic number 0x00000801: expected 0x00000803") as caught:
        read_idx(path, dimensions=(3,))
    assert "exchanged" in caught.value.hint


def test_a_header_that_lies_needs_no_memory(tmp_path):
    (tmp_path / "x").write_bytes(bytes([0, 0, 8, 3]) + b"\xff" * 12)
    with pytest.raises(DataError, match="expected 79,228,162,458,924,105,385,300,197,391 bytes"):
        read_idx(tmp_path / "x", dimensions=(3,))


@pytest.mark.parametrize("damage", ["cut", "flip"])
def test_corrupt_gzip(tmp_path, write_idx, tiny, damage):
    path = write_idx(tmp_path / "x.gz", tiny[0])
    data = bytearray(path.read_bytes())
    if damage == "flip":
        data[len(data) // 2] ^= 0xFF
    path.write_bytes(data[:-20] if damage == "cut" else data)
    with pytest.raises(DataError, match="damaged gzip"):
        read_idx(path, dimensions=(3,))


def test_gzip_of_something_else(tmp_path):
    (tmp_path / "x.gz").write_bytes(gzip.compress(b"<html>not found</html>"))
    with pytest.raises(DataError, match="magic number 0x3c68746d"):
        read_idx(tmp_path / "x.gz", dimensions=(3,))
