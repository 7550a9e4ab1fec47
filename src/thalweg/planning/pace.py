"""How long a training of so many members takes on this machine, by training a little of it.

One run's seconds do not say it for another number of members. What is done once for all, distorting the
pictures first of all, costs as much for 4 members as for 32, and members of one group share the work of a
step: 4 of classic-modern took 40 ms a member and epoch on the digits, 32 took 3 (two cores). So two sizes
are timed, each with everything that a run keeps on disk, and the rest follows from how members are shared
out to cores (`training.groups`): the busiest core counts.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import jax
import numpy as np

from thalweg.cores import core_count
from thalweg.data.dataset import Dataset
from thalweg.durations import duration
from thalweg.record import Entry
from thalweg.recording import train_run
from thalweg.runs.machine import processor_model
from thalweg.training.recipe import Recipe

FIRST_EXAMPLES = 2_000
"""Training examples that are timed first, to see how many fit into the time there is."""

EPOCH_SECONDS = 1.0
"""About how long an epoch that is timed takes: long enough to count, short enough to wait for."""

TIMED_SECONDS = 2.0
"""About how long all that are timed take, where an epoch is shorter than a second."""

FEWEST_EPOCHS, SHORT_EPOCHS, MOST_EPOCHS = 4, 16, 100
MOST_PER_CORE = 16
"""As many members a core are timed at most; more are taken to go on in a straight line."""

Timing = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Timed(Entry):
    """`seconds` an epoch over all training examples takes `members`: the median of those timed, with the
    quickest and the slowest."""

    members: int
    seconds: float
    quickest: float
    slowest: float


@dataclass(frozen=True)
class Pace(Entry):
    """How long members of a recipe train on this machine.

    `few` and `many`: two sizes that were timed. `compiling`: seconds before the first epoch is done, beyond
    an epoch's own. `epochs`: of the recipe. `cores`: that work at once, 1 for a GPU. `machine`: what it is.
    """

    few: Timed
    many: Timed
    compiling: float
    epochs: int
    cores: int
    machine: str

    def seconds(self, members: int, *, cores: int | None = None, pieces: int = 1) -> float:
        """Return how many seconds `members` train, compiling included, as a run counts them.

        `cores`: as many like those that were timed share the members, in their place. `pieces`: the members
        are trained in so many parts, one after the other.
        """
        part = -(-members // pieces)
        return self.compiling + self.epochs * pieces * self._epoch(part, "seconds", cores)

    def range(self, members: int) -> tuple[float, float]:
        """Return the same by the quickest and by the slowest epochs that were timed."""
        low, high = (self._epoch(members, each) for each in ("quickest", "slowest"))
        return self.compiling + self.epochs * low, self.compiling + self.epochs * high

    def said(self, members: int) -> str:
        """Return `35 min 3 s`."""
        return duration(self.seconds(members))

    def _epoch(self, members: int, name: str, cores: int | None = None) -> float:
        few, many = (getattr(timed, name) for timed in (self.few, self.many))
        ours = -(-members // (cores or self.cores))
        start, end = (-(-count // self.cores) for count in (self.few.members, self.many.members))
        slope = max(0.0, many - few) / (end - start)
        return max(few + slope * (ours - start), few * min(1.0, ours / start))


def pace_of(
    recipe: Recipe,
    dataset: Dataset,
    *,
    members: int = 4,
    planned: int = 32,
    few: Timed | None = None,
    progress: Timing | None = None,
) -> Pace:
    """Time `members` of a recipe, and about as many as are `planned`, on some of the training data.

    Takes seconds, most of them for compiling, and up to a minute or two where a step is slow. Other work on
    the machine at the same time makes training slower, then as now.

    Args:
        recipe: what would be trained.
        dataset: the whole data set, as for `train_run`.
        members: as many members are timed first, 2 or more.
        planned: about as many are timed then, up to 16 a core; more go on in a straight line.
        few: what the first of the two is known to take, from a pilot that was trained just now.
        progress: called with what is timed, its place and how many there are.
    """
    cores = core_count() if jax.default_backend() == "cpu" else 1
    tell = progress or (lambda *_: None)
    with tempfile.TemporaryDirectory(prefix="thalweg-pace-") as folder:
        timer = _Timer(recipe, dataset, Path(folder))
        if few is None:
            members = min(max(2, members), MOST_PER_CORE * cores // 2)
            tell(f"{members} members", 1, 2)
            few = timer.unknown(members)
        many = max(min(planned, MOST_PER_CORE * cores), few.members + 4 * cores)
        tell(f"{many} members", 2, 2)
        each = few.seconds / len(dataset.train)
        # between as long for all as for few, and as long for each of them
        last, compiling = timer.timed(many, each, each * many / few.members)
    return Pace(few, last, compiling, recipe.epochs, cores, processor_model())


def timed(members: int, seconds: Sequence[float], share: float = 1.0) -> Timed:
    """Return what epochs of `members` took; `share`: how many times as many examples there are in all."""
    return Timed(members, *(share * of(seconds) for of in (median, min, max)))


class _Timer:
    """Trains a few epochs, as a run does, and forgets them."""

    def __init__(self, recipe: Recipe, dataset: Dataset, folder: Path):
        self.recipe, self.dataset, self.folder = recipe, dataset, folder
        self.made = 0

    def unknown(self, members: int) -> Timed:
        """Time an epoch of which nothing is known yet."""
        whole = len(self.dataset.train)
        if whole <= FIRST_EXAMPLES:
            seconds, _ = self.epochs(members, whole, SHORT_EPOCHS)
            return timed(members, seconds)
        seconds, _ = self.epochs(members, FIRST_EXAMPLES, FEWEST_EPOCHS)
        each = median(seconds) / FIRST_EXAMPLES
        return self.timed(members, each, each)[0]

    def timed(self, members: int, least: float, most: float) -> tuple[Timed, float]:
        """Time an epoch, an example of which takes `least` to `most` seconds; return it and `compiling`."""
        whole = len(self.dataset.train)
        examples = min(whole, max(FIRST_EXAMPLES, round(EPOCH_SECONDS / max(most, 1e-9))))
        epochs = 1 + math.ceil(TIMED_SECONDS / max(least * examples, 1e-9))
        seconds, compiling = self.epochs(members, examples, min(max(epochs, FEWEST_EPOCHS), MOST_EPOCHS))
        return timed(members, seconds, whole / examples), compiling

    def epochs(self, members: int, examples: int, epochs: int) -> tuple[list[float], float]:
        """Return seconds of each epoch after the first, and what came before and within that beyond one."""
        train = self.dataset.train
        chosen = np.linspace(0, len(train) - 1, examples).astype(int)
        some = replace(self.dataset, train_part=train.take(chosen), source="", held_out=None)
        ends: list[float] = []
        self.made += 1
        run = train_run(
            self.recipe.for_epochs(epochs),
            some,
            members=members,
            out=self.folder / str(self.made),
            progress=lambda state: ends.append(state.seconds),
        )
        seconds = [float(each) for each in np.diff(ends)]
        return seconds, max(0.0, float(run.record["seconds"]) - epochs * median(seconds))
