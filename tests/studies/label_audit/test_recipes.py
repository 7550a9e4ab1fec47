import numpy as np
import pytest

from thalweg.data import from_arrays
from thalweg.studies.label_audit import recipes as audit_recipes
from thalweg.studies.subsets import balanced_subsets
from thalweg.training import Recipe


@pytest.mark.parametrize(
    ("members", "share"), [(10, 0.7), (11, 0.7), (12, 0.75), (20, 0.7), (24, 0.75), (60, 0.75)]
)
def test_the_share_fits_the_number_of_networks(members, share):
    assert audit_recipes.share_for(members) == share


@pytest.mark.parametrize("members", [10, 12, 20, 24])
def test_whole_blocks_judge_every_example_equally_often(members):
    share = audit_recipes.share_for(members)
    inside = balanced_subsets(50, members, share=share, seed=0)
    assert len(np.unique(inside.sum(axis=0))) == 1


def test_networks_of_an_audit_have_orders_of_their_own(quarters_dataset):
    """Only so does an epoch pass over what a network leaves out."""
    for recipe in (
        audit_recipes.everyday(quarters_dataset.train),
        audit_recipes.thorough(quarters_dataset.train),
    ):
        assert recipe.order == "own"


@pytest.mark.parametrize("side", [8, 15, 28, 56])
def test_pictures_are_moved_as_far_as_their_size_allows(side):
    pixels = np.zeros((40, side, side), np.uint8)
    split = from_arrays(pixels, np.arange(40) % 2).train
    for recipe, pixels_of_28 in (
        (audit_recipes.everyday(split), 1.0),
        (audit_recipes.thorough(split), Recipe.load("convnet").augmentation.shift),
    ):
        assert recipe.augmentation.shift == pytest.approx(pixels_of_28 * side / 28)
    network = audit_recipes.thorough(split).network
    assert (network.kernel, network.padding) == ((3, "same") if side < 16 else (5, "valid"))


def test_twice_the_networks_or_epochs_are_predicted_to_take_longer(quarters_dataset, monkeypatch):
    """The clock is replaced by one that ticks by 1 for each epoch and each judging: a matter of counting."""
    split = quarters_dataset.train
    ticks = iter(range(1000))
    monkeypatch.setattr(audit_recipes.time, "perf_counter", lambda: float(next(ticks)))
    monkeypatch.setattr("thalweg.training.population.train", _rehearsal)
    recipe = Recipe(epochs=10)
    once = audit_recipes.seconds_needed(recipe, split, 12, 0.75)
    assert once == pytest.approx(4 + 10 * 1 + 2 * 1)  # compiling, ten epochs, two passes of judging
    assert audit_recipes.seconds_needed(recipe, split, 24, 0.75) == pytest.approx(4 + 2 * 12)


class _Members:
    def probabilities(self, split):
        return None


def _rehearsal(recipe, split, *, members, weights, progress):
    """Take 5 seconds for the first epoch, and 1 for the others."""
    assert weights.shape == (members, len(split))
    for seconds in (5.0, 6.0, 7.5, 9.0):
        progress(type("Progress", (), {"seconds": seconds}))
    return _Members()
