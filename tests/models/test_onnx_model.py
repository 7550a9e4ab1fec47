import builtins

import jax
import numpy as np
import pytest

from thalweg.data.dataset import Dataset, Scaling, TestSplit
from thalweg.errors import EvaluationError
from thalweg.evaluation import accuracy, evaluate
from thalweg.models import load_onnx
from thalweg.networks import Mlp, Population
from thalweg.networks.onnx_export import to_onnx

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

CLASSES = 4
TYPES = {
    np.float32: "FLOAT",
    np.float64: "DOUBLE",
    np.float16: "FLOAT16",
    np.uint8: "UINT8",
    np.int64: "INT64",
}


def write(path, dims, *, weights, dtype=np.float32, end=None, results=(("answers", CLASSES),)):
    """A linear model that flattens its input as it comes, and casts it to float32 first."""
    helper = onnx.helper
    constants = [
        onnx.numpy_helper.from_array(np.array([-1, len(weights)], np.int64), "flat"),
        onnx.numpy_helper.from_array(np.asarray(weights, np.float32), "weights"),
    ]
    nodes = [
        helper.make_node("Cast", ["x"], ["number"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Reshape", ["number", "flat"], ["row"]),
        helper.make_node("MatMul", ["row", "weights"], ["logits"]),
    ]
    for name, _ in results:
        nodes.append(helper.make_node(end or "Identity", ["logits"], [name]))
    graph = helper.make_graph(
        nodes,
        "linear",
        [helper.make_tensor_value_info("x", getattr(onnx.TensorProto, TYPES[dtype]), dims)],
        [
            helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [dims[0], classes])
            for name, classes in results
        ],
        constants,
    )
    model = helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 20)])
    onnx.save(model, path)
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.onnx"


def weights_for(inputs, seed=0):
    return np.random.default_rng(seed).normal(size=(inputs, CLASSES)).astype(np.float32)


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def images(shape, examples=9):
    return np.random.default_rng(1).random((examples, *shape), dtype=np.float32)


def make_split(shape, examples=30):
    generator = np.random.default_rng(2)
    raw = generator.integers(0, 256, (examples, *shape)).astype(np.uint8)
    return TestSplit(raw, (np.arange(examples) % CLASSES).astype(np.int32), tuple("abcd"))


@pytest.mark.parametrize("readout", ["softmax", "sigmoid"])
def test_a_network_of_ours_comes_back_the_same(path, readout):
    keys = jax.random.split(jax.random.key(1), 2)
    networks = jax.vmap(lambda key: Mlp((7,), initialisation="normal").build(key, (6, 5), CLASSES))(keys)
    member = Population(networks, np.zeros(2, bool), readout, (6, 5), tuple("abcd"))[1]
    split = make_split((6, 5))
    model = load_onnx(to_onnx(member, path), data=split)
    np.testing.assert_allclose(model.probabilities(split.inputs), member.probabilities(split), atol=1e-5)
    np.testing.assert_allclose(model.probabilities(split.raw), member.probabilities(split), atol=1e-5)
    expected = accuracy(member, split).to_json()
    assert accuracy(model, split).to_json()["mean"] == expected["mean"]
    records = evaluate(model, Dataset("two", split), only="accuracy,noise")
    assert set(records) == {"accuracy", "noise"}


LAYOUTS = [
    ((6, 5), ["n", 30], "flat", lambda x: x),
    ((6, 5), ["n", 6, 5], "nhw", lambda x: x),
    ((6, 5), ["n", 1, 6, 5], "nchw", lambda x: x),
    ((6, 5), ["n", 6, 5, 1], "nhwc", lambda x: x),
    ((6, 5, 3), ["n", 3, 6, 5], "nchw", lambda x: x.transpose(0, 3, 1, 2)),
    ((6, 5, 3), ["n", 6, 5, 3], "nhwc", lambda x: x),
]


