"""Write the help of every command where a page says so, at build time: help on a page cannot go stale.

A page asks for it with the comment `<!-- help of every command -->`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

MARK = "<!-- help of every command -->"
WIDTH = 90


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replace the comment by the help texts (an event of MkDocs)."""
    return markdown.replace(MARK, help_pages()) if MARK in markdown else markdown


def help_pages() -> str:
    """Return a heading and the help text of every command, verbs before what is under them."""
    from thalweg.cli.main import cli

    return "\n\n".join(_page(context) for context in contexts(cli))


def contexts(command: click.Command, parent: click.Context | None = None) -> Iterator[click.Context]:
    """Yield a context for `command` and for each command under it."""
    name = "thalweg" if parent is None else command.name
    settings = {**command.context_settings, "max_content_width": WIDTH, "terminal_width": WIDTH}
    context = click.Context(command, info_name=name, parent=parent, **settings)
    yield context
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            below = command.get_command(context, each)
            if below is not None:
                yield from contexts(below, context)


def _page(context: click.Context) -> str:
    level = 2 if context.parent is None else 3 if context.parent.parent is None else 4
    return f"{'#' * level} `{context.command_path}`\n\n```text\n{context.get_help()}\n```"
