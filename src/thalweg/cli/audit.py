"""`thalweg audit`: which labels are wrong, and how many."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from thalweg.cli import check, options
from thalweg.cli.failure import Exceeded
from thalweg.cli.main import COMMAND
from thalweg.cli.progress import AS_LONG
from thalweg.cli.terminal import Terminal
from thalweg.wording import INTERVALS

if TYPE_CHECKING:
    from thalweg.data.dataset import Dataset
    from thalweg.runs.audit import AuditRun
    from thalweg.studies.label_audit.pool import Pool
    from thalweg.studies.label_audit.record import LabelAudit
    from thalweg.training.recipe import Recipe

SHOWN = 10
TRAINED = ("judges", "estimator", "recipe", "settings", "members", "share", "epochs", "thorough", "seed")


def _limit(ctx: click.Context, _: click.Parameter, value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):
        # nothing is above "not a number": a check that cannot fail is none
        raise click.BadParameter(f"{value} is not a number of labels.", ctx=ctx)
    return value


@click.command("audit", short_help="Find labels that are wrong, and say how many there are.")
@click.argument("data", metavar="[DATA]", required=False)
@click.option("--test-data", metavar="PATH", help="A second file, as the test part of DATA.")
@click.option(
    "--split",
    type=click.Choice(("all", "train", "test")),
    help="Which labels to judge; all by default, each by networks that did not train on it.",
)
@options.data_dir
@options.reading
@click.option(
    "--judge",
    "judges",
    cls=options.Listed,
    metavar="NAME,NAME",
    help="Who judges: networks, forest, boosted-trees, logistic. By default all of them for tables, and "
    "networks for pictures, with a forest where those are few.",
)
@click.option(
    "--estimator",
    metavar="MODULE:FACTORY",
    help="A classifier of scikit-learn that judges, by the import path of what makes it; it alone does then.",
)
@click.option("--recipe", metavar="NAME|FILE", help="What networks are trained; they alone judge then.")
@options.settings
@click.option(
    "--members",
    metavar="N",
    type=click.IntRange(min=1),
    help="How many networks, or clones of the estimator; 24 by default.",
)
@click.option("--epochs", metavar="N", type=click.IntRange(min=1), help="Instead of the recipe's.")
@click.option("--share", metavar="X", type=float, help="Share of examples each trains on; 0.75 by default.")
@click.option("--thorough", is_flag=True, help="Convolutional networks: better, and many times slower.")
@click.option("--probabilities", metavar="FILE", help="Judge by the out-of-sample answers in this file.")
@options.labels_file
@options.class_order
@click.option(
    "--fail-above",
    metavar="N",
    callback=_limit,
    type=click.FloatRange(min=0),
    help="Exit with status 3 if more labels than this are wrong.",
)
@click.option("--seed", metavar="N", type=click.IntRange(min=0), help="Of all random choices; 0 by default.")
@click.option("--out", metavar="DIR|URL", help="The directory itself; a new one under runs/ by default.")
@options.ray
@click.option("--resume", metavar="DIR", help="Go on with an audit that was stopped.")
@check.flags
@options.as_json
@options.quiet
def command(data: str | None, *, as_json: bool, fail_above: float | None, quiet: bool, **given: Any) -> None:
    """Find labels of DATA that are wrong: a name, or a path of images, a table, or embeddings (.npz).

    Networks are trained on shares of the examples, and every label is judged by those that did not train on
    its example; of a table by a forest, boosted trees and logistic regression as well. Kept in a directory:
    audit.parquet and audit.csv with a row for each label, the most suspicious first, audit.json and
    audit.npz (answers, and pictures to look at).

    --fail-above ends with exit status 3 where the estimated number of wrong labels (not an end of its
    interval) is above N, and the judges can tell; status 1 stays for what went wrong. With --probabilities,
    an .npz with `probabilities` [examples, classes] (or [members, examples, classes]) and `labels`, or a CSV
    with a column a class and one of labels, nothing is trained.

    The count of wrong labels is one under even errors: right if they strike easy and hard examples alike.
    One that takes no errors for granted needs people: --to-check draws labels at random (DATA may be the
    directory of a finished audit), --check shows them one by one, and --checked counts by the answers.

    \b
    Examples:
      thalweg audit mnist
      thalweg audit mnist --split test --thorough
      thalweg audit my.csv --label-column species --fail-above 20
      thalweg audit my.csv --label-column species --judge forest,boosted-trees
      thalweg audit my.csv --estimator sklearn.ensemble:ExtraTreesClassifier
      thalweg audit train.csv --test-data test.csv
      thalweg audit --probabilities answers.npz
      thalweg audit runs/AUDIT --to-check 100 -o check.csv
      thalweg audit --checked check.csv --corrected corrected.csv
    """
    terminal = Terminal(quiet=quiet)
    check.refuse_unfit(data, given)
    if given["check"] is not None or given["checked"] is not None or check.is_audit(data):
        _with_people(data, given, as_json=as_json, fail_above=fail_above, quiet=quiet)
        return
    if given["probabilities"] is not None:
        found, path, extra = _judge_answers(data, given, terminal)
    else:
        for flag in ("labels", "class_order"):
            if given[flag] is not None:
                raise click.UsageError(f"--{flag.replace('_', '-')} goes with --probabilities.")
        _refuse_nothing(data, given)
        with options.working_on(given["ray"]):
            if data is None or given["resume"] is not None:
                run, found = _resumed(data, given, terminal)
            else:
                run, found = _new(data, given, terminal)
        path, extra = str(run.path), {"path": str(run.path), "table": run.record["result"]["table"]}
        extra["seconds"] = run.record["seconds"]
        if given["to_check"] is not None:
            extra["to_check"] = check.draw(run, given, terminal)
    failed = fail_above is not None and found.is_counted and found.errors.wrong.value > fail_above
    if fail_above is not None and not found.is_counted:  # what may be none at all is no alarm
        terminal.note(f"--fail-above {fail_above:g} is not judged: {found.verdict}.")
    _print(found, path, extra, as_json=as_json, quiet=quiet)
    if failed:
        where = "the table" if path is None else f"{path}/audit.csv"
        raise Exceeded(
            f"about {found.errors.wrong.plain(0)} labels are wrong: more than --fail-above {fail_above:g}.",
            hint=f"look at the first rows of {where}, the most suspicious first.",
        )


def _with_people(
    data: str | None, given: dict[str, Any], *, as_json: bool, fail_above: float | None, quiet: bool
) -> None:
    """Do what is asked of labels that people check; no audit is made."""
    flag = next((name for name in ("check", "checked") if given[name] is not None), None)
    said = "the directory of a finished audit" if flag is None else f"--{flag}"
    seed = () if flag is None else ("seed",)
    trained = tuple(name for name in TRAINED if name != "seed")
    others = ("resume", "ray", "split", "test_data", "out", "probabilities", "labels", "class_order")
    _refuse_with(said, (*trained, *others, *seed), given)
    options.refuse_reading(given["reading"], f"cannot be given with {said}.")
    if given["checked"] is not None:
        found = check.count(data, given, as_json=as_json, quiet=quiet)
        if fail_above is not None and found.wrong.value > fail_above:
            raise Exceeded(
                f"{found.verdict} labels are wrong by those that were checked: more than --fail-above "
                f"{fail_above:g}.",
                hint="the answers say which of them are.",
            )
        return
    if fail_above is not None:
        raise click.UsageError("--fail-above goes with an audit that is made, or with --checked.")
    if given["check"] is not None:
        check.answer_here(data, given["check"])
    elif given["to_check"] is not None:
        check.draw_alone(str(data), given, as_json=as_json, quiet=quiet)
    else:
        raise click.UsageError(
            f"{data} is an audit. Show it: thalweg report {data}. Draw labels to check: thalweg audit {data} "
            "--to-check 100 -o check.csv."
        )


def _refuse_nothing(data: str | None, given: dict[str, Any]) -> None:
    """Ask what to audit: labels are somebody's, so there are none to take by default."""
    if data is not None or given["resume"] is not None:
        return
    if given["test_data"] is not None:
        raise click.UsageError("--test-data needs DATA, the file of the training part.")
    from thalweg.data.sources import NAMES

    raise click.UsageError(
        "Give DATA, what to audit: a path, such as in thalweg audit my.csv --label-column species, or a "
        f"name: {', '.join(NAMES)}. An audit that was stopped goes on with --resume DIR."
    )


