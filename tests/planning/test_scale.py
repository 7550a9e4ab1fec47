"""What a million networks take is what two sizes foretell, in as many pieces as memory asks for."""

import pytest

from tests.planning.test_pace import pace
from thalweg import memory
from thalweg.budget import total
from thalweg.planning.scale import Scaled, rows, scaled
from thalweg.training.footprint import member_size, needs_of_training


@pytest.fixture
def plenty(monkeypatch):
    monkeypatch.setenv(memory.VARIABLE, "off")


def test_as_many_cores_share_the_members(plenty, small_recipe, quarters_dataset):
    split = quarters_dataset.train
    here = scaled(pace(), small_recipe, split, members=10_000)
    there = scaled(pace(), small_recipe, split, members=10_000, cores=1000)
    # half a second an epoch for each member of the busiest core, half for all
    assert here.seconds == pytest.approx(5 + 10 * (0.5 * 5000))
    assert there.seconds == pytest.approx(5 + 10 * (0.5 * 10))
    assert (here.cores, there.cores, here.pieces, here.at_once) == (2, 1000, 1, None)
    assert here.weights == 10_000 * member_size(small_recipe, split.input_shape, split.classes).weights


def test_what_is_done_once_for_all_takes_as_long_on_any_number_of_cores(
    plenty, small_recipe, quarters_dataset
):
    found = scaled(pace((2, 3.0), (4, 3.5)), small_recipe, quarters_dataset.train, members=10, cores=10**6)
    assert found.seconds == pytest.approx(5 + 10 * 3.0)


def test_members_that_do_not_fit_are_trained_in_pieces(monkeypatch, small_recipe, quarters_dataset):
    split = quarters_dataset.train
    enough = total(needs_of_training(small_recipe, split, 1000))
    monkeypatch.setenv(memory.VARIABLE, f"{enough + 1000}B")
    found = scaled(pace(), small_recipe, split, members=3500)
    assert found.at_once is not None
    assert 900 <= found.at_once <= 1000
    assert found.pieces == 4
    assert found.memory <= enough
    assert found.seconds == pytest.approx(5 + 10 * 4 * (0.5 * 438), rel=0.01)


def test_the_rows_say_that_it_is_extrapolated_and_from_how_many():
    found = (
        Scaled(1_000_000, 2, 3600 * 50, 4, 300_000, 10**10, 5 * 10**10),
        Scaled(1_000_000, 1000, 3600, 4, 300_000, 10**10, 5 * 10**10),
    )
    ((asked, said),) = rows(found, 32)
    assert asked == "And 1,000,000 networks?"
    assert "2.1 days on 2 cores" in said
    assert "60 min 0 s on 1,000 cores" in said
    assert "4 pieces of about 10 GB" in said
    assert "50 GB of weights" in said
    assert "Extrapolated from 32 networks" in said
    assert rows((), 32) == []
