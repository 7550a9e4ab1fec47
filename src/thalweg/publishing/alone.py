"""Read a population that Thalweg published. This file needs NumPy, safetensors and Polars, and no Thalweg.

from read_population import Population

population = Population("DIR")
weights = population.weights(0, 100)      # arrays [100, ...] of members 0 to 99, by name
answers = population.answers(0, 100)      # the classes they choose [100, test examples]
population.table("members")               # a row a member

A file is read once its size and its SHA-256 are those that population.json has of it: what is damaged, or was
not fetched whole, raises Damaged, which names it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars
from safetensors import safe_open


class Damaged(ValueError):
    """A file of the population is missing, or is not what was published."""


class Population:
    """Members on disk, read some at a time; weights are mapped, so that only what is asked for is read."""

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        self.facts = _facts(self.folder / "population.json")
        self._sound: set[str] = set()

    def __len__(self) -> int:
        return self.facts["members"]

    def weights(self, first: int, stop: int) -> dict[str, np.ndarray]:
        """Return the arrays of members [first, stop), float32 [members, ...], by their path."""
        parts = []
        for file, low, high in self._pieces("weights", first, stop):
            with safe_open(file, framework="numpy") as arrays:
                parts.append({name: arrays.get_slice(name)[low:high] for name in arrays.keys()})
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def answers(self, first: int, stop: int) -> np.ndarray:
        """Return the class that members [first, stop) choose for every test example.

        The largest number of its type stands for no answer, of members that diverged.
        """
        parts = []
        for file, low, high in self._pieces("answers", first, stop):
            by_example = polars.read_parquet(file, columns=["answers"])["answers"].to_numpy()
            parts.append(by_example[:, low:high].T)
        return np.concatenate(parts)

    def table(self, name: str) -> polars.DataFrame:
        """Return a table as it is: members, history or examples."""
        listed = {each["file"]: each for each in self.facts["tables"]}
        if f"{name}.parquet" not in listed:
            raise KeyError(f"there is no table {name!r}: {', '.join(sorted(listed))}")
        return polars.read_parquet(self._whole(listed[f"{name}.parquet"]))

    def _pieces(self, what: str, first: int, stop: int) -> Iterator[tuple[Path, int, int]]:
        """Yield the files that hold members [first, stop), and which of theirs those are."""
        if not 0 <= first < stop <= len(self):
            raise IndexError(f"members {first} to {stop}: this population has members 0 to {len(self)}.")
        for shard in self.facts["shards"]:
            low, high = max(first, shard["first"]), min(stop, shard["first"] + shard["members"])
            if low < high:
                yield self._whole(shard[what]), low - shard["first"], high - shard["first"]

    def _whole(self, listed: dict[str, Any]) -> Path:
        """Return the path of a file that is what was published, as is looked up once."""
        path = self.folder / listed["file"]
        if listed["file"] not in self._sound:
            try:
                found = path.stat().st_size
                if found != listed["bytes"]:
                    raise Damaged(f"{path}: {found:,} bytes, expected {listed['bytes']:,}; fetch it again.")
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError as error:
                raise Damaged(f"{path}: cannot be read: {error.strerror or error}; fetch it again.") from None
            if digest != listed["sha256"]:
                raise Damaged(f"{path}: is not what was published (its SHA-256 differs); fetch it again.")
            self._sound.add(listed["file"])
        return path


def _facts(path: Path) -> dict[str, Any]:
    """Return what population.json says, if it says it of every member once and of files in its folder."""
    try:
        facts = json.loads(path.read_text("utf-8"))
        members, expected = 0, {"file": str, "bytes": int, "sha256": str}
        listed = list(facts["tables"])
        for shard in facts["shards"]:
            if shard["first"] != members or type(shard["members"]) is not int or shard["members"] < 1:
                raise ValueError("its files do not hold every member once")
            members += shard["members"]
            listed += [shard["weights"], shard["answers"]]
        if members != facts["members"]:
            raise ValueError("its files do not hold every member once")
        for each in listed:
            if any(type(each[name]) is not kind for name, kind in expected.items()):
                raise ValueError("a file in it is described by something else")
            if Path(each["file"]).name != each["file"] or "\0" in each["file"]:
                raise ValueError(f"{each['file']!r} is no file of its folder")
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise Damaged(f"{path}: damaged or missing: {said}; fetch it again.") from None
    return facts
