import numpy as np
import pytest

from thalweg.data.dataset import TestSplit, TrainSplit


def blobs(kind, examples, seed):
    """Four classes of 8x8 pictures: a bright quarter each, under noise."""
    generator = np.random.default_rng(seed)
    labels = np.arange(examples, dtype=np.int32) % 4
    images = generator.integers(0, 120, (examples, 8, 8))
    for image, label in zip(images, labels, strict=True):
        row, column = divmod(int(label), 2)
        image[4 * row : 4 * row + 4, 4 * column : 4 * column + 4] += 90
    return kind(images.astype(np.uint8), labels, ("a", "b", "c", "d"))


@pytest.fixture
def train_split():
    return blobs(TrainSplit, 203, seed=0)


@pytest.fixture
def test_split():
    return blobs(TestSplit, 64, seed=1)
