"""`thalweg audit --check FILE`: labels are shown one after another, and keys answer."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from thalweg.cli.half_blocks import picture_lines
from thalweg.errors import near_match

if TYPE_CHECKING:
    import numpy as np
    from rich.console import Console

    from thalweg.studies.label_audit.checks.sitting import Sitting

MOST_VALUES, SHORTEST = 30, 16
"""Values of a row that are shown, and signs of one that there must be room for."""

KEYS = {"r": "right", "w": "wrong", "s": "unsure"}


def sit(sitting: Sitting, pictures: np.ndarray | None) -> None:
    """Show labels and take answers until all have one, or somebody quits; every answer is saved at once."""
    from rich.console import Console

    console = Console(highlight=False)
    shown: int | None = None
    while sitting.place is not None:
        if shown != sitting.place:
            picture = None if pictures is None else pictures[sitting.place]
            _show(console, sitting, picture)
            shown = sitting.place
        key = _key()
        if key in ("q", ""):
            break
        if key == "u" and not sitting.undo():
            _say(console, "Nothing to undo.")
        elif key == "u":
            _say(console, "Taken back.")
        elif key == "c":
            _wrong(console, sitting)
        elif key == "a" and _differs(sitting.label):
            sitting.answer("wrong", sitting.label["suggested_label"])
        elif key in KEYS:
            sitting.answer(KEYS[key])
        else:
            _say(console, f"{key!r} is no key: {', '.join(_keys(sitting.label))}.")
    _end(console, sitting)


def _show(console: Console, sitting: Sitting, picture: np.ndarray | None) -> None:
    label, count = sitting.label, len(sitting.answers)
    assert sitting.place is not None
    click.echo("")
    console.print(f"{sitting.place + 1} of {count} \u00b7 {label['called']}", style="bold", markup=False)
    if picture is not None:
        colours = console.color_system in ("truecolor", "256") and not os.environ.get("NO_COLOR")
        for line in picture_lines(picture, columns=min(console.width - 1, 64), colours=colours):
            console.print(line, no_wrap=True, crop=True)
    elif label["values"]:
        _show_values(console, sitting.content["features"], label["values"])
    suggested = label["suggested_label"]
    also = f"   (the judges suggest {suggested})" if _differs(label) else ""
    console.print(f"label: {label['label']}{also}", markup=False)
    for line in _lines(_keys(label), console.width):
        _say(console, line)


def _show_values(console: Console, names: list[str], values: list[str]) -> None:
    widest = max(len(name) for name in names[:MOST_VALUES])
    room = min(widest, max(8, console.width - SHORTEST - 2))
    for name, value in list(zip(names, values, strict=False))[:MOST_VALUES]:
        line = f"{_cut(name, room).ljust(room)}  {_cut(value or '-', console.width - room - 3)}"
        console.print(line, markup=False, no_wrap=True, crop=True)
    if len(values) > MOST_VALUES:
        console.print(f"... and {len(values) - MOST_VALUES} columns more", markup=False)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}\u2026"


def _differs(label: Mapping[str, Any]) -> bool:
    return label["suggested_label"] != label["label"]


def _keys(label: Mapping[str, Any]) -> list[str]:
    accept = [f"a wrong, it is {label['suggested_label']}"] if _differs(label) else []
    return ["r right", "w wrong", *accept, "c wrong, name the class", "s skip: unsure", "u undo", "q quit"]


def _lines(words: list[str], width: int) -> list[str]:
    """Return lines of these words, two blanks between them, none broken where it fits into a line."""
    lines = [""]
    for word in words:
        longer = f"{lines[-1]}  {word}" if lines[-1] else word
        lines = [*lines[:-1], longer] if len(longer) <= width else [*filter(None, lines), word]
    return lines


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, soft_wrap=not console.is_terminal)


def _key() -> str:
    """Return the next key, in small letters; the first letter of a line where nobody types keys."""
    if sys.stdin.isatty():
        try:
            return click.getchar().casefold()
        except EOFError:  # Ctrl-D
            return ""
    line = sys.stdin.readline()
    return line.strip().casefold()[:1] or ("" if not line else " ")


def _line(asked: str) -> str:
    click.echo(asked if sys.stdin.isatty() else asked.rstrip(), nl=not sys.stdin.isatty())
    return sys.stdin.readline().strip()


def _wrong(console: Console, sitting: Sitting) -> None:
    """Ask which class it should be; nothing leaves it open, and what is no class is asked again."""
    classes = sitting.content["classes"]
    own = sitting.label["label"]
    while True:
        named = _line("class (Enter: none): ")
        if not named or (named in classes and named != own):
            sitting.answer("wrong", named or None)
            return
        if named == own:
            _say(console, f"{named} is the label that stands there.")
            continue
        listed = ", ".join(classes[:20]) + (", ..." if len(classes) > 20 else "")
        _say(console, f"{named!r} is no class.{near_match(named, classes)} Classes: {listed}.")


def _end(console: Console, sitting: Sitting) -> None:
    done, count = sitting.count(), len(sitting.answers)
    click.echo("")
    _say(
        console,
        f"{done:,} of {count:,} answered: {sitting.count('right'):,} right, "
        f"{sitting.count('wrong'):,} wrong, {sitting.count('unsure'):,} unsure.",
    )
    if done < count:
        click.echo(f"go on: thalweg audit --check {sitting.file.path}")
    if done:
        click.echo(f"count: thalweg audit --checked {sitting.file.path}")
