import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.errors import RecipeError
from thalweg.networks import Mlp
from thalweg.networks.costs import targets
from thalweg.training import Recipe, Sgd, exposure, train
from thalweg.training.exposure import Exposure

KEY = jax.random.key(0)
RECIPE = Recipe(network=Mlp((12,), "tanh"), optimiser=Sgd(0.3), batch_size=16, epochs=15)


def made(raw, count=60):
    return np.asarray(
        jax.vmap(lambda key: exposure.nothing(key, raw, lambda x: x))(jax.random.split(KEY, count))
    )


def test_pictures_of_nothing_differ_and_stay_in_range(train_split):
    pictures = made(jnp.asarray(train_split.inputs))
    assert pictures.shape == (60, 8, 8)
    assert 0.0 <= pictures.min()
    assert pictures.max() <= 1.0
    assert len(np.unique(pictures.round(5), axis=0)) == 60


def test_a_jigsaw_keeps_its_pieces():
    image = jnp.arange(64.0).reshape(8, 8)
    mixed = np.asarray(exposure._jigsaw(KEY, image))
    pieces = {tuple(mixed[r : r + 2, c : c + 2].ravel()) for r in range(0, 8, 2) for c in range(0, 8, 2)}
    assert pieces == {
        tuple(np.asarray(image)[r : r + 2, c : c + 2].ravel()) for r in range(0, 8, 2) for c in range(0, 8, 2)
    }
    assert not np.array_equal(mixed, image)


def test_rows_of_nothing_take_each_feature_from_another_row():
    rows = np.arange(40.0).reshape(10, 4)
    recombined = made(jnp.asarray(rows), 30)
    assert np.all(recombined % 4 == np.arange(4))
    assert any(len(set(row // 4)) > 1 for row in recombined)


def test_the_target_of_nothing_is_every_class_alike():
    np.testing.assert_allclose(targets(jnp.array([1, -1]), 4), [[0, 1, 0, 0], [0.25] * 4])


def test_exposed_members_are_right_about_something_and_unsure_of_nothing(train_split, test_split):
    pictures = made(jnp.asarray(train_split.inputs), 100)
    plain = train(RECIPE, train_split, members=2)
    exposed = train(RECIPE.with_settings({"share": 1.0}), train_split, members=2)
    assert (exposed.probabilities(test_split).argmax(-1) == test_split.labels).mean() > 0.9
    sure = [population.probabilities(pictures).max(-1).mean() for population in (plain, exposed)]
    assert sure[1] < sure[0] - 0.1
    # examples of nothing are not counted as wrong answers
    assert exposed.history.accuracy[:, -1].min() > 0.9


def test_weights_of_real_examples_do_not_touch_those_of_nothing(train_split):
    recipe = RECIPE.with_settings({"share": 0.5, "epochs": 2})
    plain = train(recipe, train_split, members=2)
    weighted = train(recipe, train_split, members=2, weights=np.ones((2, len(train_split))))
    np.testing.assert_allclose(plain.history.cost, weighted.history.cost, rtol=1e-5)


def test_a_negative_share_is_refused():
    with pytest.raises(RecipeError, match="share=-1"):
        Exposure(share=-1)
