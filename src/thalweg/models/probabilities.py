"""A classifier that is known by its answers only: probabilities in a file, and the labels they belong to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from thalweg.data.class_order import CLASS_ORDER, as_names, mapping
from thalweg.data.dataset import Dataset, Scaling, TestSplit, ValidationSplit
from thalweg.data.labels import class_numbers, class_values, listing, tidy_labels
from thalweg.data.probability_rows import probability_rows, shape_hint
from thalweg.errors import DataError, NotApplicable
from thalweg.models.answer_files import NOWHERE, read_answers, read_labels
from thalweg.places import given_path

SCATTER, SPREAD, RING = 40_503, 12_829, 65_521


@dataclass(frozen=True, eq=False, repr=False)
class GivenProbabilities:
    """Answers that were given before: `table` [members, examples, classes], as exact as they were.

    `class_names`: what its columns stand for; `names_stated`: the caller said so.

    Its inputs are tickets for examples, as the data set that it was read with has them; see `tickets`. Any
    other input is refused with `NotApplicable`: nobody is there to answer.
    """

    table: np.ndarray
    class_names: tuple[str, ...] | None = None
    names_stated: bool = False

    def __len__(self) -> int:
        return len(self.table)

    def __getitem__(self, members: slice) -> GivenProbabilities:
        return replace(self, table=self.table[members])

    def probabilities(self, inputs: ArrayLike) -> np.ndarray:
        """Return the answers [members, examples, classes] for tickets [examples, 2]."""
        asked = np.asarray(inputs, dtype=np.float64)
        numbers = asked[:, 0] if asked.ndim == 2 and asked.shape[1] == 2 else np.array([-1.0])
        known = (numbers >= 0) & (numbers < self.table.shape[1]) & (numbers == np.floor(numbers))
        if not (known.all() and np.array_equal(tickets(numbers), asked)):
            raise NotApplicable(
                "This measurement asks about new inputs, and only the answers to given examples are known.",
                hint="give the model itself (a function, or an ONNX file), or leave this measurement out.",
            )
        return self.table[:, numbers.astype(np.int64)]

    def __repr__(self) -> str:
        members, examples, classes = self.table.shape
        return f"GivenProbabilities({members} members, {examples:,} examples, {classes} classes)"


def tickets(numbers: np.ndarray) -> np.ndarray:
    """Return inputs [examples, 2] that stand for the examples of these `numbers`.

    The second column is scattered by the first, so that no inverted, shuffled or averaged ticket is a ticket.
    Below 2^24 both are exact in float32.
    """
    numbers = np.asarray(numbers, dtype=np.float64)
    return np.stack((numbers, (numbers * SCATTER + SPREAD) % RING), axis=1)


def load_probabilities(
    path: str | Path,
    *,
    labels: Any = None,
    label_column: str | None = None,
    class_names: Any = None,
) -> tuple[GivenProbabilities, Dataset]:
    """Return the classifier in the file `path`, and the data set that its answers belong to.

    Main arguments:
        path: an .npz with `probabilities` [examples, classes] or [members, examples, classes] and `labels`
            [examples], perhaps `class_names` [classes], and `validation_probabilities` with
            `validation_labels`: answers to examples on which a temperature may be fitted. Or an .npy with the
            probabilities alone. Or a table (CSV, Parquet) with a column for each class and one of labels.
        labels: [examples], or the path of a file with them, where `path` has none.
        label_column: that of a table; one called label, class, target or y by default.
        class_names: what the columns stand for, in their order.

    Labels are names or numbers of classes. Where nothing names the columns they stand for the classes as
    scikit-learn sorts them, and a note says which is which. The data set has a test part, a validation part
    if there is one, and nothing to train on; measurements that need new inputs raise `NotApplicable`.

    Raises `DataError` for a file that is missing, damaged or needs pickle, for arrays that are missing, of
    the wrong shape or of different lengths, for what is no probability (`data.probability_rows`), and for
    labels that are none of the classes. Nothing is ever unpickled.

    Examples:
        >>> import thalweg as tw
        >>> answers = population[0].probabilities(digits.test)
        >>> np.savez("answers.npz", probabilities=answers, labels=digits.test.labels)
        >>> model, dataset = tw.models.load_probabilities("answers.npz")
        >>> model
        GivenProbabilities(1 members, 359 examples, 10 classes)
        >>> tw.evaluation.calibration(model, dataset.test)
        NLL ... [..., ...], Brier ... [..., ...], over-confidence ... points [..., ...], n = 1 x 359
    """
    path = given_path(path, "answers", DataError)
    arrays = read_answers(path, label_column)
    if labels is not None:
        is_path = isinstance(labels, str | Path)
        arrays["labels"] = (
            read_labels(given_path(labels, "labels", DataError)) if is_path else np.asarray(labels)
        )
    _check_names(arrays, path)
    notes = ["Only the answers are known: what needs new inputs, or the model itself, is left out."]
    found = _tidy(arrays["labels"], f"{path}: labels")
    table = _table(arrays["probabilities"], len(found), f"{path}: probabilities", notes)
    given = class_names if class_names is not None else arrays.get("class_names")
    names = _names(given, found, table.shape[2], path, notes)
    numbers = _labels(found, names, f"{path}: labels")
    validation = None
    if "validation_probabilities" in arrays:
        held = _tidy(arrays["validation_labels"], f"{path}: validation_labels")
        what = f"{path}: validation_probabilities"
        more = _table(arrays["validation_probabilities"], len(held), what, notes)
        _same_answerers(table, more, path)
        raw = _numbered(table.shape[1], more.shape[1])
        validation = ValidationSplit(
            raw, _labels(held, names, f"{path}: validation_labels"), names, Scaling.identity()
        )
        table = np.concatenate((table, more), axis=1)
    test = TestSplit(_numbered(0, len(numbers)), numbers, names, Scaling.identity())
    name = path.name.split(".")[0] if path.name.lower().endswith(".gz") else path.stem
    dataset = Dataset(name, test, source=str(path), notes=tuple(notes), validation=validation)
    return GivenProbabilities(table, names, class_names is not None), dataset


def _numbered(first: int, count: int) -> np.ndarray:
    return tickets(np.arange(first, first + count)).astype(np.float32)


def _check_names(arrays: dict[str, np.ndarray], path: Path) -> None:
    missing = [name for name in ("probabilities", "labels") if name not in arrays]
    pair = [name for name in ("validation_probabilities", "validation_labels") if name in arrays]
    if missing:
        raise DataError(
            f"{path} holds the arrays {', '.join(sorted(arrays)) or '(none)'}: "
            f"{' and '.join(missing)} is missing.",
            hint=NOWHERE if missing == ["labels"] else "np.savez(path, probabilities=..., labels=...).",
        )
    if len(pair) == 1:
        raise DataError(
            f"{path} holds {pair[0]} without its partner.",
            hint="give both validation_probabilities and validation_labels, or neither.",
        )


def _tidy(found: Any, what: str) -> np.ndarray:
    if np.ndim(found) == 2 and np.shape(found)[1] > 1:
        raise DataError(
            f"{what} has shape {np.shape(found)}: expected one label an example.",
            hint="save class numbers from 0, e.g. one_hot.argmax(axis=1).",
        )
    return tidy_labels(found, what=what)


def _table(found: np.ndarray, labels: int, what: str, notes: list[str]) -> np.ndarray:
    """Return probabilities [members, examples, classes], or say what is wrong with them."""
    if found.ndim not in (2, 3) or found.dtype.kind not in "fiu" or 0 in found.shape or found.shape[-1] < 2:
        raise DataError(
            f"{what} has shape {found.shape} and type {found.dtype}: expected numbers [examples, classes] or "
            "[members, examples, classes], with two classes or more.",
            hint="of a two-class model with one output p, save np.stack([1 - p, p], axis=-1).",
        )
    if found.shape[-2] != labels:
        raise DataError(
            f"{what} has shape {found.shape}: {labels:,} labels for {found.shape[-2]:,} examples.",
            hint=shape_hint(found.shape, labels) or "give one label for each example, in the same order.",
        )
    table = found.reshape(-1, *found.shape[-2:])
    table = table if table.dtype in (np.float32, np.float64) else table.astype(np.float64)
    table, note = probability_rows(table, what, DataError)
    notes += [] if note is None else [note]
    return table


def _names(given: Any, labels: np.ndarray, classes: int, path: Path, notes: list[str]) -> tuple[str, ...]:
    """Return what the columns stand for: as said, or else the classes that occur, sorted."""
    if given is not None:
        if np.shape(given) != (classes,):
            raise DataError(
                f"{path}: class_names has shape {np.shape(given)}: expected ({classes},), one name a column.",
                hint="name every class, in the order of the columns of the probabilities.",
            )
        return as_names(given)
    if labels.dtype.kind == "i" and 0 <= labels.min() <= labels.max() < classes:
        return tuple(map(str, range(classes)))
    values = class_values(labels)
    if len(values) != classes:
        run = f"run from {values[0]} to {values[-1]}: expected 0 to {classes - 1}, one for each column"
        some = f"name {len(values)} classes ({listing(values.tolist())}), and there are {classes} columns"
        raise DataError(
            f"{path}: labels {run if labels.dtype.kind == 'i' else some}.",
            hint="number the classes as the columns of the probabilities are ordered, or name the columns: "
            f"{CLASS_ORDER}.",
        )
    notes.append(
        f"Nothing names the columns. They are taken as scikit-learn sorts the classes: "
        f"{mapping(as_names(values))}. {CLASS_ORDER} says otherwise."
    )
    return as_names(values)


def _labels(labels: np.ndarray, names: tuple[str, ...], what: str) -> np.ndarray:
    """Return class numbers [examples] of labels that are names, or numbers from 0."""
    words = np.array(as_names(labels))
    if labels.dtype.kind != "i" or set(np.unique(words).tolist()) <= set(names):
        return class_numbers(words, np.array(names), what=what)
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= len(names):
        start = " Labels that start at 1: subtract 1." if low == 1 and high == len(names) else ""
        raise DataError(
            f"{what} run from {low} to {high}: expected 0 to {len(names) - 1}, one for each column.",
            hint=f"number the classes as the columns of the probabilities are ordered.{start}",
        )
    return labels.astype(np.int32)


def _same_answerers(test: np.ndarray, validation: np.ndarray, path: Path) -> None:
    if test.shape[0] != validation.shape[0] or test.shape[2] != validation.shape[2]:
        raise DataError(
            f"{path}: probabilities {test.shape} and validation_probabilities {validation.shape} differ in "
            "members or classes.",
            hint="save the answers of the same members, in the same order, to both sets of examples.",
        )
