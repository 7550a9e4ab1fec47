"""Does it matter that members share the order of the examples?

    python benchmarks/order.py                       classic, MNIST, 8 seeds of 8 members
    python benchmarks/order.py --recipe classic-modern --seeds 4

Members that see the same batches have that part of their luck in common. An interval over starts does not
know of it: it is for this order. Here populations of several seeds are trained, each with an order of its
own, and their mean accuracies are compared: by how much more do they differ than the spread within a
population lets expect? One-way analysis of variance (Searle, Casella and McCulloch 1992, chapter 3): the
standard deviation that members of a population have in common, and the test that it is 0.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

import numpy as np
from scipy.stats import f_oneway

import thalweg as tw


def main() -> None:
    """Train populations of several seeds with each order, and print what their members have in common."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--recipe", default="classic")
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--members", type=int, default=8)
    parser.add_argument("--epochs", type=int)
    asked = parser.parse_args()
    dataset, recipe = tw.load(asked.data), tw.Recipe.load(asked.recipe)
    recipe = recipe if asked.epochs is None else recipe.for_epochs(asked.epochs)
    for order in ("shared", "own"):
        began = time.perf_counter()
        table = np.stack(
            [accuracies(replace(recipe, order=order), dataset, asked, seed) for seed in range(asked.seeds)]
        )
        print(line(order, 100 * table, time.perf_counter() - began), flush=True)


def accuracies(recipe: tw.Recipe, dataset: tw.Dataset, asked: argparse.Namespace, seed: int) -> np.ndarray:
    """Return the test accuracy [members] of one population."""
    population = tw.train(recipe, dataset.train, members=asked.members, seed=seed)
    right = population.logits(dataset.test).argmax(axis=-1) == dataset.test.labels
    return right.mean(axis=1)


def line(order: str, table: np.ndarray, seconds: float) -> str:
    """Return what a table of accuracies [seeds, members], in points, says of the order."""
    members = table.shape[1]
    within = table.var(axis=1, ddof=1).mean()
    between = members * table.mean(axis=1).var(ddof=1)
    common = np.sqrt(max(0.0, (between - within) / members))
    return (
        f"{order:7s} {seconds:4.0f} s   mean {table.mean():.3f}   sd of members {np.sqrt(within):.3f}, "
        f"sd in common {common:.3f} (test that it is 0: p = {f_oneway(*table).pvalue:.3g})   "
        f"means {np.round(table.mean(axis=1), 2)}"
    )


if __name__ == "__main__":
    main()
