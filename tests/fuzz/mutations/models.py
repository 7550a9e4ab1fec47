"""Damage to ONNX models: what they say of their classes, and graphs that are not what they say."""

from __future__ import annotations

import json
import random
from typing import Any

from tests.fuzz.mutations import structure

NAMES = ("class_names", "classes", "labels", "names", "id2label", "class_to_idx", "Names", "x")
TEXTS = (
    *(
        "",
        ",",
        "a,b",
        "a\nb",
        "['a', 'b']",
        "('a', 'b')",
        "{0: 'a', 1: 'b'}",
        '{"a": 0, "b": 1}',
        '["a", "a"]',
    ),
    *('{"a": Infinity, "b": 1}', "{'a': 1e999, 'b': 0}", '{"a": NaN}', '{"a": null}', "{1, 2}", "[1, 2.5]"),
    *("[" * 3000 + "]" * 3000, "(" * 90 + ")" * 90, '{"a":' * 5000, "9" * 5000, "[" + "9" * 5000 + "]"),
    *(
        '["a", "\\ud800"]',
        "[True, False]",
        "__import__('os')",
        "0 and 1",
        "'a' 'b'",
        "-1",
        "b'a', b'b'",
        "\0",
    ),
    *(
        "x," * 200_000,
        "{" + ", ".join(f"{number}: 'x'" for number in range(3000)) + "}",
        "lambda: 0",
        "a" * 10**6,
    ),
)


def said(content: bytes, chance: random.Random) -> bytes:
    """Write other names of classes into the metadata."""
    model = _model(content)
    del model.metadata_props[:]
    for _ in range(chance.choice((1, 1, 2, 3))):
        entry = model.metadata_props.add()
        entry.key, entry.value = chance.choice(NAMES), _text(chance)
    return model.SerializeToString()


def _text(chance: random.Random) -> str:
    if chance.random() < 0.6:
        return chance.choice([text for text in TEXTS if "\ud800" not in text])
    names = json.dumps(chance.choice((["a", "b"], {"0": "a", "1": "b"}, {"a": 0, "b": 1})))
    return structure.json_content(names.encode(), chance).decode("utf-8", "replace")


def graph(content: bytes, chance: random.Random) -> bytes:
    """Change shapes, types, constants, attributes and operations of the graph."""
    model = _model(content)
    tensor = chance.choice(model.graph.initializer)
    node = chance.choice(model.graph.node)
    way = chance.randrange(9)
    if way == 0:
        tensor.dims[:] = chance.choice(([], [0], [-1], [2**40, 2**20], [2**62], [1] * 70, [3, 3]))
    elif way == 1:
        tensor.data_type = chance.choice((0, 1, 7, 8, 10, 16, 17, 22, 23, 99, -1))
    elif way == 2:
        tensor.raw_data = chance.choice((b"", b"\xff" * 16, tensor.raw_data * 3, bytes(7)))
    elif way == 3:
        tensor.data_location = 1
        entry = tensor.external_data.add()
        entry.key, entry.value = "location", chance.choice(("x", "../x", "/dev/zero", "/etc/hostname", ""))
    elif way == 4:
        tensor.name = chance.choice(("classes", "Classes_", "", "inputs"))
    elif way == 5:
        node.op_type = chance.choice(("Identity", "Gemm", "ZipMap", "Nothing", "Loop", "Expand", ""))
    elif way == 6:
        node.input[:] = chance.choice(([], ["inputs"], [*node.input, "x"], [node.output[0]]))
    elif way == 7 and node.attribute:
        attribute = chance.choice(node.attribute)
        attribute.ints[:] = chance.choice(([], [0] * 5, [2**62], [-1, -1]))
        attribute.strings[:] = chance.choice(([], [b"\xff\xfe"], [b"a", b"a"], [b"x" * 9999] * 2))
    else:
        value = chance.choice((*model.graph.input, *model.graph.output))
        for axis in value.type.tensor_type.shape.dim:
            axis.dim_value = chance.choice((0, 1, 3, -1, 2**40))
    return model.SerializeToString()


def _model(content: bytes) -> Any:
    import onnx

    return onnx.load_from_string(content)
