import builtins
import importlib

import jax
import numpy as np
import pytest

from thalweg.errors import ThalwegError
from thalweg.networks import ConvNet, Mlp, Population
from thalweg.networks.activations import ACTIVATION_NAMES
from thalweg.networks.onnx_export import to_onnx

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")

CLASSES = 4


def population(spec, input_shape, readout="softmax", members=2):
    keys = jax.random.split(jax.random.key(1), members)
    networks = jax.vmap(lambda key: spec.build(key, input_shape, CLASSES))(keys)
    return Population(networks, np.zeros(members, bool), readout, input_shape, tuple("abcd"))


def answers(path, inputs):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(["probabilities"], {"inputs": inputs})[0]


def random_inputs(input_shape, examples=9):
    return np.random.default_rng(0).random((examples, *input_shape), dtype=np.float32)


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


@pytest.mark.parametrize(("spec", "input_shape"), CASES, ids=str)
def test_another_runtime_gives_our_answers(tmp_path, spec, input_shape):
    member = population(spec, input_shape)[1]
    inputs = random_inputs(input_shape)
    expected = member.probabilities(inputs)
    assert np.ptp(expected, axis=0).max() > 1e-3  # the answers depend on the inputs
    found = answers(to_onnx(member, tmp_path / "member.onnx"), inputs)
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("scale", [1.0, 60.0])
def test_the_sigmoid_readout_is_normalised_even_where_all_outputs_are_silent(tmp_path, scale):
    member = population(Mlp((7,), initialisation="normal"), (6, 5), readout="sigmoid")[0]
    silent = jax.tree.map(lambda leaf: leaf, member)
    last = silent.network.layers[-1]
    silent = jax.tree_util.tree_map(lambda leaf: leaf - scale if leaf is last.bias else leaf, silent)
    inputs = random_inputs((6, 5))
    found = answers(to_onnx(silent, tmp_path / "member.onnx"), inputs)
    np.testing.assert_allclose(found, silent.probabilities(inputs), atol=1e-5)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, atol=1e-5)


def test_any_batch_size_will_do_and_nothing_else_is_left_behind(tmp_path):
    path = to_onnx(population(Mlp((3,)), (4,))[0], tmp_path / "member.onnx")
    assert [file.name for file in tmp_path.iterdir()] == ["member.onnx"]
    for examples in (1, 5):
        assert answers(path, random_inputs((4,), examples)).shape == (examples, CLASSES)
    model = onnx.load(path)
    assert (model.ir_version, model.opset_import[0].version) == (10, 20)


def test_a_population_is_refused(tmp_path):
    with pytest.raises(ThalwegError, match="found a Population") as error:
        to_onnx(population(Mlp((3,)), (4,)), tmp_path / "all.onnx")
    assert "population[0]" in error.value.hint
    assert not list(tmp_path.iterdir())


def test_a_directory_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(ThalwegError, match=r"nowhere/member\.onnx cannot be written"):
        to_onnx(population(Mlp((3,)), (4,))[0], tmp_path / "nowhere" / "member.onnx")


def test_an_unknown_architecture_is_named(tmp_path):
    member = population(Mlp((3,)), (4,))[0]
    other = type(member)(lambda x: x, member.readout, member.input_shape, member.class_names)
    with pytest.raises(ThalwegError, match="does not know the architecture function"):
        to_onnx(other, tmp_path / "other.onnx")


def test_without_the_extra_it_says_what_to_install(tmp_path, monkeypatch):
    member = population(Mlp((3,)), (4,))[0]
    real = builtins.__import__

    def without_onnx(name, *arguments, **keywords):
        if name.split(".")[0] == "onnx":
            raise ImportError(name)
        return real(name, *arguments, **keywords)

    monkeypatch.setattr(builtins, "__import__", without_onnx)
    with pytest.raises(ThalwegError) as error:
        to_onnx(member, tmp_path / "member.onnx")
    assert error.value.hint == "pip install 'thalweg[onnx]'."
    monkeypatch.undo()
    assert importlib.import_module("onnx") is onnx
