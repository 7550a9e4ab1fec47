"""`thalweg data`: which data sets there are, what they hold, and fetching them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from thalweg.cli import options

if TYPE_CHECKING:
    from thalweg.data.reading import Reading


@click.group("data", short_help="List, describe and fetch data sets.")
def command() -> None:
    """List, describe and fetch data sets.

    \b
    Examples:
      thalweg data list
      thalweg data info mnist
      thalweg data get mnist
    """


@command.command("list", short_help="List the named data sets and whether they are here.")
@options.data_dir
@options.as_json
def list_sets(data_dir: str | None, as_json: bool) -> None:
    """List the named data sets and whether they are on this machine. Nothing is fetched.

    \b
    Example:
      thalweg data list
    """
    from thalweg import data
    from thalweg.cli import tables

    sets = data.available(data_dir=data_dir)
    if as_json:
        tables.print_json(sets)
        return
    header = ("name", "training", "test", "classes", "here", "what it is")
    rows = [
        (
            one["name"],
            f"{one['training_examples']:,}" if one["training_examples"] else "none",
            f"{one['test_examples']:,}",
            str(one["classes"]),
            "yes" if one["found"] else "no",
            one["title"],
        )
        for one in sets
    ]
    tables.print_columns(header, rows, right=(1, 2, 3))


@command.command("info", short_help="Say what a data set holds and where it is.")
@click.argument("name", metavar="NAME|PATH")
@options.data_dir
@options.reading
@options.as_json
def info(name: str, data_dir: str | None, reading: Reading, as_json: bool) -> None:
    """Say what a named data set holds and where it is, or what is found at a path of your own.

    \b
    Examples:
      thalweg data info mnist
      thalweg data info my.csv --label-column species
    """
    from thalweg import data
    from thalweg.cli import tables
    from thalweg.data.sources import NAMES

    if name in NAMES:
        found = data.describe(name, data_dir=data_dir)
    else:
        found = _facts_of(data.load(name, reading=reading))
    if as_json:
        tables.print_json(found)
    else:
        tables.print_pairs([(_words(key), _shown(value)) for key, value in found.items()])


@command.command("get", short_help="Fetch a named data set into the cache.")
@click.argument("name", metavar="NAME")
@options.data_dir
def get(name: str, data_dir: str | None) -> None:
    """Fetch a named data set into the cache, unless it is on this machine already; print its folder.

    \b
    Example:
      thalweg data get mnist
    """
    from thalweg import data

    folder = data.get(name, data_dir=data_dir)
    if folder is None:
        click.echo(f"{name} comes with Thalweg: there is nothing to fetch.", err=True)
    else:
        click.echo(folder)


def _facts_of(dataset: Any) -> dict[str, Any]:
    return {
        "name": dataset.name,
        "classes": dataset.classes,
        "class_names": list(dataset.class_names),
        "input_shape": list(dataset.input_shape),
        "training_examples": 0 if dataset.train_part is None else len(dataset.train_part),
        "test_examples": len(dataset.test),
        "source": dataset.source,
        "hash": dataset.content_hash,
        "notes": list(dataset.notes),
    }


def _words(key: str) -> str:
    words = {"found": "on this machine", "fill": "folder to fill by hand", "source": "read from"}
    return words.get(key, key.replace("_", " "))


def _shown(value: Any) -> str:
    if isinstance(value, list):
        separator = " x " if value and all(isinstance(item, int) for item in value) else ", "
        return separator.join(map(str, value)) or "none"
    if isinstance(value, int):
        return f"{value:,}"
    return "no" if value is None else str(value)
