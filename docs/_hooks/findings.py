"""Draw the tables of findings as charts when the site is built, from the numbers that stand in them.

A page asks with the comment `<!-- chart: NAME OF THE AXIS -->` above a table: its first column names the
rows, each further one is a side of the chart; a cell is `3.0 % [2.7, 3.3]`, `0.47 [0.42, 0.53]`, a number
alone, or nothing. An axis whose name ends in `, logarithmic` is one. The table stays below its chart.
`THALWEG_DOCS_WITHOUT_PICTURES=1` leaves the charts out.
"""

from __future__ import annotations

import html
import os
import re
import textwrap
from typing import Any

FIGURES = "figures.js"
MARK = re.compile(r"<!-- chart: (?P<axis>[^>]+) -->\n\n(?P<table>(?:\|.*\|\n)+)")
CELL = re.compile(r"(?P<value>[\d.,]+)(?P<unit> %)?(?: \[(?P<low>[\d.,]+), (?P<high>[\d.,]+)\])?")
WITHOUT = "THALWEG_DOCS_WITHOUT_PICTURES"
LOGARITHMIC = ", logarithmic"
ROW = 46
"""Pixels of a row of a chart."""


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Put its chart above every table that asks for one (an event of MkDocs)."""
    if MARK.search(markdown) is None or os.environ.get(WITHOUT):
        return markdown
    from mkdocs.utils import get_relative_url

    return (
        written(markdown)
        + f'\n\n<script defer src="{get_relative_url(f"made/{FIGURES}", page.url)}"></script>\n'
    )


def written(markdown: str) -> str:
    """Return the page with a chart above every table that asks for one."""
    counted = iter(range(1, 1 + len(MARK.findall(markdown))))
    return MARK.sub(
        lambda found: f"{_chart(next(counted), **found.groupdict())}\n\n{found['table']}", markdown
    )


def sides(table: str) -> tuple[list[str], dict[str, list[Any]], bool]:
    """Return the names of a table's rows, its sides by name, and whether they are shares, given in per cent.

    Sides are `Measured`, NaN where a cell is empty.

    Raises `ValueError` for a cell that is no number: a chart must not leave out what its table says.
    """
    from thalweg.measured import Measured

    header, _, *rows = [
        [cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines()
    ]
    cells = [[CELL.fullmatch(cell) for cell in row[1:]] for row in rows]
    for row, found in zip(rows, cells, strict=True):
        if any(cell and not match for cell, match in zip(row[1:], found, strict=True)):
            raise ValueError(f"{row}: expected numbers, with or without an interval, or nothing.")
    percent = any(match["unit"] for row in cells for match in row if match)

    def number(match: re.Match[str] | None, name: str) -> float | None:
        text = match[name] if match else None
        return None if text is None else float(text.replace(",", "")) / (100 if percent else 1)

    found = {
        side: [
            Measured(float("nan"))
            if (value := number(row[place], "value")) is None
            else Measured(value, number(row[place], "low"), number(row[place], "high"))
            for row in cells
        ]
        for place, side in enumerate(header[1:])
    }
    names = [re.sub(r"`", "", row[0]) for row in rows]
    return names, found, percent


def _chart(number: int, axis: str, table: str) -> str:
    from thalweg.figures.marks import side_by_side
    from thalweg.figures.theme import CHANCE, ONE, VOTE, canvas, finish, logarithmic, shares
    from thalweg.page import assets

    names, found, percent = sides(table)
    plain = axis.removesuffix(LOGARITHMIC)
    figure = canvas("", across="", up="", height=40 + ROW * len(names))
    others = iter((VOTE, CHANCE))
    coloured = {name: ONE if place == 0 else next(others) for place, name in enumerate(found)}
    side_by_side(
        figure, [_broken(name) for name in names], {name: (found[name], coloured[name]) for name in found}
    )
    if percent:
        shares(figure, "x")
    if _near_zero(found):
        figure.update_xaxes(rangemode="tozero")
    if plain != axis:
        ends = [
            end for side in found.values() for entry in side for end in (entry.value, entry.low, entry.high)
        ]
        seen = [end for end in ends if end is not None and end > 0]
        logarithmic(figure, min(seen), max(seen), axis="x")
    layout: Any = finish(figure).layout
    top = 12 + layout.meta["above"]
    height = layout.meta["height"] + top
    figure.update_layout(title=None, margin_t=top, height=height)
    if plain == axis:
        figure.update_xaxes(nticks=6, tickangle=0)
    name, drawn = html.escape(plain), assets.json_text(str(figure.to_json()))
    return (
        f'<figure class="made"><div class="plot" role="img" data-figure="found-{number}" '
        f'style="min-height: {height}px" '
        f'aria-label="Chart: {name}; its numbers are in the table below"></div>'
        f'<script type="application/json" id="found-{number}">{drawn}</script>'
        f"<figcaption>{name[:1].upper()}{name[1:]}.</figcaption></figure>"
    )


def _near_zero(found: dict[str, list[Any]]) -> bool:
    values = [entry.value for side in found.values() for entry in side if entry.value == entry.value]
    return min(values) < max(values) / 2


def _broken(name: str) -> str:
    """Return a name in lines that leave room for the chart on a page of 360 pixels."""
    return "<br>".join(textwrap.wrap(name, 19))
