"""Which family of figures draws which evaluation, in reading order. A new one: a file and a line."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from thalweg.figures.drawing import Drawing
from thalweg.figures.finding import Finding

Family = Callable[[Drawing], list[Finding]]

FAMILIES: dict[str, str] = {
    "accuracy": "accuracy",
    "history": "history",
    "diversity": "diversity",
    "calibration": "calibration",
    "noise": "noise",
    "outliers": "outliers",
    "shift": "shift",
    "abstention": "abstention",
    "adversarial": "adversarial",
    "features": "weights",
    "dreams": "dreams",
    "descent": "downhill",
    "landscape": "surface",
    "curvature": "spectrum",
    "minimum": "minimum",
    "alignment": "alignment",
    "connectivity": "connectivity",
}
"""Evaluation -> module of this room whose `draw(drawing)` returns its findings, in the order of a page."""


STUDIES: dict[str, str] = {
    "study:starts": "starts",
    "study:random-labels": "random_labels",
    "study:structure": "structure",
    "study:memorisation": "memorisation",
    "study:optimisers": "optimisers",
    "study:nielsen": "nielsen",
    "audit": "label_audit",
}
"""The same for studies and for the label audit, whose modules stand in `thalweg.figures.studies`."""


def study_family(name: str) -> Family | None:
    """Return what draws `study:NAME`, or `audit`; None where nothing does."""
    module = STUDIES.get(name)
    return None if module is None else import_module(f"thalweg.figures.studies.{module}").draw


def family(name: str) -> Family | None:
    """Return what draws the evaluation `name`, or None where nothing does."""
    module = FAMILIES.get(name)
    return None if module is None else import_module(f"thalweg.figures.{module}").draw
