"""Are structured data learned faster than noise, in an order that all starts agree on, and more simply?

After Arpit et al., "A closer look at memorization in deep networks" (ICML 2017): learning curves on real and
random data (section 3), examples that are easy for every start (section 3.1, figure 1), and the critical
sample ratio (section 4.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.dataset import Dataset
from thalweg.measured import Measured
from thalweg.record import Record
from thalweg.statistics.chance import OverChance, commonest_class, over_share
from thalweg.statistics.pairs import all_pairs, over_pairs
from thalweg.studies import altered_data as randomised
from thalweg.studies.answerable import refuse_one_class
from thalweg.studies.catalogue import KEEP_NOTHING, Parts, Progress
from thalweg.studies.kept_parts import NUMBERS, Form, Forms, kept_part
from thalweg.studies.learning_curves import Curves, learn
from thalweg.studies.random_labels.study import data_of, ratio_of_epochs
from thalweg.studies.structure.critical_samples import critical_ratio
from thalweg.studies.structure.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from thalweg.networks.population import Population

LEVELS = (0.5, 0.9, 0.99, 1.0)


@dataclass(frozen=True)
class Learned:
    """What came of one kind of data.

    `first`: the first epoch after which each member has each example right [members, examples], infinite
    where it never had. `early` and `late`: the critical sample ratio after the first epoch and at the end.
    """

    curves: Curves
    first: np.ndarray
    early: Measured
    late: Measured

    @property
    def agreement(self) -> Measured:
        """Spearman's rank correlation of two starts' orders of learning: the mean over pairs of members.

        Of the first epoch after which each example was right; 0 where every start has an order of its own.
        """
        return over_pairs(order_correlations(self.first), len(self.first), 0.95)


@dataclass(frozen=True, repr=False)
class Structure(Record, answers="structure", caption="Structure"):
    """How each kind of data was learned, by kind."""

    settings: Settings
    kinds: dict[str, Learned]
    examples: int
    labels: np.ndarray
    class_names: tuple[str, ...]

    @property
    def over_chance(self) -> OverChance | None:
        """Whether true data were learned, by the examples learned from; None where none were asked for."""
        if "true" not in self.kinds:
            return None
        guess = commonest_class(self.labels, self.class_names)
        return over_share(self.kinds["true"].curves.final("train"), *guess)

    def ratio(self, kind: str, level: float) -> Measured | None:
        """Return how many times as many epochs `kind` takes as true data to reach `level`, if both do."""
        if "true" not in self.kinds or kind not in self.kinds:
            return None
        return ratio_of_epochs(self.kinds[kind].curves, self.kinds["true"].curves, level)

    def content(self) -> Mapping[str, Any]:
        """Return, for each kind, how fast, in what order and how simply it was learned."""
        return {
            "examples": self.examples,
            "members": self.settings.members,
            "radius": self.settings.radius,
            "over_chance": self.over_chance,
            "kinds": {kind: self._kind_json(kind, learned) for kind, learned in self.kinds.items()},
        }

    def _kind_json(self, kind: str, learned: Learned) -> dict[str, Any]:
        return {
            "train_accuracy": learned.curves.final("train"),
            "test_accuracy": learned.curves.final("test"),
            "epochs_ratio_to_true": {f"{level:g}": self.ratio(kind, level) for level in LEVELS},
            "median_epochs_to": {
                f"{level:g}": float(np.median(learned.curves.epochs_to(level))) for level in LEVELS
            },
            "agreement_of_order": learned.agreement,
            "critical_ratio_after_one_epoch": learned.early,
            "critical_ratio_at_the_end": learned.late,
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return curves [members, epochs + 1] and `first <kind>`, the mean first epoch [examples]."""
        arrays: dict[str, np.ndarray] = {"labels": self.labels}
        for kind, learned in self.kinds.items():
            arrays[f"train {kind}"] = learned.curves.train.astype(np.float32)
            arrays[f"test {kind}"] = learned.curves.test.astype(np.float32)
            never = self.settings.epochs + 1
            capped = np.minimum(learned.first, never)
            arrays[f"first {kind}"] = capped.mean(axis=0).astype(np.float32)
        return arrays

    def rows(self) -> list[tuple[str, str]]:
        """Return what a newcomer asks about structure, and the answers."""
        over_chance = self.over_chance
        rows = [] if over_chance is None else over_chance.rows()
        for kind, learned in self.kinds.items():
            rows += [
                (f"{_WORDS[kind]}: remembered at the end", learned.curves.final("train").percent()),
                ("- order of learning that two starts share (1 the same, 0 none)", learned.agreement.plain()),
                ("- close to another answer, after one epoch", learned.early.percent()),
                ("- close to another answer, at the end", learned.late.percent()),
            ]
            ratio = self.ratio(kind, 0.99)
            if kind != "true" and ratio is not None and (over_chance is None or over_chance.learned):
                rows.append(("- epochs to 99 %, as a multiple of true data", ratio.plain()))
        over = f"starts: {self.settings.members} networks of each kind, {self.examples:,} examples"
        close = "close to another answer: starts and examples"
        return [*rows, ("what the intervals are over", f"{over}; {close}")]


