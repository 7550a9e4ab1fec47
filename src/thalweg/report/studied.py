"""What a report reads of a study or a label audit: what was asked, what was found, how it was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from thalweg import figures, runs
from thalweg.durations import duration
from thalweg.errors import RunError
from thalweg.figures.finding import Finding
from thalweg.questions import question_of
from thalweg.remote import is_url
from thalweg.report.reading import Sources
from thalweg.runs.run import Run
from thalweg.runs.study import StudyRun

Rows = list[tuple[str, str]]


@dataclass(frozen=True)
class Studied:
    """A finished study or label audit that is reported on."""

    kept: StudyRun | runs.AuditRun

    @property
    def record(self) -> Mapping[str, Any]:
        """The content of `study.json` or `audit.json`."""
        return self.kept.record

    @property
    def is_audit(self) -> bool:
        """Whether labels were audited, rather than a study made."""
        return isinstance(self.kept, runs.AuditRun)

    @property
    def name(self) -> str:
        """What it is: `audit`, or `study:NAME`."""
        return f"study:{self.kept.name}" if isinstance(self.kept, StudyRun) else "audit"

    @property
    def question(self) -> str:
        """What it asks."""
        return question_of(self.name)

    @property
    def title(self) -> str:
        """What was made, of which data."""
        data = self.record["data"].get("name") or "unnamed data"
        if self.is_audit:
            return f"Labels of {data}"
        return f"{self.name.partition(':')[2].replace('-', ' ').capitalize()}: a study of {data}"

    @cached_property
    def findings(self) -> list[Finding]:
        """What the figures make of it. Raises `RunError` for what is damaged or lacks something."""
        return figures.findings(self.kept)

    @property
    def made(self) -> str:
        """What was done, in a sentence."""
        data, record = self.record["data"], self.record
        parts = [f"{data[key]:,} {words}" for key, words in _PARTS.items() if data.get(key)]
        took = f", in {duration(record['seconds'])}" if record.get("seconds") else ""
        return f"Made of {data.get('name') or 'unnamed data'} ({', '.join(parts)} examples){took}."

    @property
    def settings(self) -> Rows:
        """What was asked: every setting and its value as text."""
        if self.is_audit:
            asked = {name: self.record[name] for name in self._asked_of_audit if name in self.record}
        else:
            asked = self.record["settings"]
        return [(name.replace("_", " "), _shown(value)) for name, value in {**asked, **self._seed}.items()]

    @property
    def recipe(self) -> Mapping[str, Any] | None:
        """The recipe that an audit trained, None where no network judged; studies have settings instead."""
        return self.record.get("recipe") if NETWORKS in self._judges else None

    @property
    def _judges(self) -> list[str]:
        return self.record.get("judges", [NETWORKS])  # an older audit had no others

    @property
    def _asked_of_audit(self) -> tuple[str, ...]:
        """Settings that mean something: nobody asks of a forest how many members it has."""
        many = ("members", "share") if {NETWORKS, ESTIMATOR} & set(self._judges) else ()
        return ("split", "judges", "estimator", *many)

    @property
    def facts(self) -> Rows:
        """Data, machine and versions."""
        record = self.record
        rows = [("Data", record["data"].get("name")), ("SHA-256 of the data", record["data"].get("hash"))]
        rows += [("Started", record.get("started")), ("Finished", record.get("finished"))]
        processor = record.get("processor")
        if processor:
            rows.append(("Processor", f"{processor['model']}, {processor['cores']} cores"))
        rows.append(("System", record.get("platform")))
        rows += [(name, version or "unknown") for name, version in (record.get("versions") or {}).items()]
        return [(name, str(value)) for name, value in rows if value]

    @property
    def _seed(self) -> dict[str, Any]:
        return {"seed": self.record["seed"]} if "seed" in self.record else {}


NETWORKS, ESTIMATOR = "networks", "estimator"
"""Judges of an audit that are many, each trained on a share."""

_PARTS = {"train": "training", "test": "test"}


def studied(sources: Sources) -> Studied | None:
    """Return the study or audit that `sources` is or names; None for runs and for records in memory.

    Raises `RunError` for a path that is neither a run nor a study, for what is not finished, and for a study
    among several sources.
    """
    if isinstance(sources, Mapping):
        return None
    if not isinstance(sources, Sequence) or isinstance(sources, str):
        return _of(sources)
    found = [_of(source) for source in sources]
    if len(found) == 1 or not any(found):
        return found[0] if found else None
    path = next(each.kept.path for each in found if each is not None)
    raise RunError(
        f"{path}: a study or an audit; only runs can be compared.",
        hint=f"make a report of it alone: thalweg report {path}",
    )


def _of(source: Any) -> Studied | None:
    kinds = (str, Path, StudyRun, runs.AuditRun)
    if not (isinstance(source, kinds) or is_url(source) or hasattr(source, "path")):
        return None
    kept = figures.opened(source)
    return None if isinstance(kept, Run) else Studied(kept)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
