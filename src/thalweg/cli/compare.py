"""`thalweg compare`: is one run better than another, or was it luck?"""

from __future__ import annotations

import click

from thalweg.cli import options


@click.command("compare", short_help="Say whether one run is better than another, or whether it was luck.")
@click.argument("first", metavar="RUN")
@click.argument("second", metavar="RUN")
@options.data_dir
@options.as_json
@options.quiet
def command(first: str, second: str, *, data_dir: str | None, as_json: bool, quiet: bool) -> None:
    """Compare two runs that were trained for the same data, on the same new examples.

    Prints the difference with its interval over starts, examples and both, and says "no difference shown"
    when that is so.

    \b
    Examples:
      thalweg compare runs/FIRST runs/SECOND
      thalweg compare runs/FIRST runs/SECOND --json
    """
    from thalweg import comparing, runs
    from thalweg.cli import tables

    comparison = comparing.compare_runs(runs.open(first), runs.open(second), data_dir=data_dir)
    if as_json:
        tables.print_json(comparison.to_json())
    elif not quiet:
        tables.print_answers(f"{first} against {second}", comparison.rows())
