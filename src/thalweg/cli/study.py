"""`thalweg study NAME`: experiments that train populations of their own. Every setting is a flag."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from thalweg.cli import options
from thalweg.cli.main import COMMAND, Named
from thalweg.cli.progress import AS_LONG
from thalweg.cli.terminal import Terminal
from thalweg.durations import duration, roughly
from thalweg.errors import RecipeError
from thalweg.studies.catalogue import STUDIES, Study, find
from thalweg.wording import INTERVALS

if TYPE_CHECKING:
    from thalweg.record import Record
    from thalweg.runs.study import StudyRun
    from thalweg.studies.foreseen import Work

PRESET = "preset"


class Studies(Named):
    """A group with one command a study, whose flags are the fields of the study's settings."""

    word, words = "study", "studies"
    known = STUDIES

    def load(self, name: str) -> click.Command:
        """Make the command of one study."""
        return _command_of(find(name))


@click.group("study", cls=Studies, short_help="Make an experiment that trains populations of its own.")
def command() -> None:
    """Make an experiment that trains populations of its own, and keep what came of it.

    \b
    Examples:
      thalweg study starts --members 256 --widths 8,16,32,64
      thalweg study random-labels --data mnist
      thalweg study memorisation --help
    """


def _command_of(study: Study) -> click.Command:
    flags = [_flag_of(field) for field in dataclasses.fields(study.settings)]
    presets = click.Option(
        ["--preset"],
        type=click.Choice(list(study.presets)),
        help="Settings that go together; flags change them.",
    )
    made = click.Command(
        study.name,
        callback=lambda **given: _make(study, given),
        params=[*([presets] if study.presets else []), *flags],
        help=f"{study.question}\n\n\b\nExample:\n  thalweg study {study.name} --data digits",
        short_help=study.question,
    )
    for option in _SHARED:
        option(made)
    made.params.sort(key=lambda parameter: _SHARED_PLACE.get(parameter.name, -1))
    return made


_SHARED: tuple[Callable[..., Any], ...] = (
    click.option(
        "--data", metavar="NAME|PATH", help="What to learn from: MNIST, or the embedded digits, by default."
    ),
    options.data_dir,
    options.reading_flags,
    click.option(
        "--seed", type=click.IntRange(min=0), metavar="N", help="Seed of all random choices; 0 by default."
    ),
    click.option("--out", metavar="DIR|URL", help="The directory itself; a new one under runs/ by default."),
    click.option(
        "--resume", metavar="DIR", help="Go on with a study that was stopped, or add to a finished one."
    ),
    options.ray,
    options.as_json,
    options.quiet,
)
_SHARED_NAMES = (
    "data",
    "data_dir",
    *options.READING_NAMES,
    "seed",
    "out",
    "resume",
    "ray",
    "as_json",
    "quiet",
)
_SHARED_PLACE: dict[str | None, int] = {name: place for place, name in enumerate(_SHARED_NAMES)}
_METAVARS = {
    "whole": "N",
    "number": "X",
    "wholes": "N,N",
    "numbers": "X,X",
    "words": "WORD,WORD",
    "text": "TEXT",
}


def _flag_of(field: dataclasses.Field) -> click.Option:
    rule, name = field.metadata["rule"], field.name.replace("_", "-")
    if rule == "flag":
        default = f"[default: {'' if field.default else 'no-'}{name}]"
        return click.Option(
            [f"--{name}/--no-{name}"], default=None, help=f"{field.metadata['help']} {default}"
        )
    described = ",".join(map(str, field.default)) if isinstance(field.default, tuple) else field.default
    text = f"{field.metadata['help']} [default: {described}]"
    if rule in ("choice", "words"):
        text += f" {'One' if rule == 'choice' else 'Some'} of: {', '.join(field.metadata['options'])}."
    return click.Option(
        [f"--{name}"],
        metavar=_METAVARS.get(rule, "WORD"),
        callback=lambda _context, _parameter, value: None if value is None else _value(field, value),
        help=text,
    )


def _value(field: dataclasses.Field, text: str) -> Any:
    """Read the text of a flag as what its field takes; a spec says itself what is wrong with the value."""
    rule = field.metadata["rule"]
    if rule in ("text", "choice"):
        return text
    if rule in ("wholes", "numbers", "words"):
        words = [word.strip() for word in text.strip("[]").split(",") if word.strip()]
        return tuple(words if rule == "words" else map(options.parse_value, words))
    return options.parse_value(text)


