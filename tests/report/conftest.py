"""Runs that were really trained, tiny; and a browser, where there is one."""

from __future__ import annotations

import os
import shutil

import pytest


@pytest.fixture(scope="session")
def digits():
    from thalweg import data

    return data.load("digits")


@pytest.fixture(scope="session")
def digits_run(tmp_path_factory, digits):
    """Three small networks that read the embedded digits, with the three headline evaluations. Read only."""
    from thalweg import evaluation, recording
    from thalweg.networks import Mlp
    from thalweg.training import Recipe, Sgd

    recipe = Recipe(network=Mlp((6,)), optimiser=Sgd(learning_rate=0.5), batch_size=32, epochs=2, name="tiny")
    out = tmp_path_factory.mktemp("digits") / "run"
    run = recording.train_run(recipe, digits, members=3, seed=1, out=out, command=("thalweg", "train"))
    recording.evaluate_run(run, only=evaluation.HEADLINES, dataset=digits)
    return run


@pytest.fixture
def copied_digits(digits_run, tmp_path):
    """A copy of `digits_run`, to change as the test pleases."""
    from thalweg import runs

    shutil.copytree(digits_run.path, tmp_path / "copy")
    return runs.open(tmp_path / "copy")


@pytest.fixture(scope="session")
def chromium():
    """A headless Chromium, started once; tests that need one are skipped where there is none."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="needs Playwright (pip install playwright)"
    )
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("THALWEG_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip("needs Chromium: install it, or name it in THALWEG_CHROMIUM")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