def _refuse_with(flag: str, names: tuple[str, ...], given: dict[str, Any]) -> None:
    for name in names:
        if given[name] not in (None, {}, False):
            word = "set" if name == "settings" else name.replace("_", "-")
            raise click.UsageError(f"--{word} cannot be given with {flag}.")


def _judge_answers(
    data: str | None, given: dict[str, Any], terminal: Terminal
) -> tuple[LabelAudit, str | None, dict[str, Any]]:
    _refuse_with(
        "--probabilities",
        (*TRAINED, "resume", "ray", "split", "data_dir", "test_data", "out"),
        given,
    )
    others = replace(given["reading"], label_column=None)
    options.refuse_reading(others, "cannot be given with --probabilities.")
    if data is not None:
        raise click.UsageError("DATA cannot be given with --probabilities: that file holds the labels.")
    from thalweg import models
    from thalweg.evaluation.classifier import as_classifier
    from thalweg.evaluation.columns import refuse_misplaced
    from thalweg.studies.label_audit.audit import audit

    answers, dataset = models.load_probabilities(
        given["probabilities"],
        labels=given["labels"],
        label_column=given["reading"].label_column,
        class_names=given["class_order"],
    )
    for note in dataset.notes[1:]:  # the first is about what cannot be asked, and nothing is asked here
        terminal.note(f"{dataset.name}: {note}")
    refuse_misplaced(as_classifier(answers), dataset.test)
    names = dataset.class_names
    labels = [names[label] for label in dataset.test.labels]
    table = answers.table[:, : len(labels)]
    return audit(None, labels, probabilities=table, class_names=names), None, {"table": None}


