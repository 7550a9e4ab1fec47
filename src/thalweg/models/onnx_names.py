"""What an ONNX file says of its classes: in its metadata, and where scikit-learn's converter puts them."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from thalweg.data.class_order import as_names

KEYS = ("class_names", "classes", "labels", "names", "class_labels", "id2label", "class_to_idx")
"""Metadata that may hold the names of the columns, as text: JSON, Python, or words with commas or lines."""

MOST_LETTERS = 10_000_000
"""Letters of metadata that are read: a hundred for each of a hundred thousand classes."""

ATTRIBUTES = ("classlabels_strings", "classlabels_int64s", "classlabels_ints")


def class_names_in(path: Path, metadata: Mapping[str, str], classes: int | None) -> tuple[str, ...] | None:
    """Return what the model in `path` calls its columns, in their order; None where it does not say.

    `metadata`: its custom metadata. `classes`: how many columns its answers have, None where any number may
    be: names of another count are names of something else.
    """
    wide = {key.lower(): text for key, text in metadata.items()}
    candidates = [names_in_text(wide[key]) for key in KEYS if key in wide]
    candidates += _names_in_graph(path)
    return next((names for names in candidates if _may_name(names, classes)), None)


def _may_name(names: tuple[str, ...], classes: int | None) -> bool:
    return len(names) >= 2 and len(set(names)) == len(names) and classes in (None, len(names))


def names_in_text(text: str) -> tuple[str, ...]:
    """Return the names in a piece of metadata: a list, `{0: "cat"}`, `{"cat": 0}`, or words.

    A text of more than `MOST_LETTERS` names nothing.
    """
    if len(text) > MOST_LETTERS:
        return ()
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(text)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(found, list | tuple):
            return as_names(found) if all(isinstance(name, str | int) for name in found) else ()
        if isinstance(found, dict):
            return _by_number(found)
    return tuple(word.strip() for word in text.replace("\n", ",").split(",") if word.strip())


def _by_number(found: dict[Any, Any]) -> tuple[str, ...]:
    """Return the names of a table between numbers from 0 and names, in the order of the numbers."""
    for pairs in (found.items(), ((number, name) for name, number in found.items())):
        try:
            numbered = sorted((int(number), str(name)) for number, name in pairs)
        except (TypeError, ValueError, OverflowError):  # the last of Infinity
            continue
        if [number for number, _ in numbered] == list(range(len(numbered))):
            return tuple(name for _, name in numbered)
    return ()


def _names_in_graph(path: Path) -> list[tuple[str, ...]]:
    """Return the labels in the nodes of the graph, those nearest to its end first."""
    try:
        import onnx
    except ImportError:
        return []  # onnxruntime runs a model without showing its graph
    try:
        graph = onnx.load(str(path), load_external_data=False).graph
        return _labels_in(onnx, graph)
    except Exception:  # protobuf's and NumPy's, of a damaged graph: then it does not say
        return []


def _labels_in(onnx: Any, graph: Any) -> list[tuple[str, ...]]:
    nodes = sorted(reversed(graph.node), key=lambda node: node.op_type != "ZipMap")
    found = [
        _labels(attribute) for node in nodes for attribute in node.attribute if attribute.name in ATTRIBUTES
    ]
    inside = onnx.TensorProto.DEFAULT  # what lies in another file is not fetched for a name
    constants = (
        tensor
        for tensor in graph.initializer
        if tensor.name.lower().startswith("classes") and tensor.data_location == inside
    )
    return [*found, *(as_names(onnx.numpy_helper.to_array(tensor).reshape(-1)) for tensor in constants)]


def _labels(attribute: Any) -> tuple[str, ...]:
    labels: Iterable[Any] = attribute.strings or attribute.ints
    return as_names(list(labels)) if labels else ()
