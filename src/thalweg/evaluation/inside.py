"""What evaluations that look inside share: which population, which members, which cost, which examples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.dataset import Split
from thalweg.data.labels import listing
from thalweg.errors import EvaluationError, NotApplicable, one_of
from thalweg.evaluation.asked import checked_labels, refuse_dataset
from thalweg.evaluation.classifier import AnyClassifier, Classifier, as_classifier, predictions
from thalweg.evaluation.modules import as_they_see, modules_behind, said_of_weights

if TYPE_CHECKING:
    from thalweg.networks.population import Population
    from thalweg.weights.interpolation import EmpiricalCost

WEIGHTS = "This looks at the weights of a network"
"""Why a population is needed, where nothing else is said."""


def population_behind(
    classifier: AnyClassifier,
    *,
    why: str = WEIGHTS,
    otherwise: str = "",
    cost: str | None = None,
    l2: float = 0.0,
    split: Split | None = None,
) -> Population:
    """Return the members behind a classifier of ours: one network is a population of one.

    Modules of PyTorch are read as networks of ours, for examples as those of `split`. Its classes must stand
    in the order of the outputs.

    With a `cost`, after a look whether it is the one that they were trained with. Raises `NotApplicable` for
    a classifier whose weights nobody knows, saying `why` they are needed and what to do `otherwise`;
    `EvaluationError` for an unknown cost, one of other outputs than the members have, an l2 out of range, and
    classes in another order than the outputs.
    """
    refuse_dataset(split)
    source = classifier.source if isinstance(classifier, Classifier) else classifier
    population = None
    if type(source).__module__.split(".")[0] == "thalweg":  # nothing else has weights that we know
        from thalweg.networks.population import attackable

        population = attackable(source)
        if population is None and split is not None:
            population = modules_behind(source, split)
            _note_weights(classifier, population)
    if population is None:
        raise NotApplicable(
            f"{why}, and a {type(source).__name__} shows none.",
            hint=f"pass a population, one of its members or its ensemble{otherwise}.",
        )
    if split is not None:
        _refuse_other_order(classifier, split)
    if cost is not None:
        _check_cost(population, cost, l2)
    return population


def _note_weights(classifier: AnyClassifier, read: Population | None) -> None:
    if read is None or not isinstance(classifier, Classifier):
        return
    said = said_of_weights(classifier.source)
    if said is not None:
        classifier.note(said)


def _refuse_other_order(classifier: AnyClassifier, split: Split) -> None:
    """Raise `EvaluationError` where the outputs do not stand for the classes of `split`, in their order.

    Costs and slopes are taken of the outputs as they stand, by the number of a label.
    """
    asked = as_classifier(classifier)
    columns = asked.columns(split)
    if columns is None or (columns == np.arange(len(columns))).all():
        return
    assert asked.class_names is not None, "of one that names no outputs, no order is known"
    raise EvaluationError(
        f"The outputs stand for {listing(asked.class_names)}, the classes of the data are "
        f"{listing(split.class_names)}: another order, in which a label is the number of another class.",
        hint="bring the data into the order of the outputs: thalweg.data.class_order.reordered(dataset, "
        "names), or call evaluate(), which does.",
    )


def as_given(asked: Classifier, *splits: Any) -> tuple[Classifier, list[Any]]:
    """Return modules of PyTorch as a population, and splits with their inputs as the modules are given them.

    Anything else stays as it is; see `modules.as_they_see`.
    """
    for split in splits:
        refuse_dataset(split)
    source, seen = as_they_see(asked.source, *splits)
    _note_weights(asked, None if source is asked.source else source)
    return (asked if source is asked.source else as_classifier(source, say=asked.say)), seen


def population_with_gradients(classifier: AnyClassifier, split: Split, *, cost: str, l2: float) -> Population:
    """Return the population behind `classifier`, after looking whether its cost has a surface to walk on.

    Raises as `population_behind`, `NotApplicable` where there are no gradients, and `EvaluationError` for
    examples or labels that do not fit.
    """
    asked = as_classifier(classifier)
    population = population_behind(
        asked, why="The shape of the cost is a matter of weights", cost=cost, l2=l2, split=split
    )
    if getattr(population.networks, "activation", None) == "step":
        raise NotApplicable(
            'Neurons of activation "step" have no gradient: the cost is flat almost everywhere.',
            hint="measure a network of another activation.",
        )
    fitting(asked, split)
    return population


def some_members(
    population: Population, members: int | Iterable[int] | None, *, first: int = 0, seed: int = 0
) -> np.ndarray:
    """Return which members to measure, int64, sound ones only.

    `members`: the numbers of some; or how many, drawn by `seed`; or None for the `first` so many. Raises
    `EvaluationError` for a member that does not exist, diverged or is named twice, for none at all, and for
    what is not whole numbers.
    """
    sound = np.flatnonzero(~population.diverged)
    if members is None:
        return sound[:first]
    if _is_whole(members):
        return drawn(sound, positive("members", int(members)), [seed, 0])  # type: ignore[arg-type]
    named: list[Any] = (
        list(members) if isinstance(members, Iterable) and not isinstance(members, str) else [None]
    )
    if not all(map(_is_whole, named)):
        raise EvaluationError(
            f"members={members!r}: expected how many, or the numbers of some.",
            hint="give a whole number, or a list of whole numbers such as [0, 3].",
        )
    if not named:
        raise EvaluationError("No member was named.", hint="leave `members` out, or name one or more.")
    if len(set(named)) < len(named):
        raise EvaluationError(f"members={named}: a member is named twice.", hint="name each member once.")
    return np.array([known_member(population, int(member)) for member in named], dtype=np.int64)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def drawn(of: np.ndarray, count: int, seed: Sequence[int]) -> np.ndarray:
    """Return `count` of these numbers, drawn without replacement, in order; all where there are no more."""
    return of if count >= len(of) else np.sort(np.random.default_rng(seed).choice(of, count, replace=False))


def known_member(population: Population, member: int) -> int:
    """Return the member's number; `EvaluationError` where it does not exist or has diverged."""
    if not 0 <= member < len(population):
        raise EvaluationError(
            f"Member {member} does not exist: this population has members 0 to {len(population) - 1}.",
            hint="name one of these; they are counted from 0.",
        )
    if population.diverged[member]:
        sound = np.flatnonzero(~population.diverged)
        raise EvaluationError(
            f"Member {member} diverged in training: its weights are no place on the hill.",
            hint=f"choose one that did not, such as {int(sound[0])}." if len(sound) else "train again.",
        )
    return member


