"""What kinds of places do starts lead to, and how many different ones are there?

Choromanska et al. 2015 (arXiv 1412.0233) hold that local minima of large networks are of equal quality;
Frye et al. 2021 (arXiv 2003.10397) that many places found by looking for critical points are none. Neither
certifies one. Here every start of a small network is taken down in float64 until its gradient is rounding,
certified (`evaluation.minimum`), and told from the others but for the order and sign of its units.

A lower bound of the cost by a convex reformulation (Pilanci & Ergen 2020, arXiv 2002.10553) is left out: it
is of ReLU networks with a penalty on biases too, and here units are smooth so that minima can be certified.
"""

from __future__ import annotations

import math

import numpy as np

from thalweg.data.dataset import Dataset
from thalweg.errors import StudyError
from thalweg.evaluation.minimum.record import VERDICTS
from thalweg.studies.altered_data import shrunk
from thalweg.studies.answerable import learned_from, sound_members
from thalweg.studies.catalogue import KEEP_NOTHING, Parts, Progress
from thalweg.studies.census.record import LARGER, Census, Places
from thalweg.studies.census.settings import DEFAULTS, Settings
from thalweg.studies.grids import Arrays, Grid
from thalweg.studies.kept_parts import BITS, NUMBERS, WHOLE, Form, Forms
from thalweg.studies.outcomes import as_bits, from_bits

BLOCK = 16
"""Members that are polished before a part is kept."""
MOST_PARAMETERS = 2_000
"""The whole Hessian of every member is looked at: 32 MB at so many."""
DIVERGED = len(VERDICTS)
LEAST_SOUND = 4


def census(
    dataset: Dataset,
    settings: Settings = DEFAULTS,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    parts: Parts = KEEP_NOTHING,
) -> Census:
    """Train, polish and certify many starts of one small network, and count the minima that they lead to.

    Judged as `Census.all_alike` says. Raises `StudyError` for data of one class or of fewer examples than
    classes, for pictures that cannot be shrunk, for a network of too many weights, and where nearly all
    starts diverge.

    Examples:
        >>> from thalweg.studies import find
        >>> from thalweg.studies.census import census
        >>> settings = find("census").settings(members=8, hidden=1, side=2, examples=60, l2=0.01, epochs=2)
        >>> found = census(digits, settings)
        >>> sum(found.verdicts.values())
        8
    """
    data = learned_from(dataset, settings.examples, seed)
    data = shrunk(data, settings.side) if settings.side and data.train.is_images else data
    _refuse_too_large(settings, data)
    place = f"{settings.hidden} hidden {settings.activation}"
    depends = repr((settings.l2, settings.side, settings.examples, settings.epochs, settings.learning_rate))
    grid = Grid(
        {place: f"{place} {depends}"},
        settings.members,
        seed,
        "census",
        BLOCK,
        forms=lambda _, members: _forms(members, settings, data),
    )

    def certify(place: str, members: range) -> Arrays:
        return _certified(data, settings, members, seed)

    told = grid.trained(certify, parts=parts, progress=progress)[place]
    sound = sound_members(told["verdict"] == DIVERGED, LEAST_SOUND, rate=0.001)
    told = {name: array[sound] for name, array in told.items()}
    right = from_bits(told.pop("right"), len(data.test))
    places = Places(**told, right=right, kind=_kinds(told, settings, data))
    facts = (int((~sound).sum()), told["points"].shape[1], len(data.train))
    return Census(places, *facts, data.test.labels, data.class_names)


def _parameters(settings: Settings, data: Dataset) -> int:
    inputs = math.prod(data.input_shape)
    return settings.hidden * (inputs + 1) + data.classes * (settings.hidden + 1)


