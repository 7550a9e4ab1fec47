"""`thalweg recipes`: which recipes there are."""

from __future__ import annotations

import click

from thalweg.cli import options


@click.command("recipes", short_help="List the recipes that come with Thalweg.")
@options.as_json
def command(as_json: bool) -> None:
    """List the recipes that come with Thalweg: what each is for and how it was chosen.

    \b
    Examples:
      thalweg recipes
      thalweg recipe show classic
      thalweg recipe show classic > mine.toml
      thalweg run --recipe mine.toml
    """
    from thalweg.cli import tables
    from thalweg.training import recipe

    descriptions = {name: " ".join(recipe.description(name).split()) for name in recipe.names()}
    if as_json:
        content = [
            {"name": name, "description": text, "recipe": recipe.Recipe.load(name).to_table()}
            for name, text in descriptions.items()
        ]
        tables.print_json(content)
    else:
        tables.print_columns(("recipe", "what it is"), descriptions.items())
