import numpy as np
import pytest
from scipy import ndimage

from thalweg.data.dataset import Scaling
from thalweg.studies.label_audit.issues.tangents import bent_distances, thumbnails


@pytest.fixture
def pictures():
    noise = np.random.default_rng(0).normal(size=(40, 16, 16))
    smooth = ndimage.gaussian_filter(noise, (0, 2, 2))
    return (smooth / smooth.std())[..., None].astype(np.float32)


def distances(first, second):
    both = np.stack([first, second])
    return bent_distances(both, np.array([[1], [0]]))[:, 0], float(np.linalg.norm(first - second))


@pytest.mark.parametrize(
    "change",
    [
        lambda x: ndimage.rotate(x, 2, reshape=False, order=3, mode="nearest"),
        lambda x: ndimage.shift(x, 0.3, order=3, mode="nearest"),
        lambda x: 0.8 * x,
        lambda x: x + 0.3,
    ],
)
def test_small_changes_hardly_count(pictures, change):
    for picture in pictures[:5, :, :, 0]:
        bent, plain = distances(picture[..., None], change(picture)[..., None].astype(np.float32))
        assert bent.max() < 0.55 * plain
        np.testing.assert_allclose(bent[0], bent[1], rtol=1e-3)


def test_it_is_what_least_squares_leave(pictures):
    """One picture without slopes but for its contrast and its lightness: worked out by hand."""
    flat = np.zeros((6, 6, 1), np.float32)
    other = np.random.default_rng(1).normal(size=(6, 6, 1)).astype(np.float32)
    bent, _ = distances(flat, other)
    # an empty picture can be made lighter only, and the larger of both distances counts
    assert bent[0] == pytest.approx(np.linalg.norm(other - other.mean()), rel=1e-4)


def test_an_empty_picture_is_no_copy_of_any(pictures):
    bent, _ = distances(pictures[0], np.zeros_like(pictures[0]))
    assert bent.min() > 0.9 * np.linalg.norm(pictures[0] - pictures[0].mean())


def test_tiny_pictures_are_compared_pixel_by_pixel():
    pair = np.random.default_rng(0).normal(size=(2, 3, 9, 1)).astype(np.float32)
    bent, plain = distances(*pair)
    np.testing.assert_allclose(bent, plain, rtol=1e-5)


def test_thumbnails_are_means_of_blocks():
    raw = np.random.default_rng(0).integers(0, 256, (3, 10, 7), dtype=np.uint8)
    small = thumbnails(raw, Scaling.pixels(), np.arange(3), longest=4)
    assert small.shape == (3, 4, 3, 1)
    np.testing.assert_allclose(small[:, 0, 0, 0], raw[:, :3, :3].mean(axis=(1, 2)) / 255, rtol=1e-5)
    np.testing.assert_allclose(small[:, 3, 2, 0], raw[:, 9, 6] / 255, rtol=1e-5)
    colour = np.random.default_rng(0).integers(0, 256, (3, 5, 4, 3), dtype=np.uint8)
    np.testing.assert_allclose(
        thumbnails(colour, Scaling.pixels(), np.array([2, 0]), longest=8), colour[[2, 0]] / 255, rtol=1e-5
    )