_WORDS = {
    "true": "true data",
    "random": "labels drawn at random",
    "shuffled-pixels": "pixels in one random order",
    "random-pixels": "pixels in random orders",
    "gaussian": "Gaussian noise",
}


def structure(
    dataset: Dataset,
    settings: Settings = DEFAULTS,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    parts: Parts = KEEP_NOTHING,
) -> Structure:
    """Train on each kind of data and see how fast, in what order and how simply it is learned.

    One drawing of labels and noise serves all members; intervals are over starts, those of critical ratios
    over starts and examples. Raises `StudyError` as `random_labels` does.

    Examples:
        >>> from thalweg.studies import find
        >>> from thalweg.studies.structure import structure
        >>> settings = find("structure").settings(
        ...     members=3, examples=100, width=16, kinds=("true",), epochs=10, critical_examples=9
        ... )
        >>> structure(digits, settings)
        true data: remembered at the end: ... % [..., ...]
        - order of learning that two starts share (1 the same, 0 none): ... [..., ...]
        - close to another answer, after one epoch: ... % [..., ...]
        - close to another answer, at the end: ... % [..., ...]
        what the intervals are over: starts: 3 networks of each kind, 100 examples; close to another
        answer: starts and examples
        How far can these intervals be trusted?: of 3 starts, 95 % intervals cover 90 to 99 % (...)
    """
    whole = randomised.some(dataset, settings.examples, seed)
    refuse_one_class(whole)
    kinds: dict[str, Learned] = {}
    for place, kind in enumerate(settings.kinds):
        if progress is not None:
            progress(kind, place, len(settings.kinds))
        kinds[kind] = _learned(kind, data_of(kind, whole, seed), settings, seed=seed, parts=parts)
    return Structure(settings, kinds, len(whole.train), whole.train.labels, whole.class_names)


def order_correlations(first: np.ndarray) -> np.ndarray:
    """Return Spearman's rank correlation [pairs] of the rows of `first` [members, examples], ties shared.

    A row without any spread (everything learned in the same epoch) has no order: its correlations are 0.
    """
    from scipy.stats import rankdata

    ranks = rankdata(first, axis=1)
    ranks -= ranks.mean(axis=1, keepdims=True)
    lengths = np.sqrt((ranks**2).sum(axis=1))
    one, other = all_pairs(len(first)).T
    below = lengths[one] * lengths[other]
    return np.divide((ranks[one] * ranks[other]).sum(axis=1), below, out=np.zeros(len(one)), where=below > 0)


def _learned(kind: str, dataset: Dataset, settings: Settings, *, seed: int, parts: Parts) -> Learned:
    name = "-".join(str(value) for value in (kind, *_values(settings)))
    kept = kept_part(parts, name, _forms(dataset, settings))
    if kept is None:
        kept = _learn(kind, dataset, settings, seed=seed)
        parts.save(name, kept)
    early, late = (Measured(*map(float, kept[when])) for when in ("early", "late"))
    examples = (len(dataset.train.labels), len(dataset.test.labels))
    return Learned(Curves(kept["train"], kept["test"], examples), kept["first"], early, late)


def _learn(kind: str, dataset: Dataset, settings: Settings, *, seed: int) -> dict[str, np.ndarray]:
    from thalweg.networks import Mlp
    from thalweg.training import Adam, Recipe

    first = np.full((settings.members, len(dataset.train)), np.inf)
    asked = dataset.train.take(slice(0, settings.critical_examples))
    critical: dict[str, Measured] = {}

    def look(epoch: int, population: Population, right: np.ndarray) -> None:
        if epoch == 0:
            return
        first[np.isinf(first) & right] = epoch
        few = population[: settings.critical_members]
        ratio = lambda: critical_ratio(few, asked, radius=settings.radius, seed=seed)  # noqa: E731
        if epoch == 1:
            critical["early"] = ratio()
        if epoch == settings.epochs or right.all():
            critical["late"] = ratio()

    recipe = Recipe(
        network=Mlp((settings.width,), "relu"),
        optimiser=Adam(settings.learning_rate),
        batch_size=settings.batch_size,
        epochs=settings.epochs,
        order="own",  # members that see the same batches agree on an order that is not the data's
        name="structure",
    )
    curves = learn(
        recipe,
        dataset,
        members=settings.members,
        seed=seed,
        until=1.0,
        parts=KEEP_NOTHING,
        name=kind,
        also=look,
    )
    ends = {
        when: np.array([found.value, *(found.interval or (np.nan, np.nan))])
        for when, found in critical.items()
    }
    return {"train": curves.train, "test": curves.test, "first": first, **ends}


def _forms(dataset: Dataset, settings: Settings) -> Forms:
    curve = Form(NUMBERS, (settings.members, settings.epochs + 1))
    ends = {when: Form(NUMBERS, (3,)) for when in ("early", "late")}
    first = Form(NUMBERS, (settings.members, len(dataset.train)))
    return {"train": curve, "test": curve, "first": first, **ends}


def _values(settings: Settings) -> list[Any]:
    return list(vars(replace(settings, kinds=("true",))).values())
