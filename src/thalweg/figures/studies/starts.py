"""Where the starts of every width ended, how their spread goes with width, and how far apart they lie."""

from __future__ import annotations

import numpy as np

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import measured, side_by_side
from thalweg.figures.scaling import kept, maps, scaled
from thalweg.figures.studies.boxes import boxes
from thalweg.figures.theme import CHANCE, MARKERS, ONE, VOTE, canvas, logarithmic, shares
from thalweg.measured import Measured, as_percent, as_significant

SIGNIFICANT = 0.05
_SIDES = (("train", "learned from", CHANCE), ("test", "new", ONE))
_MOST_POINTS = 400


def draw(drawing: Drawing) -> list[Finding]:
    """Return accuracies, costs, their spread and correlation, and the places of aligned minima."""
    widths = sorted(map(int, drawing["widths"]))
    found = [_accuracy(drawing, widths), _cost(drawing, widths)]
    if len(widths) > 1:
        found.append(_spread(drawing, widths))
    found.append(_together(drawing, widths))
    placed = [width for width in widths if _of(drawing, width)["places"]]
    return [*found, _distances(drawing, placed), _map(drawing, placed[-1])] if placed else found


def _of(drawing: Drawing, width: int) -> dict:
    return drawing["widths"][str(width)]


def _n(drawing: Drawing, widths: list[int]) -> str:
    starts = [_of(drawing, width)["members"] for width in widths]
    lost = sum(_of(drawing, width)["diverged"] for width in widths)
    left_out = f"; {counted(lost, 'start')} diverged and left out" if lost else ""
    fewest = f"{min(starts):,}" if min(starts) == max(starts) else f"{min(starts):,} to {max(starts):,}"
    return f"n = {fewest} starts of each width{left_out}."


def _names(drawing: Drawing, widths: list[int]) -> list[str]:
    return ["\u00d7".join(map(str, _of(drawing, width)["hidden"])) for width in widths]


def _distribution(drawing: Drawing, widths: list[int], what: str, title: str, up: str):
    figure = canvas(title, across="hidden neurons", up=up, height=330)
    sides = {
        f"{words}, mean": (
            [drawing.arrays[f"{side}_{what}_{width}"] for width in widths],
            [Measured.read(_of(drawing, width)[f"{side}_{what}"]["mean"]) for width in widths],
            colour,
        )
        for side, words, colour in _SIDES
    }
    boxes(figure, _names(drawing, widths), sides)
    return figure


def _accuracy(drawing: Drawing, widths: list[int]) -> Finding:
    width = widths[-1]
    found = _of(drawing, width)["equal_starts"]["accuracy"]
    spread, p_value = Measured.read(found["true_sd"]), found["p_value_all_equal"]
    who = f"Starts of {_names(drawing, [width])[0]} neurons"
    if p_value < SIGNIFICANT:
        title = f"{who} are not equal: their true accuracy spreads by {spread.points()} (sd)"
    else:
        most = f"{100 * (spread.high or 0):.2g} points"
        title = f"{who} show no difference that lasts: their true accuracy spreads by at most {most} (sd)"
    figure = _distribution(drawing, widths, "accuracy", title, "named rightly")
    shares(figure, "y")
    return drawing.finding(
        "starts-accuracy",
        (
            title,
            f"On this test set they spread by {Measured.read(found['seen_sd']).points()}. Two networks that "
            "are equally good still differ on a finite test set; that part is taken off.",
            f"{_n(drawing, widths)} Two-way components of variance; test of \u201call starts are equal\u201d "
            "by Greenhouse & Geisser (1959). Intervals of means and spreads: 95 %, over starts and examples.",
        ),
        figure,
        table(
            ("hidden neurons", "learned from", "new", "seen sd", "true sd", "p, all equal"),
            [_accuracy_row(drawing, width) for width in widths],
        ),
    )


def _accuracy_row(drawing: Drawing, width: int) -> tuple[str, ...]:
    found = _of(drawing, width)
    equal = found["equal_starts"]["accuracy"]
    return (
        _names(drawing, [width])[0],
        Measured.read(found["train_accuracy"]["mean"]).percent(),
        Measured.read(found["test_accuracy"]["mean"]).percent(),
        Measured.read(equal["seen_sd"]).points(decimals=2),
        Measured.read(equal["true_sd"]).points(decimals=2),
        f"{equal['p_value_all_equal']:.2g}",
    )


