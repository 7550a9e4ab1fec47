"""How does the hill between two minima shrink with the width, once their neurons are matched?

Zhan, Li & Wu, "Analyzing the role of permutation invariance in linear mode connectivity" (AISTATS 2025,
arXiv 2503.06001), prove for two-layer ReLU networks that learn from a teacher that the barrier modulo
permutation falls as m^(-1/2) with the width m, after a double descent; MNIST is said to corroborate it.
Here members of every width are trained alike, all their pairs are matched in three ways, and the barrier is
that of the mean training cost, above the ends mixed alike (`weights.barriers`); `evaluation.connectivity`
takes off the mean of the ends instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.dataset import Dataset
from thalweg.statistics.chance import over_chance
from thalweg.statistics.pairs import all_pairs
from thalweg.studies.answerable import learned_from, sound_members
from thalweg.studies.barrier_width.record import UNALIGNED, BarrierWidth
from thalweg.studies.barrier_width.settings import DEFAULTS, Settings
from thalweg.studies.catalogue import KEEP_NOTHING, Parts, Progress
from thalweg.studies.foreseen import foresee
from thalweg.studies.grids import Arrays, Grid
from thalweg.studies.kept_parts import BITS, NUMBERS, WHOLE, Form, Forms
from thalweg.studies.learning_curves import answered_right
from thalweg.studies.outcomes import as_bits, from_bits

if TYPE_CHECKING:
    from thalweg.evaluation.alignment.measure import Aligner
    from thalweg.networks.population import Population
    from thalweg.training.recipe import Recipe
    from thalweg.weights.barriers import Ends

LEAST_SOUND = 4


def barrier_width(
    dataset: Dataset,
    settings: Settings = DEFAULTS,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    parts: Parts = KEEP_NOTHING,
) -> BarrierWidth:
    """Train members of every width, match all their pairs, and measure the barriers between them.

    Judged as `BarrierWidth.laws` says. Raises `StudyError` for data of one class or of fewer examples than
    classes, and where fewer than four members of a width do not diverge.

    Examples:
        >>> from thalweg.studies import find
        >>> from thalweg.studies.barrier_width import barrier_width
        >>> settings = find("barrier-width").settings(
        ...     members=4, widths=(2, 4, 6, 8), epochs=1, examples=200, measured_on=50, points=3
        ... )
        >>> list(barrier_width(digits, settings).laws)
        ['unaligned', 'weights', 'activations', 'together']
    """
    from thalweg.weights.footprint import refuse_large_matching

    data = learned_from(dataset, settings.examples, seed)
    places = {width: f"{recipe_of(settings, width).to_toml()} {settings}" for width in settings.widths}
    grid = Grid(
        places,
        settings.members,
        seed,
        "barrier-width",
        block=settings.members,
        forms=lambda width, members: _forms(settings, data),
    )
    foresee(grid.works([recipe_of(settings, width) for width in settings.widths], data.train))
    sizes = {"width": settings.widths[-1], "classes": data.classes, "examples": settings.measured_on}
    refuse_large_matching(settings.members, inputs=int(np.prod(data.input_shape)), **sizes)

    def measure(width: int, members: range) -> Arrays:
        return _measured(data, settings, width, seed)

    told = grid.trained(measure, parts=parts, progress=progress)
    widest = told[settings.widths[-1]]
    right = from_bits(widest["right"], len(data.test))
    return BarrierWidth(
        settings,
        {name: {width: one[name] for width, one in told.items()} for name in (UNALIGNED, *settings.methods)},
        {width: int(one["members"][0]) for width, one in told.items()},
        {width: float(one["costs"].mean()) for width, one in told.items()},
        over_chance(right, data.test.labels, data.class_names),
    )


def recipe_of(settings: Settings, width: int) -> Recipe:
    """Return the recipe of one width; members have orders of their own."""
    from thalweg.networks import Mlp
    from thalweg.training import Recipe, Sgd

    return Recipe(
        network=Mlp((width,), "relu", "he"),
        optimiser=Sgd(settings.learning_rate),
        batch_size=settings.batch_size,
        epochs=settings.epochs,
        order="own",
        name="barrier-width",
    )


def _forms(settings: Settings, data: Dataset) -> Forms:
    """Return what is told of a width: of members that did not diverge, and of their pairs."""
    return {
        **dict.fromkeys((UNALIGNED, *settings.methods, "costs"), Form(NUMBERS, (None,))),
        "members": Form(WHOLE, (1,)),
        "right": Form(BITS, (None, -(-len(data.test) // 8))),
    }


def _measured(data: Dataset, settings: Settings, width: int, seed: int) -> Arrays:
    """Train the members of one width; return the barriers of their pairs by kind of matching."""
    from thalweg.training import train

    recipe = recipe_of(settings, width)
    population = train(recipe, data.train, members=settings.members, seed=seed)
    sound = sound_members(population.diverged, LEAST_SOUND, rate=0.01, who=f"members of width {width}")
    population = population[np.flatnonzero(sound)]
    right = answered_right(population, data.test)
    found = barriers_of(population, data, settings, cost=recipe.cost, seed=seed)
    return {**found, "members": np.array([len(population)]), "right": as_bits(right)}


def barriers_of(population: Population, data: Dataset, settings: Settings, *, cost: str, seed: int) -> Arrays:
    """Return the barrier of every pair [pairs] by kind of matching, and the members' `costs` [members]."""
    from thalweg.evaluation.alignment.measure import Aligner
    from thalweg.evaluation.classifier import as_classifier
    from thalweg.evaluation.inside import empirical_cost
    from thalweg.weights.barriers import Barriers

    asked = as_classifier(population)
    empirical, _ = empirical_cost(
        asked, population, data.train, cost=cost, l2=0.0, examples=settings.measured_on, seed=seed
    )
    networks = [member.network for member in population]
    # one hidden layer is matched exactly, wherever the search begins
    aligner = Aligner(population, empirical.inputs, False, 1, seed)
    lines, pairs = Barriers(networks, settings.points, empirical), all_pairs(len(networks))
    found = {UNALIGNED: lines.of(pairs, lines.as_they_are)}
    for method in settings.methods:
        found[method] = lines.of(
            pairs, _together(networks) if method == "together" else _pairwise(aligner, method)
        )
    return {**found, "costs": lines.costs}


def _pairwise(aligner: Aligner, method: str) -> Ends:
    return lambda first, second: (None, aligner.match(method, first, second).rearrangement)


def _together(networks: list[Any]) -> Ends:
    from thalweg.weights.cycle_consistent import match_together

    orders = match_together(networks)
    return lambda first, second: (orders[first], orders[second])
