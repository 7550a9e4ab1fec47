"""`thalweg train`: train a population and keep it."""

from __future__ import annotations

from typing import Any

import click

from thalweg.cli import options
from thalweg.cli.failure import goes_on_with
from thalweg.cli.options import Request


@click.command("train", short_help="Train a population and keep it in a run directory.")
@options.training
def command(**given: Any) -> None:
    """Train a population and keep it in a run directory.

    Prints how often its networks are right; with --details also on what they are wrong. Ctrl-C loses at most
    the epoch that was going on: --resume continues, and the result is the same bit for bit.

    \b
    Examples:
      thalweg train --data mnist --recipe classic --members 64
      thalweg train --recipe classic --set learning_rate=0.5 --epochs 10
      thalweg train --recipe classic --set 'learning_rate=[0.3, 1.0, 3.0]'
      thalweg train --resume runs/NAME
    """
    request = Request(**given)

    from thalweg.cli import tables, working

    run, dataset = working.trained_run(request, "train")
    with goes_on_with(working.resuming("train", run)):
        records = working.measure(run, dataset, request.terminal, only="accuracy")
    if request.as_json:
        tables.print_json(working.summary(run, records["accuracy"].to_json()))
    elif not request.quiet:
        working.print_found(run, records, details=request.details)
