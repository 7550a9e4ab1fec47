"""How long a million networks would train, foretold from ten thousand that do.

`--networks` starts of 784-16-16-10 (the recipe classic, batches of 32) are trained for five epochs of the
first 10,000 images of MNIST, `--members` at a time, as one would who keeps their weights on disk. The time of
the pieces, and their spread, foretell that of a million: each takes as long as the one before it. Other
cores: as many times as fast as they are more, if they are like these and as idle.

    python benchmarks/million.py
    python benchmarks/million.py --networks 2048 --members 1024
"""

from __future__ import annotations

import argparse
import statistics
import time

from machine import about, cores

MILLION, EPOCHS, EXAMPLES = 1_000_000, 5, 10_000


def pieces(networks: int, members: int) -> list[float]:
    """Train so many networks, `members` at a time; return the seconds of each piece."""
    import thalweg as tw

    split = tw.load("mnist").train.take(slice(0, EXAMPLES))
    recipe = tw.Recipe.load("classic").with_settings({"epochs": EPOCHS, "batch_size": 32})
    tw.train(recipe.with_settings({"epochs": 1}), split, members=members, seed=-1 % 2**32)  # compiles
    seconds = []
    for seed in range(-(-networks // members)):
        began = time.perf_counter()
        tw.train(recipe, split, members=members, seed=seed)
        seconds.append(time.perf_counter() - began)
    return seconds


def main() -> None:
    """Print what was measured and what it foretells."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--networks", type=int, default=10_240)
    parser.add_argument("--members", type=int, default=1024)
    options = parser.parse_args()
    print(about() + "\n")
    seconds = pieces(options.networks, options.members)
    trained, total = len(seconds) * options.members, sum(seconds)
    hours = total / trained * MILLION / 3600
    print(
        f"{trained:,} networks, {EPOCHS} epochs of {EXAMPLES:,} images, {options.members:,} at a time: "
        f"{total:.0f} s; a piece {statistics.median(seconds):.2f} s "
        f"(median; {min(seconds):.2f} to {max(seconds):.2f})."
    )
    print(
        f"A million of them, foretold: {hours:.1f} hours on these {cores()} cores, "
        f"{hours * cores() / 4:.1f} on 4 like them."
    )


if __name__ == "__main__":
    main()
