"""The examples that networks learned by heart, as a study of memorisation or an audit measured it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.facts import load_again
from thalweg.data.identity import COLUMNS, Identity
from thalweg.errors import ThalwegError
from thalweg.figures.making import of_study
from thalweg.figures.mosaic import tiles
from thalweg.lab.contents.told import told
from thalweg.lab.opened import Missing, Opened
from thalweg.page import assets
from thalweg.runs.audit import AuditRun
from thalweg.runs.study import StudyRun

if TYPE_CHECKING:
    from thalweg.data.dataset import Dataset

MEMORISATION = "memorisation"
LISTED = 40
"""Examples that are shown."""

LONGEST_SIDE = 96
"""Pixels of a picture; larger ones are made smaller."""


def memorised(opened: Opened) -> dict[str, Any]:
    """Return the most memorised examples, of the study that was opened, or else of the audit.

    `listed`: of each example what it is `called`, its `label`, what networks `said` that did not train on it,
    its `memorisation` with `low` and `high`, the `picture` or the `values`, where they can be had. `note`:
    what of this cannot be had, and why. Raises `Missing` where neither measured it.
    """
    if not any(study.name == MEMORISATION for study in opened.known_studies):
        audits = [audit for audit in opened.known_audits if _measured(audit)]
        if audits:
            return _of_audit(audits[-1])
    return _of_study(opened.study(MEMORISATION), opened)


def _measured(audit: AuditRun) -> bool:
    table = audit.table()
    return MEMORISATION in table.columns and bool(table[MEMORISATION].is_not_null().any())


def _of_study(study: StudyRun, opened: Opened) -> dict[str, Any]:
    result, arrays = study.result, study.arrays()
    numbers = arrays.get("gallery", np.array(result["most_memorised"], int))[:LISTED]
    dataset, note = _data_of(study, opened)
    names = _names(arrays["label"], dataset)
    pictures = arrays.get("gallery_pictures")
    shown = [None] * len(numbers) if pictures is None else _pictures(pictures[:LISTED])
    values = [[]] * len(numbers) if pictures is not None else _values(dataset, numbers)
    said = arrays.get("gallery_answers")
    called = dict(
        zip(result["most_memorised"], result.get("most_memorised_called", ()), strict=False)
    )  # records of before do not say
    return {
        **told(of_study(study), "memorisation-scores"),
        "source": "study",
        "note": note if pictures is None else None,
        "listed": [
            {
                "called": called.get(int(number), f"example {number}"),
                "label": names[arrays["label"][number]],
                "said": None if said is None else names[said[place]],
                **_score(arrays, int(number)),
                "picture": shown[place],
                "values": values[place],
            }
            for place, number in enumerate(numbers)
        ],
    }


def _score(arrays: dict[str, np.ndarray], number: int) -> dict[str, float]:
    """Return a score with its interval over networks; older records hold its standard error alone."""
    value = float(arrays["memorisation"][number])
    if "memorisation_low" in arrays:
        low, high = (float(arrays[f"memorisation_{end}"][number]) for end in ("low", "high"))
    else:
        reach = 1.96 * float(arrays["standard_error"][number])
        low, high = max(-1.0, value - reach), min(1.0, value + reach)
    return {"memorisation": value, "low": low, "high": high}


def _data_of(study: StudyRun, opened: Opened) -> tuple[Dataset | None, dict[str, Any] | None]:
    """Return the data of a study once more, or None and why not."""
    facts = study.record["data"]
    run = opened.given_run
    if run is not None and run.record["data"].get("hash") == facts.get("hash"):
        try:
            return opened.dataset, None
        except Missing as missing:
            return None, missing.told()
    try:
        return load_again(study.path, facts, opened.data_dir), None
    except ThalwegError as error:
        return None, Missing("memory.heart.note_data", error=error.message).told()


def _names(labels: np.ndarray, dataset: Dataset | None) -> list[str]:
    """Return what the classes are called: their numbers where the data cannot be asked."""
    if dataset is not None:
        return [str(name) for name in dataset.class_names]
    return [f"class {number}" for number in range(int(labels.max()) + 1)]


def _pictures(pictures: np.ndarray) -> list[str]:
    return [assets.picture(png) for png in tiles(pictures / 255, longest=LONGEST_SIDE)]


def _values(dataset: Dataset | None, numbers: np.ndarray) -> list[list[list[str]]]:
    """Return the features of examples, each with its name; none where the data cannot be asked."""
    if dataset is None or dataset.train.is_images:
        return [[] for _ in numbers]
    names = dataset.feature_names or [f"feature {place}" for place in range(dataset.train.raw.shape[1])]
    return [
        [[str(name), f"{value:.4g}"] for name, value in zip(names, dataset.train.raw[number], strict=True)]
        for number in numbers
    ]


def _of_audit(audit: AuditRun) -> dict[str, Any]:
    """Return the same of an audit, whose pictures are those of the most suspicious labels."""
    table, arrays = audit.table(), audit.arrays()
    found = table.drop_nulls(MEMORISATION).sort(MEMORISATION, descending=True, maintain_order=True)[:LISTED]
    own: Any = {name: found[name].to_numpy() for name in COLUMNS if name in found.columns}
    identity = Identity(**own)
    place_of = {
        key: place
        for place, key in enumerate(
            zip(arrays["gallery_split"].tolist(), arrays["gallery_example"].tolist(), strict=True)
        )
    }
    images, values = arrays.get("gallery_images"), _cells(audit)
    listed = []
    for number, row in enumerate(found.iter_rows(named=True)):
        key = row["split"], row["example"]
        seen = [] if images is None or key not in place_of else _pictures(images[place_of[key]][None])
        listed.append(
            {
                "called": identity.name(number) if len(identity) else f"{key[0]} {key[1]}",
                "label": str(row["label"]),
                "said": str(row["suggested_label"]),
                "memorisation": row[MEMORISATION],
                "low": row["memorisation_low"],
                "high": row["memorisation_high"],
                "picture": seen[0] if seen else None,
                "values": values.get(key, []),
            }
        )
    members, labels = audit.record.get("members"), len(table)
    trained = f"n = {members:,} networks, each trained on a share of the examples. " if members else ""
    return {
        "title": f"What the audit of {labels:,} labels found to be learned by heart",
        "sentence": "Memorisation: how much more often a network gives an example its label when it has "
        "trained on it. A wrong label can only be learned by heart; so can a rare example with a right one.",
        "how": f"{trained}Feldman & Zhang 2020, arXiv 2008.03703, equation 1.",
        "source": "audit",
        "note": None if images is None else Missing("memory.heart.note_suspicious").told(),
        "listed": listed,
    }


def _cells(audit: AuditRun) -> dict[tuple[str, int], list[list[str]]]:
    """Return the rows of the suspicious labels by (split, example), each cell with its column's name."""
    result = audit.result
    features = result.get("features", ())
    return {
        (each["split"], each["example"]): [list(pair) for pair in zip(features, each["values"], strict=False)]
        for each in result.get("suspects", ())
    }
