"""The MNIST rule, by hand and against MNIST itself."""

import numpy as np
import pytest

from thalweg.data.idx import read_idx
from thalweg.data.placing import centre_of_mass, place
from thalweg.errors import DataError


def test_a_bar_by_hand():
    image = np.zeros((50, 60))
    image[3:43, 7:17] = 1.0  # 40 x 10: half as large, 20 x 5
    placed = place(image)
    rows, columns = np.nonzero(placed)
    # Its centre of mass at index (9.5, 2) of the box goes to floor(14.5 - 9.5) + 9.5 and floor(14.5 - 2) + 2.
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (5, 24, 12, 16)
    assert np.all(placed[5:25, 12:17] == 255)
    assert placed.dtype == np.uint8
    assert placed.shape == (28, 28)


def test_area_resampling_averages():
    image = np.zeros((40, 40))
    image[:, 0] = image[0, :] = image[39, :] = image[:, 39] = 1.0
    placed = place(image)
    ring = placed[5:25, 5:25]
    assert ring[0, 0] == 255  # three of its four pixels are ink: the brightest
    assert ring[0, 10] == round(255 * 2 / 3)  # two of four
    assert ring[10, 10] == 0


@pytest.mark.parametrize("size", [(5, 3), (9, 9), (31, 12), (200, 333)])
def test_box_and_centre_whatever_the_size(size):
    ink = np.random.default_rng(3).random(size) + 0.3
    placed = place(np.pad(ink, 4))
    rows, columns = np.flatnonzero(placed.any(axis=1)), np.flatnonzero(placed.any(axis=0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    assert max(size) / min(size) == pytest.approx(20 / (min(np.ptp(rows), np.ptp(columns)) + 1), rel=0.08)
    assert all(13.5 < centre <= 14.5 for centre in centre_of_mass(placed))


def test_heavy_ink_pushes_the_rest_over_the_edge():
    image = np.zeros((20, 20))
    image[10, :] = 10 / 255
    image[:, 18:] = 1.0
    placed = place(image)  # centre of mass at column 18.3: four columns further left than the box
    assert np.all(placed[4:24, 14:16] == 255)
    assert np.all(placed[14, :14] == 10)
    assert placed.sum(dtype=int) == 255 * 40 + 10 * 14


def test_other_sizes():
    placed = place(np.ones((3, 3)), side=9, box=5)
    assert placed.shape == (9, 9)
    np.testing.assert_array_equal(np.flatnonzero(placed.any(axis=1)), [3, 4, 5, 6, 7])  # mean 4.5 + 0.5


def test_no_ink():
    with pytest.raises(DataError, match="12x14 pixels without any ink"):
        place(np.zeros((12, 14)))


@pytest.mark.mnist
def test_mnist_is_a_fixed_point(real_data):
    """Digits that the rule placed already are placed where they were, nearly all pixel for pixel."""
    images = read_idx(real_data / "mnist" / "t10k-images-idx3-ubyte.gz", dimensions=(3,))[:500]
    placed = np.stack([place(image) for image in images])
    same = (np.abs(placed.astype(int) - images) <= 2).all(axis=(1, 2))
    assert same.mean() > 0.95
