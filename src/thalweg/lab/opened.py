"""What the lab was given: a run, and studies and audits beside it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thalweg.data.split import Split
from thalweg.errors import RunError, ThalwegError
from thalweg.figures.directories import Kept, opened as on_disk
from thalweg.lab.beside import made_beside
from thalweg.lab.words import say
from thalweg.remote import is_url
from thalweg.runs.audit import AuditRun
from thalweg.runs.run import Run
from thalweg.runs.study import StudyRun

if TYPE_CHECKING:
    from thalweg.data.dataset import Dataset
    from thalweg.networks.path import Path as TrainingPath
    from thalweg.networks.population import Population


NO_RUN = "missing.networks"


class Missing(Exception):
    """A panel lacks what it shows, and `command` adds it, where a command does.

    `word` of the languages says what is missing, its places filled with `values`; `why` is that in English.
    """

    def __init__(self, word: str, command: str = "", **values: Any):
        self.why = say(word, values)
        super().__init__(self.why)
        self.word, self.command, self.values = word, command, values

    def told(self) -> dict[str, Any]:
        """Return what a page is told in the place of what is missing.

        `again`: whether it may be found while the lab is open, once the command has run; a run cannot.
        """
        told = {"missing": self.why, "word": self.word, "values": self.values}
        return {**told, "command": self.command, "again": bool(self.command) and self.word != NO_RUN}


@dataclass(frozen=True, eq=False)
class Opened:
    """One run, or none, and the studies and audits that were named beside it.

    What is read of them is read once. Whatever is not there raises `Missing`, with the command that adds it.
    Studies and audits that were made in the same place `since` it was opened are there as well.
    """

    given_run: Run | None = None
    studies: tuple[StudyRun, ...] = ()
    audits: tuple[AuditRun, ...] = ()
    data_dir: str | None = None
    since: float = field(default_factory=time.time)

    @property
    def folders(self) -> set[Path]:
        """Where what is open lies, and where what is made meanwhile is looked for."""
        kept = (*([self.given_run] if self.given_run else []), *self.studies, *self.audits)
        return {Path(each.path).parent for each in kept}

    @property
    def known_studies(self) -> list[StudyRun]:
        """The studies that were named, and those that were made since."""
        made = made_beside(self.folders, self.since)
        return [*self.studies, *(each for each in made if isinstance(each, StudyRun))]

    @property
    def known_audits(self) -> list[AuditRun]:
        """The audits that were named, and those that were made since."""
        made = made_beside(self.folders, self.since)
        return [*self.audits, *(each for each in made if isinstance(each, AuditRun))]

    @property
    def run(self) -> Run:
        """The run."""
        if self.given_run is None:
            raise Missing(NO_RUN, "thalweg lab RUN")
        return self.given_run

    @cached_property
    def population(self) -> Population:
        """The trained networks."""
        from thalweg import recording

        return recording.population_of(self.run)

    @cached_property
    def training_path(self) -> TrainingPath:
        """The way that the first members took while they were trained."""
        from thalweg import recording

        found = recording.path_of(self.run)
        if found is None:
            raise Missing(
                "missing.path",
                f"thalweg train --data {self.run.record['data'].get('source', 'DATA')} --keep-path 4",
            )
        return found

    @cached_property
    def dataset(self) -> Dataset:
        """The data that the run was trained on, as they were."""
        from thalweg import recording

        try:
            return recording.dataset_of(self.run, self.data_dir)
        except ThalwegError as error:
            raise Missing("missing.data", error=error.message) from None

    @cached_property
    def recipe(self) -> Any:
        """What the run was trained with."""
        from thalweg import recording

        return recording.recipe_of(self.run)

    @property
    def test(self) -> Split:
        """Examples that the networks never saw."""
        found = self.dataset.test
        if found is None:
            raise Missing("missing.test")
        return found

    @cached_property
    def sound(self) -> list[int]:
        """The members that did not diverge, by number."""
        diverged = set(self.run.record["diverged"])
        return [member for member in range(self.run.record["members"]) if member not in diverged]

    def evaluation(self, name: str) -> dict[str, Any]:
        """Return the JSON of an evaluation of the run."""
        if name not in self.run.evaluations():
            command = f"thalweg evaluate {self.run.path} --only {name}"
            raise Missing("missing.evaluation", command, name=name)
        return self.run.evaluation(name)

    def study(self, name: str) -> StudyRun:
        """Return the study of that name, the last that was named or made since."""
        found = [each for each in self.known_studies if each.name == name.replace("_", "-")]
        if not found:
            command = f"thalweg study {name.replace('_', '-')}"
            then = f"{command}; thalweg lab RUN STUDY"
            raise Missing("missing.study", then, name=name.replace("_", " ").replace("-", " "))
        return found[-1]


def opened(
    sources: Iterable[Kept | str | Path] | Kept | str | Path, *, data_dir: str | None = None
) -> Opened:
    """Open what the lab is to show: at most one run, and any number of studies and audits.

    Raises `RunError` for what is none of them, damaged or unfinished, and for a second run.

    Examples:
        >>> from thalweg import lab
        >>> lab.opened(run.path).run.record["members"]
        4
    """
    given = [sources] if isinstance(sources, Kept | str | Path) else list(sources)
    found = [on_disk(source) for source in given]
    trained = [each for each in found if isinstance(each, Run)]
    if len(trained) > 1:
        names = ", ".join(str(each.path) for each in trained)
        raise RunError(
            f"{names}: the lab shows one run at a time.",
            hint="name one of them; compare several with: thalweg compare RUN RUN",
        )
    for each in found:
        _refuse_elsewhere(each)
        _refuse_unfinished(each)
    return Opened(
        trained[0] if trained else None,
        tuple(each for each in found if isinstance(each, StudyRun)),
        tuple(each for each in found if isinstance(each, AuditRun)),
        data_dir,
    )


def _refuse_elsewhere(kept: Kept) -> None:
    """The lab looks every few seconds for what was added: at a URL, that would be a request each."""
    if is_url(kept.path):
        raise RunError(
            f"{kept.path}: at a URL; the lab shows what is on this machine.",
            hint="copy its directory here, or write a report: thalweg report URL",
        )


def _refuse_unfinished(kept: Kept) -> None:
    if isinstance(kept, Run) and not kept.finished:
        raise RunError(
            f"{kept.path}: its training is not finished.",
            hint=f"finish it with: thalweg train --resume {kept.path}",
        )
    if isinstance(kept, StudyRun):
        _ = kept.result  # says what is wrong with it
