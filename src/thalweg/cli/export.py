"""`thalweg export`: a population as a data set that others can cite."""

from __future__ import annotations

import click

from thalweg.cli import options
from thalweg.cli.progress import ABOUT
from thalweg.cli.terminal import Terminal
from thalweg.sizes import size


@click.command("export", short_help="Publish a population as a data set that others can cite.")
@click.argument("run", metavar="RUN")
@click.option("--dataset", "folder", metavar="DIR", required=True, help="Where to: a new directory.")
@options.data_dir
@options.as_json
@options.quiet
def command(run: str, *, folder: str, data_dir: str | None, as_json: bool, quiet: bool) -> None:
    """Publish the population of RUN as a data set: all weights, histories and answers, with a card.

    DIR holds safetensors and Parquet files, population.json with the hash of the data and of every file,
    README.md for people and read_population.py, which reads all of it without Thalweg. In Python,
    thalweg.load_population(DIR) reads some networks at a time, however many there are. Weights are float32,
    exactly as they were trained.

    \b
    Examples:
      thalweg export runs/NAME --dataset population
      thalweg export runs/NAME --dataset population --json
    """
    from thalweg import publishing, recording, runs
    from thalweg.cli import tables
    from thalweg.publishing.writing import refuse_place

    terminal = Terminal(quiet=quiet)
    opened = runs.open(run)
    refuse_place(folder)
    dataset = recording.dataset_of(opened, data_dir) if opened.finished else None
    with terminal.evaluating(title="export", left=ABOUT) as progress:
        published = publishing.publish(opened, folder, dataset=dataset, progress=progress)
    taken = sum(file.stat().st_size for file in published.path.iterdir())
    if as_json:
        tables.print_json(
            {
                "population": str(published.path),
                "members": len(published),
                "parameters": published.facts["parameters"],
                "bytes": taken,
                "data_hash": published.facts["data"]["hash"],
                "seconds": published.facts["export_seconds"],
            }
        )
    elif not quiet:
        click.echo(published.path)
        click.echo(
            f"{len(published):,} networks: {size(taken)}, {size(taken // len(published))} each.", err=True
        )
