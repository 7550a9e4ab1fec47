import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, log_loss

from tests.evaluation.fakes import softmax
from thalweg.evaluation.calibration.proper_scores import SMALLEST, brier_score, negative_log_likelihood


def example(seed=0, examples=300, classes=5):
    generator = np.random.default_rng(seed)
    probabilities = softmax(3 * generator.normal(size=(examples, classes)))
    return probabilities, generator.integers(classes, size=examples)


def test_negative_log_likelihood_is_scikit_learns_log_loss():
    probabilities, labels = example()
    found = negative_log_likelihood(probabilities, labels)
    assert found.shape == (300,)
    assert found.mean() == pytest.approx(log_loss(labels, probabilities, labels=range(5)), abs=1e-12)


def test_brier_is_scikit_learns_over_all_classes():
    probabilities, labels = example()
    expected = brier_score_loss(labels, probabilities, labels=range(5), scale_by_half=False)
    assert brier_score(probabilities, labels).mean() == pytest.approx(expected, abs=1e-12)


def test_brier_of_two_classes_is_twice_that_of_one():
    probabilities, labels = example(classes=2)
    one = brier_score_loss(labels, probabilities[:, 1])
    assert brier_score(probabilities, labels).mean() == pytest.approx(2 * one, abs=1e-12)


def test_by_hand():
    probabilities, labels = np.array([[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]]), np.array([0, 0])
    assert brier_score(probabilities, labels) == pytest.approx([0.09 + 0.04 + 0.01, 2.0])
    assert negative_log_likelihood(probabilities, labels) == pytest.approx([-np.log(0.7), -np.log(SMALLEST)])
    assert -np.log(SMALLEST) == pytest.approx(87.336, abs=1e-3)


def test_the_axis_of_members_leads():
    (one, labels), (other, _) = example(), example(seed=1)
    both = np.stack([one, other]).astype(np.float32)
    for score in (negative_log_likelihood, brier_score):
        apart = [score(one, labels), score(other, labels)]
        np.testing.assert_allclose(score(both, labels), apart, atol=1e-5)


def test_only_the_truth_minimises_the_mean():
    truth = np.array([0.6, 0.3, 0.1])
    for score in (negative_log_likelihood, brier_score):

        def mean(said, score=score):
            rows = np.tile(said, (3, 1))
            return truth @ score(rows, np.arange(3))

        for other in ([0.7, 0.2, 0.1], [0.5, 0.35, 0.15], [1 / 3] * 3):
            assert mean(truth) < mean(np.array(other))
