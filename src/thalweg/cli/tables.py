"""Results for a reader: plain questions and answers, in the width there is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from thalweg.durations import duration

if TYPE_CHECKING:
    from rich.console import Console

    from thalweg.record import Record
    from thalweg.runs.run import Run

WIDEST = 110  # longer lines are hard to read, however wide the window


def print_json(content: Any) -> None:
    """Print one JSON value on stdout."""
    click.echo(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False))


def print_result(run: Run, records: dict[str, Record]) -> None:
    """Print what was trained and what was measured of it."""
    print_records("\n".join([heading(run), *differences(run, records)]), records)


def print_records(heading: str, records: dict[str, Record]) -> None:
    """Print a heading and every record's questions and answers."""
    from thalweg.questions import question_of
    from thalweg.record import NotMeasured
    from thalweg.wording import PICTURES

    console = _console()
    console.print(heading, highlight=False, markup=False)
    left_out = [name for name, record in records.items() if isinstance(record, NotMeasured)]
    for name, record in records.items():
        if name not in left_out:
            console.print()
            question = question_of(name, getattr(record, "kind_of_data", PICTURES))
            console.print(_answers(question, record.rows(), console.width))
    if left_out:
        why = [(name, record.reason) for name, record in records.items() if isinstance(record, NotMeasured)]
        console.print("\nNot measured, for lack of what it takes:", highlight=False)
        print_pairs(why)


def heading(run: Run) -> str:
    """Return who was trained on what, and how the numbers below it are to be read."""
    record = run.record
    count, data, diverged = record["members"], record["data"], len(record["diverged"])
    networks = "1 network" if count == 1 else f"{count:,} networks"
    each = "" if count == 1 else " each"
    trained = (
        f"{networks} of {record['recipe']['name']}, {record['parameters']:,} parameters{each}, trained on "
        f"{data['train']:,} examples of {data['name']} in {duration(record['seconds'], unit='seconds')}; "
        f"{f'{diverged:,}' if diverged else 'none'} diverged."
    )
    more = "" if count > 1 else "; with more members it would include the luck of the start"
    measured = (
        f"Measured on {data['test']:,} new examples, n = {count - diverged:,} x {data['test']:,} "
        f"(networks x examples); [low, high] is a 95 % interval{more}."
    )
    return f"{trained}\n{measured}"


def differences(run: Run, records: dict[str, Record]) -> list[str]:
    """Return lines that say in which numbers the members were trained differently, and what came of each."""
    from thalweg.evaluation import AccuracyAndGap
    from thalweg.recording import recipe_of
    from thalweg.spec import numbers_per_member

    varied = dict(numbers_per_member(recipe_of(run)))
    found = records.get("accuracy")
    if not varied or not isinstance(found, AccuracyAndGap):
        return []
    sound = [member for member in range(run.record["members"]) if member not in run.record["diverged"]]
    kinds: dict[tuple[float, ...], list[float]] = {}
    for member, accuracy in zip(sound, found.test.member_accuracy, strict=True):
        kinds.setdefault(tuple(values[member] for values in varied.values()), []).append(float(accuracy))
    lines = [f"The networks differ in {', '.join(varied)}: what is called luck of the start holds that too."]
    for values, accuracies in kinds.items():
        setting = ", ".join(f"{path} {value:g}" for path, value in zip(varied, values, strict=True))
        mean = sum(accuracies) / len(accuracies)
        lines.append(f"  {setting}: {100 * mean:.1f} % right (n = {len(accuracies)})")
    return lines


def print_answers(title: str, rows: list[tuple[str, str]]) -> None:
    """Print one title and its questions and answers."""
    console = _console()
    console.print(_answers(title, rows, console.width))


def print_columns(header: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Print a table with a header; the columns whose numbers are in `right` are set flush right."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for place, name in enumerate(header):
        table.add_column(name, justify="right" if place in right else "left", no_wrap=place == 0)
    for row in rows:
        table.add_row(*map(_plain, row))
    _console().print(table)


def print_pairs(pairs: Iterable[tuple[str, str]]) -> None:
    """Print names and values in two columns."""
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for name, value in pairs:
        table.add_row(_plain(name), _plain(value))
    _console().print(table)


def _answers(question: str, rows: list[tuple[str, str]], width: int) -> Any:
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0), width=width)
    table.title, table.title_justify, table.title_style = question, "left", "bold"
    # fold: a name that is longer than its column goes on in the next line, whole
    table.add_column(ratio=2, overflow="fold")
    table.add_column(ratio=3, overflow="fold")
    for asked, answer in rows:
        table.add_row(_plain(asked), _plain(answer))
    return table


def _plain(text: str) -> Any:
    # "[95.1, 96.2]" is an interval, not markup
    from rich.text import Text

    return Text(text)


def _console() -> Console:
    from rich.console import Console

    console = Console(highlight=False)
    if console.width > WIDEST:
        console.width = WIDEST
    return console
