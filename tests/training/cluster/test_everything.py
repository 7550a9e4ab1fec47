"""Every study and the audit find the same on Ray as here; slow, and skipped where Ray is not installed."""

from dataclasses import replace

import numpy as np
import pytest

from thalweg import studies, training
from thalweg.studies.label_audit import kept as audits
from thalweg.training import where

NAMED = {
    "starts": {"members": 8, "widths": (3,), "epochs": 3, "shuffled_members": 8, "aligned_members": 3},
    "random-labels": {"members": 2, "examples": 40, "width": 8, "widths": (4, 8), "epochs": 5},
    "structure": {
        **{"members": 3, "examples": 60, "width": 8, "epochs": 5},
        **{"critical_examples": 4, "critical_members": 2},
    },
    "memorisation": {
        **{"members": 20, "shares": (0.7,), "consistency_members": 20, "removal_members": 20},
        **{"hidden": (4,), "least_steps": 1, "epochs": 3},
    },
    "optimisers": {"members": 2, "rates": 2, "epochs": 2, "full_batch_epochs": 2, "optimisers": ("sgd",)},
    "nielsen": {"members": 3, "chapters": ("1",), "most_epochs": 1},
    "luck": {"members": 8, "widths": (3, 6), "epochs": (4,), "rates": (0.02, 0.1), "batch_size": 10},
    "double-descent": {
        **{"members": 5, "examples": 30, "widths": (2, 5, 8, 16), "epochs": 4, "batch_size": 10},
    },
    "grokking": {
        **{"members": 3, "examples": 30, "scales": (1.0, 6.0), "weight_decays": (0.0, 0.5), "steps": 100},
        **{"hidden": (8,), "batch_size": 10, "learning_rate": 0.01, "factor": 2.0},
    },
    "lottery": {
        **{"members": 4, "rounds": (1, 2), "hidden": (6,), "epochs": 3, "batch_size": 20},
        **{"learning_rate": 0.02, "examples": 0},
    },
    "barrier-width": {
        **{"members": 4, "widths": (2, 3, 4, 6), "epochs": 2, "batch_size": 20, "examples": 0},
        **{"measured_on": 40, "points": 5},
    },
    "census": {
        **{"members": 8, "hidden": 1, "side": 3, "examples": 0, "l2": 0.05, "epochs": 3},
        **{"learning_rate": 0.1},
    },
}
"""Settings with which each study does all that it does, in no time."""


class Counted:
    """Workers that count what they are asked to train."""

    def __init__(self, workers):
        self.workers, self.cores, self.jobs = workers, workers.cores, 0

    def begin(self, job):
        self.jobs += 1
        return self.workers.begin(job)

    def to_json(self):
        return self.workers.to_json()


@pytest.fixture(scope="module")
def workers():
    pytest.importorskip("ray", reason="needs Ray (pip install 'thalweg[ray]')")
    with training.on_ray("local") as found:
        yield found


def here_and_there(workers, make):
    """Return what `make` returns in this process and on `workers`, and how often they were asked."""
    counted = Counted(workers)
    with where.working_on(None):
        here = make("here")
    with where.working_on(counted):
        there = make("there")
    assert counted.jobs
    return here, there


def assert_alike(here, there):
    """Records say the same, bit for bit."""
    assert here.to_json() == there.to_json()
    assert here.arrays().keys() == there.arrays().keys()
    for name, values in here.arrays().items():
        np.testing.assert_array_equal(there.arrays()[name], values, err_msg=name)


def test_all_studies_are_tried():
    assert set(NAMED) == set(studies.STUDIES)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", list(NAMED))
def test_a_study(workers, quarters_dataset, tmp_path, name):
    study = studies.find(name)
    settings = replace(study.settings(), **NAMED[name])

    def make(folder):
        return studies.make_study(name, quarters_dataset, settings, seed=2, out=tmp_path / folder)[1]

    assert_alike(*here_and_there(workers, make))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("ignore")
def test_an_audit(workers, quarters_dataset, small_recipe, tmp_path):
    def make(folder):
        given = {"recipe": small_recipe, "members": 16, "share": 0.5, "judges": ("networks",)}
        return audits.make_audit(quarters_dataset, out=tmp_path / folder, **given)[1]

    assert_alike(*here_and_there(workers, make))
