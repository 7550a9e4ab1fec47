"""What `run` and `train` have in common: a request becomes a trained run, and a run becomes output."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

from thalweg.cli import options
from thalweg.cli.main import COMMAND
from thalweg.cli.options import Request
from thalweg.cli.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from thalweg.data.dataset import Dataset
    from thalweg.record import Record
    from thalweg.runs.run import Run
    from thalweg.training.recipe import Recipe


def trained_run(request: Request, verb: str) -> tuple[Run, Dataset]:
    """Train what is asked for, or go on with the run to resume; return the run and its data.

    Where it is stopped, the `verb` that was asked for goes on, with all that comes after the training.
    """
    from thalweg.recording import Interrupted
    from thalweg.stops import when_stopped

    def with_verb(stop: KeyboardInterrupt) -> KeyboardInterrupt:
        if isinstance(stop, Interrupted):
            stop.command = resuming(verb, stop.run)
        return stop

    with options.working_on(request.ray), when_stopped(with_verb):
        return _resumed(request) if request.resume is not None else _new(request)


def resuming(verb: str, run: Run) -> str:
    """Return the command with which `verb` goes on with a run."""
    return f"thalweg {verb} --resume {shlex.quote(str(run.path))}"


def measure(run: Run, dataset: Dataset | None, terminal: Terminal, **options: Any) -> dict[str, Record]:
    """Evaluate a run with progress on the terminal. `options` go to `recording.evaluate_run`."""
    from thalweg import recording
    from thalweg.cli.progress import ABOUT
    from thalweg.evaluation import suite

    with terminal.evaluating(left=ABOUT, efforts=suite.efforts(options.get("only"))) as progress:
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


def print_found(run: Run, records: dict[str, Record], *, details: bool, report: Path | None = None) -> None:
    """Print what was found: with `details` every answer, and always the headline last, with what is next."""
    from thalweg.cli import tables
    from thalweg.cli.headline import headline

    if details:
        tables.print_result(run, records)
        click.echo()
    who = f"network of {run.record['recipe']['name']}"
    tables.print_lines(headline(records, who=who, data=run.record["data"]["name"]))
    tables.print_lines(too_short(run))
    tables.print_lines(tables.differences(run, records))
    click.echo(f"\nrun     {run.path}")
    if report is not None:
        click.echo(f"report  {report}")
    click.echo(f"next    thalweg evaluate {run.path}")


def too_short(run: Run) -> list[str]:
    """Return the line that says that a training was too short to judge by, if it was."""
    found = run.record.get("too_short")
    return [found] if found else []


def _new(request: Request) -> tuple[Run, Dataset]:
    from thalweg import recording

    recipe = request.load_recipe()
    callbacks = request.trackers()
    _refuse_early(request, recipe)
    dataset = request.load_data()
    recipe = request.fitted(recipe, dataset)

    with request.terminal.training() as line:
        run = recording.train_run(
            recipe,
            dataset,
            members=request.member_count(recipe),
            seed=request.seed or 0,
            out=request.out,
            keep_path=request.keep_path,
            engine=request.engine or "auto",
            progress=line.show,
            started=lambda run: line.announce(announcement(run)),
            callbacks=callbacks,
            command=click.get_current_context().meta[COMMAND],
        )
    return run, dataset


def _refuse_early(request: Request, recipe: Recipe) -> None:
    """Refuse what can be refused before the data are read."""
    from thalweg import runs
    from thalweg.runs.path import plan
    from thalweg.training.native.support import refuse_unfit
    from thalweg.training.trainable import check_count

    members = request.member_count(recipe)
    runs.check_place(request.out)
    check_count(recipe, members, request.seed or 0)
    refuse_unfit(request.engine or "auto", recipe)
    plan(request.keep_path, members=members, epochs=recipe.epochs, parameters=1)


def _resumed(request: Request) -> tuple[Run, Dataset]:
    from thalweg import recording, runs

    assert request.resume is not None, "only a request to resume comes here"
    callbacks = request.trackers()
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
            started=lambda run: line.announce(announcement(run)),
            callbacks=callbacks,
        )
    return run, dataset


def announcement(run: Run) -> str:
    """Return what is said before the first epoch."""
    record = run.record
    count, epochs = record["members"], record["recipe"]["epochs"]
    flat = " without a hidden layer" if record["recipe"]["network"].get("hidden") == [] else ""
    return (
        f"training {count:,} x {record['recipe']['name']}{flat} on {record['data']['name']} for {epochs:,} "
        f"epoch{'' if epochs == 1 else 's'}, kept in\n{run.path}"
    )
