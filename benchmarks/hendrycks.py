"""Confidence on noise as published: Hendrycks and Gimpel 2017 on MNIST, many starts instead of one.

Their network (784-256-256-256-10, GELU, Adam 1e-3 and 1e-4 from epoch 20 of 30, batches of 128, l2 1e-5) and
their inputs of no class, as in the authors' notebook: standard normal and uniform noise, and notMNIST letters
with 0.5 taken off every pixel, which is what their data file holds. Printed beside the published single run:
mean over members with the interval over starts and examples, and the smallest and largest member.

    THALWEG_DATA=... python benchmarks/hendrycks.py
"""

from __future__ import annotations

import argparse
import time

import numpy as np

import thalweg as tw
from thalweg.evaluation.classifier import predictions
from thalweg.evaluation.outliers.detection import influences, summary
from thalweg.statistics.intervals import crossed

PUBLISHED = {  # Vision/MNIST_Softmax_Stats.ipynb: mean maximum probability, AUROC of it
    "notMNIST": (0.938, 0.8287),
    "Gaussian": (0.917, 0.8829),
    "uniform": (0.881, 0.9789),
}
PUBLISHED_ERROR, PUBLISHED_CONFIDENCE = 0.0148, 0.9953


def recipe() -> tw.Recipe:
    """Return the published training."""
    return tw.Recipe(
        network=tw.networks.Mlp((256, 256, 256), "gelu", "lecun"),
        optimiser=tw.training.Adam(1e-3),
        schedule=tw.training.Steps(at=(2 / 3,), factor=0.1),
        batch_size=128,
        epochs=30,
        l2=1e-5,
        name="hendrycks",
    )


def main() -> None:
    """Train, measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--members", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    mnist = tw.load("mnist")
    began = time.perf_counter()
    population = tw.train(recipe(), mnist.train, members=options.members, seed=options.seed)
    print(f"{options.members} members in {time.perf_counter() - began:.0f} s")

    inside = predictions(population, mnist.test)
    error = crossed(inside.predicted != mnist.test.labels)
    confidence = crossed(inside.confidence, limits=(0.0, 1.0))
    print(f"test error {error.measured} (published {PUBLISHED_ERROR:.2%}); ", end="")
    print(f"mean confidence {confidence.measured} (published {PUBLISHED_CONFIDENCE:.2%})")
    print(
        f"{'':20} {'mean confidence':>24} {'published':>10} {'AUROC':>24} {'members':>14} {'published':>10}"
    )
    for name, inputs in outliers(mnist.test.input_shape, options.seed).items():
        answers = predictions(population, inputs, classes=10)
        sure = crossed(answers.confidence, limits=(0.0, 1.0)).measured
        base_rate = len(inputs) / (len(inputs) + len(mnist.test))
        found = summary(influences(-inside.confidence, -answers.confidence), base_rate)
        each = found.member_auroc
        published = PUBLISHED.get(name, (float("nan"),) * 2)
        print(
            f"{name:20} {sure!s:>24} {published[0]:>10.1%} {found.auroc.measured!s:>24} "
            f"{each.min():6.1%}-{each.max():6.1%} {published[1]:>10.1%}"
        )


def outliers(shape: tuple[int, ...], seed: int, examples: int = 10_000) -> dict[str, np.ndarray]:
    """Return the inputs of no class, [examples, *shape] each."""
    generator = np.random.default_rng(seed)
    letters = tw.load("notmnist").test.inputs
    return {
        "uniform": generator.random((examples, *shape), dtype=np.float32),
        "Gaussian": generator.standard_normal((examples, *shape), dtype=np.float32),
        "notMNIST": letters - 0.5,
        "notMNIST in [0, 1]": letters,
    }


if __name__ == "__main__":
    main()
