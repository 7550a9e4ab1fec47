"""Train and evaluate on record: the same verbs, with everything that came of them kept in a run directory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from thalweg import data, evaluation, runs
from thalweg.data.dataset import Dataset
from thalweg.data.sources import NAMES
from thalweg.errors import RunError
from thalweg.evaluation.comparison import Comparison
from thalweg.evaluation.record import Record
from thalweg.evaluation.suite import Objective
from thalweg.networks import exchange
from thalweg.networks.costs import readout_of
from thalweg.networks.population import History, Population
from thalweg.runs.run import Run
from thalweg.training.population import Progress, train
from thalweg.training.recipe import Recipe, from_mapping

TrainingProgress = Callable[[Progress], None]
EvaluationProgress = Callable[[str, int, int], None]


class Interrupted(KeyboardInterrupt):
    """A training stopped by Ctrl-C. `run` holds its first `epoch` epochs, and `resume_run` goes on."""

    def __init__(self, run: Run, epoch: int, epochs: int):
        super().__init__(f"{run.path}: stopped after epoch {epoch} of {epochs}.")
        self.run, self.epoch, self.epochs = run, epoch, epochs


def train_run(
    recipe: Recipe,
    dataset: Dataset,
    *,
    members: int = 1,
    seed: int = 0,
    out: str | Path | None = None,
    progress: TrainingProgress | None = None,
    started: Callable[[Run], None] | None = None,
    command: Sequence[str] = (),
    label_column: str | None = None,
) -> Run:
    """Train `members` networks on `dataset.train` and keep everything in a new run directory.

    Main arguments: as for `train`; `out` is the run directory itself, by default a new one under `runs/`.

    Other arguments:
        progress: called after every epoch.
        started: called with the run before the first epoch.
        command: the words of the command line, for the record.
        label_column: the one that the data were read with, for the record.

    Raises `RunError` when `out` holds anything already, and for data of which a part is set apart already,
    `Interrupted` on Ctrl-C, and as `train` does. After any error but Ctrl-C no run is left behind unless an
    epoch of it was trained; after Ctrl-C it can be resumed.
    """
    if dataset.validation is not None:
        raise RunError(
            f"{dataset.name}: part of the training data is set apart already; a run could not repeat that.",
            hint="pass the whole data set, and set hold_out in the recipe.",
        )
    record = _record_of(recipe, dataset, members, seed)
    record["data"]["label_column"] = label_column
    record["command"] = list(command)
    run = runs.create(out, recipe_name=recipe.name, record=record)
    if started is not None:
        started(run)
    try:
        return _train_into(run, recipe, dataset, progress)
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
) -> Run:
    """Go on with a training that was stopped; the result equals that of an uninterrupted one bit for bit.

    The data are loaded again from where they came from, or given as `dataset` when they were arrays; they
    must be the very same values. A run that is finished is returned as it is.

    Raises `RunError` when the run or its data are not what they were, `Interrupted` on Ctrl-C.
    """
    run = runs.open(path)
    if run.finished:
        return run
    recipe = recipe_of(run)
    dataset = dataset_of(run, data_dir) if dataset is None else _verified(run, dataset)
    if started is not None:
        started(run)
    return _train_into(run, recipe, dataset, progress)


def recipe_of(run: Run) -> Recipe:
    """Return the recipe that the run was trained with."""
    return from_mapping(run.record["recipe"])


def dataset_of(run: Run, data_dir: str | Path | None = None) -> Dataset:
    """Load the data of the run from where they came from, and check that they are the very same values.

    Raises `RunError` for data that changed or that were arrays in memory, `DataError` when they are gone.
    """
    source = run.record["data"].get("source")
    if not source:
        raise RunError(
            f"{run.path}: its data were arrays in memory, not a file or a named set.",
            hint="pass the same data again: dataset=thalweg.data.from_arrays(...).",
        )
    label_column = run.record["data"].get("label_column")
    return _verified(run, data.load(source, data_dir=data_dir, label_column=label_column))


def as_trained(recipe: Recipe, dataset: Dataset) -> Dataset:
    """Return the data as a run of this recipe sees them: with the share that it holds out set apart."""
    return dataset.hold_out(recipe.hold_out) if recipe.hold_out else dataset


def population_of(run: Run) -> Population:
    """Return the trained population of the run, its history included.

    Raises `RunError` for a run that is not finished, and for weights that are not those of its recipe.
    """
    _refuse_unfinished(run)
    record, recipe = run.record, recipe_of(run)
    input_shape, class_names = tuple(record["input_shape"]), tuple(record["class_names"])
    networks = exchange.from_tensors(run.weights(), recipe.network, input_shape, len(class_names))
    diverged = np.zeros(record["members"], dtype=bool)
    diverged[record["diverged"]] = True
    history = _history_of(run, record["members"], recipe.epochs)
    return Population(networks, diverged, readout_of(recipe.cost), input_shape, class_names, history)


def evaluate_run(
    run: Run,
    *,
    only: str | Iterable[str] | None = None,
    dataset: Dataset | None = None,
    data_dir: str | Path | None = None,
    progress: EvaluationProgress | None = None,
) -> dict[str, Record]:
    """Make the evaluations of the run's population on the run's data, and write each into the run.

    `only`, `progress`: as for `evaluate`. `dataset`: the run's data, when they are loaded already. Returns
    the records by name. Raises as `population_of`, `dataset_of` and `evaluate` do.
    """
    _refuse_unfinished(run)
    dataset = dataset_of(run, data_dir) if dataset is None else _verified(run, dataset)
    dataset = as_trained(recipe_of(run), dataset)

    def keep(name: str, record: Record) -> None:
        run.write_evaluation(name, record.to_json(), record.arrays())

    return evaluation.evaluate(
        population_of(run),
        dataset,
        only=only,
        objective=_objective_of(run),
        progress=progress,
        done=keep,
    )


def _objective_of(run: Run) -> Objective | None:
    """Return what the run minimised; None where members were given different penalties."""
    recipe = recipe_of(run)
    l2: Any = recipe.l2
    return Objective(recipe.cost, l2) if isinstance(l2, int | float) else None


def compare_runs(first: Run, second: Run, *, data_dir: str | Path | None = None) -> Comparison:
    """Compare two runs on the test split of the data that both were trained for.

    Raises `RunError` for runs of different data, and as `population_of` and `dataset_of` do.
    """
    if first.record["data"]["hash"] != second.record["data"]["hash"]:
        raise RunError(
            f"{first.path} was trained on {first.record['data']['name']} and {second.path} on other data "
            f"({second.record['data']['name']}): their accuracies cannot be compared.",
            hint="compare runs of the same data.",
        )
    dataset = dataset_of(first, data_dir)
    names = [f"{run.record['recipe']['name']} ({run.path.name})" for run in (first, second)]
    return evaluation.compare(population_of(first), population_of(second), dataset.test, names=names)


def _record_of(recipe: Recipe, dataset: Dataset, members: int, seed: int) -> dict[str, Any]:
    split = as_trained(recipe, dataset).train
    return {
        "recipe": recipe.to_table(),
        "members": int(members),
        "seed": int(seed),
        "data": {
            "name": dataset.name,
            "source": _lasting(dataset.source),
            "hash": dataset.content_hash,
            "train": len(split),
            "held_out": len(dataset.train) - len(split),
            "test": len(dataset.test),
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


def _lasting(source: str) -> str:
    # a relative path would be lost when the run is resumed from another directory
    if source and source not in NAMES and Path(source).exists():
        return str(Path(source).absolute())
    return source


def _train_into(run: Run, recipe: Recipe, dataset: Dataset, progress: TrainingProgress | None) -> Run:
    members, seed, checkpoint = run.record["members"], run.record["seed"], run.checkpoint
    try:
        kept = as_trained(recipe, dataset)
        population = train(
            recipe,
            kept.train,
            members=members,
            seed=seed,
            validation=kept.validation,
            progress=progress,
            checkpoint=checkpoint,
        )
        _write_trained(run, population)
    except KeyboardInterrupt:
        raise Interrupted(run, checkpoint.epoch, recipe.epochs) from None
    return run


def _write_trained(run: Run, population: Population) -> None:
    facts = {key: run.record[key] for key in ("recipe", "seed", "input_shape", "class_names")}
    run.write_weights(exchange.to_tensors(population.networks), {**facts, "readout": population.readout})
    history = population.history
    assert history is not None, "train records a history"
    run.write_history({name: getattr(history, name) for name in History.__dataclass_fields__})
    run.update(
        status="trained",
        diverged=np.flatnonzero(population.diverged).tolist(),
        finished=runs.utc_now(),
        seconds=round(run.checkpoint.seconds, 3),
    )
    run.checkpoint.remove()


def _history_of(run: Run, members: int, epochs: int) -> History:
    frame = run.history()
    shape = (members, epochs)
    if frame.height != members * epochs:
        raise RunError(
            f"{run.path}: history.parquet has {frame.height} rows, expected {members} x {epochs}.",
            hint="restore this file from a copy of the run, or train again.",
        )
    missing = np.full(shape, np.nan, dtype=np.float32)
    columns: Mapping[str, np.ndarray] = {
        name: frame[name].to_numpy().reshape(shape) if name in frame.columns else missing
        for name in History.__dataclass_fields__
    }
    return History(**columns)


def _verified(run: Run, dataset: Dataset) -> Dataset:
    expected = run.record["data"]["hash"]
    if dataset.content_hash != expected:
        raise RunError(
            f"{run.path}: {dataset.name} is no longer the data that this run was trained on "
            f"(SHA-256 {dataset.content_hash[:12]}..., expected {expected[:12]}...).",
            hint="put the same data back, or train a new run on the changed data.",
        )
    return dataset


def _refuse_unfinished(run: Run) -> None:
    if not run.finished:
        raise RunError(
            f"{run.path}: its training is not finished.",
            hint=f"finish it with: thalweg train --resume {run.path}",
        )
