"""How random are "almost random" first-layer weights, and what makes them show strokes?

Networks of the lesson's shape are trained on MNIST in ways that differ in the size of the start, in the
penalty on squared weights (l2), in cost and optimiser. Printed for each: accuracy on the test images, Moran's
I of the weight pictures (0 static, 0.79 the digits themselves) and their spectral slope (0 static, about -2
photographs), how far Moran's I lies above that of the very same neurons before training and of networks
trained on images with shuffled pixels, how much of the weights is still the start (squared correlation), and
Moran's I of the rest, which is what was learned. Then the same of a convolution's filters, of which none can
have more than 0.53 (3x3) or 0.85 (5x5), and no slope. Intervals are 95 % over starts, of accuracy over starts
and examples. Nothing is written.

    thalweg data get mnist && python benchmarks/strokes.py
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import thalweg as tw
from thalweg.data.dataset import Dataset
from thalweg.evaluation.features.chance import Chance, Training
from thalweg.evaluation.features.moran import Grid, spectral_slope
from thalweg.evaluation.features.pictures import shuffled_pixels, varying_pixels
from thalweg.evaluation.features.record import Features
from thalweg.measured import Measured

UNDISTORTED = {f"augmentation.{name}": 0.0 for name in ("shift", "rotation", "scale", "shear", "elastic")}
DENSE: dict[str, tuple[str, Mapping[str, Any]]] = {
    "classic from N(0, 1)": ("classic", {"initialisation": "normal"}),
    "classic": ("classic", {}),
    "classic, l2 = 1e-4": ("classic", {"l2": 1e-4}),
    "classic, l2 = 1e-3": ("classic", {"l2": 1e-3}),
    "classic from N(0, 1), l2 = 1e-4": ("classic", {"initialisation": "normal", "l2": 1e-4}),
    "modern": ("classic-modern", UNDISTORTED),
    "modern, distorted pictures": ("classic-modern", {}),
    "modern, l2 = 1e-3": ("classic-modern", {**UNDISTORTED, "l2": 1e-3}),
    "modern, l2 = 1e-2": ("classic-modern", {**UNDISTORTED, "l2": 1e-2}),
}
FILTERS = {
    f"convnet, {side}x{side} filters": (
        "convnet",
        {**UNDISTORTED, "channels": (16,), "kernel": side, "dense": ()},
    )
    for side in (3, 5)
}
HEAD = ("", "test accuracy", "Moran's I", "spectral slope", "above own starts", "above shuffled training")
HEAD += ("still the start", "Moran's I of the rest", "members x pictures")


def main() -> None:
    """Print a table of dense first layers and one of filters."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--members", type=int, default=4)
    parser.add_argument("--epochs", type=int, default=5, help="of dense networks")
    parser.add_argument("--filter-epochs", type=int, default=1, help="of convolutional networks")
    given = parser.parse_args()
    digits = tw.data.load("mnist")
    print(f"the digits themselves: spectral slope {slope_of(digits):.2f}")
    print("| " + " | ".join(HEAD) + " |")
    print("|" + "---|" * len(HEAD))
    for settings, epochs in ((DENSE, given.epochs), (FILTERS, given.filter_epochs)):
        for row in rows(settings, digits, epochs, given.members):
            print("| " + " | ".join(row) + " |", flush=True)


def rows(
    settings: Mapping[str, tuple[str, Mapping[str, Any]]], digits: Dataset, epochs: int, members: int
) -> Iterator[list[str]]:
    """Yield one row a way of training."""
    for name, (recipe_name, changes) in settings.items():
        began = time.perf_counter()
        recipe = tw.Recipe.load(recipe_name).with_settings(changes).for_epochs(epochs)
        accuracy, found = measured(recipe, digits, members)
        seconds = time.perf_counter() - began
        yield [name, accuracy, *cells(found), f"{len(found.members)} x {len(found.neurons)}, {seconds:.0f} s"]


def measured(recipe: tw.Recipe, digits: Dataset, members: int) -> tuple[str, Features]:
    """Return test accuracy in words and what the first weights show."""
    train = partial(tw.train, recipe, members=members)
    population = train(digits.train)
    starts = train(digits.train, watch=lambda epochs, members: True)
    permuted = None
    if recipe.augmentation.is_none:  # pictures cannot be bent once their pixels are shuffled
        permuted = train(shuffled_pixels(digits.train))
    accuracy = tw.evaluation.accuracy(population, digits.test)
    found = tw.evaluation.features(population, digits.train, starts=starts, permuted=permuted)
    return accuracy.mean.measured.percent(), found


def cells(found: Features) -> list[str]:
    """Return what is printed of a record."""
    slope = found.mean_slope.plain() if found.kind == "neuron" else "-"
    training = found.training
    assert isinstance(training, Training)
    return [
        found.mean_moran.plain(),
        slope,
        above(found.starts),
        above(found.permuted),
        training.start_left.percent(),
        training.learned_moran.plain(),
    ]


def above(chance: Any) -> str:
    """Return how far Moran's I lies above that of chance, and its p-value."""
    if not isinstance(chance, Chance):
        return "-"
    difference: Measured = chance.more_moran.difference
    p = chance.more_moran.p
    return difference.plain() if p is None else f"{difference.plain()}, p {p:.1e}"


def slope_of(digits: Dataset) -> float:
    """Return the mean spectral slope of digits, in the pixels that vary."""
    grid = Grid(varying_pixels(digits.train))
    return float(spectral_slope(grid.values(digits.train.take(slice(0, 500)).inputs), grid).mean())


if __name__ == "__main__":
    main()
