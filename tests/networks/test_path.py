import numpy as np
import pytest

from tests.evaluation.hills import digits, population
from thalweg.errors import EvaluationError, RunError
from thalweg.networks import Mlp, exchange
from thalweg.networks.path import path_from_tensors, path_through
from thalweg.networks.population import flat_weights

SPEC = Mlp((3,), "sigmoid", "normal")


@pytest.fixture(scope="module")
def snapshots():
    several = population(SPEC, members=6)
    return [several[:2], several[2:4], several[4:]]


@pytest.fixture(scope="module")
def path(snapshots):
    return path_through(snapshots, (0, 2, 5))


def test_every_snapshot_is_a_population(path, snapshots):
    assert (len(path), path.members, path.epochs) == (3, 2, (0, 2, 5))
    split = digits(20)
    for epoch, kept in zip((0, 2, 5), snapshots, strict=True):
        np.testing.assert_array_equal(path[epoch].probabilities(split), kept.probabilities(split))
    assert len(path.populations) == 3
    assert repr(path) == "Path(3 snapshots of 2 members, epochs 0, 2, 5)"


def test_places_of_a_member_are_its_weights(path, snapshots):
    places = path.flat(1)
    assert places.shape == (3, snapshots[0].parameters)
    np.testing.assert_array_equal(places[2], flat_weights(snapshots[2][1].network))


def test_it_comes_back_from_its_tensors(path, snapshots):
    tensors = path.tensors()
    assert tensors["layers.0.weight"].shape == (3, 2, 3, 16)
    back = path_from_tensors(tensors, (0, 2, 5), spec=SPEC, like=snapshots[-1])
    for name, tensor in exchange.to_tensors(back[2].networks).items():
        np.testing.assert_array_equal(tensor, exchange.to_tensors(snapshots[1].networks)[name])


def test_what_is_not_there_is_named(path, snapshots):
    with pytest.raises(EvaluationError, match=r"nothing after epoch 1: it has 0, 2, 5\.") as error:
        path[1]
    assert error.value.hint
    with pytest.raises(
        EvaluationError, match="path of member 2 was not kept: there are those of members 0 to 1"
    ):
        path.flat(2)
    with pytest.raises(EvaluationError, match="path of member -1 was not kept"):
        path.flat(-1)
    with pytest.raises(
        RunError, match=r"layers.0.weight of the path has shape \(3, 2, 3, 16\): expected \(2, 2\)"
    ):
        path_from_tensors(path.tensors(), (0, 2), spec=SPEC, like=snapshots[-1])


@pytest.mark.parametrize("epochs", [(0, 2), (0, 2, 2), (0, 5, 2)])
def test_epochs_rise_and_are_as_many(snapshots, epochs):
    with pytest.raises(EvaluationError, match="expected rising epochs"):
        path_through(snapshots, epochs)
