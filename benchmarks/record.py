"""Seconds to 99.0 % of MNIST's test images on a processor, from a start by chance, n = 200 starts.

The recipe `fast-99` was chosen on 10,000 held-out training images, never on test. Of it:
the mean test accuracy of `--members` starts with its interval (over starts and examples), the seconds that
training them all took, and the seconds of a whole process that trains one network (`thalweg train --members
1`): the first one, which compiles, and the median of `--processes` later ones, with the smallest and largest.

Beside them, with `--peer`, the network and settings of PyTorch's examples/mnist (two convolutions of 32 and
64, dense 128, dropout, Adadelta 1.0, batches of 64) on the same cores: seconds of its process until the first
epoch after which it is right on so many test images, which is in its favour.

    python benchmarks/record.py
    python benchmarks/record.py --recipes fast-99 --members 20 --peer
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from machine import about
from tables import print_table

GOALS = {"fast-99": 0.990}


def processes(recipe: str, count: int) -> tuple[float, list[float]]:
    """Return the seconds of a process that trains one network: of the first, and of `count` later ones."""
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count + 1):
            words = ["train", "--data", "mnist", "--recipe", recipe, "--members", "1", "--seed", str(number)]
            command = [sys.executable, "-m", "thalweg", *words, "--out", f"{folder}/{number}", "--quiet"]
            began = time.perf_counter()
            subprocess.run(command, check=True, cwd=folder, env=_environment(Path(folder)))
            seconds.append(time.perf_counter() - began)
    return seconds[0], seconds[1:]


def _environment(folder: Path) -> dict[str, str]:
    import os

    return {**os.environ, "THALWEG_COMPILED": str(folder / "compiled")}


def population(recipe: str, members: int) -> tuple[object, float, float]:
    """Train so many starts on all training images; return accuracy on test, its mean, and the seconds."""
    import thalweg as tw

    mnist = tw.load("mnist")
    began = time.perf_counter()
    trained = tw.train(tw.Recipe.load(recipe), mnist.train, members=members, seed=0)
    seconds = time.perf_counter() - began
    accuracy = tw.evaluation.accuracy(trained, mnist.test)
    return accuracy.measured, accuracy.mean.mean, seconds


def peer(most_epochs: int) -> dict[float, tuple[int, float]]:
    """Train PyTorch's examples/mnist network; return the epoch and the seconds at which it met each goal."""
    began = time.perf_counter()  # its process would import, read and train as this does from here
    import torch
    from torch import nn
    from torch.nn import functional

    import thalweg as tw

    mnist = tw.load("mnist")
    parts = []
    for split in (mnist.train, mnist.test):
        pictures = torch.from_numpy(split.inputs.copy()).float().reshape(-1, 1, 28, 28)
        parts.append(((pictures - 0.1307) / 0.3081, torch.from_numpy(split.labels.copy()).long()))
    (x, y), (test_x, test_y) = parts
    torch.manual_seed(1)
    network = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25),
        nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10),
    )  # fmt: skip
    optimiser = torch.optim.Adadelta(network.parameters(), lr=1.0)
    falling = torch.optim.lr_scheduler.StepLR(optimiser, 1, gamma=0.7)
    met = {}
    for epoch in range(1, most_epochs + 1):
        network.train()
        for chosen in torch.randperm(len(x)).split(64):
            optimiser.zero_grad()
            functional.cross_entropy(network(x[chosen]), y[chosen]).backward()
            optimiser.step()
        falling.step()
        network.eval()
        with torch.no_grad():
            answers = torch.cat([network(part).argmax(1) for part in test_x.split(1000)])
        right = (answers == test_y).float().mean().item()
        print(f"PyTorch, epoch {epoch}: {right:.2%}, {time.perf_counter() - began:.0f} s", file=sys.stderr)
        for goal in GOALS.values():
            if right >= goal:
                met.setdefault(goal, (epoch, time.perf_counter() - began))
        if len(met) == len(GOALS):
            break
    return met


def row(recipe: str, members: int, count: int) -> list[str]:
    """Measure a recipe; return its row."""
    accuracy, mean, together = population(recipe, members)
    first, later = processes(recipe, count)
    return [
        f"`{recipe}`",
        f"{accuracy} (n = {members})",
        "yes" if mean >= GOALS[recipe] else f"no: {mean:.3%}",
        f"{together:.0f} s, {together / members:.2f} a network",
        f"{first:.1f} s",
        f"{statistics.median(later):.1f} s ({min(later):.1f} to {max(later):.1f})",
    ]


def main() -> None:
    """Print the table, and the peer's line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--recipes", nargs="+", default=list(GOALS), choices=list(GOALS))
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--processes", type=int, default=5)
    parser.add_argument("--peer", type=int, nargs="?", const=14, metavar="EPOCHS", help="needs PyTorch")
    options = parser.parse_args()
    print(about(*(["torch"] if options.peer else [])) + "\n")
    head = ["recipe", "one network, mean", "goal met", "all together", "a process of one, the first", "later"]
    print_table([head, *(row(recipe, options.members, options.processes) for recipe in options.recipes)])
    if options.peer:
        met = peer(options.peer)
        said = [f"{goal:.1%} after {epochs} epochs, {took:.0f} s" for goal, (epochs, took) in met.items()]
        said = ", ".join(said) or "met neither goal"
        print(f"\nPyTorch's examples/mnist, one network, {options.peer} epochs at most: {said}.")


if __name__ == "__main__":
    main()
