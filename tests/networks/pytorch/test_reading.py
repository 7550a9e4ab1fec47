"""Modules of PyTorch as other people write them: what is read answers alike, what is not known is named."""

import numpy as np
import pytest

from thalweg import data
from thalweg.errors import EvaluationError, NotApplicable
from thalweg.networks import from_torch
from thalweg.networks.convnet import ConvNetNetwork
from thalweg.networks.layered import LayeredNetwork
from thalweg.networks.mlp import MlpNetwork

torch = pytest.importorskip("torch")
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

CLASSES = 3


class Official(nn.Module):
    """As in PyTorch's own example for MNIST, smaller."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 4, 3, 1), nn.Conv2d(4, 5, 3, 1)
        self.dropout1, self.fc1, self.fc2 = nn.Dropout(0.25), nn.Linear(5 * 4 * 4, 6), nn.Linear(6, CLASSES)

    def forward(self, x):
        x = functional.relu(self.conv1(x))
        x = functional.max_pool2d(functional.relu(self.conv2(x)), 2)
        x = torch.flatten(self.dropout1(x), 1)
        x = functional.dropout(functional.relu(self.fc1(x)), 0.5, self.training)
        return functional.log_softmax(self.fc2(x), dim=1)


class Viewed(nn.Module):
    """A perceptron that flattens with `view`, and uses functions of `torch` and of tensors."""

    def __init__(self, channels=1):
        super().__init__()
        self.first, self.last = nn.Linear(144 * channels, 8), nn.Linear(8, CLASSES)

    def forward(self, x):
        return self.last(torch.sigmoid(self.first(x.view(x.size(0), -1))).tanh())


class Branched(Viewed):
    def forward(self, x):
        hidden = torch.relu(self.first(x.flatten(1)))
        return self.last(hidden + torch.sigmoid(hidden))


class Deciding(Viewed):
    def forward(self, x):
        return self.last(self.first(x.flatten(1))) if x.sum() > 0 else x


def head(features, curve=nn.ReLU):
    return [nn.Flatten(), nn.Linear(features, 6), curve(), nn.Linear(6, CLASSES)]


def shifting(layer):
    """A normalisation with numbers as after training, some of them negative."""
    with torch.no_grad():
        layer.running_mean.normal_()
        layer.running_var.uniform_(0.2, 3.0)
        if layer.affine:
            layer.weight.normal_()
            layer.bias.normal_()
    return layer


def sequential(*layers):
    return nn.Sequential(*layers)


READ = {
    "perceptron": (lambda: sequential(*head(144)), MlpNetwork),
    "linear": (lambda: sequential(nn.Flatten(), nn.Linear(144, CLASSES)), MlpNetwork),
    "tanh gelu": (lambda: sequential(*head(144, lambda: nn.GELU(approximate="tanh"))), MlpNetwork),
    "dropout": (lambda: sequential(nn.Dropout(0.5), *head(144), nn.Dropout(0.3)), MlpNetwork),
    "gelu": (lambda: sequential(*head(144, nn.GELU)), LayeredNetwork),
    "leaky": (lambda: sequential(*head(144, lambda: nn.LeakyReLU(0.2))), LayeredNetwork),
    "elu": (lambda: sequential(*head(144, lambda: nn.ELU(0.7))), LayeredNetwork),
    "silu": (lambda: sequential(*head(144, nn.SiLU), nn.LogSoftmax(1)), LayeredNetwork),
    "selu": (lambda: sequential(*head(144, nn.SELU), nn.Softmax(1)), LayeredNetwork),
    "softplus": (lambda: sequential(*head(144, nn.Softplus), nn.LogSigmoid()), LayeredNetwork),
    "sigmoid": (lambda: sequential(*head(144), nn.Sigmoid()), MlpNetwork),
    "relu6": (lambda: sequential(*head(144, nn.ReLU6)), LayeredNetwork),
    "view": (Viewed, LayeredNetwork),
    "official": (Official, LayeredNetwork),
    "convolutions": (
        lambda: sequential(
            nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 5, 3), nn.ReLU(), nn.MaxPool2d(2),
            *head(5),
        ),
        ConvNetNetwork,
    ),
    "pooled before": (
        lambda: sequential(nn.Conv2d(1, 4, 3, padding=1), nn.MaxPool2d(2), nn.Tanh(), *head(144, nn.Tanh)),
        ConvNetNetwork,
    ),
    "gelu pooled before": (
        lambda: sequential(nn.Conv2d(1, 4, 3, padding="same"), nn.MaxPool2d(2), nn.GELU(), *head(144)),
        LayeredNetwork,
    ),
    "two kernels": (
        lambda: sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Conv2d(4, 2, 5), nn.ReLU(), *head(72)),
        LayeredNetwork,
    ),
    "means": (
        lambda: sequential(nn.Conv2d(1, 4, 5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2, 3), *head(64)),
        LayeredNetwork,
    ),
    "strides": (
        lambda: sequential(nn.Conv2d(1, 4, (3, 2), stride=2, padding=(1, 0)), nn.ReLU(), *head(144)),
        LayeredNetwork,
    ),
    "around": (
        lambda: sequential(nn.ZeroPad2d((1, 0, 2, 1)), nn.Conv2d(1, 2, 4), nn.ReLU(), *head(240)),
        LayeredNetwork,
    ),
    "everywhere": (
        lambda: sequential(nn.Conv2d(1, 6, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), *head(6)),
        LayeredNetwork,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def grey():
    images = np.random.default_rng(0).integers(0, 255, (30, 12, 12), dtype=np.uint8)
    return data.from_arrays(images, np.arange(30) % CLASSES).test


@pytest.fixture(scope="module")
def coloured():
    images = np.random.default_rng(0).integers(0, 255, (30, 12, 10, 3), dtype=np.uint8)
    return data.from_arrays(images, np.arange(30) % CLASSES).test


def answers(module, split):
    inputs = split.inputs.reshape(len(split), *split.input_shape[:2], -1)
    tensor = torch.from_numpy(np.ascontiguousarray(np.moveaxis(inputs, -1, 1)))
    tensor = tensor.to(next(module.parameters()).dtype)
    with torch.no_grad():
        return module.eval()(tensor).numpy()


@pytest.mark.parametrize("name", READ)
def test_what_is_read_answers_as_the_module_does(name, grey):
    make, kind = READ[name]
    torch.manual_seed(1)
    module = make()
    module.train()
    found = from_torch(module, grey)
    assert type(found.networks) is kind
    assert module.training
    expected = answers(module, grey)
    last = list(module.modules())[-1]
    if isinstance(last, nn.Softmax | nn.Sigmoid | nn.LogSigmoid) or name in ("official", "silu"):
        expected = expected if isinstance(last, nn.Softmax | nn.Sigmoid) else np.exp(expected)
        expected = expected / expected.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(found[0].probabilities(grey), expected, atol=1e-6)
    else:
        np.testing.assert_allclose(found[0].logits(grey), expected, atol=3e-6)
    counted = sum(weight.numel() for weight in module.parameters())
    assert found.parameters == counted


NORMALISED = {
    "after a convolution": (
        lambda: [nn.Conv2d(1, 4, 3, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), *head(100)],
        ConvNetNetwork,
    ),
    "after a dense layer": (
        lambda: [nn.Flatten(), nn.Linear(144, 6), nn.BatchNorm1d(6, 0.1), nn.ReLU(), nn.Linear(6, CLASSES)],
        MlpNetwork,
    ),
    "after means": (
        lambda: [nn.Conv2d(1, 4, 3), nn.AvgPool2d(2), nn.BatchNorm2d(4), nn.ReLU(), *head(100)],
        LayeredNetwork,
    ),
    "after all places": (
        lambda: [nn.Conv2d(1, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.BatchNorm1d(4), nn.ReLU(),
                 nn.Linear(4, CLASSES)],
        LayeredNetwork,
    ),
    "of the logits": (lambda: [*head(144), nn.BatchNorm1d(CLASSES)], MlpNetwork),
    "of the picture": (lambda: [nn.BatchNorm2d(1), *head(144)], MlpNetwork),
    "before a convolution": (
        lambda: [nn.Conv2d(1, 3, 3), nn.Tanh(), nn.BatchNorm2d(3), nn.Conv2d(3, 2, 3), nn.Tanh(),
                 *head(128, nn.Tanh)],
        ConvNetNetwork,
    ),
    "scaled only, before zeros": (
        lambda: [nn.BatchNorm2d(1), nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), *head(288)], ConvNetNetwork,
    ),
    "before places laid out": (
        lambda: [nn.Conv2d(1, 3, 3), nn.ReLU(), nn.BatchNorm2d(3), nn.AvgPool2d(5), *head(12)],
        LayeredNetwork,
    ),
    "one after the other": (
        lambda: [nn.Conv2d(1, 3, 3), nn.ReLU(), nn.BatchNorm2d(3, affine=False), nn.BatchNorm2d(3),
                 *head(300)],
        ConvNetNetwork,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NORMALISED)
def test_normalisations_are_folded_into_the_layers_beside_them(name, grey):
    make, kind = NORMALISED[name]
    torch.manual_seed(2)
    module = sequential(*make())
    for layer in module:
        if type(layer).__name__.startswith("BatchNorm"):
            shifting(layer)
    if name == "scaled only, before zeros":
        module[0].running_mean.zero_()
        nn.init.zeros_(module[0].bias)
    expected = answers(module.double(), grey)
    found = from_torch(module, grey)
    assert type(found.networks) is kind
    np.testing.assert_allclose(found[0].logits(grey), expected, rtol=1e-5, atol=1e-5)


def test_a_normalisation_is_folded_through_a_maximum_where_no_channel_is_turned_round(grey):
    torch.manual_seed(0)
    layers = [nn.Conv2d(1, 4, 3), nn.MaxPool2d(2), shifting(nn.BatchNorm2d(4)), nn.ReLU(), *head(100)]
    module = sequential(*layers)
    with pytest.raises(NotApplicable, match="layer '2' stands before layer '3'"):
        from_torch(module, grey)
    with torch.no_grad():
        module[2].weight.abs_()
    found = from_torch(module, grey)
    np.testing.assert_allclose(found[0].logits(grey), answers(module, grey), rtol=1e-5, atol=1e-5)


def test_layers_without_bias_get_none(grey):
    torch.manual_seed(0)
    makers = (
        lambda: sequential(nn.Flatten(), nn.Linear(144, 6, bias=False), nn.ReLU(), nn.Linear(6, CLASSES)),
        lambda: sequential(nn.Flatten(), nn.Linear(144, CLASSES, bias=False)),
        lambda: sequential(nn.Conv2d(1, 2, 3, bias=False), nn.ReLU(), *head(200)),
    )
    for make in makers:
        modules = [make(), make()]
        found = from_torch(modules, grey)
        assert found.parameters == sum(weight.numel() for weight in modules[0].parameters())
        for member, module in zip(found, modules, strict=True):
            np.testing.assert_allclose(member.logits(grey), answers(module, grey), atol=3e-6)
        weight, bias = found.last_layer
        assert weight.shape[:2] == bias.shape == (2, CLASSES)


def test_channels_are_put_into_our_order(coloured):
    for module in (
        sequential(*head(360)),
        sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.MaxPool2d(2), *head(80)),
        sequential(nn.Conv2d(3, 3, 3, padding=1), nn.ELU(), *head(360)),
    ):
        found = from_torch(module, coloured)
        np.testing.assert_allclose(found[0].logits(coloured), answers(module, coloured), atol=3e-6)


def test_members_are_stacked_and_other_architectures_refused(grey):
    modules = [sequential(*head(144)) for _ in range(3)]
    found = from_torch(modules, grey)
    assert len(found) == 3
    for member, module in zip(found, modules, strict=True):
        np.testing.assert_allclose(member.logits(grey), answers(module, grey), atol=3e-6)
    with pytest.raises(EvaluationError, match="Module 1 is another architecture"):
        from_torch([modules[0], sequential(*head(144, nn.Tanh))], grey)
    with pytest.raises(EvaluationError, match="empty list"):
        from_torch([], grey)


def with_hook():
    module = sequential(*head(144))
    module[1].register_forward_hook(lambda layer, given, answer: answer + 1)
    return module


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: sequential(nn.Conv2d(1, 4, 3), nn.GroupNorm(2, 4), nn.ReLU(), *head(400)),
         r"layer '1' is a GroupNorm\(2"),
        (lambda: sequential(nn.BatchNorm2d(1, track_running_stats=False), *head(144)),
         "layer '0' is a BatchNorm2d.* whatever it is asked about together"),
        (lambda: sequential(shifting(nn.BatchNorm2d(1)), nn.Conv2d(1, 2, 3, padding=1), *head(288)),
         "layer '0' shifts what layer '1' surrounds with zeros"),
        (lambda: sequential(nn.Flatten(), nn.Linear(144, CLASSES), nn.ReLU(), nn.BatchNorm1d(CLASSES)),
         "layer '3' has no layer of weights beside it"),
        (lambda: sequential(nn.Sigmoid(), nn.BatchNorm2d(1), nn.Tanh(), *head(144)),
         "layer '1' stands before layer '2'"),
        (lambda: sequential(nn.Conv2d(1, 4, 3, dilation=2), nn.ReLU(), *head(256)), "it is dilated"),
        (lambda: sequential(nn.MaxPool2d(5, ceil_mode=True), *head(9)), "rounds up"),
        (lambda: sequential(*head(144), nn.Softmax(0)), "its dim is 0"),
        (lambda: sequential(nn.Flatten(), nn.Linear(144, 4), nn.Softmax(1), nn.Linear(4, CLASSES)),
         "Softmax that is not the last layer"),
        (lambda: sequential(nn.Flatten(), nn.Linear(144, CLASSES), nn.ReLU()), "does not end with a Linear"),
        (lambda: sequential(nn.Linear(12, CLASSES)), "row by row"),
        (lambda: sequential(*head(144)).half(), "torch.float16"),
        (lambda: sequential(*head(100)), "cannot be asked about an input of shape"),
        (Branched, r"at add\(\) its way branches"),
        (Deciding, r"forward\(\) cannot be followed"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_named(make, says, grey):
    with pytest.raises(NotApplicable, match=says) as caught:
        from_torch(make(), grey)
    assert "known are" in caught.value.hint


def test_what_a_hook_changes_is_noticed(grey):
    with pytest.raises(EvaluationError, match="answers otherwise than the module"):
        from_torch(with_hook(), grey)


def test_another_number_of_classes_is_refused(grey):
    with pytest.raises(EvaluationError, match=r"answers with shape \(7,\)"):
        from_torch(sequential(nn.Flatten(), nn.Linear(144, 7)), grey)


def test_what_is_no_module_is_refused(grey):
    with pytest.raises(EvaluationError, match="A float is no module"):
        from_torch(0.5, grey)  # type: ignore[arg-type]