def _cost(drawing: Drawing, widths: list[int]) -> Finding:
    ends = [Measured.read(_of(drawing, width)["test_cost"]["mean"]) for width in (widths[0], widths[-1])]
    names = _names(drawing, [widths[0], widths[-1]])
    title = f"Starts of {names[-1]} neurons end at a test cost of {ends[-1].significant()}"
    if len(widths) > 1:
        title += f"; of {names[0]}, at {ends[0].significant()}"
    up = f"{drawing['cost']} cost (log scale)"
    figure = _distribution(drawing, widths, "cost", title, up)
    drawn = np.concatenate(
        [drawing.arrays[f"{side}_cost_{width}"] for side, _, _ in _SIDES for width in widths]
    )
    logarithmic(figure, max(float(drawn.min()), 1e-12), float(drawn.max()))
    return drawing.finding(
        "starts-cost",
        (
            title,
            "Every start rolls down to a place of its own; the question is whether some are much better "
            "places than others.",
            f"{_n(drawing, widths)} Boxes: half of the networks; whiskers: 90 %. Intervals of means: 95 %, "
            "over starts (and, for new examples, over examples).",
        ),
        figure,
        table(
            ("hidden neurons", "parameters", "learned from", "worst", "best", "new"),
            [_cost_row(drawing, width) for width in widths],
        ),
    )


def _cost_row(drawing: Drawing, width: int) -> tuple[str, ...]:
    found, values = _of(drawing, width), drawing.arrays[f"train_cost_{width}"]
    return (
        _names(drawing, [width])[0],
        f"{found['parameters']:,}",
        Measured.read(found["train_cost"]["mean"]).significant(),
        as_significant(float(values.max())),
        as_significant(float(values.min())),
        Measured.read(found["test_cost"]["mean"]).significant(),
    )


def _spread(drawing: Drawing, widths: list[int]) -> Finding:
    factor = Measured.read(drawing["sd_factor_per_doubling"]["test_cost"])
    title = (
        f"Twice the width multiplies the spread of test cost between starts by {factor.plain()}"
        if factor.tells_from(1.0)
        else f"No effect of the width on the spread of test cost is shown: {factor.plain()} a doubling"
    )
    figure = canvas(title, across="hidden neurons (log scale)", up="sd between starts (log scale)")
    sides = {
        "learned from": (
            [Measured.read(_of(drawing, width)["train_cost"]["sd"]) for width in widths],
            CHANCE,
        ),
        "new": ([Measured.read(_of(drawing, width)["test_cost"]["sd"]) for width in widths], ONE),
    }
    if all(_of(drawing, width)["shuffled"] for width in widths):
        shuffled = [Measured.read(_of(drawing, width)["shuffled"]["train_cost"]["sd"]) for width in widths]
        sides["shuffled labels"] = (shuffled, VOTE)
    for style, (name, (found, colour)) in enumerate(sides.items()):
        measured(figure, widths, found, name=name, colour=colour, style=style)
    ends = [
        end for found, _ in sides.values() for each in found for end in (*(each.interval or ()), each.value)
    ]
    logarithmic(figure, max(min(ends), 1e-9), max(ends))
    figure.update_xaxes(type="log", tickvals=widths, ticktext=list(map(str, widths)))
    return drawing.finding(
        "starts-spread",
        (
            title,
            "Below 1, wider networks end more alike: which start they were given matters less.",
            f"{_n(drawing, widths)} {drawing['cost'].capitalize()} cost. Standard deviations with 95 % "
            "intervals over starts (Bonett 2006). After Choromanska et al. 2015, arXiv 1412.0233.",
        ),
        figure,
        table(
            ("hidden neurons", *(f"sd of cost, {name}" for name in sides), "sd of test accuracy"),
            [
                (
                    name,
                    *(found[place].significant() for found, _ in sides.values()),
                    Measured.read(_of(drawing, width)["test_accuracy"]["sd"]).points(decimals=2),
                )
                for place, (width, name) in enumerate(zip(widths, _names(drawing, widths), strict=True))
            ],
        ),
    )


def _together(drawing: Drawing, widths: list[int]) -> Finding:
    width, names = widths[-1], _names(drawing, widths)
    found = _of(drawing, width)["cost_correlation"]
    starts = f"Starts of {names[-1]} neurons"
    title = (
        f"{starts}: training and test cost correlate by {_correlation(found)}"
        if Measured.read(found).tells_from(0.0)
        else f"{starts}: no correlation of training and test cost is shown, {_correlation(found)}"
    )
    figure = canvas(title, across=f"training {drawing['cost']} cost (log scale)", up="test cost (log scale)")
    colours = (ONE, VOTE, CHANCE, "#009E73", "#CC79A7", "#E69F00")
    every: dict[str, list[np.ndarray]] = {"train": [], "test": []}
    for place, (each, name) in enumerate(zip(widths, names, strict=True)):
        for side, values in every.items():
            values.append(drawing.arrays[f"{side}_cost_{each}"][:_MOST_POINTS])
        figure.add_scatter(
            x=every["train"][-1],
            y=every["test"][-1],
            mode="markers",
            name=f"{name} neurons",
            marker={
                "color": colours[place % 6],
                "symbol": MARKERS[place % 6],
                "size": 6,
                "opacity": 0.75,
            },
        )
    for axis, side in (("x", "train"), ("y", "test")):
        drawn = np.concatenate(every[side])
        logarithmic(figure, max(float(drawn.min()), 1e-12), float(drawn.max()), axis=axis)
    return drawing.finding(
        "starts-correlation",
        (
            title,
            "Near 1, a start that ends lower on what it learned from also ends lower on new examples; near "
            "0, looking for the lowest cost gains nothing.",
            f"{_n(drawing, widths)} Pearson\u2019s correlation over starts, 95 % interval (Fisher).",
        ),
        figure,
        table(
            ("hidden neurons", "correlation", "of ranks"),
            [
                (
                    name,
                    _correlation(_of(drawing, each)["cost_correlation"]),
                    _correlation(_of(drawing, each)["cost_rank_correlation"]),
                )
                for each, name in zip(widths, names, strict=True)
            ],
        ),
    )