@pytest.mark.parametrize(("shape", "dims", "layout", "arranged"), LAYOUTS)
@pytest.mark.parametrize("named", [False, True])
def test_the_layout_follows_from_the_shapes(path, shape, dims, layout, arranged, named):
    inputs = images(shape)
    flat = arranged(inputs).reshape(len(inputs), -1)
    weights = weights_for(flat.shape[1])
    model = load_onnx(write(path, dims, weights=weights), layout=layout if named else None)
    np.testing.assert_allclose(model.probabilities(inputs), softmax(flat @ weights), atol=1e-5)


@pytest.mark.parametrize(
    ("shape", "dims", "offers"),
    [
        ((6, 5), ["n", "a", "b", "c"], "nchw, nhwc"),
        ((6, 5, 3), ["n", 90], "flat, flat-nchw"),
        ((3, 3, 3), ["n", 3, 3, 3], "nchw, nhwc"),
    ],
)
def test_a_layout_in_doubt_is_asked_for(path, shape, dims, offers):
    inputs = images(shape)
    weights = weights_for(inputs[0].size)
    write(path, dims, weights=weights)
    with pytest.raises(EvaluationError, match=f"in several ways: {offers}") as error:
        load_onnx(path).probabilities(inputs)
    assert "say which: layout='" in error.value.hint
    names = offers.split(", ")
    answers = [load_onnx(path, layout=name).probabilities(inputs) for name in names]
    first = np.moveaxis(inputs.reshape(len(inputs), *shape[:2], -1), -1, 1).reshape(len(inputs), -1)
    last = inputs.reshape(len(inputs), -1)
    orders = {"nchw": first, "flat-nchw": first, "nhwc": last, "flat": last}
    for name, found in zip(names, answers, strict=True):
        np.testing.assert_allclose(found, softmax(orders[name] @ weights), atol=1e-5)


@pytest.mark.parametrize("dims", [["n", 29], ["n", 5, 6], ["n", 1, 5, 6], [6, 5], [30], ["n", 2, 6, 5]])
def test_a_shape_that_does_not_fit_is_named(path, dims):
    write(path, dims, weights=weights_for(30))
    split = make_split((6, 5))
    with pytest.raises(
        EvaluationError, match=r"flat \[any, 30\], nhw \[any, 6, 5\], nchw \[any, 1, 6, 5\]"
    ) as error:
        load_onnx(path, data=split)
    assert "batch axis" in error.value.hint
    with pytest.raises(EvaluationError, match=r"The model's input is \["):
        load_onnx(path).probabilities(split.inputs)


@pytest.mark.parametrize("batch", [1, 4, 9, 50])
def test_a_fixed_batch_is_filled_up(path, batch):
    inputs, weights = images((6, 5)), weights_for(30)
    model = load_onnx(write(path, [batch, 30], weights=weights))
    expected = softmax(inputs.reshape(9, -1) @ weights)
    np.testing.assert_allclose(model.probabilities(inputs), expected, atol=1e-5)


@pytest.mark.parametrize("name", [b"extent", b"class_names"])
def test_names_that_are_not_utf_8_are_named(path, name):
    model = write(path, ["extent", 30], weights=weights_for(30))
    told = onnx.load(model)
    onnx.helper.set_model_props(told, {"class_names": "a,b,c"})
    onnx.save(told, model)
    content = model.read_bytes()
    assert name in content
    model.write_bytes(content.replace(name, b"\xc9" + name[1:], 1))  # of the input alone
    with pytest.raises(EvaluationError, match="what is not UTF-8"):
        load_onnx(model)


def test_a_batch_that_no_memory_holds_is_refused_before_it_is_filled(path):
    model = write(path, [2**40, 30], weights=weights_for(30))
    with pytest.raises(EvaluationError, match="takes 1,099,511,627,776 examples at once"):
        load_onnx(model)


@pytest.mark.parametrize("dtype", TYPES)
def test_every_type_of_input(path, dtype):
    split = make_split((6, 5))
    pixels = split.raw.reshape(len(split), -1).astype(np.float32)
    whole = np.dtype(dtype).kind in "iu"
    weights = weights_for(30) / (100 if whole else 1)
    model = load_onnx(write(path, ["n", 30], weights=weights, dtype=dtype), data=split)
    expected = softmax((pixels if whole else pixels / 255) @ weights)
    tolerance = 5e-3 if dtype is np.float16 else 1e-4
    np.testing.assert_allclose(model.probabilities(split.inputs), expected, atol=tolerance)


