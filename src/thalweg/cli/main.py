"""`thalweg`: finds the verb, and says in one place what went wrong.

Nothing heavy is imported before a verb runs, so that `--help` answers at once.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from thalweg import compiled
from thalweg.cli import completion, last_resort, standard_streams
from thalweg.cli.failure import Failure, Interruption, as_failures, unwritable
from thalweg.cli.signals import STOPPED, end_on_signals, end_soon, finish, leave, nothing_left_to_keep
from thalweg.cli.standard_streams import Unwritable
from thalweg.cli.terminal import Terminal
from thalweg.errors import near_match, shown
from thalweg.questions import our_name

VERBS = {
    "run": "Train a population, measure it, and keep everything: the main job.",
    "train": "Train a population and keep it in a run directory.",
    "evaluate": "Measure a run, a model of your own, or probabilities.",
    "compare": "Say whether one run is better than others, or whether it was luck.",
    "plan": "Say how many starts and examples a number needs, and how long they take.",
    "audit": "Find labels that are wrong, and say how many there are.",
    "report": "Write one HTML file that shows a run or a study, or compares runs.",
    "export": "Publish a population as a data set that others can cite.",
    "lab": "Open a page where one draws, guesses, trains.",
    "claims": "Measure and judge every claim of the lesson.",
    "study": "Make an experiment that trains populations of its own.",
    "recipes": "List the recipes that come with Thalweg.",
    "recipe": "Print a recipe as TOML.",
    "data": "List, describe and fetch data sets.",
    "doctor": "Say what this installation has, and what it lacks.",
    "completion": "Print what a shell needs to complete verbs and flags.",
}
COMMAND = "thalweg.command"


class Named(click.Group):
    """A group that imports a command when it is asked for, by our name or the field's."""

    word, words = "command", "commands"
    known: Mapping[str, str] = VERBS

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in their order."""
        return list(self.known)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command called `cmd_name`, or None."""
        return self.load(cmd_name) if cmd_name in self.known else None

    def load(self, name: str) -> click.Command:
        """Import the command called `name`."""
        return import_module(f"thalweg.cli.{name}").command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or suggest the nearest one."""
        asked = args[0]
        name = our_name(asked, self.known)
        if name is None and not asked.startswith("-"):
            near, known = near_match(asked, list(self.known)), ", ".join(self.known)
            ctx.fail(f"No such {self.word} {asked!r}.{near} {self.words.capitalize()}: {known}.")
        if name is not None:
            Terminal(quiet="--quiet" in args).introduce(asked, name)
        return super().resolve_command(ctx, [name or asked, *args[1:]])

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section(self.words.capitalize()):
            formatter.write_dl(list(self.known.items()))


class Verbs(Named):
    """The verbs, the main job first."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Remember the words of the command line, for the record of a run."""
        for word in args:
            if _is_no_text(word):
                ctx.fail(f"{shown(word)} is not UTF-8: expected text that can be kept on record.")
        ctx.meta[COMMAND] = ("thalweg", *args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb; a mistake of the user's becomes a message and a hint, never a traceback."""
        with as_failures():
            return super().invoke(ctx)


def _is_no_text(word: str) -> bool:
    """Return whether bytes of a word are no UTF-8: Python hands them over as halves of letters."""
    return any("\ud800" <= letter <= "\udfff" for letter in word)


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        import thalweg

        click.echo(f"thalweg {thalweg.__version__}")
        ctx.exit()


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version.",
)
def cli() -> None:
    """Train populations of neural networks and measure honestly what they learned.

    One network and one accuracy hide how much is luck. Thalweg trains many networks from different random
    starts and states every number with its interval.

    \b
    Examples:
      thalweg run                        the main job on handwritten digits
      thalweg run --data my.csv          the same on your own data
      thalweg train --recipe classic --members 64 --seed 1
      thalweg evaluate runs/NAME --json
    """


def main() -> None:
    """Run the command line and exit.

    0 done, 1 failed, 2 wrong usage, 3 a check's answer is no, 70 a fault of ours, 130 stopped with Ctrl-C,
    141 nobody reads what is printed, 143 stopped with SIGTERM.
    """
    end_on_signals()
    standard_streams.watch_over()
    warnings.formatwarning = lambda message, *_, **__: f"warning: {message}\n"  # no place in our source
    kept = None
    try:
        if completion.VARIABLE in os.environ:
            completion.with_files()
        kept = compiled.keep()
        end_soon()
        status = _status_of(cli)
    except KeyboardInterrupt:
        status = Interruption.exit_code  # once more, while the first was being told
    except BaseException as error:
        status = last_resort.confess(error, ("thalweg", *sys.argv[1:]))
        leave(status)
    finally:
        if kept is not None and "jax" in sys.modules:
            compiled.tidy(kept)
    if status in STOPPED:
        leave(status)
    nothing_left_to_keep()
    if "jax" in sys.modules and not _is_profiled() and _is_written():
        finish(status)
    sys.exit(status)


def _is_profiled() -> bool:
    """Whether somebody measures or traces this process, and says what was seen once the command is done."""
    monitoring: Any = getattr(sys, "monitoring", None)  # since Python 3.12
    watches = monitoring is not None and any(
        monitoring.get_tool(tool)
        for tool in (monitoring.DEBUGGER_ID, monitoring.COVERAGE_ID, monitoring.PROFILER_ID)
    )
    return watches or sys.getprofile() is not None or sys.gettrace() is not None


def _is_written() -> bool:
    """Whether all that was printed has left this process; where it cannot, Python says so itself."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return False
    return True


def _status_of(command: click.Command) -> int:
    """Run the command line, and return how it ended once all is printed."""
    try:
        command(prog_name="thalweg")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Unwritable as error:  # the help, say, which is printed before a verb runs
        failed = unwritable(error)
        failed.show()
        return failed.exit_code
    return 0


__all__ = ["COMMAND", "VERBS", "Failure", "Named", "cli", "main"]
