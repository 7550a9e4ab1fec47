"""Each detector against scikit-learn or its formula written out."""

import numpy as np
import pytest
from sklearn.covariance import LedoitWolf
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

from thalweg.evaluation.outliers.detectors import Clipping, InputLikelihood, Mahalanobis, NearestNeighbour

GENERATOR = np.random.default_rng(0)
LABELS = np.arange(300) % 3
FEATURES = (GENERATOR.normal(size=(300, 6)) @ GENERATOR.normal(size=(6, 6)) + 3 * LABELS[:, None]).astype("f")
OTHERS = GENERATOR.normal(0, 4, size=(40, 6)).astype("f")


def squared(points, centre, covariance):
    deviations = points.astype(float) - centre
    return np.einsum("ni,ij,nj->n", deviations, np.linalg.inv(covariance), deviations)


def test_mahalanobis_is_the_nearest_class_by_the_shared_covariance():
    means = np.stack([FEATURES[label == LABELS].mean(0) for label in range(3)])
    within = LedoitWolf(assume_centered=True).fit(FEATURES - means[LABELS]).covariance_
    total = LedoitWolf(assume_centered=True).fit(FEATURES - FEATURES.mean(0)).covariance_
    expected = np.min([squared(OTHERS, mean, within) for mean in means], axis=0)
    distance, relative = Mahalanobis.fit(FEATURES, LABELS).score(OTHERS)
    np.testing.assert_allclose(distance, expected, rtol=1e-3)
    np.testing.assert_allclose(distance - relative, squared(OTHERS, FEATURES.mean(0), total), rtol=1e-3)


def test_mahalanobis_bears_dead_neurons_and_missing_classes():
    dead = FEATURES.copy()
    dead[:, 2] = 0
    alive = OTHERS.copy()
    alive[:, 2] = 0
    detector = Mahalanobis.fit(dead, LABELS + (LABELS == 2))  # classes 0, 1, 3
    assert np.isfinite(detector.score(alive)[0]).all()
    alive[:, 2] = 5  # a neuron that never fired on training examples does now
    assert (detector.score(alive)[0] > 20 * Mahalanobis.fit(dead, LABELS).score(dead)[0].mean()).all()


def test_nearest_neighbour_is_scikit_learns_on_unit_vectors():
    unit, others = (points / np.linalg.norm(points, axis=1, keepdims=True) for points in (FEATURES, OTHERS))
    expected = NearestNeighbors(n_neighbors=1).fit(unit).kneighbors(others)[0][:, 0]
    np.testing.assert_allclose(NearestNeighbour.fit(FEATURES).score(OTHERS), expected, rtol=1e-3, atol=1e-6)
    assert NearestNeighbour.fit(FEATURES).score(FEATURES[:5]).max() == 0.0
    assert np.isfinite(NearestNeighbour.fit(FEATURES).score(np.zeros((1, 6), "f"))).all()


def test_clipping_by_hand():
    detector = Clipping.fit(np.arange(101.0)[:, None])
    assert detector.limit == 90
    weight, bias = np.array([[1.0], [-1.0]]), np.array([0.5, 0.0])
    np.testing.assert_allclose(detector.score(np.array([[500.0]]), weight, bias), [-90.5])


def test_input_likelihood_ranks_as_probabilistic_pca():
    inputs = (GENERATOR.normal(size=(400, 3)) @ GENERATOR.normal(size=(3, 12)) * 3).astype("f")
    inputs += GENERATOR.normal(0, 0.3, size=inputs.shape).astype("f")
    others = GENERATOR.normal(0, 3, size=(30, 12)).astype("f")
    detector = InputLikelihood.fit(inputs.reshape(400, 4, 3))
    oracle = PCA(n_components=len(detector.variances), svd_solver="full").fit(inputs)
    assert 1 <= len(detector.variances) <= 3
    found = detector.score(others.reshape(30, 4, 3))
    expected = -2 * oracle.score_samples(others)
    np.testing.assert_allclose(found - found[0], expected - expected[0], rtol=1e-3, atol=0.05)


@pytest.mark.parametrize("width", [30, 80], ids=["more examples", "fewer examples than inputs"])
def test_input_likelihood_knows_what_is_off_the_training_plane(width):
    plane = GENERATOR.normal(size=(2, width))
    seen, new = ((GENERATOR.normal(size=(50, 2)) @ plane).astype("f") for _ in range(2))
    away = new + GENERATOR.normal(0, 0.5, size=new.shape).astype("f")
    detector = InputLikelihood.fit(seen)
    assert detector.score(away).min() > detector.score(new).max()


def test_constant_inputs_are_no_trouble():
    assert np.isfinite(InputLikelihood.fit(np.ones((9, 4))).score(np.zeros((2, 4)))).all()
