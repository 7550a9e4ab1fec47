import json

import equinox as eqx
import jax
import numpy as np
import pytest
from scipy.stats import false_discovery_control

from tests.evaluation.fakes import FakePopulation, unasked
from thalweg.data.dataset import TrainSplit
from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation.features.measure import features
from thalweg.evaluation.features.pictures import shuffled_pixels
from thalweg.networks import ConvNet, Mlp, Population
from thalweg.training.optimisers import Sgd
from thalweg.training.population import train
from thalweg.training.recipe import Recipe

SHAPE, NEURONS = (10, 10), 8
QUICK = {"permutations": 399}


def population(spec=None, *, members=3, shape=SHAPE, seed=1, diverged=()):
    spec = spec or Mlp((NEURONS,), initialisation="normal")
    keys = jax.random.split(jax.random.key(seed), members)
    networks = jax.vmap(lambda key: spec.build(key, shape, 4))(keys)
    return Population(networks, np.isin(np.arange(members), diverged), "softmax", shape, tuple("abcd"))


def with_edges(members, neurons, strength=3.0):
    """The same population, but the first `neurons` of every member have an oriented edge in their noise."""
    row, column = np.mgrid[: SHAPE[0], : SHAPE[1]] - 4.5
    angles = np.pi * np.arange(neurons) / neurons
    edges = np.stack([np.tanh(row * np.cos(angle) + column * np.sin(angle)) for angle in angles])
    weight = np.array(members.networks.layers[0].weight)
    weight[:, :neurons] += strength * edges.reshape(neurons, -1)
    return eqx.tree_at(lambda tree: tree.networks.layers[0].weight, members, jax.numpy.asarray(weight))


@pytest.fixture(scope="module")
def split():
    """Smooth pictures with a border of two pixels that is always black."""
    generator = np.random.default_rng(0)
    raw = np.zeros((60, *SHAPE), np.uint8)
    raw[:, 2:-2, 2:-2] = np.repeat(np.repeat(generator.integers(0, 255, (60, 3, 3)), 2, axis=1), 2, axis=2)
    return TrainSplit(raw, (np.arange(60) % 4).astype(np.int32), tuple("abcd"))


@pytest.fixture(scope="module")
def record(split):
    return features(
        with_edges(population(), 4),
        split,
        starts=population(),
        permuted=population(members=9, seed=9),
        **QUICK,
    )


def test_the_neurons_with_edges_are_found_and_the_others_are_not(record):
    for chance in (record.shuffled, record.starts, record.permuted):
        assert chance.p_values[:, :4].max() < 0.1
        assert chance.more_moran.difference.low > 0
        assert chance.structured[:, 4:].mean() < 0.2
        assert chance.share.value == chance.structured.mean()
        assert chance.share.low <= chance.share.value <= chance.share.high
        expected = false_discovery_control(chance.p_values, axis=1) <= 0.05
        np.testing.assert_array_equal(chance.structured, expected)
    assert record.shuffled.structured[:, :4].all()
    assert record.shuffled.p_values[:, :4].max() < 0.02


def test_only_pixels_that_vary_are_measured(record, split):
    assert record.mask.sum() == 36
    weight = np.array(population().networks.layers[0].weight).reshape(3, NEURONS, *SHAPE)
    weight[:, :, :2] = 5  # the border has moved, where the data are always black
    bordered = eqx.tree_at(
        lambda tree: tree.networks.layers[0].weight, population(), weight.reshape(3, NEURONS, -1)
    )
    plain, marked = (features(members, split, **QUICK) for members in (population(), bordered))
    np.testing.assert_allclose(plain.moran, marked.moran, atol=1e-6)


def test_random_starts_are_as_random_as_can_be_seen(split):
    found = features(population(members=12), split, **QUICK)
    assert found.shuffled.share.value < 0.05
    assert (found.shuffled.p_values < 0.05).mean() == pytest.approx(0.05, abs=0.06)
    assert found.mean_moran.low < found.shuffled.moran < found.mean_moran.high
    assert "random, as far as can be seen" in unasked(found).rows()[0][1]


def test_means_and_references(record):
    assert record.mean_moran.value == pytest.approx(record.moran.mean())
    assert record.mean_moran.low < record.mean_moran.value < record.mean_moran.high
    assert record.mean_slope.value < record.shuffled.slope - 0.2
    assert record.shuffled.moran == pytest.approx(-1 / 35, abs=0.01)
    for chance in (record.starts, record.permuted):
        assert chance.moran == pytest.approx(-1 / 35, abs=0.05)
    assert record.examples_moran > 0.3


def test_record(record):
    plain = json.loads(json.dumps(record.to_json(), allow_nan=False))
    assert plain["shuffled"]["share_structured"]["value"] == record.shuffled.share.value
    assert plain["members"] == 3
    assert (plain["starts"]["draws"], plain["permuted"]["draws"]) == (24, 72)
    assert plain["starts"]["moran_difference"]["p"] == record.starts.more_moran.p
    assert plain["training"]["start_left"]["value"] == record.training.start_left.value
    assert plain["pixels"] == 36
    assert record.arrays()["images"].shape == (3, NEURONS, *SHAPE, 1)
    for name in ("p_values", "start_p_values", "permuted_p_values"):
        assert record.arrays()[name].shape == (3, NEURONS)
    assert all(isinstance(text, str) and text for row in unasked(record).rows() for text in row)
    assert "<table>" in record._repr_html_()


