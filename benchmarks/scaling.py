"""How time and memory grow with the population: from 1 member to 16,384 of the classic shape.

Each number of members is trained by a process of its own (784-16-16-10, quadratic cost, SGD 3.0), which says
the seconds of its later epochs and the most memory it ever took. Printed: milliseconds per network-epoch
(median, smallest and largest of the epochs), the ratio to the row of 16 members, the memory, and how much of
it the weights are. The last line is the arithmetic floor: the products that no way can do without, at the
rate at which this machine multiplies large matrices.

    python benchmarks/scaling.py
    python benchmarks/scaling.py --members 16 256 4096 --examples 10000
"""

from __future__ import annotations

import argparse
import itertools
import json
import resource
import statistics
import subprocess
import sys
import time

from machine import about, products_of_an_epoch, products_per_second
from tables import print_table

MEMBERS = (1, 4, 16, 64, 256, 1024, 4096, 16384)
HIDDEN = (16, 16)


def one(options: argparse.Namespace) -> dict:
    """Train one population in this process; return what its epochs took, and the most memory."""
    import jax

    import thalweg as tw

    split = tw.load(options.data).train.take(slice(0, options.examples))
    settings = {"epochs": options.epochs + 1, "batch_size": options.batch_size}
    recipe = tw.Recipe.load("classic").with_settings(settings)
    ends = [time.perf_counter()]
    population = tw.train(
        recipe,
        split,
        members=options.one,
        engine=options.engine,
        progress=lambda _: ends.append(time.perf_counter()),
    )
    epochs = [later - earlier for earlier, later in itertools.pairwise(ends[1:])]
    weights = sum(array.nbytes for array in jax.tree.leaves(population.networks) if hasattr(array, "nbytes"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"members": options.one, "epochs": epochs, "peak": peak, "weights": weights}


def measure(options: argparse.Namespace) -> list[dict]:
    """Train each population in a process of its own."""
    found = []
    for members in options.members:
        words = [sys.executable, __file__, "--one", str(members), "--data", options.data]
        words += ["--epochs", str(options.epochs), "--batch-size", str(options.batch_size)]
        words += ["--engine", options.engine, "--examples", str(options.examples)]
        done = subprocess.run(words, stdout=subprocess.PIPE, check=True, text=True)
        found.append(json.loads(done.stdout))
        print(f"{members} members: {found[-1]['epochs']}", file=sys.stderr, flush=True)
    return found


def rows(found: list[dict]) -> list[list[str]]:
    """Return the table."""
    times = {row["members"]: [1000 * each / row["members"] for each in row["epochs"]] for row in found}
    base = statistics.median(times.get(16, times[min(times)]))
    table = [
        [
            "members",
            "ms a network-epoch",
            "smallest, largest",
            "of 16 members'",
            "most memory",
            "of it weights",
        ]
    ]
    for row in found:
        own = times[row["members"]]
        table.append(
            [
                f"{row['members']:,}",
                f"{statistics.median(own):.3f}",
                f"{min(own):.3f}, {max(own):.3f}",
                f"{statistics.median(own) / base:.2f}",
                f"{row['peak'] / 2**20:,.0f} MiB",
                f"{row['weights'] / 2**20:,.1f} MiB",
            ]
        )
    return table


def floor(options: argparse.Namespace) -> str:
    """Say what the arithmetic alone would take."""
    import thalweg as tw

    split = tw.load(options.data).train.take(slice(0, options.examples))
    products, rate = products_of_an_epoch(split, HIDDEN, split.classes), products_per_second()
    return (
        f"Arithmetic floor: {products / 1e6:,.0f} million products a network-epoch, at {rate / 1e9:,.0f} "
        f"thousand million a second (NumPy's matrices of 2,048), are {1000 * products / rate:.3f} ms."
    )


def main() -> None:
    """Print the table, or be one of its rows."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--examples", type=int, default=10_000, help="the first so many training examples")
    parser.add_argument("--members", type=int, nargs="+", default=MEMBERS)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=3, help="that are timed, after one that compiles")
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(options)))
        return
    print(about() + "\n")
    print_table(rows(measure(options)))
    print("\n" + floor(options))


if __name__ == "__main__":
    main()
