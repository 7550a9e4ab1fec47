"""How far off `thalweg plan`'s foretelling of large trainings is, on settings that it was not fitted to.

The model: an epoch takes processors `examples * (once + each * members)` seconds, of which the first is done
once for all members and the second for each. Both numbers are fitted to two sizes (`--fit`) on few examples,
as `thalweg plan` times two sizes; then other numbers of members, and twice and a half as many examples, are
trained, and what was foretold is held against what they took. Seconds are those of processors: other work on
the machine makes a training wait, and hardly makes it work more. `--engine xla` asks for XLA's program.

    python benchmarks/cost_model.py
    python benchmarks/cost_model.py --recipes wide --others 64 128
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time
from collections.abc import Sequence

from machine import about
from tables import print_table

SETTINGS = {
    "narrow": {"hidden": [16, 16], "batch_size": 32},
    "narrow, batch 256": {"hidden": [16, 16], "batch_size": 256},
    "wide": {"hidden": [100], "batch_size": 32},
    "own orders": {"hidden": [16, 16], "batch_size": 32, "order": "own"},
}


def seconds(name: str, members: int, examples: int, options: argparse.Namespace) -> float:
    """Return the processor seconds of an epoch: the median of those after the first."""
    import thalweg as tw

    split = tw.load("mnist").train.take(slice(0, examples))
    recipe = tw.Recipe.load("classic").with_settings({**SETTINGS[name], "epochs": options.epochs + 1})
    ends = []
    tw.train(
        recipe,
        split,
        members=members,
        engine=options.engine,
        progress=lambda _: ends.append(time.process_time()),
    )
    return statistics.median(late - early for early, late in itertools.pairwise(ends))


def fitted(few: tuple[int, float], many: tuple[int, float], examples: int) -> tuple[float, float]:
    """Return `once` and `each` of the line through two sizes (members, seconds); `once` is 0 or more."""
    each = (many[1] - few[1]) / (many[0] - few[0])
    once = few[1] - each * few[0]
    return (once / examples, each / examples) if once > 0 else (0.0, many[1] / many[0] / examples)


def check(name: str, options: argparse.Namespace) -> list[list[str]]:
    """Fit one recipe; return a row for each setting that it was not fitted to."""
    sizes = [(members, seconds(name, members, options.examples, options)) for members in options.fit]
    once, each = fitted(sizes[0], sizes[1], options.examples)
    rows = []
    more = round(2.5 * options.examples)
    held = [(members, count) for members in options.others for count in (options.examples, more)]
    for members, examples in held:
        took, told = seconds(name, members, examples, options), examples * (once + each * members)
        rows.append(
            [
                name,
                f"{members:,}",
                f"{examples:,}",
                f"{told:.2f}",
                f"{took:.2f}",
                f"{100 * (told / took - 1):+.0f}",
            ]
        )
        print(rows[-1], flush=True)
    return rows


def main(words: Sequence[str] | None = None) -> None:
    """Print what was foretold, what it took, and how far off that is."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--recipes", nargs="+", default=list(SETTINGS), choices=list(SETTINGS))
    parser.add_argument("--fit", nargs=2, type=int, default=[8, 32])
    parser.add_argument("--others", nargs="+", type=int, default=[4, 64, 256])
    parser.add_argument("--examples", type=int, default=2000)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--engine", default="auto")
    options = parser.parse_args(words)
    print(about() + "\n")
    rows = [row for name in options.recipes for row in check(name, options)]
    header = ["recipe", "members", "examples", "foretold, s", "took, s", "off, %"]
    print_table([header, *rows])
    off = sorted(abs(float(row[-1])) for row in rows)
    print(f"Off by {statistics.median(off):.0f} % in the median, {off[-1]:.0f} % at most.")


if __name__ == "__main__":
    main()
