import numpy as np

from thalweg.data.corruptions import CORRUPTIONS

# What scikit-image 0.26's feature.canny finds in `scene()`. The arm at the lower right is weak (0.1 to 0.2)
# and kept for its strong end; the spot at the upper right is weak, stands alone and goes.
OUTLINES = """
..................
..................
..................
.....###..........
...##...##........
...#.....#........
..#.......#.......
..#.......#.......
..#.......#.......
...#.....#........
...##...##...###..
.....###.......#..
...............#..
...........#####..
..................
..................
"""


def scene():
    rows, columns = np.indices((16, 18))
    picture = np.where((rows - 7) ** 2 + (columns - 6) ** 2 <= 16, 1.0, 0.0)
    picture[10:14, 9:16] = np.maximum(picture[10:14, 9:16], 0.085)
    picture[2:5, 13:17] = 0.05
    picture[2:4, 12:15] = np.maximum(picture[2:4, 12:15], 0.08)
    return picture.astype(np.float32)


def expected():
    return np.array([[mark == "#" for mark in row] for row in OUTLINES.split()])


def test_the_same_outlines_as_scikit_image():
    np.testing.assert_array_equal(CORRUPTIONS["canny_edges"](scene()[None], 0)[0], expected())


def test_weak_edges_do_not_lean_on_the_next_picture():
    faint = 0.05 * (np.indices((16, 18))[1] > 8)
    pictures = np.stack([scene(), faint, scene()]).astype(np.float32)
    outlines = CORRUPTIONS["canny_edges"](pictures, 0)
    assert not outlines[1].any()
    np.testing.assert_array_equal(outlines[2], expected())


def test_colours_are_outlined_by_their_mean():
    coloured = np.stack([scene(), scene(), scene()], axis=-1)[None]
    outlines = CORRUPTIONS["canny_edges"](coloured, 0)[0]
    for channel in range(3):
        np.testing.assert_array_equal(outlines[..., channel], expected())
