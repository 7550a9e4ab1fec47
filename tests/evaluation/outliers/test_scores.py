import numpy as np
import pytest
from scipy.stats import entropy as scipy_entropy

from tests.evaluation.fakes import softmax
from thalweg.evaluation.outliers import scores as scores

LOGITS = np.random.default_rng(0).normal(size=(3, 20, 5))


def test_maximum_probability_is_one_minus_the_largest():
    probabilities = softmax(LOGITS)
    np.testing.assert_allclose(scores.maximum_probability(probabilities), 1 - probabilities.max(-1))


def test_two_sure_answers_are_told_apart_where_one_minus_p_rounds_to_zero():
    sure, surer = (
        np.array([[1.0, rest, 0.0]], np.float32) for rest in (np.float32(1e-12), np.float32(1e-15))
    )
    assert scores.maximum_probability(sure) > scores.maximum_probability(surer) > 0


def test_entropy_is_scipys():
    probabilities = softmax(LOGITS)
    np.testing.assert_allclose(scores.entropy(probabilities), scipy_entropy(probabilities, axis=-1))
    assert scores.entropy(np.array([1.0, 0.0])) == 0.0


def test_mutual_information_is_zero_for_agreement_and_ln_2_for_two_that_are_sure_and_differ():
    agree = np.array([[0.5, 0.5], [0.5, 0.5]])
    assert scores.mutual_information(agree.mean(0)[None], scores.entropy(agree).mean(keepdims=True)) == 0
    differ = np.eye(2)
    found = scores.mutual_information(differ.mean(0)[None], scores.entropy(differ).mean(keepdims=True))
    assert found[0] == pytest.approx(np.log(2))


def test_logit_scores_fall_when_any_output_rises():
    np.testing.assert_allclose(scores.maximum_logit(LOGITS), -LOGITS.max(-1))
    np.testing.assert_allclose(scores.energy(LOGITS), -np.log(np.exp(LOGITS).sum(-1)))
    assert (scores.energy(LOGITS + 1) < scores.energy(LOGITS)).all()
