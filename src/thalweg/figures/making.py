"""From a run, a study, a label audit, or a record in memory, to its findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from thalweg.errors import RunError, near_match
from thalweg.figures.directories import Kept, opened
from thalweg.figures.drawing import Drawing
from thalweg.figures.evaluations.history import HISTORY, arrays_of
from thalweg.figures.facts import Facts, safe
from thalweg.figures.finding import Finding
from thalweg.figures.registry import FAMILIES, Family, family, study_family
from thalweg.figures.theme import entitle
from thalweg.listening import begin_part
from thalweg.record import Record, caveats_of, trust
from thalweg.runs.audit import AuditRun
from thalweg.runs.described import as_expected
from thalweg.runs.run import Run
from thalweg.runs.study import StudyRun
from thalweg.wording import PICTURES


def findings(source: Kept | str | Path) -> list[Finding]:
    """Return every finding that a run, a study or a label audit holds, in reading order.

    `source`: what `runs.open` or `runs.open_study` return, what `thalweg.studies` returns of an audit, or the
    path of any of them. What was not measured, or did not apply, is absent. Raises `RunError` for a path that
    is none of them, a study or an audit that is not finished, and a file that is damaged or that lacks what a
    figure needs.

    Examples:
        >>> from thalweg import figures
        >>> [finding.name for finding in figures.findings(run)][:3]
        ['accuracy', 'confusion', 'hardest']
    """
    kept = opened(source)
    return _of_run(kept) if isinstance(kept, Run) else of_study(kept)


def of_study(kept: StudyRun | AuditRun) -> list[Finding]:
    """Return the findings of a finished study or label audit; raises as `findings` does."""
    record, result = kept.record, kept.result
    arrays = kept.arrays()
    if isinstance(kept, AuditRun):
        name, content, command = "audit", dict(result), "thalweg audit DATA"
        arrays["suspicion"] = kept.table()["suspicion"].to_numpy()
    else:
        name, content = f"study:{kept.name}", {**result, "settings": record["settings"]}
        command = f"thalweg study {kept.name}"
    facts = Facts(data=str((record.get("data") or {}).get("name", "")))
    drawing = Drawing(name, content, arrays, facts)
    return _drawn(study_family(name), drawing, f"make it again with this version: {command}.")


def families_of(run: Run) -> list[str]:
    """Return what is drawn of a run, by the names of `FAMILIES`, in their order."""
    made = set(run.evaluations())
    if (run.path / "history.parquet").exists():
        made.add(HISTORY)
    return [name for name in FAMILIES if name in made]


def _of_run(run: Run) -> list[Finding]:
    facts, names = Facts.of(run.record), families_of(run)
    drawn: list[Finding] = []
    for place, name in enumerate(names):
        begin_part(f"drawing {name}", place, len(names))
        if name == HISTORY:
            drawn += draw(name, {**run.record}, arrays_of(run.history()), facts=facts)
        else:
            drawn += draw(name, run.evaluation(name), run.evaluation_arrays(name), facts=facts)
    return drawn


def draw(
    name: str, content: Mapping[str, Any], arrays: Mapping[str, np.ndarray], *, facts: Facts | None = None
) -> list[Finding]:
    """Return the findings of one evaluation.

    Args:
        name: the evaluation's, such as "calibration". One that no family draws has no findings.
        content: its JSON (`record.to_json()`).
        arrays: its arrays by name (`record.arrays()`).
        facts: class names and the like, where the evaluation itself does not say them.

    Raises `RunError` when `content` or `arrays` lack what the figures need.
    """
    if "not_measured" in content:
        return []
    drawing = Drawing(name, content, arrays, facts or Facts())
    hint = f"measure it again with this version: thalweg evaluate RUN --only {name}."
    return _drawn(family(name), drawing, hint)


def _drawn(drawing_family: Family | None, drawing: Drawing, hint: str) -> list[Finding]:
    if drawing_family is None:
        return []
    kind, colon, name = drawing.name.partition(":")
    said = f"{kind} {name}" if colon else (kind if kind == "audit" else f"evaluation {kind}")
    with as_expected(said, hint=hint):
        return _with_caveats(_if_concluded(drawing_family(drawing), drawing.content), drawing.content)


def _if_concluded(found: list[Finding], content: Mapping[str, Any]) -> list[Finding]:
    """Return the findings; where nothing may be concluded from them, the first alone, which says why.

    What starts, optimisers or kinds of data have in common then is that they guess. What was remembered is
    another matter: that is found of examples that were learned by heart.
    """
    grounds = content.get("grounds", {"hold": True})  # an older record did not ask
    if not grounds["hold"]:
        return _said_why(found[0], safe(grounds["title"]), safe(grounds["reason"]))
    widths = content.get("widths")
    every = [one.get("over_chance") for one in widths.values()] if isinstance(widths, Mapping) else []
    asked = [over for over in every or [content.get("over_chance")] if over is not None]
    if "memorised_share" in content or not asked or any(over["learned"] for over in asked):
        return found
    return _said_why(
        found[0],
        "Nothing was learned that can be told from guessing",
        f"Was anything learned? {asked[0]['verdict'].capitalize()}.",
    )


def _with_caveats(found: list[Finding], content: Mapping[str, Any]) -> list[Finding]:
    """Return the findings, of which the first says how far intervals of its evaluation can be trusted."""
    how = found[0].how if found else ""
    caveats, intervals = caveats_of(content)
    left = {caveat: count for caveat, count in caveats.items() if caveat.lower() not in how.lower()}
    if not found or not left:
        return found
    said = safe(trust(left, intervals))
    return [replace(found[0], how=f"{how} {said[0].upper()}{said[1:]}, by simulation."), *found[1:]]


def _said_why(first: Finding, title: str, sentence: str) -> list[Finding]:
    if first.figure is not None:
        room: Any = first.figure.layout.meta  # type: ignore[attr-defined]
        entitle(first.figure, title, **room)
    return [replace(first, title=title, sentence=sentence)]


def of(record: Record, *, name: str | None = None) -> list[Finding]:
    """Return the findings of a `record` in memory: anything with `to_json()` and `arrays()`.

    `name`: its evaluation, where the name of its class does not say it. Raises `RunError` for what is no
    record, and where no figures are known by that name; `EvaluationError` for accuracy on examples that were
    learned from, without that on new ones.

    Examples:
        >>> import thalweg as tw
        >>> found = tw.evaluation.diversity(population, digits.test)
        >>> tw.figures.of(found)[0].title
        'A vote of 4 is right on ... % [..., ...] of new examples, one network on ... % [..., ...]'
    """
    if not (hasattr(record, "to_json") and hasattr(record, "arrays")):
        raise RunError(
            f"A {type(record).__name__} is no record: it has no to_json() and arrays().",
            hint="pass what an evaluation returned, or the findings of a run: figures.findings(run).",
        )
    chosen = name or getattr(record, "answers", "") or type(record).__name__.lower()
    if chosen not in FAMILIES:
        raise RunError(
            f"No figures are known by the name {chosen!r}.{near_match(chosen, list(FAMILIES))}",
            hint=f"choose name= from {', '.join(FAMILIES)}.",
        )
    facts = Facts(kind_of_data=getattr(record, "kind_of_data", PICTURES))
    record = record.as_drawn() if hasattr(record, "as_drawn") else record
    return draw(chosen, record.to_json(), record.arrays(), facts=facts)
