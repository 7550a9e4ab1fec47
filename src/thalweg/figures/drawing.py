"""What a family of figures is given: one evaluation's numbers and arrays, and the facts beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import plotly.graph_objects as go

from thalweg.figures.facts import Facts, safe
from thalweg.figures.finding import Finding, Picture, Table
from thalweg.figures.hovering import tell
from thalweg.figures.theme import finish


@dataclass(frozen=True)
class Drawing:
    """One evaluation: its `name`, the `content` of its JSON, its `arrays`, and `facts` of its run."""

    name: str
    content: Mapping[str, Any]
    arrays: Mapping[str, np.ndarray]
    facts: Facts = field(default_factory=Facts)

    def __getitem__(self, key: str) -> Any:
        return self.content[key]

    @property
    def members(self) -> int:
        """How many networks were measured."""
        return _count(self.content["members"])

    @property
    def many(self) -> bool:
        """Whether there is a vote to be compared with one network."""
        return self.members > 1

    def n(self, examples: int | None = None) -> str:
        """Return `n = 32 networks x 10,000 examples.`"""
        found = self.content["examples"] if examples is None else examples
        return f"n = {counted(self.members, 'network')} \u00d7 {counted(found, 'example')}."

    def finding(
        self,
        name: str,
        words: tuple[str, str, str],
        figure: go.Figure | None,
        table: Table,
        *,
        pictures: tuple[Picture, ...] = (),
    ) -> Finding:
        """Return a finding of this evaluation; `words`: its title, sentence and how it was measured."""
        title, sentence, how = (safe(text) for text in words)
        if figure is not None:
            finish(tell(figure))
        return Finding(name, self.name, title, sentence, how + self.facts.source(), figure, table, pictures)


def counted(count: int, noun: str) -> str:
    """Return `1 network`, `32 networks`, `10,000 examples`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def table(header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Table:
    """Return a table of these cells, each as text."""
    cells = (tuple(safe(str(cell)) for cell in row) for row in rows)
    return Table(tuple(safe(name) for name in header), tuple(cells))


def _count(members: Any) -> int:
    return members if isinstance(members, int) else len(members)
