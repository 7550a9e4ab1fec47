"""What a tracker is told of a population after an epoch: bands over its members, and members' own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

QUANTILES = {"lowest": 0.0, "q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95, "highest": 1.0}
"""Of members that did not diverge; "mean" is theirs as well."""
FIRST_MEMBERS = 16
"""Of how many members a tracker writes curves of their own, unless it is asked for more."""


def bands(history: Mapping[str, np.ndarray], epoch: int) -> dict[str, float]:
    """Return what is known of the population after `epoch` (from 1): `accuracy/median`, `accuracy/q05` ...

    `history` as of `callbacks.Callback.epoch`. A measure that no member has is left out.
    """
    found: dict[str, float] = {}
    for name, values in history.items():
        column = values[:, epoch - 1]
        sound = column[np.isfinite(column)].astype(np.float64)
        if not len(sound):
            continue
        found[f"{name}/mean"] = float(sound.mean())
        shares = np.quantile(sound, list(QUANTILES.values())).tolist()
        found |= {f"{name}/{label}": share for label, share in zip(QUANTILES, shares, strict=True)}
    found["members/diverged"] = float(np.count_nonzero(~np.isfinite(history["cost"][:, epoch - 1])))
    return found


def of_member(history: Mapping[str, np.ndarray], member: int, epoch: int) -> dict[str, float]:
    """Return the finite numbers of one member after `epoch` (from 1), by name."""
    values = {name: float(measured[member, epoch - 1]) for name, measured in history.items()}
    return {name: value for name, value in values.items() if np.isfinite(value)}


def flat_settings(settings: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return a recipe's settings by dotted names, as text of at most 500 letters."""
    found: dict[str, str] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            found |= flat_settings(value, f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = str(value)[:500]
    return found


def member_name(number: int) -> str:
    """Return what a member is called beside others: `member-0007`."""
    return f"member-{number:04d}"
