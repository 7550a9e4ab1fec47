import numpy as np
import pytest

from thalweg.errors import StudyError
from thalweg.studies import altered_data as randomised


def test_random_labels_are_drawn_anew_for_the_share_asked(quarters_dataset):
    split = quarters_dataset.train
    labels = np.tile(split.labels, 50)
    many = split.take(np.tile(np.arange(len(split)), 50))
    half = randomised.with_random_labels(many, 0.5, seed=1).labels
    # a quarter of the redrawn half hits the true class by chance
    assert (half == labels).mean() == pytest.approx(0.5 + 0.5 / 4, abs=0.03)
    assert (randomised.with_random_labels(many, 0.0, seed=1).labels == labels).all()
    whole = randomised.with_random_labels(many, 1.0, seed=1).labels
    assert np.bincount(whole, minlength=4) / len(whole) == pytest.approx(np.full(4, 0.25), abs=0.03)


def test_the_same_seed_draws_the_same_labels(quarters_dataset):
    split = quarters_dataset.train
    first, again, other = (randomised.with_random_labels(split, 1.0, seed).labels for seed in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_outside_its_range_is_named(quarters_dataset, share):
    with pytest.raises(StudyError, match=str(share)):
        randomised.with_random_labels(quarters_dataset.train, share, seed=0)


def test_one_order_for_all_keeps_what_is_alike_alike(quarters_dataset):
    changed = randomised.with_shuffled_pixels(quarters_dataset, seed=3)
    for before, after in ((quarters_dataset.train, changed.train), (quarters_dataset.test, changed.test)):
        old, new = (split.raw.reshape(len(split), -1).astype(float) for split in (before, after))
        assert (np.sort(old, axis=1) == np.sort(new, axis=1)).all()
        np.testing.assert_allclose(old @ old.T, new @ new.T)  # one permutation keeps every distance
        assert (old != new).any()


def test_an_order_of_its_own_for_each_keeps_the_values_only(quarters_dataset):
    changed = randomised.with_random_pixels(quarters_dataset, seed=3).train
    old, new = (
        split.raw.reshape(len(split), -1).astype(float) for split in (quarters_dataset.train, changed)
    )
    assert (np.sort(old, axis=1) == np.sort(new, axis=1)).all()
    assert not np.allclose(old @ old.T, new @ new.T)


def test_gaussian_inputs_have_the_training_inputs_mean_and_spread(quarters_dataset):
    noise = randomised.with_gaussian_inputs(quarters_dataset, seed=3)
    inputs, real = noise.train.inputs, quarters_dataset.train.inputs
    assert inputs.mean() == pytest.approx(real.mean(), abs=0.02)
    assert inputs.std() == pytest.approx(real.std(), rel=0.05)
    assert noise.test.inputs.shape == quarters_dataset.test.inputs.shape
    assert (noise.train.labels == quarters_dataset.train.labels).all()


def test_some_takes_a_subset_in_order(quarters_dataset):
    few = randomised.some(quarters_dataset, 10, seed=0).train
    assert len(few) == 10
    assert randomised.some(quarters_dataset, 0, seed=0) is quarters_dataset
    with pytest.raises(StudyError, match="98"):
        randomised.some(quarters_dataset, 98, seed=0)
