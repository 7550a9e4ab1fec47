"""Write a run's population as a data set: everything that others need to use it, and to check it."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from thalweg import recording, runs
from thalweg.data.dataset import Dataset
from thalweg.data.sources import NAMES
from thalweg.errors import RunError
from thalweg.networks import exchange
from thalweg.networks.costs import readout_of
from thalweg.networks.population import Population
from thalweg.publishing import layout
from thalweg.publishing.card import card_of
from thalweg.publishing.layout import Span
from thalweg.publishing.measures import Measures, answers_table, measure
from thalweg.publishing.opened import PublishedPopulation, load_population
from thalweg.runs.files import on_this_machine, write_atomically, write_json, write_tensors
from thalweg.runs.run import Run
from thalweg.runs.slices import slices_of
from thalweg.temporary import against, folder_beside

Progress = Callable[[str, int, int], None]


def publish(
    run: Run,
    folder: str | Path,
    *,
    dataset: Dataset | None = None,
    data_dir: str | Path | None = None,
    progress: Progress | None = None,
) -> PublishedPopulation:
    """Write the population of a finished run into a new directory `folder`, and return it as it is read.

    All weights are written as they are, float32, a file of some members after the other, with what each
    member answers to the run's test part; the layout is that of `thalweg.publishing.layout`. Members are read
    and asked a file at a time, so that a large population needs no more memory than a small one. The folder
    is there as a whole or not at all.

    Args:
        run: a finished run.
        folder: where to; it must not hold anything yet.
        dataset: the run's data, when they are loaded already; their hash is checked.
        data_dir: where named data sets are looked for first.
        progress: called before each file, with what it is, its place and how many there are.

    Raises `RunError` for a run that is not finished, data that are not the run's, and a folder that holds
    anything or cannot be written.

    Examples:
        >>> import thalweg as tw
        >>> tw.publishing.publish(run, "published", dataset=digits)
        PublishedPopulation('published': 4 members of custom, 13,002 parameters each)
    """
    folder = Path(folder)
    if not run.finished:
        raise RunError(
            f"{run.path}: its training is not finished.",
            hint=f"finish it with: thalweg train --resume {run.path}",
        )
    refuse_place(folder)
    dataset = recording.dataset_of(run, data_dir) if dataset is None else recording.as_kept(run, dataset)
    trained = recording.as_trained(recording.recipe_of(run), dataset)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with folder_beside(folder) as temporary:
            _fill(temporary, run, trained, progress)
            if folder.is_dir():
                folder.rmdir()
            os.replace(temporary, folder)
    except OSError as error:
        raise RunError(
            f"{folder}: cannot be written: {error.strerror or error}.",
            hint=against(error, "with --dataset"),
        ) from None
    return load_population(folder)


def refuse_place(folder: str | Path) -> None:
    """Raise `RunError` for a place that holds anything or where nothing can be written."""
    folder = Path(folder)
    try:
        full = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise RunError(
            f"{folder}: cannot be looked at: {error.strerror or error}.",
            hint="choose another place with --dataset.",
        ) from None
    if full:
        raise RunError(
            f"{folder}: something is there already, and nothing is overwritten.",
            hint="choose a new directory with --dataset.",
        )
    runs.check_file(folder / layout.FILE)


def _fill(folder: Path, run: Run, dataset: Dataset, progress: Progress | None) -> None:
    record, began = run.record, time.monotonic()
    spans = layout.spans(record["members"], record["parameters"])
    told = (lambda *_: None) if progress is None else progress
    shards, measures = [], []
    right = np.zeros(len(dataset.test), np.int64)
    for span in spans:
        told(f"members {span.first + 1:,} to {span.stop:,}", span.number, len(spans))
        own = _write_span(folder, run, span, dataset)
        right += own.right
        measures.append(own)
        files = {"weights": _listed(folder, span.weights), "answers": _listed(folder, span.answers)}
        shards.append({"first": span.first, "members": span.stop - span.first, **files})
    _write_tables(folder, run, dataset, measures, right)
    tables = [_listed(folder, name) for name in (layout.MEMBERS, layout.HISTORY, layout.EXAMPLES)]
    facts = {**_facts(run, dataset), "shards": shards, "tables": tables}
    facts |= {"exported": runs.utc_now(), "export_seconds": round(time.monotonic() - began, 3)}
    _write_text(folder / layout.LOADER, _loader())
    _write_text(folder / layout.CARD, card_of(facts, np.concatenate([own.accuracy for own in measures])))
    write_json(folder / layout.FILE, facts)


def _write_span(folder: Path, run: Run, span: Span, dataset: Dataset) -> Measures:
    """Write weights and answers of the members of one file; return what was measured of them."""
    record, recipe = run.record, recording.recipe_of(run)
    with slices_of(run.path / "population.safetensors") as kept:
        tensors = kept.take(span.first, span.stop)
    shape, names = tuple(record["input_shape"]), tuple(record["class_names"])
    networks = exchange.from_tensors(tensors, recipe.network, shape, len(names))
    diverged = np.zeros(record["members"], bool)
    diverged[record["diverged"]] = True
    population = Population(
        networks, diverged[span.first : span.stop], readout_of(recipe.cost), shape, names, None
    )
    write_tensors(folder / span.weights, tensors, {"first": span.first, "members": record["members"]})
    own = measure(population, dataset.test)
    answers = answers_table(own.answers)
    write_atomically(folder / span.answers, answers.write_parquet)
    return own


def _write_tables(
    folder: Path, run: Run, dataset: Dataset, measures: list[Measures], right: np.ndarray
) -> None:
    import polars

    diverged = np.zeros(run.record["members"], bool)
    diverged[run.record["diverged"]] = True
    joined = {
        f"test_{field.name}": np.concatenate([getattr(own, field.name) for own in measures])
        for field in fields(Measures)
        if field.name in ("accuracy", "cost", "confidence")
    }
    members = polars.DataFrame(
        {"member": np.arange(len(diverged), dtype=np.int32), "diverged": diverged, **joined}
    ).with_columns(polars.selectors.float().fill_nan(None))
    examples = polars.DataFrame(
        {
            "example": np.arange(len(right), dtype=np.int32),
            "label": dataset.test.labels.astype(np.int32),
            "right": right,
        }
    )
    write_atomically(folder / layout.MEMBERS, members.write_parquet)
    write_atomically(folder / layout.EXAMPLES, examples.write_parquet)
    run.history()  # a damaged one is told of here, and not by whoever reads it in years
    with on_this_machine(run.path / "history.parquet") as history:
        write_atomically(folder / layout.HISTORY, lambda temporary: shutil.copyfile(history, temporary))


def _facts(run: Run, dataset: Dataset) -> dict[str, Any]:
    """Return what the run's record says that holds anywhere: no paths and no words of a command line."""
    record = run.record
    data = record["data"]
    known = {name: data[name] for name in ("name", "hash", "train", "test", "held_out") if name in data}
    source = {"source": data["source"]} if data.get("source") in NAMES else {}
    names = ("recipe", "members", "parameters", "seed", "input_shape", "class_names", "diverged")
    machine = ("started", "finished", "seconds", "platform", "processor", "versions", "engine")
    return {
        "format": layout.FORMAT,
        **{name: record[name] for name in names},
        "readout": readout_of(recording.recipe_of(run).cost),
        "data": {**known, **source},
        "scaling": _scaling(dataset),
        **{name: record[name] for name in machine if name in record},
    }


def _scaling(dataset: Dataset) -> Mapping[str, Any]:
    """Return how raw values become inputs, `(raw - offset) / divisor`: one number, or one a feature."""
    scaling = dataset.train.scaling
    return {name: np.asarray(getattr(scaling, name), np.float64).tolist() for name in ("offset", "divisor")}


def _listed(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"file": name, "bytes": path.stat().st_size, "sha256": digest}


def _loader() -> str:
    found = importlib.util.find_spec("thalweg.publishing.alone")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).read_text("utf-8")


def _write_text(path: Path, text: str) -> None:
    write_atomically(path, lambda temporary: temporary.write_text(text, "utf-8"))
