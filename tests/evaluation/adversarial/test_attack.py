import jax
import numpy as np
import pytest

from thalweg.evaluation.adversarial import attack as module
from thalweg.evaluation.adversarial.attack import (
    Effort,
    Target,
    smallest_changes,
    smallest_changes_of_ensemble,
)
from thalweg.networks import Mlp, Population

SHAPE, CLASSES = (6, 5), 4
NORMS = ("linf", "l2")
EFFORT = Effort(steps=20, starts=2)


def population(spec, *, members=3, readout="softmax", shape=SHAPE, classes=CLASSES):
    keys = jax.random.split(jax.random.key(1), members)
    networks = jax.vmap(lambda key: spec.build(key, shape, classes))(keys)
    return Population(networks, np.zeros(members, bool), readout, shape, tuple("abcdefghij"[:classes]))


def target(answering, *, examples=25, low=0.0, high=1.0):
    """Random images, labelled as the members' vote answers them."""
    inputs = np.random.default_rng(3).uniform(low, high, (examples, *SHAPE)).astype(np.float32)
    return Target(inputs, answering.ensemble.probabilities(inputs).argmax(axis=1))


@pytest.fixture(scope="module")
def curved():
    return population(Mlp((8,), "tanh", "normal"))


@pytest.fixture(scope="module")
def attacked(curved):
    images = target(curved)
    return images, {norm: smallest_changes(curved, images, norm=norm, effort=EFFORT) for norm in NORMS}


def size(change, norm):
    flat = np.abs(change).reshape(*change.shape[:-2], -1)
    return flat.max(axis=-1) if norm == "linf" else np.sqrt((flat**2).sum(axis=-1))


def nearest_boundary(weights, biases, images, norm):
    """The smallest change that flips a linear classifier: margin over the dual norm, least over classes."""
    flat = images.inputs.reshape(len(images.labels), -1)
    logits = flat @ weights.T + biases
    lead = logits[np.arange(len(flat)), images.labels][:, None] - logits
    difference = weights[images.labels][:, None, :] - weights[None, :, :]
    order = 1 if norm == "linf" else 2
    with np.errstate(invalid="ignore", divide="ignore"):
        distance = lead / np.linalg.norm(difference, ord=order, axis=2)
    distance[np.arange(len(flat)), images.labels] = np.inf
    return np.maximum(distance.min(axis=1), 0.0)


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("readout", ["softmax", "sigmoid"])
def test_a_linear_classifier_is_defeated_by_its_margin_over_the_dual_norm(norm, readout):
    linear = population(Mlp(()), readout=readout)
    images = target(linear, low=0.45, high=0.55)
    found = smallest_changes(linear, images, norm=norm, effort=EFFORT)
    layer = linear.networks.layers[0]
    for member in range(3):
        weights, biases = np.asarray(layer.weight[member]), np.asarray(layer.bias[member])
        expected = nearest_boundary(weights, biases, images, norm)
        assert expected.max() < 0.45 if norm == "linf" else True  # the range of pixels is not in the way
        np.testing.assert_allclose(found.iterated[member], expected, rtol=0.01, atol=1e-5)
        assert (found.iterated[member] >= expected * (1 - 1e-4)).all()


@pytest.mark.parametrize("norm", NORMS)
def test_the_nearest_class_is_not_the_one_that_comes_second(norm):
    """Class 1 comes second but hardly moves with the input; class 2 is far behind and moves fast."""
    linear = population(Mlp(()), members=1)
    weights = np.zeros((1, CLASSES, 30), np.float32)
    weights[0, 1, :15], weights[0, 2, 15:] = 0.01, 1.0
    biases = np.array([[2.0, 1.7, -7.0, -50.0]], np.float32)
    layer = type(linear.networks.layers[0])(weights, biases)
    network = type(linear.networks)((layer,), "sigmoid")
    linear = Population(network, np.zeros(1, bool), "softmax", SHAPE, linear.class_names)
    images = target(linear, low=0.49, high=0.51)
    assert (images.labels == 0).all()
    expected = nearest_boundary(weights[0], biases[0], images, norm)
    found = smallest_changes(linear, images, norm=norm, effort=EFFORT)
    np.testing.assert_allclose(found.iterated[0], expected, rtol=0.01)


@pytest.mark.parametrize("norm", NORMS)
def test_the_ensemble_of_equal_members_is_defeated_like_one_of_them(norm):
    linear = population(Mlp(()), members=1)
    twice = linear[[0, 0]]
    images = target(linear, low=0.45, high=0.55)
    found = smallest_changes_of_ensemble(twice, images, norm=norm, effort=EFFORT)
    layer = linear.networks.layers[0]
    expected = nearest_boundary(np.asarray(layer.weight[0]), np.asarray(layer.bias[0]), images, norm)
    np.testing.assert_allclose(found.iterated, expected, rtol=0.01, atol=1e-5)


