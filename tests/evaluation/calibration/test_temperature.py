import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from tests.evaluation.fakes import softmax
from thalweg.evaluation.calibration.proper_scores import negative_log_likelihood
from thalweg.evaluation.calibration.temperature import COLDEST, fit_temperature, scaled
from thalweg.statistics.intervals import crossed


def too_sure(temperature, examples=2_000, seed=0, classes=4):
    """Logits and labels of which the logits are `temperature` times what they should be."""
    generator = np.random.default_rng(seed)
    logits = 2 * generator.normal(size=(examples, classes))
    chances = softmax(logits).cumsum(axis=1)
    labels = (generator.random((examples, 1)) > chances).sum(axis=1).clip(0, classes - 1)
    return temperature * logits, labels


@pytest.mark.parametrize("temperature", [0.4, 1.0, 3.0])
def test_it_is_the_minimiser_that_scipy_finds(temperature):
    logits, labels = too_sure(temperature)
    probabilities = softmax(logits)

    def cost(log_temperature):
        return negative_log_likelihood(softmax(logits / np.exp(log_temperature)), labels).mean()

    expected = np.exp(minimize_scalar(cost, bounds=(-3, 4), method="bounded", options={"xatol": 1e-10}).x)
    found = fit_temperature(probabilities[None], labels)
    assert found.temperatures == pytest.approx([expected], rel=1e-6)
    assert found.temperatures[0] == pytest.approx(temperature, rel=0.1)
    assert not found.at_limit.any()


def test_probabilities_scale_as_logits_do():
    logits, _ = too_sure(3.0, examples=50)
    table = np.stack([softmax(logits), softmax(2 * logits)])
    np.testing.assert_allclose(
        scaled(table, np.array([3.0, 0.5])), [softmax(logits / 3), softmax(4 * logits)], atol=1e-12
    )
    np.testing.assert_allclose(scaled(table, 1.0), table, atol=1e-12)
    assert (scaled(table, 7.0).argmax(axis=2) == table.argmax(axis=2)).all()


def test_each_member_has_its_own():
    logits, labels = too_sure(1.0)
    table = softmax(np.stack([0.5 * logits, logits, 4 * logits]))
    found = fit_temperature(table, labels).temperatures
    assert found / found[1] == pytest.approx([0.5, 1.0, 4.0], rel=1e-6)


def test_influence_is_the_derivative_by_the_weight_of_an_example():
    logits, labels = too_sure(2.0, examples=400)
    found = fit_temperature(softmax(logits)[None], labels)
    assert found.influence.mean() == pytest.approx(0.0, abs=1e-5)
    for example in (0, 17):  # counted twice
        twice = np.append(np.arange(400), example)
        moved = fit_temperature(softmax(logits)[None, twice], labels[twice]).temperatures - found.temperatures
        assert moved[0] == pytest.approx(found.influence[0, example] / 401, rel=0.1)


def test_the_interval_covers_the_true_temperature():
    hits = 0
    for seed in range(300):
        logits, labels = too_sure(2.0, examples=300, seed=seed)
        found = fit_temperature(softmax(logits)[None], labels)
        low, high = crossed(found.temperatures[:, None] + found.influence).examples
        hits += low <= 2.0 <= high
    assert 0.92 <= hits / 300 <= 0.98


def test_examples_that_are_all_right_do_not_determine_it():
    probabilities = softmax(np.eye(4)[np.arange(80) % 4] * 3.0)
    found = fit_temperature(probabilities[None], np.arange(80) % 4)
    assert found.at_limit.all()
    assert COLDEST <= found.temperatures[0] <= 1.0
    assert (found.influence == 0).all()


def test_hard_answers_stay_finite():
    certain = np.eye(4)[np.arange(80) % 4]
    right = fit_temperature(certain[None], np.arange(80) % 4)
    assert right.at_limit.all()
    wrong = fit_temperature(certain[None], (np.arange(80) + (np.arange(80) < 20)) % 4)
    assert np.isfinite(scaled(certain[None], wrong.temperatures)).all()
    assert wrong.temperatures[0] > 10
