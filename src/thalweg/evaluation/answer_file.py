"""What a classifier answers to the examples of a data set, in a file that is evaluated without it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from thalweg.data.dataset import Dataset
from thalweg.data.split import Split
from thalweg.errors import EvaluationError
from thalweg.evaluation.asked import checked_labels
from thalweg.evaluation.classifier import AnyClassifier, blocks
from thalweg.temporary import against
from thalweg.written import write_whole

ENDING = ".npz"


def save_answers(classifier: AnyClassifier, dataset: Dataset, path: str | Path) -> Path:
    """Keep what a classifier answers to `dataset` in an .npz that `thalweg.models.load_probabilities` reads.

    For members that no file of ours holds, such as fitted estimators: their answers can be evaluated and
    compared later, on any machine. Columns stand in the order of the classes; labels are names of classes.

    Args:
        classifier: anything that is evaluated: a population, fitted clones (`thalweg.ensemble`), a model.
        dataset: its test split is answered and, where there is one, its validation split.
        path: the file; one that is there is replaced once all is written.

    Returns the path. Raises `EvaluationError` for a path that does not end in .npz or cannot be written, and
    as evaluations do for answers that are no probabilities.

    Examples:
        >>> import thalweg as tw
        >>> path = tw.evaluation.save_answers(population, digits, "answers.npz")
        >>> model, dataset = tw.models.load_probabilities(path)
        >>> model
        GivenProbabilities(4 members, 359 examples, 10 classes)
    """
    place = Path(path)
    if place.suffix.lower() != ENDING:
        raise EvaluationError(
            f"{place}: answers are kept as {ENDING}.", hint=f"name a file such as {place.stem}{ENDING}."
        )
    arrays = {"class_names": np.array(dataset.class_names), **_answered(classifier, dataset.test, "")}
    if dataset.validation is not None:
        arrays |= _answered(classifier, dataset.validation, "validation_")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_whole(place, lambda beside: _save(beside, arrays))
    except OSError as error:
        raise EvaluationError(
            f"{place}: cannot be written: {error.strerror or error}.", hint=against(error)
        ) from None
    return place


def _answered(classifier: AnyClassifier, split: Split, prefix: str) -> dict[str, np.ndarray]:
    table: np.ndarray | None = None
    for block in blocks(classifier, split, classes=split.classes):
        if table is None:
            shape = (block.population, len(split), split.classes)
            table = np.empty(shape, block.probabilities.dtype)
        table[block.members, block.examples] = block.probabilities
    assert table is not None, "a split has examples"
    names = np.array(split.class_names)[checked_labels(split)]
    return {f"{prefix}probabilities": table, f"{prefix}labels": names}


def _save(path: Path, arrays: dict[str, np.ndarray]) -> None:
    with path.open("wb") as file:  # of a path NumPy makes another, where it ends in .NPZ
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
