"""What networks learn by heart: labels that mean nothing, single examples, and labels that may be wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

from thalweg.figures.making import of_study
from thalweg.figures.marks import QUANTILES
from thalweg.lab.contents.memorised import memorised
from thalweg.lab.contents.partly import or_missing
from thalweg.lab.contents.told import told
from thalweg.lab.opened import Missing, Opened
from thalweg.page import assets
from thalweg.page.checks import Checks, ToLookAt, checks_of
from thalweg.page.suspects import Suspects, suspects_of
from thalweg.runs.audit import AuditRun
from thalweg.runs.study import StudyRun

RANDOM_LABELS = "random-labels"
PLACES = 120
"""Epochs that a curve is drawn at, at most."""

LISTED = 60
"""Suspicious labels that are listed."""


def memory(opened: Opened) -> dict[str, Any]:
    """Return `labels`, `examples` and `audit`, each of them or {"missing", "command"}.

    `labels`: learning curves on true and on random labels; `examples`: those most learned by heart; `audit`:
    labels that are suspicious, and those that were drawn to be checked. They need no run: a study or an audit
    alone will do.
    """
    return {
        "labels": or_missing(_labels, opened),
        "examples": or_missing(memorised, opened),
        "audit": or_missing(_audit, opened),
    }


def _labels(opened: Opened) -> dict[str, Any]:
    """Return what the study of random labels found, with the curves of its main network.

    `kinds`: of "true" and "random" labels, `train` and `test` accuracy after each of `epochs` as median over
    networks with 90 % of them between `low` and `high`, and where it ended. `chance`: a guess's accuracy.
    """
    study = opened.study(RANDOM_LABELS)
    result, arrays = study.result, study.arrays()
    main = _main(study)
    curves = {kind: {which: arrays[f"{which} {name}"] for which in ("train", "test")} for kind, name in main}
    last = max(values.shape[1] - 1 for each in curves.values() for values in each.values())
    epochs = np.unique(np.round(np.geomspace(1, last, min(last, PLACES))).astype(int))
    return {
        **told(of_study(study), "random-labels-curves"),
        "data": str(study.record["data"]["name"]),
        "members": result["members"],
        "chance": 1 / result["classes"],
        "epochs": epochs.tolist(),
        "kinds": {
            kind: {which: _band(values, epochs) for which, values in each.items()}
            for kind, each in curves.items()
        },
    }


def _main(study: StudyRun) -> list[tuple[str, str]]:
    """Return the kind and the arrays' name of the main network's populations on true and on random labels."""
    width = study.record["settings"]["width"]
    found = []
    for kind, share in (("true", 0.0), ("random", 1.0)):
        for each in study.result["populations"]:
            own = each["kind"], each["random_share"], each["width"], each["regulariser"]
            if own == (kind, share, width, "none"):
                found.append((kind, f"{kind}-{share:g}-width-{width}-none"))
    if [kind for kind, _ in found] != ["true", "random"]:
        raise Missing(
            "missing.both_labels",
            f"thalweg study {RANDOM_LABELS} --kinds true,random; thalweg lab RUN STUDY",
            path=str(study.path),
        )
    return found


def _band(values: np.ndarray, epochs: np.ndarray) -> dict[str, list[float]]:
    """Return median, low and high over members at these epochs of `values` [members, epochs + 1]."""
    within = values[:, np.minimum(epochs, values.shape[1] - 1)]  # a curve that ended early stays where it was
    found = np.round(np.quantile(within, QUANTILES, axis=0), 5)
    return {"low": found[0].tolist(), "median": found[2].tolist(), "high": found[4].tolist()}


def _audit(opened: Opened) -> dict[str, Any]:
    """Return what the last audit found: `suspects`, and `draw`, the labels drawn to be checked."""
    audits = opened.known_audits
    if not audits:
        raise Missing("missing.audit", "thalweg audit DATA; thalweg lab RUN AUDIT")
    kept = audits[-1]
    suspects, checks = suspects_of(kept), checks_of(kept)
    return {
        **told(of_study(kept), "audit-suspicion"),
        "data": str(kept.record["data"]["name"]),
        "draw": _not_drawn(kept) if checks is None else _drawn(checks),
        "suspects": None if suspects is None else _listed(suspects),
    }


def _not_drawn(kept: AuditRun) -> dict[str, Any]:
    return Missing("missing.not_drawn", f"thalweg audit {kept.path} --to-check 100 -o check.csv").told()


def _drawn(checks: Checks) -> dict[str, Any]:
    return {
        "command": checks.command,
        "file": checks.file,
        "classes": list(checks.classes),
        "content": checks.content,
        "labels": [_to_look_at(label) for label in checks.labels],
    }


def _to_look_at(label: ToLookAt) -> dict[str, Any]:
    return {
        "number": label.number,
        "called": label.called,
        "label": label.label,
        "suggested": label.suggested,
        "picture": None if label.picture is None else assets.picture(label.picture),
        "values": [list(pair) for pair in label.values],
    }


def _listed(suspects: Suspects) -> dict[str, Any]:
    rows = suspects.rows[:LISTED]
    return {
        "counted": [name for name in suspects.header[:2] if name in ("row", "index", "example")],
        "labels": suspects.labels,
        "features": len(suspects.header) - suspects.leading,
        "header": list(suspects.header),
        "rows": [[cell.text for cell in row] for row in rows],
        "pictures": [assets.picture(picture) for picture in suspects.pictures[:LISTED]],
        "of": len(suspects.rows),
    }
