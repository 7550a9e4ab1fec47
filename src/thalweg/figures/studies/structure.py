"""Whether structure is learned sooner than noise, in an order that starts agree on, and more simply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import in_order, rows, side_by_side
from thalweg.figures.studies.kinds import curve_rows, curves, thinned, words_of
from thalweg.figures.theme import CHANCE, ONE, canvas, shares
from thalweg.measured import Measured

_SOURCE = "After Arpit et al. 2017, arXiv 1706.05394."


def draw(drawing: Drawing) -> list[Finding]:
    """Return learning curves, the agreement of starts on an order, and critical sample ratios."""
    return [_curves(drawing), _order(drawing), _critical(drawing)]


def _n(drawing: Drawing) -> str:
    return (
        f"n = {counted(drawing['members'], 'network')} on each kind of data, "
        f"{counted(drawing['examples'], 'training example')}."
    )


def _curves(drawing: Drawing) -> Finding:
    title = _faster(drawing["kinds"])
    figure = canvas(title, across="epochs (log scale)", up="training examples named rightly", height=330)
    arrays = {kind: drawing.arrays[f"train {kind}"] for kind in drawing["kinds"]}
    epochs = thinned(curves(figure, arrays))
    shares(figure, "y", range=[0, 1.03])
    return drawing.finding(
        "structure-curves",
        (
            title,
            "What examples have in common is learned for all of them at once; what they do not, one by one.",
            f"{_n(drawing)} Line: median over networks; band: 90 % of them. Ratio of epochs: geometric mean "
            f"over pairs of the same start, 95 % interval. {_SOURCE}",
        ),
        figure,
        table(("epoch", *map(words_of, arrays)), curve_rows(arrays, epochs)),
    )


def _faster(kinds: Mapping[str, Any]) -> str:
    """Say how many times as many epochs the first kind of noise takes, at the highest level both reached."""
    for kind in kinds:
        ratios = {} if kind == "true" else kinds[kind]["epochs_ratio_to_true"]
        reached = [level for level, ratio in ratios.items() if ratio is not None]
        if reached:
            ratio, level = Measured.read(ratios[reached[-1]]), f"{100 * float(reached[-1]):g} %"
            shown = "" if ratio.tells_from(1.0) else ": no difference shown"
            words = words_of(kind).capitalize()
            return f"{words}: {ratio.plain()} times as many epochs as true data to {level}{shown}"
    kind = next(iter(kinds))
    kept = Measured.read(kinds[kind]["train_accuracy"]).percent()
    return f"Of {words_of(kind)}, {kept} is remembered at the end"


def _order(drawing: Drawing) -> Finding:
    kinds: Mapping[str, Any] = drawing["kinds"]
    found = {kind: Measured.read(each["agreement_of_order"]) for kind, each in kinds.items()}
    kind = "true" if "true" in found else next(iter(found))
    title = (
        f"Two starts agree by {found[kind].plain()} on the order in which they learn {words_of(kind)}"
        if found[kind].tells_from(0.0)
        else f"No common order in which starts learn {words_of(kind)} is shown: {found[kind].plain()}"
    )
    figure = canvas(title, across="agreement of orders", up="", height=70 + 40 * len(found))
    names = [words_of(each) for each in found]
    rows(figure, names, list(found.values()), name="two starts", colour=ONE)
    in_order(figure, names)
    figure.add_vline(x=0, line={"color": CHANCE, "width": 1, "dash": "dot"})
    return drawing.finding(
        "structure-order",
        (
            title,
            "1: every start learns the same examples first; 0: each has an order of its own. Where examples "
            "share nothing, some can still be easier than others.",
            f"{_n(drawing)} Spearman\u2019s correlation of the first epoch after which each example is "
            "right, each start with batches of its own; mean over pairs, interval over starts (95 %). "
            f"{_SOURCE}",
        ),
        figure,
        table(
            ("data", "agreement of two orders", "median epochs to 50 %", "to 90 %", "to 99 %"),
            [
                (
                    words_of(each),
                    found[each].plain(),
                    *(_epochs(kinds[each]["median_epochs_to"][level]) for level in ("0.5", "0.9", "0.99")),
                )
                for each in found
            ],
        ),
    )


def _epochs(value: float | None) -> str:
    return "not reached" if value is None else f"{value:g}"


def _critical(drawing: Drawing) -> Finding:
    kinds: Mapping[str, Any] = drawing["kinds"]
    sides = (
        ("after one epoch", "critical_ratio_after_one_epoch", CHANCE),
        ("at the end", "critical_ratio_at_the_end", ONE),
    )
    kind = "true" if "true" in kinds else next(iter(kinds))
    found = Measured.read(kinds[kind]["critical_ratio_at_the_end"]).percent()
    title = f"{found} of {words_of(kind)} end close to another answer"
    figure = canvas(title, across="near another answer", up="", height=80 + 45 * len(kinds))
    names = [words_of(each) for each in kinds]
    drawn = {
        words: ([Measured.read(each[key]) for each in kinds.values()], colour) for words, key, colour in sides
    }
    side_by_side(figure, names, drawn)
    shares(figure, "x", range=[0, 1.03])
    asked = drawing["settings"]
    return drawing.finding(
        "structure-critical",
        (
            title,
            "The fewer examples have another answer nearby, the simpler is what the network does between "
            "them.",
            f"n = {counted(min(asked['critical_members'], drawing['members']), 'network')} \u00d7 "
            f"{counted(min(asked['critical_examples'], drawing['examples']), 'training example')}. Critical "
            f"sample ratio: another answer within {drawing['radius']:g} of every input, searched for by an "
            f"attack, so a lower bound. Intervals over networks and examples (95 %). {_SOURCE}",
        ),
        figure,
        table(
            ("data", *(words for words, _, _ in sides)),
            [
                (words_of(each), *(Measured.read(kinds[each][key]).percent() for _, key, _ in sides))
                for each in kinds
            ],
        ),
    )
