"""Strokes drawn by the MNIST rule: by hand, against a brute-force pen, and whatever the size and place."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from thalweg.data.drawing import draw, draw_unplaced
from thalweg.data.placing import centre_of_mass
from thalweg.errors import DataError

STROKES = json.loads((Path(__file__).parents[1] / "report" / "strokes.json").read_text("utf-8"))
SHAPES = [entry for entry in STROKES if "dot" not in entry["name"]]


def by_name(name):
    return next(entry["strokes"] for entry in STROKES if entry["name"] == name)


def test_an_upright_line_by_hand():
    picture = draw([[(0.5, 0.1), (0.5, 0.9)]])
    # The pen is 2 pixels wide and its path 18 long: 20 x 2 pixels, of mean index 9.5 and 0.5 in the box,
    # which floor(14.5 - 9.5) = 5 and floor(14.5 - 0.5) = 14 move to rows 5..24 and columns 14..15.
    assert picture.dtype == np.uint8
    rows, columns = np.nonzero(picture)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (5, 24, 14, 15)
    assert np.all(picture[6:24, 14:16] == 255)
    # Its round end: the centre of the first pixel is sqrt(0.5) from the end of the path.
    assert picture[5, 14] == round(255 * (1.5 - np.hypot(0.5, 0.5)))


def test_a_dot_is_a_dot():
    picture = draw(by_name("dot"))
    np.testing.assert_array_equal(np.argwhere(picture), [[14, 14], [14, 15], [15, 14], [15, 15]])
    np.testing.assert_array_equal(draw(by_name("shaky dot")), picture)


@pytest.mark.parametrize("entry", SHAPES, ids=lambda entry: entry["name"])
def test_size_and_place_do_not_matter(entry):
    first = draw(entry["strokes"]).astype(int)
    moved = [[(0.31 * x + 0.4, 0.31 * y - 0.1) for x, y in stroke] for stroke in entry["strokes"]]
    assert np.abs(draw(moved) - first).max() <= 1


@pytest.mark.parametrize("entry", SHAPES, ids=lambda entry: entry["name"])
def test_box_and_centre(entry):
    picture = draw(entry["strokes"])
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    assert all(13.5 < centre <= 14.5 for centre in centre_of_mass(picture))
    assert picture.max() == 255


def test_the_pen_against_a_brute_force_one():
    """What share of 14 x 14 places in each pixel lies within a pixel of the path, against `draw_unplaced`."""
    stroke = np.array(by_name("three")[0])
    fine = (np.arange(28 * 14) + 0.5) / 14
    places = np.stack(np.meshgrid(fine, fine, indexing="ij"), axis=-1)[..., ::-1]
    path = np.concatenate([np.linspace(a, b, 40) for a, b in pairwise(stroke)]) * 28
    nearest = np.full(places.shape[:2], np.inf)
    for point in path:
        nearest = np.minimum(nearest, np.hypot(*np.moveaxis(places - point, -1, 0)))
    share = (nearest <= 1.0).reshape(28, 14, 28, 14).mean(axis=(1, 3))
    difference = np.abs(draw_unplaced([stroke]) / 255 - share)
    assert difference.max() < 0.16
    assert difference.mean() < 0.01


def test_unplaced_stays_where_it_is():
    corner = draw_unplaced(by_name("small four in a corner"))
    assert corner[:20].sum() == 0
    assert corner[20:].sum() > 0
    np.testing.assert_array_equal(draw_unplaced([[(2.0, 2.0)]]), np.zeros((28, 28)))


def test_other_sides():
    picture = draw(by_name("ring"), side=56)
    rows = np.flatnonzero(picture.any(axis=1))
    assert picture.shape == (56, 56)
    assert np.ptp(rows) + 1 == 40
    assert draw(by_name("ring"), side=8).shape == (8, 8)


@pytest.mark.parametrize("strokes", [[], [[]], [[], []]])
def test_nothing_drawn(strokes):
    with pytest.raises(DataError, match="Nothing was drawn"):
        draw(strokes)
    with pytest.raises(DataError, match="Nothing was drawn"):
        draw_unplaced(strokes)


@pytest.mark.parametrize(
    "stroke", [[(0.1, float("nan"))], [(0.1, 0.2, 0.3)], [0.1, 0.2], [(0.1, 0.2), (0.3,)], [("a", "b")]]
)
def test_points_that_are_none(stroke):
    with pytest.raises(DataError, match="two finite numbers"):
        draw([stroke])


def test_too_few_pixels():
    with pytest.raises(DataError, match="side=7"):
        draw([[(0, 0), (1, 1)]], side=7)
