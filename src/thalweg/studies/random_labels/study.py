"""Can networks remember what has no structure? Labels drawn at random, pixels shuffled, inputs of noise.

After Zhang, Bengio, Hardt, Recht & Vinyals, "Understanding deep learning requires rethinking generalization"
(ICLR 2017): the same network, trained in the same way, on true and on random data (section 2.1, figure 1),
and with what is meant to prevent remembering (section 3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.dataset import Dataset
from thalweg.measured import Measured
from thalweg.record import Record, named
from thalweg.statistics import intervals
from thalweg.studies import altered_data as randomised
from thalweg.studies.answerable import refuse_one_class
from thalweg.studies.catalogue import KEEP_NOTHING, Parts, Progress
from thalweg.studies.grids import parameters_of
from thalweg.studies.learning_curves import Curves, learn
from thalweg.studies.random_labels.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from thalweg.training.recipe import Recipe

LEVELS = (0.5, 0.9, 0.99, 1.0)
"""Training accuracies whose first epoch is reported."""


@dataclass(frozen=True)
class Arm:
    """One population of the study: what it learns from, how wide it is, and what is to hold it back."""

    kind: str
    share: float
    width: int
    regulariser: str = "none"

    @property
    def name(self) -> str:
        """A name that says all of it."""
        return f"{self.kind}-{self.share:g}-width-{self.width}-{self.regulariser}"


@dataclass(frozen=True, repr=False)
class RandomLabels(Record, answers="random-labels", caption="Random labels"):
    """What was remembered. `curves[arm]` are accuracies [members, epochs + 1] of each population."""

    settings: Settings
    curves: dict[Arm, Curves]
    parameters: dict[int, int]
    examples: int
    test_examples: int
    classes: int

    def arm(self, kind: str, share: float | None = None, regulariser: str = "none") -> Curves | None:
        """Return the curves of the main network on one kind of data, or None when it was not asked for."""
        share = _share_of(kind) if share is None else share
        return self.curves.get(Arm(kind, share, self.settings.width, regulariser))

    def epochs_ratio(self, level: float = 1.0) -> Measured | None:
        """Return how many times as many epochs random labels take as true ones to reach `level`."""
        true, random = self.arm("true"), self.arm("random")
        if true is None or random is None:
            return None
        return ratio_of_epochs(random, true, level)

    def content(self) -> Mapping[str, Any]:
        """Return every population's end, its first epochs at each level, and the ratio of random to true."""
        return {
            **named(self, "examples", "test_examples", "classes"),
            "members": self.settings.members,
            "epochs_ratio_random_to_true": {f"{level:g}": self.epochs_ratio(level) for level in LEVELS},
            "populations": [self._arm_json(arm, curves) for arm, curves in self.curves.items()],
        }

    def _arm_json(self, arm: Arm, curves: Curves) -> dict[str, Any]:
        reached = {f"{level:g}": curves.epochs_to(level) for level in LEVELS}
        return {
            "kind": arm.kind,
            "random_share": arm.share,
            "width": arm.width,
            "parameters": self.parameters[arm.width],
            "regulariser": arm.regulariser,
            "train_accuracy": curves.final("train"),
            "test_accuracy": curves.final("test"),
            "epochs_to": {
                level: {
                    "members_that_reached_it": int(np.isfinite(epochs).sum()),
                    "median": float(np.median(epochs)),
                    "slowest": float(epochs.max()),
                }
                for level, epochs in reached.items()
            },
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return `train <arm>` and `test <arm>`: accuracy [members, epochs + 1]."""
        return {
            f"{which} {arm.name}": getattr(curves, which).astype(np.float32)
            for arm, curves in self.curves.items()
            for which in ("train", "test")
        }

    def rows(self) -> list[tuple[str, str]]:
        """Return what a newcomer asks about remembering, and the answers."""
        rows = [(_asked(kind, share), _ended(curves)) for kind, share, curves in self._main_arms()]
        ratio = self.epochs_ratio()
        if ratio is not None:
            rows.append(("epochs that random labels take, as a multiple of true ones", ratio.plain()))
        rows += [
            (f"random labels, held back by {arm.regulariser}", _ended(curves))
            for arm, curves in self.curves.items()
            if arm.kind == "random" and arm.share == 1.0 and arm.regulariser != "none"
        ]
        over = f"starts: {self.settings.members} networks of each kind, the same examples for all"
        return [*rows, *self._capacity_rows(), ("what the intervals are over", over)]

    def _main_arms(self) -> Iterator[tuple[str, float, Curves]]:
        for arm, curves in self.curves.items():
            if arm.width == self.settings.width and arm.regulariser == "none":
                yield arm.kind, arm.share, curves

    def _capacity_rows(self) -> Iterator[tuple[str, str]]:
        if len(self.parameters) < 2:
            return
        for arm, curves in self.curves.items():
            if arm.kind == "random" and arm.share == 1.0 and arm.regulariser == "none":
                count = f"{self.parameters[arm.width]:,} parameters"
                yield f"random labels, {count}: remembered", curves.final("train").percent()


def random_labels(
    dataset: Dataset,
    settings: Settings = DEFAULTS,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    parts: Parts = KEEP_NOTHING,
) -> RandomLabels:
    """Train the same network on true and on random data, and see how much of each it remembers.

    One drawing of the labels (and pixels) serves all members, which differ in their starts: intervals are
    over starts. Accuracies are measured after every epoch on all examples with the weights held still.
    Raises `StudyError` for data with one class only, and for more examples than there are.

    Examples:
        >>> from thalweg.studies import find
        >>> from thalweg.studies.random_labels import random_labels
        >>> settings = find("random-labels").settings(
        ...     members=2, examples=100, width=16, widths=(16,), kinds=("true",), epochs=2,
        ...     regularisers=("none",),
        ... )
        >>> random_labels(digits, settings)
        true labels: remembers ... % [..., ...]; new examples ... % [..., ...]
        100 % of the labels drawn at random: remembers ... % [..., ...]; new examples ... % [..., ...]
        50 % of the labels drawn at random: remembers ... % [..., ...]; new examples ... % [..., ...]
        what the intervals are over: starts: 2 networks of each kind, the same examples for all
    """
    whole = randomised.some(dataset, settings.examples, seed)
    refuse_one_class(whole)
    curves: dict[Arm, Curves] = {}
    arms = _arms(settings, pictures=dataset.train.is_images)
    for place, arm in enumerate(arms):
        if progress is not None:
            progress(arm.name, place, len(arms))
        curves[arm] = learn(
            recipe_of(arm, settings),
            data_of(arm.kind, whole, seed, share=arm.share),
            members=settings.members,
            seed=seed,
            until=1.0,
            parts=parts,
            name=f"{arm.name}-{_common(settings)}",
        )
    parameters = {arm.width: parameters_of(recipe_of(arm, settings), whole) for arm in arms}
    return RandomLabels(settings, curves, parameters, len(whole.train), len(whole.test), whole.classes)


def recipe_of(arm: Arm, settings: Settings) -> Recipe:
    """Return the recipe of one population: a layer of ReLU neurons, Adam, cross-entropy."""
    from thalweg.networks import Mlp
    from thalweg.training import Adam, Augmentation, Recipe

    distortions = (
        Augmentation(shift=1.0, rotation=5.0) if arm.regulariser == "distortions" else Augmentation()
    )
    return Recipe(
        network=Mlp((arm.width,), "relu"),
        optimiser=Adam(settings.learning_rate),
        batch_size=settings.batch_size,
        epochs=settings.epochs,
        l2=settings.l2 if arm.regulariser == "l2" else 0.0,
        dropout=settings.dropout if arm.regulariser == "dropout" else 0.0,
        augmentation=distortions,
        name="random-labels",  # the same for all: one compiled program serves what differs in data alone
    )


def ratio_of_epochs(slow: Curves, fast: Curves, level: float) -> Measured | None:
    """Return how many times as many epochs `slow` takes as `fast` to reach a training accuracy.

    The geometric mean over members of the ratio of two members of the same start, with Student's interval on
    its logarithm; None unless every member reached the level in both.
    """
    epochs = slow.epochs_to(level), fast.epochs_to(level)
    if not np.isfinite(epochs).all():
        return None
    logs = np.log(epochs[0]) - np.log(epochs[1])
    ends = intervals.student(logs)
    mean = float(np.exp(logs.mean()))
    return Measured.of(mean, None if ends is None else (float(np.exp(ends[0])), float(np.exp(ends[1]))))


def _arms(settings: Settings, *, pictures: bool) -> list[Arm]:
    """Return the populations to train, each once."""
    wanted = [Arm(kind, _share_of(kind), settings.width) for kind in settings.kinds]
    for regulariser in settings.regularisers:
        if pictures or regulariser != "distortions":
            wanted += [Arm(kind, _share_of(kind), settings.width, regulariser) for kind in ("true", "random")]
    for width in settings.widths:
        wanted += [Arm("random" if share else "true", share, width) for share in settings.shares]
    return list(dict.fromkeys(wanted))


def _share_of(kind: str) -> float:
    return 1.0 if kind == "random" else 0.0


def data_of(kind: str, dataset: Dataset, seed: int, *, share: float = 1.0) -> Dataset:
    """Return the data with what `kind` names taken out; `share` of the labels for "random"."""
    if kind == "random":
        return replace(dataset, train_part=randomised.with_random_labels(dataset.train, share, seed))
    changes = {
        "shuffled-pixels": randomised.with_shuffled_pixels,
        "random-pixels": randomised.with_random_pixels,
        "gaussian": randomised.with_gaussian_inputs,
    }
    return changes[kind](dataset, seed) if kind in changes else dataset


def _common(settings: Settings) -> str:
    """Return, for the name of a part, what all populations have in common."""
    own = (settings.members, settings.examples, settings.l2, settings.dropout)
    training = (settings.epochs, settings.batch_size, settings.learning_rate)
    return "-".join(f"{value:g}" for value in (*own, *training))


def _asked(kind: str, share: float) -> str:
    if kind == "random":
        return f"{100 * share:.0f} % of the labels drawn at random"
    words = {
        "true": "true labels",
        "shuffled-pixels": "pixels in one random order for all",
        "random-pixels": "pixels in another random order for each picture",
        "gaussian": "Gaussian noise instead of pictures",
    }
    return words[kind]


def _ended(curves: Curves) -> str:
    train, test = curves.final("train"), curves.final("test")
    epochs = curves.epochs_to(1.0)
    whole = f", all of it after {np.median(epochs):.0f} epochs" if np.isfinite(epochs).all() else ""
    return f"remembers {train.percent()}{whole}; new examples {test.percent()}"
