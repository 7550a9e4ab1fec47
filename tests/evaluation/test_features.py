import json

import equinox as eqx
import jax
import numpy as np
import pytest
from scipy.stats import false_discovery_control

from thalweg.data.dataset import TrainSplit
from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation.features import features
from thalweg.networks import ConvNet, Mlp, Population

from .fakes import FakePopulation

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
    return features(with_edges(population(), 4), split, starts=population(members=40, seed=9), **QUICK)


def test_the_neurons_with_edges_are_found_and_the_others_are_not(record):
    for chance in (record.shuffled, record.starts):
        assert chance.structured[:, :4].all()
        assert chance.structured[:, 4:].mean() < 0.2
        assert chance.share.value == chance.structured.mean()
        assert chance.share.low <= chance.share.value <= chance.share.high
        expected = false_discovery_control(chance.p_values, axis=1) <= 0.05
        np.testing.assert_array_equal(chance.structured, expected)
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
    assert "random, as far as can be seen" in found.rows()[0][1]


def test_means_and_references(record):
    assert record.mean_moran.value == pytest.approx(record.moran.mean())
    assert record.mean_moran.low < record.mean_moran.value < record.mean_moran.high
    assert record.mean_slope.value < record.shuffled.slope - 0.2
    assert record.shuffled.moran == pytest.approx(-1 / 35, abs=0.01)
    assert record.starts.moran == pytest.approx(-1 / 35, abs=0.03)
    assert record.examples_moran > 0.3


def test_record(record):
    plain = json.loads(json.dumps(record.to_json(), allow_nan=False))
    assert plain["shuffled"]["share_structured"]["value"] == record.shuffled.share.value
    assert plain["members"] == 3
    assert plain["pixels"] == 36
    assert record.arrays()["images"].shape == (3, NEURONS, *SHAPE, 1)
    assert record.arrays()["p_values"].shape == (3, NEURONS)
    assert all(isinstance(text, str) and text for row in record.rows() for text in row)
    assert "<table>" in record._repr_html_()


def test_the_answer_in_words(split):
    answer = features(with_edges(population(), NEURONS), split, **QUICK).rows()[0][1]
    assert answer.startswith("not random")
    assert "real pictures" in answer


def test_filters_of_a_convolution_have_no_slope(split):
    found = features(population(ConvNet((4,), dense=())), split, **QUICK)
    assert found.kind == "filter"
    assert found.moran.shape == (3, 4)
    assert found.examples_moran is None
    assert found.to_json()["spectral_slope"]["value"] is None
    assert found.mask.all()
    assert len(found.rows()) == 2


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
    with pytest.raises(EvaluationError, match="first weights of shape"):
        features(population(), split, starts=population(shape=(5, 20)))
    with pytest.raises(EvaluationError, match="images of 5x20"):
        features(population(shape=(5, 20)), split)
    with pytest.raises(EvaluationError, match="permutations=0"):
        features(population(), split, permutations=0)
    with pytest.raises(EvaluationError, match=r"false_discovery_rate=1\.5"):
        features(population(), split, false_discovery_rate=1.5)