@pytest.mark.parametrize("norm", NORMS)
def test_a_change_stays_in_range_has_the_size_said_and_flips_the_answer(curved, attacked, norm):
    images, found = attacked[0], attacked[1][norm]
    assert np.isfinite(found.iterated).any()
    for member in range(len(curved)):
        flipped = np.isfinite(found.iterated[member]) & (found.iterated[member] > 0)
        assert flipped.sum() > 5
        changed = (images.inputs + found.change[member])[flipped]
        assert changed.min() >= 0
        assert changed.max() <= 1
        np.testing.assert_allclose(
            size(found.change[member][flipped], norm), found.iterated[member][flipped], rtol=1e-5
        )
        logits = curved[member].logits(changed)
        own = logits[np.arange(len(changed)), images.labels[flipped]]
        assert (logits.max(axis=1) >= own - 1e-5).all()
        answers = logits.argmax(axis=1)
        assert (answers != images.labels[flipped]).mean() > 0.9  # all but those on the very boundary


@pytest.mark.parametrize("norm", NORMS)
def test_the_ensemble_is_flipped_by_what_was_found(curved, norm):
    images = target(curved)
    found = smallest_changes_of_ensemble(curved, images, norm=norm, effort=EFFORT)
    flipped = np.isfinite(found.iterated)
    changed = (images.inputs + found.change)[flipped]
    np.testing.assert_array_less(-1e-7, changed)
    answers = curved.ensemble.probabilities(changed)
    own = answers[np.arange(len(changed)), images.labels[flipped]]
    assert flipped.sum() > 3
    assert (answers.max(axis=1) >= own - 1e-5).all()


@pytest.mark.parametrize("norm", NORMS)
def test_the_stronger_attack_needs_less(attacked, norm):
    found = attacked[1][norm]
    assert (found.iterated <= found.single).all()
    right = found.iterated > 0
    assert np.median(found.single[right]) <= np.median(found.noise[right])
    assert (found.iterated < 0.99 * found.single)[right].mean() > 0.5


def test_twenty_steps_find_what_four_hundred_do(curved, attacked):
    images, found = attacked
    thorough = smallest_changes(curved, images, norm="l2", effort=Effort(steps=400, starts=4))
    right = np.isfinite(thorough.iterated) & (thorough.iterated > 0)
    assert np.isfinite(found["l2"].iterated[right]).all()
    ratio = found["l2"].iterated[right] / thorough.iterated[right]
    assert np.median(ratio) < 1.005
    assert ratio.mean() < 1.03


def test_what_is_wrong_already_needs_no_change(curved):
    images = target(curved)
    first = curved[:1]
    others = Target(images.inputs, (first.logits(images.inputs)[0].argmax(axis=1) + 1) % CLASSES)
    found = smallest_changes(first, others, norm="l2", effort=EFFORT)
    for sizes in (found.noise, found.single, found.iterated, found.change):
        np.testing.assert_array_equal(sizes, 0.0)


def test_step_neurons_leave_nothing_to_follow():
    steps = population(Mlp((8,), "step"))
    found = smallest_changes(steps, target(steps), norm="linf", effort=EFFORT)
    assert found.flat.all()
    assert np.isinf(found.single[found.noise > 0]).all()


def test_saturated_outputs_are_no_defence():
    """Logits of hundreds: the cross-entropy has no gradient left there, the margin has."""
    linear = population(Mlp(()), members=1)
    loud = jax.tree.map(lambda leaf: 1000 * leaf, linear)
    images = target(linear, low=0.45, high=0.55)
    quiet_found, loud_found = (
        smallest_changes(which, images, norm="l2", effort=EFFORT) for which in (linear, loud)
    )
    assert not loud_found.flat.any()
    np.testing.assert_allclose(loud_found.iterated, quiet_found.iterated, rtol=0.01, atol=1e-5)


def test_limits_are_kept(curved):
    images = target(curved, low=0.4, high=0.6)
    narrow = Target(images.inputs, images.labels, (np.full(SHAPE, 0.4), np.full(SHAPE, 0.6)))
    found = smallest_changes(curved, narrow, norm="linf", effort=EFFORT)
    changed = images.inputs + found.change
    assert changed.min() >= 0.4 - 1e-6
    assert changed.max() <= 0.6 + 1e-6
    assert found.iterated[np.isfinite(found.iterated)].max() <= 0.2 + 1e-6


def test_groups_change_nothing(curved, attacked, monkeypatch):
    images, found = attacked
    monkeypatch.setattr(module, "cells", lambda population: 2 * len(images.labels))
    grouped = smallest_changes(curved, images, norm="l2", effort=EFFORT)
    np.testing.assert_allclose(grouped.iterated, found["l2"].iterated, rtol=1e-3)
    np.testing.assert_allclose(grouped.noise, found["l2"].noise, rtol=1e-5)
    ensemble = smallest_changes_of_ensemble(curved, images, norm="l2", effort=EFFORT)
    monkeypatch.setattr(module, "cells", lambda population: 7 * len(population))
    again = smallest_changes_of_ensemble(curved, images, norm="l2", effort=EFFORT)
    np.testing.assert_allclose(again.iterated, ensemble.iterated, rtol=1e-3)


def test_the_same_seed_finds_the_same(curved, attacked):
    images, found = attacked
    again = smallest_changes(curved, images, norm="linf", effort=EFFORT)
    np.testing.assert_array_equal(again.iterated, found["linf"].iterated)
    other = smallest_changes(curved, images, norm="linf", effort=Effort(steps=20, starts=2, seed=1))
    assert (other.noise != found["linf"].noise).any()
