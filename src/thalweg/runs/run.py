"""One run directory: its record, history, weights and evaluations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thalweg.errors import RunError, near_match
from thalweg.runs.checkpoint import RunCheckpoint
from thalweg.runs.files import (
    read_arrays,
    read_json,
    read_tensors,
    write_arrays,
    write_atomically,
    write_json,
    write_tensors,
)
from thalweg.runs.lock import working_in
from thalweg.runs.path import PathFiles
from thalweg.runs.record import FILE, TRAINED
from thalweg.runs.tables import read_history
from thalweg.temporary import LOCK, refuse_gone

if TYPE_CHECKING:
    import numpy as np
    import polars

_MEASURES = ("cost", "accuracy", "validation_cost", "validation_accuracy")


class Run:
    """A run directory. Make one with `runs.create`, open one with `runs.open`.

    `path` is the directory and `record` the content of its `run.json`. Every write replaces a whole file in
    one step, so that a reader never sees a part of one.
    """

    def __init__(self, path: Path, record: dict[str, Any]):
        self.path = path
        self.record = record

    @property
    def status(self) -> str:
        """`training` until the last epoch is on disk, then `trained`."""
        return self.record["status"]

    @property
    def finished(self) -> bool:
        """Whether the training came to its end."""
        return self.status == TRAINED

    @cached_property
    def checkpoint(self) -> RunCheckpoint:
        """Where the state of an unfinished training is kept."""
        return RunCheckpoint(self.path / "checkpoint")

    @property
    def path_files(self) -> PathFiles:
        """Where the path that its first members took is kept, if it is."""
        return PathFiles(self.path, self.record.get("path"))

    def held(self) -> AbstractContextManager[None]:
        """Let no other process train in the directory meanwhile; see `working_in`."""
        return working_in(self.path)

    def update(self, **entries: Any) -> None:
        """Set entries of the record and write `run.json`."""
        refuse_gone(self.path)
        record = {**self.record, **entries}
        write_json(self.path / FILE, record)
        self.record = record

    def discard(self) -> None:
        """Take back a run that was created but in which nothing was trained. Anything trained stays."""
        if self.checkpoint.path.exists() or self.finished:
            return
        (self.path / FILE).unlink(missing_ok=True)
        self.checkpoint.remove()
        (self.path / LOCK).unlink(missing_ok=True)  # whoever discards holds it
        with suppress(OSError):  # something else is in it
            self.path.rmdir()

    def write_history(self, measures: Mapping[str, np.ndarray]) -> None:
        """Write `history.parquet` from arrays [members, epochs] named cost, accuracy, validation_...

        An array that is NaN throughout was not measured and makes no column.
        """
        import numpy as np
        import polars

        refuse_gone(self.path)
        members, epochs = measures["cost"].shape
        columns: dict[str, np.ndarray] = {
            "member": np.repeat(np.arange(members, dtype=np.int32), epochs),
            "epoch": np.tile(np.arange(1, epochs + 1, dtype=np.int32), members),
        }
        for name in _MEASURES:
            values = measures.get(name)
            if values is not None and (name == "cost" or not np.isnan(values).all()):
                columns[name] = np.ascontiguousarray(values, dtype=np.float32).reshape(-1)
        write_atomically(self.path / "history.parquet", polars.DataFrame(columns).write_parquet)

    def history(self) -> polars.DataFrame:
        """Return member (from 0), epoch (from 1), cost, accuracy and, if measured, validation_cost and so on.

        Raises `RunError` when it is missing or damaged.
        """
        return read_history(self.path / "history.parquet")

    def write_weights(self, tensors: Mapping[str, np.ndarray], metadata: Mapping[str, Any]) -> None:
        """Write `population.safetensors`: one array a layer. `metadata`: JSON-able facts."""
        refuse_gone(self.path)
        write_tensors(self.path / "population.safetensors", tensors, metadata)

    def weights(self) -> dict[str, np.ndarray]:
        """Return the arrays of `population.safetensors` by name. Raises `RunError` if missing or damaged."""
        return read_tensors(self.path / "population.safetensors")[0]

    def write_evaluation(self, name: str, json: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        """Write `evaluation/<name>.json` and, when there are arrays, `evaluation/<name>.npz`."""
        folder = self.path / "evaluation"
        _refuse_name(name)
        refuse_gone(self.path)
        arrays_file = folder / f"{name}.npz"
        if arrays:
            write_arrays(arrays_file, arrays)
        write_json(folder / f"{name}.json", dict(json))
        if not arrays:
            arrays_file.unlink(missing_ok=True)

    def evaluation(self, name: str) -> dict[str, Any]:
        """Return the JSON of an evaluation. Raises `RunError` when it was not made or is damaged."""
        from thalweg.runs import results

        file = self._evaluation_file(name)
        return results.evaluation(name, read_json(file), file)

    def evaluation_arrays(self, name: str) -> dict[str, np.ndarray]:
        """Return the arrays of an evaluation, by name; none when it wrote none."""
        path = self._evaluation_file(name).with_suffix(".npz")
        found = read_arrays(path) if path.exists() else {}
        for array, values in found.items():
            if values.dtype.kind not in "biufU":
                raise RunError(
                    f"{path}: damaged: {array} is of {values.dtype}: expected numbers or words.",
                    hint=f"make it again with: thalweg evaluate {self.path} --only {name}",
                )
        return found

    def evaluations(self) -> list[str]:
        """Return the names of the evaluations that the run holds, sorted."""
        folder = self.path / "evaluation"
        try:
            names = [file.name for file in folder.iterdir()] if folder.is_dir() else []
        except OSError as error:
            why = error.strerror or error
            raise RunError(f"{folder}: cannot be read: {why}.", hint="check its permissions.") from None
        return sorted(name[:-5] for name in names if name.endswith(".json") and not name.startswith("."))

    def _evaluation_file(self, name: str) -> Path:
        _refuse_name(name)
        path = self.path / "evaluation" / f"{name}.json"
        if not path.is_file():
            made = self.evaluations()
            raise RunError(
                f"{self.path}: no evaluation {name!r}; it has {', '.join(made) if made else 'none'}.",
                hint=f"make it with: thalweg evaluate {self.path} --only {name}.{near_match(name, made)}",
            )
        return path

    def __repr__(self) -> str:
        recipe = self.record["recipe"].get("name", "?")
        return f"Run({str(self.path)!r}: {self.record['members']} members of {recipe}, {self.status})"


def _refuse_name(name: str) -> None:
    """Raise `RunError` for what names no file of the folder of evaluations."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise RunError(
            f"{name!r} cannot be the name of an evaluation.", hint="use letters, digits, '_' and '-'."
        )
