"""Claims 6 to 11: the slope, the steps, and where they lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thalweg.claims.claim import Claim, Found, at_least, at_most
from thalweg.claims.laboratory import Laboratory
from thalweg.errors import NotApplicable
from thalweg.measured import Measured
from thalweg.statistics import intervals

if TYPE_CHECKING:
    from thalweg.data.dataset import Split
    from thalweg.networks.population import TrainedNetwork

NUDGED, STEP = 200, 1e-5
L2 = 1e-4


def gradient(laboratory: Laboratory) -> Found:
    """Compare backpropagation's slope with finite differences, in float64."""
    population = laboratory.population("classic")
    split = laboratory.data.train.take(slice(0, 100))
    differences = [
        _largest_difference(population[member], split, seed=member)
        for member in range(min(4, len(population)))
    ]
    number = Measured(max(differences))
    return Found(
        number,
        f"backpropagation and finite differences differ by {number.value:.1e} of the largest slope",
        at_most(number, 1e-6, part=1e-4),
        f"{len(differences)} members, {NUDGED} weights and biases of each drawn at random, {len(split)} "
        "examples, "
        f"central differences of {STEP:g} in float64",
    )


def _largest_difference(member: TrainedNetwork, split: Split, *, seed: int) -> float:
    from thalweg.weights.cost_surface import CostSurface

    surface = CostSurface.of(member, split, cost="quadratic", l2=0.0)
    gradient = surface.cost_and_gradient(surface.start)[1]
    drawn = np.random.default_rng(seed).choice(gradient.size, min(NUDGED, gradient.size), replace=False)
    worst = 0.0
    for weight in drawn:
        nudge = np.zeros(gradient.size)
        nudge[weight] = STEP
        rise = surface.cost(surface.start + nudge) - surface.cost(surface.start - nudge)
        worst = max(worst, abs(rise / (2 * STEP) - float(gradient[weight])))
    return worst / float(np.abs(gradient).max())


def shrinking_steps(laboratory: Laboratory) -> Found:
    """Correlate the length of each epoch's step with the slope that it started from."""
    walk = laboratory.descent.walk
    number = None if walk is None else walk.steps_with_slope
    if walk is None or number is None:
        raise NotApplicable("The path has too few steps.", hint="train for more epochs.")
    return Found(
        number,
        f"rank correlation of step and slope {number.plain()}",
        at_least(number, 0.3, part=0.0),
        f"{len(walk.members)} members, {len(walk.epochs) - 1} epochs; interval over members",
    )


def certified(laboratory: Laboratory) -> Found:
    """Polish members of the lesson's network and certify the places that they come to rest in."""
    from thalweg.evaluation import minimum
    from thalweg.training import Recipe, train

    few, sizes = laboratory.few, laboratory.sizes
    recipe = Recipe.load("classic").with_settings({"l2": L2})
    population = train(recipe, few.train, members=sizes.certified, seed=laboratory.seed)
    found = minimum(population, few.train, cost="quadratic", l2=L2, seed=laboratory.seed)
    number = intervals.counted(found.certified, len(found))
    return Found(
        number,
        f"{found.certified} of {len(found)} end in a certified local minimum",
        at_least(Measured(number.value), 1.0, part=0.5),
        f"classic with l2 {L2:g}, {len(few.train):,} training examples, polished in float64; Hessian by "
        "Lanczos; "
        "interval over starts",
    )


def path_on_surface(laboratory: Laboratory) -> Found:
    """Draw the cost on the plane that holds most of the path, and say how far the path is off it."""
    from thalweg.evaluation import landscape

    surface = landscape(
        laboratory.population("classic"),
        laboratory.data.train,
        cost="quadratic",
        path=laboratory.path,
        grid=15,
        members=2,
        examples=2_000,
        seed=laboratory.seed,
    )["path"]
    number = Measured(surface.projection_error)
    return Found(
        number,
        f"the path is off the drawn hill by {100 * number.value:.0f} % of its length (root mean square)",
        at_most(number, 0.1, part=0.35),
        f"one member, {len(surface.marks)} places, plane of the path's two principal directions, in "
        f"{laboratory.population('classic').parameters:,} dimensions",
    )


def ranked_nudges(laboratory: Laboratory) -> Found:
    """Say how unequally the slope asks weights to move."""
    nudges = laboratory.descent.nudges["start"]
    number = nudges.top_share(0.1)
    return Found(
        number,
        f"a tenth of the weights and biases is asked for {number.percent()} of all movement, at the start",
        at_least(number, 0.3, part=0.2),
        f"{len(nudges.members)} members, slope over {laboratory.descent.examples:,} training examples; equal "
        "nudges would give 10 %; interval over members",
    )


def on_off_neurons(laboratory: Laboratory) -> Found:
    """Nudge hidden weights of networks whose neurons are only on or off."""
    found = laboratory.descent.on_off
    if found is None:
        raise NotApplicable(laboratory.descent.lacking.get("on_off", "no hidden neurons"), hint="")
    number = found.share("on_off")
    return Found(
        number,
        f"{number.percent()} of hidden weights can be nudged without moving the cost at all; with smooth "
        f"neurons {found.share('smooth').percent()}",
        at_least(number, 0.95, part=0.5),
        f"{found.weights:,} weights of {len(found.members)} members, nudged by {found.sizes[0]:g} both ways, "
        f"{found.examples} examples; interval over members and weights",
    )


CLAIMS = (
    Claim(
        6,
        "Backpropagation finds the slope of one number in 13,000 directions at once.",
        "04:53, 09:23",
        "equal to finite differences",
        "holds if they differ by less than 1e-6 of the largest slope, in part 1e-4",
        "descent",
        gradient,
    ),
    Claim(
        7,
        "Steps shrink as the slope does, so that the ball does not overshoot.",
        "08:22",
        "a positive rank correlation",
        "holds if the whole interval is above .3, in part if the correlation is above 0",
        "descent",
        shrinking_steps,
    ),
    Claim(
        8,
        "Repeating small steps leads to a local minimum.",
        "06:11",
        "every member certified a local minimum",
        "holds if all are, in part if half are",
        "minimum",
        certified,
    ),
    Claim(
        9,
        "Learning is a ball that rolls down a hill.",
        "06:20",
        "the path lies on a surface that can be drawn",
        "holds if it is off the plane by less than 10 % of its length, in part 35 %",
        "landscape",
        path_on_surface,
    ),
    Claim(
        10,
        "The slope says which nudges matter most.",
        "08:40, 11:19",
        "a tenth of the weights takes much more than a tenth of all movement",
        "holds if the whole interval is above 30 %, in part above 20 %",
        "descent",
        ranked_nudges,
    ),
    Claim(
        11,
        "Neurons that are only on or off cannot be trained in this way.",
        "09:59",
        "nudges of hidden weights leave the cost unmoved",
        "holds if the whole interval is above 95 %, in part above 50 %",
        "descent",
        on_off_neurons,
    ),
)
