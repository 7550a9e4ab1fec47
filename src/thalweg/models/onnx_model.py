"""ONNX models as classifiers, run by onnxruntime on the processor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from thalweg.data.class_order import as_names, columns_of
from thalweg.data.dataset import Dataset, Split
from thalweg.errors import EvaluationError, near_match
from thalweg.models.layout import Dimensions, layout_for, one_example, written
from thalweg.models.onnx_names import class_names_in
from thalweg.models.values import InputValues, channel_numbers, check_meaning, probabilities_of
from thalweg.places import given_path

BATCH = 1_000
LARGEST_BATCH = 100_000
"""Most examples that a model may want at once: a batch of fixed size is filled up."""
TYPES = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(float16)": np.float16,
    "tensor(uint8)": np.uint8,
    "tensor(int16)": np.int16,
    "tensor(int32)": np.int32,
    "tensor(int64)": np.int64,
}


MAPS = ("seq(map(string,tensor(float)))", "seq(map(int64,tensor(float)))")
"""What scikit-learn's converter makes of probabilities unless told not to."""


@dataclass(frozen=True, eq=False, repr=False)
class OnnxModel:
    """A classifier of one member; make it with `load_onnx`.

    `declared`: the shape of its input, the batch first, None where any size will do. `layout`, `outputs`:
    what was asked for by name, None to infer it. `class_names`: what its columns stand for, None where
    nothing says so; `names_stated`: the caller did, not the file.
    """

    path: Path
    session: Any
    input_name: str
    input_type: Any
    declared: Dimensions
    output_name: str
    values: InputValues
    layout: str | None
    outputs: str | None
    class_names: tuple[str, ...] | None = None
    names_stated: bool = False

    def probabilities(self, inputs: ArrayLike) -> np.ndarray:
        """Return probabilities [examples, classes].

        `inputs`: network inputs as a split has them, images in [0, 1] [examples, height, width(, channels)]
        or standardised features [examples, inputs]; or uint8 pixels. Raises `EvaluationError` for inputs that
        the model does not take and for answers that are not one row an example.
        """
        given = np.asarray(inputs)
        if given.dtype == np.uint8:
            given = given.astype(np.float32) / np.float32(255.0)
        layout = layout_for(self.declared, given.shape[1:], self.layout)
        given = given.reshape(len(given), *one_example(given.shape[1:]))
        whole = np.dtype(self.input_type).kind in "iu"
        arranged = layout.arrange(self.values(given, whole_numbers=whole)).astype(self.input_type)
        answers = np.concatenate([self._run(batch) for batch in self._batches(arranged)])
        return probabilities_of(answers, self.outputs)

    def _batches(self, arranged: np.ndarray) -> Iterator[np.ndarray]:
        size = self.declared[0] or BATCH
        return (arranged[first : first + size] for first in range(0, len(arranged), size))

    def _run(self, batch: np.ndarray) -> np.ndarray:
        """Return the answers [examples, classes] to one batch; a batch of fixed size is filled up."""
        missing = (self.declared[0] or len(batch)) - len(batch)
        filled = np.concatenate((batch, np.repeat(batch[-1:], missing, axis=0))) if missing else batch
        try:
            (answers,) = self.session.run([self.output_name], {self.input_name: np.ascontiguousarray(filled)})
        except Exception as error:  # onnxruntime has no exception of its own to catch
            raise EvaluationError(
                f"{self.path.name} failed on inputs of shape {filled.shape}: {_first_line(error)}",
                hint="try another layout (layout=, --layout), or run the model in the tool it was made with.",
            ) from None
        return _rows(self._table(answers), len(filled), self.output_name)[: len(batch)]

    def _table(self, answers: Any) -> np.ndarray:
        """Return the answers as an array; scikit-learn's converter makes each a map from label to number."""
        if not isinstance(answers, list):
            return np.asarray(answers)
        rows = [{str(label): number for label, number in row.items()} for row in answers]
        return np.array([[row[name] for name in self.class_names or row] for row in rows])

    def __repr__(self) -> str:
        return f"OnnxModel({self.path.name!r}, input {written(self.declared)})"


