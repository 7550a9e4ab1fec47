import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform
from sklearn.metrics import silhouette_score

from thalweg.studies.starts.clusters import best_cut, clusters, silhouette


def cloud(seed, places=16, dimensions=30):
    """One normal cloud, longer in some directions than in others."""
    scales = np.linspace(3, 0.2, dimensions)
    return np.random.default_rng(seed).standard_normal((places, dimensions)) * scales


def distances(points):
    return squareform(pdist(points))


@pytest.mark.parametrize("labels", [[0, 0, 1, 1, 2, 2, 0, 1], [0, 0, 0, 0, 0, 0, 0, 1]])
def test_the_silhouette_is_scikit_learns(labels):
    table, labels = distances(cloud(0, places=8)), np.array(labels)
    assert silhouette(table, labels) == pytest.approx(silhouette_score(table, labels, metric="precomputed"))


def test_one_cloud_is_seen_as_clusters_five_times_in_a_hundred():
    p_values = [clusters(distances(cloud(seed)), rotations=39, seed=seed).p_value for seed in range(100)]
    assert np.mean(np.array(p_values) <= 0.05) <= 0.11
    assert 0.4 < np.mean(p_values) < 0.62


def test_two_clouds_are_two_clusters():
    points = cloud(1)
    points[::2, 5] += 40
    found = clusters(distances(points))
    assert (found.found, found.count, found.parts) == (True, 2, 2)
    assert len(set(found.labels[::2])) == len(set(found.labels[1::2])) == 1
    assert found.labels[0] != found.labels[1]
    assert found.silhouette > found.expected + 0.1


def test_one_cloud_is_said_to_be_one():
    found = clusters(distances(cloud(2)))
    assert not found.found
    assert found.count == 1
    assert not found.labels.any()
    assert found.to_json()["count"] == 1


def test_three_clusters_are_cut_into_three():
    points = cloud(3, dimensions=4)
    points[5:10, 0] += 50
    points[10:, 1] += 50
    assert len(np.unique(best_cut(distances(points))[1])) == 3


def test_distances_that_fit_no_space_are_taken_as_they_are():
    table = np.random.default_rng(4).uniform(0.5, 1.5, (12, 12))
    table = np.triu(table, 1) + np.triu(table, 1).T
    found = clusters(table)
    assert 0 < found.p_value <= 1
    assert np.isfinite(found.silhouette)


def test_places_that_coincide_are_one_place():
    found = clusters(np.zeros((8, 8)))
    assert found.count == 1


def test_too_few_places_have_no_clusters_to_find():
    assert clusters(np.ones((5, 5)) - np.eye(5)) is None


def test_the_same_seed_gives_the_same_answer():
    table = distances(cloud(5))
    assert clusters(table, seed=3).to_json() == clusters(table, seed=3).to_json()
