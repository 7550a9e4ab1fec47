"""`thalweg plan`: how many starts and examples a number needs, and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from thalweg.cli import options
from thalweg.cli.main import COMMAND
from thalweg.cli.terminal import Terminal

if TYPE_CHECKING:
    from thalweg.planning.record import Plan
    from thalweg.runs.run import Run

OF_A_PILOT = ("data", "recipe", "settings", "pilot", "epochs", "seed", "out")


class Share(click.ParamType):
    """A share that is typed as a percentage, `0.5%`, or as it is, `0.005`."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the share; a number that cannot be read is a wrong usage."""
        if isinstance(value, float):
            return value
        text = str(value).strip()
        try:
            return float(text.rstrip("%").strip()) / (100 if text.endswith("%") else 1)
        except ValueError:
            self.fail(f"{text!r}: expected a share, such as 0.5% or 0.005.", param, ctx)


@click.command("plan", short_help="Say how many starts and examples a number needs, and how long they take.")
@click.argument("run", metavar="[RUN]", required=False)
@click.option(
    "--half-width", type=Share(), metavar="SHARE", help="Of the interval of accuracy, such as 0.5% or 0.005."
)
@click.option(
    "--difference", type=Share(), metavar="SHARE", help="Of two recipes' accuracies, that is to be shown."
)
@click.option("--against", metavar="RUN", help="A run of the other recipe, for --difference.")
@click.option(
    "--alike",
    type=float,
    metavar="X",
    help="Without --against: how examples' difficulty correlates, 0 to 1.",
)
@click.option(
    "--power", type=Share(), default="80%", show_default=True, metavar="SHARE", help="How often then."
)
@click.option("--data", metavar="NAME|PATH", help="Train a pilot on these data, instead of a RUN.")
@options.data_dir
@options.reading
@click.option("--recipe", metavar="NAME|FILE", help=f"Of the pilot; {options.DEFAULT_RECIPE} by default.")
@options.settings
@click.option("--pilot", metavar="N", type=click.IntRange(min=1), help="Networks of the pilot; 4 by default.")
@click.option("--epochs", metavar="N", type=click.IntRange(min=1), help="Passes over the examples.")
@click.option("--seed", metavar="N", type=click.IntRange(min=0), help="Of the pilot; 0 by default.")
@click.option("--out", metavar="DIR", help="Where the pilot is kept; a new directory under runs/ by default.")
@click.option("--no-minutes", is_flag=True, help="Do not time a little training on this machine.")
@options.as_json
@options.quiet
def command(run: str | None, **given: Any) -> None:
    """Say how many starts and test examples a half-width or a difference needs, and how long they train here.

    Planned from RUN, or from a pilot of a few networks that is trained on --data and kept. A share is a
    percentage (0.5%) or as it is (0.005); both are half a percentage point. The table gives the half-width to
    be expected over starts and examples, between which limits it lies for 95 of 100 such runs, and that over
    starts alone on these examples. For the minutes, a few epochs are trained on this machine.

    \b
    Examples:
      thalweg plan runs/NAME --half-width 0.5%
      thalweg plan runs/NAME --difference 0.3% --against runs/OTHER
      thalweg plan --data digits --recipe classic --half-width 2%
    """
    if (run is None) == (given["data"] is None):
        found = "nothing" if run is None else "both"
        raise click.UsageError(f"Give a RUN to plan from, or --data to train a pilot on; found {found}.")
    if given["difference"] is None and (given["against"] is not None or given["alike"] is not None):
        raise click.UsageError("--against and --alike go with --difference.")
    if run is not None:
        options.refuse_reading(given["reading"], "goes with --data.")
        for flag in OF_A_PILOT:
            if given[flag] not in (None, {}):
                raise click.UsageError(f"--{'set' if flag == 'settings' else flag} goes with --data.")
    _refuse_shares(given)
    terminal = Terminal(quiet=given["quiet"])
    plan, pilot = _planned(run, given, terminal)
    for note in plan.notes:
        terminal.note(note)
    if given["as_json"]:
        from thalweg.cli import tables

        tables.print_json({"run": str(pilot.path), **plan.to_json()})
    elif not given["quiet"]:
        _show(plan, pilot)


def _refuse_shares(given: dict[str, Any]) -> None:
    """Refuse before anything is read or trained what `plan` would refuse."""
    from thalweg.planning.plan import refuse_share

    refuse_share("half_width", given["half_width"], 0.5)
    refuse_share("difference", given["difference"], 1.0)


def _planned(run: str | None, given: dict[str, Any], terminal: Terminal) -> tuple[Plan, Run]:
    from thalweg import runs
    from thalweg.planning.run import plan_run, refuse_unfit

    against = None if given["against"] is None else runs.open(given["against"])
    few = dataset = None
    if run is None:
        pilot, dataset, few = _pilot(given, terminal)
    else:
        pilot = runs.open(run)
        refuse_unfit(pilot, against)
    wanted = {name: given[name] for name in ("half_width", "difference", "power")}
    if given["alike"] is not None:
        wanted["alike"] = given["alike"]
    with terminal.evaluating(title="timing", lines=True) as progress:
        found = plan_run(
            pilot,
            against=against,
            dataset=dataset,
            data_dir=given["data_dir"],
            minutes=not given["no_minutes"],
            few=few,
            progress=progress,
            **wanted,
        )
    return found, pilot


def _pilot(given: dict[str, Any], terminal: Terminal) -> tuple[Run, Any, Any]:
    """Train a pilot; return it, its data, and how long its epochs took."""
    from thalweg import runs
    from thalweg.planning.run import PILOT, train_pilot

    recipe = options.load_recipe(
        given["recipe"] or options.DEFAULT_RECIPE, given["settings"], given["epochs"]
    )
    runs.check_place(given["out"])
    members = given["pilot"] or PILOT
    if members < 2:
        from thalweg.errors import EvaluationError

        raise EvaluationError(
            "--pilot 1: one network shows nothing of the luck of other starts.",
            hint="train at least 2, better 4 or more.",
        )
    dataset = options.load_data(given["data"], given["data_dir"], given["reading"], terminal)
    with terminal.training() as line:
        run, few = train_pilot(
            recipe,
            dataset,
            members=members,
            seed=given["seed"] or 0,
            out=given["out"],
            progress=line.show,
            started=lambda run: line.announce(f"training a pilot of {members:,}, kept in\n{run.path}"),
            command=click.get_current_context().meta[COMMAND],
        )
    return run, dataset, few


def _show(plan: Plan, run: Run) -> None:
    from thalweg.cli import tables

    name, data = run.record["recipe"]["name"], run.record["data"]["name"]
    title = f"planned from {plan.members:,} networks of {name}, right on {plan.accuracy.percent()} of {data}"
    tables.print_answers(title, plan.rows())
    header, lines = plan.table()
    if lines:
        click.echo("\nhalf-widths of the 95 % interval of accuracy, in percentage points")
        tables.print_columns(header, lines, right=range(len(header)))
    if plan.comparing is not None and lines:
        click.echo("\ndifferences of two such populations, in percentage points")
        header, lines = plan.comparing.table()
        tables.print_columns(header, lines, right=range(len(header)))
    click.echo(f"\nrun   {run.path}")
