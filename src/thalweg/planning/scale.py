"""What very many networks take, of time and memory: extrapolated from two sizes that were timed."""

from __future__ import annotations

from dataclasses import dataclass

from thalweg import budget
from thalweg.data.dataset import TrainSplit
from thalweg.durations import roughly
from thalweg.planning.pace import Pace
from thalweg.record import Entry
from thalweg.sizes import size
from thalweg.training.footprint import member_size, needs_of_training
from thalweg.training.recipe import Recipe

MANY_MEMBERS, MANY_CORES = 1_000_000, 1_000
"""What is foretold for whoever asks for nothing."""


@dataclass(frozen=True)
class Scaled(Entry):
    """What `members` take on `cores` like those of the machine that was timed, all of it extrapolated.

    `seconds`: of training, in `pieces` one after the other, since no more than `at_once` fit into the memory
    that is free here (None where that is not known). `memory`: bytes of one piece; `weights`: of all members,
    as they are kept.
    """

    members: int
    cores: int
    seconds: float
    pieces: int
    at_once: int | None
    memory: int
    weights: int

    @property
    def said(self) -> str:
        """Say how long, on how many cores."""
        return f"{roughly(self.seconds)} on {self.cores:,} core{'' if self.cores == 1 else 's'}"


def scaled(
    pace: Pace, recipe: Recipe, split: TrainSplit, *, members: int = MANY_MEMBERS, cores: int | None = None
) -> Scaled:
    """Foretell what `members` of a recipe take on `cores` (those that were timed, if not said).

    The time of the busiest core counts, as in `Pace`: what is done once for all members stays as long on
    any number of cores. Sending weights between machines is not counted.
    """

    def needs(count: int) -> tuple[budget.Need, ...]:
        return needs_of_training(recipe, split, count)

    fit = budget.members_that_fit(needs, members)
    pieces = 1 if not fit else -(-members // fit)
    part = -(-members // pieces)
    one = member_size(recipe, split.input_shape, split.classes)
    return Scaled(
        members,
        cores or pace.cores,
        pace.seconds(members, cores=cores, pieces=pieces),
        pieces,
        fit,
        budget.total(needs(part)),
        members * one.weights,
    )


def rows(found: tuple[Scaled, ...], timed: int) -> list[tuple[str, str]]:
    """Return (question, answer) pairs for a terminal; `timed`: the most members that were."""
    if not found:
        return []
    first = found[0]
    times = ", ".join(each.said for each in found)
    pieces = "" if first.pieces == 1 else f", {first.pieces:,} pieces of about {size(first.memory)} of memory"
    return [
        (
            f"And {first.members:,} networks?",
            f"about {times}{pieces}; {size(first.weights)} of weights. Extrapolated from {timed:,} networks.",
        )
    ]