def test_scaling_by_name_and_by_channel(path):
    inputs = images((6, 5, 3))
    weights = weights_for(90) / 10
    write(path, ["n", 6, 5, 3], weights=weights)

    def expected(values):
        return softmax(values.reshape(len(inputs), -1) @ weights)

    mean, std = (0.4, 0.5, 0.6), (0.2, 0.3, 0.4)
    standard = load_onnx(path, mean=mean, std=std).probabilities(inputs)
    np.testing.assert_allclose(standard, expected((inputs - mean) / std), atol=1e-5)
    centred = load_onnx(path, scaling="pixels", mean=127.5, std=127.5).probabilities(inputs)
    np.testing.assert_allclose(centred, expected(inputs * 2 - 1), atol=1e-4)


def test_the_units_of_features_are_asked_for(path):
    raw = np.random.default_rng(0).normal(5, 3, (20, 6)).astype(np.float32)
    split = TestSplit(raw, np.zeros(20, np.int32), tuple("abcd"), Scaling.standard(raw[:10]))
    weights = weights_for(6) / 5
    write(path, ["n", 6], weights=weights)
    with pytest.raises(EvaluationError, match="in which units") as error:
        load_onnx(path, data=split).probabilities(split.inputs)
    assert "standard (" in error.value.hint
    assert "raw (" in error.value.hint
    own = load_onnx(path, data=split, scaling="raw").probabilities(split.inputs)
    np.testing.assert_allclose(own, softmax(raw @ weights), atol=1e-4)
    ours = load_onnx(path, scaling="standard").probabilities(split.inputs)
    np.testing.assert_allclose(ours, softmax(split.inputs @ weights), atol=1e-5)
    with pytest.raises(EvaluationError, match="without the data") as error:
        load_onnx(path, scaling="raw").probabilities(split.inputs)
    assert "data=dataset" in error.value.hint


def test_outputs_are_told_apart_by_their_values(path):
    inputs, weights = images((6, 5)), weights_for(30)
    logits = inputs.reshape(9, -1) @ weights
    for end in (None, "Softmax", "LogSoftmax"):
        found = load_onnx(write(path, ["n", 6, 5], weights=weights, end=end)).probabilities(inputs)
        np.testing.assert_allclose(found, softmax(logits), atol=1e-5)


def test_activations_that_may_be_either_are_asked_for(path):
    inputs, weights = images((6, 5)), weights_for(30)
    activations = 1 / (1 + np.exp(-inputs.reshape(9, -1) @ weights))
    write(path, ["n", 6, 5], weights=weights, end="Sigmoid")
    with pytest.raises(EvaluationError, match="do not sum to one") as error:
        load_onnx(path).probabilities(inputs)
    assert 'outputs="logits" or outputs="sigmoid"' in error.value.hint
    shares = load_onnx(path, outputs="sigmoid").probabilities(inputs)
    np.testing.assert_allclose(shares, activations / activations.sum(axis=1, keepdims=True), atol=1e-5)
    forced = load_onnx(path, outputs="logits").probabilities(inputs)
    np.testing.assert_allclose(forced, softmax(activations), atol=1e-5)
    with pytest.raises(EvaluationError, match="sum to"):
        accuracy(load_onnx(path, outputs="probabilities"), make_split((6, 5)))


def test_several_outputs_are_asked_for(path):
    weights = weights_for(30)
    write(path, ["n", 30], weights=weights, results=(("one", CLASSES), ("two", CLASSES)))
    with pytest.raises(EvaluationError, match="several outputs") as error:
        load_onnx(path)
    assert "output_name='one'" in error.value.hint
    assert load_onnx(path, output_name="two").probabilities(images((6, 5))).shape == (9, CLASSES)
    with pytest.raises(EvaluationError, match=r"no output 'too'\. Did you mean 'two'\?"):
        load_onnx(path, output_name="too")


