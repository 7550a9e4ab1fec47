"""Modules of PyTorch in the suite: given what they learned from, or said; their weights looked into."""

import numpy as np
import pytest

import thalweg as tw
from thalweg import evaluation
from thalweg.data import from_arrays
from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation import evaluate
from thalweg.evaluation.inside import as_given, population_behind
from thalweg.models import Inputs, in_memory
from thalweg.networks.mlp import MlpNetwork

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.utils.data import DataLoader, TensorDataset  # noqa: E402

torch.set_num_threads(1)  # small products: threads would wait for each other
MEAN, STD = 0.31, 0.27


def taught(seed, tensors, labels, make):
    torch.manual_seed(seed)
    module = make()
    optimiser = torch.optim.Adam(module.parameters(), 0.03)
    for _ in range(25):
        optimiser.zero_grad()
        nn.functional.cross_entropy(module(tensors), labels).backward()
        optimiser.step()
    return module


def perceptron():
    return nn.Sequential(nn.Flatten(), nn.Linear(36, 8), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, 4))


def tensors_of(split, mean=0.0, std=1.0):
    return (torch.from_numpy(split.inputs)[:, None] - mean) / std, torch.from_numpy(split.labels.astype(int))


@pytest.fixture(scope="module")
def parts(quarters_dataset):
    """The pictures as tensors that are normalised, train and test."""
    return tuple(
        TensorDataset(*tensors_of(split, MEAN, STD))
        for split in (quarters_dataset.train, quarters_dataset.test)
    )


@pytest.fixture(scope="module")
def modules(parts):
    return [taught(seed, *parts[0].tensors, perceptron) for seed in range(3)]


def share(records):
    return records["accuracy"].test.measured.value


def right(modules, part):
    inputs, labels = part.tensors
    with torch.no_grad():
        return np.mean([float((each.eval()(inputs).argmax(1) == labels).float().mean()) for each in modules])


NORMALISED = Inputs(mean=MEAN, std=STD)


def test_modules_are_given_what_their_data_set_gives(modules, parts):
    expected = right(modules, parts[1])
    assert expected > 0.6
    for given in (parts, {"test": parts[1]}, DataLoader(parts[1], shuffle=True)):
        assert share(evaluate(modules, given, only="accuracy", inputs=NORMALISED)) == pytest.approx(expected)


def test_data_read_before_know_how_models_are_given_them(modules, parts):
    dataset = tw.load(parts, inputs=NORMALISED)
    expected = right(modules, parts[1])
    assert share(evaluate(modules, dataset, only="accuracy")) == pytest.approx(expected)
    told = in_memory(modules[0], data=dataset)
    assert evaluation.accuracy(told, dataset.test).measured.value == pytest.approx(
        right(modules[:1], parts[1])
    )
    with pytest.raises(EvaluationError, match="nothing says whether this one is") as caught:
        evaluation.accuracy(modules[0], dataset.test)
    assert "data=dataset" in caught.value.hint


def test_inputs_are_said_or_what_is_assumed_is(modules, parts, quarters_dataset):
    said = []
    evaluate(modules, quarters_dataset, only="accuracy", say=said.append)
    assert "is given pixels in [0, 1], laid out as nchw" in "".join(said)
    said.clear()
    found = evaluate(modules, quarters_dataset, only="accuracy", say=said.append, inputs=NORMALISED)
    assert share(found) == pytest.approx(right(modules, parts[1]))
    assert not any("pixels in" in each for each in said)


def test_inputs_of_what_is_no_model_of_another_library_are_refused(quarters_dataset):
    with pytest.raises(EvaluationError, match="not for a function"):
        evaluate(lambda inputs: np.full((len(inputs), 4), 0.25), quarters_dataset, inputs=NORMALISED)


