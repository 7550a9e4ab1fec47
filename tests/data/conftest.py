"""Every test here has a cache of its own, and neither network nor THALWEG_DATA unless it asks for them."""

import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest

REAL_DATA = os.environ.get("THALWEG_DATA", "")


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    """Keep the user's cache and environment out of the tests, and the tests out of the user's cache."""
    monkeypatch.delenv("THALWEG_DATA", raising=False)
    monkeypatch.setenv("THALWEG_OFFLINE", "1")
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "cache")


@pytest.fixture
def real_data() -> Path:
    """Return the folder of real data; skip where there is none."""
    if not (Path(REAL_DATA) / "mnist").is_dir() or not REAL_DATA:
        pytest.skip("THALWEG_DATA names no folder with the real MNIST")
    return Path(REAL_DATA)


def idx_bytes(array: np.ndarray, code: int = 0x08) -> bytes:
    """Write IDX by hand, independently of the reader: zero, zero, type, axes, sizes, values."""
    header = bytes([0, 0, code, array.ndim]) + b"".join(struct.pack(">I", size) for size in array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


@pytest.fixture
def write_idx():
    """Return a function that writes an array as IDX, gzipped if the name ends in .gz."""

    def write(path: Path, array: np.ndarray, *, code: int = 0x08, cut: int = 0, more: bytes = b"") -> Path:
        data = idx_bytes(array, code)
        data = data[: len(data) - cut] + more
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
        return path

    return write


@pytest.fixture
def tiny() -> tuple[np.ndarray, np.ndarray]:
    """Return 30 images of 5x4 pixels and their labels, ten of each of three classes."""
    generator = np.random.default_rng(7)
    return generator.integers(0, 256, (30, 5, 4), dtype=np.uint8), np.arange(30, dtype=np.uint8) % 3


@pytest.fixture
def four_files(tmp_path, write_idx, tiny):
    """Return a folder with the four standard files: 30 training and 30 test examples."""
    images, labels = tiny
    folder = tmp_path / "own"
    write_idx(folder / "train-images-idx3-ubyte.gz", images)
    write_idx(folder / "train-labels-idx1-ubyte", labels)
    write_idx(folder / "t10k-images-idx3-ubyte", images[::-1])
    write_idx(folder / "t10k-labels-idx1-ubyte.gz", labels[::-1])
    return folder
