"""How small a change of the input defeats a network: attacks that follow the network's own gradient.

The attacker knows the weights. Sizes of changes are in the unit of the network's inputs: for images 1 is the
whole way from black to white, for features one standard deviation. `linf`: the most that any one input
changes; `l2`: the length of the whole change. Every size is an upper bound: a better attack may need less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.errors import EvaluationError, NotApplicable, near_match
from thalweg.evaluation.accuracy import checked_labels
from thalweg.evaluation.classifier import Classifier, as_classifier, predictions
from thalweg.evaluation.intervals import crossed
from thalweg.evaluation.record import Measured, as_percent, html_table, to_plain

if TYPE_CHECKING:
    from thalweg.networks.attack import Effort
    from thalweg.networks.population import Population

EPSILONS: dict[str, tuple[float, ...]] = {
    "linf": (0.0, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3),
    "l2": (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0),
}
"""Sizes at which the accuracy under attack is read, for each norm."""
MEMBERS, EXAMPLES, FEWEST = 32, 500, 20
WORK_BYTES = 1_000_000_000  # intermediate values of one gradient of every pair: about 10 s on four cores
PICTURES = 16
METHODS = ("noise", "single", "iterated")
WORDS = {"linf": "of every pixel", "l2": "in all (length of the difference)"}


@dataclass(frozen=True, eq=False)
class Attacked:
    """What one attacked answerer withstands, in one norm.

    `smallest`: float32 [members, examples] ([1, examples] for the ensemble), size of the smallest flip found:
    0 where the answer was wrong to begin with, infinite where none was found. `median`: of these, with an
    interval by Woodruff's method (JASA 47, 1952): the interval of the share of flips up to the median,
    carried back to sizes. `robust_accuracy`: size -> share still answered rightly under any change up to it.
    `by_method`: the same shares, without intervals, for one random direction (`noise`), one gradient step
    (`single`, FGSM) and projected gradient ascent (`iterated`, PGD). `flat`: share of right answers at which
    there is no gradient to follow.
    """

    smallest: np.ndarray
    median: Measured
    robust_accuracy: Mapping[float, Measured]
    by_method: Mapping[str, Mapping[float, float]]
    flat: float

    @property
    def defeated(self) -> float:
        """Share of the right answers for which a flip was found at all."""
        right = self.smallest > 0
        return float(np.isfinite(self.smallest[right]).mean()) if right.any() else 1.0

    def to_json(self) -> dict[str, Any]:
        """Return the median size, the curves, and how far the search got, as pure JSON types."""
        return to_plain(
            {
                "smallest": self.median,
                "robust_accuracy": self.robust_accuracy,
                "robust_accuracy_by_method": self.by_method,
                "defeated": self.defeated,
                "without_gradient": self.flat,
            }
        )


@dataclass(frozen=True, eq=False)
class NormAttack:
    """One norm: the members one by one, and their ensemble.

    `members` is None where an ensemble was asked for, `ensemble` where there is one member only. `pictures`
    float32 [pictures, *input shape]: the first attacked examples with the smallest flip found of the first
    member, or of the ensemble.
    """

    members: Attacked | None
    ensemble: Attacked | None
    pictures: np.ndarray

    @property
    def shown(self) -> Attacked:
        """The members' result, or the ensemble's where there is no other."""
        shown = self.members or self.ensemble
        assert shown is not None
        return shown


@dataclass(frozen=True, eq=False, repr=False)
class Adversarial:
    """Smallest changes that flip the answer, one entry a norm.

    `examples`: int64, which examples of the split were attacked. `members`: int64, which members, counted in
    the classifier as it was given; the ensemble is theirs. `steps` gradients from each of `starts` starts.
    """

    norms: Mapping[str, NormAttack]
    examples: np.ndarray
    members: np.ndarray
    steps: int
    starts: int
    excluded: tuple[int, ...]

    def __getitem__(self, norm: str) -> NormAttack:
        return self.norms[_known(norm, tuple(self.norms))]

    def to_json(self) -> dict[str, Any]:
        """Return one object a norm, the ensemble's under `ensemble`, and how the search was made."""
        norms = {}
        for name, attack in self.norms.items():
            norms[name] = {} if attack.members is None else attack.members.to_json()
            norms[name]["ensemble"] = None if attack.ensemble is None else attack.ensemble.to_json()
        return {
            **norms,
            "members": len(self.members),
            "examples": len(self.examples),
            "excluded": list(self.excluded),
            "attack": {"steps": self.steps, "starts": self.starts},
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return which examples and members, and for each norm the sizes and a few changed inputs."""
        arrays = {"attacked_examples": self.examples, "attacked_members": self.members}
        for name, attack in self.norms.items():
            if attack.members is not None:
                arrays[f"{name}_smallest"] = attack.members.smallest
            if attack.ensemble is not None:
                arrays[f"{name}_ensemble_smallest"] = attack.ensemble.smallest[0]
            arrays[f"{name}_pictures"] = attack.pictures
        return arrays

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal, one a norm, and a warning where it is due."""
        rows = [
            (f"How small a change {WORDS[name]} flips the answer?", _answer(attack))
            for name, attack in self.norms.items()
        ]
        flat = max(attack.shown.flat for attack in self.norms.values())
        if flat > 0.01:
            warning = f"in {as_percent(flat)} of cases: these may be easier to defeat than shown"
            rows.append(("Where was there no gradient to follow?", warning))
        return rows

    def __repr__(self) -> str:
        medians = (f"{name} {attack.shown.median.plain(3)}" for name, attack in self.norms.items())
        return f"median smallest change that flips the answer: {', '.join(medians)}"

    def _repr_html_(self) -> str:
        return html_table("adversarial", self.rows())


def adversarial(
    classifier: Any,
    split: Any,
    *,
    norms: Iterable[str] = ("linf", "l2"),
    epsilons: Mapping[str, Iterable[float]] | None = None,
    examples: int | None = None,
    steps: int = 20,
    starts: int = 2,
    seed: int = 0,
    level: float = 0.95,
) -> Adversarial:
    """Search for the smallest change of each example that flips the answer, knowing the weights.

    Three attacks, each stronger than the one before: a random direction; one step along the gradient (FGSM;
    Goodfellow et al., arXiv 1412.6572, section 4); projected gradient ascent on the margin of the logits
    (Madry et al., arXiv 1706.06083, section 2.1) in a ball whose radius follows the boundary (Pintor et al.,
    arXiv 2102.12827, algorithm 1), from the example itself towards its nearest class and from random starts.
    Changed images stay in [0, 1], changed features between the least and the most that occur in `split`.

    Args:
        classifier: a population (at most 32 of its members are attacked), one trained network or an ensemble.
        split: labelled examples.
        norms: `linf`, `l2` or both.
        epsilons: for each norm the sizes at which the accuracy under attack is read; `EPSILONS` by default.
        examples: how many to attack; by default up to 500, fewer the larger the networks are.
        steps: gradients of each start.
        starts: starts of each search.
        seed: of the choice of examples and members, and of the random starts.
        level: confidence level of every interval, 0..1.

    Raises `NotApplicable` for a classifier whose weights are not known and for one without gradients (step
    neurons), `EvaluationError` for arguments out of range and as `accuracy` does.
    """
    asked = as_classifier(classifier)
    effort = _effort(steps, starts, seed)
    measured = {norm: _sizes(norm, epsilons) for norm in norms}
    population = _population(asked)
    members = _some(np.flatnonzero(~population.diverged), MEMBERS, [seed, 0])
    population = population[members]
    count = _default_examples(population) if examples is None else _positive("examples", examples)
    chosen = _some(np.arange(len(split)), count, [seed, 1])
    part = split.take(chosen)
    checked_labels(part)
    predictions(asked, part.take(slice(0, 1)))  # refuses data that the classifier was not built for
    attacker = _Attacker(asked, population, part, _limits(split), effort, level)
    found = {norm: attacker.attack(norm, sizes) for norm, sizes in measured.items()}
    return Adversarial(found, chosen, members, steps, starts, asked.excluded)


@dataclass(frozen=True, eq=False)
class _Attacker:
    """Everything that the attacks in all norms share."""

    asked: Classifier
    population: Population
    part: Any
    limits: tuple[Any, Any]
    effort: Effort
    level: float

    def attack(self, norm: str, sizes: tuple[float, ...]) -> NormAttack:
        from thalweg.networks import attack

        inputs = self.part.inputs
        target = attack.Target(inputs, self.part.labels, self.limits)
        alone = together = None
        changes = np.empty(0)
        if len(self.population) > 1:
            found = attack.smallest_changes_of_ensemble(
                self.population, target, norm=norm, effort=self.effort
            )
            together, changes = self._attacked(found, sizes), found.change
        if hasattr(self.asked.source, "networks") or together is None:
            found = attack.smallest_changes(self.population, target, norm=norm, effort=self.effort)
            alone, changes = self._attacked(found, sizes), found.change[0]
        pictures = inputs[:PICTURES] + changes[:PICTURES].reshape(-1, *inputs.shape[1:])
        return NormAttack(alone, together, pictures.astype(np.float32))

    def _attacked(self, found: Any, sizes: tuple[float, ...]) -> Attacked:
        tables = {name: np.atleast_2d(getattr(found, name)) for name in METHODS}
        smallest = tables["iterated"]
        right = smallest > 0
        if right.any() and np.atleast_2d(found.flat)[right].all():
            raise NotApplicable(
                "The gradient of every answer with respect to the input is exactly zero: there is nothing "
                "for an attack to follow.",
                hint='neurons of activation "step" have no gradient; attack a network of another activation.',
            )
        return Attacked(
            smallest=smallest,
            median=_median(smallest, self.level),
            robust_accuracy={size: crossed(_survives(smallest, size), self.level).measured for size in sizes},
            by_method={
                name: {size: float(_survives(table, size).mean()) for size in sizes}
                for name, table in tables.items()
            },
            flat=float(np.atleast_2d(found.flat)[right].mean()) if right.any() else 0.0,
        )


def _survives(smallest: np.ndarray, size: float) -> np.ndarray:
    return smallest > size


def _median(smallest: np.ndarray, level: float) -> Measured:
    """Return the median of a table [members, examples] and its interval; infinite where not reached."""
    median = float(np.quantile(smallest, 0.5, method="inverted_cdf"))
    shares = crossed(smallest <= median, level).widest
    if shares is None:
        return Measured(median)
    low, high = (float(np.quantile(smallest, share, method="inverted_cdf")) for share in shares)
    return Measured(median, min(low, median), max(high, median))


def _population(asked: Classifier) -> Population:
    if type(asked.source).__module__.split(".")[0] == "thalweg":  # nothing else has weights that we know
        from thalweg.networks.attack import attackable

        population = attackable(asked.source)
        if population is not None:
            return population
    raise NotApplicable(
        f"An attack follows the gradient of the network, and a {type(asked.source).__name__} shows none.",
        hint="pass a population, one of its members or its ensemble; measure others by noise and shift.",
    )


def _limits(split: Any) -> tuple[Any, Any]:
    """Return the lowest and the highest inputs allowed."""
    if split.is_images:
        return 0.0, 1.0
    inputs = split.inputs
    return inputs.min(axis=0), inputs.max(axis=0)


def _default_examples(population: Population) -> int:
    from thalweg.networks.attack import cells

    return int(np.clip(cells(population, WORK_BYTES) // len(population), FEWEST, EXAMPLES))


def _some(of: np.ndarray, count: int, seed: list[int]) -> np.ndarray:
    """Return `count` of these numbers, drawn without replacement, in order; all where there are no more."""
    if count >= len(of):
        return of
    return np.sort(np.random.default_rng(seed).choice(of, count, replace=False))


def _sizes(norm: str, epsilons: Mapping[str, Iterable[float]] | None) -> tuple[float, ...]:
    _known(norm, tuple(EPSILONS))
    sizes = tuple(float(size) for size in (epsilons or EPSILONS).get(norm, EPSILONS[norm]))
    if not sizes or min(sizes) < 0 or not np.isfinite(sizes).all():
        raise EvaluationError(
            f"epsilons[{norm!r}] = {sizes}: expected one size or more, none below 0.",
            hint=f"for instance {{{norm!r}: {EPSILONS[norm]}}}.",
        )
    return tuple(sorted(sizes))


def _effort(steps: int, starts: int, seed: int) -> Effort:
    from thalweg.networks.attack import Effort

    return Effort(_positive("steps", steps), _positive("starts", starts), seed)


def _positive(name: str, value: int) -> int:
    if value < 1:
        raise EvaluationError(
            f"{name}={value}: expected 1 or more.", hint=f"leave {name} out for the default."
        )
    return value


def _known(norm: str, norms: tuple[str, ...]) -> str:
    if norm in norms:
        return norm
    raise EvaluationError(
        f"Unknown norm {norm!r}.{near_match(norm, norms)}", hint=f"choose from {', '.join(norms)}."
    )


def _answer(attack: NormAttack) -> str:
    shown = attack.shown
    sizes = list(shown.robust_accuracy)
    middle = min(sizes, key=lambda size: abs(shown.robust_accuracy[size].value - 0.5))
    parts = [
        f"half of the examples by {shown.median.plain(3)}",
        f"under {middle:g} it is right in {shown.robust_accuracy[middle].percent()}",
    ]
    if attack.members is not None and attack.ensemble is not None:
        parts.append(f"voting together {attack.ensemble.median.plain(3)}")
    return "; ".join(parts)
