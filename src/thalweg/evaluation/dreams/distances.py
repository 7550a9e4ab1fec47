"""How far pictures are from the nearest real one of their class, as a multiple of what is usual."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thalweg.chunks import slices
from thalweg.data.dataset import Dataset, Split
from thalweg.errors import EvaluationError

MOST_TEST = 200  # test pictures of a class that say what distance is usual
ROWS_AT_ONCE = 256
EXAMPLES_AT_ONCE = 10_000


@dataclass(frozen=True, eq=False)
class Distances:
    """Distances to the nearest training picture of one class; each array is [pictures].

    `ratio`: Euclidean distance to the nearest, divided by the mean distance of test pictures of the class to
    theirs. Faint pictures are near everything by this measure: `blank_ratio` is that of a black one. So
    `shape_ratio` is the same with every picture brought to length 1 first, and `nearest` is the place in the
    training split of the nearest by shape.
    """

    ratio: np.ndarray
    shape_ratio: np.ndarray
    nearest: np.ndarray
    blank_ratio: float


def distances(pictures: np.ndarray, label: int, dataset: Dataset) -> Distances:
    """Measure `pictures` [pictures, ...], network inputs, against the training pictures of class `label`.

    Raises `EvaluationError` for a class without a training or a test example, and where test pictures are
    copies of training pictures throughout, so that no distance is usual.
    """
    places = _places(dataset.train, label, "training", dataset)
    tested = _places(dataset.test, label, "test", dataset)[:MOST_TEST]
    real, new = _flat(dataset.train.take(places).inputs), _flat(dataset.test.take(tested).inputs)
    drawn = _flat(pictures)
    usual, usual_shape = _usual(new, real), _usual(_of_length_one(new), _of_length_one(real))
    if usual_shape == 0 or usual == 0:
        raise EvaluationError(
            f"Every test example of class {dataset.class_names[label]!r} is also a training example.",
            hint="give test data that was not trained on.",
        )
    shape, nearest = _nearest(_of_length_one(drawn), _of_length_one(real))
    blank = _nearest(np.zeros_like(real[:1]), real)[0]
    length, _ = _nearest(drawn, real)
    return Distances(length / usual, shape / usual_shape, places[nearest], float(blank[0] / usual))


def nearest_labels(pictures: np.ndarray, split: Split) -> np.ndarray:
    """Return int64 [pictures]: the label of the example of `split` that is nearest in shape, of any class.

    A judge without weights: on real test pictures of MNIST it is right more often than the classic network.
    A black picture has no shape and gets -1.
    """
    drawn = _of_length_one(_flat(pictures))
    length, label = np.full(len(drawn), np.inf), np.full(len(drawn), -1, np.int64)
    for place in slices(len(split), EXAMPLES_AT_ONCE):
        some = split.take(place)
        found, nearest = _nearest(drawn, _of_length_one(_flat(some.inputs)))
        nearer = found < length
        length[nearer], label[nearer] = found[nearer], some.labels[nearest[nearer]]
    label[~drawn.any(axis=1)] = -1
    return label


def _usual(new: np.ndarray, real: np.ndarray) -> float:
    return float(_nearest(new, real)[0].mean())


def _of_length_one(pictures: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(pictures, axis=1, keepdims=True)
    return pictures / np.where(length > 0, length, 1.0)


def _places(split: Split, label: int, part: str, dataset: Dataset) -> np.ndarray:
    places = np.flatnonzero(split.labels == label)
    if not len(places):
        raise EvaluationError(
            f"No {part} example of class {dataset.class_names[label]!r} to compare with.",
            hint="name classes that both splits have.",
        )
    return places


def _nearest(pictures: np.ndarray, real: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return distance [pictures] to the nearest of `real` and which that is."""
    squares = np.einsum("ri,ri->r", real, real)
    length, nearest = np.empty(len(pictures)), np.empty(len(pictures), np.int64)
    for some in slices(len(pictures), ROWS_AT_ONCE):
        nearest[some] = (squares - 2 * pictures[some] @ real.T).argmin(axis=1)
        # Squares of large numbers cancel: the one distance that counts is taken directly.
        length[some] = np.linalg.norm(pictures[some] - real[nearest[some]], axis=1)
    return length, nearest


def _flat(pictures: np.ndarray) -> np.ndarray:
    return np.asarray(pictures, np.float32).reshape(len(pictures), -1)
