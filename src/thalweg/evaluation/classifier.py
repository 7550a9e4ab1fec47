"""Any classifier, ours or not, in one form: blocks of checked probabilities [members, examples, classes].

A classifier is anything with `probabilities(inputs)` or a callable; it returns [examples, classes] (one
member) or [members, examples, classes]. One that knows its `len()` and gives a smaller classifier for a
slice, as a population does, is asked a few members at a time, so that memory stays bounded.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Sized
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeAlias, TypeGuard

import numpy as np
from numpy.typing import ArrayLike

from thalweg import loaded
from thalweg.data.class_order import as_names, columns_of
from thalweg.data.dataset import Split
from thalweg.data.probability_rows import probability_rows
from thalweg.errors import DataError, EvaluationError
from thalweg.evaluation.asked import check_examples
from thalweg.evaluation.checked_answers import answered, as_array, with_members
from thalweg.evaluation.kept_answers import KeptAnswers
from thalweg.evaluation.told import heed
from thalweg.models.in_memory import adopted

BYTES_AT_ONCE, INPUT_BYTES = 256 * 1024**2, 1024**3  # probabilities and network inputs in one call
EXAMPLES_AT_ONCE = 10_000
FIRST_LOOK = 1_000  # examples in the first call to a classifier that cannot say how many members it has

Ask = Callable[[Any], Any]
Say = Callable[[str], None]

_say: Say = logging.getLogger("thalweg").warning
"""Where notes go if nobody says otherwise: to stderr, unless logging is set up."""


class Probabilistic(Protocol):
    """Any object that answers with probabilities, ours or not."""

    def probabilities(self, inputs: np.ndarray, /) -> ArrayLike:
        """Return probabilities [examples, classes] or [members, examples, classes]."""
        ...


@dataclass(frozen=True, eq=False)
class Block:
    """Checked probabilities [members, examples, classes] of some members on some examples.

    `members` and `examples` say which, counted among the `population` members that are measured.
    """

    members: slice
    examples: slice
    population: int
    probabilities: np.ndarray


@dataclass(frozen=True, eq=False)
class Predictions:
    """What every measured member answers on every example.

    `predicted`: int16 (or int32) [members, examples], the class with the largest probability (the first of
    equals). `confidence`: [members, examples], that probability, as exact as it was given. `ensemble`:
    float64 [examples, classes], the members' mean probabilities. `excluded`: members left out because their
    training diverged, counted in the classifier as it was given.
    """

    predicted: np.ndarray
    confidence: np.ndarray
    ensemble: np.ndarray
    excluded: tuple[int, ...]

    @property
    def members(self) -> int:
        """Number of members measured."""
        return self.predicted.shape[0]

    @property
    def examples(self) -> int:
        """Number of examples."""
        return self.predicted.shape[1]

    @property
    def classes(self) -> int:
        """Number of classes."""
        return self.ensemble.shape[1]

    @property
    def ensemble_predicted(self) -> np.ndarray:
        """[examples], the class with the largest mean probability, of the kind of `predicted`."""
        return self.ensemble.argmax(axis=1).astype(
            np.result_type(np.int16, np.min_scalar_type(-self.classes))
        )

    @property
    def ensemble_confidence(self) -> np.ndarray:
        """float64 [examples], the largest mean probability."""
        return self.ensemble.max(axis=1)


@dataclass(frozen=True, eq=False)
class Classifier:
    """A classifier in the one form that evaluations use; make it with `as_classifier`.

    `known_members` is None where only an answer can tell. `diverged` marks members not to be measured.
    `class_names`: what its columns are called, None where it does not say; `stated`: the caller said so.
    `say`: called with what the user should know, once each. `kept`: its answers on splits that several
    evaluations ask about.
    """

    source: Any
    known_members: int | None
    diverged: np.ndarray | None
    class_names: tuple[str, ...] | None = None
    stated: bool = False
    say: Say = _say
    said: set[str] = field(default_factory=set)
    kept: KeptAnswers | None = None

    @property
    def excluded(self) -> tuple[int, ...]:
        """The members that are left out because their training diverged."""
        return () if self.diverged is None else tuple(np.flatnonzero(self.diverged).tolist())

    @property
    def is_sure(self) -> bool:
        """Whether there is no doubt which column is which: it is ours, or the caller said so."""
        return self.stated or type(self.source).__module__.startswith("thalweg.networks")

    @property
    def keeps(self) -> KeptAnswers | None:
        """The answers that are kept, where they are this classifier's and not those of a part of it."""
        return self.kept if self.kept is not None and self.kept.source is self.source else None

    def note(self, text: str) -> None:
        """Say what the user should know, once."""
        if text not in self.said:
            self.said.add(text)
            self.say(text)

    def columns(self, examples: Any) -> np.ndarray | None:
        """Return the column of each class of `examples`; None where either names no classes.

        Raises `EvaluationError` for names that are not those of the data.
        """
        wanted = getattr(examples, "class_names", None)
        if wanted is None or self.class_names is None or tuple(wanted) == self.class_names:
            return None
        try:
            return columns_of(self.class_names, tuple(wanted), who=f"A {type(self.source).__name__}")
        except DataError as error:
            raise EvaluationError(error.message, hint=error.hint) from None

    def asks(self, examples: int, classes: int) -> Iterator[tuple[int, Ask]]:
        """Yield (first member, function of inputs) for groups of members small enough for one call."""
        if self.known_members is None:
            yield 0, _ask(self.source)
            return
        step = max(1, BYTES_AT_ONCE // (4 * examples * classes))
        if step >= self.known_members:  # a slice of all members would only copy the weights
            yield 0, _ask(self.source)
            return
        for first in range(0, self.known_members, step):
            yield first, _ask(self.source[first : first + step])


AnyClassifier: TypeAlias = Classifier | Probabilistic | Callable[[np.ndarray], ArrayLike]
"""What evaluations accept: a population, a trained network, an ensemble, a model of yours, a function."""


def as_classifier(
    classifier: AnyClassifier, *, class_names: Any = None, say: Callable[[str], None] | None = None
) -> Classifier:
    """Bring any classifier to the common form; one that is in it already stays as it is.

    `class_names`: what its columns stand for, in their order; by default what it says itself (`class_names`,
    or scikit-learn's `classes_`). `say`: called with notes instead of logging them. Raises `EvaluationError`
    for what is not a classifier, and where every member diverged.
    """
    if isinstance(classifier, Classifier):
        if class_names is None and say is None:
            return classifier
        named = {} if class_names is None else {"class_names": as_names(class_names), "stated": True}
        return replace(classifier, **named, **({} if say is None else {"say": say}), kept=None)
    classifier = adopted(_gathered(classifier))
    _ask(classifier)  # refuses what cannot be asked
    diverged = getattr(classifier, "diverged", None)
    diverged = None if diverged is None else np.atleast_1d(np.asarray(diverged, dtype=bool))
    known = len(classifier) if _can_slice(classifier) else None
    if diverged is not None and known not in (None, len(diverged)):
        raise EvaluationError(
            f"{known} members but {len(diverged)} entries in `diverged`.",
            hint="give one entry of `diverged` for each member, or leave it out.",
        )
    if diverged is not None and diverged.all():
        raise EvaluationError(
            f"Every member diverged in training ({len(diverged)} of {len(diverged)}): nothing to measure.",
            hint="train again with a smaller learning rate.",
        )
    said = class_names if class_names is not None else getattr(classifier, "class_names", None)
    return Classifier(
        classifier,
        known,
        diverged,
        None if said is None else as_names(said),
        class_names is not None or bool(getattr(classifier, "names_stated", False)),
        say or _say,
    )


def blocks(classifier: AnyClassifier, examples: Split | np.ndarray, *, classes: int) -> Iterator[Block]:
    """Yield checked probabilities of all measured members on all examples, a bounded block at a time.

    `examples` is a split or an array of network inputs [examples, ...]. A block is at most 256 MB of float32
    where the classifier can be sliced; otherwise one call answers for all members at once, on fewer examples
    the more members there are. Raises `EvaluationError` for answers that are not probabilities.
    """
    asked = as_classifier(classifier)
    loaded.make_room()
    check_examples(asked.source, examples)
    heed(asked.source, examples, asked.note)
    kept = asked.keeps
    if kept is not None and (before := kept.of(examples)) is not None:
        yield Block(slice(0, len(before)), slice(0, len(examples)), len(before), before)
        return
    start, members, columns = 0, asked.known_members, asked.columns(examples)
    raw: Any = getattr(examples, "raw", examples)
    most = max(1, INPUT_BYTES // (4 * max(1, math.prod(np.shape(raw)[1:]))))
    table: np.ndarray | None = None
    while start < len(examples):
        chunk = slice(start, start + _chunk(members, min(len(examples) - start, most), classes))
        inputs = _inputs(examples, chunk)
        chunk = slice(start, start + len(inputs))
        for block in _chunk_blocks(asked, inputs, chunk, classes, columns):
            members = _same_members(members, block.population + len(asked.excluded))
            answers = block.probabilities
            if kept is not None and start == 0 and block.members.start == 0:
                table = kept.room(examples, (block.population, len(examples), classes), answers.dtype)
            if table is not None:
                table[block.members, block.examples] = answers
            yield block
        start = chunk.stop
    if kept is not None and table is not None:
        kept.keep(examples, table)


def predictions(
    classifier: AnyClassifier, examples: Split | np.ndarray, *, classes: int | None = None
) -> Predictions:
    """Ask every member about every example and keep answers, confidences and the mean probabilities.

    `examples` is a split, or an array of network inputs [examples, ...] together with `classes`. Raises
    `EvaluationError` for what is not a classifier and for answers that are not probabilities.
    """
    asked, total = as_classifier(classifier), len(examples)
    classes = int(examples.classes if classes is None else classes)  # type: ignore[union-attr]
    predicted = confidence = np.empty((0, total))
    ensemble = np.zeros((total, classes))
    for block in blocks(asked, examples, classes=classes):
        if not predicted.size:
            predicted = np.empty(
                (block.population, total), np.result_type(np.int16, np.min_scalar_type(-classes))
            )
            confidence = np.empty((block.population, total), block.probabilities.dtype)
        place = (block.members, block.examples)
        predicted[place] = block.probabilities.argmax(axis=2)
        confidence[place] = block.probabilities.max(axis=2)
        ensemble[block.examples] += block.probabilities.sum(axis=0, dtype=np.float64)
    return Predictions(predicted, confidence, ensemble / max(1, len(predicted)), asked.excluded)


def _ask(classifier: Any) -> Ask:
    if callable(getattr(classifier, "probabilities", None)):
        return classifier.probabilities
    if callable(classifier):
        return classifier
    said = f"A {type(classifier).__name__} is not a classifier."
    raise EvaluationError(said, hint="pass an object with `probabilities(inputs)`, or a function of inputs.")


def _gathered(classifier: Any) -> Any:
    """Return a list of trained networks of ours as one population, and anything else as it is."""
    listed = classifier if isinstance(classifier, list | tuple) else ()
    if not listed or any(type(member).__name__ != "TrainedNetwork" for member in listed):
        return classifier
    from thalweg.weights.interpolation import gathered

    return gathered(listed)


def _can_slice(classifier: Any) -> TypeGuard[Sized]:
    if not (hasattr(classifier, "probabilities") and hasattr(classifier, "__getitem__")):
        return False
    return hasattr(classifier, "__len__") and hasattr(classifier[0:1], "probabilities")


def _chunk(members: int | None, left: int, classes: int) -> int:
    """Return how many of the examples left to ask about in the next call."""
    if members is None:
        return min(left, FIRST_LOOK)
    room = BYTES_AT_ONCE // (4 * members * classes)
    # Where members can be sliced the room is kept by slicing; never go below the first look.
    return min(left, EXAMPLES_AT_ONCE, max(room, FIRST_LOOK))


def _inputs(examples: Split | np.ndarray, chunk: slice) -> np.ndarray:
    """Return network inputs of these examples; a split is scaled a chunk at a time."""
    if isinstance(examples, Split):
        return examples.take(chunk).inputs
    return examples[chunk]


def _chunk_blocks(
    asked: Classifier, inputs: np.ndarray, chunk: slice, classes: int, columns: np.ndarray | None
) -> Iterator[Block]:
    placed = 0
    for first, ask in asked.asks(len(inputs), classes):
        answer = as_array(answered(ask, inputs, asked.source))
        answer = with_members(answer, len(inputs), classes)
        total = asked.known_members or len(answer)
        sound = _sound(asked.diverged, total)
        answer = answer[sound[first : first + len(answer)]]
        if not len(answer):
            continue
        answer, note = probability_rows(answer, "The classifier's probabilities", EvaluationError)
        if note is not None:
            asked.note(note.split(":")[0] + ": each row is divided by its sum.")
        answer = answer if columns is None else answer[..., columns]
        yield Block(slice(placed, placed + len(answer)), chunk, int(sound.sum()), answer)
        placed += len(answer)


def _sound(diverged: np.ndarray | None, members: int) -> np.ndarray:
    if diverged is None:
        return np.ones(members, dtype=bool)
    if len(diverged) != members:
        raise EvaluationError(
            f"{members} members answered but `diverged` has {len(diverged)} entries.",
            hint="give one entry of `diverged` for each member, or leave it out.",
        )
    return ~diverged


def _same_members(before: int | None, now: int) -> int:
    if before is not None and before != now:
        raise EvaluationError(
            f"The classifier answered with {before} members first and with {now} later.",
            hint="return [members, examples, classes] with the same members for every batch of examples.",
        )
    return now
