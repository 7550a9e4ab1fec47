"""A classifier that is known by its answers only: probabilities in a file, and the labels they belong to."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from thalweg.data.dataset import Dataset, Scaling, TestSplit, ValidationSplit
from thalweg.errors import DataError, NotApplicable

SUM_TOLERANCE = 1e-3
ROUNDING = 1e-6  # how far outside 0..1 a probability may fall by float32 rounding
SCATTER, SPREAD, RING = 40_503, 12_829, 65_521


@dataclass(frozen=True, eq=False, repr=False)
class GivenProbabilities:
    """Answers that were given before: `table` float32 [members, examples, classes].

    Its inputs are tickets for examples, as the data set that it was read with has them; see `tickets`. Any
    other input is refused with `NotApplicable`: nobody is there to answer.
    """

    table: np.ndarray

    def __len__(self) -> int:
        return len(self.table)

    def __getitem__(self, members: slice) -> GivenProbabilities:
        return GivenProbabilities(self.table[members])

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


def load_probabilities(path: str | Path) -> tuple[GivenProbabilities, Dataset]:
    """Return the classifier in the .npz file `path`, and the data set that its answers belong to.

    The file holds `probabilities` [examples, classes] or [members, examples, classes] and `labels`
    [examples], whole numbers from 0. It may hold `class_names` [classes], and `validation_probabilities` with
    `validation_labels`: answers to examples on which a temperature may be fitted. The data set has a test
    part, a validation part if there is one, and nothing to train on; measurements that need new inputs raise
    `NotApplicable`.

    Raises `DataError` for a file that is missing, damaged or needs pickle, for arrays that are missing, of
    the wrong shape or of different lengths, for probabilities that are not finite, outside 0..1 or do not sum
    to one, and for labels out of range. Nothing is ever unpickled.

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
    path = Path(path)
    arrays = _read(path)
    table = _table(arrays["probabilities"], f"{path}: probabilities")
    labels = _labels(arrays["labels"], table, f"{path}: labels")
    names = _class_names(arrays.get("class_names"), table.shape[2], path)
    validation = None
    if "validation_probabilities" in arrays:
        more = _table(arrays["validation_probabilities"], f"{path}: validation_probabilities")
        _same_answerers(table, more, path)
        held = _labels(arrays["validation_labels"], more, f"{path}: validation_labels")
        raw = _numbered(table.shape[1], more.shape[1])
        validation = ValidationSplit(raw, held, names, Scaling.identity())
        table = np.concatenate((table, more), axis=1)
    test = TestSplit(_numbered(0, len(labels)), labels, names, Scaling.identity())
    note = "Only the answers are known: what needs new inputs, or the model itself, is left out."
    dataset = Dataset(path.stem, test, source=str(path), notes=(note,), validation=validation)
    return GivenProbabilities(table), dataset


def _numbered(first: int, count: int) -> np.ndarray:
    return tickets(np.arange(first, first + count)).astype(np.float32)


def _read(path: Path) -> dict[str, np.ndarray]:
    if not path.is_file():
        raise DataError(f"There is no file {path}.", hint="give the .npz file that holds the probabilities.")
    if not zipfile.is_zipfile(path):
        raise DataError(
            f"{path} is not a readable .npz archive.", hint="np.savez(path, probabilities=..., labels=...)."
        )
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        if "pickle" in str(error):
            raise DataError(
                f"{path} holds Python objects, which need pickle to be read: expected plain arrays.",
                hint="pickle can run code, so it is never read; save plain numbers, e.g. labels.astype(int).",
            ) from None
        raise DataError(f"{path} is not a readable .npz archive ({error}).", hint="write it anew.") from None
    _check_names(arrays, path)
    return arrays


def _check_names(arrays: dict[str, np.ndarray], path: Path) -> None:
    missing = [name for name in ("probabilities", "labels") if name not in arrays]
    pair = [name for name in ("validation_probabilities", "validation_labels") if name in arrays]
    if missing:
        raise DataError(
            f"{path} holds the arrays {', '.join(sorted(arrays)) or '(none)'}: "
            f"{' and '.join(missing)} is missing.",
            hint="np.savez(path, probabilities=..., labels=...).",
        )
    if len(pair) == 1:
        raise DataError(
            f"{path} holds {pair[0]} without its partner.",
            hint="give both validation_probabilities and validation_labels, or neither.",
        )


