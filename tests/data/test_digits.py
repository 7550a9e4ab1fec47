"""The embedded digits look like MNIST and never change."""

import numpy as np
import platformdirs
import pytest

import thalweg.data
from thalweg.data.digits import EXAMPLES, TEST_EXAMPLES
from thalweg.data.placing import centre_of_mass


@pytest.fixture(scope="module")
def digits():
    return thalweg.data.load("digits")


def every_image(dataset):
    return np.concatenate([dataset.train.raw, dataset.test.raw])


def test_counts(digits):
    assert (len(digits.train), len(digits.test)) == (EXAMPLES - TEST_EXAMPLES, TEST_EXAMPLES)
    assert digits.input_shape == (28, 28)
    assert digits.train.raw.dtype == np.uint8
    assert digits.class_names == tuple("0123456789")
    assert digits.source == "digits"
    assert digits.notes == ()


def test_split_is_stratified_and_fixed(digits):
    train, test = np.bincount(digits.train.labels), np.bincount(digits.test.labels)
    np.testing.assert_allclose(test / (train + test), 0.2, atol=0.01)
    again = thalweg.data.load("digits")
    assert again.content_hash == digits.content_hash


def test_no_image_is_in_both_parts(digits):
    train = {image.tobytes() for image in digits.train.raw}
    assert not any(image.tobytes() in train for image in digits.test.raw)


def test_mnist_rule_holds_for_every_digit(digits):
    images = every_image(digits)
    ink = images > 0
    box = np.maximum(ink.any(axis=2).sum(axis=1), ink.any(axis=1).sum(axis=1))
    assert (box == 20).mean() > 0.995
    assert box.max() == 20
    centres = np.array([centre_of_mass(image) for image in images])
    assert np.all((centres > 13.5) & (centres <= 14.5))
    np.testing.assert_allclose(centres.mean(axis=0), 14.0, atol=0.03)  # MNIST: 13.996 and 14.007
    np.testing.assert_allclose(centres.std(axis=0), 12**-0.5, atol=0.02)  # whole-pixel shifts: 1 / sqrt(12)


def test_ink_is_like_mnist(digits):
    images = every_image(digits)
    assert (images / 255).mean() == pytest.approx(0.1307, abs=0.02)  # MNIST's mean and deviation
    assert (images / 255).std() == pytest.approx(0.3081, abs=0.02)
    assert np.all(images.max(axis=(1, 2)) == 255)


def test_labels_are_those_of_the_images(digits):
    """The nearest training image has the same label nearly always: nothing was exchanged on the way."""
    train = digits.train.inputs.reshape(len(digits.train), -1)
    test = digits.test.inputs.reshape(len(digits.test), -1)
    distance = (test**2).sum(1)[:, None] - 2 * test @ train.T + (train**2).sum(1)[None, :]
    assert (digits.train.labels[distance.argmin(axis=1)] == digits.test.labels).mean() > 0.96


def test_the_file_is_read_as_scikit_learn_reads_it(monkeypatch):
    from thalweg.data import digits

    counts, labels = digits.read_counts()
    monkeypatch.setattr(digits, "find_spec", lambda name: None)
    theirs, their_labels = digits.read_counts()
    assert np.array_equal(counts, theirs)
    assert np.array_equal(labels, their_labels)
    assert counts.shape == (digits.EXAMPLES, 64)


@pytest.fixture
def drawn(monkeypatch):
    """Count how many digits are drawn."""
    from thalweg.data import digits

    place, seen = digits.placed, []

    def counted(counts):
        seen.append(1)
        return place(counts)

    monkeypatch.setattr(digits, "placed", counted)
    return seen


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Where they are kept, in a cache of the test's own."""
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / name)
    return tmp_path / "thalweg" / "data" / "digits" / "drawn"


def test_they_are_drawn_once_and_kept(digits, drawn, file):
    first = thalweg.data.load("digits")
    assert (len(drawn), file.stat().st_size) == (EXAMPLES, EXAMPLES * 28 * 28)
    assert [each.name for each in file.parent.iterdir()] == ["drawn"]
    again = thalweg.data.load("digits")
    assert len(drawn) == EXAMPLES, "taken from where they are kept"
    assert digits.content_hash == first.content_hash == again.content_hash
    again.train.raw[0, 0, 0] = 1  # nobody else's: it may be written into
    assert thalweg.data.load("digits").content_hash == digits.content_hash


@pytest.mark.parametrize("damage", [lambda kept: kept[:-1], lambda kept: b"x" + kept[1:], lambda kept: b""])
def test_what_is_kept_and_not_these_is_drawn_again(digits, drawn, file, damage):
    thalweg.data.load("digits")
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert thalweg.data.load("digits").content_hash == digits.content_hash
    assert (len(drawn), file.read_bytes() == whole) == (2 * EXAMPLES, True)


def test_where_nothing_can_be_kept_they_are_drawn(digits, drawn, file):
    file.parent.parent.mkdir(parents=True)
    file.parent.write_bytes(b"a file in the place of the folder")
    assert thalweg.data.load("digits").content_hash == digits.content_hash
    assert len(drawn) == EXAMPLES


def test_what_is_drawn_otherwise_is_not_kept(monkeypatch, file):
    from thalweg.data import digits

    monkeypatch.setattr(digits, "INK_BEGINS", 4.0)
    thalweg.data.load("digits")
    assert not file.exists()
