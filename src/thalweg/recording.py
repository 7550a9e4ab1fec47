"""Train and evaluate on record: the same verbs, with everything that came of them kept in a run directory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg import evaluation, runs
from thalweg.callbacks import Callback, OfRun
from thalweg.data import facts
from thalweg.data.dataset import Dataset, TrainSplit
from thalweg.errors import RunError
from thalweg.moved import fetch
from thalweg.networks import exchange
from thalweg.networks.population import History, Population
from thalweg.record import Record
from thalweg.reopening import (
    as_kept as as_kept,
    as_trained as as_trained,
    dataset_of as dataset_of,
    path_of as path_of,
    path_to,
    population_of as population_of,
    recipe_of as recipe_of,
    refuse_unfinished,
    starts_of as starts_of,
    title_of as title_of,
    trained_population,
)
from thalweg.runs.path import PathFiles, plan as plan_of_path
from thalweg.runs.run import Run
from thalweg.stops import when_stopped
from thalweg.temporary import has_left_overs
from thalweg.training import where
from thalweg.training.brevity import too_short
from thalweg.training.engine import engine_of
from thalweg.training.population import Progress, train
from thalweg.training.recipe import Recipe
from thalweg.training.trainable import check_trainable

if TYPE_CHECKING:
    from thalweg.evaluation.suite import Objective

TrainingProgress = Callable[[Progress], None]
EvaluationProgress = Callable[[str, int, int], None]


class Interrupted(KeyboardInterrupt):
    """A training stopped by Ctrl-C. `run` holds its first `epoch` epochs, `command` goes on."""

    def __init__(self, run: Run, epoch: int, epochs: int):
        super().__init__(f"{run.path}: stopped after epoch {epoch} of {epochs}.")
        self.run, self.epoch, self.epochs = run, epoch, epochs
        self.command = f"thalweg train --resume {run.path}"


def train_run(
    recipe: Recipe,
    dataset: Dataset,
    *,
    members: int = 1,
    seed: int = 0,
    out: str | Path | None = None,
    keep_path: int | None = None,
    engine: str = "auto",
    progress: TrainingProgress | None = None,
    started: Callable[[Run], None] | None = None,
    callbacks: Sequence[Callback] = (),
    command: Sequence[str] = (),
) -> Run:
    """Train `members` networks on `dataset.train` and keep everything in a new run directory.

    Main arguments: as for `train`; `out` is the run directory itself, by default a new one under `runs/`.

    Other arguments:
        keep_path: of how many members, the first ones, the weights are kept at the start and after every
            epoch (`path_of`); 0 for none. By default four, thinned out to `runs.path.BYTES` on disk.
        engine: what does the work, as for `train`; the run's record says which it was, and why.
        progress: called after every epoch.
        started: called with the run before the first epoch.
        callbacks: told of the training member by member, as for `train`, under the name of the run.
        command: the words of the command line, for the record.

    Raises `RunError` when `out` holds anything already, for data of which a part is set apart already, and
    for a path of more members than there are; `Interrupted` on Ctrl-C; and as `train` does. After any error
    but Ctrl-C no run is left behind unless an epoch of it was trained; after Ctrl-C it can be resumed.

    Examples:
        >>> import thalweg as tw
        >>> run = tw.train_run(tw.Recipe(epochs=2), digits, members=3, out="three")
        >>> run
        Run('three': 3 members of custom, trained)
    """
    if dataset.validation is not None and not dataset.own_validation:
        raise RunError(
            f"{dataset.name}: part of the training data is set apart already; a run could not repeat that.",
            hint="pass the whole data set, and set hold_out in the recipe.",
        )
    kept_apart = as_trained(recipe, dataset)
    check_trainable(recipe, kept_apart.train, members=members, seed=seed, validation=kept_apart.validation)
    record = _record_of(recipe, dataset, kept_apart.train, members, seed)
    record["command"] = list(command)
    if (workers := where.current()) is not None:
        record["workers"] = workers.to_json()
    record["engine"] = engine_of(engine, recipe, kept_apart.train, members=members).to_json()
    kept = plan_of_path(keep_path, members=members, epochs=recipe.epochs, parameters=record["parameters"])
    record["path"] = kept and kept.to_json()
    run = runs.create(out, recipe_name=recipe.name, record=record)
    with run.held():
        try:
            if started is not None:
                started(run)
            return _train_into(run, recipe, dataset, progress, callbacks, engine)
        except Exception:
            run.discard()
            raise


def resume_run(
    path: str | Path,
    *,
    dataset: Dataset | None = None,
    data_dir: str | Path | None = None,
    progress: TrainingProgress | None = None,
    started: Callable[[Run], None] | None = None,
    callbacks: Sequence[Callback] = (),
) -> Run:
    """Go on with a training that was stopped; the result equals that of an uninterrupted one bit for bit.

    The data are loaded again from where they came from, or given as `dataset` when they were arrays; they
    must be the very same values. A run that is finished is returned as it is.

    Raises `RunError` when the run or its data are not what they were, `Interrupted` on Ctrl-C.

    Examples:
        >>> import thalweg as tw
        >>> tw.resume_run(run.path).finished
        True
    """
    run = runs.open(path)
    if run.finished and not has_left_overs(run.path, "checkpoint"):
        return run
    with run.held():
        return _resume(runs.open(path), dataset, data_dir, progress, started, callbacks)


def _resume(
    run: Run,
    dataset: Dataset | None,
    data_dir: str | Path | None,
    progress: TrainingProgress | None,
    started: Callable[[Run], None] | None,
    callbacks: Sequence[Callback],
) -> Run:
    """Go on with a run that nobody else works on; it may have been finished before it was locked."""
    if run.finished:
        run.checkpoint.remove()  # its process was killed while it did just that
        return run
    recipe = recipe_of(run)
    dataset = dataset_of(run, data_dir) if dataset is None else as_kept(run, dataset)
    if started is not None:
        started(run)
    return _train_into(run, recipe, dataset, progress, callbacks, _engine_to_ask_for(run))


def _engine_to_ask_for(run: Run) -> str:
    """Return the engine that goes on as the run was started, also where nothing was kept yet."""
    engine = run.record.get("engine") or {}
    return "xla" if engine.get("name") == "xla" and engine.get("pictures") != "native" else "auto"


def evaluate_run(
    run: Run,
    *,
    only: str | Iterable[str] | None = None,
    dataset: Dataset | None = None,
    data_dir: str | Path | None = None,
    judge: Run | None = None,
    progress: EvaluationProgress | None = None,
) -> dict[str, Record]:
    """Make the evaluations of the run's population on the run's data, and write each into the run.

    `only`, `progress`: as for `evaluate`. `dataset`: the run's data, when they are loaded already. `judge`:
    another run, whose vote says what it sees in what this one draws. Returns the records by name. Raises as
    `population_of`, `dataset_of` and `evaluate` do.

    Examples:
        >>> import thalweg as tw
        >>> tw.evaluate_run(run, only="diversity")
        {'diversity': disagreement ... % [..., ...], vote of all ... points [..., ...], n = 4 x 359}
    """
    refuse_unfinished(run)
    dataset = dataset_of(run, data_dir) if dataset is None else as_kept(run, dataset)
    recipe = recipe_of(run)
    dataset = as_trained(recipe, dataset)

    def keep(name: str, record: Record) -> None:
        run.write_evaluation(name, record.to_json(), record.arrays())

    population = trained_population(run, recipe)
    return evaluation.evaluate(
        population,
        dataset,
        only=only,
        objective=_objective_of(recipe),
        path=path_to(population, run, recipe),
        starts=lambda: starts_of(run, dataset, recipe=recipe),
        judge=None if judge is None else population_of(judge),
        judge_name=None if judge is None else title_of(judge),
        progress=progress,
        done=keep,
    )


def _objective_of(recipe: Recipe) -> Objective | None:
    """Return what the run minimised; None where members were given different penalties."""
    from thalweg.evaluation.suite import Objective  # with all that measures: a training begins without

    l2: Any = recipe.l2
    return Objective(recipe.cost, l2) if isinstance(l2, int | float) else None


def _record_of(
    recipe: Recipe, dataset: Dataset, split: TrainSplit, members: int, seed: int
) -> dict[str, Any]:
    return {
        "recipe": recipe.to_table(),
        "members": int(members),
        "seed": int(seed),
        "data": {
            **facts.data_facts(dataset),
            "train": len(split),
            "held_out": len(dataset.train) - len(split),
        },
        "class_names": list(split.class_names),
        "input_shape": list(split.input_shape),
        "parameters": exchange.count_parameters(recipe.network, split.input_shape, split.classes),
        "diverged": [],
        "started": runs.utc_now(),
        "finished": None,
        "seconds": None,
        **runs.describe_machine(),
    }


def _train_into(
    run: Run,
    recipe: Recipe,
    dataset: Dataset,
    progress: TrainingProgress | None,
    callbacks: Sequence[Callback],
    engine: str,
) -> Run:
    members, seed, checkpoint = run.record["members"], run.record["seed"], run.checkpoint

    def interrupted(_: KeyboardInterrupt) -> Interrupted:
        return Interrupted(run, checkpoint.epoch, recipe.epochs)

    with when_stopped(interrupted):
        kept = as_trained(recipe, dataset)
        population = train(
            recipe,
            kept.train,
            members=members,
            seed=seed,
            validation=kept.validation,
            progress=progress,
            watch=_path_keeper(run.path_files),
            checkpoint=checkpoint,
            engine=engine,
            callbacks=[OfRun(each, run.path.name, str(run.path)) for each in callbacks],
        )
        _write_trained(run, population, examples=len(kept.train))
    return run


def _path_keeper(files: PathFiles) -> Callable[[int, Population], None] | None:
    """Return what keeps the members' weights after the planned epochs; None where no path is kept."""
    plan = files.plan
    if plan is None:
        return None

    def keep(epoch: int, population: Population) -> None:
        if epoch in plan.epochs:
            files.keep(epoch, exchange.to_tensors(population[: plan.members].networks))

    return keep


def _write_trained(run: Run, population: Population, *, examples: int) -> None:
    facts = {key: run.record[key] for key in ("recipe", "seed", "input_shape", "class_names")}
    run.write_weights(exchange.to_tensors(population.networks), {**facts, "readout": population.readout})
    history = population.history
    assert history is not None, "train records a history"
    run.write_history({name: getattr(history, name) for name in History.__dataclass_fields__})
    run.path_files.join()
    size = run.record["recipe"]["batch_size"]
    run.update(
        status="trained",
        too_short=too_short(
            np.asarray(history.cost),
            np.asarray(history.accuracy),
            examples=examples,
            batch_size=size if isinstance(size, int) else None,
        ),
        diverged=np.flatnonzero(population.diverged).tolist(),
        finished=runs.utc_now(),
        seconds=round(run.checkpoint.seconds, 3),
    )
    run.checkpoint.remove()


def __getattr__(name: str) -> Any:
    return fetch(f"{__name__}.{name}")  # comparing was done here, for one release the old names work
