"""`thalweg lab`: a page where one draws, predicts, trains, and sees a whole population answer."""

from __future__ import annotations

import click

from thalweg.cli import options


@click.command("lab", short_help="Open a page where one draws, predicts and trains.")
@click.argument("sources", metavar="[RUN]...", nargs=-1)
@click.option("--export", "path", metavar="FILE", help="Write the page as one file that works offline.")
@click.option(
    "--lesson", "lesson_files", metavar="FILE", multiple=True, help="A lesson of your own. Repeatable."
)
@click.option("--port", type=click.IntRange(1, 65535), help="Where to listen; the first free one from 8765.")
@click.option("--host", default="127.0.0.1", help="Whom to listen to; this machine alone by default.")
@click.option("--no-browser", is_flag=True, help="Do not open the page.")
@options.data_dir
@options.quiet
def command(
    sources: tuple[str, ...],
    *,
    path: str | None,
    lesson_files: tuple[str, ...],
    port: int | None,
    host: str,
    no_browser: bool,
    data_dir: str | None,
    quiet: bool,
) -> None:
    """Open a page where one draws, predicts, trains, and sees a whole population answer.

    RUN is what `thalweg run` or `train` printed; studies and audits may stand beside it.

    \b
    Examples:
      thalweg lab runs/NAME
      thalweg lab runs/NAME runs/STUDY runs/AUDIT
      thalweg lab runs/NAME --export lab.html
    """
    from thalweg.lab import lesson
    from thalweg.lab.exporting import write
    from thalweg.lab.opened import opened
    from thalweg.lab.site import Site

    lessons = tuple(lesson.read(file) for file in lesson_files)
    site = Site(opened(sources, data_dir=data_dir), lessons)
    if path is not None:
        click.echo(write(site, path))
        return
    from thalweg.lab.server.serving import serve

    def ready(address: str) -> None:
        click.echo(address)
        if not no_browser:
            click.launch(address)

    serve(site, sources=sources, host=host, port=port, ready=ready)
