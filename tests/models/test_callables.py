"""Any function from inputs to probabilities is a classifier: what scikit-learn and friends need to fit in."""

import warnings

import numpy as np
import pytest

from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation import accuracy, evaluate
from thalweg.evaluation.adversarial.measure import adversarial
from thalweg.evaluation.diversity.measure import diversity


@pytest.fixture(scope="module")
def fitted(quarters_dataset):
    from sklearn.neural_network import MLPClassifier

    train = quarters_dataset.train
    models = [MLPClassifier((8,), max_iter=60, random_state=seed) for seed in range(2)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has not converged, and need not
        return [model.fit(train.inputs.reshape(len(train), -1), train.labels) for model in models]


def one(model):
    return lambda inputs: model.predict_proba(inputs.reshape(len(inputs), -1))


def test_a_scikit_learn_classifier_through_a_function(fitted, quarters_dataset):
    test = quarters_dataset.test
    expected = fitted[0].score(test.inputs.reshape(len(test), -1), test.labels)
    found = accuracy(one(fitted[0]), test)
    assert found.measured.value == pytest.approx(expected)
    records = evaluate(one(fitted[0]), quarters_dataset, only="accuracy,noise")
    assert records["accuracy"].to_json()["test_accuracy"]["mean"] == pytest.approx(expected)
    assert 0 <= records["noise"].to_json()["uniform"]["mean_confidence"]["value"] <= 1


def test_several_of_them_are_a_population(fitted, quarters_dataset):
    def both(inputs):
        return np.stack([one(model)(inputs) for model in fitted])

    record = diversity(both, quarters_dataset.test)
    assert record.members == 2
    flat = quarters_dataset.test.inputs.reshape(len(quarters_dataset.test), -1)
    differ = fitted[0].predict(flat) != fitted[1].predict(flat)
    assert record.pairs.disagreement.value == pytest.approx(differ.mean())


def test_the_model_itself_is_asked_in_the_same_way(fitted, quarters_dataset):
    test = quarters_dataset.test
    through_function, itself = accuracy(one(fitted[0]), test), accuracy(fitted[0], test)
    np.testing.assert_array_equal(itself.share_right, through_function.share_right)
    together = diversity(fitted, test)
    assert together.members == 2


def test_what_needs_weights_or_members_does_not_apply(fitted, quarters_dataset):
    with pytest.raises(NotApplicable):
        adversarial(one(fitted[0]), quarters_dataset.test)
    with pytest.raises(NotApplicable, match="1 member"):
        diversity(one(fitted[0]), quarters_dataset.test)


@pytest.mark.parametrize(
    ("answer", "message", "hint"),
    [
        (lambda inputs: np.tile([3.0, -1.0, 0.5, 0.0], (len(inputs), 1)), r"from -1 to 3", "apply softmax"),
        (lambda inputs: np.tile([0.9, 0.9, 0.1, 0.4], (len(inputs), 1)), "sum to 2.3", "softmax"),
        (lambda inputs: np.full((len(inputs), 3), 1 / 3), "3 classes", "classes it was trained on"),
        (lambda inputs: np.full((len(inputs), 4), np.nan), "nan", "diverged"),
        (lambda inputs: np.zeros(len(inputs)), r"shape \(40,\)", "one probability for each"),
    ],
    ids=["logits", "activations", "classes", "nan", "labels"],
)
def test_what_is_not_probabilities_is_named(quarters_dataset, answer, message, hint):
    with pytest.raises(EvaluationError, match=message) as error:
        evaluate(answer, quarters_dataset, only="accuracy")
    assert hint in error.value.hint
