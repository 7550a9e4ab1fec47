"""`thalweg lab`: a page where one draws, predicts, trains, and sees a whole population answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from thalweg.cli import options
from thalweg.cli.main import COMMAND
from thalweg.cli.terminal import Terminal

if TYPE_CHECKING:
    from thalweg.lab.site import Site


@click.command("lab", short_help="Open a page where one draws, guesses, trains.")
@click.argument("sources", metavar="[RUN]...", nargs=-1)
@click.option("--export", "path", metavar="FILE", help="Write the page as one file that works offline.")
@click.option("--lesson", "lessons", metavar="FILE", multiple=True, help="A lesson of your own. Repeatable.")
@click.option(
    "--language", "languages", metavar="FILE", multiple=True, help="Another language of the page. Repeatable."
)
@click.option("--data", metavar="NAME|PATH", help="Without RUN: what the networks learn from.")
@click.option("--new", is_flag=True, help="Without RUN: train anew, though there is a run of the lab.")
@click.option("--port", type=int, metavar="N", help="Where to listen; the first free port from 8765.")
@click.option(
    "--host", default="127.0.0.1", metavar="NAME", help="Whom to listen to; this machine by default."
)
@click.option("--no-browser", is_flag=True, help="Print the address, and open nothing.")
@options.data_dir
@options.quiet
def command(
    sources: tuple[str, ...],
    *,
    path: str | None,
    lessons: tuple[str, ...],
    languages: tuple[str, ...],
    data: str | None,
    new: bool,
    port: int | None,
    host: str,
    no_browser: bool,
    data_dir: str | None,
    quiet: bool,
) -> None:
    """Open a page where one draws, guesses, trains, and sees a whole population answer.

    It opens on ten short lessons: something to do, a guess of your own, and what was measured. RUN is what
    `thalweg run` or `train` printed; studies and audits may stand beside it. Without RUN the lesson's 64
    networks are trained first, on MNIST where it is there, else on the digits that come with Thalweg, and
    opened again next time.

    The page is served to this machine alone until Ctrl-C; with --export it is written as one file, which
    works offline but cannot train.

    \b
    Examples:
      thalweg lab
      thalweg lab runs/NAME
      thalweg lab runs/NAME runs/STUDY runs/AUDIT
      thalweg lab runs/NAME --export lab.html
      thalweg lab --lesson mine.toml
    """
    from thalweg import runs
    from thalweg.lab import language, lesson
    from thalweg.lab.opened import opened
    from thalweg.lab.server import serving
    from thalweg.lab.site import Site

    terminal = Terminal(quiet=quiet)
    own = lesson.distinct([lesson.read(file) for file in lessons])
    spoken = tuple(language.read(file) for file in languages)
    for each in spoken:
        if each.lacking:
            terminal.note(_in_english(each))
    if path is not None:
        runs.check_file(path)
    else:
        serving.check_place(host, port)
    if not sources:
        sources = _made(data, data_dir, terminal, new=new)
    elif data is not None or new:
        raise click.UsageError("--data and --new are for the lab without RUN.")
    site = Site(opened(sources, data_dir=data_dir), own, spoken)
    if path is not None:
        _export(site, path, terminal)
    else:
        _serve(site, sources, terminal, host=host, port=port, browse=not no_browser)


def _in_english(language: Any) -> str:
    lacking, shown = language.lacking, ", ".join(language.lacking[:5])
    more = f", and {len(lacking) - 5} more" if len(lacking) > 5 else ""
    return f"{language.name}: {len(lacking)} words stay in English: {shown}{more}."


def _export(site: Site, path: str, terminal: Terminal) -> None:
    from thalweg.lab.exporting import write
    from thalweg.sizes import size

    written = write(site, path)
    click.echo(written)
    for said in site.damages:
        terminal.note(f"Not in the page: {said}")
    terminal.note(f"{size(written.stat().st_size)}: opens offline in any browser, and cannot train.")


def _serve(
    site: Site, sources: tuple[str, ...], terminal: Terminal, *, host: str, port: int | None, browse: bool
) -> None:
    from thalweg.lab.server.serving import PORT, serve

    def ready(address: str) -> None:
        click.echo(address)
        if port is None and f":{PORT}/" not in address:
            terminal.note(f"Port {PORT} is taken; this is the next one that is free.")
        terminal.note("The lab is open there until you press Ctrl-C here.")
        if browse:
            click.launch(address)

    serve(site, sources=sources, host=host, port=port, ready=ready)
    terminal.note("The lab is closed.")


def _made(data: str | None, data_dir: str | None, terminal: Terminal, *, new: bool) -> tuple[str, ...]:
    """Return the run and the study that the lab shows when it is given nothing; make what is not there."""
    from thalweg import recording
    from thalweg.cli.options import load_data
    from thalweg.cli.progress import ABOUT, AS_LONG
    from thalweg.data.reading import Reading
    from thalweg.evaluation import suite
    from thalweg.lab import making

    words = tuple(click.get_current_context().meta[COMMAND])
    run = None if new else making.found("runs", data)
    if run is not None:
        terminal.note(f"{run.path}, trained for the lab before; --new trains anew.")
        dataset = recording.dataset_of(run, data_dir)
    else:
        dataset = load_data(data, data_dir, Reading(), terminal)
        run = _trained(dataset, terminal, words)
    with terminal.evaluating(left=ABOUT, efforts=suite.efforts(making.lacking(run) or None)) as progress:
        making.measure(run, dataset, making.Watching(measuring=progress))
    study = None if new else making.found_study("runs", run)
    if study is None:
        terminal.note("a few networks learn labels that mean nothing, for the last lesson")
        with terminal.evaluating(title="study", left=AS_LONG) as progress:
            study = making.study(dataset, making.Watching(measuring=progress), command=words)
    return str(run.path), str(study.path)


def _trained(dataset: Any, terminal: Terminal, words: tuple[str, ...]) -> Any:
    from thalweg.cli.working import announcement
    from thalweg.lab import making

    with terminal.training() as line:
        watching = making.Watching(training=line.show, started=lambda run: line.announce(announcement(run)))
        return making.make(dataset, watching, command=words)
