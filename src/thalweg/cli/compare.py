"""`thalweg compare`: is one run better than others, or was it luck?"""

from __future__ import annotations

import click

from thalweg.cli import options
from thalweg.cli.progress import AS_LONG
from thalweg.cli.terminal import Terminal
from thalweg.record import Record
from thalweg.wording import INTERVALS


@click.command("compare", short_help="Say whether one run is better than others, or whether it was luck.")
@click.argument("runs", metavar="RUN RUN...", nargs=-1, required=True)
@options.data_dir
@options.as_json
@options.quiet
def command(runs: tuple[str, ...], *, data_dir: str | None, as_json: bool, quiet: bool) -> None:
    """Compare runs that were trained for the same data, on the same new examples.

    Of two, prints the difference with its interval over starts, examples and both, and says "no difference
    shown" when that is so. Of more, prints every pair with intervals that hold together, and between which
    ranks each may lie. What differs in how they were trained is said, and whether they share luck.

    \b
    Examples:
      thalweg compare runs/FIRST runs/SECOND
      thalweg compare runs/FIRST runs/SECOND --json
      thalweg compare runs/*
    """
    from thalweg import comparing, runs as on_disk
    from thalweg.cli import tables
    from thalweg.record import told

    if len(runs) == 1:
        raise click.UsageError(f"one run, {runs[0]}: expected two or more to compare.")
    opened = [on_disk.open(run) for run in runs]
    found: Record
    with Terminal(quiet=quiet).following(title="compare", left=AS_LONG):
        if len(opened) == 2:
            found = comparing.compare_runs(*opened, data_dir=data_dir)
        else:
            found = comparing.rank_runs(opened, data_dir=data_dir)
    if as_json:
        tables.print_json(found.to_json())
    elif not quiet:
        tables.print_answers(" against ".join(runs), told(found))
        if len(opened) == 2:  # the networks and their votes are two verdicts; of more runs all hold together
            tables.print_lines(["", f"{INTERVALS}."])
