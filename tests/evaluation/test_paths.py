import jax
import numpy as np
import pytest

from thalweg.errors import EvaluationError
from thalweg.evaluation.paths import check_places, drawn_member, members_on, places_of
from thalweg.networks import Mlp, Population
from thalweg.networks.path import path_through

from .hills import population


def stood(members=2, epochs=(0, 1, 2), diverged=()):
    """Members, and a path of their own to them from other places."""
    several = population(members=members * len(epochs), diverged=())
    parts = [several[place : place + members] for place in range(0, len(several), members)]
    last = parts[-1]
    ended = Population(
        last.networks,
        np.isin(np.arange(members), diverged),
        last.readout,
        last.input_shape,
        last.class_names,
    )
    return ended, path_through([*parts[:-1], ended], epochs)


def test_members_that_did_not_diverge_are_followed():
    members, path = stood(3, diverged=(1,))
    assert members_on(path, members) == (0, 2)
    assert drawn_member(path, members, None) == 0
    assert drawn_member(path, members, 2) == 2


def test_the_first_members_of_a_larger_population_may_have_a_path():
    members, path = stood(3)
    smaller = path_through([one[:2] for one in path], path.epochs)
    assert members_on(smaller, members) == (0, 1)
    with pytest.raises(EvaluationError, match="path of member 2 was not kept"):
        drawn_member(smaller, members, 2)


def test_a_path_of_others_is_refused():
    members, path = stood()
    with pytest.raises(EvaluationError, match="A path of 2 members of 91 weights") as error:
        members_on(path, population(Mlp((4,))))
    assert error.value.hint
    with pytest.raises(EvaluationError, match="A path of 2 members"):
        members_on(path, members[:1])
    moved = Population(
        jax.tree.map(lambda leaf: leaf * 2, members.networks),
        members.diverged,
        members.readout,
        members.input_shape,
        members.class_names,
    )
    with pytest.raises(EvaluationError, match="path of member 0 does not end where this member stands"):
        members_on(path, moved)


def test_all_diverged_is_named():
    members, path = stood(diverged=(0, 1))
    assert members_on(path, members) == ()
    with pytest.raises(EvaluationError, match="All 2 members whose path was kept diverged"):
        drawn_member(path, members, None)


def test_places_of_a_path_with_a_plane():
    members, path = stood()
    walker, epochs, places = places_of(path, members, None)
    assert (walker, epochs) == (0, (0, 1, 2))
    assert places is not None
    np.testing.assert_array_equal(places, path.flat(0))
    short = path_through([path[0], path[2]], (0, 2))
    assert places_of(short, members, None) == (None, (), None)
    given = np.zeros((2, 3))
    assert places_of(given, members, None)[2] is given


def test_places_have_a_shape():
    with pytest.raises(EvaluationError, match=r"A path of shape \(3, 5\)"):
        check_places(np.zeros((3, 5)), 6)
