import numpy as np
from scipy.spatial.distance import cdist

from thalweg.studies.label_audit import neighbours
from thalweg.studies.label_audit.neighbours import components, exact_distances, nearest_of_all, principal


def test_neighbours_are_those_of_all_distances():
    points = np.random.default_rng(0).normal(size=(300, 6)).astype(np.float32)
    gaps = cdist(points, points) + np.diag(np.full(300, np.inf))
    found = nearest_of_all(points, 4)
    np.testing.assert_array_equal(found, np.argsort(gaps, axis=1)[:, :4])
    distances = exact_distances(points, np.arange(300), found)
    np.testing.assert_allclose(distances, np.sort(gaps, axis=1)[:, :4], rtol=1e-5)


def test_cells_find_near_neighbours_and_nobody_itself(monkeypatch):
    generator = np.random.default_rng(1)
    points = generator.normal(size=(3000, 5)).astype(np.float32)
    points[1:2000:2] = points[:2000:2] + 1e-3 * generator.normal(size=(1000, 5))
    whole = nearest_of_all(points, 5)
    monkeypatch.setattr(neighbours, "LARGE", 100)
    monkeypatch.setattr(neighbours, "PER_CELL", 150)
    cells = nearest_of_all(points, 5)
    assert (cells != np.arange(3000)[:, None]).all()
    assert (cells[:2000, 0] == whole[:2000, 0]).mean() > 0.99  # what is nearly the same
    assert (cells == whole).mean() > 0.7  # of all others most
    assert all(len(set(row)) == 5 for row in cells.tolist())


def test_a_lonely_corner_is_compared_with_all(monkeypatch):
    points = np.r_[np.zeros((200, 2)), [[1e6, 0], [0, 1e6]]].astype(np.float32)
    points[:200] += np.random.default_rng(0).normal(size=(200, 2)).astype(np.float32)
    monkeypatch.setattr(neighbours, "LARGE", 10)
    monkeypatch.setattr(neighbours, "PER_CELL", 2)
    monkeypatch.setattr(neighbours, "VISITED", 1)
    found = nearest_of_all(points, 5)
    assert ((found >= 0) & (found < 202)).all()
    assert (found != np.arange(202)[:, None]).all()


def test_components_keep_distances_of_what_lies_in_few_directions():
    generator = np.random.default_rng(2)
    flat = (generator.normal(size=(400, 3)) @ generator.normal(size=(3, 80))).astype(np.float32)
    found = components(flat)
    assert found.shape == (400, neighbours.COMPONENTS)
    np.testing.assert_allclose(
        cdist(found[:20], found[:20]), cdist(flat[:20], flat[:20]), rtol=1e-3, atol=1e-3
    )
    parts, spread = principal(np.ones((40, 60), np.float32), 5)
    assert not parts.any()
    assert not spread.any()
