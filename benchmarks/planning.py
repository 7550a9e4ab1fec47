"""Does a plan come true: half-widths and minutes foretold by a pilot of 4, and what 32 others then gave.

Three pilots, each with `planning.train_pilot` and `planning.plan_run` as `thalweg plan --data` makes them;
then a run of 32 members from another seed, so that none of the pilot's is among them. Printed: the half-width
of the 95 % interval of accuracy over starts and examples and over starts alone, with the range in which 95
of 100 runs are to lie, and the minutes of training as `run.json` counts them.

Other work on the machine makes minutes noisy. `--clock cpu` counts seconds of this process's own work over
cores in the place of seconds of the wall, for the prediction and for the run alike; the load is printed.

    python benchmarks/planning.py                    # wall clock; about 10 minutes on two idle cores
    python benchmarks/planning.py --clock cpu
    python benchmarks/planning.py --coverage         # how often the ranges hold; simulated, half a minute
    python benchmarks/planning.py --power            # power foretold and simulated, a minute
    python benchmarks/planning.py --alike            # correlation of difficulty of pairs of recipes
"""

from __future__ import annotations

import argparse
import itertools
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

import numpy as np

from thalweg.statistics.intervals import crossed, wilson
from thalweg.statistics.paired import paired_difference
from thalweg.statistics.planning import half_width, pilot_of
from thalweg.statistics.power import pair_of, power_of

PILOT, MEMBERS = 4, 32


@dataclass(frozen=True)
class Case:
    """What a pilot is trained of; `examples`: of the training part, all for None."""

    data: str
    recipe: str
    epochs: int
    examples: int | None = None


CASES = (
    Case("digits", "classic", 200),
    Case("digits", "convnet", 12),
    Case("mnist", "classic", 20),
)


