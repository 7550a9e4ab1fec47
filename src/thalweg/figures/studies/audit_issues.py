"""What is the matter with the data besides labels: copies, outliers, contradictions, classes that overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.facts import safe, shown
from thalweg.figures.finding import Finding, Picture, Table, Tile
from thalweg.figures.marks import in_order, rows
from thalweg.figures.mosaic import mosaic, tiles
from thalweg.figures.theme import CHANCE, ONE, VOTE, canvas, shares
from thalweg.measured import Measured

COLUMNS, PAIRS, BINS, FEATURES = 8, 12, 40, 12
WHOLE = "The list holds the first of them; all are in issues.csv, beside the audit."


def leaks(drawing: Drawing) -> list[Finding]:
    """Return the copies where test examples are among them, which comes before all else."""
    found = _of(drawing, "copies")
    return [_copies(drawing, found)] if found and _is_leak(found) else []


def draw(drawing: Drawing) -> list[Finding]:
    """Return other copies, outliers, contradictions and overlapping classes, where there are any."""
    copies, outliers = _of(drawing, "copies"), _of(drawing, "outliers")
    torn, pairs = _of(drawing, "contradictions"), _of(drawing, "overlaps")
    found = []
    # rows that luck makes alike are said once, where their labels differ
    twice = copies and copies.get("is_luck") and torn and torn["examples"]
    if copies and copies["examples"] and not _is_leak(copies) and not twice:
        found.append(_copies(drawing, copies))
    if torn and torn["examples"]:
        found.append(_contradictions(drawing, torn))
    if outliers and "issues_outlier_score" in drawing.arrays:
        found.append(_outliers(drawing, outliers))
    if pairs:
        found.append(_overlaps(drawing, pairs))
    return found


def _of(drawing: Drawing, kind: str) -> Any:
    return (drawing.content.get("issues") or {}).get(kind)


def _is_leak(copies: Mapping[str, Any]) -> bool:
    return copies.get("is_leak", copies["leaked"] > 0)


def _copies(drawing: Drawing, found: Mapping[str, Any]) -> Finding:
    near = found["examples"] - found["exact"]
    luck = found["leaked_by_luck"] if _is_leak(found) else found["by_luck"]
    by_luck = (
        f"Were half of the columns another row's of the same class, about {luck:,.0f} would be so by luck. "
        if luck and luck >= 0.5
        else ""
    )
    title = f"{found['examples']:,} of {drawing['examples']:,} examples have a copy"
    sentence = "What is there twice counts twice, in training and in every accuracy. "
    if found.get("is_luck"):
        title = (
            f"{found['examples']:,} of {drawing['examples']:,} rows have the values of another, as by luck"
        )
        sentence = "The columns have few values: rows are alike without being copies. "
    if _is_leak(found):
        title = (
            f"{found['leaked']:,} of {found['test_examples']:,} test examples are in the training part too"
        )
        sentence = "Accuracy on them is memory: every accuracy of these data is flattered. "
    why = found["near_not_asked"]
    return drawing.finding(
        "audit-copies",
        (
            title,
            f"{sentence}{by_luck}{WHOLE}",
            f"n = {counted(drawing['examples'], 'example')}; counted, so without an interval: "
            f"{found['exact']:,} the very same, {near:,} nearly, in {counted(found['groups'], 'group')}. "
            + (
                f"Near copies were not looked for: {why}."
                if why
                else "Nearly: nearer than neighbours are there; of these, luck makes 5 % at most."
            ),
        ),
        None,
        _table_of_groups(drawing, found["listed"]),
        pictures=_pictures(drawing, "issues_copies_images", _in_groups(found["listed"]), "Copies, by group"),
    )


def _contradictions(drawing: Drawing, found: Mapping[str, Any]) -> Finding:
    return drawing.finding(
        "audit-contradictions",
        (
            f"{found['examples']:,} examples have the very same inputs as one with another label",
            f"At least {found['least_wrong']:,} of these labels cannot be right, or the inputs do not settle "
            f"the class. {WHOLE}",
            f"n = {counted(drawing['examples'], 'example')}, "
            f"{counted(found['groups'], 'group')} of the very same inputs; counted, so without an interval.",
        ),
        None,
        _table_of_groups(drawing, found["listed"]),
    )


def _in_groups(listed: Sequence[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    return [
        (f"{number}: {shown(example['label'])}", example)
        for number, group in enumerate(listed, 1)
        for example in group["examples"]
    ]


def _table_of_groups(drawing: Drawing, listed: Sequence[Mapping[str, Any]]) -> Table:
    features = drawing.content.get("features", ())[:FEATURES]
    lines, cut = [], any(group["size"] > len(group["examples"]) for group in listed)
    for number, group in enumerate(listed, 1):
        labels = ", ".join(f"{shown(name)} ({count:,})" for name, count in group["labels"].items())
        for example in group["examples"]:
            values = [shown(value) for value in example["values"][: len(features)]]
            values += [""] * (len(features) - len(values))
            cells = (number, safe(example["called"]), example["split"], shown(example["label"]))
            lines.append((*cells, *([labels] if cut else []), *values))
    header = ("group", "example", "part", "label", *(["labels of the group"] if cut else []))
    return table((*header, *map(shown, features)), lines)


def _outliers(drawing: Drawing, found: Mapping[str, Any]) -> Finding:
    scores = drawing.arrays["issues_outlier_score"].astype(np.float64)
    apart = [entry["score"] for entry in found["listed"] if entry["apart"]]
    count = found["examples"]
    title = f"{counted(count, 'example')} {'stands' if count == 1 else 'stand'} apart from all others"
    if not count:
        title = f"None of {len(scores):,} examples stands apart from all others"
    features = drawing.content.get("features", ())[:FEATURES]
    lines = [
        (
            safe(entry["called"]),
            shown(entry["label"]),
            f"{entry['score']:.1f}",
            "yes" if entry["apart"] else "no",
            *[shown(value) for value in [*entry["values"], *[""] * len(features)][: len(features)]],
        )
        for entry in found["listed"]
    ]
    return drawing.finding(
        "audit-outliers",
        (
            title,
            "Look at the first of the list: they may be damaged, of another kind, or in other units. "
            "More than those that stand apart may be unusual; how many cannot be told from distances.",
            f"n = {counted(len(scores), 'example')}, the distance of each to its ten nearest neighbours. "
            "Seven of ten are below 0, and 1 more is e times rarer, if the tail goes on as it begins; those "
            "that stand apart are beyond that, 5 % of them by luck at most. Without an interval: it is a "
            "count of these examples.",
        ),
        _histogram(title, scores, min(apart, default=None)),
        table(("example", "label", "score", "stands apart", *map(shown, features)), lines),
        pictures=_pictures(
            drawing,
            "issues_outliers_images",
            [(shown(entry["label"]), entry) for entry in found["listed"]],
            "The least usual, the farthest first",
        ),
    )


def _histogram(title: str, scores: np.ndarray, first: float | None) -> go.Figure:
    edges = np.histogram_bin_edges(scores, bins=BINS)
    counts = np.histogram(scores, bins=edges)[0]
    colours = [VOTE if first is not None and left >= first - 1e-6 else ONE for left in edges[1:]]
    figure = canvas(title, across="score, larger is farther from all others", up="examples (log scale)")
    figure.add_bar(
        x=(edges[:-1] + edges[1:]) / 2,
        y=[int(count) if count else None for count in counts],
        width=np.diff(edges),
        marker_color=colours,
        hovertemplate="%{x:.1f}: %{y:,} examples<extra></extra>",
    )
    figure.update_yaxes(type="log", dtick=1, range=[-0.3, np.log10(max(counts.max(), 1)) + 0.3])
    return figure


def _pictures(
    drawing: Drawing, name: str, entries: Sequence[tuple[str, Mapping[str, Any]]], caption: str
) -> tuple[Picture, ...]:
    images = drawing.arrays.get(name)
    if images is None or not len(images) or len(images) != len(entries):
        return ()
    light = images / 255 if images.dtype == np.uint8 else images
    labels = [label for label, _ in entries]
    notes = [f"{safe(entry['called'])}, {entry['split']}" for _, entry in entries]
    image = mosaic(light, columns=COLUMNS, labels=labels)
    each = tuple(Tile(*one) for one in zip(tiles(light), labels, notes, strict=True))
    return (Picture(image, f"{caption}: its label, what it is called and its part.", each),)


def _overlaps(drawing: Drawing, pairs: Sequence[Mapping[str, Any]]) -> Finding:
    named = [f"\u201c{shown(pair['one'])}\u201d and \u201c{shown(pair['other'])}\u201d" for pair in pairs]
    shares_of = [Measured.read(pair["share"]) for pair in pairs]
    overlapping = [pair["stands_out"] and pair["both_ways"] for pair in pairs]
    first = f"{named[0]} are taken for each other: {shares_of[0].percent()} of their examples"
    title = (
        first
        if overlapping[0] or pairs[0]["others"] is None
        else f"No two classes are confused more than others both ways; {first}"
    )
    lines = [
        (
            shown(pair["one"]),
            shown(pair["other"]),
            share.percent(),
            f"{pair['one_as_other']:,}",
            f"{pair['other_as_one']:,}",
            f"{pair['wrong']:,}",
            "yes" if overlaps else "no",
        )
        for pair, share, overlaps in zip(pairs, shares_of, overlapping, strict=True)
    ]
    figure = canvas(
        title, across="examples taken for the other class", up="", height=70 + 26 * min(PAIRS, len(pairs))
    )
    most = min(PAIRS, len(pairs))
    rows(figure, named[:most], shares_of[:most], name="pair", colour=ONE)
    in_order(figure, named[:most])
    shares(figure, "x", rangemode="tozero")
    others = pairs[0]["others"]
    if others is not None:
        figure.add_vline(x=others, line={"color": CHANCE, "width": 1, "dash": "dot"})
    return drawing.finding(
        "audit-overlaps",
        (
            title,
            "Two classes that are taken for each other both ways may be one class, or have no rule that the "
            "inputs show. Confusions that are likelier wrong labels are counted apart.",
            f"n = {counted(drawing['examples'], 'label')}, judged by those that did not learn from them; "
            "share of the examples of both classes, over examples (95 %). A pair overlaps if its share is "
            "above that of all others (the dotted line, for the first) at 95 % for all pairs together, in "
            "both directions. With two classes there are no others.",
        ),
        figure,
        table(("one", "other", "share", "one as other", "other as one", "likely wrong", "overlap"), lines),
    )
