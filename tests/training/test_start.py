"""Members that begin where they are told, and weights that stay as they are."""

import jax
import numpy as np
import pytest
from hypothesis import Phase, given, settings, strategies as st

from thalweg.errors import TrainingError
from thalweg.networks import Mlp
from thalweg.training import Adam, AdamW, OwnOptimiser, Recipe, Sgd, Start, train

MLP = Mlp((5,), "relu", "uniform")


def recipe(**more):
    return Recipe(**{"network": MLP, "epochs": 2, "batch_size": 16, **more})


def begun(recipe, split, members=3, **more):
    return train(recipe, split, members=members, watch=lambda epoch, members: True, **more).networks


def leaves(tree):
    return [np.asarray(leaf) for leaf in jax.tree.leaves(tree)]


def masks(networks, seed, share=0.5):
    generator = np.random.default_rng(seed)
    return jax.tree.map(lambda leaf: generator.uniform(size=leaf.shape) < share, networks)


@pytest.fixture(scope="module")
def few(digits):
    return digits.train.take(slice(0, 64))


def test_members_that_begin_where_they_would_have_are_the_same(few):
    own = recipe()
    found = train(own, few, members=3, start=Start(begun(own, few)), engine="xla")
    for one, other in zip(
        leaves(found.networks), leaves(train(own, few, members=3, engine="xla").networks), strict=True
    ):
        np.testing.assert_array_equal(one, other)


@given(
    seed=st.integers(0, 2**31),
    optimiser=st.sampled_from(
        [Sgd(0.1, 0.9), Adam(0.01), AdamW(0.01, weight_decay=0.1), OwnOptimiser("optax:lion")]
    ),
    more=st.sampled_from([{}, {"l2": 0.1}, {"ema": 0.9}, {"order": "own"}, {"schedule": "cosine"}]),
)
@settings(max_examples=5, deadline=None, phases=(Phase.explicit, Phase.generate))  # each compiles
def test_what_does_not_learn_stays_to_the_last_bit_and_the_rest_learns(few, seed, optimiser, more):
    own = recipe(optimiser=optimiser).with_settings(more)
    networks = begun(own, few)
    learns = masks(networks, seed)
    found = train(own, few, members=3, start=Start(networks, learns))
    for before, after, may in zip(leaves(networks), leaves(found.networks), leaves(learns), strict=True):
        np.testing.assert_array_equal(after[~may], before[~may])
    # the last layer's weights see every example
    assert (leaves(found.networks)[-1] != leaves(networks)[-1])[leaves(learns)[-1]].all()


def test_pruned_weights_give_the_network_without_them(few):
    """A network of which a hidden neuron has no way out trains as one that never had it."""
    wide, narrow = recipe(), recipe(network=Mlp((4,), "relu", "uniform"))
    networks = begun(wide, few)
    first, last = networks.layers
    cut = jax.tree.map(np.array, networks)
    learns = jax.tree.map(lambda leaf: np.ones(leaf.shape, bool), networks)
    cut.layers[1].weight[:, :, 4], learns.layers[1].weight[:, :, 4] = 0.0, False
    small = begun(narrow, few)
    small = jax.tree.unflatten(
        jax.tree.structure(small), [first.weight[:, :4], first.bias[:, :4], last.weight[:, :, :4], last.bias]
    )
    found = train(wide, few, members=3, start=Start(cut, learns)).logits(few)
    alone = train(narrow, few, members=3, start=Start(small), engine="xla").logits(few)
    np.testing.assert_allclose(found, alone, atol=1e-5)


class Kept:
    """A checkpoint in memory that stops the training once it was written."""

    state = None

    def load(self):
        return self.state

    def save(self, tensors, facts):
        self.state = {name: np.array(array) for name, array in tensors.items()}, dict(facts)


def test_a_training_that_is_stopped_goes_on_with_the_start_it_had(few):
    own = recipe(epochs=3)
    start = Start(begun(own, few), masks(begun(own, few), 1))
    kept = Kept()
    train(own, few, members=3, start=start, checkpoint=kept, watch=lambda epoch, members: epoch == 1)
    found = train(own, few, members=3, start=start, checkpoint=kept)
    for one, other in zip(
        leaves(found.networks), leaves(train(own, few, members=3, start=start).networks), strict=True
    ):
        np.testing.assert_array_equal(one, other)
    other = Start(start.networks, masks(start.networks, 2))
    with pytest.raises(TrainingError, match="another start"):
        train(own, few, members=3, start=other, checkpoint=kept)


def test_what_cannot_be_begun_from_is_refused_by_name(few):
    own = recipe()
    networks = begun(own, few)
    learns = masks(networks, 0)
    with pytest.raises(TrainingError, match="those of 2 members") as error:
        train(own, few, members=2, start=Start(networks))
    assert "as many members" in error.value.hint
    with pytest.raises(TrainingError, match=r"start\.networks are arrays"):
        train(recipe(network=Mlp((6,))), few, members=3, start=Start(networks))
    with pytest.raises(TrainingError, match="expected booleans"):
        train(own, few, members=3, start=Start(networks, jax.tree.map(np.float32, learns)))
    with pytest.raises(TrainingError, match="not finite"):
        train(own, few, members=3, start=Start(jax.tree.map(lambda leaf: leaf * np.nan, networks)))
