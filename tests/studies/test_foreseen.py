from dataclasses import replace

import pytest

from thalweg import memory
from thalweg.errors import TooLarge
from thalweg.networks import Mlp
from thalweg.studies import foreseen
from thalweg.studies.foreseen import Work, foresee, foreseeing, is_long, seconds_of


@pytest.fixture
def works(small_recipe, quarters_dataset):
    """Two works of 5 and one of 10 hidden neurons."""
    wide = replace(small_recipe, network=Mlp((10,)))
    return [Work(recipe, quarters_dataset.train, 4) for recipe in (small_recipe, wide, small_recipe)]


def test_the_largest_recipe_is_refused_where_it_does_not_fit(works, monkeypatch):
    foresee(works)
    largest = replace(works[0], recipe=replace(works[0].recipe, network=Mlp((400_000,))))
    monkeypatch.setenv(memory.VARIABLE, "1GB")
    with pytest.raises(TooLarge, match="Training 4 x small"):
        foresee([largest, *works])


def test_who_foresees_is_told_of_all_works_and_nobody_else(works):
    seen = []
    with foreseeing(seen.append):
        foresee(works)
    foresee(works)
    assert seen == [works]


def test_sizes_in_between_cost_in_between(works, monkeypatch):
    asked = []

    def pace(work):
        asked.append(work.parameters)
        return {5: 1e-3, 10: 3e-3, 20: 5e-3}[work.recipe.network.hidden[0]]

    monkeypatch.setattr(foreseen, "_seconds_an_example", pace)
    widest = replace(works[1], recipe=replace(works[1].recipe, network=Mlp((20,))))
    seen = works[0].shown
    sizes = [work.parameters for work in (works[0], works[1], widest)]
    between = 1e-3 + 4e-3 * (sizes[1] - sizes[0]) / (sizes[2] - sizes[0])
    found = seconds_of([*works, widest])
    assert found == pytest.approx(seen * (1e-3 + between + 1e-3 + 5e-3))
    assert asked == [sizes[0], sizes[2]], "two sizes are timed"


def test_twice_as_many_epochs_or_times_take_twice_as_long(works, monkeypatch):
    monkeypatch.setattr(foreseen, "_seconds_an_example", lambda work: 1e-3)
    one = works[0]
    longer = replace(one, recipe=one.recipe.for_epochs(2 * one.recipe.epochs))
    assert seconds_of([longer]) == pytest.approx(2 * seconds_of([one]))
    assert seconds_of([replace(one, times=2.0)]) == pytest.approx(2 * seconds_of([one]))


def test_an_example_is_timed_by_training(works):
    found = seconds_of(works[:1])
    assert 0 < found < 60


def test_full_presets_are_long_and_quick_ones_are_not(works):
    assert not is_long(works)
    assert is_long([replace(works[0], times=1e9)])