def empirical_cost(
    asked: Classifier, population: Population, split: Split, *, cost: str, l2: float, examples: int, seed: int
) -> tuple[EmpiricalCost, np.ndarray]:
    """Return what every point is asked, on at most `examples` examples of `split`, and which they are.

    Raises `EvaluationError` for examples or labels that do not fit.
    """
    from thalweg.weights.interpolation import EmpiricalCost

    chosen = drawn(np.arange(len(split)), positive("examples", examples), [seed, 1])
    part = split.take(chosen)
    labels = fitting(asked, part)
    inputs = np.asarray(part.inputs, np.float32).reshape(len(part), *population.input_shape)
    return EmpiricalCost(inputs, labels, cost, float(l2)), chosen


def fitting(asked: Classifier, split: Split) -> np.ndarray:
    """Return the labels of `split`; `EvaluationError` unless they and the examples fit the classifier."""
    labels = checked_labels(split)
    predictions(asked, split.take(slice(0, 1)))  # refuses data that the classifier was not built for
    return labels


def positive(name: str, value: int, least: int = 1) -> int:
    """Return a count; `EvaluationError` for one below `least`."""
    if value < least:
        raise EvaluationError(
            f"{name}={value}: expected {least} or more.", hint=f"leave {name} out for the default."
        )
    return value


def _check_cost(population: Population, cost: str, l2: float) -> None:
    from thalweg.networks.costs import COST_NAMES, readout_of

    one_of(COST_NAMES, cost, "cost")
    if readout_of(cost) != population.readout:
        raise EvaluationError(
            f"The cost {cost!r} belongs to {readout_of(cost)} outputs, these members have "
            f"{population.readout} outputs.",
            hint="name the cost that the members were trained with.",
        )
    if not (np.isfinite(l2) and l2 >= 0):
        raise EvaluationError(f"l2={l2}: expected 0 or more.", hint="use the l2 of the recipe.")
