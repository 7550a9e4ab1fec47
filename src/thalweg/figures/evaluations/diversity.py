"""Whether the networks agree, and what their vote is worth."""

from __future__ import annotations

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import in_order, measured, rows
from thalweg.figures.theme import CHANCE, ONE, VOTE, canvas, shares
from thalweg.measured import Measured


def draw(drawing: Drawing) -> list[Finding]:
    """Return how the vote grows with the voters, and how often networks agree."""
    return [_votes(drawing), _agreement(drawing)]


def _votes(drawing: Drawing) -> Finding:
    sizes = sorted(int(size) for size in drawing["ensemble"])
    found = [Measured.read(drawing["ensemble"][str(size)]["accuracy"]) for size in sizes]
    title = (
        f"A vote of {sizes[-1]:,} is right on {found[-1].percent()} of new examples, "
        f"one network on {found[0].percent()}"
    )
    figure = canvas(title, across="networks that vote", up="examples named rightly")
    measured(figure, sizes, found, name="vote", colour=VOTE)
    shown = [size for size in sizes if size & (size - 1) == 0 or (size == sizes[-1] and size & (size + 1))]
    figure.update_xaxes(type="log", tickvals=shown, ticktext=[str(size) for size in shown])
    shares(figure)
    half = _nearly_all(sizes, found)
    return drawing.finding(
        "votes",
        (
            title,
            "Networks from different starts make partly different mistakes, so their mean probability is "
            f"right more often than one of them. {half}",
            f"{drawing.n()} Each size: mean over up to 32 draws of so many networks; the interval is over "
            "starts and examples together (95 %; cautious: simulated, it holds 94 to 100 % of the time, most "
            "often for a vote of all).",
        ),
        figure,
        table(
            ("networks", "right", "gained over one"),
            [
                (size, entry.percent(), Measured.read(drawing["ensemble"][str(size)]["gain"]).percent())
                for size, entry in zip(sizes, found, strict=True)
            ],
        ),
    )


def _nearly_all(sizes: list[int], found: list[Measured]) -> str:
    first, last = found[0].value, found[-1].value
    if last <= first:
        return "Here it is not."
    enough = next(
        size for size, entry in zip(sizes, found, strict=True) if entry.value - first >= 0.8 * (last - first)
    )
    return f"{counted(enough, 'network')} give four fifths of what {sizes[-1]:,} give."


def _agreement(drawing: Drawing) -> Finding:
    members, two = drawing.members, Measured.read(drawing["disagreement"])
    independent = Measured.read(drawing["disagreement_if_independent"])
    title = f"Two networks disagree on {two.percent()} of new examples"
    never, agreed = drawing["never_right"], drawing["all_agree"]
    entries = [
        ("two disagree", two, ONE),
        ("two would, if independent", independent, CHANCE),
        ("two are both wrong", Measured.read(drawing["double_fault"]), ONE),
        ("all agree and are right", Measured.read(agreed["right"]), VOTE),
        ("all agree and are wrong", Measured.read(agreed["wrong"]), VOTE),
        ("no network is right", Measured.read(never), VOTE),
    ]
    figure = canvas(title, across="share of new examples", up="", height=270)
    for words, found, colour in entries:
        rows(figure, [words], [found], name=words, colour=colour, showlegend=False)
    in_order(figure, [words for words, _, _ in entries])
    shares(figure, "x", rangemode="tozero")
    return drawing.finding(
        "agreement",
        (
            title,
            "If their mistakes had nothing to do with each other they would disagree on "
            f"{independent.percent()}: what they share are hard examples. All networks agree, rightly, on "
            f"{Measured.read(agreed['right']).percent()}.",
            f"{drawing.n()} Intervals over starts and examples together where two networks are compared, "
            f"over examples where all {members:,} are (95 %).",
        ),
        figure,
        table(
            ("how often", "share of new examples"), [(words, found.percent()) for words, found, _ in entries]
        ),
    )
