"""Read a population that Thalweg published. This file needs NumPy, safetensors and Polars, and no Thalweg.

from read_population import Population

population = Population("DIR")
weights = population.weights(0, 100)      # arrays [100, ...] of members 0 to 99, by name
answers = population.answers(0, 100)      # the classes they choose [100, test examples]
population.table("members")               # a row a member
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars
from safetensors import safe_open


class Population:
    """Members on disk, read some at a time; weights are mapped, so that only what is asked for is read."""

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        self.facts = json.loads((self.folder / "population.json").read_text("utf-8"))

    def __len__(self) -> int:
        return self.facts["members"]

    def weights(self, first: int, stop: int) -> dict[str, np.ndarray]:
        """Return the arrays of members [first, stop), float32 [members, ...], by their path."""
        parts = list(self._read("weights", first, stop, _weights))
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def answers(self, first: int, stop: int) -> np.ndarray:
        """Return the class that members [first, stop) choose for every test example.

        The largest number of its type stands for no answer, of members that diverged.
        """
        return np.concatenate(list(self._read("answers", first, stop, _answers)))

    def table(self, name: str) -> polars.DataFrame:
        """Return a table as it is: members, history or examples."""
        return polars.read_parquet(self.folder / f"{name}.parquet")

    def _read(self, what: str, first: int, stop: int, read: Callable) -> Iterator:
        if not 0 <= first < stop <= len(self):
            raise IndexError(f"members {first} to {stop}: this population has members 0 to {len(self)}.")
        for shard in self.facts["shards"]:
            low, high = max(first, shard["first"]), min(stop, shard["first"] + shard["members"])
            if low < high:
                yield read(self.folder / shard[what]["file"], low - shard["first"], high - shard["first"])


def _weights(file: Path, first: int, stop: int) -> dict[str, np.ndarray]:
    with safe_open(file, framework="numpy") as arrays:
        return {name: arrays.get_slice(name)[first:stop] for name in arrays.keys()}


def _answers(file: Path, first: int, stop: int) -> np.ndarray:
    by_example = polars.read_parquet(file, columns=["answers"])["answers"].to_numpy()
    return by_example[:, first:stop].T