def test_the_mode_of_modules_stays_and_nothing_is_learned(modules, parts):
    module = modules[0].train()
    module[2].eval()  # frozen
    before = [weight.clone() for weight in module.parameters()]
    evaluate(module, parts, only="features", inputs=NORMALISED)
    assert module.training
    assert not module[2].training
    for weight, then in zip(module.parameters(), before, strict=True):
        assert torch.equal(weight, then)
        assert weight.grad is None or not weight.grad.isnan().any()


def test_the_weights_behind_answer_as_the_modules_do(modules, parts, quarters_dataset):
    dataset = tw.load(parts, inputs=NORMALISED)
    for classifier in (modules, modules[1]):
        asked = evaluation.classifier.as_classifier(
            [in_memory(each, data=dataset) for each in modules]
            if classifier is modules
            else in_memory(classifier, data=dataset)
        )
        behind = population_behind(asked, split=dataset.test)
        answers = evaluation.predictions(asked, dataset.test)
        ours = evaluation.predictions(behind, dataset.test)
        np.testing.assert_array_equal(answers.predicted, ours.predicted)
        np.testing.assert_allclose(answers.confidence, ours.confidence, atol=1e-6)


def test_the_cost_of_a_module_is_the_cost_of_the_members_behind(parts):
    torch.manual_seed(3)
    module, dataset = perceptron(), tw.load(parts, inputs=NORMALISED)
    told = in_memory(module, data=dataset)
    found = (
        evaluation.landscape(told, dataset.train, cost="cross-entropy", grid=3, members=1, through=None)
        .surfaces["random"]
        .cost
    )
    inputs, labels = parts[0].tensors
    with torch.no_grad():
        cost = float(nn.functional.cross_entropy(module.eval()(inputs), labels))
    assert found[1, 1] == pytest.approx(cost, rel=1e-5)


def test_features_in_their_own_units_are_looked_into():
    rows = np.random.default_rng(0).normal(40, 9, (60, 5)) + 30 * np.eye(3, 5)[np.arange(60) % 3]
    dataset = from_arrays(rows.astype(np.float32), np.arange(60) % 3)
    module = nn.Sequential(nn.Linear(5, 6), nn.Tanh(), nn.Linear(6, 3))
    asked = evaluation.classifier.as_classifier(in_memory(module, data=dataset, scaling="raw"))
    behind = population_behind(asked, split=dataset.test)
    with torch.no_grad():
        expected = module(torch.from_numpy(dataset.test.raw)).numpy()
    np.testing.assert_allclose(behind[0].logits(dataset.test), expected, atol=1e-5)
    np.testing.assert_array_equal(behind.networks.layers[0].weight[0], module[0].weight.detach().numpy())


def test_a_layer_that_is_not_known_is_named_and_the_rest_is_measured(parts):
    torch.manual_seed(0)
    module = nn.Sequential(nn.Flatten(), nn.Linear(36, 8), nn.LayerNorm(8), nn.ReLU(), nn.Linear(8, 4))
    found = evaluate(module, parts, only="accuracy", inputs=NORMALISED)
    assert 0 <= share(found) <= 1
    with pytest.raises(NotApplicable, match=r"layer '2' is a LayerNorm\(\(8"):
        evaluate(module, parts, only="features", inputs=NORMALISED)


def batch_normalised():
    hidden = nn.Linear(36, 8, bias=False)
    return nn.Sequential(nn.Flatten(), hidden, nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 4))


def test_what_is_folded_is_looked_into_and_said(parts):
    pair, said = [taught(seed, *parts[0].tensors, batch_normalised) for seed in range(2)], []
    options = {"inputs": NORMALISED, "say": said.append, "objective": evaluation.Objective("cross-entropy")}
    found = evaluate(pair, parts, only="curvature,alignment,features", **options)
    assert sum("BatchNorm is folded" in each for each in said) == 1
    assert found["alignment"].widths == (8,)
    dataset, (inputs, labels) = tw.load(parts, inputs=NORMALISED), parts[0].tensors
    told = in_memory(pair[0], data=dataset)
    flat = {"grid": 3, "members": 1, "through": None}
    surface = evaluation.landscape(told, dataset.train, cost="cross-entropy", **flat).surfaces["random"]
    with torch.no_grad():
        cost = float(nn.functional.cross_entropy(pair[0].eval()(inputs), labels))
    assert surface.cost[1, 1] == pytest.approx(cost, rel=1e-5)


