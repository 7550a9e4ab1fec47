"""`thalweg report`: one HTML file that says what was trained and what was found of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from thalweg.cli import options
from thalweg.cli.progress import AS_LONG
from thalweg.cli.terminal import Terminal
from thalweg.listening import among_parts, begin_part, hearing_parts
from thalweg.sizes import size

if TYPE_CHECKING:
    from pathlib import Path

    from thalweg.evaluation.comparison.record import Comparison
    from thalweg.figures.directories import Kept
    from thalweg.runs.run import Run


@click.command("report", short_help="Write one HTML file that shows a run or a study, or compares runs.")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True)
@click.option("-o", "--out", "path", metavar="FILE", help="Where to; report.html in the run by default.")
@click.option(
    "--without-plots-library", is_flag=True, help="Leave out the charts (5 MB) and show their tables."
)
@click.option("--save-figures", metavar="DIR", help="Write the charts as PNG and SVG files too.")
@options.data_dir
@options.as_json
@options.quiet
def command(
    runs: tuple[str, ...],
    *,
    path: str | None,
    without_plots_library: bool,
    save_figures: str | None,
    data_dir: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write one HTML file that shows what RUN learned, or compares several runs.

    RUN is what `thalweg run`, `train`, `study` or `audit` printed; studies and audits are shown one by one.

    The file opens offline in any browser, holds up to 64 of the networks, and answers what is drawn in it.
    What was measured is not measured again: what was not is named, with the command that measures it. Only of
    several runs the answers are compared, as `thalweg compare` does.

    \b
    Examples:
      thalweg report runs/NAME
      thalweg report runs/NAME -o report.html --without-plots-library
      thalweg report runs/FIRST runs/SECOND -o comparison.html
      thalweg report runs/STUDY
    """
    from pathlib import Path

    from thalweg import figures, report, runs as on_disk
    from thalweg.cli import tables
    from thalweg.runs.run import Run

    for file in (path, None if save_figures is None else Path(save_figures) / "figure.png"):
        if file is not None:
            on_disk.check_file(file)
    opened = [figures.opened(run) for run in runs]
    finished = [run for run in opened if isinstance(run, Run) and run.finished]
    pairs = len(opened) * (len(opened) - 1) // 2 if len(finished) == len(opened) > 1 else 0
    with Terminal(quiet=quiet).following(title="report", left=AS_LONG):
        with among_parts(after=len(opened) + 1):
            compared, reasons = _compared(finished if pairs else [], data_dir)
        told = {"comparisons": compared, "not_compared": reasons}
        with among_parts(before=pairs):
            written = report.write_described(opened, path, plots_library=not without_plots_library, **told)
        saved = [] if save_figures is None else _save_figures(opened, Path(save_figures))
    if as_json:
        tables.print_json(
            {
                "report": str(written.path),
                "runs": [str(run.path) for run in opened],
                "bytes": written.bytes,
                "embedded_members": written.embedded_members,
                "findings": list(written.findings),
                "not_measured": list(written.unanswered),
                "compared": [{"names": each.names, "verdict": each.verdict} for each in compared],
                "figures": [str(file) for file in saved],
            }
        )
    elif not quiet:
        click.echo(written.path)
        for each in compared:
            click.echo(f"{each.names[0]} against {each.names[1]}: {each.verdict}", err=True)
        for reason in reasons:
            click.echo(f"Not compared: {reason}", err=True)
        findings = "1 finding" if len(written.findings) == 1 else f"{len(written.findings)} findings"
        click.echo(f"{size(written.bytes)}: {findings}.", err=True)
        if written.unanswered:
            click.echo(f"Not measured: {', '.join(written.unanswered)}; the report says how.", err=True)


def _compared(runs: list[Run], data_dir: str | None) -> tuple[list[Comparison], list[str]]:
    """Compare every two; return what was found, and why pairs were not compared."""
    if not runs:
        return [], []
    from thalweg import comparing

    return comparing.compare_pairs(runs, data_dir=data_dir)


def _save_figures(opened: list[Kept], folder: Path) -> list[Path]:
    """Write the figures as files, those of several runs into a folder each."""
    from thalweg import figures

    saved: list[Path] = []
    for place, run in enumerate(opened):
        begin_part(f"figures of {run.path.name} as files", place, len(opened))
        with hearing_parts(None):
            saved += figures.save(run, folder if len(opened) == 1 else folder / run.path.name)
    return saved
