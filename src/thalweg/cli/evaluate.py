"""`thalweg evaluate`: measure the population of a run."""

from __future__ import annotations

import click

from thalweg.cli import options
from thalweg.cli.terminal import Terminal


@click.command("evaluate", short_help="Measure the population of a run.")
@click.argument("run", metavar="RUN")
@click.option("--only", metavar="NAME,NAME", help="Make these evaluations only, such as accuracy,noise.")
@options.data_dir
@options.as_json
@options.quiet
def command(run: str, *, only: str | None, data_dir: str | None, as_json: bool, quiet: bool) -> None:
    """Measure the population of RUN on the data it was trained for, and keep the numbers in the run.

    \b
    Examples:
      thalweg evaluate runs/NAME
      thalweg evaluate runs/NAME --only noise
      thalweg evaluate runs/NAME --json
    """
    from thalweg import runs
    from thalweg.cli import tables, working

    opened = runs.open(run)
    records = working.measure(opened, None, Terminal(quiet=quiet), only=only, data_dir=data_dir)
    if as_json:
        tables.print_json({name: record.to_json() for name, record in records.items()})
    elif not quiet:
        tables.print_result(opened, records)
        click.echo(f"\nkept in {opened.path / 'evaluation'}")