def _forms(members: int, settings: Settings, data: Dataset) -> Forms:
    names = ("cost", "start_cost", "gradient", "sharpness", "smallest")
    return {
        **dict.fromkeys(("verdict", "index"), Form(WHOLE, (members,))),
        "right": Form(BITS, (members, -(-len(data.test) // 8))),
        "points": Form(NUMBERS, (members, _parameters(settings, data))),
        **dict.fromkeys(names, Form(NUMBERS, (members,))),
    }


def _refuse_too_large(settings: Settings, data: Dataset) -> None:
    parameters = _parameters(settings, data)
    if parameters > MOST_PARAMETERS:
        raise StudyError(
            f"hidden={settings.hidden} on {math.prod(data.input_shape)} inputs are {parameters:,} weights "
            f"and biases: expected at most {MOST_PARAMETERS:,}, since the whole Hessian of every start is "
            "looked at.",
            hint="shrink the pictures, --side 7, or take fewer neurons.",
        )


def _certified(data: Dataset, settings: Settings, members: range, seed: int) -> Arrays:
    """Train some members, take them down, and return what is known of each."""
    from thalweg.evaluation.minimum import minimum
    from thalweg.networks import Mlp
    from thalweg.training import Adam, Recipe, train
    from thalweg.weights.cost_surface import CostSurface

    recipe = Recipe(
        network=Mlp((settings.hidden,), settings.activation),
        optimiser=Adam(settings.learning_rate),
        epochs=settings.epochs,
        l2=settings.l2,
        order="own",
        name="census",
    )
    population = train(recipe, data.train, members=len(members), seed=seed, first=members.start)
    sound = np.flatnonzero(~population.diverged)
    told: Arrays = {
        "verdict": np.full(len(members), DIVERGED),
        "index": np.zeros(len(members), int),
        "right": np.zeros((len(members), -(-len(data.test) // 8)), np.uint8),
        "points": np.full((len(members), population.parameters), np.nan),
    }
    told |= {
        name: np.full(len(members), np.nan)
        for name in ("cost", "start_cost", "gradient", "sharpness", "smallest")
    }
    if not len(sound):
        return told
    goal = {"cost": recipe.cost, "l2": settings.l2}
    found = minimum(population, data.train, **goal, members=sound.tolist(), seed=seed)
    for one in found.certificates:
        surface = CostSurface.of(population[one.member], data.train, **goal)
        told["verdict"][one.member] = VERDICTS.index(one.verdict)
        told["cost"][one.member], told["start_cost"][one.member] = one.cost, one.start_cost
        told["gradient"][one.member] = one.gradient_norm
        told["sharpness"][one.member], told["smallest"][one.member] = one.largest.value, one.smallest.value
        bends = np.linalg.eigvalsh(surface.dense(one.point))
        told["index"][one.member] = int((bends < -LARGER * np.abs(bends).max()).sum())
        told["points"][one.member] = one.point
        told["right"][one.member] = as_bits(_right(surface.network(one.point), data)[None])[0]
    return told


def _right(network: object, data: Dataset) -> np.ndarray:
    """Return which test examples a network in float64 names rightly, bool [examples]."""
    first, last = network.layers  # type: ignore[attr-defined]
    inputs = data.test.inputs.reshape(len(data.test), -1).astype(np.float64)
    sums = inputs @ first.weight.T + first.bias
    hidden = np.tanh(sums) if network.activation == "tanh" else 0.5 * (1 + np.tanh(sums / 2))  # type: ignore[attr-defined]
    return (hidden @ last.weight.T + last.bias).argmax(axis=1) == data.test.labels


def _kinds(told: Arrays, settings: Settings, data: Dataset) -> np.ndarray:
    """Return which minimum each member stands in, -1 for what is no certified one."""
    from thalweg.evaluation.minimum.record import FLAT, STRICT
    from thalweg.networks.linear import Linear
    from thalweg.networks.mlp import MlpNetwork
    from thalweg.weights.distinct import kinds

    inputs, hidden, classes = int(np.prod(data.input_shape)), settings.hidden, data.classes
    ends = np.cumsum([hidden * inputs, hidden, classes * hidden])
    chosen = np.flatnonzero(np.isin(told["verdict"], [VERDICTS.index(STRICT), VERDICTS.index(FLAT)]))
    networks = []
    for point in told["points"][chosen]:
        into, bias, out, shift = np.split(point, ends)
        layers = Linear(into.reshape(hidden, inputs), bias), Linear(out.reshape(classes, hidden), shift)  # type: ignore[arg-type]
        networks.append(MlpNetwork(layers, settings.activation))
    found = np.full(len(told["verdict"]), -1)
    found[chosen] = kinds(networks, told["cost"][chosen])
    return found
