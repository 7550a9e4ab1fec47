"""What `run` and `train` have in common: a request becomes a trained run, and a run becomes output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from thalweg.cli.main import COMMAND
from thalweg.cli.options import Request
from thalweg.cli.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from thalweg.data.dataset import Dataset
    from thalweg.record import Record
    from thalweg.runs.run import Run


def trained_run(request: Request) -> tuple[Run, Dataset]:
    """Train what is asked for, or go on with the run to resume; return the run and its data."""
    return _resumed(request) if request.resume is not None else _new(request)


def measure(run: Run, dataset: Dataset | None, terminal: Terminal, **options: Any) -> dict[str, Record]:
    """Evaluate a run with progress on the terminal. `options` go to `recording.evaluate_run`."""
    from thalweg import recording

    with terminal.evaluating() as progress:
        return recording.evaluate_run(run, dataset=dataset, progress=progress, **options)


def summary(run: Run, accuracy: dict[str, Any]) -> dict[str, Any]:
    """Return what `train --json` prints; `accuracy` is the JSON of the evaluation of that name."""
    record = run.record
    return {
        "run": str(run.path),
        "data": record["data"]["name"],
        "recipe": record["recipe"]["name"],
        "members": record["members"],
        "epochs": record["recipe"]["epochs"],
        "seed": record["seed"],
        "parameters": record["parameters"],
        "seconds": record["seconds"],
        "diverged": len(record["diverged"]),
        "train_accuracy": accuracy["train_accuracy"],
        "test_accuracy": accuracy["test_accuracy"],
        "generalisation_gap": accuracy["generalisation_gap"],
    }


def print_next(run: Run, command: str, *, report: Path | None = None) -> None:
    """Print where the run and its report are, and what to do next."""
    click.echo(f"\nrun     {run.path}")
    if report is not None:
        click.echo(f"report  {report}")
    click.echo(f"next    {command}")


def _new(request: Request) -> tuple[Run, Dataset]:
    recipe = request.load_recipe()  # first: a mistake in it is found before the data are read
    dataset = request.load_data()
    recipe = request.fitted(recipe, dataset)

    from thalweg import recording

    with request.terminal.training() as line:
        run = recording.train_run(
            recipe,
            dataset,
            members=request.member_count(recipe),
            seed=request.seed or 0,
            out=request.out,
            keep_path=request.keep_path,
            progress=line.show,
            started=lambda run: line.announce(_announcement(run)),
            command=click.get_current_context().meta[COMMAND],
        )
    return run, dataset


def _resumed(request: Request) -> tuple[Run, Dataset]:
    from thalweg import recording, runs

    assert request.resume is not None, "only a request to resume comes here"
    run = runs.open(request.resume)
    dataset = recording.dataset_of(run, request.data_dir)
    if run.finished:
        request.terminal.note(f"{run.path} is finished: there is nothing left to train.")
        return run, dataset
    with request.terminal.training() as line:
        run = recording.resume_run(
            run.path,
            dataset=dataset,
            progress=line.show,
            started=lambda run: line.announce(_announcement(run)),
        )
    return run, dataset


def _announcement(run: Run) -> str:
    record = run.record
    count, epochs = record["members"], record["recipe"]["epochs"]
    return (
        f"training {count:,} x {record['recipe']['name']} on {record['data']['name']} for {epochs:,} "
        f"epoch{'' if epochs == 1 else 's'}, kept in\n{run.path}"
    )