def _new(data: str, given: dict[str, Any], terminal: Terminal) -> tuple[AuditRun, LabelAudit]:
    recipe = _recipe(given)
    _refuse_early(given)
    dataset = _load(data, given, terminal)

    from thalweg.studies.label_audit import kept as audit_files
    from thalweg.studies.label_audit.audit import plan, pool_of
    from thalweg.studies.label_audit.checks.to_check import refuse_count

    split = given["split"] or "all"
    pool = pool_of(dataset, None, split)
    if given["to_check"] is not None:
        refuse_count(given["to_check"], len(pool.judged))
    asked = {name: given[name] for name in ("members", "share", "thorough")}
    chosen, members, share = plan(pool, recipe, **asked)
    judges = _judges(pool, given)
    if recipe is None:  # the one that is taken by default, with what was asked to be changed in it
        chosen = options.changed(chosen, given["settings"], given["epochs"])
    if given["thorough"]:
        _say_time(pool, chosen, members, share, terminal)
    with terminal.evaluating(title="audit", lines=True, left=AS_LONG) as progress:
        return audit_files.make_audit(
            dataset,
            pool=pool,
            split=split,
            recipe=chosen,
            judges=judges,
            estimator=given["estimator"],
            members=members,
            share=share,
            seed=given["seed"] or 0,
            out=given["out"],
            progress=progress,
            started=lambda run: terminal.note(f"audit of {dataset.name}, kept in\n{run.path}"),
            command=click.get_current_context().meta[COMMAND],
            test_source=given["test_data"],
        )


def _judges(pool: Pool, given: dict[str, Any]) -> tuple[str, ...]:
    from thalweg.studies.label_audit.judges.panel import chosen_judges, refuse_idle

    names = None if given["judges"] is None else [name.strip() for name in given["judges"].split(",")]
    judges = chosen_judges(
        names,
        pool.train,
        recipe_given=given["recipe"] is not None,
        estimator_given=given["estimator"] is not None,
    )
    asked = {name: given[name] or None for name in ("recipe", "members", "share", "epochs", "thorough")}
    refuse_idle(judges, **asked, set=given["settings"] or None)
    return judges


def _load(data: str, given: dict[str, Any], terminal: Terminal) -> Dataset:
    if given["test_data"] is None:
        return options.load_data(data, given["data_dir"], given["reading"], terminal)
    from thalweg.studies.label_audit.pool import load_two

    dataset = load_two(data, given["test_data"], reading=given["reading"])
    for note in dataset.notes:
        terminal.note(f"{dataset.name}: {note}")
    return dataset


