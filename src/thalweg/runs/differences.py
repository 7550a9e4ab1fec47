"""In which settings runs are not alike: recipe, data, members, seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

NONE = "none"
"""What is said of a setting that a run does not have."""


def differences(records: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Return every setting in which these runs are not alike, by its dotted name: what each has, as text.

    `records`: of runs, as `Run.record`.

    Examples:
        >>> from thalweg.runs.differences import differences
        >>> differences([run.record, {**run.record, "seed": 7}])
        {'seed': ('0', '7')}
    """
    tables = [_settings(record) for record in records]
    names = dict.fromkeys(name for table in tables for name in table)
    found = {name: tuple(table.get(name, NONE) for table in tables) for name in names}
    return {name: values for name, values in found.items() if len(set(values)) > 1}


def _settings(record: Mapping[str, Any]) -> dict[str, str]:
    return _flat(
        {
            "recipe": record["recipe"],
            "members": record["members"],
            "seed": record["seed"],
            "data": {key: record["data"].get(key) for key in ("name", "hash", "train", "test")},
        }
    )


def _flat(table: Mapping[str, Any], before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            found.update(_flat(value, f"{before}{name}."))
        else:
            found[f"{before}{name}"] = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return found
