"""Names of classes as model files carry them."""

import numpy as np
import pytest

from thalweg.data.dataset import TestSplit
from thalweg.errors import DataError
from thalweg.evaluation import accuracy
from thalweg.models import load_onnx
from thalweg.models.onnx_names import names_in_text

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

NAMES = ["setosa", "Versicolor", "virginica"]


@pytest.mark.parametrize(
    "text",
    [
        '["b", "a", "c"]',
        "['b', 'a', 'c']",
        "b, a, c",
        "b\na\nc\n",
        "{0: 'b', 1: 'a', 2: 'c'}",
        '{"2": "c", "0": "b", "1": "a"}',
        '{"a": 1, "b": 0, "c": 2}',
    ],
)
def test_names_in_text(text):
    assert names_in_text(text) == ("b", "a", "c")


def write(path, order, *, metadata=None, zipmap=False):
    """A model that is sure of the brightest pixel of three, its columns in `order`."""
    helper, number = onnx.helper, onnx.TensorProto.FLOAT
    weights = 50 * np.eye(3, dtype=np.float32)[:, order]
    constant = onnx.numpy_helper.from_array(weights, "weights")
    nodes = [
        helper.make_node("Reshape", ["x", "flat"], ["row"]),
        helper.make_node("MatMul", ["row", "weights"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["y"], axis=-1),
    ]
    output = helper.make_tensor_value_info("y", number, [None, 3])
    if zipmap:
        labels = [NAMES[column] for column in order]
        nodes.append(
            helper.make_node("ZipMap", ["y"], ["z"], domain="ai.onnx.ml", classlabels_strings=labels)
        )
        kind = helper.make_map_type_proto(onnx.TensorProto.STRING, helper.make_tensor_type_proto(number, []))
        output = helper.make_value_info("z", helper.make_sequence_type_proto(kind))
    flat = onnx.numpy_helper.from_array(np.array([-1, 3], np.int64), "flat")
    inputs = [helper.make_tensor_value_info("x", number, [None, 3, 1])]
    graph = helper.make_graph(nodes, "g", inputs, [output], [constant, flat])
    sets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 2)]
    model = helper.make_model(graph, ir_version=9, opset_imports=sets)
    if metadata:
        helper.set_model_props(model, metadata)
    onnx.save(model, path)
    return path


@pytest.fixture
def split():
    labels = (np.arange(60) % 3).astype(np.int32)
    raw = (200 * np.eye(3)[labels]).astype(np.uint8)[:, :, None]
    return TestSplit(raw, labels, tuple(NAMES))


@pytest.mark.parametrize("order", [[0, 1, 2], [1, 0, 2], [2, 0, 1]])
@pytest.mark.parametrize("way", ["metadata", "zipmap", "stated"])
def test_any_order_gives_the_same_accuracy(tmp_path, split, order, way):
    names = [NAMES[column] for column in order]
    metadata = {"classes": ",".join(names)} if way == "metadata" else None
    path = write(tmp_path / "m.onnx", order, metadata=metadata, zipmap=way == "zipmap")
    model = load_onnx(path, data=split, class_names=names if way == "stated" else None)
    assert model.class_names == tuple(names)
    assert accuracy(model, split).measured.value == 1.0


def test_names_of_something_else_are_refused(tmp_path, split):
    path = write(tmp_path / "m.onnx", [0, 1, 2], metadata={"names": "x,y,z"})
    with pytest.raises(DataError, match=r"m\.onnx names its columns 'x', 'y', 'z'"):
        load_onnx(path, data=split)
    assert load_onnx(path, data=split, class_names=NAMES).names_stated


@pytest.mark.parametrize(
    "text", ['{"a": Infinity, "b": 1}', "{'a': 1e999, 'b': 0}", '{"a": NaN, "b": 1}', "x," * 6_000_000]
)
def test_what_numbers_nothing_names_nothing(text):
    assert names_in_text(text) == ()


def test_what_python_cannot_build_is_words():
    assert names_in_text("{[]: 1}") == ("{[]: 1}",)


def test_names_in_another_file_are_not_fetched(tmp_path):
    from thalweg.models.onnx_names import class_names_in

    tensor = onnx.helper.make_tensor("classes", onnx.TensorProto.INT64, [2], [3, 5])
    graph = onnx.helper.make_graph([], "g", [], [], [tensor])
    onnx.save(onnx.helper.make_model(graph), str(tmp_path / "inside.onnx"))
    assert class_names_in(tmp_path / "inside.onnx", {}, 2) == ("3", "5")
    (tmp_path / "secret").write_bytes(np.array([7, 8], np.int64).tobytes())
    tensor.ClearField("int64_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "secret"
    graph = onnx.helper.make_graph([], "g", [], [], [tensor])
    (tmp_path / "outside.onnx").write_bytes(onnx.helper.make_model(graph).SerializeToString())
    assert class_names_in(tmp_path / "outside.onnx", {}, 2) is None
