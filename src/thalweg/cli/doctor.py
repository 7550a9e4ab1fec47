"""`thalweg doctor`: what this installation is made of, and what it lacks."""

from __future__ import annotations

from typing import Any

import click

from thalweg.cli import options


@click.command("doctor", short_help="Say what this installation has, and what it lacks.")
@options.as_json
def command(as_json: bool) -> None:
    """Say what this installation has, and what it lacks.

    The line `kernel` says whether the native kernel that trains perceptrons was built, which instruction set
    of it this processor runs, or what was missing. Without it everything works, only slower. The line
    `compiled` says where compiled programs are kept for the next time; THALWEG_COMPILED=off keeps none.

    \b
    Examples:
      thalweg doctor
      thalweg doctor --json
    """
    from thalweg import compiled
    from thalweg.cli import tables
    from thalweg.runs.machine import describe_machine
    from thalweg.training.native.library import described

    machine, kernel, programs = describe_machine(), described(), compiled.described()
    if as_json:
        tables.print_json({**machine, "kernel": kernel, "compiled": programs})
        return
    processor = machine["processor"]
    rows: list[tuple[str, Any]] = [
        *machine["versions"].items(),
        ("processor", f"{processor['model']}, {processor['cores']} cores"),
        ("platform", machine["platform"]),
        ("kernel", kernel["said"]),
        ("compiled", programs["said"]),
    ]
    wide = max(len(name) for name, _ in rows)
    for name, value in rows:
        click.echo(f"{name.ljust(wide)}  {value}")
