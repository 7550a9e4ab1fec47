import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.evaluation.dreams import ascent as module
from thalweg.evaluation.dreams.ascent import Ascent, dreams, starting_pictures, total_variation
from thalweg.networks import ConvNet, Mlp, Population

SHAPE = (6, 5)
STARTS = starting_pictures(("noise", "grey", "blank"), SHAPE, 0)


def population(spec, *, members=3, readout="softmax", classes=4):
    keys = jax.random.split(jax.random.key(1), members)
    networks = jax.vmap(lambda key: spec.build(key, SHAPE, classes))(keys)
    return Population(networks, np.zeros(members, bool), readout, SHAPE, tuple("abcd"[:classes]))


def test_a_linear_network_of_two_classes_is_climbed_to_the_corner():
    linear = population(Mlp((), initialisation="normal"), classes=2)
    found = dreams(linear, np.arange(2), STARTS, Ascent(steps=200, step_length=0.2))
    weight = np.asarray(linear.networks.layers[0].weight)
    for member in range(3):
        for label in range(2):
            corner = (weight[member, label] - weight[member, 1 - label] > 0).reshape(SHAPE)
            np.testing.assert_allclose(found[member, label], np.broadcast_to(corner, (3, *SHAPE)), atol=0.02)


@pytest.mark.parametrize("readout", ["softmax", "sigmoid"])
@pytest.mark.parametrize("spec", [Mlp((8,), "tanh", "normal"), ConvNet((3,), dense=(6,))])
def test_belief_rises_and_pixels_stay_pixels(spec, readout):
    members = population(spec, readout=readout)
    starts = STARTS[:2]  # on a blank picture ReLU neurons without biases have no slope
    found = dreams(members, np.array([2, 0]), starts, Ascent(steps=60))
    assert found.shape == (3, 2, 2, *SHAPE)
    assert found.min() >= 0
    assert found.max() <= 1
    before = members.probabilities(starts)
    for member in range(3):
        for place, label in enumerate((2, 0)):
            after = members[member].probabilities(found[member, place])[:, label]
            assert (after > before[member, :, label]).all()


def test_prices_are_paid():
    members = population(Mlp((8,), "tanh", "normal"))
    free = dreams(members, np.arange(4), STARTS, Ascent())
    rough = jax.vmap(total_variation)
    calm = dreams(members, np.arange(4), STARTS, Ascent(total_variation=0.2)).reshape(-1, *SHAPE)
    assert rough(calm).mean() < 0.5 * rough(free.reshape(-1, *SHAPE)).mean()
    dark = dreams(members, np.arange(4), STARTS, Ascent(brightness=50.0))
    assert dark.mean() < 0.02
    assert free.mean() > 0.2


def test_total_variation_by_hand():
    assert total_variation(jnp.array([[0.0, 1.0], [3.0, 0.0]])) == 1 + 3 + 3 + 1
    assert total_variation(jnp.stack([jnp.eye(2), jnp.zeros((2, 2))], axis=-1)) == 4


def test_a_member_dreams_alone_as_among_others(monkeypatch):
    members = population(Mlp((8,), "tanh", "normal"), members=5)
    together = dreams(members, np.arange(4), STARTS, Ascent(steps=20))
    alone = dreams(members[3:4], np.arange(4), STARTS, Ascent(steps=20))
    np.testing.assert_allclose(together[3:4], alone, atol=1e-3)
    monkeypatch.setattr(module, "BYTES_AT_ONCE", 2 * 12 * 4 * 12 * 30)  # about two members at a time
    np.testing.assert_allclose(together, dreams(members, np.arange(4), STARTS, Ascent(steps=20)), atol=1e-3)


def test_starts_are_what_they_are_called():
    noise, grey, blank = STARTS
    assert len(np.unique(noise)) == noise.size
    assert (grey == 0.5).all()
    assert (blank == 0).all()
    assert (starting_pictures(("noise",), SHAPE, 0) == noise).all()
    assert (starting_pictures(("noise",), SHAPE, 1) != noise).any()
