"""Models of other libraries in memory, by what they can do; their columns in any order."""

import numpy as np
import pytest

from thalweg import data
from thalweg.errors import EvaluationError, ThalwegError
from thalweg.evaluation import accuracy, evaluate
from thalweg.models import in_memory

NAMES = ["setosa", "Versicolor", "virginica", "10", "9"]


class Tensor:
    """As much of a tensor of PyTorch as matters: NumPy cannot read one that requires gradients."""

    def __init__(self, values, requires_grad=True):
        self.values, self.requires_grad = values, requires_grad

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("Can't call numpy() on Tensor that requires grad.")

    def detach(self):
        return Tensor(self.values, requires_grad=False)

    def cpu(self):
        return self

    def numpy(self):
        assert not self.requires_grad
        return self.values


class Module:
    """As much of a module of PyTorch as matters: logits, with dropout while it is trained."""

    def __init__(self, weights):
        self.weights, self.training, self.shapes = weights, True, []

    def state_dict(self):
        return {"weights": self.weights}

    def eval(self):
        self.training = False
        return self

    def __call__(self, inputs):
        assert not self.training
        self.shapes.append(inputs.shape)
        return Tensor(inputs.reshape(len(inputs), -1) @ self.weights)


@pytest.fixture(scope="module")
def pictures():
    """Five classes of pictures that a linear model tells apart, and its weights in the order of the names."""
    generator = np.random.default_rng(0)
    names = sorted(NAMES)
    numbers = np.arange(300) % 5
    centres = generator.random((5, 6, 6))
    images = np.clip(centres[numbers] + 0.05 * generator.normal(size=(300, 6, 6)), 0, 1)
    dataset = data.from_arrays((255 * images).astype(np.uint8), np.array(names)[numbers])
    assert dataset.class_names == tuple(names)
    weights = centres.reshape(5, -1).T - (centres.reshape(5, -1) ** 2).sum(1) / 2 / 36
    return dataset, 30 * (weights - weights.mean(axis=0))


def shares(model, dataset, **options):
    return evaluate(model, dataset, only="accuracy", **options)["accuracy"].test.measured.value


@pytest.fixture(scope="module")
def expected(pictures):
    dataset, weights = pictures
    right = (dataset.test.inputs.reshape(len(dataset.test), -1) @ weights).argmax(axis=1)
    share = (right == dataset.test.labels).mean()
    assert share > 0.9
    return share


def test_a_module_is_asked_without_dropout_and_left_as_it_was(pictures, expected):
    dataset, weights = pictures
    module = Module(weights)
    assert shares(module, dataset) == pytest.approx(expected)
    assert module.training
    assert module.shapes[0][1:] == (1, 6, 6)


def test_a_function_may_return_a_tensor(pictures, expected):
    dataset, weights = pictures

    def classifier(inputs):
        powers = np.exp(inputs.reshape(len(inputs), -1) @ weights)
        return Tensor(powers / powers.sum(axis=1, keepdims=True))

    assert shares(classifier, dataset) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(5))
def test_any_order_of_columns_with_names_gives_the_same_accuracy(pictures, expected, seed):
    dataset, weights = pictures
    order = np.random.default_rng(seed).permutation(5)
    names = np.array(dataset.class_names)[order]
    module = Module(weights[:, order])
    assert shares(module, dataset, class_names=names) == pytest.approx(expected)
    named = in_memory(module, class_names=names)
    assert accuracy(named, dataset.test).measured.value == pytest.approx(expected)
    plain = in_memory(Module(weights), class_names=dataset.class_names)
    assert shares([named, plain], dataset) == pytest.approx(expected)
    if (order != np.arange(5)).any():
        with pytest.raises(EvaluationError, match="very likely stand in that order"):
            shares(module, dataset)
        as_taken = shares(module, dataset, class_names=dataset.class_names)
        assert as_taken < expected - 0.2


def test_the_mapping_is_said(pictures):
    dataset, weights = pictures
    said = []
    shares(Module(weights), dataset, say=said.append)
    assert "column 0 is '10', 1 is '9', 2 is 'Versicolor'" in said[0]


def test_an_estimator_names_its_columns_itself(pictures):
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    dataset, _ = pictures
    flat = dataset.train.inputs.reshape(len(dataset.train), -1)
    for labels in (dataset.train.labels, np.array(dataset.class_names)[dataset.train.labels]):
        model = make_pipeline(LogisticRegression()).fit(flat, labels)
        test = dataset.test.inputs.reshape(len(dataset.test), -1)
        right = np.searchsorted(model.classes_, model.predict(test)) == dataset.test.labels
        assert shares(model, dataset) == pytest.approx(right.mean())


def test_the_units_of_features_are_asked_for():
    from sklearn.linear_model import LogisticRegression

    generator = np.random.default_rng(1)
    inputs = generator.normal(100, 20, (90, 4)) + 60 * np.eye(3, 4)[np.arange(90) % 3]
    dataset = data.from_arrays(inputs, np.arange(90) % 3)
    own = dataset.train.raw
    model = LogisticRegression(max_iter=2_000).fit(own, dataset.train.labels)
    with pytest.raises(EvaluationError, match="in which units") as caught:
        shares(model, dataset)
    assert 'scaling="raw"' in caught.value.hint
    found = shares(in_memory(model, data=dataset, scaling="raw"), dataset)
    assert found == pytest.approx(model.score(dataset.test.raw, dataset.test.labels))


class Regression:
    def predict(self, inputs):
        return inputs


@pytest.mark.parametrize(
    ("model", "says", "hint"),
    [
        (Module, "Module is a class", "make one"),
        ("model.onnx", "is a path", "load_onnx"),
        ({"one": len}, "A dict", "list"),
        ([], "empty list", "at least one"),
        (Regression(), "has `predict` only", "CalibratedClassifierCV"),
        (np.zeros((3, 2)), r"of shape \(3, 2\)", "load_probabilities"),
        (None, "NoneType is not a classifier", "function"),
        (lambda inputs: inputs.missing, "AttributeError", "lambda"),
        (Module(np.zeros((9, 5))), "failed on inputs of shape .*ValueError", "lambda"),
        ([Module(np.zeros((9, 5)))] * 2, "failed on inputs of shape .*ValueError", "lambda"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(pictures, model, says, hint):
    with pytest.raises(ThalwegError, match=says) as caught:
        shares(model, pictures[0])
    assert hint in caught.value.hint