def main() -> None:
    """Print what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall")
    parser.add_argument("--only", type=int, choices=range(len(CASES)), help="one of the three cases")
    for name in ("coverage", "power", "alike"):
        parser.add_argument(f"--{name}", action="store_true")
    asked = parser.parse_args()
    if asked.coverage or asked.power or asked.alike:
        for name in ("coverage", "power", "alike"):
            if getattr(asked, name):
                globals()[f"print_{name}"]()
        return
    print(
        "| pilot of 4 | half-width foretold | of 32 others | ratio | over starts foretold | of 32 others "
        "| minutes foretold | taken | ratio | load |\n|---|---|---|---|---|---|---|---|---|---|",
        flush=True,
    )
    for case in CASES if asked.only is None else CASES[asked.only : asked.only + 1]:
        with clocked(asked.clock):
            print(row(case), flush=True)


def row(case: Case) -> str:
    """Train a pilot, plan, train what was planned, and return a line of the table."""
    import jax

    import thalweg as tw
    from thalweg.planning.run import plan_run, train_pilot
    from thalweg.recording import population_of, train_run

    dataset = tw.load(case.data)
    if case.examples is not None:
        dataset = replace(dataset, train_part=dataset.train.take(slice(0, case.examples)))
    recipe = tw.Recipe.load(case.recipe).for_epochs(case.epochs)
    with tempfile.TemporaryDirectory() as folder:
        pilot, few = train_pilot(recipe, dataset, members=PILOT, seed=0, out=Path(folder) / "pilot")
        plan = plan_run(pilot, dataset=dataset, half_width=0.25, few=few)
        assert plan.pace is not None
        jax.clear_caches()  # as a process of its own would compile it
        run = train_run(recipe, dataset, members=MEMBERS, seed=1, out=Path(folder) / "run")
        found = tw.evaluation.accuracy(population_of(run), dataset.test).mean
    assert found.both is not None
    assert found.starts is not None
    foretold = plan.at(MEMBERS)
    both, starts = ((high - low) / 2 for low, high in (found.both, found.starts))
    minutes, taken = plan.pace.seconds(MEMBERS) / 60, run.record["seconds"] / 60
    return " | ".join(
        [
            f"| {case.recipe}, {case.epochs} epochs of {len(dataset.train):,} {dataset.name}",
            foretold.both.points(2),
            f"{100 * both:.2f}",
            f"{foretold.both.value / both:.2f}",
            foretold.starts.points(2),
            f"{100 * starts:.2f}",
            f"{minutes:.2f}",
            f"{taken:.2f}",
            f"{minutes / taken:.2f}",
            f"{os.getloadavg()[0]:.1f} |",
        ]
    )


@contextmanager
def clocked(clock: str) -> Iterator[None]:
    """Count time as asked wherever training counts it."""
    if clock == "wall":
        yield
        return
    cores = len(os.sched_getaffinity(0))
    with mock.patch.object(time, "monotonic", side_effect=lambda: time.process_time() / cores):
        yield


def answers(
    generator: np.random.Generator, members: int, examples: int, *, spread: float, shift: float, gap: float
) -> tuple[np.ndarray, np.ndarray]:
    """Draw right or wrong of two recipes on shared examples: a Rasch model with difficulties of sd 2.

    `spread`: sd of members' ability; `shift`: by how much the second is abler; `gap`: sd of what an example
    is harder for it.
    """
    difficulty = generator.normal(2.5, 2, examples)
    own = shift + generator.normal(0, gap, examples)
    tables = []
    for more in (np.zeros(examples), own):
        ability = generator.normal(0, spread, members)[:, None]
        tables.append(
            generator.random((members, examples)) < 1 / (1 + np.exp(-(difficulty + more + ability)))
        )
    return tables[0], tables[1]


def print_coverage(repeats: int = 400) -> None:
    """Print how often the range of a prediction holds the half-width that others then have."""
    print("| pilot | examples | spread of ability | planned | range over both holds | over starts |")
    print("|---|---|---|---|---|---|")
    for members, examples, spread in (
        (4, 359, 0.15),
        (4, 1000, 0.15),
        (4, 1000, 0.6),
        (8, 1000, 0.3),
        (2, 1000, 0.3),
    ):
        generator = np.random.default_rng(1)
        held = np.zeros(2, dtype=int)
        for _ in range(repeats):
            right, _ = answers(generator, members + MEMBERS, examples, spread=spread, shift=0, gap=0)
            pilot, found = pilot_of(right[:members]), crossed(right[members:])
            for place, (over, interval) in enumerate((("both", found.both), ("starts", found.starts))):
                assert interval is not None
                low, high = half_width(pilot, MEMBERS, examples, over=over).interval or (0.0, 0.0)
                held[place] += low <= (interval[1] - interval[0]) / 2 <= high
        shares = (
            f"{count / repeats:.3f} [{low:.3f}, {high:.3f}]"
            for count in held
            for low, high in [wilson(count, repeats)]
        )
        print(f"| {members} | {examples} | {spread} | {MEMBERS} | {' | '.join(shares)} |", flush=True)


def print_power(repeats: int = 600) -> None:
    """Print the power foretold from the true components beside how often `paired_difference` shows it."""
    print("| members of each | examples | difference | foretold | simulated |\n|---|---|---|---|---|")
    for members, examples, shift, spread, gap in (
        (2, 300, 0.6, 0.3, 0.3),
        (4, 500, 0.25, 0.15, 0.5),
        (4, 500, 0.5, 0.15, 0.5),
        (8, 500, 0.25, 0.15, 0.5),
        (8, 500, 0.5, 0.4, 0.5),
        (16, 1000, 0.25, 0.1, 1.0),
    ):
        generator = np.random.default_rng(1)
        world = answers(generator, 400, 20_000, spread=spread, shift=shift, gap=gap)
        difference = abs(float(world[0].mean() - world[1].mean()))
        foretold = power_of(pair_of(*world), difference, members, examples)
        shown = sum(
            paired_difference(
                *answers(generator, members, examples, spread=spread, shift=shift, gap=gap)
            ).excludes_zero
            for _ in range(repeats)
        )
        low, high = wilson(shown, repeats)
        print(
            f"| {members} | {examples} | {100 * difference:.2f} points | {foretold:.2f} "
            f"| {shown / repeats:.2f} [{low:.2f}, {high:.2f}] |",
            flush=True,
        )


def print_alike() -> None:
    """Print how far the difficulties of examples correlate between recipes, six members of each."""
    import thalweg as tw

    for data, examples in (("digits", None), ("mnist", 6000)):
        dataset = tw.load(data)
        train = dataset.train.take(slice(0, examples))
        right = {}
        for seed, (name, epochs) in enumerate((("classic", 10), ("classic-modern", 10), ("tweaked", 6))):
            recipe = tw.Recipe.load(name).for_epochs(epochs)
            population = tw.train(recipe, train, members=6, seed=seed)
            right[name] = population.probabilities(dataset.test.inputs).argmax(axis=2) == dataset.test.labels
        for one, other in itertools.combinations(right, 2):
            print(f"{data}: {one} and {other}: {pair_of(right[one], right[other]).alike:.2f}", flush=True)


if __name__ == "__main__":
    main()
