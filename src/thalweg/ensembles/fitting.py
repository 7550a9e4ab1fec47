"""Clones of any classifier of scikit-learn, fitted side by side."""

from __future__ import annotations

import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.cores import core_count
from thalweg.data.dataset import Dataset
from thalweg.data.split import TrainSplit
from thalweg.ensembles.estimator import (
    SEED,
    checked,
    refuse_without_probabilities,
    seeded,
    seeds_of,
)
from thalweg.ensembles.examples import Drawing, inside_of
from thalweg.ensembles.population import FittedPopulation, columns_of, joined, table_of
from thalweg.errors import EstimatorError, shown
from thalweg.imported import first_line

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

Progress = Callable[[str, int, int], None]
"""Called before each member with what it is, its place (from 0) and how many there are."""

WORTH_PROCESSES = 5.0
"""Seconds of work from which on other processes are started for it; they begin after one or two."""

PROBED = 500
"""Rows that two members are asked about, to see whether anything differs between them."""


def ensemble(
    estimator: BaseEstimator,
    split: TrainSplit | Dataset,
    *,
    members: int = 16,
    bootstrap: bool = False,
    share: float | None = None,
    seeds: bool = True,
    seed: int = 0,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> FittedPopulation:
    """Fit clones of any classifier of scikit-learn, as a population that all evaluations of answers take.

    The field's words: ensemble, bagging, deep ensembles of anything. Members learn from rows as
    `split.inputs` has them: pixels 0..1, one after another, or features that are standardised; and from
    the numbers of the classes.

    Main arguments:
        estimator: a classifier with `predict_proba`: a forest, boosted trees, a pipeline, a search. It is
            cloned, never fitted itself.
        split: what members learn from; of a data set the training split.
        members: how many clones.
        bootstrap: each learns from a bootstrap sample of its own.
        share: each learns from a random share of the examples, for example 0.7, dealt so that every example
            is left out equally often: what `thalweg.studies.remembered` needs.

    Other arguments:
        seeds: set every `random_state`, also of estimators inside, member by member; False gives all members
            the same ones.
        seed: of all random choices. Member i is the same however many there are.
        jobs: processes; by default as many as there are cores where the work is worth it. Members are the
            same whatever it is: each is fitted on one thread. Chance that an estimator takes from anywhere
            but `random_state` is its own.
        progress: called before each member with what it is, its place and how many there are.

    Raises `EstimatorError` for what is no classifier with probabilities, a split that is not to be learned
    from, where nothing would differ between members, and where a member cannot be fitted; `StudyError` for
    a share that is not strictly between 0 and 1.

    Examples:
        >>> import thalweg as tw
        >>> from sklearn.tree import DecisionTreeClassifier
        >>> trees = tw.ensemble(DecisionTreeClassifier(), digits, members=3, bootstrap=True)
        >>> trees
        FittedPopulation(3 x DecisionTreeClassifier, 10 classes)
        >>> print(trees.differs)
        seeds (random_state), and a bootstrap sample of the 1,438 examples of each one's own
        >>> print(*tw.evaluation.accuracy(trees, digits.test).rows()[0])
        How often is one network right? ... % [..., ...] over starts and examples...
    """
    split = _to_learn_from(split)
    members = _counted(members, "members")
    drawing = Drawing(len(split), members, bootstrap, share, seed)
    named = seeds_of(checked(estimator)) if seeds else ()
    _refuse_alike(estimator, named, drawing, seeds=seeds)
    jobs = None if jobs is None else _counted(jobs, "jobs")
    return fit_members(
        estimator, split, drawing, seeds=seeds, jobs=jobs, progress=progress, probed=not drawing.differs
    )


def fit_members(
    estimator: BaseEstimator,
    split: TrainSplit,
    drawing: Drawing,
    *,
    seeds: bool = True,
    jobs: int | None = None,
    progress: Progress | None = None,
    probed: bool = False,
) -> FittedPopulation:
    """Fit the members that `drawing` describes; other arguments and errors as in `ensemble`.

    `probed`: raise `EstimatorError` where the first two members answer all alike.
    """
    members: list[FittedPopulation] = []
    for own in fit_one_by_one(estimator, split, drawing, seeds=seeds, jobs=jobs, progress=progress):
        members.append(own)
        if probed and len(members) == 2:
            _refuse_same(members[0][0], members[1][0], table_of(split), drawing.seed)
    return joined(members)


def fit_one_by_one(
    estimator: BaseEstimator,
    split: TrainSplit,
    drawing: Drawing,
    *,
    seeds: bool = True,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Iterator[FittedPopulation]:
    """Yield the members of `fit_members` in their order, each alone: whoever lets go of them has room."""
    inputs, rows = table_of(split), drawing.rows()
    numbers = range(drawing.first, drawing.first + drawing.members)
    tasks = [
        _Task(seeded(estimator, seed=drawing.seed, member=number if seeds else 0), number, chosen)
        for number, chosen in zip(numbers, rows, strict=True)
    ]
    differ = differences(seeds_of(estimator) if seeds else (), drawing)
    heard: list[tuple[type[Warning], str]] = []
    for own, chosen in zip(_fitted(tasks, inputs, split.labels, jobs, progress), rows, strict=True):
        heard += own.warned
        yield FittedPopulation(
            (own.estimator,),
            split.class_names,
            split.input_shape,
            inside_of(chosen, len(split)),
            drawing.share,
            differ,
        )
    _warn(heard, len(tasks))


def differences(named: Sequence[str], drawing: Drawing) -> str:
    """Return in words what differs between members: their seeds, their examples, both."""
    parts = [f"seeds ({', '.join(named)})"] if named else []
    return ", and ".join([*parts, drawing.differs] if drawing.differs else parts)


@dataclass(frozen=True, eq=False)
class _Task:
    """A clone that is not fitted yet, its number, and the numbers of its examples (None: all)."""

    estimator: Any
    number: int
    rows: np.ndarray | None


@dataclass(frozen=True, eq=False)
class _Fitted:
    """A fitted clone, and what it warned of: pairs of a kind and a text."""

    estimator: Any
    warned: tuple[tuple[type[Warning], str], ...]


def _fitted(
    tasks: list[_Task],
    inputs: np.ndarray,
    labels: np.ndarray,
    jobs: int | None,
    progress: Progress | None,
) -> Iterator[_Fitted]:
    """Yield the fitted members in their order: the first two here, the others where it is quicker."""
    from joblib import Parallel, delayed

    here = len(tasks) if jobs == 1 else 2
    began = time.perf_counter()
    for place, task in enumerate(tasks[:here]):
        _tell(progress, place, len(tasks))
        yield _fit(task, inputs, labels)
    left = tasks[here:]
    if not left:
        return
    if jobs is None and (time.perf_counter() - began) / here * len(left) > WORTH_PROCESSES:
        jobs = min(len(left), core_count())
    if jobs in (None, 1):
        later = (_fit(task, inputs, labels) for task in left)
    else:
        later = Parallel(n_jobs=jobs, return_as="generator")(
            delayed(_fit)(task, inputs, labels) for task in left
        )
    for place in range(here, len(tasks)):
        _tell(progress, place, len(tasks))
        yield next(later)  # type: ignore[arg-type]


def _fit(task: _Task, inputs: np.ndarray, labels: np.ndarray) -> _Fitted:
    """Fit one clone, on one thread: sums of several have other last digits on another machine."""
    from threadpoolctl import threadpool_limits

    own, named = (inputs, labels) if task.rows is None else (inputs[task.rows], labels[task.rows])
    name = type(task.estimator).__name__
    if len(np.unique(named)) < 2:
        raise EstimatorError(
            f"member {task.number} would learn from {len(named):,} examples of one class alone.",
            hint="give more examples of each class, or a larger share of them.",
        )
    with warnings.catch_warnings(record=True) as heard, threadpool_limits(1):
        warnings.simplefilter("always")
        try:
            task.estimator.fit(own, named)
        except Exception as error:
            raise EstimatorError(
                f"member {task.number}, a {name}, cannot be fitted on {len(own):,} rows of "
                f"{own.shape[1]:,} numbers: {first_line(error)}.",
                hint="it is given rows of numbers without names, and classes as numbers from 0.",
            ) from error
    refuse_without_probabilities(task.estimator)
    columns_of(task.estimator, int(labels.max()) + 1)
    said = {(each.category, str(each.message).strip().splitlines()[0].rstrip(":")) for each in heard}
    return _Fitted(task.estimator, tuple(sorted(said, key=str)))


def _refuse_alike(estimator: BaseEstimator, named: Sequence[str], drawing: Drawing, *, seeds: bool) -> None:
    """Raise `EstimatorError` where members have neither seeds nor examples of their own."""
    if named or drawing.differs or drawing.members == 1:
        return
    why = f"it has no {SEED}" if seeds else "seeds=False"
    raise EstimatorError(
        f"{drawing.members} members of {type(estimator).__name__} would be the same: {why}, and all learn "
        "from the same examples.",
        hint="give each examples of its own: bootstrap=True, or share=0.7.",
    )


def _refuse_same(first: Any, second: Any, inputs: np.ndarray, seed: int) -> None:
    """Raise `EstimatorError` where two fitted clones answer all alike: a seed that nothing is drawn with.

    They are asked about examples and, since all may know these by heart, about rows of which every number is
    taken from another example.
    """
    generator = np.random.default_rng(seed)
    some = inputs[generator.permutation(len(inputs))[:PROBED]]
    rows = np.concatenate([some, generator.permuted(some, axis=0)])
    if np.array_equal(first.predict_proba(rows), second.predict_proba(rows)):
        raise EstimatorError(
            f"two members of {type(first).__name__} with other seeds answer all alike: its {SEED} is not "
            "used with these settings, so nothing would differ.",
            hint="give each examples of its own: bootstrap=True, or share=0.7.",
        )


def _to_learn_from(split: TrainSplit | Dataset) -> TrainSplit:
    if isinstance(split, Dataset):
        split = split.train
    if not isinstance(split, TrainSplit):
        raise EstimatorError(
            f"A {type(split).__name__} is not to be learned from.",
            hint="give a data set, or its training split: dataset.train.",
        )
    if len(np.unique(split.labels)) < 2:
        raise EstimatorError(
            f"all {len(split):,} labels are {split.class_names[int(split.labels[0])]!r}: there is nothing to "
            "tell apart.",
            hint="give examples of at least two classes.",
        )
    return split


def _counted(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise EstimatorError(
            f"{name}={shown(value)}: expected a whole number from 1.", hint=f"for example {name}=16."
        )
    return int(value)


def _tell(progress: Progress | None, place: int, count: int) -> None:
    if progress is not None:
        progress(f"member {place + 1:,} of {count:,}", place, count)


def _warn(heard: list[tuple[type[Warning], str]], members: int) -> None:
    """Warn once of what members warned of, with how many did."""
    for (category, text), count in Counter(heard).items():
        warnings.warn(f"{count} of {members} members: {text}", category, stacklevel=4)
