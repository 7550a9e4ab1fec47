"""The populations and measurements that claims share, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from thalweg.data.dataset import Dataset
from thalweg.errors import NotApplicable

if TYPE_CHECKING:
    from thalweg.evaluation.accuracy.record import AccuracyAndGap
    from thalweg.evaluation.comparison.record import Comparison
    from thalweg.evaluation.connectivity.record import Connectivity
    from thalweg.evaluation.descent.record import Descent
    from thalweg.evaluation.noise.record import Noise
    from thalweg.networks.path import Path
    from thalweg.networks.population import Population
    from thalweg.studies.random_labels.study import RandomLabels
    from thalweg.training.recipe import Recipe

WALKED = 4
"""Members whose way downhill is kept."""


@dataclass(frozen=True)
class Sizes:
    """How many members of each recipe are trained, and how much the costly claims look at."""

    classic: int = 32
    modern: int = 16
    tweaked: int = 6
    convnet: int = 2
    convnet_epochs: int = 4
    cautious: int = 6
    starts: int = 256
    certified: int = 4
    certified_examples: int = 1_500
    remembered: int = 2_000
    study_starts: int = 48
    book: int = 6


FULL = Sizes()
"""For MNIST, in under half an hour on 4 cores."""

QUICK = Sizes(
    classic=8,
    modern=8,
    tweaked=4,
    convnet=2,
    convnet_epochs=6,
    cautious=4,
    starts=64,
    certified=2,
    certified_examples=300,
    remembered=300,
    study_starts=8,
    book=3,
)
"""For the embedded digits, in under three minutes."""


class Laboratory:
    """Data, sizes and a seed; what is trained and measured of them is kept for all claims that ask for it."""

    def __init__(
        self,
        dataset: Dataset,
        sizes: Sizes = FULL,
        *,
        seed: int = 0,
        tell: Callable[[str], None] | None = None,
    ):
        self.dataset, self.sizes, self.seed = dataset, sizes, seed
        self.tell = tell or (lambda what: None)
        self._populations: dict[str, Population] = {}
        self._accuracies: dict[str, AccuracyAndGap] = {}
        self._seen: list[Population] = []

    def population(self, recipe: str) -> Population:
        """Return the trained members of a named recipe; of `classic` the path is kept as well.

        Raises `NotApplicable` where they learned nothing: what a claim would measure of them means nothing.
        """
        over = self.accuracy_of(recipe).test.over_chance
        if not over.learned:
            raise NotApplicable(
                f"{recipe} learned nothing of {self.data.name} that can be told from guessing: "
                f"{over.compared}.",
                hint="measure the claims on data that can be learned from.",
            )
        return self._trained(recipe)

    def _trained(self, recipe: str) -> Population:
        if recipe not in self._populations:
            self.tell(f"training {recipe}")
            watch = self._remember if recipe == "classic" else None
            self._populations[recipe] = self._train(self._recipe(recipe), self._members(recipe), watch)
        return self._populations[recipe]

    @cached_property
    def starts(self) -> Population:
        """Members of `classic` as they start, with nothing learned."""
        return self.starts_of("sigmoid", members=self.sizes.starts)

    def starts_of(self, activation: str, *, members: int) -> Population:
        """Return members of `classic`, with neurons of one kind, before they learn anything."""
        from thalweg.training import Recipe, train

        recipe = Recipe.load("classic").with_settings({"network.activation": activation})
        seen: list[Population] = []

        def stop(_epoch: int, population: Population) -> bool:
            seen.append(population)
            return True

        train(recipe, self.data.train, members=members, seed=self.seed, watch=stop)
        return seen[0]

    @cached_property
    def path(self) -> Path:
        """The way that the first members of `classic` came."""
        from thalweg.networks.path import path_through

        self.population("classic")
        return path_through(self._seen, range(len(self._seen)))

    @cached_property
    def data(self) -> Dataset:
        """The data, with a tenth of the training examples held out where nothing is yet."""
        return self.dataset if self.dataset.validation is not None else self.dataset.hold_out(0.1)

    @property
    def described(self) -> dict[str, Any]:
        """What claims are measured on: the data, the seed, and the members of each recipe trained so far."""
        return {
            "data": self.data.name,
            "hash": self.dataset.content_hash,
            "train": len(self.data.train),
            "test": len(self.data.test),
            "seed": self.seed,
            "members": {name: len(population) for name, population in self._populations.items()},
        }

    @cached_property
    def few(self) -> Dataset:
        """The first training examples only: as many as a certificate can be had of in a minute."""
        chosen = self.data.train.take(slice(0, self.sizes.certified_examples))
        return replace(self.data, train_part=chosen)

    @property
    def pictures(self) -> Dataset:
        """The data; raises `NotApplicable` where they are not pictures."""
        if not self.data.train.is_images:
            raise NotApplicable(
                f"{self.data.name} holds rows of features, and this claim is about pictures.",
                hint="give pictures, such as mnist.",
            )
        return self.data

    def accuracy_of(self, recipe: str) -> AccuracyAndGap:
        """Return how often the members of a recipe are right."""
        from thalweg.evaluation import accuracy

        if recipe not in self._accuracies:
            self._accuracies[recipe] = accuracy(self._trained(recipe), self.data)
        return self._accuracies[recipe]

    def compared(self, first: str, second: str) -> Comparison:
        """Return how much more often the members of one recipe are right than those of another."""
        from thalweg.evaluation import compare

        found = compare(self._trained(first), self._trained(second), self.data.test, names=(first, second))
        if not found.learned:
            raise NotApplicable(f"{found.verdict}.", hint="measure it on data that can be learned from.")
        return found

    @cached_property
    def descent(self) -> Descent:
        """The way downhill of the first members of `classic`."""
        from thalweg.evaluation import descent

        self.tell("measuring the descent")
        return descent(
            self.population("classic"),
            self.data.train,
            cost="quadratic",
            path=self.path,
            examples=10_000,
            seed=self.seed,
        )

    @cached_property
    def connectivity(self) -> Connectivity:
        """What lies between pairs of `classic` members, as they are and with their neurons matched."""
        from thalweg.evaluation import connectivity

        self.tell("measuring between minima")
        return connectivity(
            self.population("classic"),
            self.data.test,
            cost="quadratic",
            methods=("activations",),
            members=6,
            examples=2_000,
            seed=self.seed,
        )

    def noise(self, recipe: str) -> Noise:
        """Return how sure the members of a recipe are of pictures of nothing."""
        from thalweg.evaluation import noise

        return noise(self.population(recipe), self.pictures.test, sweep=False, examples=2_000, seed=self.seed)

    @cached_property
    def remembering(self) -> RandomLabels:
        """What a wide network remembers of true and of random labels."""
        from thalweg.studies.random_labels.settings import Settings
        from thalweg.studies.random_labels.study import random_labels

        self.tell("training on random labels")
        settings = Settings(
            examples=min(self.sizes.remembered, len(self.data.train)),
            widths=(512,),
            shares=(0.0, 1.0),
            kinds=("true", "random"),
            regularisers=("none",),
            epochs=200,
        )
        return random_labels(self.data, settings, seed=self.seed)

    def _recipe(self, name: str) -> Recipe:
        from thalweg.training import Augmentation, Recipe

        recipe = Recipe.load(name)
        if name == "convnet":
            recipe = recipe.for_epochs(self.sizes.convnet_epochs)
        if not self.data.train.is_images:
            recipe = replace(recipe, augmentation=Augmentation())
        return recipe

    def _members(self, recipe: str) -> int:
        return getattr(self.sizes, recipe.removeprefix("classic-"))

    def _train(self, recipe: Recipe, members: int, watch: Callable | None) -> Population:
        from thalweg.training import train

        return train(recipe, self.data.train, members=members, seed=self.seed, watch=watch)

    def _remember(self, _epoch: int, population: Population) -> None:
        self._seen.append(population[:WALKED])
