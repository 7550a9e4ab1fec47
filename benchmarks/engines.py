"""Where the native kernel is quicker than XLA's program: processor time of an epoch, for many shapes.

Processor time, not the clock: it hardly depends on what else the machine is doing. Each shape is trained for
four epochs with either engine; the first compiles, the shortest of the others counts. What is printed for
full blocks (members a multiple of the kernel's lanes on every core) stands in
`thalweg/training/native/worth.py`, where the rule is made of it.

    python benchmarks/engines.py --data mnist --hidden 16,16 --hidden 100 --batch-size 10 32 128
    python benchmarks/engines.py --features 20 --set order=own
"""

from __future__ import annotations

import argparse
import os
import time
import unittest.mock

import numpy as np

EPOCHS = 4


def examples_of(options: argparse.Namespace):
    """Return the training examples: some of a named set, or rows of random features, none of them zero."""
    import thalweg as tw

    if options.features is None:
        return tw.load(options.data).train.take(slice(0, options.examples))
    generator = np.random.default_rng(0)
    inputs = generator.normal(size=(options.examples, options.features)).astype(np.float32)
    return tw.load((inputs, (inputs[:, 0] > 0).astype(int) + (inputs[:, 1] > 0))).train


def seconds_of(recipe, split, members: int, way: str) -> float:
    """Return the processor time of an epoch of all members, by XLA or by the kernel with such lanes."""
    import thalweg as tw
    from thalweg.training.native import support

    ends: list[float] = []
    with unittest.mock.patch.object(support, "best", return_value=(way, 1.0)):
        tw.train(
            recipe,
            split,
            members=members,
            engine="xla" if way == "xla" else "native",
            progress=lambda _: ends.append(time.process_time()),
        )
    return float(np.diff(ends).min())


def main() -> None:
    """Print milliseconds per network-epoch of both engines, and their ratio."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--features", type=int, help="rows of so many random features instead")
    parser.add_argument("--examples", type=int, default=8000)
    parser.add_argument("--hidden", action="append", help="neurons of the hidden layers, such as 16,16")
    parser.add_argument("--members", type=int, nargs="+", default=[32])
    parser.add_argument("--batch-size", type=int, nargs="+", default=[32])
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="settings")
    options = parser.parse_args()

    import thalweg as tw
    from thalweg.cli.options import parse_value

    split = examples_of(options)
    settings = {
        key: parse_value(value) for key, _, value in (each.partition("=") for each in options.settings)
    }
    print(f"{len(split):,} examples, {len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}")
    for hidden in options.hidden or ["16,16"]:
        for members in options.members:
            for size in options.batch_size:
                widths = tuple(int(width) for width in hidden.split(","))
                network = tw.networks.Mlp(widths)
                recipe = tw.Recipe(network=network, batch_size=size, epochs=EPOCHS).with_settings(settings)
                times = {
                    way: 1000 * seconds_of(recipe, split, members, way) / members
                    for way in ("xla", "members", "neurons")
                    if way != "members" or recipe.order != "own"
                }
                ratios = "  ".join(
                    f"{way} {taken:8.2f} ms {times['xla'] / taken:5.2f} times" for way, taken in times.items()
                )
                print(f"{hidden:12} {members:4} members, batch {size:4}: {ratios}", flush=True)


if __name__ == "__main__":
    main()