def test_layers_without_bias_are_looked_into(parts):
    def unbiased():
        hidden, last = nn.Linear(36, 8, bias=False), nn.Linear(8, 4, bias=False)
        return nn.Sequential(nn.Flatten(), hidden, nn.ReLU(), last)

    pair = [taught(seed, *parts[0].tensors, unbiased) for seed in range(2)]
    options = {"inputs": NORMALISED, "objective": evaluation.Objective("cross-entropy")}
    found = evaluate(pair, parts, only="curvature,connectivity,outliers", **options)
    assert list(found["connectivity"].lines) == ["unaligned", "curve"]
    with pytest.raises(NotApplicable, match="this is a network of other layers"):
        evaluate(pair, parts, only="alignment", **options)


def test_a_list_of_modules_is_matched(quarters_dataset):
    torch.manual_seed(0)
    pair = [perceptron(), perceptron()]
    found = evaluation.alignment(pair, quarters_dataset.test, methods=["weights"])
    assert found.pairs.tolist() == [[0, 1]]
    normalised = evaluate(pair, quarters_dataset, only="alignment", inputs=NORMALISED)["alignment"]
    assert normalised.widths == (8,)
    other = [nn.Sequential(nn.Flatten(), nn.Linear(36, 8), nn.SiLU(), nn.Linear(8, 4)) for _ in range(2)]
    with pytest.raises(NotApplicable, match="this is a network of other layers"):
        evaluation.alignment(other, quarters_dataset.test)


def test_splits_as_modules_are_given_them_have_the_tensors_of_the_data_set(modules, parts):
    dataset = tw.load(parts, inputs=NORMALISED)
    source = [in_memory(each, data=dataset) for each in modules]
    asked = evaluation.classifier.as_classifier(source)
    seen, (train, nothing, test) = as_given(asked, dataset.train, None, dataset.test)
    assert nothing is None
    for split, part in ((train, parts[0]), (test, parts[1])):
        np.testing.assert_allclose(split.inputs, part.tensors[0][:, 0].numpy(), atol=1e-6)
    assert isinstance(seen.source.networks, MlpNetwork)
    np.testing.assert_array_equal(
        seen.source.networks.layers[0].weight[2], modules[2][1].weight.detach().numpy()
    )
    answers = evaluation.predictions(seen, test)
    np.testing.assert_allclose(
        answers.confidence, evaluation.predictions(asked, dataset.test).confidence, atol=1e-6
    )
    mixed = evaluation.classifier.as_classifier([source[0], in_memory(modules[1], scaling="unit")])
    assert as_given(mixed, dataset.test)[0] is mixed


def test_columns_in_another_order_are_refused_where_nothing_can_reorder_them(modules, quarters_dataset):
    named = in_memory(modules[0], scaling="unit", class_names=quarters_dataset.class_names[::-1])
    with pytest.raises(EvaluationError, match="stand for '3', '2', '1', '0'"):
        evaluation.features(named, quarters_dataset.train, permutations=99)
    assert evaluate(named, quarters_dataset, only="features")


def test_a_module_is_asked_some_examples_at_a_time(modules):
    sizes = []
    module = nn.Sequential(*modules[0])
    module.register_forward_pre_hook(lambda _, given: sizes.append(len(given[0])))
    inputs = np.random.default_rng(0).random((2_300, 6, 6), dtype=np.float32)
    answers = in_memory(module, scaling="unit").probabilities(inputs)
    assert sizes == [1_000, 1_000, 300]
    few = in_memory(module, scaling="unit").probabilities(inputs[2_000:2_010])
    np.testing.assert_allclose(answers[2_000:2_010], few, atol=1e-6)
