"""How small a change of an input defeats the networks."""

from __future__ import annotations

from thalweg.figures.drawing import Drawing, table
from thalweg.figures.finding import Finding, Picture
from thalweg.figures.marks import line, measured
from thalweg.figures.mosaic import mosaic
from thalweg.figures.theme import INK, ONE, VOTE, canvas, shares
from thalweg.measured import Measured, as_percent

NORMS = {"linf": "largest change of any one input", "l2": "length of the whole change"}
COLUMNS = 8


def draw(drawing: Drawing) -> list[Finding]:
    """Return the accuracy under attack in every norm that was measured, with the changed pictures."""
    return [_attack(drawing, norm) for norm in NORMS if norm in drawing.content]


def _attack(drawing: Drawing, norm: str) -> Finding:
    found = drawing[norm]
    sizes = sorted(found["robust_accuracy"], key=float)
    smallest = Measured.read(found["smallest"])
    image = drawing.facts.words.span is not None
    title = _title(norm, smallest, image)
    figure = canvas(title, across=f"{NORMS[norm]} ({_unit(image)})", up="still named rightly")
    sides = [("one network", found, ONE)]
    if found.get("ensemble"):
        sides.append((f"vote of {drawing.members:,}", found["ensemble"], VOTE))
    places = [float(size) for size in sizes]
    for style, (words, side, colour) in enumerate(sides):
        right = [Measured.read(side["robust_accuracy"][size]) for size in sizes]
        measured(figure, places, right, name=words, colour=colour, style=style)
    by_chance = found["robust_accuracy_by_method"].get("noise")
    if by_chance:
        line(
            figure,
            places,
            [by_chance[size] for size in sizes],
            name="one network, change at random",
            colour=INK,
            style=2,
        )
    shares(figure, "y", range=[0, 1.01])
    return drawing.finding(
        f"adversarial-{norm}",
        (title, _sentence(image), _how(drawing)),
        figure,
        table(
            (
                f"change ({_unit(image)})",
                *(words for words, _, _ in sides),
                *(["one network, change at random"] if by_chance else []),
            ),
            [
                (
                    size,
                    *(Measured.read(side["robust_accuracy"][size]).percent() for _, side, _ in sides),
                    *([as_percent(by_chance[size])] if by_chance else []),
                )
                for size in sizes
            ],
        ),
        pictures=_pictures(drawing, norm),
    )


def _unit(image: bool) -> str:
    return "black to white: 1" if image else "standard deviations"


def _title(norm: str, smallest: Measured, image: bool) -> str:
    if norm == "linf" and image:
        grey = f"{smallest.percent()} of the way from black to white"
        return f"Half of the right answers fall to a change of every pixel by {grey} at most"
    what = "in any one input" if norm == "linf" else "in length"
    return f"Half of the right answers fall to a change of {smallest.plain(decimals=3)} {what}"


def _sentence(image: bool) -> str:
    hangs = "the answer hangs on directions that people do not see" if image else "few directions decide"
    return f"A change made to defeat the network needs to be far smaller than one made at random: {hangs}."


def _how(drawing: Drawing) -> str:
    attack = drawing.content.get("attack") or {}
    effort = (
        f" ({attack['steps']} steps, {attack['starts']} starts)"
        if {"steps", "starts"} <= attack.keys()
        else ""
    )
    return (
        f"{drawing.n()} The strongest of several attacks that follow the gradient{effort}; a better "
        f"attack may need less. "
        "Intervals over networks and examples together (95 %). Madry et al. 2018, arXiv 1706.06083."
    )


def _pictures(drawing: Drawing, norm: str) -> tuple[Picture, ...]:
    changed = drawing.arrays.get(f"{norm}_pictures")
    if changed is None or not len(changed) or changed.ndim < 3:
        return ()
    caption = "Pictures changed just enough to be named wrongly by one network."
    return (Picture(mosaic(changed, columns=min(COLUMNS, len(changed))), caption),)
