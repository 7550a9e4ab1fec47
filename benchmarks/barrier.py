"""Is there a hill between two networks? Git Re-Basin's MNIST perceptron, and the lesson's, which fails.

Ainsworth, Hayase & Srinivasa 2023 (arXiv 2209.04836) report zero barrier between perceptrons of 3 x 512 ReLU
units on MNIST after matching units by weights or by activations, and that thin networks fail. They train 100
epochs of Adam, or of SGD with warm-up and cosine, in batches of 500. Here: Adam 1e-3, 10 steps of warm-up and
cosine, batches of 500, each member with its own order; 20 epochs, after which every training image is known.
The same training for 16-16 units, and the recipe `classic`. Printed for each: the barrier of the cost on test
images between all pairs of members as they are, after matching units, and on a curve whose bend was trained
on training images (Garipov et al. 2018, arXiv 1802.10026), each with an interval over members.

    THALWEG_DATA=... python benchmarks/barrier.py
"""

from __future__ import annotations

import argparse
import time

import thalweg as tw
from thalweg.evaluation.connectivity.measure import connectivity
from thalweg.evaluation.connectivity.record import Connectivity
from thalweg.runs.machine import describe_machine

WARM_UP = 10  # steps
BATCH = 500
HEAD = ("path", "barrier of the cost", "of the unaligned", "barrier of the error")


def recipe(hidden: tuple[int, ...], epochs: int, examples: int) -> tw.Recipe:
    """Return the training of the published network, for hidden layers of any width."""
    return tw.Recipe(
        network=tw.networks.Mlp(hidden, "relu", "lecun"),
        optimiser=tw.training.Adam(1e-3),
        schedule=tw.training.Cosine(warmup=WARM_UP / (epochs * (examples // BATCH))),
        batch_size=BATCH,
        epochs=epochs,
        order="own",
        name="-".join(map(str, hidden)) + " ReLU",
    )


def main() -> None:
    """Train each network, measure the paths between its members and print them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--members", type=int, default=4, help="of 3 x 512; twice as many of 16-16")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--examples", type=int, default=5_000)
    parser.add_argument("--points", type=int, default=11)
    parser.add_argument("--starts", type=int, default=1)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(f"{describe_machine()}\n{vars(options)}", flush=True)
    mnist = tw.load("mnist")
    wide = recipe((512, 512, 512), options.epochs, len(mnist.train))
    narrow = recipe((16, 16), options.epochs, len(mnist.train))
    for chosen, members in (
        (wide, options.members),
        (narrow, 2 * options.members),
        (tw.Recipe.load("classic"), 2 * options.members),
    ):
        began = time.perf_counter()
        population = tw.train(chosen, mnist.train, members=members, seed=options.seed)
        print(f"\n{chosen.name}: trained in {time.perf_counter() - began:.0f} s", flush=True)
        measure(population, chosen, mnist, options)


def measure(
    population: tw.Population, chosen: tw.Recipe, mnist: tw.data.Dataset, options: argparse.Namespace
) -> None:
    """Measure every kind of path between the members and print the table."""
    began = time.perf_counter()
    found = connectivity(
        population,
        mnist.test,
        cost=chosen.cost,
        train=mnist.train,
        methods=("weights", "activations"),
        members=len(population),
        points=options.points,
        examples=options.examples,
        starts=options.starts,
        steps=options.steps,
        seed=options.seed,
    )
    ends = found["unaligned"].error[:, [0, -1]].mean()
    print(
        f"\n### {chosen.name}: {population.parameters:,} parameters, {len(population)} members, "
        f"{len(found.pairs)} pairs, {len(found.examples):,} test images; error of the members {ends:.2%}; "
        f"measured in {time.perf_counter() - began:.0f} s\n"
    )
    print_table(found)


def print_table(found: Connectivity) -> None:
    """Print one row a kind of path, as Markdown."""
    print("| " + " | ".join(HEAD) + " |\n" + "|---" * len(HEAD) + "|")
    for name, lines in found.lines.items():
        left = "" if lines.remaining is None else lines.remaining.percent()
        cells = (name, lines.barrier.plain(4), left, lines.error_barrier.percent())
        print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
