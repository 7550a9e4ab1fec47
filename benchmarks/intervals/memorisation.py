"""Memorisation of one example, from few members up: `thalweg.studies.memorisation.scores`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from intervals.cells import Cell, Ends
from thalweg.measured import Interval
from thalweg.statistics.quantiles import normal_quantile
from thalweg.statistics.share_differences import difference_error, share_difference

SHARE = 0.7
"""Of the examples that each member trains on."""

Chances = Callable[[np.random.Generator], tuple[float, float]]

EXAMPLES: dict[str, Chances] = {
    "easy examples": lambda generator: (generator.beta(20, 0.5), generator.beta(8, 0.5)),
    "half of them remembered": lambda generator: (generator.beta(5, 0.3), generator.beta(0.7, 0.5)),
    "hard examples": lambda generator: (generator.beta(2, 2), generator.beta(1, 3)),
    "right 1 and 1/2 of the time": lambda generator: (1.0, 0.5),
}
"""What examples are like: how often members are right that trained on one, and that did not."""

CONSERVATIVE = "docs/concepts/memorisation.md: at least 95 % where members are few"


def cells() -> list[Cell]:
    """Return the score of one example, drawn from several kinds of data sets, for several sizes."""
    return [
        _score(kind, chances, members)
        for kind, chances in EXAMPLES.items()
        for members in (10, 24, 40, 100, 400)
    ]


def _score(kind: str, chances: Chances, members: int) -> Cell:
    inside = round(SHARE * members)
    outside = members - inside

    def draw(generator: np.random.Generator) -> Ends:
        seen, unseen = chances(generator)
        shares = (
            (np.array(generator.binomial(inside, seen)), np.array(inside)),
            (np.array(generator.binomial(outside, unseen)), np.array(outside)),
        )
        found = shares[0][0] / inside - shares[1][0] / outside
        truth = seen - unseen  # another for every example: ends are told from there
        reach = normal_quantile(0.95) * float(difference_error(*shares))
        ours: Interval = tuple(float(end) for end in share_difference(*shares))  # type: ignore[assignment]
        return {
            "Newcombe's hybrid": (ours[0] - truth, ours[1] - truth),
            "1.96 Agresti-Caffo errors (before)": (found - reach - truth, found + reach - truth),
        }

    return Cell(
        "memorisation of an example", f"{members} members, {kind}", draw, 0.0, 4000, named=CONSERVATIVE
    )
