"""`run.json`: what a run is, in one table that any language can read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from thalweg.errors import RunError
from thalweg.runs.files import read_json

FILE = "run.json"
FORMAT = 1
"""Version of the layout of a run directory. It grows when an older Thalweg could not read a newer run."""

TRAINING, TRAINED = "training", "trained"


def read_record(path: Path) -> dict[str, Any]:
    """Read and check the record of the run directory `path`.

    Raises `RunError` for a record that is damaged, of a newer format, or lacks what every record has.
    """
    from thalweg.runs.envelopes import RunRecord

    record = read_described(path / FILE, RunRecord, what="run")
    if any(member >= record["members"] for member in record["diverged"]):
        raise RunError(
            f"{path / FILE}: damaged: {record['members']:,} members, of which others diverged.",
            hint="restore run.json from a copy, or make the run again.",
        )
    return record


def read_described(file: Path, kind: Any, *, what: str) -> dict[str, Any]:
    """Read the record `file` of a run, study or audit (`what`), and check that it is of the `kind` described.

    Raises `RunError` as `read_record` does.
    """
    from thalweg.runs.described import checked

    record = read_json(file)
    if not isinstance(record, dict) or type(record.get("format")) is not int:
        raise RunError(
            f"{file}: not the record of a {what}: it states no format.",
            hint=f"give the directory of a {what} that Thalweg wrote, or restore this file from a copy.",
        )
    if record["format"] > FORMAT:
        raise RunError(
            f"{file}: written in format {record['format']}; this Thalweg reads formats up to {FORMAT}.",
            hint="upgrade with: pip install --upgrade thalweg",
        )
    return checked(record, kind, file, hint=f"restore {file.name} from a copy, or make the {what} again.")


def read_claims(file: Path) -> list[dict[str, Any]]:
    """Read the claims kept in a run's `claims.json`. Raises `RunError` when it is damaged."""
    from thalweg.runs.described import checked
    from thalweg.runs.envelopes import Claims

    content = checked(read_json(file), Claims, file, hint="make it again with: thalweg claims")
    return content if isinstance(content, list) else content["claims"]


def utc_now() -> str:
    """Return the time now as `2026-11-05T13:45:00Z`."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
