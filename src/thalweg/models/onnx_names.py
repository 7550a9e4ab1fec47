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
    """Return the names in a piece of metadata: a list, `{0: "cat"}`, `{"cat": 0}`, or words."""
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(text)
        except (ValueError, SyntaxError):
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
        except (TypeError, ValueError):
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
    graph = onnx.load(str(path), load_external_data=False).graph
    nodes = sorted(reversed(graph.node), key=lambda node: node.op_type != "ZipMap")
    found = [
        _labels(attribute) for node in nodes for attribute in node.attribute if attribute.name in ATTRIBUTES
    ]
    constants = (tensor for tensor in graph.initializer if tensor.name.lower().startswith("classes"))
    return [*found, *(as_names(onnx.numpy_helper.to_array(tensor).reshape(-1)) for tensor in constants)]


def _labels(attribute: Any) -> tuple[str, ...]:
    labels: Iterable[Any] = attribute.strings or attribute.ints
    return as_names(list(labels)) if labels else ()
