"""Labels that were drawn to be checked, as pages show them: what is seen of each, and the file to save."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from thalweg.figures.mosaic import tiles
from thalweg.runs.audit import AuditRun
from thalweg.runs.checks import KeptDraw, file_of, latest_draw
from thalweg.runs.described import as_expected

LONGEST_SIDE = 160
"""Pixels of a picture; larger ones are made smaller."""

MOST_VALUES = 30
"""Values of a row that are shown; the file has all."""


@dataclass(frozen=True)
class ToLookAt:
    """A label that was drawn: its number, what it is called, what it says, what the judges suggest."""

    number: int
    called: str
    label: str
    suggested: str
    picture: bytes | None
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Checks:
    """The labels of a draw. `content`: what the page's script needs to save the file; `file`: its name."""

    draw: str
    classes: tuple[str, ...]
    labels: tuple[ToLookAt, ...]
    content: dict[str, Any]
    file: str

    @property
    def about(self) -> str:
        """What is asked of whoever checks."""
        return (
            f"{len(self.labels):,} labels, drawn at random by known chances. What people say of them counts "
            "the wrong labels of all, whichever these are. Every answer helps; those of the first few are a "
            "sample too, so go from top to bottom and decide beforehand where to stop."
        )

    @property
    def command(self) -> str:
        """What reads the file once it is saved."""
        return f"thalweg audit --checked {self.file}"


def checks_of(kept: AuditRun) -> Checks | None:
    """Return the labels that were drawn last of an audit, None for none. Raises `RunError` for damage."""
    draw = latest_draw(kept)
    if draw is None:
        return None
    hint = f"draw them again: thalweg audit {kept.path} --to-check N --seed S, with the numbers in its name."
    with as_expected(str(draw.path), hint=hint):
        return _checks(kept, draw)


def _checks(kept: AuditRun, draw: KeptDraw) -> Checks:
    content, pictures = draw.content, draw.pictures()
    shown = (
        [None] * len(content["to_look_at"])
        if pictures is None
        else tiles(pictures / 255, longest=LONGEST_SIDE)
    )
    labels = tuple(
        ToLookAt(
            number,
            label["called"],
            label["label"],
            label["suggested_label"],
            picture,
            tuple(list(zip(content["features"], label["values"], strict=False))[:MOST_VALUES]),
        )
        for number, (label, picture) in enumerate(zip(content["to_look_at"], shown, strict=True), start=1)
    )
    file = f"check-{content['draw']}.csv"
    return Checks(content["draw"], tuple(content["classes"]), labels, _for_script(kept, draw), file)


def _for_script(kept: AuditRun, draw: KeptDraw) -> dict[str, Any]:
    """Return header and rows of the file to fill in; the script puts answers in their columns."""
    header, *rows = file_of(draw.content, kept.path.absolute())
    return {"draw": draw.content["draw"], "header": header, "rows": rows}
