"""`thalweg claims`: every claim of the lesson, measured and judged."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from thalweg.cli import options
from thalweg.cli.failure import Interruption, stopped
from thalweg.cli.progress import AS_LONG
from thalweg.cli.terminal import Terminal
from thalweg.stops import when_stopped

if TYPE_CHECKING:
    from thalweg.claims import Judged
    from thalweg.data.dataset import Dataset

FILE = "claims.json"


def _parse_only(ctx: click.Context, _: click.Parameter, text: str | None) -> list[int] | None:
    if text is None:
        return None
    try:
        numbers = [int(word) for word in text.split(",") if word.strip()]
    except ValueError:
        numbers = []
    if not numbers:
        raise click.BadParameter(f"{text!r}: expected numbers such as 8,12.", ctx=ctx)
    return numbers


@click.command("claims", short_help="Measure and judge every claim of the lesson.")
@click.option("--data", metavar="NAME|PATH", help="What to learn from: MNIST, or the embedded digits.")
@options.data_dir
@options.reading
@click.option(
    "--quick", is_flag=True, help="The embedded digits and few networks: minutes instead of half an hour."
)
@click.option(
    "--only",
    cls=options.Listed,
    metavar="N,N",
    callback=_parse_only,
    help="These claims only, such as 8,12.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, metavar="N", help="Seed of all random choices."
)
@click.option("--into", metavar="RUN", help="Keep the verdicts in this run, for its report.")
@click.option("--details", is_flag=True, help="Print what was expected of each claim and how it is judged.")
@options.as_json
@options.quiet
def command(**given: Any) -> None:
    """Measure every claim of the lesson and judge it by a rule that was written before.

    Trains the networks that it needs. With --quick on the embedded digits, else on MNIST where it is to be
    had. A line for each claim: the verdict, and what was measured, with its interval. --details adds what was
    expected and the rule by which it is judged.

    \b
    Examples:
      thalweg claims --quick
      thalweg claims --only 12,13 --json
      thalweg claims --into runs/NAME
    """
    terminal = Terminal(quiet=given["quiet"])
    run = _opened(given["into"])
    source = given["data"] or ("digits" if given["quick"] else None)
    dataset = options.load_data(source, given["data_dir"], given["reading"], terminal)

    judged: list[Judged] = []
    telling = threading.Lock()

    def tell() -> None:
        if not telling.acquire(blocking=False):
            return  # where it is stopped, another thread may have begun to tell
        if run is not None and judged:
            _keep(judged, run)
        _print(judged, run, given)

    def interrupted(stop: KeyboardInterrupt) -> Interruption:
        if judged:
            tell()
        return _interruption(stop, judged, given["only"])

    with when_stopped(interrupted):
        _measure(dataset, given, terminal, judged)
    tell()


def _measure(dataset: Dataset, given: dict[str, Any], terminal: Terminal, judged: list[Judged]) -> None:
    from thalweg import claims

    with terminal.evaluating(title="claims", lines=True, left=AS_LONG) as progress:
        claims.measure(
            dataset,
            only=given["only"],
            quick=given["quick"],
            seed=given["seed"],
            progress=progress,
            done=judged.append,
        )


def _interruption(stop: KeyboardInterrupt, judged: list[Judged], only: list[int] | None) -> Interruption:
    from thalweg.claims import CLAIMS

    finished = {one.claim.id for one in judged}
    wanted = sorted(only or (claim.id for claim in CLAIMS))
    left = ",".join(str(number) for number in wanted if number not in finished)
    return stopped(stop)(
        f"stopped after {len(finished)} of {len(wanted)} claims.",
        hint=f"for the others, the same command with --only {left}",
    )


def _opened(path: str | None) -> Path | None:
    from thalweg import runs

    if path is None:
        return None
    run = runs.open(path).path
    runs.check_file(run / FILE)
    return run


def _keep(judged: list[Judged], run: Path) -> None:
    """Put the verdicts to those that the run has; a claim that was judged again has its new one."""
    from thalweg.runs.files import write_json
    from thalweg.runs.record import read_claims

    path = run / FILE
    before = read_claims(path) if path.is_file() else []
    kept = {one["id"]: one for one in before} | {one.claim.id: one.to_json() for one in judged}
    write_json(path, [kept[number] for number in sorted(kept)])


def _print(judged: list[Judged], run: Path | None, given: dict[str, Any]) -> None:
    from thalweg.cli import tables
    from thalweg.report.claimed import said_measured_with

    if given["as_json"]:
        tables.print_json([one.to_json() for one in judged])
        return
    if given["quiet"]:
        return
    if judged:
        for sentence in said_measured_with([one.to_json() for one in judged]):
            click.echo(f"{sentence}\n")
    if given["details"]:
        _print_details(judged)
    else:
        rows = [(f"{one.claim.id}", one.verdict, _number(one), one.claim.statement) for one in judged]
        tables.print_briefly(("", "verdict", "measured", "claim"), rows)
        click.echo()
    counts = {verdict: sum(one.verdict == verdict for one in judged) for verdict in _in_order(judged)}
    click.echo(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    if run is not None:
        click.echo(
            f"kept in {run / FILE}\nshow it: thalweg report {run}\n"
            "The claims were measured with networks of their own; those of the run were not asked."
        )


def _number(judged: Judged) -> str:
    """Return what was measured, in the unit in which the answer says it."""
    if judged.found is None:
        return "-"
    number, answer = judged.found.number, judged.found.answer
    plain = [number.plain(decimals) for decimals in range(5)]
    significant = [number.significant(digits) for digits in range(1, 6)]
    points = [number.points(decimals) for decimals in range(3)]
    whole = [f"{number.value:,.0f}"] if number.value.is_integer() and number.interval is None else []
    said = [form for form in (number.percent(), *points, *plain, *significant, *whole) if form in answer]
    return max(said, key=len, default=number.significant(3))


def _print_details(judged: list[Judged]) -> None:
    from thalweg.cli import tables

    for one in judged:
        rows = [
            ("expected", one.claim.expected),
            ("measured", one.answer),
            ("verdict", f"{one.verdict} ({one.claim.rule})"),
        ]
        tables.print_answers(f"{one.claim.id}. {one.claim.statement} ({one.claim.source})", rows)
        click.echo()


def _in_order(judged: list[Judged]) -> list[str]:
    return list(dict.fromkeys(one.verdict for one in judged))
