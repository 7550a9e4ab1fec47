"""Labels that were drawn to be checked, in the directory of an audit: `checks/DRAW.json` and `.npz`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thalweg.errors import RunError, near_match
from thalweg.runs.audit import AuditRun
from thalweg.runs.described import Count, Number, Pair, checked, table
from thalweg.runs.files import read_arrays, read_json, write_arrays, write_json

if TYPE_CHECKING:
    import numpy as np

FOLDER = "checks"
ANSWER, CORRECT = "answer", "correct_label"
"""The columns of the file that people fill in: right, wrong or unsure; and which class it should be."""

BEFORE, AFTER = ("label", "suggested_label", "suspicion", ANSWER, CORRECT), ("draw", "audit")
Stratum = table({Count: "labels drawn", Number: "probability mean_suspicion", Pair | None: "suspicion"})
"""A stratum: how many labels it has, how many were drawn, and between which suspicions it lies."""
Label = table(
    {
        str: "split called file id label suggested_label picture",
        Count: "example row index stratum",
        Number: "suspicion",
        list[str]: "values",
    },
    optional="file id row index picture",
)
DRAW = table(
    {
        str: "draw drawn",
        Count: "to_check seed labels",
        list[str]: "classes columns features",
        list[Stratum]: "strata",
        list[Label]: "to_look_at",
    }
)
"""What was drawn, in the order in which it is to be checked."""


@dataclass(frozen=True)
class KeptDraw:
    """A draw of an audit: `content`, that of its JSON, described by `DRAW`."""

    path: Path
    content: dict[str, Any]

    def pictures(self) -> np.ndarray | None:
        """Return the pictures uint8 [drawn, height, width(, 3)]; None where the examples are none.

        Raises `RunError` where the file is damaged, or holds other arrays.
        """
        file = self.path.with_suffix(".npz")
        found = read_arrays(file).get("pictures") if file.exists() else None
        drawn = len(self.content["to_look_at"])
        if found is None or (found.shape[:1] == (drawn,) and found.ndim in (3, 4) and found.dtype == "u1"):
            return found
        raise RunError(
            f"{file}: damaged: pictures are {found.dtype} {found.shape}: expected uint8, {drawn} of them.",
            hint="draw them again, with the numbers in its name.",
        )


def file_of(content: Mapping[str, Any], audit: str | Path = "") -> list[list[str]]:
    """Return the header and the rows of the file to fill in, with nothing filled in.

    `content`: of a draw; `audit`: where the audit is kept. The columns of the data stand last.
    """
    labels = content["to_look_at"]
    picture = ["picture"] if any("picture" in label for label in labels) else []
    own = ["number", *content["columns"], *BEFORE, *picture, *AFTER]
    # a column of the data that is called as one of ours is told from it
    header = [*own, *(f"{name} (data)" if name in own else name for name in content["features"])]
    rows = []
    for number, label in enumerate(labels, start=1):
        facts = {"number": number, **label, "draw": content["draw"], "audit": audit}
        facts["suspicion"] = "" if label["suspicion"] is None else f"{label['suspicion']:.4g}"
        values = [*label["values"], *[""] * (len(content["features"]) - len(label["values"]))]
        rows.append([*(str(facts.get(name, "")) for name in own), *values])
    return [header, *rows]


def write_draw(kept: AuditRun, content: dict[str, Any], pictures: np.ndarray | None) -> KeptDraw:
    """Keep what was drawn with its audit; the same draw made again replaces it."""
    path = kept.path / FOLDER / f"{content['draw']}.json"
    if pictures is not None:
        write_arrays(path.with_suffix(".npz"), {"pictures": pictures})
    write_json(path, content)
    return KeptDraw(path, content)


def open_draw(kept: AuditRun, draw: str) -> KeptDraw:
    """Return the draw of this name. Raises `RunError` for one that the audit does not have, or is damaged."""
    names = [path.stem for path in _files(kept)]
    if draw not in names:
        raise RunError(
            f"{kept.path}: no labels were drawn here as {draw!r}.{near_match(draw, names)}",
            hint="give the audit that they were drawn of: thalweg audit AUDIT --checked FILE."
            if names
            else f"draw some: thalweg audit {kept.path} --to-check 100 -o check.csv",
        )
    path = kept.path / FOLDER / f"{draw}.json"
    hint = f"draw them again: thalweg audit {kept.path} --to-check N --seed S, with the numbers in its name."
    content = checked(read_json(path), DRAW, path, hint=hint)
    if not _fits(content):
        raise RunError(f"{path}: damaged: labels are drawn from strata that are not there.", hint=hint)
    return KeptDraw(path, content)


def _fits(content: Mapping[str, Any]) -> bool:
    """Return whether labels are of strata that there are, no more of each than were drawn and it has."""
    strata, own = content["strata"], Counter(label["stratum"] for label in content["to_look_at"])
    return all(
        place < len(strata) and number <= strata[place]["drawn"] <= strata[place]["labels"]
        for place, number in own.items()
    )


def latest_draw(kept: AuditRun) -> KeptDraw | None:
    """Return what was drawn last, None where nothing was. Raises as `open_draw` does."""
    draws = [open_draw(kept, path.stem) for path in _files(kept)]
    return max(draws, key=lambda draw: draw.content["drawn"], default=None)


def _files(kept: AuditRun) -> list[Path]:
    return sorted((kept.path / FOLDER).glob("*.json"))
