"""What evaluations, studies and the label audit write as JSON: one description each, for all who show it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from thalweg.runs.described import checked, table
from thalweg.runs.results import answers, inside, studies
from thalweg.runs.results.confused import refuse_ragged

EVALUATIONS = {**answers.DESCRIPTIONS, **inside.DESCRIPTIONS}
OTHERS = {**answers.OTHERS, **inside.OTHERS}


def evaluation(name: str, content: Any, file: Path) -> dict[str, Any]:
    """Return the `content` of the `file` of an evaluation. One that is not ours must be a table, no more.

    Raises `RunError` for anything that is not as described.
    """
    hint = f"make it again with: thalweg evaluate {file.parent.parent} --only {name}"
    checked(content, dict[str, Any], file, hint=hint)
    if name not in EVALUATIONS:
        return content
    if "not_measured" in content:
        return checked(content, answers.NotMeasured, file, hint=hint)
    checked(content, EVALUATIONS[name], file, hint=hint)
    if name == "accuracy":
        refuse_ragged(content, file, hint=hint)
    if name in OTHERS:
        named = EVALUATIONS[name].__annotations__
        rest = {key: value for key, value in content.items() if key not in named}
        checked(rest, dict[str, OTHERS[name]], file, hint=hint)
    return content


def study(name: str, record: dict[str, Any], file: Path) -> dict[str, Any]:
    """Return the result of a finished study, or of an `audit`, from its `record`.

    Raises as `evaluation` does.
    """
    kind = table({studies.DESCRIPTIONS.get(name, dict[str, Any]): "result"})
    hint = f"make it again with: thalweg {'audit DATA' if name == 'audit' else f'study {name}'}."
    return checked(record, kind, file, hint=hint)["result"]