def test_the_answer_in_words(split, record):
    answers = dict(unasked(features(with_edges(population(), NEURONS), split, **QUICK)).rows())
    assert answers['How random is "almost random"?'].startswith("not random")
    assert "real pictures" in answers['How random is "almost random"?']
    assert "pass starts=" in answers["And than where they started?"]
    assert "pass permuted=" in answers["And than after learning from shuffled pixels?"]
    measured = dict(unasked(record).rows())
    assert "of what they are is still the start" in measured["And than where they started?"]
    assert "9 members" in measured["And than after learning from shuffled pixels?"]


def test_what_was_not_given_says_how_to_get_it(split):
    found = features(population(), split, **QUICK)
    for name in ("starts", "permuted", "training"):
        assert "not_measured" in found.to_json()[name]
    assert "start_p_values" not in found.arrays()


def test_the_hint_gives_the_members_own_starts(split):
    recipe = Recipe(network=Mlp((NEURONS,)), optimiser=Sgd(0.1), batch_size=10, epochs=1)
    trained = train(recipe, split, members=3, seed=4)
    starts = train(recipe, split, members=3, seed=4, watch=lambda epochs, members: True)
    assert features(trained, split, starts=starts, **QUICK).training.start_left.value > 0.9
    others = train(recipe, split, members=3, seed=5, watch=lambda epochs, members: True)
    assert features(trained, split, starts=others, **QUICK).training.start_left.value < 0.2
    permuted = train(recipe, shuffled_pixels(split), members=3, seed=4)
    assert features(trained, split, permuted=permuted, **QUICK).permuted.draws == 3 * NEURONS


def test_own_starts_are_paired_neuron_by_neuron(split):
    trained = with_edges(population(members=4), 4)
    found = features(trained, split, starts=population(members=4), **QUICK)
    assert (found.training.start_left.value < 0.7) & (found.training.start_left.value > 0.5)  # half untouched
    mixed = features(trained, split, starts=population(members=4)[np.array([1, 2, 3, 0])], **QUICK)
    assert mixed.training.start_left.value < 0.2


def test_a_diverged_member_and_its_start_are_left_out(split):
    found = features(population(diverged=(1,)), split, starts=with_edges(population(), 4), **QUICK)
    left = features(
        population()[np.array([0, 2])], split, starts=with_edges(population(), 4)[np.array([0, 2])], **QUICK
    )
    assert found.training == left.training
    np.testing.assert_array_equal(found.starts.p_values, left.starts.p_values)


def test_filters_of_a_convolution_have_no_slope(split):
    found = features(population(ConvNet((4,), dense=())), split, **QUICK)
    assert found.kind == "filter"
    assert found.moran.shape == (3, 4)
    assert found.examples_moran is None
    assert found.to_json()["spectral_slope"]["value"] is None
    assert found.mask.all()
    assert found.most_moran == pytest.approx(9 / 12 * np.sqrt(2) / 2)
    assert len(unasked(found).rows()) == 4
    assert "all 12 together" in unasked(found).rows()[0][1]


def test_one_network_has_no_interval_and_a_diverged_one_is_left_out(split):
    assert features(population()[0], split, **QUICK).mean_moran.interval is None
    found = features(population(diverged=(1,)), split, **QUICK)
    assert found.members.tolist() == [0, 2]
    assert found.excluded == (1,)


def test_what_cannot_be_measured(split):
    with pytest.raises(NotApplicable, match="shows none"):
        features(FakePopulation.random(2), split)
    with pytest.raises(NotApplicable, match="no pictures"):
        features(population(shape=(100,)), split)
    with pytest.raises(EvaluationError, match="Starts with first weights of shape"):
        features(population(), split, starts=population(shape=(5, 20)))
    with pytest.raises(EvaluationError, match="2 starts of 3 members"):
        features(population(), split, starts=population(members=2))
    with pytest.raises(EvaluationError, match="very weights of the 3 members"):
        features(population(), split, starts=population())
    with pytest.raises(EvaluationError, match="shuffled pixels have first weights of shape"):
        features(population(), split, permuted=population(Mlp((3,))))
    with pytest.raises(NotApplicable, match="FakePopulation shows none"):
        features(population(), split, permuted=FakePopulation.random(2))
    with pytest.raises(EvaluationError, match="images of 5x20"):
        features(population(shape=(5, 20)), split)
    with pytest.raises(EvaluationError, match="permutations=0"):
        features(population(), split, permutations=0)
    with pytest.raises(EvaluationError, match=r"false_discovery_rate=1\.5"):
        features(population(), split, false_discovery_rate=1.5)
