"""Examples in docstrings run, and print what the docstring says.

Every example finds what its reader has by then: `digits`, as `thalweg.load` gives them; `population`, trained
on them; `run`, the same kept on disk; NumPy as `np`; and an empty folder to write into. `...` in what is
printed stands for anything, such as digits that differ from one processor to the next.
"""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

import thalweg
from tests.test_architecture import MODULES
from thalweg.questions import EVALUATIONS, STUDIES

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
FOR_NEWCOMERS = [
    *(f"thalweg.{name}" for name in sorted(thalweg.__all__) if callable(getattr(thalweg, name))),
    *(f"thalweg.evaluation.{name}" for name in (*EVALUATIONS, "compare")),
    *("thalweg.studies." + ".".join([name.replace("-", "_")] * 2) for name in STUDIES),
    *(f"thalweg.studies.{name}" for name in ("find", "make_study")),
    *(f"thalweg.data.{name}" for name in ("from_arrays", "load")),
    "thalweg.data.archive.load_archive",
    "thalweg.data.image_folder.load_image_folder",
    "thalweg.data.tables.load.load_table",
    "thalweg.data.idx_files.load_idx_folder",
    *(f"thalweg.models.{name}" for name in ("load_onnx", "load_probabilities")),
    *(f"thalweg.networks.{name}" for name in ("Mlp", "ConvNet", "OwnNetwork", "onnx_export.to_onnx")),
    *(f"thalweg.training.{name}" for name in ("Sgd", "Adam", "AdamW", "OwnOptimiser", "Augmentation")),
    *(f"thalweg.training.{name}" for name in ("Constant", "Steps", "Cosine")),
    *(f"thalweg.figures.{name}" for name in ("findings", "of", "save")),
    "thalweg.report.write",
    "thalweg.runs.open",
    *(f"thalweg.statistics.intervals.{name}" for name in ("crossed", "over_starts", "wilson")),
    "thalweg.statistics.paired.paired_difference",
]
"""Public names that a newcomer meets first: each has an example."""


def _examples() -> dict[str, doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    modules = [name for name in MODULES if name != "thalweg.__main__"]  # importing that runs the program
    tests = [test for name in modules for test in finder.find(import_module(name), name)]
    return {test.name: test for test in tests if test.examples}


EXAMPLES = _examples()
TRAIN_FOR_LONG = ("thalweg.studies.", "thalweg.comparing.", "thalweg.lab.")
"""Where examples train populations of their own: they run with what is slow."""


@pytest.fixture(scope="module")
def has_by_then(tmp_path_factory):
    """What the reader of an example has by then."""
    import numpy as np

    recipe, digits = thalweg.Recipe(), thalweg.load("digits")
    run = thalweg.train_run(recipe, digits, members=4, out=tmp_path_factory.mktemp("examples") / "run")
    thalweg.evaluate_run(run, only="accuracy", dataset=digits)
    return {"np": np, "digits": digits, "population": thalweg.recording.population_of(run), "run": run}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] if name.startswith(TRAIN_FOR_LONG) else [])
        for name in EXAMPLES
    ],
)
def test_examples_print_what_they_say(name, has_by_then, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    test = EXAMPLES[name]
    test.globs = {"__name__": "example", **has_by_then}
    said: list[str] = []
    outcome = doctest.DocTestRunner(verbose=False, optionflags=FLAGS).run(test, out=said.append)
    assert not outcome.failed, "".join(said)


def _named(path: str):
    package, _, name = path.rpartition(".")
    return getattr(import_module(package), name)


@pytest.mark.parametrize("path", FOR_NEWCOMERS)
def test_what_newcomers_meet_has_an_example(path):
    assert ">>> " in (_named(path).__doc__ or ""), f"{path} has no example"
