"""What a run kept, back in memory: its recipe, its data, its population and the path that led there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from thalweg.data import facts
from thalweg.data.dataset import Dataset
from thalweg.errors import RunError
from thalweg.networks import exchange, path as paths
from thalweg.networks.costs import readout_of
from thalweg.networks.population import History, Population
from thalweg.runs.run import Run
from thalweg.training.population import train
from thalweg.training.recipe import Recipe, from_mapping


def recipe_of(run: Run) -> Recipe:
    """Return the recipe that the run was trained with."""
    return from_mapping(run.record["recipe"])


def dataset_of(run: Run, data_dir: str | Path | None = None) -> Dataset:
    """Load the data of the run from where they came from, and check that they are the very same values.

    Raises `RunError` for data that changed or that were arrays in memory, `DataError` when they are gone.
    """
    return facts.load_again(run.path, facts_of(run), data_dir)


def as_kept(run: Run, dataset: Dataset) -> Dataset:
    """Return `dataset` as the run has it. Raises `RunError` where they are not the very same values."""
    return facts.as_read(run.path, facts_of(run), dataset)


def facts_of(run: Run) -> dict[str, Any]:
    """Return what the run's record says of its data."""
    return {**run.record["data"], "class_names": run.record["class_names"]}


def as_trained(recipe: Recipe, dataset: Dataset) -> Dataset:
    """Return the data as a run of this recipe sees them: what it holds out, or their own part, set apart."""
    return dataset.hold_out(recipe.hold_out) if recipe.hold_out and not dataset.own_validation else dataset


def population_of(run: Run) -> Population:
    """Return the trained population of the run, its history included.

    Raises `RunError` for a run that is not finished, and for weights that are not those of its recipe.
    """
    return trained_population(run, recipe_of(run))


def trained_population(run: Run, recipe: Recipe) -> Population:
    """Return the population of a finished run whose recipe has been read already."""
    refuse_unfinished(run)
    record = run.record
    input_shape, class_names = tuple(record["input_shape"]), tuple(record["class_names"])
    networks = exchange.from_tensors(run.weights(), recipe.network, input_shape, len(class_names))
    diverged = np.zeros(record["members"], dtype=bool)
    diverged[record["diverged"]] = True
    history = _history_of(run, record["members"], recipe.epochs)
    return Population(networks, diverged, readout_of(recipe.cost), input_shape, class_names, history)


def path_of(run: Run) -> paths.Path | None:
    """Return the path that the run's first members took, or None where none was kept.

    Raises `RunError` as `population_of` does, and for a path that is missing, damaged or of another run.
    """
    recipe = recipe_of(run)
    return path_to(trained_population(run, recipe), run, recipe)


def path_to(population: Population, run: Run, recipe: Recipe) -> paths.Path | None:
    """Return the path that led to the run's population, or None where none was kept."""
    tensors, plan = run.path_files.read(), run.path_files.plan
    if tensors is None or plan is None:
        return None
    like = population[: plan.members]
    return paths.path_from_tensors(tensors, plan.epochs, spec=recipe.network, like=like)


def starts_of(run: Run, dataset: Dataset, *, recipe: Recipe | None = None) -> Population:
    """Return the run's members as they started, drawn again from its seed.

    `dataset`: the run's data. `recipe`: the run's own, where it has been read already.
    """
    seen: list[Population] = []

    def stop(_epoch: int, members: Population) -> bool:
        seen.append(members)
        return True

    record = run.record
    train(recipe or recipe_of(run), dataset.train, members=record["members"], seed=record["seed"], watch=stop)
    return seen[0]


def title_of(run: Run) -> str:
    """Return what the run is called beside others: the name of its recipe, and of its directory."""
    return f"{run.record['recipe']['name']} ({run.path.name})"


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


def refuse_unfinished(run: Run) -> None:
    """Raise `RunError` for a run whose training did not come to its end."""
    if not run.finished:
        raise RunError(
            f"{run.path}: its training is not finished.",
            hint=f"finish it with: thalweg train --resume {run.path}",
        )
