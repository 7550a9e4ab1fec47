"""What the lab shows when it is given nothing: the lesson's networks, trained and measured once, and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from thalweg import recording, runs
from thalweg.data.dataset import Dataset
from thalweg.errors import ThalwegError
from thalweg.lab.lesson import ours
from thalweg.lab.measurements import OF_RUN, OF_STUDY
from thalweg.runs.run import Run
from thalweg.runs.study import StudyRun
from thalweg.studies.random_labels.settings import Settings
from thalweg.studies.recorded import make_study
from thalweg.training.progress import Progress
from thalweg.training.recipe import Recipe

Made = TypeVar("Made", Run, StudyRun)

COMMAND = ("thalweg", "lab")
RECIPE, MEMBERS, PATHS = "classic", 64, 4
EPOCHS = {"mnist": 5}
"""Passes over data that are large; of others as many as the recipe says."""

STUDY = "random-labels"
MEMORY = Settings(
    members=3,
    examples=300,
    width=128,
    widths=(128,),
    shares=(0.0, 1.0),
    kinds=("true", "random"),
    regularisers=("none",),
    epochs=200,
)
"""Enough to show that random labels are learned by heart, and sooner or later than true ones."""


@dataclass(frozen=True)
class Watching:
    """Who is told how it goes: of each epoch, of each evaluation and of each part of the study."""

    training: Callable[[Progress], None] | None = None
    started: Callable[[Run], None] | None = None
    measuring: Callable[[str, int, int], None] | None = None


def found(root: str | Path, data: str | None = None) -> Run | None:
    """Return the newest run under `root` that was made for the lab, on `data` if that is named; or None."""
    made = _made(root, "run.json", runs.open)
    return next((run for run in made if data in (None, run.record["data"].get("name"))), None)


def found_study(root: str | Path, run: Run) -> StudyRun | None:
    """Return the newest study of random labels made for the lab on the data of `run`, or None."""
    wanted = run.record["data"].get("hash")
    return next(
        (
            study
            for study in _made(root, "study.json", runs.open_study)
            if study.name == STUDY and study.record.get("data", {}).get("hash") == wanted
        ),
        None,
    )


def _made(root: str | Path, record: str, open_kept: Callable[[Path], Made]) -> Iterator[Made]:
    """Yield what was made for the lab under `root`, is whole and finished: the newest first."""
    for path in sorted(Path(root).glob(f"*/{record}"), reverse=True):
        try:
            kept = open_kept(path.parent)
        except ThalwegError:
            continue
        if kept.finished and tuple(kept.record.get("command") or ())[:2] == COMMAND:
            yield kept


def make(dataset: Dataset, watching: Watching | None = None, *, command: Sequence[str] = COMMAND) -> Run:
    """Train the lesson's networks on `dataset`, in a new run."""
    watching = watching or Watching()
    recipe = Recipe.load(RECIPE)
    if dataset.name in EPOCHS:
        recipe = recipe.for_epochs(EPOCHS[dataset.name])
    return recording.train_run(
        recipe,
        dataset,
        members=MEMBERS,
        keep_path=PATHS,
        progress=watching.training,
        started=watching.started,
        command=command,
    )


def needed(lessons: Iterable[Any] | None = None) -> list[str]:
    """Return the evaluations that the lessons ask for, by name."""
    measures = {
        step.guess.measure for lesson in lessons or ours() for step in lesson.steps if step.guess is not None
    }
    names = {measure.partition("/")[0] for measure in measures}
    return sorted(names - {OF_RUN, OF_STUDY})


def lacking(run: Run) -> list[str]:
    """Return the evaluations that the lessons ask for and the run does not have."""
    return [name for name in needed() if name not in run.evaluations()]


def measure(run: Run, dataset: Dataset, watching: Watching | None = None) -> list[str]:
    """Make the evaluations that the lessons ask for and the run does not have; return their names."""
    if names := lacking(run):
        progress = None if watching is None else watching.measuring
        recording.evaluate_run(run, only=names, dataset=dataset, progress=progress)
    return names


def study(
    dataset: Dataset, watching: Watching | None = None, *, command: Sequence[str] = COMMAND
) -> StudyRun:
    """Train networks on true and on random labels, in a small study of its own."""
    progress = None if watching is None else watching.measuring
    return make_study(STUDY, dataset, MEMORY, progress=progress, command=command)[0]