def _table(found: np.ndarray, what: str) -> np.ndarray:
    """Return probabilities as float32 [members, examples, classes], or say what is wrong with them."""
    if found.ndim not in (2, 3) or found.dtype.kind not in "fiu" or 0 in found.shape or found.shape[-1] < 2:
        raise DataError(
            f"{what} has shape {found.shape} and type {found.dtype}: expected numbers [examples, classes] or "
            "[members, examples, classes], with two classes or more.",
            hint="of a two-class model with one output p, save np.stack([1 - p, p], axis=-1).",
        )
    table = found.reshape(-1, *found.shape[-2:])
    _check_range(table, what)
    sums = table.sum(axis=2, dtype=np.float64)
    member, example = (int(place) for place in np.unravel_index(np.abs(sums - 1).argmax(), sums.shape))
    if abs(sums[member, example] - 1) > SUM_TOLERANCE:
        raise DataError(
            f"{what} of example {example} (member {member}) sum to {sums[member, example]:.4g}: expected 1 "
            f"within {SUM_TOLERANCE}.",
            hint="divide each row by its sum, or apply softmax to logits.",
        )
    return table.astype(np.float32)


def _check_range(table: np.ndarray, what: str) -> None:
    finite = np.isfinite(table)
    if not finite.all():
        member, example, label = (int(place) for place in np.argwhere(~finite)[0])
        raise DataError(
            f"{what} is {table[member, example, label]} for member {member}, example {example}, "
            f"class {label}: expected a finite number.",
            hint="leave out members that diverged, or mend the model.",
        )
    low, high = float(table.min()), float(table.max())
    if low < -ROUNDING or high > 1 + ROUNDING:
        raise DataError(
            f"{what} run from {low:.4g} to {high:.4g}: expected 0..1.",
            hint="these look like logits: apply softmax before saving them.",
        )


def _labels(found: np.ndarray, table: np.ndarray, what: str) -> np.ndarray:
    _, examples, classes = table.shape
    if found.ndim != 1 or found.dtype.kind not in "iu":
        raise DataError(
            f"{what} has shape {found.shape} and type {found.dtype}: expected one whole number an example.",
            hint="save class numbers from 0, e.g. one_hot.argmax(axis=1).",
        )
    if len(found) != examples:
        raise DataError(
            f"{what}: {len(found):,} labels for {examples:,} examples (probabilities {table.shape}).",
            hint="give one label for each example, in the same order.",
        )
    low, high = int(found.min()), int(found.max())
    if low < 0 or high >= classes:
        start = " Labels that start at 1: subtract 1." if low == 1 and high == classes else ""
        raise DataError(
            f"{what} run from {low} to {high}: expected 0 to {classes - 1}, one for each column.",
            hint=f"number the classes as the columns of the probabilities are ordered.{start}",
        )
    return found.astype(np.int32)


def _class_names(found: np.ndarray | None, classes: int, path: Path) -> tuple[str, ...]:
    if found is None:
        return tuple(str(number) for number in range(classes))
    if found.shape != (classes,):
        raise DataError(
            f"{path}: class_names has shape {found.shape}: expected ({classes},), one name a column.",
            hint="name every class, in the order of the columns of the probabilities.",
        )
    return tuple(_words(found))


def _words(names: np.ndarray) -> Sequence[str]:
    return [name.decode() if isinstance(name, bytes) else str(name) for name in names.tolist()]


def _same_answerers(test: np.ndarray, validation: np.ndarray, path: Path) -> None:
    if test.shape[0] != validation.shape[0] or test.shape[2] != validation.shape[2]:
        raise DataError(
            f"{path}: probabilities {test.shape} and validation_probabilities {validation.shape} differ in "
            "members or classes.",
            hint="save the answers of the same members, in the same order, to both sets of examples.",
        )
