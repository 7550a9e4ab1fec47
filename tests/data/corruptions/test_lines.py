import numpy as np
import pytest

from thalweg.data.corruptions import CORRUPTIONS
from thalweg.data.corruptions.lines import _corners, _dotted, _straight, _zigzag
from thalweg.errors import DataError

BESIDE = 1 + np.log(1 - 1 / 2.3)  # the ink one pixel from the middle of a stroke


def test_a_level_dotted_line():
    ink = _dotted(13, 13, (28, 28))
    gap = np.isin(np.arange(28) % 4, (0, 1)) | (np.arange(28) == 27)
    np.testing.assert_array_equal(ink[13], ~gap)
    np.testing.assert_allclose(ink[12], BESIDE * ~gap)
    np.testing.assert_allclose(ink[14], BESIDE * ~gap)
    assert not np.delete(ink, (12, 13, 14), axis=0).any()


def test_a_sloping_line_passes_where_it_should():
    ink = _straight((0.0, 0.0), (27.0, 13.5), (28, 28))
    for column in (0, 6, 20):
        assert ink[column // 2, column] == pytest.approx(1.0)
    assert ink[3, 7] == pytest.approx(1 + np.log(1 - 0.5 / 2.3))
    assert ink[4, 7] == pytest.approx(1 + np.log(1 - 0.5 / 2.3))


def test_a_level_zigzag_turns_every_four_columns():
    columns, rows = _corners(13, 13, 28)
    np.testing.assert_allclose(columns, [2, 4, 8, 12, 16, 20, 24, 25])
    np.testing.assert_allclose(rows, [13, 15, 11, 15, 11, 15, 11, 12])


def test_a_climbing_zigzag_is_turned_about_its_start():
    columns, rows = _corners(20, 16, 28)
    level_columns, level_rows = _corners(20, 20, 28)
    turned = (columns[1:7] - 2 + 1j * (rows[1:7] - 20)) / (
        level_columns[1:7] - 2 + 1j * (level_rows[1:7] - 20)
    )
    np.testing.assert_allclose(np.angle(turned), np.arctan(-4 / 23))
    np.testing.assert_allclose(np.abs(turned), 1.0)
    assert columns[-1] == pytest.approx(25, abs=0.5)


def test_zigzag_ink_is_on_its_corners_and_nowhere_left_or_right():
    ink = _zigzag(13, 13, (28, 28))
    for row, column in ((15, 4), (11, 8), (13, 6), (12, 9)):
        assert ink[row, column] == pytest.approx(1.0)
    assert not ink[:, :2].any()
    assert not ink[:, 25:].any()


@pytest.mark.parametrize("name", ["dotted_line", "zigzag"])
def test_ink_is_added_and_never_taken_away(name):
    images = np.random.default_rng(0).random((50, 28, 28)).astype(np.float32)
    drawn = CORRUPTIONS[name](images, 0)
    ink = CORRUPTIONS[name](np.zeros_like(images), 0)
    np.testing.assert_allclose(drawn, np.minimum(images + ink, 1.0), atol=1e-6)
    assert len({stroke.tobytes() for stroke in ink}) > 25


@pytest.mark.parametrize("name", ["dotted_line", "zigzag"])
def test_three_pixels_have_no_room_for_a_line(name):
    with pytest.raises(DataError, match="at least 4x4 pixels, found 3x5"):
        CORRUPTIONS[name](np.zeros((1, 3, 5), np.float32), 0)
