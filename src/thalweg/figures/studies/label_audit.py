"""Which labels are wrong: how suspicious each is, the most suspicious to look at, and what was mixed up."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.facts import safe, shown
from thalweg.figures.finding import Finding, Picture, Tile
from thalweg.figures.marks import in_order
from thalweg.figures.mosaic import mosaic, tiles
from thalweg.figures.studies import audit_issues
from thalweg.figures.studies.checked_labels import draw_checked
from thalweg.figures.theme import ONE, VOTE, canvas
from thalweg.measured import Measured
from thalweg.wording import EVEN_ERRORS

SHOWN, COLUMNS, PAIRS, LIKELY = 40, 8, 12, 0.5
_BANDS = ((0.0, 0.001), (0.001, 0.01), (0.01, 0.1), (0.1, 0.5))
_LATE = ((0.5, 0.9), (0.9, 0.99), (0.99, 1.01))


def draw(drawing: Drawing) -> list[Finding]:
    """Return how suspicious labels are, with the most suspicious pictures, which classes are mixed up, and
    what else is the matter with the data; test examples that were trained on come first, then what people
    checked."""
    checked = [draw_checked(drawing)] if "checked" in drawing.content else []
    found = [*audit_issues.leaks(drawing), *checked, _suspicion(drawing)]
    if drawing["suspicious"] and not _is_doubtful(drawing):
        found.append(_mixed_up(drawing))
    return [*found, *audit_issues.draw(drawing)]


def _is_doubtful(drawing: Drawing) -> bool:
    """Return whether wrong labels could not be counted; an older audit did not ask."""
    return not drawing.content.get("verdict", "about").startswith("about")


_MANY = {"networks": "network", "estimator": "fitted estimator"}
"""Judges that are many, and what one of them is."""


def _how(drawing: Drawing) -> str:
    panel = drawing.content.get("panel") or []
    names = {judge["name"] for judge in panel}
    of = [word for name, word in _MANY.items() if name in names or (not panel and name == "networks")]
    many = (
        " and ".join(counted(drawing["members"], word) for word in of)
        if drawing.content.get("members")
        else ""
    )
    trained, labels = f"n = {many}, " if many else "", counted(drawing["examples"], "label")
    if len(panel) < 2:
        return f"{trained}{labels}, each judged by those that did not learn from it."
    weighed = [f"{judge['name']} ({100 * judge['weight']:.0f} %)" for judge in panel]
    together = f"{', '.join(weighed[:-1])} and {weighed[-1]}"
    return f"{trained}{labels}, each judged by those that did not learn from it; of the say have {together}."


def _suspicion(drawing: Drawing) -> Finding:
    title = _how_many(drawing)
    bands = (*_BANDS, *_LATE)
    suspicion = drawing.arrays["suspicion"]
    counts = [int(((suspicion >= low) & (suspicion < high)).sum()) for low, high in bands]
    first = next((place for place, count in enumerate(counts) if count), 0)
    names = [_band(low, high) for low, high in bands][first:]
    counts = counts[first:]
    unknown = drawing.content.get("not_judged", 0)
    if unknown:
        names, counts = ["not judged", *names], [unknown, *counts]
        first -= 1
    return drawing.finding(
        "audit-suspicion",
        (
            title,
            f"{_first(drawing)}{_rests_on(drawing)}{_likely(drawing)}"
            "The judges can be wrong too: look at the examples before you change a label.",
            f"{_how(drawing)} Suspicion: how likely the label is wrong. The interval (95 %) reaches up to "
            "the hard examples whose label the judges reject: only a person can tell who is wrong. People "
            "count wrong labels whatever they strike: thalweg audit RUN --to-check 100 -o check.csv.",
        ),
        _bars(title, names, counts, len(_BANDS) - first),
        table(
            ("suspicion", "labels"), [(name, f"{count:,}") for name, count in zip(names, counts, strict=True)]
        ),
        pictures=_gallery(drawing),
    )


def _how_many(drawing: Drawing) -> str:
    if _is_doubtful(drawing):
        return f"How many labels are wrong? {drawing['verdict'].capitalize()}"
    wrong = Measured.read(drawing["estimated_errors"])
    low, high = wrong.interval or (wrong.value, wrong.value)
    return (
        f"About {wrong.value:,.0f} [{low:,.0f}, {high:,.0f}] of {drawing['examples']:,} labels are wrong "
        "under even errors"
    )


def _first(drawing: Drawing) -> str:
    """Return what is to be known first: whether the judges know anything, and of which classes."""
    judges, unseen = drawing.content.get("judges"), drawing.content.get("not_recognised")
    said = f"The judges: {judges['verdict']}. " if judges and not judges["learned"] else ""
    if unseen and drawing["not_judged"] < drawing["examples"]:
        names = ", ".join(f"\u201c{shown(name)}\u201d" for name in unseen)
        said += f"They do not recognise {names}: labels of that are not judged, and any may be wrong. "
    return said


def _rests_on(drawing: Drawing) -> str:
    """Return what the count rests on; nothing where there is none."""
    return "" if _is_doubtful(drawing) else f"{EVEN_ERRORS.capitalize()}. "


def _likely(drawing: Drawing) -> str:
    """Return how many labels are likely wrong, and what that rests on; nothing where it cannot be told."""
    if _is_doubtful(drawing):
        return ""
    count = drawing["suspicious"]
    said = "One is" if count == 1 else f"{count:,} are" if count else "None is"
    caveat = drawing.content.get("caveat")
    return f"{said} more likely wrong than right. {f'The judges are {caveat}. ' if caveat else ''}"


def _band(low: float, high: float) -> str:
    if low == 0:
        return f"below {high:g}"
    return f"above {low:g}" if high > 1 else f"{low:g} to {high:g}"


def _bars(title: str, names: list[str], counts: list[int], likely: int) -> go.Figure:
    figure = canvas(title, across="labels (log scale)", up="suspicion", height=70 + 26 * len(names))
    colours = [VOTE if place >= likely else ONE for place in range(len(names))]
    figure.add_bar(
        x=counts,
        y=names,
        orientation="h",
        marker_color=colours,
        text=[f"{count:,}" for count in counts],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:,} labels<extra></extra>",
    )
    figure.update_xaxes(type="log", dtick=1, range=[-0.3, np.log10(max(counts)) + 1.1])
    in_order(figure, names[::-1])
    if 0 < likely < len(names):
        figure.add_hline(y=likely - 0.5, line={"color": VOTE, "width": 1, "dash": "dot"})
    return figure


def _gallery(drawing: Drawing) -> tuple[Picture, ...]:
    pictures = drawing.arrays.get("gallery_images")
    if pictures is None or not len(pictures):
        return ()
    names = [shown(str(name)) for name in drawing.arrays["class_names"]]
    label = [names[each] for each in drawing.arrays["gallery_label"]]
    better = [names[each] for each in drawing.arrays["gallery_suggested"]]
    changes = [f"{one} to {other}" for one, other in zip(label, better, strict=True)]
    suspicion = [in_short(value) for value in drawing.arrays["gallery_suspicion"]]
    notes = [f"{value}, {name}" for value, name in zip(suspicion, called(drawing), strict=True)]
    image = mosaic(pictures[:SHOWN] / 255, columns=COLUMNS, labels=changes[:SHOWN])
    caption = (
        f"The {min(SHOWN, len(pictures))} most suspicious labels, the most suspicious first: the label and "
        f"what the judges suggest; how likely the label is wrong, and {counting(drawing)}."
    )
    each = zip(tiles(pictures[:SHOWN] / 255), changes, notes, strict=False)
    return (Picture(image, caption, tuple(Tile(*one) for one in each)),)


def called(drawing: Drawing) -> list[str]:
    """Return what each suspicious example is called; an audit of before names its place in its split."""
    if "suspects" in drawing.content:
        return [safe(suspect["called"]) for suspect in drawing["suspects"]]
    if "gallery_called" in drawing.arrays:
        return [safe(str(name)) for name in drawing.arrays["gallery_called"]]
    places = zip(drawing.arrays["gallery_split"], drawing.arrays["gallery_example"], strict=True)
    return [f"{split} {example}" for split, example in places]


def counting(drawing: Drawing) -> str:
    """Say what the names of examples are, and where they count from."""
    first = next(iter(drawing.content.get("suspects", ())), {})
    if "row" in first:
        return "the row, of which the first below the header is row 1"
    if "file" in first and "index" not in first:
        return "the picture's file"
    return "the example's number, from 0"


def in_short(suspicion: float) -> str:
    """Return a suspicion in two digits or so."""
    if suspicion < 1e-4:
        return "under 0.0001"
    return f"{suspicion:.2f}" if suspicion >= 0.01 else f"{suspicion:.1g}"


def _mixed_up(drawing: Drawing) -> Finding:
    arrays = drawing.arrays
    chosen = arrays["gallery_suspicion"] > LIKELY
    names = [shown(str(name)) for name in arrays["class_names"]]
    pairs = np.stack([arrays["gallery_label"][chosen], arrays["gallery_suggested"][chosen]], axis=1)
    found, counts = np.unique(pairs, axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    words = [f"{names[found[place, 0]]} \u2192 {names[found[place, 1]]}" for place in order]
    counted_pairs = [int(counts[place]) for place in order]
    one, other = (names[each] for each in found[order[0]])
    tied = sum(count == counted_pairs[0] for count in counted_pairs) - 1
    also = f"; {counted(tied, 'other pair')} as often" if tied else ""
    title = (
        f"Most often \u201c{one}\u201d stands where \u201c{other}\u201d should: {counted_pairs[0]:,} of "
        f"{counted(int(chosen.sum()), 'suspicious label')}{also}"
    )
    shown_pairs = words[:PAIRS]
    figure = canvas(title, across="suspicious labels", up="", height=70 + 24 * len(shown_pairs))
    figure.add_bar(x=counted_pairs[:PAIRS], y=shown_pairs, orientation="h", marker_color=ONE)
    in_order(figure, shown_pairs)
    figure.update_xaxes(rangemode="tozero", tickformat=",d", dtick=1 if counted_pairs[0] <= 8 else None)
    return drawing.finding(
        "audit-mixed-up",
        (
            title,
            "Label \u2192 what the judges suggest. A pair that stands out is a rule that was misread, or "
            "two classes that cannot be told apart.",
            f"{_how(drawing)} Counted: labels with a suspicion above {LIKELY:g}, "
            f"{int(chosen.sum()):,} of those that are kept to be looked at.",
        ),
        figure,
        table(("label \u2192 suggested", "labels"), list(zip(words, counted_pairs, strict=True))),
    )
