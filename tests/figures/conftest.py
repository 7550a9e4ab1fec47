"""One tiny run with every evaluation in it, and its findings."""

import shutil

import numpy as np
import pytest

from . import made_up

SLOW = {"adversarial", "descent", "landscape"}
"""What takes seconds to compile; made up instead, and made in truth by a test that is marked slow."""
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="session")
def evaluated_run(tmp_path_factory, quarters_dataset, small_recipe):
    """Three members of a small network, evaluated in every way that is quick. Read only."""
    from thalweg import evaluation, recording

    out = tmp_path_factory.mktemp("evaluated") / "run"
    run = recording.train_run(small_recipe, quarters_dataset, members=3, seed=5, out=out)
    for name in set(evaluation.EVALUATIONS) - SLOW:
        recording.evaluate_run(run, only=name, dataset=quarters_dataset)
    for name, (content, arrays) in made_up.RECORDS.items():
        run.write_evaluation(name, content, arrays)
    return run


@pytest.fixture(scope="session")
def found(evaluated_run):
    """Every finding of `evaluated_run`, by name."""
    from thalweg import figures

    return {finding.name: finding for finding in figures.findings(evaluated_run)}


@pytest.fixture
def altered_run(evaluated_run, tmp_path):
    """A copy of `evaluated_run`, to change as the test pleases."""
    from thalweg import runs

    shutil.copytree(evaluated_run.path, tmp_path / "run")
    return runs.open(tmp_path / "run")


def values(drawn) -> np.ndarray:
    """What a trace holds along an axis, as floats; NaN for what is missing."""
    return np.array([np.nan if value is None else float(value) for value in drawn])


def numbers_in(cells) -> np.ndarray:
    """The leading numbers of table cells such as `96.5 % [96.2, 96.8]`; shares as shares."""
    found = []
    for cell in cells:
        number = float(cell.split()[0].replace(",", ""))
        found.append(number / 100 if "%" in cell else number)
    return np.array(found)
