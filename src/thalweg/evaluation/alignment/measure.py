"""Are two members the same network with its hidden units in another order?

The units of one member are put in the order (and, where the activation allows, given the signs) that makes it
most like another: by its weights, or by what its units do on examples. What it computes stays the same.
(Git Re-Basin: Ainsworth, Hayase & Srinivasa 2023, arXiv 2209.04836.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.dataset import Split
from thalweg.errors import NotApplicable, one_of
from thalweg.evaluation.alignment.record import Alignment, Matching
from thalweg.evaluation.classifier import AnyClassifier, Classifier, as_classifier, predictions
from thalweg.evaluation.grounds import learned
from thalweg.evaluation.inside import as_given, population_behind, positive, some_members
from thalweg.statistics.pairs import all_pairs, needs_two, over_pairs

if TYPE_CHECKING:
    from thalweg.networks.population import Population, TrainedNetwork
    from thalweg.weights.permutation import Match

METHODS = ("weights", "activations")
MEMBERS, EXAMPLES, STARTS = 8, 1_000, 5


def alignment(
    classifier: AnyClassifier | Sequence[TrainedNetwork],
    split: Split,
    *,
    methods: Iterable[str] = METHODS,
    members: int | Sequence[int] = MEMBERS,
    signs: bool = True,
    examples: int = EXAMPLES,
    starts: int = STARTS,
    seed: int = 0,
    level: float = 0.95,
) -> Alignment:
    """Match hidden units of pairs of members (weight matching, re-basin); say how alike that makes them.

    Args:
        classifier: a population of multilayer perceptrons, or several trained ones of one shape.
        split: examples on which units are compared.
        methods: `weights` (Ainsworth et al. 2023, algorithm 1) and `activations` (their section 3.1).
        members: how many (drawn by `seed`), or which.
        signs: let a unit change its sign where the activation allows it (tanh, sigmoid).
        examples: how many examples units are compared on, at most; drawn by `seed`.
        starts: starts of the search by weights.
        seed: of what is drawn.
        level: confidence level of every interval, 0..1.

    Raises `NotApplicable` for a classifier without weights, without hidden layers, for a convolutional one
    and for fewer than two members; `EvaluationError` for a member that does not exist or diverged, networks
    of different shapes and arguments out of range.

    Examples:
        >>> import thalweg as tw
        >>> tw.evaluation.alignment(population, digits.test, methods=["weights"], members=2)
        distance left after matching by weights ... %, 1 pairs
    """
    asked, (split,) = as_given(as_classifier(gathered(classifier)), split)
    population = population_behind(asked, split=split)
    check_rearrangeable(population)
    wanted = [one_of(METHODS, method, "method") for method in methods]
    chosen = some_members(population, members, seed=seed)
    needs_two(chosen, asked.excluded)
    inputs = _inputs(asked, split, population, positive("examples", examples, 2), seed)
    aligner = Aligner(population[chosen], inputs, signs, positive("starts", starts), seed)
    found = {method: _matching(aligner, method, level) for method in wanted}
    pairs = all_pairs(len(chosen))
    before = aligner.correlations(aligner.unmoved(), pairs)
    return Alignment(
        methods=found,
        unaligned=tuple(over_pairs(layer, len(chosen), level) for layer in before.T),
        unaligned_distances=aligner.distances(pairs),
        pairs=chosen[pairs],
        members=chosen,
        widths=tuple(aligner.widths),
        signs=aligner.signed,
        starts=starts,
        examples=len(inputs),
        excluded=asked.excluded,
        over_chance=learned(population[chosen], split, level=level),
    )


def gathered(classifier: AnyClassifier | Sequence[TrainedNetwork]) -> Any:
    """Return several trained networks (a list or tuple) as one population, and anything else as it is.

    Raises `EvaluationError` for networks of different shapes, and what is not a trained network.
    """
    if not isinstance(classifier, list | tuple) or not classifier:
        return classifier
    if not any(type(member).__name__ == "TrainedNetwork" for member in classifier):
        return classifier  # models of another library, each of which answers for itself
    from thalweg.weights.interpolation import gathered

    return gathered(classifier)


def check_rearrangeable(population: Population) -> None:
    """Raise `NotApplicable` for networks whose hidden units cannot be put in another order here."""
    from thalweg.weights.permutation import is_rearrangeable

    network = population.networks
    if not is_rearrangeable(network):
        kind = type(network).__name__.removesuffix("Network")
        what = {
            "Mlp": "an Mlp without hidden layers",
            "Owned": "a network of one's own",
            "Layered": "a network of other layers",
        }.get(kind, f"a {kind}")
        raise NotApplicable(
            f"Units are matched in the hidden layers of an Mlp, and this is {what}.",
            hint='train the network "mlp" with at least one hidden layer.',
        )


class Aligner:
    """Matches members of one population; what each member's units do is computed once."""

    def __init__(self, population: Population, inputs: np.ndarray, signs: bool, starts: int, seed: int):
        from thalweg.weights import permutation

        self.networks: list[Any] = [member.network for member in population]
        self.widths = permutation.widths(self.networks[0])
        self.signed = signs and self.networks[0].activation in permutation.REFLECTIONS
        self.inputs, self.starts, self.seed = inputs, starts, seed
        self.activations = [permutation.hidden_activations(network, inputs) for network in self.networks]

    def match(self, method: str, first: int, second: int) -> Match:
        """Match the second member's units to the first's."""
        from thalweg.weights import permutation

        if method == "activations":
            return permutation.match_activations(
                self.activations[first], self.activations[second], signs=self.signed
            )
        return permutation.match_weights(
            self.networks[first],
            self.networks[second],
            starts=self.starts,
            seed=self.seed,
            signs=self.signed,
        )

    def unmoved(self) -> list[Any]:
        """Return a rearrangement that changes nothing, for each pair."""
        from thalweg.weights.permutation import Rearrangement

        return [Rearrangement.none(self.widths)] * len(all_pairs(len(self.networks)))

    def correlations(self, rearrangements: list[Any], pairs: np.ndarray) -> np.ndarray:
        """Return the mean correlation of units in the same place [pairs, layers]."""
        from thalweg.weights.permutation import correlation

        found = np.empty((len(pairs), len(self.widths)))
        for pair, (first, second) in enumerate(pairs):
            there = rearrangements[pair]
            for layer, (order, sign) in enumerate(zip(there.orders, there.signs, strict=True)):
                table = correlation(self.activations[first][layer], self.activations[second][layer])
                found[pair, layer] = (sign * table[np.arange(len(order)), order]).mean()
        return found

    def distances(self, pairs: np.ndarray) -> np.ndarray:
        """Return the Euclidean distance of all weights and biases as the members stand [pairs]."""
        from thalweg.networks.population import flat_weights

        flat = np.stack([flat_weights(network) for network in self.networks]).astype(np.float64)
        return np.linalg.norm(flat[pairs[:, 0]] - flat[pairs[:, 1]], axis=1)

    def rearranged(self, member: int, rearrangement: Any) -> Any:
        """Return the member with its units in another order."""
        from thalweg.weights.permutation import rearranged

        return rearranged(self.networks[member], rearrangement)