def test_the_number_of_classes_must_fit(path):
    write(path, ["n", 30], weights=weights_for(30))
    split = make_split((6, 5))
    three = TestSplit(split.raw, split.labels % 3, tuple("abc"))
    with pytest.raises(EvaluationError, match="answers with 4 classes, the data have 3"):
        load_onnx(path, data=three)
    with pytest.raises(EvaluationError, match="4 classes"):
        accuracy(load_onnx(path), three)


def test_one_output_neuron_is_not_two_classes(path):
    write(path, ["n", 30], weights=weights_for(30)[:, :1], end="Sigmoid", results=(("p", 1),))
    split = make_split((6, 5))
    two = TestSplit(split.raw, split.labels % 2, tuple("ab"))
    with pytest.raises(EvaluationError, match="answers with 1 classes") as error:
        load_onnx(path, data=two)
    assert "1 - p and p" in error.value.hint
    with pytest.raises(EvaluationError, match=r"shape \(9, 1\)"):
        load_onnx(path).probabilities(images((6, 5)))


def test_two_inputs_are_refused(path):
    helper, number = onnx.helper, onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        [helper.make_node("Add", ["image", "age"], ["answers"])],
        "two",
        [helper.make_tensor_value_info(name, number, ["n", CLASSES]) for name in ("image", "age")],
        [helper.make_tensor_value_info("answers", number, ["n", CLASSES])],
    )
    onnx.save(helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 20)]), path)
    with pytest.raises(EvaluationError, match=r"has 2 inputs \(image \[any, 4\], age \[any, 4\]\)") as error:
        load_onnx(path)
    assert "examples only" in error.value.hint


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x80\x04\x95\x00pickle", b"PK\x03\x04zip"])
def test_what_is_not_an_onnx_file_is_named(path, content):
    path.write_bytes(content)
    with pytest.raises(EvaluationError, match="is not an ONNX model that can be run") as error:
        load_onnx(path)
    assert "export the model again" in error.value.hint


def test_half_a_file_is_named(path):
    whole = write(path, ["n", 30], weights=weights_for(30)).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(EvaluationError, match="is not an ONNX model"):
        load_onnx(path)


def test_a_file_that_is_missing_is_named(path):
    with pytest.raises(EvaluationError, match="There is no file"):
        load_onnx(path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"layout": "nhcw"}, r"Unknown layout 'nhcw'\. Did you mean"),
        ({"scaling": "pixel"}, r"Unknown scaling 'pixel'\. Did you mean 'pixels'\?"),
        ({"scaling": "raw"}, "scaling='raw' is for features in their own units; the data are images"),
        ({"outputs": "logit"}, r"Unknown outputs 'logit'\. Did you mean 'logits'\?"),
        ({"std": 0.0}, "std=0.0: expected numbers above 0"),
        ({"mean": float("nan")}, "mean=nan"),
        ({"mean": (1.0, 2.0)}, "mean has 2 numbers, the examples 1 channels"),
    ],
)
def test_names_and_numbers_that_are_not_known(path, arguments, message):
    write(path, ["n", 30], weights=weights_for(30))
    with pytest.raises(EvaluationError, match=message) as error:
        load_onnx(path, **arguments).probabilities(images((6, 5)))
    assert error.value.hint


def test_a_model_that_fails_on_the_data_is_named(path):
    write(path, ["n", "any"], weights=weights_for(40))
    with pytest.raises(EvaluationError, match=r"model\.onnx failed on inputs of shape \(9, 30\)"):
        load_onnx(path).probabilities(images((6, 5)))


def test_without_the_extra_it_says_what_to_install(path, monkeypatch):
    real = builtins.__import__

    def without(name, *arguments, **keywords):
        if name.split(".")[0] == "onnxruntime":
            raise ImportError(name)
        return real(name, *arguments, **keywords)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(EvaluationError) as error:
        load_onnx(path)
    assert error.value.hint == "pip install 'thalweg[onnx]'."
