import numpy as np
import pytest

from tests.studies.kept import Kept
from thalweg.studies.grids import Grid, parameters_of

PLACES = {(2, 0.5): "small", (4, 0.5): "large"}


def numbers(place, span):
    return {"sum": np.array([place[0] + member for member in span]), "many": np.ones((len(span), 3))}


def test_members_of_all_blocks_stand_one_after_another():
    found = Grid(PLACES, 5, 0, "toy", block=2).trained(numbers)
    assert list(found) == list(PLACES)
    np.testing.assert_array_equal(found[4, 0.5]["sum"], 4 + np.arange(5))
    assert found[2, 0.5]["many"].shape == (5, 3)


def test_what_is_kept_is_not_trained_again_and_more_members_are_further_blocks():
    parts, calls = Kept(), []

    def train(place, span):
        calls.append((place[0], span))
        return numbers(place, span)

    Grid(PLACES, 4, 0, "toy", block=2).trained(train, parts=parts)
    again = Grid(PLACES, 6, 0, "toy", block=2).trained(train, parts=parts)
    assert calls[4:] == [(2, range(4, 6)), (4, range(4, 6))]
    np.testing.assert_array_equal(again[2, 0.5]["sum"], 2 + np.arange(6))


@pytest.mark.parametrize("other", [{"seed": 1}, {"block": 4}, {"places": {(2, 0.5): "other"}}])
def test_what_members_depend_on_is_in_the_name_of_their_part(other):
    parts = Kept()
    facts = {"places": {(2, 0.5): "small"}, "members": 4, "seed": 0, "what": "toy", "block": 2}
    Grid(**facts).trained(numbers, parts=parts)
    names = set(parts)
    Grid(**{**facts, **other}).trained(numbers, parts=parts)
    assert not names & (set(parts) - names)
    assert len(parts) > len(names)


def test_progress_counts_every_block_of_every_place():
    seen = []
    Grid(PLACES, 3, 0, "toy", block=2).trained(numbers, progress=lambda *told: seen.append(told))
    assert [place for _, place, _ in seen] == [0, 1, 2, 3]
    assert seen[1] == ("toy 2, 0.5: starts 3 to 3", 1, 4)


def test_progress_of_grids_that_follow_on_one_another_counts_on():
    seen = []
    grid = Grid(PLACES, 3, 0, "toy", block=2)
    grid.trained(numbers, progress=lambda *told: seen.append(told[1:]), after=1, of=4)
    assert seen == [(2, 8), (3, 8), (4, 8), (5, 8)]


def test_parameters_are_those_of_a_network(small_recipe, quarters_dataset):
    assert parameters_of(small_recipe, quarters_dataset) == 5 * (36 + 1) + 4 * (5 + 1)


def test_what_will_be_trained_is_told_in_blocks(small_recipe, quarters_dataset):
    (work,) = Grid(PLACES, 5, 0, "toy", block=2).works([small_recipe], quarters_dataset.train, "xla")
    assert (work.members, work.times, work.engine) == (2, 2.5, "xla")
    assert work.shown == 5 * small_recipe.epochs * len(quarters_dataset.train)
