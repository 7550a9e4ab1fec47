"""`thalweg recipe show`: one recipe in full."""

from __future__ import annotations

from typing import Any

import click

from thalweg.cli import options


@click.group("recipe", short_help="Print a recipe as TOML.")
def command() -> None:
    """Print a recipe; `thalweg recipes` lists those there are.

    \b
    Example:
      thalweg recipe show classic
    """


@command.command("show")
@click.argument("name", metavar="NAME|FILE")
@options.settings
@options.as_json
def show(name: str, settings: dict[str, Any], as_json: bool) -> None:
    """Print a recipe as TOML, every field that --set can change included.

    \b
    Examples:
      thalweg recipe show classic
      thalweg recipe show classic --set optimiser=adam > mine.toml
    """
    from thalweg.cli import tables
    from thalweg.training import recipe

    shown = options.load_recipe(name, settings)
    if as_json:
        tables.print_json(shown.to_table())
        return
    if name in recipe.names():
        for line in recipe.description(name).splitlines():
            click.echo(f"# {line}".rstrip())
    click.echo(shown.to_toml(), nl=False)
