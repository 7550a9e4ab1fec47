"""Barriers between members over the width, and by which power of it they fall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from thalweg.figures.drawing import Drawing, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import in_order, level, measured, rows
from thalweg.figures.theme import CATEGORIES, INK, ONE, canvas, logarithmic
from thalweg.measured import Measured

_SOURCE = "After Zhan, Li & Wu 2025, arXiv 2503.06001; matched all at once as in C2M3, arXiv 2405.17897."
_THEORY = -0.5
_SAID = {
    "unaligned": "as they are",
    "weights": "matched by weights",
    "activations": "matched by what units do",
    "together": "all matched at once",
}


def draw(drawing: Drawing) -> list[Finding]:
    """Return the barriers over the width, and the powers."""
    powers = {name: law["power"] for name, law in drawing["laws"].items() if law["power"] is not None}
    return [_barriers(drawing), *([_powers(drawing, powers)] if powers else [])]


def _n(drawing: Drawing) -> str:
    members = sorted(drawing["members"].values())
    few, many = members[0], members[-1]
    count = f"{many}" if few == many else f"{few} to {many}"
    return f"n = {count} members of each width, all their pairs. Intervals (95 %) over members, not pairs. "


def _barriers(drawing: Drawing) -> Finding:
    laws: Mapping[str, Any] = drawing["laws"]
    aligned = {name: law for name, law in laws.items() if name != "unaligned"} or laws
    first, law = next(iter(aligned.items()))
    widths = sorted(law["barriers"], key=int)
    ends = [Measured.read(law["barriers"][width]).significant() for width in (widths[0], widths[-1])]
    title = (
        f"{_SAID[first].capitalize()}, the barrier goes from {ends[0]} at width {widths[0]} to {ends[1]} at "
        f"{widths[-1]}, and {_shape(law)}"
    )
    figure = canvas(
        title, across="neurons of the hidden layer (log scale)", up="barrier of the cost (log scale)"
    )
    seen: list[float] = []
    for style, (name, each) in enumerate(laws.items()):
        found = [(int(width), Measured.read(each["barriers"][width])) for width in widths]
        shown = [(width, one) for width, one in found if one.value > 0]
        colour = INK if name == "unaligned" else CATEGORIES[style - 1]
        measured(
            figure,
            [x for x, _ in shown],
            [one for _, one in shown],
            name=_SAID[name],
            colour=colour,
            style=style,
        )
        seen += [
            end for _, one in shown for end in (one.value, one.low, one.high) if end is not None and end > 0
        ]
    logarithmic(figure, min(map(int, widths)), max(map(int, widths)), axis="x")
    logarithmic(figure, min(seen), max(seen))
    return drawing.finding(
        "barrier-width-barriers",
        (
            title,
            "How far the straight way from one minimum to another lies above its ends. Neurons of one "
            "network stand in another order than those of the other: as they are, the way leads over a hill "
            "that means little. A straight line here is a power of the width.",
            f"{_n(drawing)}Verdicts hold together (Bonferroni). {_SOURCE}",
        ),
        figure,
        table(
            ("width", "members", "mean cost", *(_SAID[name] for name in laws)),
            [
                (
                    width,
                    str(drawing["members"][width]),
                    f"{drawing['costs'][width]:.3g}",
                    *(Measured.read(law["barriers"][width]).significant() for law in laws.values()),
                )
                for width in widths
            ],
        ),
    )


def _shape(law: Mapping[str, Any]) -> str:
    if law["two_descents"]:
        return "falls, rises and falls again"
    return "rises and falls" if law["is_peak"] else "shows no peak on the way"


def _powers(drawing: Drawing, powers: Mapping[str, Any]) -> Finding:
    laws: Mapping[str, Any] = drawing["laws"]
    name = next((name for name in powers if name != "unaligned"), next(iter(powers)))
    found = Measured.read(powers[name]["exponent"])
    verdict = {
        "yes": "as -1/2",
        "no": "another power than -1/2",
        "open": "-1/2 is not told from others",
    }[laws[name]["agrees"]]
    said = (
        "follow no one power of the width; their mean slope is"
        if powers[name]["is_bent"]
        else "go as the width to the power"
    )
    title = f"{_SAID[name].capitalize()}, barriers {said} {found.plain()}: {verdict}"
    names = [_SAID[name] for name in powers]
    figure = canvas(title, across="power of the width", up="", height=80 + 36 * len(names))
    rows(
        figure,
        names,
        [Measured.read(each["exponent"]) for each in powers.values()],
        name="power",
        colour=ONE,
        showlegend=False,
    )
    in_order(figure, names)
    level(figure, _THEORY, "-1/2", upright=True, place="bottom right")
    wide = [f"{place:g}" for place in powers[name]["places"]]
    return drawing.finding(
        "barrier-width-power",
        (
            title,
            "By which power of the width barriers fall at the wider half of the widths. The dotted line is "
            "what is proved of networks that learn from a teacher. Where a line of barriers is not straight, "
            "its power is no more than a mean slope.",
            f"{_n(drawing)}Fitted at widths {', '.join(wide)}; intervals hold together at 95 %. {_SOURCE}",
        ),
        figure,
        table(
            ("matching", "power", "agrees with -1/2", "p-value of one power", "highest at width"),
            [
                (
                    _SAID[name],
                    Measured.read(each["exponent"]).plain(),
                    laws[name]["agrees"],
                    "" if each["p_value_straight"] is None else f"{each['p_value_straight']:.2g}",
                    " or ".join(map(str, laws[name]["peak"])),
                )
                for name, each in powers.items()
            ],
        ),
    )
