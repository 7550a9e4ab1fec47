"""`thalweg doctor`: what this installation is made of, and what it lacks."""

from __future__ import annotations

from typing import Any

import click

from thalweg.cli import options


@click.command("doctor", short_help="Say what this installation has, and what it lacks.")
@options.as_json
def command(as_json: bool) -> None:
    """Say what this installation has, and what it lacks.

    The line `kernel` says whether the native kernel that trains networks was built, which instruction set
    of it this processor runs, or what was missing. Without it everything works, only slower. The line
    `compiled` says where compiled programs are kept for the next time; THALWEG_COMPILED=off keeps none.
    `devices` are what networks are trained on, `threads` how many work at a time, `data` which named sets
    are on this machine. Then what is optional: its version, or what brings it.

    \b
    Examples:
      thalweg doctor
      thalweg doctor --json
    """
    from thalweg import compiled
    from thalweg.cli import installed, tables
    from thalweg.runs.machine import describe_machine
    from thalweg.training import devices
    from thalweg.training.native.library import described

    # programs first: to look for devices starts JAX, which then has a folder of its own
    machine, kernel, programs = describe_machine(), described(), compiled.described()
    computing, sets, extras = devices.described(), _sets(), installed.optional()
    if as_json:
        facts = {"kernel": kernel, "compiled": programs, "computing": computing, "data": sets}
        tables.print_json({**machine, **facts, "optional": extras})
        return
    processor = machine["processor"]
    variables = ", ".join(f"{name}={value}" for name, value in computing["variables"].items())
    rows: list[tuple[str, Any]] = [
        *machine["versions"].items(),
        ("processor", f"{processor['model']}, {processor['cores']} cores"),
        ("platform", machine["platform"]),
        ("devices", computing["said"]),
        ("threads", f"{computing['threads']}{f' ({variables})' if variables else ''}"),
        ("kernel", kernel["said"]),
        ("compiled", programs["said"]),
        ("data", sets["said"]),
        *((name, installed.in_words(name, packages)) for name, packages in extras.items()),
    ]
    wide = max(len(name) for name, _ in rows)
    for name, value in rows:
        click.echo(f"{name.ljust(wide)}  {value}")


def _sets() -> dict[str, Any]:
    """Return the named data sets that are `here` and those that are `missing`; `said`: both in a line."""
    from thalweg import data

    here = {each["name"]: each["found"] is not None for each in data.available()}
    found, missing = (
        [name for name, is_here in here.items() if is_here is wanted] for wanted in (True, False)
    )
    said = f"{', '.join(found)} here"
    if missing:
        said += (
            f"; {', '.join(missing)} not: thalweg data get {missing[0]}, or THALWEG_DATA names their folder"
        )
    return {"here": found, "missing": missing, "said": said}
