"""What the panels of the lab are: their names, what they show, and the lines that do the same."""

from __future__ import annotations

from dataclasses import dataclass

ALL = ("pictures", "features")
PICTURES = ("pictures",)


@dataclass(frozen=True)
class Panel:
    """A panel of the page.

    Its title and a sentence on what to notice are words of the languages, `NAME.title` and `NAME.notice`;
    with `of_features`, others where examples are rows of features. `parts`: the contents that it cannot do
    without, by name; `also`: those that it shows where they are. `python`, `command`: lines that do the same,
    with `{run}` for the run. `settings`: what an address or a lesson may set. `kinds`: the kinds of data it
    makes sense for.
    """

    name: str
    parts: tuple[str, ...]
    python: str
    command: str
    settings: tuple[str, ...] = ()
    of_features: bool = False
    also: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ALL


PANELS = (
    Panel(
        "draw",
        ("networks", "examples"),
        "from thalweg.data.drawing import draw; population.probabilities(draw(strokes)[None] / 255)",
        "thalweg evaluate --probabilities drawn.npz",
        settings=("member", "strokes", "raw", "example", "target"),
        of_features=True,
    ),
    Panel(
        "train",
        (),
        "thalweg.train(recipe, digits.train, members=16, seed=0)",
        "thalweg train --recipe classic --members 16",
        also=("film", "training"),
        settings=(
            "view",
            "place",
            "hidden",
            "activation",
            "cost",
            "optimiser",
            "batch",
            "members",
            "examples",
            "seed",
            "data",
            "beside",
            "rate",
        ),
    ),
    Panel(
        "hill",
        ("hill", "networks", "examples"),
        "thalweg.evaluation.landscape(population, digits.test)",
        "thalweg evaluate {run} --only landscape",
        settings=("plane", "view", "log", "x", "y"),
    ),
    Panel(
        "minima",
        ("minima", "networks", "examples"),
        "thalweg.evaluation.connectivity(population, digits.test)",
        "thalweg evaluate {run} --only connectivity",
        settings=("matched", "from", "to", "share"),
    ),
    Panel(
        "noise",
        ("networks", "examples"),
        "thalweg.evaluation.noise(population, digits.test)",
        "thalweg evaluate {run} --only noise,outliers",
        also=("noise",),
        settings=("kind", "strength", "member", "seed"),
    ),
    Panel(
        "shift",
        ("networks", "examples"),
        "thalweg.evaluation.shift(population, digits.test)",
        "thalweg evaluate {run} --only shift",
        also=("shift",),
        kinds=PICTURES,
        settings=(
            "translation",
            "rotation",
            "scale",
            "shear",
            "thickness",
            "blur",
            "slider",
            "member",
            "example",
        ),
    ),
    Panel(
        "inside",
        ("networks", "examples"),
        "thalweg.evaluation.features(population, digits.train)",
        "thalweg evaluate {run} --only features,dreams",
        also=("inside",),
        settings=("view", "network", "layer", "neuron", "round", "digit", "way"),
    ),
    Panel(
        "memory",
        (),
        'thalweg.studies.make_study("memorisation", digits)',
        "thalweg study random-labels; thalweg study memorisation; thalweg audit DATA --to-check 100 -o FILE",
        also=("memory",),
        settings=("view",),
    ),
)

NAMES = tuple(panel.name for panel in PANELS)
