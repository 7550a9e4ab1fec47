"""Many recipes, many members of each: trained block by block, and what a block told is kept as a part.

A study that asks how something changes with width, epochs or rates trains a population at every point of a
grid. Blocks are always of one size, since a block's size may change its members' last bits: more members
later are further blocks, and those that are kept stay what they were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from thalweg.studies.catalogue import KEEP_NOTHING, Parts, Progress
from thalweg.studies.foreseen import Work

if TYPE_CHECKING:
    from thalweg.data.dataset import Dataset, TrainSplit
    from thalweg.training.recipe import Recipe
from thalweg.studies.kept_parts import Arrays, Form, Forms, kept_part

BLOCK = 64
"""Members that are trained at once, and lost at most when a study is stopped."""

Place = TypeVar("Place", bound=Hashable)


@dataclass(frozen=True, eq=False)
class Grid(Generic[Place]):
    """What is trained where. `places`: place -> what it depends on (a recipe as text, and whatever else).

    `members` of each, in blocks of `block`; `seed` of their starts; `what`: the word that parts and progress
    begin with. `forms`: what is told of a place and so many members; by default anything that leads with
    members, and is alike in all blocks.
    """

    places: Mapping[Place, str]
    members: int
    seed: int
    what: str
    block: int = BLOCK
    forms: Callable[[Place, int], Forms] | None = None

    @property
    def blocks(self) -> list[range]:
        """The numbers of the members of each block."""
        starts = range(0, self.members, self.block)
        return [range(first, min(first + self.block, self.members)) for first in starts]

    def works(self, recipes: Iterable[Recipe], split: TrainSplit, engine: str = "auto") -> list[Work]:
        """Return what will be trained, where each of `recipes` is trained once for all members."""
        at_once = len(self.blocks[0])
        return [Work(recipe, split, at_once, self.members / at_once, engine) for recipe in recipes]

    def trained(
        self,
        train: Callable[[Place, range], Arrays],
        *,
        parts: Parts = KEEP_NOTHING,
        progress: Progress | None = None,
        after: int = 0,
        of: int | None = None,
    ) -> dict[Place, Arrays]:
        """Return what `train(place, members)` tells of every place: arrays that lead with members.

        `train` is not called for what is kept in `parts`. `progress` is called before each block. Where one
        grid follows on others, `after` places were trained before, `of` all that there will be.
        """
        found: dict[Place, Arrays] = {}
        count = (of or len(self.places)) * len(self.blocks)
        for order, (place, depends) in enumerate(self.places.items(), after):
            told = []
            for number, span in enumerate(self.blocks):
                if progress is not None:
                    said = f"{self.what} {_said(place)}: starts {span.start + 1} to {span.stop}"
                    progress(said, order * len(self.blocks) + number, count)
                told.append(self._block(train, place, depends, span, parts, alike=told[0] if told else None))
            found[place] = {name: np.concatenate([one[name] for one in told]) for name in told[0]}
        return found

    def _block(
        self,
        train: Callable[[Place, range], Arrays],
        place: Place,
        depends: str,
        span: range,
        parts: Parts,
        *,
        alike: Arrays | None,
    ) -> Arrays:
        facts = repr((depends, self.seed, self.block))
        name = f"{self.what}-{hashlib.sha256(facts.encode()).hexdigest()[:16]}-{span.start}-{span.stop}"
        kept = kept_part(parts, name, partial(self._expected, place, len(span), alike))
        if kept is None:
            kept = train(place, span)
            parts.save(name, kept)
        return kept

    def _expected(self, place: Place, members: int, alike: Arrays | None, found: Arrays) -> Forms:
        if self.forms is not None:
            return self.forms(place, members)
        like = found if alike is None else alike
        return {name: Form(array.dtype.kind, (members, *array.shape[1:])) for name, array in like.items()}


def parameters_of(recipe: Recipe, dataset: Dataset) -> int:
    """Return how many weights and biases a network of this recipe has on these data."""
    from thalweg.networks.exchange import count_parameters

    return count_parameters(recipe.network, dataset.input_shape, dataset.classes)


def _said(place: Any) -> str:
    return ", ".join(map(_in_short, place)) if isinstance(place, tuple) else _in_short(place)


def _in_short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
