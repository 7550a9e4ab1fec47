"""The card of a published population: what it is, what is in it and how it is read, for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

from thalweg.durations import duration
from thalweg.publishing.measures import no_answer
from thalweg.sizes import size

_CARD = Path(__file__).parent / "templates" / "card.md"


def card_of(facts: Mapping[str, Any], accuracy: np.ndarray) -> str:
    """Return `README.md`: Markdown, with the head that Hugging Face reads. `accuracy`: of each member."""
    data, recipe = facts["data"], facts["recipe"]
    sound = accuracy[np.isfinite(accuracy)]
    total = sum(shard[what]["bytes"] for shard in facts["shards"] for what in ("weights", "answers"))
    total += sum(table["bytes"] for table in facts["tables"])
    gone = len(facts["diverged"])
    return _CARD.read_text("utf-8").format(
        title=f"{facts['members']:,} networks of {recipe['name']} on {data['name']}",
        members=facts["members"],
        recipe=recipe["name"],
        parameters=facts["parameters"],
        version=(facts.get("versions") or {}).get("thalweg") or "",
        data=data["name"],
        seed=facts["seed"],
        accuracy=_spread(sound),
        test=data["test"],
        train=data["train"],
        held_out=data.get("held_out") or 0,
        diverged=f"{gone:,} diverged and answer nothing." if gone else "None diverged.",
        hash=data["hash"],
        when=facts.get("finished") or "at an unknown time",
        took=duration(round(facts.get("seconds") or 0), unit="seconds"),
        processor=_processor(facts),
        bytes=size(total),
        each=size(total // facts["members"]),
        none=no_answer(len(facts["class_names"])),
        classes=", ".join(json.dumps(name, ensure_ascii=False) for name in facts["class_names"]),
        folder="DIR",
        toml=tomli_w.dumps(recipe).strip(),
        shared="Each network drew its own order of examples."
        if recipe.get("order") == "own"
        else "All networks saw the examples in the same order, epoch by epoch.",
    )


def _spread(accuracy: np.ndarray) -> str:
    if len(accuracy) == 0:
        return "none"
    low, middle, high = 100 * np.quantile(accuracy, (0.05, 0.5, 0.95))
    if len(accuracy) < 20:
        least, most = 100 * accuracy.min(), 100 * accuracy.max()
        return f"{100 * accuracy.mean():.2f} % on average (from {least:.2f} to {most:.2f} %)"
    return f"{middle:.2f} % (median; nine in ten from {low:.2f} to {high:.2f} %)"


def _processor(facts: Mapping[str, Any]) -> str:
    processor = facts.get("processor") or {}
    return f"{processor.get('model') or 'an unknown processor'}, {processor.get('cores', '?')} cores"