def _recipe(given: dict[str, Any]) -> Recipe | None:
    if given["recipe"] is None:
        return None
    if given["thorough"]:
        raise click.UsageError("--thorough is a recipe of its own: it cannot be given with --recipe.")
    return options.load_recipe(given["recipe"], given["settings"], given["epochs"])


def _refuse_early(given: dict[str, Any]) -> None:
    """Refuse what can be refused before the data are read."""
    from thalweg import runs
    from thalweg.ensembles.estimator import made
    from thalweg.studies.label_audit.recipes import MEMBERS, share_for
    from thalweg.studies.subsets import refuse_too_few
    from thalweg.training.recipe import refuse_unknown_settings

    runs.check_place(given["out"])
    if given["estimator"] is not None:
        made(given["estimator"])
    refuse_unknown_settings(given["settings"])
    members = given["members"] or MEMBERS
    refuse_too_few(members, share_for(members) if given["share"] is None else given["share"])


def _say_time(pool: Pool, recipe: Recipe, members: int, share: float, terminal: Terminal) -> None:
    from thalweg.durations import duration
    from thalweg.studies.label_audit.recipes import seconds_needed

    seconds = seconds_needed(recipe, pool.train, members, share)
    took = duration(round(seconds), unit="seconds")
    terminal.note(f"{members} networks of {recipe.name}: about {took} on this machine.")


def _resumed(data: str | None, given: dict[str, Any], terminal: Terminal) -> tuple[AuditRun, LabelAudit]:
    _refuse_with("--resume", (*TRAINED, "split", "test_data", "out"), given)
    options.refuse_reading(given["reading"], "cannot be given with --resume.")
    if data is not None:
        raise click.UsageError("DATA cannot be given with --resume: an audit goes on with its own data.")
    from thalweg.studies.label_audit import kept as audit_files

    with terminal.evaluating(title="audit", lines=True, left=AS_LONG) as progress:
        return audit_files.resume_audit(given["resume"], data_dir=given["data_dir"], progress=progress)


def _print(found: LabelAudit, path: str | None, extra: dict[str, Any], *, as_json: bool, quiet: bool) -> None:
    from thalweg.cli import tables

    if as_json:
        tables.print_json({**found.in_short(), **extra})
        return
    if quiet:
        return
    tables.print_answers(f"Labels of {found.name}: which are wrong?", found.rows())
    if found.not_judged == len(found):
        _print_end(found, path, "", extra.get("to_check"))
        return
    click.echo("")
    # who gave files knows these and their rows, not the split that was made of them
    place = tuple(found.called) or ("split", "example")
    # a path needs the room of what the table on disk holds as well
    numbers = ("suspicion",) if place == ("file",) else ("suspicion", "agreement", "memorisation")
    columns = (*place, "label", "suggested_label", *numbers)
    shown = found.table().head(SHOWN).select(columns)
    tables.print_columns(
        [_HEADS.get(name, name) for name in columns],
        [[_word(value) for value in row] for row in shown.iter_rows()],
        right=[columns.index(name) for name in (*numbers, "row", "index", "example") if name in columns],
        fold=[columns.index(name) for name in ("file", "id") if name in columns],
    )
    said = next((_COUNTED[name] for name in place if name in _COUNTED), "")
    _print_end(found, path, said, extra.get("to_check"))


def _print_end(found: LabelAudit, path: str | None, said: str, drawn: dict[str, Any] | None) -> None:
    from thalweg.cli import tables
    from thalweg.cli.headline import headline_of_audit

    tables.print_lines(["", f"{said}{INTERVALS}.", "", *headline_of_audit(found)])
    if path:
        click.echo(f"kept in {path}\nshow it: thalweg report {path}")
        if drawn is not None:
            check.print_drawn(path, drawn)
        else:
            click.echo(f"count by people: thalweg audit {path} --to-check 100 -o check.csv")


_HEADS = {"suggested_label": "suggested", "memorisation": "memorised"}
_COUNTED = {
    "row": "row: the first row of data, below the header, is row 1. ",
    "index": "index: the place in the arrays, from 0. ",
    "example": "example: the place in its part, from 0. ",
}
"""Shorter heads of columns, and how what is counted is counted."""


def _word(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
