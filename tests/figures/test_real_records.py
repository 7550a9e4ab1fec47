"""Every family of figures draws a record that was measured, not made up: a tiny population of the digits."""

from dataclasses import replace

import numpy as np
import pytest

from thalweg import figures, questions
from thalweg.figures.registry import FAMILIES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

TINY = {
    "starts": {
        "members": 8, "widths": (3, 6), "layers": 1, "epochs": 6, "batch_size": 32,
        "shuffled_members": 8, "aligned_members": 6,
    },
    "random-labels": {
        "members": 2, "examples": 40, "width": 64, "widths": (4, 64), "shares": (0.0, 1.0), "epochs": 60,
        "batch_size": 10, "regularisers": ("none", "l2"),
    },
    "structure": {
        "members": 3, "examples": 60, "width": 32, "kinds": ("true", "random"), "epochs": 30,
        "batch_size": 10, "radius": 0.05, "critical_examples": 20, "critical_members": 2,
    },
    "memorisation": {
        "members": 40, "shares": (0.4, 0.7), "consistency_members": 20, "removal_members": 20,
        "hidden": (32,), "batch_size": 60, "epochs": 2, "least_steps": 60,
    },
    "optimisers": {
        "optimisers": ("sgd", "adam"), "members": 2, "rates": 3, "grid_starts": 1, "hidden": (8,),
        "epochs": 4, "full_batch_epochs": 10,
    },
    "luck": {
        "members": 8, "widths": (4, 8), "epochs": (4,), "rates": (0.02, 0.1), "layers": 1, "batch_size": 20,
    },
    "double-descent": {
        "members": 5, "examples": 150, "widths": (1, 2, 4), "noises": (0.0, 0.2), "epochs": 4,
        "batch_size": 20,
    },
    "grokking": {
        "members": 2, "examples": 100, "scales": (1.0, 4.0), "weight_decays": (0.1,), "steps": 200,
        "hidden": (16,), "batch_size": 50,
    },
    "lottery": {"members": 4, "rounds": (1,), "hidden": (8,), "epochs": 3, "examples": 200},
    "barrier-width": {
        "members": 4, "widths": (2, 3, 4, 6), "epochs": 2, "examples": 200, "measured_on": 50, "points": 3,
    },
    "census": {"members": 8, "hidden": 2, "side": 3, "examples": 80, "l2": 0.01, "epochs": 5},
    "nielsen": {"members": 3, "chapters": ("1",), "most_epochs": 1},
}  # fmt: skip
"""The smallest settings of each study that still leave something to draw."""


@pytest.fixture(scope="module")
def digits():
    from thalweg import data

    whole = data.load("digits")
    train, test = whole.train.take(slice(0, 300)), whole.test.take(slice(0, 120))
    return replace(whole, train_part=train, test=test, held_out=None)


def drawn(source):
    """Draw every finding of `source` to JSON, and return which evaluation each is of."""
    found = figures.findings(source)
    for finding in found:
        assert finding.title
        assert finding.table.rows
        assert finding.figure is None or len(finding.figure.to_json()) > 100, finding.name
    return {finding.evaluation for finding in found}


@pytest.fixture(scope="module")
def run(digits, tmp_path_factory):
    """Four members of a small network of the digits, with the path that they took."""
    from thalweg import networks, recording, training

    recipe = training.Recipe(
        network=networks.Mlp(hidden=(8,)),
        cost="cross-entropy",
        optimiser=training.Adam(learning_rate=0.01),
        l2=1e-3,
        batch_size=20,
        epochs=8,
        name="tiny",
    )
    out = tmp_path_factory.mktemp("real") / "run"
    return recording.train_run(recipe, digits, members=4, seed=3, out=out, keep_path=2)


@pytest.mark.parametrize("name", questions.EVALUATIONS)
def test_an_evaluation_is_drawn(name, run, digits):
    from thalweg import recording

    recording.evaluate_run(run, only=name, dataset=digits)
    assert name in drawn(run)
    assert "history" in drawn(run)


def test_every_family_draws_a_question():
    assert set(FAMILIES) == {*questions.EVALUATIONS, "history"}
    assert set(TINY) == set(questions.STUDIES)


@pytest.mark.parametrize("name", questions.STUDIES)
def test_a_study_is_drawn(name, digits, tmp_path):
    from thalweg.studies import find, make_study

    kept, _ = make_study(name, digits, find(name).settings(**TINY[name]), seed=1, out=tmp_path / "study")
    assert drawn(kept) == {f"study:{name}"}


def test_an_audit_is_drawn(digits, tmp_path):
    from thalweg.studies.label_audit.kept import make_audit
    from thalweg.training import Recipe

    wrong = digits.train.labels.copy()
    wrong[:20] = (wrong[:20] + 1) % 10
    mislabelled = replace(digits, train_part=replace(digits.train, labels=np.asarray(wrong)))
    recipe = Recipe.load("classic").for_epochs(10)
    kept, _ = make_audit(mislabelled, recipe=recipe, members=10, seed=1, out=tmp_path / "audit")
    assert drawn(kept) == {"audit"}
