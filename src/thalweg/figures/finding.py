"""What a figure is to whoever shows it: a finding said in words, drawn, and given in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from thalweg.errors import FigureError
from thalweg.figures.writing import known_formats, write, write_bytes


@dataclass(frozen=True)
class Table:
    """The numbers behind a figure, as text: one `header` and `rows` of as many cells."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Tile:
    """One picture of many: its `png`, a `label` of a few words, and a `note` that says which it is."""

    png: bytes
    label: str
    note: str


@dataclass(frozen=True)
class Picture:
    """A finished picture, such as a mosaic of weights: a `png` and the words under it.

    `tiles`: the same pictures, and perhaps more of them, one by one: a page shows these instead, as many to
    a row as it has room for.
    """

    png: bytes
    caption: str
    tiles: tuple[Tile, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One result as a page shows it.

    `name`: an identifier, unique within a run ("reliability"). `evaluation`: where it is drawn from
    ("calibration", "history", "study:starts"). `title`: the finding with its number. `sentence`: what that
    means, for a newcomer. `how`: how it was measured: n, what the interval covers, the source. `figure`: the
    chart, with the title in it (`figure_alone` has none), or None. `table`: the numbers behind the figure.

    Texts are plain and hold no `<` and no `>`, also where data would bring them in.
    """

    name: str
    evaluation: str
    title: str
    sentence: str
    how: str
    figure: go.Figure | None
    table: Table
    pictures: tuple[Picture, ...] = ()

    @property
    def figure_alone(self) -> go.Figure | None:
        """The chart without its title, for a page that prints `title` as a heading of its own."""
        if self.figure is None:
            return None
        alone = go.Figure(self.figure)
        room: Any = alone.layout.meta  # type: ignore[attr-defined]
        top = 12 + room["above"]
        return alone.update_layout(title=None, margin_t=top, height=room["height"] + top)

    def show(self) -> None:
        """Show the figure in a notebook, or else in a browser, as Plotly does.

        Raises `FigureError` for a finding that is pictures alone.
        """
        self._drawn("show").show()

    def write_image(self, path: str | Path) -> Path:
        """Write the figure into a file, `.png`, `.svg` or `.pdf`; of a finding without one its first picture.

        800 pixels wide (PNG at twice that), with the title in it. Returns the path. Raises `FigureError` for
        another ending, where kaleido or a browser is missing, and for a place that cannot be written.

        Examples:
            >>> import thalweg as tw
            >>> found = tw.figures.of(tw.evaluation.diversity(population, digits.test))
            >>> found[0].write_image("votes.svg")  # doctest: +SKIP
            PosixPath('votes.svg')
        """
        place = Path(path)
        known_formats(place.suffix.removeprefix(".").lower() or "(no ending)")
        if self.figure is None and self.pictures and place.suffix.lower() == ".png":
            write_bytes(place, self.pictures[0].png)
        else:
            write([self._drawn("write_image")], [place])
        return place

    def _drawn(self, asked: str) -> go.Figure:
        if self.figure is None:
            raise FigureError(
                f"{self.name}: {asked} is asked of a figure, and this finding has pictures alone.",
                hint="its pictures are PNG: finding.pictures[0].png, or write_image with the ending .png."
                if self.pictures
                else "its numbers are in finding.table.",
            )
        return self.figure