def _make(study: Study, given: dict[str, Any]) -> None:
    shared = {name: given.pop(name) for name in _SHARED_NAMES}
    shared["reading"] = options.take_reading(shared)
    preset = given.pop(PRESET, None)
    changes = {name: value for name, value in given.items() if value is not None}
    terminal = Terminal(quiet=shared["quiet"])
    if shared["resume"] is not None:
        kept, record = _resume(study, shared, preset, changes, terminal)
    else:
        settings = study.settings() if preset is None else study.presets[preset]
        kept, record = _new(study, _changed(settings, changes), shared, terminal)
    _print(study, kept, record, shared)


def _changed(settings: Any, changes: dict[str, Any]) -> Any:
    """Return `settings` with `changes`; what is wrong with one is said of the flag, not of the class."""
    try:
        return dataclasses.replace(settings, **changes)
    except RecipeError as error:
        name, found = error.message.partition("(")[2].partition("=")[::2]
        if name not in changes:
            raise
        message = f"--{name.replace('_', '-')}: {name}={found.replace('): expected', ', expected', 1)}"
        raise RecipeError(message, hint=error.hint) from None


def _new(study: Study, settings: Any, shared: dict[str, Any], terminal: Terminal) -> tuple[StudyRun, Record]:
    from thalweg import runs
    from thalweg.studies import recorded
    from thalweg.studies.foreseen import foreseeing

    runs.check_place(shared["out"])
    dataset = options.load_data(shared["data"], shared["data_dir"], shared["reading"], terminal)

    with (
        options.working_on(shared["ray"]),
        terminal.evaluating(title="study", lines=True, left=AS_LONG) as progress,
        foreseeing(lambda works: _say_how_long(works, terminal)),
    ):
        return recorded.make_study(
            study.name,
            dataset,
            settings,
            seed=shared["seed"] or 0,
            out=shared["out"],
            progress=progress,
            started=lambda kept: terminal.note(f"study {study.name} of {dataset.name}, kept in\n{kept.path}"),
            command=click.get_current_context().meta[COMMAND],
        )


def _say_how_long(works: Sequence[Work], terminal: Terminal) -> None:
    """Say how long a long study trains, before it begins."""
    from thalweg.studies.foreseen import is_long, seconds_of

    if not terminal.quiet and is_long(works):
        terminal.note("how long? training a little of the smallest and of the largest networks")
        took = roughly(seconds_of(works))
        terminal.note(
            f"about {took} of training on this machine, as busy as it is; stopped, it goes on with --resume"
        )


def _resume(
    study: Study, shared: dict[str, Any], preset: str | None, changes: dict[str, Any], terminal: Terminal
) -> tuple[StudyRun, Record]:
    options.refuse_reading(shared["reading"], "cannot be given with --resume.")
    for name in ("data", "seed", "out"):
        if shared[name] is not None:
            raise click.UsageError(f"--{name.replace('_', '-')} cannot be given with --resume.")
    if preset is not None:
        raise click.UsageError("--preset cannot be given with --resume; single settings can be changed.")

    from thalweg import runs
    from thalweg.studies import recorded

    kept = runs.open_study(shared["resume"])
    if kept.name != study.name:
        raise click.UsageError(
            f"{kept.path} is a study {kept.name}: use thalweg study {kept.name} --resume {kept.path}"
        )
    with (
        options.working_on(shared["ray"]),
        terminal.evaluating(title="study", lines=True, left=AS_LONG) as progress,
    ):
        return recorded.resume_study(
            kept.path,
            data_dir=shared["data_dir"],
            progress=progress,
            settings=(lambda old: _changed(old, changes)) if changes else None,
        )


def _print(study: Study, kept: StudyRun, record: Record, shared: dict[str, Any]) -> None:
    from thalweg.cli import tables
    from thalweg.record import told

    if shared["as_json"]:
        facts = {name: kept.record[name] for name in ("settings", "seed", "seconds")}
        facts |= {"study": study.name, "path": str(kept.path), "data": kept.record["data"]["name"]}
        tables.print_json({**facts, "result": record.to_json()})
    elif not shared["quiet"]:
        tables.print_answers(study.question, told(record))
        took = duration(kept.record["seconds"], unit="seconds")
        tables.print_lines(["", f"{took}; {INTERVALS}."])
        click.echo(f"kept in {kept.path}\nshow it: thalweg report {kept.path}")
