"""A published population as it is read: some members at a time, however many there are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from thalweg import chunks
from thalweg.errors import RunError
from thalweg.networks import exchange
from thalweg.networks.population import History, Population, TrainedNetwork
from thalweg.parquet import damaged, refuse_claims
from thalweg.publishing import layout
from thalweg.publishing.alone import Population as Files
from thalweg.runs.described import as_expected
from thalweg.runs.files import read_table, reading
from thalweg.runs.slices import slices_of
from thalweg.training.recipe import Recipe, from_mapping

if TYPE_CHECKING:
    import polars

BLOCK_BYTES = 64_000_000
"""What the weights of the members that `blocks` yields at a time may take."""


class PublishedPopulation:
    """Members on disk. `population[3]` is a network, `population[100:200]` a `Population` of those in memory.

    `path` is the folder, `facts` what its `population.json` says, `recipe` what they were trained with. Files
    of weights are mapped: what is not asked for is not read.
    """

    def __init__(self, path: Path, facts: dict[str, Any]):
        self.path = path
        self.facts = facts
        self.recipe: Recipe = from_mapping(facts["recipe"])

    def __len__(self) -> int:
        return self.facts["members"]

    @property
    def diverged(self) -> np.ndarray:
        """Which members diverged, bool [members]."""
        diverged = np.zeros(len(self), bool)
        diverged[self.facts["diverged"]] = True
        return diverged

    @overload
    def __getitem__(self, member: int) -> TrainedNetwork: ...
    @overload
    def __getitem__(self, member: slice) -> Population: ...
    def __getitem__(self, member: int | slice) -> TrainedNetwork | Population:
        if isinstance(member, slice):
            first, stop, step = member.indices(len(self))
            numbers = range(first, stop, step)
            if not numbers:
                raise IndexError(f"no members: this population has members 0..{len(self) - 1}.")
            found = self._members(min(numbers), max(numbers) + 1)
            return found if step == 1 else found[np.asarray(numbers) - min(numbers)]
        if not -len(self) <= member < len(self):
            raise IndexError(f"member {member}: this population has members 0..{len(self) - 1}.")
        first = member % len(self)
        return self._members(first, first + 1)[0]

    def blocks(self, members: int | None = None) -> Iterator[Population]:
        """Yield all members, so many at a time; by default what takes 64 MB of weights."""
        size = BLOCK_BYTES // (4 * self.facts["parameters"]) if members is None else members
        return (self[place] for place in chunks.slices(len(self), size))

    def answers(self, first: int = 0, stop: int | None = None) -> np.ndarray:
        """Return the class that members [first, stop) choose for each test example, [members, examples].

        The largest number of its type stands for no answer, of members that diverged. Raises `RunError` for a
        file that is missing or damaged.
        """
        for shard in self.facts["shards"]:
            file = self.path / shard["answers"]["file"]
            with reading(file, ValueError):
                refuse_claims(file, RunError)
        with reading(self.path, ValueError, KeyError, IndexError), damaged():
            return Files(self.path).answers(first, len(self) if stop is None else stop)

    def members_table(self) -> polars.DataFrame:
        """Return a row a member: diverged, and accuracy, cost and confidence on the test part."""
        return read_table(self.path / layout.MEMBERS)

    def history_table(self) -> polars.DataFrame:
        """Return a row a member and epoch, as a run's `history` does."""
        return read_table(self.path / layout.HISTORY)

    def examples_table(self) -> polars.DataFrame:
        """Return a row a test example: its label, and how many members are right."""
        return read_table(self.path / layout.EXAMPLES)

    def verify(self) -> None:
        """Read every file and compare it with its SHA-256. Raises `RunError` that names one that differs."""
        shards = self.facts["shards"]
        files = [shard[what] for shard in shards for what in ("weights", "answers")] + self.facts["tables"]
        for listed in files:
            path = self.path / listed["file"]
            with reading(path), path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            if digest != listed["sha256"]:
                raise RunError(
                    f"{path}: is not what was published (SHA-256 {digest[:12]}..., expected "
                    f"{listed['sha256'][:12]}...).",
                    hint="fetch this file again, or export the run again.",
                )

    def _members(self, first: int, stop: int) -> Population:
        tensors: list[dict[str, np.ndarray]] = []
        for shard in self.facts["shards"]:
            low, high = max(first, shard["first"]), min(stop, shard["first"] + shard["members"])
            if low < high:
                tensors.append(self._of_shard(shard, low, high))
        hint = "fetch its files again, or export the run again."
        with as_expected(str(self.path), hint=hint):
            joined = {name: np.concatenate([part[name] for part in tensors]) for name in tensors[0]}
        shape, names = tuple(self.facts["input_shape"]), tuple(self.facts["class_names"])
        return Population(
            exchange.from_tensors(joined, self.recipe.network, shape, len(names)),
            self.diverged[first:stop],
            self.facts["readout"],
            shape,
            names,
            self._history(first, stop),
        )

    def _of_shard(self, shard: dict[str, Any], low: int, high: int) -> dict[str, np.ndarray]:
        with slices_of(self.path / shard["weights"]["file"]) as kept:
            if kept.members != shard["members"]:
                raise RunError(
                    f"{kept.path}: holds {kept.members} members, expected {shard['members']}.",
                    hint="fetch this file again, or export the run again.",
                )
            return kept.take(low - shard["first"], high - shard["first"])

    def _history(self, first: int, stop: int) -> History:
        import polars

        file = self.path / layout.HISTORY
        with reading(file, ValueError), damaged():
            refuse_claims(file, RunError)
            wanted = polars.col("member").is_between(first, stop - 1)
            frame = polars.scan_parquet(file).filter(wanted).collect()
        shape = (stop - first, frame.height // (stop - first))
        missing = np.full(shape, np.nan, np.float32)
        with reading(file, ValueError, TypeError):
            return History(
                **{
                    name: frame[name].to_numpy().astype(np.float32).reshape(shape)
                    if name in frame.columns
                    else missing
                    for name in History.__dataclass_fields__
                }
            )

    def __repr__(self) -> str:
        each = f"{self.facts['parameters']:,} parameters each"
        return f"PublishedPopulation({str(self.path)!r}: {len(self):,} members of {self.recipe.name}, {each})"


def load_population(path: str | Path) -> PublishedPopulation:
    """Open a population that `publish`, or `thalweg export --dataset`, wrote; no weights are read yet.

    Raises `RunError` for a path that is none, is of a newer format or is damaged.

    Examples:
        >>> import thalweg as tw
        >>> published = tw.publishing.publish(run, "cited", dataset=digits)
        >>> again = tw.load_population("cited")
        >>> again[1:3]
        Population(2 members of 13,002 parameters, 10 classes)
        >>> sum(len(some) for some in again.blocks(members=3))
        4
    """
    path = Path(path)
    return PublishedPopulation(path, layout.read_facts(path))
