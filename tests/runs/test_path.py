import numpy as np
import pytest

from thalweg.errors import RunError
from thalweg.runs import path as paths
from thalweg.runs.path import PathFiles, PathPlan, plan

CLASSIC = {"members": 8, "epochs": 30, "parameters": 13_002}


def test_four_members_and_every_epoch_where_that_is_cheap():
    assert plan(None, **CLASSIC) == PathPlan(4, tuple(range(31)))
    assert plan(None, **{**CLASSIC, "members": 2}) == PathPlan(2, tuple(range(31)))


def test_what_was_asked_for_is_kept_whatever_it_takes():
    assert plan(8, **{**CLASSIC, "parameters": 10**9}) == PathPlan(8, tuple(range(31)))
    assert plan(0, **CLASSIC) is None


@pytest.mark.parametrize("epochs", [1, 2, 7, 30, 100, 1_000])
@pytest.mark.parametrize("parameters", [1_000, 100_000, 300_000, 1_000_000, 2_500_000])
def test_what_nobody_asked_for_stays_small(parameters, epochs):
    found = plan(None, members=8, epochs=epochs, parameters=parameters)
    assert found is not None
    size = 4 * found.members * len(found.epochs) * parameters
    assert size <= paths.BYTES
    assert (found.epochs[0], found.epochs[-1]) == (0, epochs)
    gaps = np.diff(found.epochs)
    assert len(set(gaps[:-1])) <= 1
    assert gaps[-1] <= gaps[0]


def test_epochs_are_thinned_before_members_and_huge_networks_keep_nothing():
    assert plan(None, members=8, epochs=100, parameters=100_000) == PathPlan(4, (*range(0, 100, 6), 100))
    assert plan(None, members=8, epochs=100, parameters=400_000) == PathPlan(1, (*range(0, 100, 6), 100))
    assert plan(None, members=8, epochs=30, parameters=10**7) is None


@pytest.mark.parametrize("keep", [-1, 9, True])
def test_a_number_that_cannot_be_is_named(keep):
    with pytest.raises(RunError, match=f"the path of {keep} members cannot be kept: 8 are trained") as error:
        plan(keep, **CLASSIC)
    assert error.value.hint


def weights(epoch):
    return {"w": np.full((2, 3), epoch, np.float32)}


def test_snapshots_become_one_file(tmp_path):
    files = PathFiles(tmp_path, {"members": 2, "epochs": [0, 2]})
    for epoch in (2, 0):
        files.keep(epoch, weights(epoch))
    files.join()
    found = files.read()
    assert found is not None
    np.testing.assert_array_equal(found["w"][:, 0, 0], [0, 2])
    assert found["w"].dtype == np.float32
    assert [path.name for path in (tmp_path / "checkpoint").iterdir()]  # goes with the checkpoint


def test_no_plan_no_path(tmp_path):
    files = PathFiles(tmp_path, None)
    files.join()
    assert files.read() is None
    assert not list(tmp_path.iterdir())


def test_what_is_missing_or_of_another_run_is_named(tmp_path):
    planned = {"members": 2, "epochs": [0]}
    files = PathFiles(tmp_path, planned)
    with pytest.raises(RunError, match=r"path\.safetensors: this file of the run is missing"):
        files.read()
    with pytest.raises(RunError, match=r"path-000000\.safetensors: this file of the run is missing"):
        files.join()
    files.keep(0, weights(0))
    files.join()
    with pytest.raises(RunError, match="holds another path than"):
        PathFiles(tmp_path, {"members": 2, "epochs": [0, 1]}).read()
