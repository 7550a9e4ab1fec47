"""Which family of figures draws which evaluation, in reading order. A new one: a file and a line."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from thalweg.figures.drawing import Drawing
from thalweg.figures.finding import Finding
from thalweg.questions import STUDIES

Family = Callable[[Drawing], list[Finding]]

FAMILIES = (
    "accuracy",
    "history",
    "diversity",
    "arbitrariness",
    "calibration",
    "noise",
    "outliers",
    "shift",
    "abstention",
    "adversarial",
    "features",
    "dreams",
    "descent",
    "landscape",
    "curvature",
    "minimum",
    "alignment",
    "connectivity",
)
"""In the order of a page: each is a file of `thalweg.figures.evaluations`, whose `draw(drawing)` draws it."""


def study_family(name: str) -> Family | None:
    """Return what draws `study:NAME`, or `audit`; None where nothing does."""
    study = name.removeprefix("study:")
    if name != "audit" and study not in STUDIES:
        return None
    file = "label_audit" if name == "audit" else study.replace("-", "_")
    return import_module(f"thalweg.figures.studies.{file}").draw


def family(name: str) -> Family | None:
    """Return what draws the evaluation `name`, or None where nothing does."""
    return import_module(f"thalweg.figures.evaluations.{name}").draw if name in FAMILIES else None
