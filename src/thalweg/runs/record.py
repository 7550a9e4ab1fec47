"""`run.json`: what a run is, in one table that any language can read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from thalweg.errors import RunError
from thalweg.runs.files import read_json

FILE = "run.json"
FORMAT = 1
"""Version of the layout of a run directory. It grows when an older Thalweg could not read a newer run."""

TRAINING, TRAINED = "training", "trained"
_REQUIRED = {
    "status": str,
    "recipe": dict,
    "members": int,
    "seed": int,
    "data": dict,
    "input_shape": list,
    "class_names": list,
    "diverged": list,
}


def read_record(path: Path) -> dict[str, Any]:
    """Read and check the record of the run directory `path`.

    Raises `RunError` for a record that is damaged, of a newer format, or lacks what every record has.
    """
    return checked(path / FILE, _REQUIRED, what="run")


def checked(file: Path, required: Mapping[str, type], *, what: str) -> dict[str, Any]:
    """Read the record `file` of a run, study or audit (`what`), and check that it has what is `required`.

    Raises `RunError` as `read_record` does.
    """
    record = read_json(file)
    if not isinstance(record, dict) or not isinstance(record.get("format"), int):
        raise RunError(
            f"{file}: not the record of a {what}: it states no format.",
            hint=f"give the directory of a {what} that Thalweg wrote, or restore this file from a copy.",
        )
    if record["format"] > FORMAT:
        raise RunError(
            f"{file}: written in format {record['format']}; this Thalweg reads formats up to {FORMAT}.",
            hint="upgrade with: pip install --upgrade thalweg",
        )
    for key, kind in required.items():
        if not isinstance(record.get(key), kind):
            raise RunError(
                f"{file}: {key} is {record.get(key)!r}: expected a {kind.__name__}.",
                hint=f"restore {file.name} from a copy, or make the {what} again.",
            )
    return record


def utc_now() -> str:
    """Return the time now as `2026-11-05T13:45:00Z`."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