def _correlation(found) -> str:
    read = Measured.read(found)
    return f"{read.plain()} (all on one line)" if abs(read.value) == 1 else read.plain()


_PLACES = (
    ("distance_before", "as they are", CHANCE),
    ("distance_after", "units matched", ONE),
    ("distance_to_strangers", "matched to a stranger", VOTE),
)


def _distances(drawing: Drawing, widths: list[int]) -> Finding:
    names = [f"{name} neurons" for name in _names(drawing, widths)]
    last = _of(drawing, widths[-1])["places"]
    closer = last["after_over_strangers"] or last["distance_after"]
    title = (
        f"Units matched, two starts of {names[-1]} lie {Measured.read(closer).plain()} times as far apart as "
        "strangers"
    )
    figure = canvas(title, across="distance of weights", up="", height=90 + 45 * len(names))
    sides = {
        words: ([Measured.read(_of(drawing, width)["places"][key]) for width in widths], colour)
        for key, words, colour in _PLACES
    }
    side_by_side(figure, names, sides)
    figure.update_xaxes(rangemode="tozero")
    return drawing.finding(
        "starts-distances",
        (
            title,
            "0 is the same network, 1 weights that have nothing in common. Matching brings any two networks "
            "nearer; what "
            "counts is how much nearer than to strangers, whose inputs and outputs were turned about.",
            f"n = {counted(last['members'], 'start')} of each width, every pair. Weight matching: Ainsworth "
            "et al. 2023, arXiv 2209.04836. Intervals over starts (95 %).",
        ),
        figure,
        table(
            ("hidden neurons", *(words for _, words, _ in _PLACES), "matched / strangers", "clusters"),
            [_distance_row(drawing, width) for width in widths],
        ),
    )


def _distance_row(drawing: Drawing, width: int) -> tuple[str, ...]:
    found = _of(drawing, width)["places"]
    clusters = found["clusters"]
    closer = found["after_over_strangers"]
    return (
        _names(drawing, [width])[0],
        *(Measured.read(found[key]).plain() for key, _, _ in _PLACES),
        "undefined" if closer is None else Measured.read(closer).plain(),
        "not looked for"
        if clusters is None
        else f"{clusters['count']} (p = {clusters['p_value_one_cloud']:.2g})",
    )


def _map(drawing: Drawing, width: int) -> Finding:
    found = _of(drawing, width)["places"]
    members = np.arange(int(found["members"]))
    pairs = np.stack(np.triu_indices(len(members), 1), axis=1)
    before, after = (drawing.arrays[f"distance_{when}_{width}"] for when in ("before", "after"))
    places = {"as they are": scaled(pairs, before), "units matched": scaled(pairs, after)}
    name = _names(drawing, [width])[0]
    apart, stood = (Measured.read(found[f"distance_{when}"]).plain() for when in ("after", "before"))
    title = f"Starts of {name} neurons end {apart} apart, units matched; as they are, {stood}"
    accuracy = drawing.arrays[f"test_accuracy_{width}"][: len(members)]
    figure = maps(
        title,
        members,
        places,
        across="distance of weights",
        coloured=accuracy,
        colour_title="right on new examples",
    )
    return drawing.finding(
        "starts-minima",
        (
            title,
            "Each point is where a start ended; points that are near have similar weights. Both maps have "
            "the same scale. One heap would be one valley for all, several heaps several.",
            f"n = {counted(len(members), 'start')}. Classical scaling (Torgerson 1952) to two dimensions, "
            f"which keep {as_percent(kept(pairs, before))} of the squared distances before and "
            f"{as_percent(kept(pairs, after))} after: the rest is not seen.",
        ),
        figure,
        table(
            ("start", "right on new", *(f"{axis}, {words}" for words in places for axis in ("across", "up"))),
            [
                (
                    member,
                    as_percent(accuracy[member]),
                    *(f"{place[member, axis]:.3f}" for place in places.values() for axis in (0, 1)),
                )
                for member in members
            ],
        ),
    )
