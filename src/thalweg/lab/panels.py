"""What the panels of the lab are: their names, what to notice in them, and the lines that do the same."""

from __future__ import annotations

from dataclasses import dataclass

ALL = ("pictures", "features")
PICTURES = ("pictures",)


@dataclass(frozen=True)
class Panel:
    """A panel of the page.

    `notice`: one sentence on what to see in it. `parts`: the contents that it cannot do without, by name;
    `also`: those that it shows where they are. `python`, `command`: lines that do the same, with `{run}` for
    the run. `of_features`: title and notice where examples are rows of features.
    `settings`: what an address or a lesson may set. `kinds`: the kinds of data it makes
    sense for.
    """

    name: str
    title: str
    notice: str
    parts: tuple[str, ...]
    python: str
    command: str
    settings: tuple[str, ...] = ()
    of_features: tuple[str, str] | None = None
    also: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ALL


PANELS = (
    Panel(
        "draw",
        "Draw",
        "Every network answers at once, stroke by stroke; watch where they begin to agree.",
        ("networks", "examples"),
        "from thalweg.data.drawing import draw; population.probabilities(draw(strokes)[None] / 255)",
        "thalweg evaluate --probabilities drawn.npz",
        settings=("member", "strokes", "raw", "example", "target"),
        of_features=("Change", "Change a value, and every network answers at once."),
    ),
    Panel(
        "train",
        "Train",
        "All start at random, and each finds another way down; the band is how far apart they are.",
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
        "Hill",
        "Two directions of all there are: the way leads down, and there may be other low places.",
        ("hill", "networks", "examples"),
        "thalweg.evaluation.landscape(population, digits.test)",
        "thalweg evaluate {run} --only landscape",
        settings=("plane", "view", "log", "x", "y"),
    ),
    Panel(
        "minima",
        "Minima",
        "Each network ends elsewhere. Match their neurons, and look at the way between two again.",
        ("minima", "networks", "examples"),
        "thalweg.evaluation.connectivity(population, digits.test)",
        "thalweg evaluate {run} --only connectivity",
        settings=("matched", "from", "to", "share"),
    ),
    Panel(
        "noise",
        "Noise",
        "There is nothing in it. How sure is one network of its answer, and how sure are all together?",
        ("networks", "examples"),
        "thalweg.evaluation.noise(population, digits.test)",
        "thalweg evaluate {run} --only noise,outliers",
        also=("noise",),
        settings=("kind", "strength", "member", "seed"),
    ),
    Panel(
        "shift",
        "Shift",
        "You would not hesitate. See how little it takes until they do, or do not when they should.",
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
        "Inside",
        "What its first neurons look for: are these strokes, or static?",
        ("networks", "examples"),
        "thalweg.evaluation.features(population, digits.train)",
        "thalweg evaluate {run} --only features,dreams",
        also=("inside",),
        settings=("view", "network", "layer", "neuron", "round", "digit", "way"),
    ),
    Panel(
        "memory",
        "Memory",
        "A network can learn labels that mean nothing; what does it do with yours?",
        (),
        'thalweg.studies.make_study("memorisation", digits)',
        "thalweg study random-labels; thalweg study memorisation; thalweg audit DATA --to-check 100 -o FILE",
        also=("memory",),
        settings=("view",),
    ),
)

NAMES = tuple(panel.name for panel in PANELS)
