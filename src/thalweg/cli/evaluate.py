"""`thalweg evaluate`: measure the population of a run, a model that is not ours, or probabilities alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from thalweg.cli import options
from thalweg.cli.progress import ABOUT
from thalweg.cli.terminal import Terminal
from thalweg.questions import EVALUATIONS, our_name
from thalweg.wording import INTERVALS

if TYPE_CHECKING:
    from thalweg.record import Record

LAYOUTS = ("flat", "flat-nchw", "nhw", "nchw", "nhwc")
SCALINGS = ("unit", "pixels", "standard", "raw")
OUTPUTS = ("probabilities", "logits", "sigmoid")
CHOICES = ("layout", "scaling", "outputs", "output_name", "mean", "std")


@click.command("evaluate", short_help="Measure a run, a model of your own, or probabilities.")
@click.argument("run", metavar="[RUN]", required=False)
@click.option(
    "--only", cls=options.Listed, metavar="NAME,NAME", help="Only these evaluations, such as accuracy,ood."
)
@click.option("--model", metavar="FILE", help="Measure this ONNX model on --data, instead of a run.")
@click.option("--probabilities", metavar="FILE", help="Measure the answers in this file, instead of a run.")
@options.labels_file
@options.class_order
@click.option("--data", metavar="NAME|PATH", help="What to measure --model on.")
@click.option(
    "--judge", metavar="RUN", help="Another run, to say what it sees in what this one draws (dreams)."
)
@options.data_dir
@options.reading
@click.option("--layout", type=click.Choice(LAYOUTS), help="How --model takes its inputs, if not plain.")
@click.option("--scaling", type=click.Choice(SCALINGS), help="What the inputs of --model mean, if not plain.")
@options.channel_numbers("--mean", "Taken off the inputs of --model: a number, or one a channel.")
@options.channel_numbers("--std", "What they are divided by then.")
@click.option("--outputs", type=click.Choice(OUTPUTS), help="What --model returns, if not plain.")
@click.option("--output-name", metavar="NAME", help="Which output of --model, if it has several.")
@options.as_json
@options.quiet
def command(run: str | None, *, only: str | None, as_json: bool, quiet: bool, **given: Any) -> None:
    """Measure the population of RUN on the data it was trained for, and keep the numbers in the run.

    A model that is not ours is measured with --model (ONNX) and --data, or by its answers alone with
    --probabilities: an .npz with `probabilities` [examples, classes] or [members, examples, classes], and
    `labels`; an .npy (with --labels); or a CSV with a column a class and one of labels. Nothing is kept then.
    Which column stands for which class is said; --class-order says otherwise.

    Made by name only, since they take longer or look inside: features, dreams, alignment, connectivity,
    descent, landscape, curvature, minimum.

    \b
    Examples:
      thalweg evaluate runs/NAME
      thalweg evaluate runs/NAME --only minimum
      thalweg evaluate runs/NAME --only noise,calibration --json
      thalweg evaluate --model model.onnx --data mnist
      thalweg evaluate --model model.onnx --data pictures/ --class-order cat,dog
      thalweg evaluate --probabilities answers.npz
    """
    _refuse_mixtures(run, given)
    terminal = Terminal(quiet=quiet)
    for word in (only or "").split(","):
        if name := our_name(word, EVALUATIONS):
            terminal.introduce(word, name)
    if run is not None:
        _measure_run(run, only, given, terminal, as_json)
        return
    from thalweg.cli import tables

    heading, records = _measure_other(only, terminal, given)
    if as_json:
        tables.print_json({name: record.to_json() for name, record in records.items()})
    elif not quiet:
        tables.print_records(heading, records)
        _print_headline(records, who="model")


def _print_headline(records: dict[str, Record], *, who: str) -> None:
    """Say at the end what stands out, where there is more than one answer to find it among."""
    from thalweg.cli import tables
    from thalweg.cli.headline import headline

    if len(records) > 1 and (lines := headline(records, who=who)):
        tables.print_lines(["", *lines])


def _refuse_mixtures(run: str | None, given: dict[str, Any]) -> None:
    """Raise a usage error unless exactly one thing is to be measured, with the flags that belong to it."""
    asked = {"RUN": run, "--model": given["model"], "--probabilities": given["probabilities"]}
    named = [name for name, value in asked.items() if value is not None]
    if len(named) != 1:
        found = " and ".join(named) or "nothing"
        raise click.UsageError(f"Give one of RUN, --model or --probabilities to measure; found {found}.")
    if given["judge"] is not None and run is None:
        raise click.UsageError("--judge goes with RUN.")
    for flags, owner in (
        (() if given["model"] else ("data", *CHOICES), "--model"),
        (() if given["probabilities"] else ("labels",), "--probabilities"),
        (("class_order",) if run is not None else (), "--model or --probabilities"),
    ):
        for flag in flags:
            if given[flag] is not None:
                raise click.UsageError(f"--{flag.replace('_', '-')} goes with {owner}.")
    reading = given["reading"]
    if run is not None:
        options.refuse_reading(reading, "goes with --model or --probabilities.")
    if given["probabilities"] is not None:
        options.refuse_reading(replace(reading, label_column=None), "goes with --model.")
    if given["model"] is not None and given["data"] is None:
        raise click.UsageError("--model needs --data: a name such as mnist, or a path.")


def _measure_run(
    run: str, only: str | None, given: dict[str, Any], terminal: Terminal, as_json: bool
) -> None:
    from thalweg import runs
    from thalweg.cli import tables, working
    from thalweg.evaluation import suite

    opened = runs.open(run)
    suite.chosen(only)
    runs.check_file(opened.path / "evaluation" / "accuracy.json")
    judge = None if given["judge"] is None else runs.open(given["judge"])
    records = working.measure(opened, None, terminal, only=only, data_dir=given["data_dir"], judge=judge)
    if as_json:
        tables.print_json({name: record.to_json() for name, record in records.items()})
    elif not terminal.quiet:
        tables.print_result(opened, records)
        tables.print_lines(["", *tables.differences(opened, records)] if "accuracy" in records else [])
        _print_headline(records, who=f"network of {opened.record['recipe']['name']}")
        tables.print_lines(working.too_short(opened))
        click.echo(f"\nkept in {opened.path / 'evaluation'}")


def _measure_other(
    only: str | None, terminal: Terminal, given: dict[str, Any]
) -> tuple[str, dict[str, Record]]:
    """Return a heading and the records of a model or of probabilities that are not ours."""
    from thalweg import data, evaluation, models
    from thalweg.evaluation import suite

    suite.chosen(only)
    if given["probabilities"] is not None:
        classifier, dataset = models.load_probabilities(
            given["probabilities"],
            labels=given["labels"],
            label_column=given["reading"].label_column,
            class_names=given["class_order"],
        )
        source = given["probabilities"]
    else:
        models.check_onnx(given["model"])
        dataset = data.load(given["data"], data_dir=given["data_dir"], reading=given["reading"])
        choices = {name: given[name] for name in CHOICES}
        source = given["model"]
        classifier = models.load_onnx(source, data=dataset, class_names=given["class_order"], **choices)
        # what it was trained on is not known, so no example counts as one that it learned from
        dataset = replace(dataset, train_part=None)
    for note in dataset.notes:
        terminal.note(f"{dataset.name}: {note}")
    with terminal.evaluating(left=ABOUT, efforts=suite.efforts(only)) as progress:
        records = evaluation.evaluate(classifier, dataset, only=only, progress=progress, say=terminal.note)
    heading = (
        f"{Path(source).name}, measured on {len(dataset.test):,} examples of {dataset.name}; {INTERVALS}."
    )
    return heading, records
