"""A population as a notebook shows it: a small table, and how its training went."""

from __future__ import annotations

import html
from typing import Any

import numpy as np

from thalweg.networks.history import History

NAMES, LETTERS = 12, 24
"""Class names that are shown at most, and letters of each."""

_WIDE, _HIGH, _PLACES = 240, 60, 120


def population_html(members: Any) -> str:
    """Return static HTML (under 100 KB, no scripts) that says who is in `members`; texts are escaped."""
    network = type(members.networks).__name__.removesuffix("Network")
    shape = "\u00d7".join(map(str, members.input_shape))
    rows = [
        ("network", f"{network} of {members.parameters:,} weights and biases each"),
        ("input", shape),
        ("classes", _listed(members.class_names)),
        ("probabilities by", members.readout),
        ("diverged", f"{int(members.diverged.sum()):,} of {len(members):,}"),
    ]
    sound = ~np.asarray(members.diverged)
    history = members.history
    drawn = ""
    if history is not None and history.epochs and sound.any():
        rows.append((f"accuracy in training, epoch {history.epochs:,}", _last(history, sound)))
        drawn = _curve(np.asarray(history.accuracy, np.float64)[sound])
    body = "".join(
        f"<tr><td>{html.escape(name)}</td><td>{html.escape(value)}</td></tr>" for name, value in rows
    )
    title = f"Population of {len(members):,} member{'' if len(members) == 1 else 's'}"
    return f"<table><caption>{title}</caption><tbody>{body}</tbody></table>{drawn}"


def _listed(names: tuple[str, ...]) -> str:
    shown = [name if len(name) <= LETTERS else f"{name[: LETTERS - 1]}\u2026" for name in names[:NAMES]]
    more = f" and {len(names) - NAMES:,} more" if len(names) > NAMES else ""
    return f"{len(names):,}: {', '.join(shown)}{more}"


def _last(history: History, sound: np.ndarray) -> str:
    values = 100 * np.asarray(history.accuracy, np.float64)[sound, -1]
    if len(values) == 1:
        return f"{values[0]:.1f} %"
    return f"median {np.median(values):.1f} %, from {values.min():.1f} to {values.max():.1f} %"


def _curve(accuracy: np.ndarray) -> str:
    """Return accuracy [members, epochs] over epochs as a drawing: the median, and a band of 90 %."""
    places = np.unique(np.linspace(0, accuracy.shape[1] - 1, min(accuracy.shape[1], _PLACES)).astype(int))
    if len(places) < 2:
        return ""
    low, middle, high = np.nanquantile(accuracy[:, places], (0.05, 0.5, 0.95), axis=0)
    across = np.linspace(0, _WIDE, len(places))
    band = _points(np.concatenate([across, across[::-1]]), np.concatenate([low, high[::-1]]))
    return (
        f'<svg role="img" width="{_WIDE}" height="{_HIGH}" viewBox="0 0 {_WIDE} {_HIGH}">'
        "<title>accuracy in training over epochs, from 0 to 100 %: median and 90 % of members</title>"
        f'<polygon points="{band}" fill="#0072B2" fill-opacity="0.25"/>'
        f'<polyline points="{_points(across, middle)}" fill="none" stroke="#0072B2" stroke-width="2"/>'
        f'<path d="M0 {_HIGH}H{_WIDE}" stroke="#7a7a7a"/></svg>'
    )


def _points(across: np.ndarray, up: np.ndarray) -> str:
    heights = _HIGH - 2 - (_HIGH - 4) * np.nan_to_num(up)
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, heights, strict=True))
