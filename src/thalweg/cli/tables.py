"""Results for a reader: plain questions and answers, in the width there is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from thalweg.durations import duration
from thalweg.wording import INTERVALS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.segment import Segment

    from thalweg.record import Record
    from thalweg.runs.run import Run

WIDEST = 110  # longer lines are hard to read, however wide the window
FEWEST_SIGNS = 12  # of a sentence that is cut, to be of any use


def print_json(content: Any) -> None:
    """Print one JSON value on stdout."""
    click.echo(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False))


def print_result(run: Run, records: dict[str, Record]) -> None:
    """Print what was trained and what was measured of it."""
    print_records(heading(run), records)


def print_records(heading: str, records: dict[str, Record]) -> None:
    """Print a heading and every record's questions and answers."""
    from thalweg.questions import question_of
    from thalweg.record import NotMeasured, told
    from thalweg.wording import PICTURES

    width = _console().width
    _show(_plain(heading))
    left_out = [name for name, record in records.items() if isinstance(record, NotMeasured)]
    for name, record in records.items():
        if name not in left_out:
            click.echo()
            question = question_of(name, getattr(record, "kind_of_data", PICTURES))
            _show(_answers(question, told(record), width))
    if left_out:
        why = [(name, record.reason) for name, record in records.items() if isinstance(record, NotMeasured)]
        click.echo()
        _show(_plain("Not measured, for lack of what it takes:"))
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
        f"(networks x examples); {INTERVALS}{more}."
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


def print_lines(lines: Iterable[str]) -> None:
    """Print each sentence from the beginning of a line, wrapped to the width there is."""
    for line in lines:
        _show(_plain(line))


def print_answers(title: str, rows: list[tuple[str, str]]) -> None:
    """Print one title and its questions and answers."""
    _show(_answers(title, rows, _console().width))


def print_columns(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Sequence[int] = (),
    fold: Sequence[int] = (),
) -> None:
    """Print a table with a header; the columns whose numbers are in `right` are set flush right.

    The last column and those in `fold` go on in the next line where there is no room. Where hardly anything
    would be left of them, the last is left out, and so on: a number is shown whole or not at all.
    """
    from rich.table import Table

    lines = list(rows)
    count = _columns_that_fit([header, *lines], fold)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for place, name in enumerate(header[:count]):
        table.add_column(
            name,
            justify="right" if place in right else "left",
            no_wrap=place < count - 1 and place not in fold,
            overflow="fold",
        )
    for row in lines:
        table.add_row(*map(_plain, row[:count]))
    _show(table)


def _columns_that_fit(lines: Sequence[Sequence[str]], fold: Sequence[int]) -> int:
    width = _console().width
    wide = [max(map(len, column)) for column in zip(*lines, strict=True)]
    wide = [min(most, FEWEST_SIGNS) if place in fold else most for place, most in enumerate(wide)]
    for count in range(len(wide), 1, -1):
        room = width - sum(wide[: count - 1]) - 2 * (count - 1)
        if room >= min(FEWEST_SIGNS, wide[count - 1]):
            return count
    return 1


def print_briefly(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print one line a row, the first column flush right and the last one cut to the width there is.

    Where hardly anything would be left of the last column, it is left out.
    """
    width = _console().width
    lines = [header, *rows]
    wide = [max(len(line[place]) for line in lines) for place in range(len(header) - 1)]
    room = width - sum(wide) - 2 * len(wide)
    for line in lines:
        first, *rest = (word.ljust(space) for word, space in zip(line, wide, strict=False))
        words = [
            first.strip().rjust(wide[0]),
            *rest,
            *([_cut(line[-1], room)] if room >= FEWEST_SIGNS else []),
        ]
        _show(_plain(_cut("  ".join(words).rstrip(), width)))


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"


def print_pairs(pairs: Iterable[tuple[str, str]]) -> None:
    """Print names and values in two columns."""
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for name, value in pairs:
        table.add_row(_plain(name), _plain(value))
    _show(table)


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


def _show(content: Any) -> None:
    """Print on stdout, every line without the blanks that Rich fills it up with."""
    from rich.segment import Segment, Segments

    console = _console()
    for line in console.render_lines(content, pad=False):
        console.print(Segments([*_without_blanks(line), Segment.line()]), end="")


def _without_blanks(line: list[Segment]) -> list[Segment]:
    from rich.segment import Segment

    kept = list(line)
    while kept:
        last = kept.pop()
        if text := last.text.rstrip():
            return [*kept, Segment(text, last.style, last.control)]
    return []


def _console() -> Console:
    from rich.console import Console

    console = Console(highlight=False)
    if console.width > WIDEST:
        console.width = WIDEST
    return console
