"""How those that are compared were trained: what differs between them, and what luck they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from thalweg.record import Entry

SHOWN = 6
"""Settings that are named on a terminal; all of them are in the JSON."""


@dataclass(frozen=True)
class Circumstances(Entry):
    """What is known of how several populations were trained, beside their answers.

    `differs`: setting -> what each of them has, in their order, as text. `shared_luck`: in words, what chance
    they have in common although intervals take them to be independent; "" where nothing.
    """

    differs: Mapping[str, tuple[str, ...]]
    shared_luck: str = ""

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        rows = []
        settings = [name.removeprefix("recipe.") for name in self.differs if name != "recipe.name"]
        values = [of for name, of in self.differs.items() if name != "recipe.name"]
        told = [f"{name} {' against '.join(own)}" for name, own in zip(settings, values, strict=True)]
        more = f"; and {len(told) - SHOWN} more" if len(told) > SHOWN else ""
        rows.append(("What differs in how they were trained?", "; ".join(told[:SHOWN]) + more or "nothing"))
        if self.shared_luck:
            rows.append(("Are they independent, as the interval takes them to be?", self.shared_luck))
        return rows