def _matching(aligner: Aligner, method: str, level: float) -> Matching:
    members = len(aligner.networks)
    pairs = all_pairs(members)
    matches = [aligner.match(method, *pair) for pair in pairs.tolist()]
    rearrangements = [match.rearrangement for match in matches]
    moved = [
        aligner.rearranged(second, rearrangement)
        for (_, second), rearrangement in zip(pairs.tolist(), rearrangements, strict=True)
    ]
    distances = np.array(
        [
            _relative_distance(aligner, first, second, new)
            for (first, second), new in zip(pairs, moved, strict=True)
        ]
    )
    correlations = aligner.correlations(rearrangements, pairs)
    return Matching(
        distance=over_pairs(distances, members, level, at_least=0.0),
        correlation=tuple(over_pairs(layer, members, level) for layer in correlations.T),
        agreeing=float(np.mean([match.agreeing for match in matches])),
        function_change=max(
            _function_change(aligner, second, new) for (_, second), new in zip(pairs, moved, strict=True)
        ),
        distances=distances,
        correlations=correlations,
    )


def _relative_distance(aligner: Aligner, first: int, second: int, moved: Any) -> float:
    from thalweg.networks.population import flat_weights

    ours = flat_weights(aligner.networks[first])
    before = float(np.linalg.norm(ours - flat_weights(aligner.networks[second])))
    after = float(np.linalg.norm(ours - flat_weights(moved)))
    return after / before if before > 0 else 1.0


def _function_change(aligner: Aligner, member: int, moved: Any) -> float:
    from thalweg.weights.permutation import largest_change

    return largest_change(aligner.networks[member], moved, aligner.inputs)


def _inputs(asked: Classifier, split: Split, population: Population, examples: int, seed: int) -> np.ndarray:
    predictions(asked, split.take(slice(0, 1)))  # refuses data that the classifier was not built for
    chosen = np.arange(len(split))
    if examples < len(split):
        chosen = np.sort(np.random.default_rng([seed, 1]).choice(chosen, examples, replace=False))
    return np.asarray(split.take(chosen).inputs, np.float32).reshape(-1, *population.input_shape)
