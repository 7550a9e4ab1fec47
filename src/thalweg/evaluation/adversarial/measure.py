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

from thalweg.data.dataset import Split
from thalweg.errors import EvaluationError, NotApplicable, one_of
from thalweg.evaluation.adversarial.record import Adversarial, Attacked, NormAttack
from thalweg.evaluation.classifier import AnyClassifier, Classifier, as_classifier
from thalweg.evaluation.grounds import learned
from thalweg.evaluation.inside import drawn, fitting, population_behind, positive, some_members
from thalweg.measured import Measured
from thalweg.statistics.intervals import crossed
from thalweg.wording import kind_of

if TYPE_CHECKING:
    from thalweg.evaluation.adversarial.attack import Effort
    from thalweg.networks.population import Population

EPSILONS: dict[str, tuple[float, ...]] = {
    "linf": (0.0, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3),
    "l2": (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0),
}
"""Sizes at which the accuracy under attack is read, for each norm."""
GRADIENTS = "An attack follows the gradient of the network"
BLACK_BOXES = "; measure others by noise and shift"
MEMBERS, EXAMPLES, FEWEST = 32, 500, 20
WORK_BYTES = 1_000_000_000  # intermediate values of one gradient of every pair: about 10 s on four cores
PICTURES = 16
METHODS = ("noise", "single", "iterated")


def adversarial(
    classifier: AnyClassifier,
    split: Split,
    *,
    norms: Iterable[str] = ("linf", "l2"),
    epsilons: Mapping[str, Iterable[float]] | None = None,
    examples: int | None = None,
    steps: int = 20,
    starts: int = 2,
    seed: int = 0,
    level: float = 0.95,
) -> Adversarial:
    """Search for the smallest change of each example that flips the answer (adversarial robustness).

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

    Examples:
        >>> import thalweg as tw
        >>> tw.evaluation.adversarial(population, digits.test, norms=["linf"], examples=5, steps=3)
        median smallest change that flips the answer: linf ... [..., ...]
    """
    asked = as_classifier(classifier)
    effort = _effort(steps, starts, seed)
    measured = {norm: _sizes(norm, epsilons) for norm in norms}
    population = population_behind(asked, why=GRADIENTS, otherwise=BLACK_BOXES, split=split)
    members = some_members(population, MEMBERS, seed=seed)
    population = population[members]
    count = _default_examples(population) if examples is None else positive("examples", examples)
    chosen = drawn(np.arange(len(split)), count, [seed, 1])
    part = split.take(chosen)
    fitting(asked, part)
    attacker = _Attacker(asked, population, part, _limits(split), effort, level)
    found = {norm: attacker.attack(norm, sizes) for norm, sizes in measured.items()}
    return Adversarial(
        found,
        chosen,
        members,
        steps,
        starts,
        asked.excluded,
        kind_of_data=kind_of(split.input_shape),
        over_chance=learned(population, split, level=level),
    )


@dataclass(frozen=True, eq=False)
class _Attacker:
    """Everything that the attacks in all norms share."""

    asked: Classifier
    population: Population
    part: Split
    limits: tuple[Any, Any]
    effort: Effort
    level: float

    def attack(self, norm: str, sizes: tuple[float, ...]) -> NormAttack:
        from thalweg.evaluation.adversarial import attack

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
    found = crossed(smallest <= median, level)
    shares = found.widest
    if shares is None:
        return Measured(median)
    low, high = (float(np.quantile(smallest, share, method="inverted_cdf")) for share in shares)
    return Measured(median, min(low, median), max(high, median), caveat=found.caveat)


def _limits(split: Split) -> tuple[Any, Any]:
    """Return the lowest and the highest inputs allowed."""
    if split.is_images:
        return 0.0, 1.0
    inputs = split.inputs
    return inputs.min(axis=0), inputs.max(axis=0)


def _default_examples(population: Population) -> int:
    from thalweg.evaluation.adversarial.attack import cells

    return int(np.clip(cells(population, WORK_BYTES) // len(population), FEWEST, EXAMPLES))


def _sizes(norm: str, epsilons: Mapping[str, Iterable[float]] | None) -> tuple[float, ...]:
    one_of(EPSILONS, norm, "norm")
    sizes = tuple(float(size) for size in (epsilons or EPSILONS).get(norm, EPSILONS[norm]))
    if not sizes or min(sizes) < 0 or not np.isfinite(sizes).all():
        raise EvaluationError(
            f"epsilons[{norm!r}] = {sizes}: expected one size or more, none below 0.",
            hint=f"for instance {{{norm!r}: {EPSILONS[norm]}}}.",
        )
    return tuple(sorted(sizes))


def _effort(steps: int, starts: int, seed: int) -> Effort:
    from thalweg.evaluation.adversarial.attack import Effort

    return Effort(positive("steps", steps), positive("starts", starts), seed)
