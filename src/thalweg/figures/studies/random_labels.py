"""What networks remember that has no structure: how much, how fast, and with how many parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import measured, side_by_side
from thalweg.figures.studies.kinds import colour_of, curve_rows, curves, style_of, thinned, words_of
from thalweg.figures.theme import (
    BLUE,
    CATEGORIES,
    CHANCE,
    DASHES,
    MARKERS,
    ONE,
    VOTE,
    canvas,
    logarithmic,
    shares,
)
from thalweg.measured import Measured, as_significant

_SOURCE = "After Zhang et al. 2017, arXiv 1611.03530."


def draw(drawing: Drawing) -> list[Finding]:
    """Return learning curves, epochs to levels, what holds remembering back, and the curve of capacity."""
    main = _main(drawing)
    found = [_curves(drawing, main), _epochs(drawing, main)]
    held = [each for each in drawing["populations"] if each["regulariser"] != "none"]
    if held:
        found.append(_held_back(drawing, held))
    sizes = {each["parameters"] for each in drawing["populations"]}
    return [*found, _capacity(drawing, sorted(sizes))] if len(sizes) > 1 else found


def _main(drawing: Drawing) -> dict[str, Mapping[str, Any]]:
    """Return the population of the main network on each kind of data, wholly so and held back by nothing."""
    width = drawing["settings"]["width"]
    return {
        each["kind"]: each
        for each in drawing["populations"]
        if each["width"] == width
        and each["regulariser"] == "none"
        and each["random_share"] == (1.0 if each["kind"] == "random" else 0.0)
    }


def _curve(drawing: Drawing, each: Mapping[str, Any], which: str = "train") -> np.ndarray:
    name = f"{each['kind']}-{each['random_share']:g}-width-{each['width']}-{each['regulariser']}"
    return drawing.arrays[f"{which} {name}"]


def _whole(share: float) -> str:
    """Return a share that was chosen, not measured, without decimals that say nothing."""
    return f"{100 * share:.3g} %"


def _n(drawing: Drawing) -> str:
    return (
        f"n = {counted(drawing['members'], 'network')} on each kind of data, "
        f"{counted(drawing['examples'], 'training example')}, {drawing['test_examples']:,} new ones."
    )


def _curves(drawing: Drawing, main: Mapping[str, Mapping[str, Any]]) -> Finding:
    shown = main.get("random") or next(iter(main.values()))
    kept, new = Measured.read(shown["train_accuracy"]), Measured.read(shown["test_accuracy"])
    subject = "of random labels are" if shown["kind"] == "random" else f"of {words_of(shown['kind'])} is"
    title = f"{kept.percent()} {subject} remembered; of new examples {new.percent()} are named rightly"
    figure = canvas(title, across="epochs (log scale)", up="training examples named rightly", height=330)
    arrays = {kind: _curve(drawing, each) for kind, each in main.items()}
    epochs = curves(figure, arrays)
    shares(figure, "y", range=[0, 1.03])
    return drawing.finding(
        "random-labels-curves",
        (
            title,
            "A network can remember labels that mean nothing: being right on what it learned from does not "
            "show that it has learned anything.",
            f"{_n(drawing)} Line: median over networks; band: 90 % of them; intervals over starts (95 %). "
            f"Chance: {_whole(1 / drawing['classes'])}. {_SOURCE}",
        ),
        figure,
        table(("epoch", *map(words_of, arrays)), curve_rows(arrays, thinned(epochs))),
    )


def _epochs(drawing: Drawing, main: Mapping[str, Mapping[str, Any]]) -> Finding:
    levels = list(drawing["epochs_ratio_random_to_true"])
    ratio, level = _slower(drawing, levels)
    title = (
        "How many epochs each kind of data takes"
        if ratio is None
        else (
            f"Random labels take {Measured.read(ratio).plain()} times as many epochs as true ones to reach "
            f"{_whole(float(level))}"
            + ("" if Measured.read(ratio).tells_from(1.0) else ": no difference shown")
        )
    )
    figure = canvas(title, across="training examples named rightly", up="epochs (log scale)", height=320)
    drawn: list[float] = []
    for kind, each in main.items():
        median = [each["epochs_to"][level]["median"] for level in levels]
        reached = [value for value in median if value is not None]
        slowest = [each["epochs_to"][level]["slowest"] for level in levels][: len(reached)]
        beyond = [(most or value) - value for most, value in zip(slowest, reached, strict=True)]
        figure.add_scatter(
            x=[_whole(float(level)) for level in levels][: len(reached)],
            y=reached,
            name=words_of(kind),
            mode="lines+markers",
            line={"color": colour_of(kind), "width": 2, "dash": DASHES[style_of(kind) % len(DASHES)]},
            marker={"color": colour_of(kind), "size": 8, "symbol": MARKERS[style_of(kind) % len(MARKERS)]},
            error_y={
                "type": "data",
                "array": beyond,
                "arrayminus": [0] * len(reached),
                "width": 4,
                "color": colour_of(kind),
            },
        )
        drawn += reached
    figure.update_xaxes(type="category", categoryarray=[_whole(float(level)) for level in levels])
    if drawn:
        logarithmic(figure, min(drawn), max(drawn) * 1.1)
    return drawing.finding(
        "random-labels-epochs",
        (
            title,
            "What has structure is learned sooner than what must be remembered piece by piece.",
            f"{_n(drawing)} Median over networks, and up to the slowest of them; a level that half of them "
            "never reached is left out. Ratio: geometric mean over pairs of the same start, 95 % interval. "
            f"{_SOURCE}",
        ),
        figure,
        table(
            ("data", *(f"epochs to {_whole(float(level))}" for level in levels), "reached the last"),
            [_epochs_row(drawing, kind, each, levels) for kind, each in main.items()],
        ),
    )


def _slower(drawing: Drawing, levels: list[str]) -> tuple[Any, str]:
    """Return the ratio of random to true epochs at the highest level that all reached, and the level."""
    ratios = drawing["epochs_ratio_random_to_true"]
    found = [level for level in levels if ratios[level] is not None]
    return (ratios[found[-1]], found[-1]) if found else (None, levels[-1])


def _epochs_row(drawing: Drawing, kind: str, each: Mapping[str, Any], levels: list[str]) -> tuple[str, ...]:
    median = [each["epochs_to"][level]["median"] for level in levels]
    there = each["epochs_to"][levels[-1]]["members_that_reached_it"]
    cells = ("not reached" if value is None else f"{value:g}" for value in median)
    return (words_of(kind), *cells, f"{there} of {drawing['members']}")


def _held_back(drawing: Drawing, held: list[Mapping[str, Any]]) -> Finding:
    width = drawing["settings"]["width"]
    of_main = [
        each
        for each in drawing["populations"]
        if each["width"] == width
        and each["kind"] in ("true", "random")
        and each["random_share"] in (0.0, 1.0)
    ]
    random = {each["regulariser"]: each for each in of_main if each["kind"] == "random"}
    true = {each["regulariser"]: each for each in of_main if each["kind"] == "true"}
    names = [name for name in random if name in true]
    most = min((name for name in names if name != "none"), key=lambda name: _value(random[name]))
    kept = Measured.read(random[most]["train_accuracy"])
    title = f"Held back by {most}, networks still remember {kept.percent()} of random labels"
    figure = canvas(title, across="named rightly", up="", height=90 + 42 * len(names))
    shown = [name if name != "none" else "nothing" for name in names]
    sides = (
        ("random labels", random, "train_accuracy", VOTE),
        ("true labels", true, "train_accuracy", CHANCE),
        ("new examples", true, "test_accuracy", ONE),
    )
    drawn = {
        words: ([Measured.read(side[name][key]) for name in names], colour)
        for words, side, key, colour in sides
    }
    side_by_side(figure, shown, drawn)
    shares(figure, "x", range=[0, 1.03])
    return drawing.finding(
        "random-labels-held-back",
        (
            title,
            "What is meant to prevent remembering may help on new examples without preventing it.",
            f"{_n(drawing)} Intervals over starts (95 %). {_SOURCE}",
        ),
        figure,
        table(
            ("held back by", *(words for words, _, _, _ in sides)),
            [
                (shown[place], *(Measured.read(side[name][key]).percent() for _, side, key, _ in sides))
                for place, name in enumerate(names)
            ],
        ),
    )


def _value(each: Mapping[str, Any]) -> float:
    return Measured.read(each["train_accuracy"]).value


def _capacity(drawing: Drawing, sizes: list[int]) -> Finding:
    shares_of: dict[float, dict[int, Mapping[str, Any]]] = {}
    for each in drawing["populations"]:
        if each["regulariser"] == "none" and each["kind"] in ("true", "random"):
            shares_of.setdefault(each["random_share"], {})[each["parameters"]] = each
    lines = {share: found for share, found in sorted(shares_of.items()) if len(found) > 1}
    worst = lines[max(lines)]
    small, large = worst[min(worst)], worst[max(worst)]
    title = (
        f"{large['parameters']:,} parameters remember {Measured.read(large['train_accuracy']).percent()} of "
        f"{drawing['examples']:,} labels, {_whole(max(lines))} of them random; {small['parameters']:,} "
        f"remember {Measured.read(small['train_accuracy']).percent()}"
    )
    figure = canvas(title, across="parameters (log scale)", up="training examples named rightly", height=320)
    for style, (share, found) in enumerate(lines.items()):
        reached = [Measured.read(found[size]["train_accuracy"]) for size in sorted(found)]
        colour = BLUE if share == 0 else CATEGORIES[style % len(CATEGORIES)]
        words = f"{_whole(share)} random"
        measured(figure, sorted(found), reached, name=words, colour=colour, style=style)
    logarithmic(figure, float(sizes[0]), float(sizes[-1]), axis="x")
    shares(figure, "y", range=[0, 1.03])
    return drawing.finding(
        "random-labels-capacity",
        (
            title,
            "Structure needs few parameters. What has none needs about as many as there is to remember.",
            f"{_n(drawing)} One hidden layer of {_listed(drawing)} neurons. Intervals over starts (95 %). "
            f"{_SOURCE}",
        ),
        figure,
        table(
            ("parameters", "parameters per example", *(f"{_whole(share)} random" for share in lines)),
            [
                (
                    f"{size:,}",
                    as_significant(size / drawing["examples"]),
                    *(_cell(found.get(size)) for found in lines.values()),
                )
                for size in sizes
            ],
        ),
    )


def _listed(drawing: Drawing) -> str:
    return ", ".join(map(str, sorted({each["width"] for each in drawing["populations"]})))


def _cell(each: Mapping[str, Any] | None) -> str:
    return "not trained" if each is None else Measured.read(each["train_accuracy"]).percent()
