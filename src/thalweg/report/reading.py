"""What a report reads of a run, checked before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from thalweg import figures, runs
from thalweg.errors import RunError
from thalweg.figures.directories import Kept
from thalweg.figures.finding import Finding
from thalweg.runs.run import Run
from thalweg.wording import PICTURES, Words, kind_of_run, words_for

Sources = Kept | str | Path | Sequence[Kept | str | Path] | Mapping[str, Any]
"""What `write` accepts: a run, study or audit or its path, several runs, or records by name as `evaluate`
returns them."""

IN_MEMORY = "records in memory"


@dataclass(frozen=True)
class Subject:
    """A run that is reported on. `kept` is False for records in memory, which have no weights or history."""

    run: Run
    kept: bool = True

    @property
    def record(self) -> Mapping[str, Any]:
        """The content of `run.json`."""
        return self.run.record

    @property
    def path(self) -> str:
        """The run directory as the user named it, for commands to copy."""
        return str(self.run.path) if self.kept else "RUN"

    @property
    def name(self) -> str:
        """The name of what was trained: the recipe's, and the run directory's."""
        recipe = str(self.record["recipe"].get("name", "unnamed"))
        return f"{recipe} ({self.run.path.name})" if self.kept else recipe

    @property
    def kind(self) -> str:
        """The kind of its data: `pictures` or `features`."""
        return kind_of_run(self.record)

    @property
    def words(self) -> Words:
        """The words that fit its data."""
        return words_for(self.kind)

    @cached_property
    def evaluations(self) -> dict[str, dict[str, Any]]:
        """The JSON of every evaluation of the run. Raises `RunError` for one that is damaged."""
        return {name: self.run.evaluation(name) for name in self.run.evaluations()}

    @cached_property
    def findings(self) -> list[Finding]:
        """What the figures make of the run. Raises `RunError` for an evaluation that is damaged."""
        assert self.evaluations is not None  # read first: it names a damaged file better than a figure can
        return list(figures.findings(self.run))


@contextmanager
def subjects_of(sources: Sources) -> Iterator[list[Subject]]:
    """Open what is to be reported on. Raises `RunError` for runs that are unfinished, foreign or damaged."""
    if isinstance(sources, Mapping):
        with _in_memory(cast(Mapping[str, Any], sources)) as subject:
            yield [subject]
        return
    listed: list[Any] = (
        list(sources) if isinstance(sources, Sequence) and not isinstance(sources, str) else [sources]
    )
    if not listed:
        raise RunError("There is no run to report on.", hint="name at least one run directory.")
    yield [Subject(_finished(cast(Run | str | Path, source))) for source in listed]


def _finished(source: Run | str | Path) -> Run:
    run = source if isinstance(source, Run) else runs.open(source)
    if not run.finished:
        raise RunError(
            f"{run.path}: its training is not finished, so there is nothing to report.",
            hint=f"finish it with: thalweg train --resume {run.path}",
        )
    return run


@contextmanager
def _in_memory(records: Mapping[str, Any]) -> Iterator[Subject]:
    """Lend records a run of their own, so that figures need to know one kind of source only."""
    for name, record in records.items():
        if not (hasattr(record, "to_json") and hasattr(record, "arrays")):
            raise RunError(
                f"records[{name!r}] is a {type(record).__name__}: expected the record of an evaluation.",
                hint="pass what thalweg.evaluate returns, a run, or the path of a run.",
            )
    if not records:
        raise RunError("There is no record to report on.", hint="pass what thalweg.evaluate returns.")
    with TemporaryDirectory(prefix="thalweg-") as folder:
        run = runs.create(Path(folder) / "run", recipe_name="records", record=_facts(records))
        for name, record in records.items():
            run.write_evaluation(name, record.to_json(), record.arrays())
        yield Subject(run, kept=False)


def _facts(records: Mapping[str, Any]) -> dict[str, Any]:
    accuracy = records["accuracy"].to_json() if "accuracy" in records else {}
    test = accuracy.get("test_accuracy") or {}
    return {
        "recipe": {"name": IN_MEMORY},
        "members": int(test.get("members", 0)) + len(test.get("excluded", ())),
        "seed": 0,
        "data": {"name": "", "test": test.get("examples")},
        "input_shape": [],
        "kind_of_data": next(
            (each.kind_of_data for each in records.values() if hasattr(each, "kind_of_data")), PICTURES
        ),
        "class_names": list(accuracy.get("class_names", ())),
        "diverged": list(test.get("excluded", ())),
        "status": "trained",
    }
