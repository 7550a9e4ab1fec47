"""Every evaluation by name, and `evaluate`, which makes them all."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from thalweg import budget
from thalweg.data.dataset import Dataset
from thalweg.data.given import Inputs
from thalweg.data.pytorch import TorchData, is_torch_data, load_torch
from thalweg.errors import EvaluationError, NotApplicable, near_match
from thalweg.evaluation.classifier import BYTES_AT_ONCE, AnyClassifier, Classifier, as_classifier
from thalweg.evaluation.columns import in_order_of, refuse_misplaced
from thalweg.evaluation.inside import population_behind
from thalweg.evaluation.kept_answers import KeptAnswers
from thalweg.evaluation.told import told_inputs
from thalweg.questions import our_name, question_of
from thalweg.record import NotMeasured, Record

if TYPE_CHECKING:
    from thalweg.networks.path import Path
    from thalweg.networks.population import Population

Progress = Callable[[str, int, int], None]
"""Called before each evaluation with its name, its place (from 0) and how many there are."""


@dataclass(frozen=True)
class Objective:
    """What the members were trained to minimise: the `cost` by name, and the strength `l2` of its penalty."""

    cost: str
    l2: float = 0.0


@dataclass(frozen=True)
class Asked:
    """What an evaluation is asked about; `objective` is None for a model whose training is not known.

    `path`: the weights of its first members in training; None where they were not kept. `starts`: gives the
    members as they started; None where that is not known. `judge`: another classifier that says what it sees
    in what this one draws, and `judge_name` who that is.
    """

    classifier: Classifier
    dataset: Dataset
    seed: int
    objective: Objective | None
    path: Path | None = None
    starts: Callable[[], Population] | None = None
    judge: AnyClassifier | None = None
    judge_name: str | None = None

    @property
    def trained_with(self) -> dict[str, Any]:
        """The objective as keyword arguments; raises `NotApplicable` where it is not known."""
        if self.objective is None:
            population_behind(self.classifier)  # of what has no weights, no objective would help
            raise NotApplicable(
                "This looks at the cost that was minimised, and for this model it is not known.",
                hint='pass objective=Objective("cross-entropy"), or measure a run.',
            )
        return {"cost": self.objective.cost, "l2": self.objective.l2}


@dataclass(frozen=True)
class Evaluation:
    """One entry of the suite: the function that answers its question (`thalweg.questions`).

    One that is not `usual` takes minutes, or asks about weights rather than answers: it is made when it is
    asked for by name. `effort`: about how many times as long as the quickest of them it takes (as measured on
    digits and MNIST), to tell how much time is left.
    """

    measure: Callable[[Asked], Record]
    usual: bool = True
    effort: float = 1.0

    @property
    def question(self) -> str:
        """The question that it answers."""
        return question_of(next(name for name, entry in EVALUATIONS.items() if entry is self))


def _measure(question: str) -> Callable[..., Record]:
    """Return the function that answers a question, fetched when it is asked: a training asks one alone."""
    return getattr(import_module(f"thalweg.evaluation.{question}.measure"), question)


EVALUATIONS: dict[str, Evaluation] = {
    "accuracy": Evaluation(
        lambda asked: _measure("accuracy")(asked.classifier, asked.dataset),
    ),
    "calibration": Evaluation(
        lambda asked: _measure("calibration")(
            asked.classifier, asked.dataset.test, validation=asked.dataset.validation, seed=asked.seed
        ),
    ),
    "noise": Evaluation(
        lambda asked: _measure("noise")(asked.classifier, asked.dataset.test, seed=asked.seed),
        effort=2,
    ),
    "outliers": Evaluation(
        lambda asked: _measure("outliers")(asked.classifier, asked.dataset, seed=asked.seed),
        effort=6,
    ),
    "shift": Evaluation(
        lambda asked: _measure("shift")(asked.classifier, asked.dataset.test, seed=asked.seed),
        effort=5,
    ),
    "abstention": Evaluation(
        lambda asked: _measure("abstention")(asked.classifier, asked.dataset.test, seed=asked.seed),
        effort=0.5,
    ),
    "diversity": Evaluation(
        lambda asked: _measure("diversity")(asked.classifier, asked.dataset.test, seed=asked.seed),
        effort=0.5,
    ),
    "arbitrariness": Evaluation(
        lambda asked: _measure("arbitrariness")(asked.classifier, asked.dataset.test, seed=asked.seed),
    ),
    "adversarial": Evaluation(
        lambda asked: _measure("adversarial")(asked.classifier, asked.dataset.test, seed=asked.seed),
        effort=15,
    ),
    "features": Evaluation(
        lambda asked: _measure("features")(
            asked.classifier,
            asked.dataset.train,
            starts=None if asked.starts is None else asked.starts(),
            seed=asked.seed,
        ),
        usual=False,
    ),
    "dreams": Evaluation(
        lambda asked: _measure("dreams")(
            asked.classifier,
            asked.dataset,
            judge=asked.judge,
            judge_name=asked.judge_name,
            seed=asked.seed,
        ),
        usual=False,
        effort=10,
    ),
    "alignment": Evaluation(
        lambda asked: _measure("alignment")(asked.classifier, asked.dataset.test, seed=asked.seed),
        usual=False,
        effort=5,
    ),
    "connectivity": Evaluation(
        lambda asked: _measure("connectivity")(
            asked.classifier,
            asked.dataset.test,
            train=asked.dataset.train,
            seed=asked.seed,
            **asked.trained_with,
        ),
        usual=False,
        effort=30,
    ),
    "descent": Evaluation(
        lambda asked: _measure("descent")(
            asked.classifier,
            asked.dataset.train,
            test=asked.dataset.test,
            path=asked.path,
            seed=asked.seed,
            **asked.trained_with,
        ),
        usual=False,
        effort=60,
    ),
    "landscape": Evaluation(
        lambda asked: _measure("landscape")(
            asked.classifier, asked.dataset.train, path=asked.path, seed=asked.seed, **asked.trained_with
        ),
        usual=False,
        effort=40,
    ),
    "curvature": Evaluation(
        lambda asked: _measure("curvature")(
            asked.classifier, asked.dataset.train, seed=asked.seed, **asked.trained_with
        ),
        usual=False,
        effort=30,
    ),
    "minimum": Evaluation(
        lambda asked: _measure("minimum")(
            asked.classifier, asked.dataset.train, seed=asked.seed, **asked.trained_with
        ),
        usual=False,
        effort=60,
    ),
}

USUAL = tuple(name for name, evaluation in EVALUATIONS.items() if evaluation.usual)
"""What `evaluate` makes when nothing is asked for by name."""

HEADLINES = ("accuracy", "calibration", "noise")
"""What the main job makes: the quickest, and the first that one wants to know. The others take longer."""


def evaluate(
    classifier: AnyClassifier,
    dataset: Dataset | TorchData,
    *,
    only: str | Iterable[str] | None = None,
    inputs: Inputs | None = None,
    objective: Objective | None = None,
    path: Path | None = None,
    starts: Callable[[], Population] | None = None,
    judge: AnyClassifier | None = None,
    judge_name: str | None = None,
    seed: int = 0,
    class_names: Iterable[str] | None = None,
    progress: Progress | None = None,
    done: Callable[[str, Record], None] | None = None,
    say: Callable[[str], None] | None = None,
) -> dict[str, Record]:
    """Make the evaluations of the suite, or those named in `only`, and return their records by name.

    Main arguments:
        classifier: anything with `probabilities(inputs)`, or a callable, returning [examples, classes] or
            [members, examples, classes]; a model of PyTorch, Keras or scikit-learn, or a list of such
            (`models.in_memory`).
        dataset: where `dataset.test` is what to measure on and `dataset.train` what was learned from; or a
            data set or a loader of PyTorch, all of which is measured on, or `(train, test)` of such.
        only: names from `EVALUATIONS`, or one string with commas; those in `USUAL` by default. What the
            field calls them is understood too (`thalweg.questions.ALSO_CALLED`): "ood" for "outliers".

    Other arguments:
        inputs: what a model in memory is given of an example; by default what data read from PyTorch say of
            themselves, else what is inferred from the examples' shape, and said.
        objective: what the members were trained to minimise, for evaluations of the way downhill.
        path: where the first members stood in training (`recording.path_of(run)`), for the same.
        starts: called for the members as they started, to compare their first weights with (`features`).
        judge: another classifier that says what it sees in what this one draws (`dreams`).
        judge_name: who that is, for the record.
        seed: of whatever an evaluation draws, such as noise images.
        class_names: what the columns of the answers stand for, in their order; by default what the classifier
            says of itself, else the order of the classes in the data.
        progress: called before each evaluation with its name, its place and how many there are.
        done: called after each with its name and record, so that what is made is not lost with what is not.

    An evaluation that does not apply to this classifier or these data (one that needs weights, or pictures)
    gives a `NotMeasured` that says why; asked for by name it raises `NotApplicable`.

    Raises `EvaluationError` for an unknown name (with the near match), for a split in place of a data set,
    for columns that have other names than the classes or most likely stand in another order, and as the
    evaluations themselves do.

    Examples:
        >>> import thalweg as tw
        >>> found = tw.evaluate(population, digits, only="accuracy,diversity")
        >>> found["accuracy"]
        test ... %  [..., ...] over starts and examples, n = 4 x 359; training ... % [..., ...]
        >>> tw.evaluate(lambda inputs: np.full((len(inputs), 10), 0.1), digits, only="accuracy")
        {'accuracy': test ... %  [..., ...] over examples, n = 1 x 359; training ... % [..., ...]}
    """
    if is_torch_data(dataset):
        dataset = load_torch(dataset, inputs=inputs, measured=True)
        inputs = None  # the data know now
    if not isinstance(dataset, Dataset):
        raise EvaluationError(
            f"evaluate() takes a data set, found a {type(dataset).__name__}.",
            hint="pass the data set itself; evaluation.accuracy(classifier, split) measures one split.",
        )
    names = chosen(only)
    known = as_classifier(classifier, class_names=class_names, say=say)
    known = replace(known, source=told_inputs(known.source, dataset, inputs))
    dataset = in_order_of(known, dataset)
    _refuse_too_large(known, dataset)
    if len(names) > 1:
        known = replace(known, kept=KeptAnswers(known.source, (dataset.test, dataset.validation)))
    if "accuracy" not in names:  # which asks the same of its own answers
        refuse_misplaced(known, dataset.test)
    asked = Asked(
        known,
        dataset,
        seed,
        objective,
        path,
        starts=starts,
        judge=judge,
        judge_name=judge_name,
    )
    records: dict[str, Record] = {}
    for place, name in enumerate(names):
        if progress is not None:
            progress(name, place, len(names))
        try:
            records[name] = EVALUATIONS[name].measure(asked)
        except NotApplicable as error:
            if only is not None:
                raise
            records[name] = NotMeasured(error.message, error.hint)
        if done is not None:
            done(name, records[name])
    return records


def _refuse_too_large(asked: Classifier, dataset: Dataset) -> None:
    """Raise `TooLarge` where what every evaluation holds of the answers does not fit into memory."""
    parts = [dataset.test, *([] if dataset.train_part is None else [dataset.train_part])]
    inputs = math.prod(dataset.input_shape)

    def needs(members: int) -> tuple[budget.Need, ...]:
        at_once = 3 * min(BYTES_AT_ONCE, 4 * members * max(map(len, parts)) * dataset.classes)
        examples = sum(map(len, parts))
        return budget.answers(
            members, examples=examples, classes=dataset.classes, inputs=inputs, at_once=at_once
        )

    members = asked.known_members or 1
    work = (
        f"Measuring {members:,} members on {sum(map(len, parts)):,} examples of {dataset.classes:,} classes"
    )
    budget.refuse_too_large(
        work, needs, members=members, smaller="measure fewer examples, classes or members"
    )


def efforts(only: str | Iterable[str] | None) -> list[float]:
    """Return about how long each of the evaluations that `only` asks for takes, beside the others.

    Raises as `chosen` does.
    """
    return [EVALUATIONS[name].effort for name in chosen(only)]


def chosen(only: str | Iterable[str] | None) -> list[str]:
    """Return the names of the evaluations that `only` asks for, in the suite's order.

    Raises `EvaluationError` for an unknown name (with the near match), and for none.
    """
    known = tuple(EVALUATIONS)
    if only is None:
        return list(USUAL)
    asked = set()
    for word in only.split(",") if isinstance(only, str) else only:
        name = our_name(word, known)
        if name is None:
            raise EvaluationError(
                f"Unknown evaluation {word.strip()!r}.{near_match(word, known)}",
                hint=f"choose from {', '.join(known)}.",
            )
        asked.add(name)
    if not asked:
        raise EvaluationError("No evaluation was named.", hint=f"choose from {', '.join(known)}.")
    return [name for name in known if name in asked]
