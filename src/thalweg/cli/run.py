"""`thalweg run`: the main job in one command."""

from __future__ import annotations

from typing import Any

import click

from thalweg.cli import options
from thalweg.cli.failure import goes_on_with
from thalweg.cli.options import Request


@click.command("run", short_help="Train a population, measure it, and keep everything: the main job.")
@options.training
def command(**given: Any) -> None:
    """Train a population, measure it, and keep everything: the main job.

    Without a flag, 32 networks learn to read handwritten digits (MNIST where it can be had, else the digits
    that come with Thalweg). Every measurement is kept in the run directory and a report of it is written: one
    HTML file to look at or to send, in which a drawn digit is answered by all networks. What stands out is
    printed, and with --details all of it.

    \b
    Examples:
      thalweg run
      thalweg run --data digits --members 8
      thalweg run --data my.csv --label-column species
      thalweg run --recipe classic --set hidden=[32] --json
    """
    request = Request(**given)

    from thalweg.cli import tables, working
    from thalweg.evaluation import HEADLINES
    from thalweg.report import write

    run, dataset = working.trained_run(request, "run")
    with goes_on_with(working.resuming("run", run)):
        records = working.measure(run, dataset, request.terminal, only=HEADLINES)
        report = write(run)
    if request.as_json:
        evaluation = {name: record.to_json() for name, record in records.items()}
        summary = working.summary(run, evaluation["accuracy"])
        tables.print_json({**summary, "evaluation": evaluation, "report": str(report)})
    elif not request.quiet:
        working.print_found(run, records, details=request.details, report=report)
