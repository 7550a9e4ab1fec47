"""Plan from a run on disk, or from a pilot that is trained and kept for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import jax

from thalweg.data.dataset import Dataset
from thalweg.errors import EvaluationError, RunError
from thalweg.planning.pace import Timed, Timing, pace_of, timed
from thalweg.planning.plan import plan
from thalweg.planning.record import Plan
from thalweg.planning.scale import MANY_CORES, scaled
from thalweg.recording import TrainingProgress, dataset_of, population_of, recipe_of, train_run
from thalweg.runs.machine import describe_machine
from thalweg.runs.run import Run
from thalweg.spec import numbers_per_member
from thalweg.training.progress import Progress
from thalweg.training.recipe import Recipe

PILOT = 4
"""Members of a pilot that is trained for a plan."""


def plan_run(
    run: Run,
    *,
    against: Run | None = None,
    dataset: Dataset | None = None,
    data_dir: str | Path | None = None,
    minutes: bool = True,
    few: Timed | None = None,
    progress: Timing | None = None,
    **wanted: Any,
) -> Plan:
    """Plan how many starts and examples a number needs, and how long they train here, from a run on disk.

    Main arguments:
        run: the pilot, finished, of 2 members or more.
        wanted: `half_width`, `difference`, `alike`, `power` and `level`, as for `plan`.

    Other arguments:
        against: a run of the other recipe, of the same data.
        dataset: the run's data, where they are loaded already.
        minutes: whether to time a little training on this machine (`pace_of`), which takes a while.
        few: how long the pilot's own epochs took, where it was trained just now on this machine.
        progress: called with what is timed, its place and how many there are.

    Raises `RunError` for runs of different data and for the same run twice, and as `population_of`,
    `dataset_of` and `plan` do; `EvaluationError` for members that were trained differently.

    Examples:
        >>> import thalweg as tw
        >>> tw.planning.plan_run(run, half_width=0.02, minutes=False).members
        4
    """
    refuse_unfit(run, against)
    dataset = dataset_of(run, data_dir) if dataset is None else dataset
    other = None if against is None else population_of(against)
    found = plan(population_of(run), dataset.test, against=other, **wanted)
    if not minutes or not found.over_chance.learned:
        return found
    wanted_most = (found.sure, found.needed, found.comparing and found.comparing.needed)
    planned = max((each for each in wanted_most if each), default=32)
    pace = pace_of(
        recipe_of(run), dataset, members=run.record["members"], planned=planned, few=few, progress=progress
    )
    second = None
    if against is not None and recipe_of(against) != recipe_of(run):
        members = against.record["members"]
        second = pace_of(recipe_of(against), dataset, members=members, planned=planned, progress=progress)
    sizes = (scaled(pace, recipe_of(run), dataset.train, cores=cores) for cores in _cores())
    return replace(found.with_pace(pace, second, notes=_notes(run)), scale=tuple(sizes))


def train_pilot(
    recipe: Recipe,
    dataset: Dataset,
    *,
    members: int = PILOT,
    seed: int = 0,
    out: str | Path | None = None,
    progress: TrainingProgress | None = None,
    started: Callable[[Run], None] | None = None,
    command: Sequence[str] = (),
) -> tuple[Run, Timed | None]:
    """Train a pilot and keep it as a run; return it, and how long its epochs took (None for fewer than 3).

    A larger run of the same seed holds the pilot's members as its first, so nothing is lost by it. Arguments
    and errors are those of `train_run`.
    """
    _refuse_varied(recipe, recipe.name)
    ends: list[float] = []

    def told(state: Progress) -> None:
        ends.append(state.seconds)
        if progress is not None:
            progress(state)

    run = train_run(
        recipe,
        dataset,
        members=members,
        seed=seed,
        out=out,
        progress=told,
        started=started,
        command=command,
    )
    between = [late - early for early, late in pairwise(ends)]
    return run, timed(members, between) if len(between) > 1 else None


def refuse_unfit(run: Run, against: Run | None = None) -> None:
    """Raise for what no plan can be made from, before any data are read."""
    for each in (run, *([] if against is None else [against])):
        _refuse_varied(recipe_of(each), str(each.path))
        members, diverged = each.record["members"], len(each.record["diverged"])
        if each.finished and members - diverged < 2:
            left = f", of which {diverged} diverged" if diverged else ""
            raise EvaluationError(
                f"{each.path}: a plan from {members} member{'' if members == 1 else 's'}{left}: it shows "
                "nothing of the luck of other starts.",
                hint="train a pilot of at least 2 members that do not diverge, better 4 or more.",
            )
    if against is None:
        return
    if run.path.resolve() == against.path.resolve():
        raise RunError(
            f"{run.path}: a run against itself shows no difference, however many starts it has.",
            hint="give a run of the other recipe, or leave --against out.",
        )
    if run.record["data"]["hash"] != against.record["data"]["hash"]:
        raise RunError(
            f"{run.path} was trained on {run.record['data']['name']} and {against.path} on other data "
            f"({against.record['data']['name']}): their answers cannot be paired.",
            hint="plan from two runs of the same data.",
        )


def _cores() -> tuple[int | None, ...]:
    """Return on how many cores a million members are foretold; a GPU is not counted in cores."""
    return (None, MANY_CORES) if jax.default_backend() == "cpu" else (None,)


def _refuse_varied(recipe: Recipe, where: str) -> None:
    varied = [path for path, _ in numbers_per_member(recipe)]
    if varied:
        raise EvaluationError(
            f"{where}: its members differ in {', '.join(varied)}: more starts of which, nobody can say.",
            hint="plan from members that are trained alike: one number, no list.",
        )


def _notes(run: Run) -> tuple[str, ...]:
    """Return a sentence where the run was trained elsewhere: its seconds are not those of this machine."""
    there, here = run.record["processor"], describe_machine()["processor"]
    if there == here:
        return ()
    where = f"{there['model']}, {there['cores']} cores"
    return (f"{run.path} was trained on another machine ({where}); the minutes are of this one.",)
