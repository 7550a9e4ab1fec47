"""Ours to PyTorch and back: the same answers, the same weights."""

import pickle

import jax
import numpy as np
import pytest

from thalweg.errors import EvaluationError
from thalweg.networks import ConvNet, Mlp, Population, from_torch
from thalweg.networks.activations import ACTIVATION_NAMES

torch = pytest.importorskip("torch")

CLASSES = 4
CASES = [
    *((Mlp((7, 5), activation, "normal"), (6, 5)) for activation in ACTIVATION_NAMES),
    (Mlp(()), (6, 5)),
    (Mlp((7,)), (13,)),
    (Mlp((7,)), (5, 4, 3)),
    (ConvNet((3, 5), dense=(6,)), (12, 11)),
    (ConvNet((3,), kernel=2, padding="same", dense=()), (7, 6, 3)),
    (ConvNet((3,), kernel=3, padding="same", pool=1, activation="gelu", dense=()), (6, 6)),
    (ConvNet((9, 4), kernel=4, padding="same", pool=3, dense=(5,)), (14, 13, 3)),
]


def population(spec, input_shape, readout="softmax", members=3):
    keys = jax.random.split(jax.random.key(1), members)
    networks = jax.vmap(lambda key: spec.build(key, input_shape, CLASSES))(keys)
    return Population(networks, np.zeros(members, bool), readout, input_shape, tuple("abcd"))


def examples(input_shape, count=9):
    return np.random.default_rng(0).random((count, *input_shape), dtype=np.float32)


def as_tensor(inputs):
    if inputs.ndim == 2:
        return torch.from_numpy(inputs)
    channels_last = inputs.reshape(*inputs.shape[:3], -1)
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(channels_last, -1, 1)))


def asked(module, inputs):
    with torch.no_grad():
        return torch.softmax(module(as_tensor(inputs)), dim=1).numpy()


@pytest.mark.parametrize("readout", ["softmax", "sigmoid"])
@pytest.mark.parametrize(("spec", "input_shape"), CASES, ids=str)
def test_a_module_answers_as_the_member_does(spec, input_shape, readout):
    member = population(spec, input_shape, readout)[1]
    inputs = examples(input_shape)
    expected = member.probabilities(inputs)
    assert np.ptp(expected, axis=0).max() > 1e-3  # the answers depend on the inputs
    module = member.to_torch()
    assert not module.training
    np.testing.assert_allclose(asked(module, inputs), expected, atol=1e-6)


@pytest.mark.parametrize("readout", ["softmax", "sigmoid"])
@pytest.mark.parametrize(("spec", "input_shape"), CASES, ids=str)
def test_back_are_the_very_same_weights(spec, input_shape, readout):
    members = population(spec, input_shape, readout)
    modules = [member.to_torch() for member in members]
    states = [module.state_dict() for module in modules]
    for again in (from_torch(modules, members), from_torch(states, members)):
        assert again.readout == readout
        assert jax.tree.structure(again.networks) == jax.tree.structure(members.networks) or not getattr(
            spec, "hidden", True
        )
        for found, expected in zip(
            jax.tree.leaves(again.networks), jax.tree.leaves(members.networks), strict=True
        ):
            np.testing.assert_array_equal(found, expected)
        inputs = examples(input_shape)
        np.testing.assert_array_equal(again.probabilities(inputs), members.probabilities(inputs))


def test_step_neurons_which_pytorch_does_not_have_can_be_pickled():
    module = population(Mlp((7,), "step", "normal"), (6, 5))[0].to_torch()
    again = pickle.loads(pickle.dumps(module))
    inputs = examples((6, 5))
    np.testing.assert_array_equal(asked(again, inputs), asked(module, inputs))


def test_nothing_is_drawn_from_the_generator_of_pytorch():
    member = population(ConvNet((3, 5), dense=(6,)), (12, 11))[0]
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    from_torch(member.to_torch(), member)
    assert torch.rand(1) == expected


def test_a_changed_module_leaves_the_member_as_it_was():
    member = population(Mlp((7,)), (6, 5))[0]
    before = np.array(member.network.layers[0].weight)
    module = member.to_torch()
    with torch.no_grad():
        module[1].weight.zero_()
    np.testing.assert_array_equal(member.network.layers[0].weight, before)


def test_weights_alone_need_to_be_told_what_they_are_of(digits):
    member = population(Mlp((7,)), (28, 28))[0]
    state = member.to_torch().state_dict()
    with pytest.raises(EvaluationError, match="do not say what they are the weights of") as caught:
        from_torch(state, digits.test)
    assert "network=Mlp" in caught.value.hint


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda state: state.pop("1.bias"), "has 3 tensors"),
        (lambda state: state.update({"1.bias": torch.zeros(8)}), r"1.bias has shape \(8,\)"),
        (lambda state: state.update({"1.bias": torch.zeros(7, dtype=torch.int32)}), "1.bias is int32"),
    ],
)
def test_weights_of_something_else_are_named(change, says):
    member = population(Mlp((7,)), (6, 5))[0]
    state = dict(member.to_torch().state_dict())
    change(state)
    with pytest.raises(EvaluationError, match=says):
        from_torch(state, member)
