"""The map of minima: distances between networks, drawn on a plane."""

import numpy as np
import pytest

from thalweg import figures
from thalweg.figures.scaling import scaled

PLACES = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0], [2.0, 2.0]])
PAIRS = np.array([[first, second] for first in range(4) for second in range(first + 1, 4)])


def distances(places):
    return np.linalg.norm(places[PAIRS[:, 0]] - places[PAIRS[:, 1]], axis=1)


def test_points_of_a_plane_are_found_again_but_for_turning():
    np.testing.assert_allclose(distances(scaled(PAIRS, distances(PLACES))), distances(PLACES), atol=1e-9)


def test_the_map_shows_both_on_one_scale(evaluated_run):
    content, arrays = evaluated_run.evaluation("alignment"), evaluated_run.evaluation_arrays("alignment")
    pairs = arrays["pairs"]
    arrays["unaligned_distance"] = np.full(len(pairs), 2.0)
    arrays["weights_distance"] = np.full(len(pairs), 0.5)
    found = {finding.name: finding for finding in figures.draw("alignment", content, arrays)}
    before, after = found["minima"].figure.data
    sizes = [np.linalg.norm(np.stack([drawn.x, drawn.y])) for drawn in (before, after)]
    assert sizes[1] == pytest.approx(sizes[0] / 2)
    assert found["minima"].figure.layout.xaxis.range == found["minima"].figure.layout.xaxis2.range


def test_without_distances_there_is_no_map(evaluated_run):
    content, arrays = evaluated_run.evaluation("alignment"), evaluated_run.evaluation_arrays("alignment")
    arrays.pop("unaligned_distance", None)
    assert [finding.name for finding in figures.draw("alignment", content, arrays)] == ["alignment"]
