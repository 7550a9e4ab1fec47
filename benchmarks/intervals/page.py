"""The page docs/coverage.md: what was promised, what was found, and where it is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import groupby

from intervals.cells import LEAST, MOST, Found
from thalweg import __version__
from thalweg.runs.machine import processor_model

OPENING = """# What the intervals cover

An interval at 95 % promises something that can be tried: do the experiment again and again, each time with
new luck, and 95 of 100 intervals hold the true number. Their share is the *coverage*. Below 95 % an
interval is too sure of itself; far above it, it is wider than it need be. On real data nobody knows the
true number, so here the data are simulated: examples have a difficulty, networks an ability, and every
answer is drawn from the two. Then the truth is known, and every interval of the package is made by the
function that a user calls.

{counts}

Coverage is itself measured, and stands with its own 95 % interval (Wilson's) in brackets. **Low** and
**high** mark what lies outside 93 to 97 %, beyond that interval; the last column says where a user reads of
it. Beside ours stands the best alternative: the one whose coverage is nearest to 95 %; "as before" is what
the package did until it was mended. Widths are means, in the unit of the number itself (shares 0..1).
*normal*, *t2* (a few examples are much harder than the rest) and *rare* (nine of ten are never mistaken)
are how difficult examples are; *sd* is how unlike networks are; *2 x 50* is two networks on fifty examples.

Made with `python benchmarks/coverage.py` on {processor}, thalweg {version}; one family alone: `python
benchmarks/coverage.py FAMILY`.
"""
POWER = "power"


def page(found: dict[str, list[Found]], before: str = "") -> str:
    """Return the page for what was found, by family: one section each, a table for each interval.

    `before`: the page as it is, of which sections of other families are kept.
    """
    sections = _kept(before) | {
        _title(family): _section(family, each) for family, each in found.items() if each
    }
    repeats = [own.repeats for each in found.values() for own in each if not _is_power(own)]
    said = _TRIED.search(before)
    repeats += [int(number.replace(",", "")) for number in said.groups()] if said else []
    counts = _counts(sections.values(), min(repeats), max(repeats))
    opening = OPENING.format(counts=counts, processor=processor_model(), version=__version__)
    return "\n".join([opening, *(sections[title] for title in sorted(sections))])


_TRIED = re.compile(r"([\d,]+) to ([\d,]+) experiments")


def _kept(before: str) -> dict[str, str]:
    """Return the sections of a page by their titles."""
    parts = re.split(r"^(?=## )", before, flags=re.MULTILINE)[1:]
    return {part.splitlines()[0].removeprefix("## "): part.rstrip("\n") + "\n" for part in parts}


def _title(family: str) -> str:
    return family.capitalize().replace("_", " ")


def _counts(sections: Iterable[str], fewest: int, most: int) -> str:
    rows = [row.split(" | ") for section in sections for row in section.splitlines() if row.startswith("| ")]
    ours = [
        row for row in rows if len(row) == 6 and row[0] != "| setting"
    ]  # tables of power have five columns
    outside = [row for row in ours if "**" in row[1]]
    inside = len(ours) - len(outside)
    left = sum(row[-1].removesuffix(" |") == "-" for row in outside)
    tried = f"{most:,}" if fewest == most else f"{fewest:,} to {most:,}"
    unsaid = f"in {left:,} it is not, and that is said here alone" if left else "none is left unsaid"
    named = len(outside) - left
    return (
        f"{len(ours):,} cells (an interval in a setting), {tried} experiments each. In {inside:,} the\n"
        f"coverage is 93 to 97 %, or cannot be told from there; in {named:,} it is not, and that is said\n"
        f"where the interval is printed; {unsaid}."
    )


def _cells(found: list[Found]) -> list[list[Found]]:
    """Return what was found cell by cell, the package's own method first."""
    return [list(own) for _, own in groupby(found, key=lambda each: (each.of, each.setting))]


def _section(family: str, found: list[Found]) -> str:
    lines = [f"## {_title(family)}", ""]
    by_interval: dict[str, list[list[Found]]] = {}
    for cell in _cells(found):
        by_interval.setdefault(cell[0].of, []).append(cell)
    for interval, cells in by_interval.items():
        lines += _table(interval, cells)
    return "\n".join(lines)


def _table(interval: str, cells: list[list[Found]]) -> list[str]:
    first = cells[0][0]
    if _is_power(first):
        said = f"How often 0 is excluded, where the truth is not 0: more is better. Ours is `{first.method}`."
        lines = ["setting | ours | width | alternative | width"]
        lines += [
            " | ".join([cell[0].setting, *_shown(cell[0]), *_alternative(cell, _shown)]) for cell in cells
        ]
    else:
        outside = sum(not cell[0].holds for cell in cells)
        said = f"{len(cells)} cells, {outside} outside 93 to 97 %. Ours is `{first.method}`."
        lines = ["setting | ours covers | width | alternative covers | width | said where"]
        lines += [
            " | ".join(
                [cell[0].setting, *_covers(cell[0]), *_alternative(cell, _covers), cell[0].named or "-"]
            )
            for cell in cells
        ]
    columns = lines[0].count("|") + 1
    table = [f"| {lines[0]} |", "|" + "---|" * columns, *(f"| {line} |" for line in lines[1:])]
    return [f"### {interval.capitalize()}", said, "", *table, ""]


def _is_power(own: Found) -> bool:
    return own.of.endswith(POWER)


def _covers(own: Found) -> list[str]:
    """Return coverage and width of one method in one cell, and a mark where it lies outside."""
    if not own.printed:
        return ["none printed", "-"]
    low, high = own.interval
    mark = "" if own.holds else " **low**" if high < LEAST else " **high**" if low > MOST else ""
    points = f", {own.points / own.printed:.1%} without width" if own.points else ""
    return [f"{own.coverage:.3f} [{low:.3f}, {high:.3f}]{mark}{points}", f"{own.width:.3g}"]


def _shown(own: Found) -> list[str]:
    return [f"{1 - own.coverage:.3f}" if own.printed else "none printed", f"{own.width:.3g}"]


def _alternative(cell: list[Found], said: Callable[[Found], list[str]]) -> list[str]:
    others = [each for each in cell[1:] if each.printed]
    if not others:
        return ["-", "-"]
    best = min(others, key=lambda each: abs(each.coverage - 0.95))
    first, width = said(best)
    return [f"{best.method}: {first}", width]
