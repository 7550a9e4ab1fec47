"""What a published population looks like on disk, and what its `population.json` says.

population.json                     what it is: format, recipe, seed, data and their hash, files and theirs
weights-00000-of-00009.safetensors  arrays [members, ...] of some members, float32, by their path
answers-00000-of-00009.parquet      a row a test example: what each of the same members answers
members.parquet                     a row a member: diverged, accuracy, cost, confidence on the test part
history.parquet                     a row a member and epoch: cost and accuracy while it trained
examples.parquet                    a row a test example: its class, and how many members are right
README.md                           the card, for people
read_population.py                  reads all of that with NumPy, safetensors and Polars alone
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thalweg.errors import RunError, shown
from thalweg.runs.described import Count, Counts, checked, table
from thalweg.runs.envelopes import Machine, Recipe
from thalweg.runs.files import read_json

FILE, CARD, LOADER = "population.json", "README.md", "read_population.py"
MEMBERS, HISTORY, EXAMPLES = "members.parquet", "history.parquet", "examples.parquet"
FORMAT = 1
"""Version of the layout. It grows when an older Thalweg could not read a newer population."""

SHARD_BYTES = 64_000_000
"""What the weights of one file may take: small enough to fetch again, large enough to be few."""

File = table({str: "file sha256", Count: "bytes"})
Shard = table({Count: "first members", File: "weights answers"})
Data = table({str: "name hash", Count: "train test", Count | None: "held_out"}, optional="held_out")
Population = table(
    {
        str: "readout",
        Recipe: "recipe",
        Count: "members parameters",
        int: "seed",
        Data: "data",
        Counts: "input_shape diverged",
        list[str]: "class_names",
        list[Shard]: "shards",
        list[File]: "tables",
    },
    base=Machine,
)


@dataclass(frozen=True)
class Span:
    """Consecutive members that share a file: shard `number` of `count`, members [first, stop)."""

    number: int
    count: int
    first: int
    stop: int

    @property
    def weights(self) -> str:
        """Name of the file of their weights."""
        return f"weights-{self.number:05d}-of-{self.count:05d}.safetensors"

    @property
    def answers(self) -> str:
        """Name of the file of their answers."""
        return f"answers-{self.number:05d}-of-{self.count:05d}.parquet"


def spans(members: int, parameters: int, bytes_a_file: int = SHARD_BYTES) -> tuple[Span, ...]:
    """Return how so many members of so many float32 weights are shared out over files.

    Examples:
        >>> from thalweg.publishing.layout import spans
        >>> [(span.first, span.stop) for span in spans(members=10, parameters=1000, bytes_a_file=16_000)]
        [(0, 4), (4, 8), (8, 10)]
    """
    size = max(1, bytes_a_file // (4 * max(1, parameters)))
    count = -(-members // size)
    return tuple(
        Span(number, count, number * size, min(members, (number + 1) * size)) for number in range(count)
    )


def read_facts(folder: Path) -> dict[str, Any]:
    """Read and check `population.json` in `folder`.

    Raises `RunError` where there is none, for one that is damaged or of a newer format, and for shards that
    do not hold every member once.
    """
    if not folder.is_dir():
        raise RunError(
            f"{folder}: no such population.",
            hint="give the directory that thalweg export RUN --dataset DIR wrote.",
        )
    file = folder / FILE
    if not file.is_file():
        raise RunError(
            f"{folder}: not a published population: it has no {FILE}.",
            hint="give the directory that thalweg export RUN --dataset DIR wrote; a run is opened with "
            "thalweg.runs.open.",
        )
    facts = read_json(file)
    again = f"fetch {FILE} again, or export the run again."
    if not isinstance(facts, dict) or type(facts.get("format")) is not int:
        raise RunError(f"{file}: it states no format.", hint=again)
    if facts["format"] > FORMAT:
        raise RunError(
            f"{file}: written in format {facts['format']}; this Thalweg reads formats up to {FORMAT}.",
            hint="upgrade with: pip install --upgrade thalweg",
        )
    checked(facts, Population, file, hint=again)
    _refuse_gaps(facts, file, again)
    _refuse_elsewhere(facts, file, again)
    return facts


def _refuse_elsewhere(facts: dict[str, Any], file: Path, again: str) -> None:
    """Raise `RunError` for members that there are not, and for files that do not lie beside `file`."""
    if any(member >= facts["members"] for member in facts["diverged"]):
        raise RunError(f"{file}: damaged: more members diverged than there are.", hint=again)
    shards = facts["shards"]
    listed = [shard[what] for shard in shards for what in ("weights", "answers")] + facts["tables"]
    for name in (entry["file"] for entry in listed):
        if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", name):
            raise RunError(f"{file}: damaged: {shown(name)} names no file beside it.", hint=again)


def _refuse_gaps(facts: dict[str, Any], file: Path, again: str) -> None:
    stop = 0
    for shard in facts["shards"]:
        if shard["first"] != stop:
            raise RunError(f"{file}: damaged: no shard begins at member {stop}.", hint=again)
        stop += shard["members"]
    if stop != facts["members"]:
        raise RunError(
            f"{file}: damaged: its shards hold {stop} members, expected {facts['members']}.", hint=again
        )