def load_onnx(
    path: str | Path,
    *,
    data: Dataset | Split | None = None,
    layout: str | None = None,
    scaling: str | None = None,
    mean: float | Sequence[float] | None = None,
    std: float | Sequence[float] | None = None,
    outputs: str | None = None,
    output_name: str | None = None,
    class_names: Sequence[Any] | None = None,
) -> OnnxModel:
    """Return the model in the ONNX file `path` as a classifier.

    Main arguments:
        path: a model with one input, a batch of examples, and an output [examples, classes].
        data: the data set (or split) that it will be asked about; a misfit is then reported now rather than
            at the first question, and `scaling="raw"` becomes possible.

    What is inferred where that is safe, and can be said:
        layout: `flat`, `flat-nchw`, `nhw`, `nchw` or `nhwc`; inferred from the shapes of input and data.
        scaling: what the model's inputs mean: `unit` (pixels in [0, 1]; the default for images) or `pixels`
            (0..255; the default where the model takes integers), `standard` or `raw` for features.
        mean, std: taken off and divided by after scaling, one number or one a channel.
        outputs: `probabilities`, `logits` or `sigmoid`; inferred from the values.
        output_name: which output, where there are several.
        class_names: what the columns of the answers stand for, in their order; by default what the file says
            (metadata such as `classes`, the labels that scikit-learn's converter writes).

    Raises `EvaluationError` where onnxruntime is not installed, for a file that is missing or not an ONNX
    model, for several inputs, for an input or a number of classes that does not fit `data`, and for a name
    not known; `DataError` for class names that are not those of `data`.

    Examples:
        >>> from thalweg.networks.onnx_export import to_onnx
        >>> import thalweg as tw
        >>> model = tw.models.load_onnx(to_onnx(population[0], "mine.onnx"), data=digits)
        >>> model
        OnnxModel('mine.onnx', input [any, 28, 28])
        >>> tw.evaluation.calibration(model, digits.test)
        NLL ... [..., ...], Brier ... [..., ...], over-confidence ... points [..., ...], n = 1 x 359
    """
    path = given_path(path, "a model", EvaluationError)
    session = _session(path)
    undo = _undo(data)
    values = InputValues(scaling, channel_numbers(mean, "mean"), channel_numbers(std, "std"), undo)
    try:
        entry = _only_input(session, path)
        output = _output(session, path, output_name)
        names = _class_names(session, path, output, class_names)
        declared, answered = _dimensions(entry.shape), _dimensions(output.shape or ())
    except UnicodeDecodeError as error:
        raise EvaluationError(
            f"{path} names inputs, outputs, their extents or classes in what is not UTF-8: {error}.",
            hint="export the model again, e.g. torch.onnx.export(model, example, 'model.onnx').",
        ) from None
    if declared and (declared[0] or 0) > LARGEST_BATCH:
        raise EvaluationError(
            f"{path.name} takes {declared[0]:,} examples at once: expected at most {LARGEST_BATCH:,}.",
            hint="export it with a free first dimension, e.g. dynamic_axes={'input': {0: 'examples'}}.",
        )
    model = OnnxModel(
        path=path,
        session=session,
        input_name=entry.name,
        input_type=_input_type(entry, path),
        declared=declared,
        output_name=output.name,
        values=values,
        layout=layout,
        outputs=check_meaning(outputs),
        class_names=names,
        names_stated=class_names is not None,
    )
    if data is not None:
        layout_for(model.declared, data.input_shape, layout)
        _check_classes(answered, data.classes, path)
        if model.class_names is not None:
            columns_of(model.class_names, data.class_names, who=path.name)
    return model


def check_onnx(path: str | Path) -> None:
    """Raise `EvaluationError` where no model can be read from `path`: no file, or nothing to read it with."""
    try:
        import onnxruntime  # noqa: F401
    except ImportError:
        raise EvaluationError(
            "Reading an ONNX model needs onnxruntime, which is not installed.",
            hint="pip install 'thalweg[onnx]'.",
        ) from None
    if not given_path(path, "a model", EvaluationError).is_file():
        raise EvaluationError(f"There is no file {path}.", hint="give the .onnx file of the model.")


