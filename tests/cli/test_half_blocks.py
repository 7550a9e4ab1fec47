import numpy as np

from thalweg.cli.half_blocks import HALF, RAMP, SMALLEST, TALLEST, picture_lines


def test_two_rows_of_pixels_stand_in_a_line():
    picture = np.zeros((20, 30, 3), dtype=np.uint8)
    picture[0, 5], picture[1, 5] = (255, 0, 0), (0, 0, 255)
    lines = picture_lines(picture, columns=60, colours=True)
    assert [line.plain for line in lines] == [HALF * 30] * 10
    style = lines[0].get_style_at_offset(_console(), 5)
    assert style.color.triplet == (255, 0, 0)
    assert style.bgcolor.triplet == (0, 0, 255)


def test_without_colours_darker_signs_stand_for_less():
    picture = np.zeros((20, 20), dtype=np.uint8)
    picture[:, 10:] = 255
    picture[:10, :10] = 128
    lines = [line.plain for line in picture_lines(picture, columns=60, colours=False)]
    assert lines[0] == RAMP[5] * 10 + RAMP[-1] * 10
    assert lines[-1] == RAMP[0] * 10 + RAMP[-1] * 10


def test_it_is_never_wider_than_the_terminal_nor_taller_than_a_page():
    for shape in ((300, 200), (28, 28), (8, 8), (40, 200, 3), (7, 5, 1)):
        for columns in (20, 49, 64):
            for colours in (True, False):
                lines = picture_lines(np.full(shape, 9, dtype=np.uint8), columns=columns, colours=colours)
                assert max(map(len, lines)) <= columns
                assert len(lines) <= TALLEST // 2


def test_a_small_picture_is_made_larger():
    lines = picture_lines(np.zeros((8, 8), dtype=np.uint8), columns=60, colours=True)
    assert len(lines[0]) == 8 * (SMALLEST // 8)


def test_an_odd_row_ends_on_black():
    lines = picture_lines(np.full((21, 20), 255, dtype=np.uint8), columns=60, colours=True)
    assert len(lines) == 11
    assert lines[-1].get_style_at_offset(_console(), 0).bgcolor.triplet == (0, 0, 0)


def _console():
    from rich.console import Console

    return Console()
