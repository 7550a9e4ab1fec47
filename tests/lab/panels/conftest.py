"""Pages of runs whose inputs are not small grey squares."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture(scope="session")
def colour_run(tmp_path_factory):
    """Two convolutional networks that read colour pictures of 8 x 6 pixels, with the paths of both."""
    from thalweg import data, recording
    from thalweg.networks import ConvNet
    from thalweg.training import Recipe

    generator = np.random.default_rng(0)
    labels = np.arange(80) % 2
    pictures = generator.integers(0, 120, (80, 8, 6, 3))
    pictures[labels == 1, :4] += 100
    pictures = pictures.astype(np.uint8)
    folder = tmp_path_factory.mktemp("colour")
    parts = {"x_train": pictures[:60], "y_train": labels[:60], "x_test": pictures[60:], "y_test": labels[60:]}
    np.savez(folder / "pictures.npz", **parts)
    dataset = data.load(folder / "pictures.npz")
    recipe = Recipe(network=ConvNet((3,), kernel=3, pool=2, dense=(4,)), epochs=3, batch_size=10)
    run = recording.train_run(recipe, dataset, members=2, seed=0, out=folder / "run", keep_path=2)
    recording.evaluate_run(run, only=("features",), dataset=dataset)
    return run, dataset


@pytest.fixture(scope="session")
def colour_file(colour_run, tmp_path_factory):
    """The address of the lab of `colour_run` as one file."""
    from thalweg import lab

    return lab.export(colour_run[0], tmp_path_factory.mktemp("colour-page") / "lab.html").as_uri()


@pytest.fixture(scope="session")
def rows_page(rows_run, tmp_path_factory):
    """The address of the lab of `rows_run` as one file."""
    from thalweg import lab

    return lab.export(rows_run, tmp_path_factory.mktemp("rows-page") / "lab.html").as_uri()