def _session(path: Path) -> Any:
    check_onnx(path)
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # its complaints come back as exceptions, which is enough
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has no exception of its own to catch
        raise EvaluationError(
            f"{path} is not an ONNX model that can be run: {_first_line(error)}",
            hint="export the model again, e.g. torch.onnx.export(model, example, 'model.onnx').",
        ) from None


def _only_input(session: Any, path: Path) -> Any:
    entries = session.get_inputs()
    if len(entries) != 1:
        shown = ", ".join(f"{entry.name} {written(_dimensions(entry.shape))}" for entry in entries)
        raise EvaluationError(
            f"{path.name} has {len(entries)} inputs ({shown or 'none'}): expected one, the examples.",
            hint="export a model that takes the examples only, or pass a function that fills in the rest.",
        )
    return entries[0]


def _input_type(entry: Any, path: Path) -> Any:
    if entry.type not in TYPES:
        raise EvaluationError(
            f"The input {entry.name} of {path.name} is of type {entry.type}: expected one of "
            f"{', '.join(TYPES)}.",
            hint="export the model with an input of float32.",
        )
    return TYPES[entry.type]


def _output(session: Any, path: Path, asked: str | None) -> Any:
    outputs = {output.name: output for output in session.get_outputs()}
    if asked is not None and asked not in outputs:
        raise EvaluationError(
            f"{path.name} has no output {asked!r}.{near_match(asked, tuple(outputs))}",
            hint=f"choose from {', '.join(outputs)}.",
        )
    numbers = ("tensor(float)", "tensor(double)", "tensor(float16)", *MAPS)
    fitting = [entry for entry in outputs.values() if asked in (None, entry.name) and entry.type in numbers]
    if len(fitting) == 1:
        return fitting[0]
    shown = ", ".join(f"{entry.name} {entry.type}" for entry in outputs.values())
    if not fitting:
        raise EvaluationError(
            f"No output of {path.name} is a table of numbers with a fraction; it has {shown}.",
            hint="export the probabilities as a tensor; for skl2onnx: options={'zipmap': False}.",
        )
    raise EvaluationError(
        f"{path.name} has several outputs that may be the answers: {shown}.",
        hint=f"say which: output_name={fitting[0].name!r} (--output-name).",
    )


def _class_names(session: Any, path: Path, output: Any, stated: Any) -> tuple[str, ...] | None:
    if stated is not None:
        return as_names(stated)
    declared = _dimensions(output.shape or ())
    metadata = session.get_modelmeta().custom_metadata_map
    return class_names_in(path, metadata, declared[1] if len(declared) == 2 else None)


def _dimensions(shape: Any) -> Dimensions:
    """Return a declared shape with None for what is symbolic, or free."""
    return tuple(extent if isinstance(extent, int) and extent > 0 else None for extent in shape)


def _check_classes(declared: Dimensions, classes: int, path: Path) -> None:
    if len(declared) == 2 and declared[1] not in (None, classes):
        raise EvaluationError(
            f"{path.name} answers with {declared[1]} classes, the data have {classes}.",
            hint="measure it on data with the classes it was trained on, in the same order."
            + (" Of one output p make two: 1 - p and p." if declared[1] == 1 else ""),
        )


def _rows(answers: np.ndarray, examples: int, name: str) -> np.ndarray:
    if answers.ndim != 2 or len(answers) != examples or answers.shape[1] < 2:
        raise EvaluationError(
            f"The output {name} has shape {answers.shape}: expected ({examples}, classes).",
            hint="export a model that answers with one row an example and one column a class.",
        )
    return answers


def _undo(data: Dataset | Split | None) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the offset and divisor by which the features of `data` were scaled."""
    split = getattr(data, "test", data)
    scaling = getattr(split, "scaling", None)
    return None if scaling is None else (scaling.offset, scaling.divisor)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
