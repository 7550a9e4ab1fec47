"""What `thalweg audit` does with labels that people check: draw them, count by them, correct them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from thalweg.cli.terminal import Terminal
from thalweg.errors import DataError
from thalweg.places import given_path
from thalweg.remote import is_url

if TYPE_CHECKING:
    from thalweg.runs.audit import AuditRun
    from thalweg.studies.label_audit.checks.checked import Checked

FLAGS = (
    click.option(
        "--to-check", metavar="N", type=int, help="Draw N labels for people to check, into -o FILE."
    ),
    click.option("-o", "check_file", metavar="FILE", help="The file of labels to check (CSV)."),
    click.option("--check", metavar="FILE", help="Answer such a file here, one label after another."),
    click.option("--checked", metavar="FILE", help="Count wrong labels by the answers in such a file."),
    click.option("--corrected", metavar="PATH", help="With --checked: write a corrected copy of the data."),
)


def flags(function: Any) -> Any:
    """Give the verb the flags of checking."""
    for option in reversed(FLAGS):
        function = option(function)
    return function


def is_audit(data: str | None) -> bool:
    """Return whether DATA is the directory of an audit."""
    from thalweg.runs.audit import FILE

    try:
        if data is not None and is_url(data):
            return (given_path(data, "data", DataError, remote=True) / FILE).is_file()
        return data is not None and (Path(data) / FILE).is_file()
    except OSError:  # too long, or closed to us: whoever reads it as data says so
        return False


def refuse_unfit(data: str | None, given: Mapping[str, Any]) -> None:
    """Raise a usage error, or what makes a file impossible, before anything is computed."""
    asked = [name for name in ("to_check", "check", "checked") if given[name] is not None]
    if len(asked) > 1:
        words = " and ".join(f"--{name.replace('_', '-')}" for name in asked)
        raise click.UsageError(f"{words} cannot be given together.")
    if given["corrected"] is not None and given["checked"] is None:
        raise click.UsageError("--corrected goes with --checked FILE, whose answers say what is wrong.")
    if (given["to_check"] is None) != (given["check_file"] is None):
        raise click.UsageError(
            "--to-check N and -o FILE go together: thalweg audit DATA --to-check 100 -o check.csv."
        )
    if given["to_check"] is None:
        return
    if given["probabilities"] is not None:
        raise click.UsageError(
            "--to-check keeps what was drawn with the audit, and one of --probabilities is kept nowhere; in "
            "Python: thalweg.audit(None, labels, probabilities=...).to_check(100)."
        )
    from thalweg.studies.label_audit.checks.to_check import refuse_count, refuse_taken

    refuse_count(given["to_check"])
    refuse_taken(given["check_file"])


def draw(kept: AuditRun, given: Mapping[str, Any], terminal: Terminal) -> dict[str, Any]:
    """Draw labels of a finished audit, write the file, say what to do with it; returns it as JSON."""
    from thalweg.studies.label_audit.checks.on_disk import draw_to_check
    from thalweg.studies.label_audit.checks.to_check import said_drawn, said_of

    drawn = draw_to_check(kept, given["to_check"], seed=given["seed"] or 0, data_dir=given["data_dir"])
    path = drawn.write_csv(given["check_file"], audit=kept.path.absolute())
    for stratum in drawn.content["strata"]:
        terminal.note(f"suspicion {said_of(stratum)}: {said_drawn(stratum)} labels drawn")
    return {"file": str(path), "draw": drawn.draw, "to_check": len(drawn), "strata": drawn.content["strata"]}


def print_drawn(audit: str, drawn: Mapping[str, Any]) -> None:
    """Say where the labels to check are, and the three ways to answer."""
    path = drawn["file"]
    click.echo(f"{drawn['to_check']:,} labels to check: {path}")
    click.echo(f"answer in the file (right, wrong, unsure), or here: thalweg audit --check {path}")
    click.echo(f"or in a page: thalweg report {audit}")
    click.echo(f"then count: thalweg audit --checked {path}")


def draw_alone(data: str, given: Mapping[str, Any], *, as_json: bool, quiet: bool) -> None:
    """Draw labels of the finished audit at DATA."""
    from thalweg.cli import tables
    from thalweg.runs.audit import open_audit

    kept = open_audit(data)
    found = draw(kept, given, Terminal(quiet=quiet))
    if as_json:
        tables.print_json({"path": str(kept.path), **found})
    elif not quiet:
        print_drawn(str(kept.path), found)


def answer_here(data: str | None, file: str) -> None:
    """Show the labels of a file one after another, and write the answers into it."""
    from thalweg.cli.sitting import sit
    from thalweg.studies.label_audit.checks.on_disk import open_checked
    from thalweg.studies.label_audit.checks.sitting import Sitting

    read, _, kept_draw = open_checked(file, data)
    sit(Sitting.of(read, kept_draw.content), kept_draw.pictures())


def count(data: str | None, given: Mapping[str, Any], *, as_json: bool, quiet: bool) -> Checked:
    """Count wrong labels by the answers in a file, and write a corrected copy where one is asked for."""
    from thalweg.studies.label_audit.checks.corrected import source_of, write_corrected
    from thalweg.studies.label_audit.checks.on_disk import checked_labels, open_checked

    target = given["corrected"]
    file, kept, kept_draw = open_checked(given["checked"], data)
    if target is not None:
        source_of(kept, target)  # what cannot be written is refused before anything is counted
    found, answers = checked_labels(file, kept, kept_draw)
    if not as_json and not quiet:
        _print(found, kept)
    changed = None
    if target is not None:
        changed = write_corrected(kept, kept_draw.content, answers, target, data_dir=given["data_dir"])
    if as_json:
        _print_json(found, kept, target, changed)
    elif not quiet and changed is not None:
        click.echo(f"{changed:,} {'label' if changed == 1 else 'labels'} changed in {target}")
    return found


def _print_json(found: Checked, kept: AuditRun, target: str | None, changed: int | None) -> None:
    from thalweg.cli import tables

    content = {
        **found.to_json(),
        "estimated_under_even_errors": kept.result["estimated_errors"],
        "path": str(kept.path),
    }
    copy = {} if target is None else {"corrected": {"path": target, "changed": changed}}
    tables.print_json({**content, **copy})


def _print(found: Checked, kept: AuditRun) -> None:
    from thalweg.cli import tables
    from thalweg.cli.headline import headline_of_checked
    from thalweg.studies.label_audit.checks.to_check import said_of

    rows = [*found.rows(), ("By probabilities alone, under even errors", kept.result.get("verdict", "-"))]
    tables.print_answers(f"Labels of {kept.record['data'].get('name') or 'unnamed data'}", rows)
    click.echo("")
    tables.print_columns(
        ("suspicion", "labels", "checked", "wrong", "unsure"),
        [
            (
                said_of(each.to_json()),
                *(f"{count:,}" for count in (each.labels, each.used, each.wrong, each.unsure)),
            )
            for each in found.strata
        ],
        right=[1, 2, 3, 4],
    )
    click.echo("")
    tables.print_lines(headline_of_checked(found))
    click.echo(f"kept in {kept.path}\nshow it: thalweg report {kept.path}")
