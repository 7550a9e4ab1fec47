import json

import numpy as np
import pytest
from scipy.stats import spearmanr

from thalweg.studies.structure.critical_samples import near_another_answer
from thalweg.studies.structure.settings import Settings
from thalweg.studies.structure.study import order_correlations, structure

SMALL = Settings(
    members=3,
    examples=60,
    width=32,
    kinds=("true", "random"),
    epochs=60,
    batch_size=10,
    learning_rate=0.01,
    radius=0.05,
    critical_examples=12,
    critical_members=2,
)


@pytest.fixture(scope="module")
def found(quarters_dataset):
    return structure(quarters_dataset, SMALL, seed=1)


def test_structured_data_are_learned_faster(found):
    ratio = found.ratio("random", 0.9)
    assert ratio.low is not None
    assert ratio.low > 1.0


def test_remembered_answers_change_nearer_by(found):
    true, random = found.kinds["true"], found.kinds["random"]
    assert true.late.value < random.late.value


def test_first_epochs_are_those_of_the_curves(found):
    learned = found.kinds["random"]
    # right after epoch 1 at the latest after epoch 1
    right_at_once = (learned.first == 1).mean(axis=1)
    np.testing.assert_allclose(right_at_once, learned.curves.train[:, 1])
    assert (np.isfinite(learned.first).mean(axis=1) >= learned.curves.train.max(axis=1)).all()


def test_order_correlations_are_spearmans():
    first = np.random.default_rng(0).integers(1, 6, (3, 40)).astype(float)
    expected = [spearmanr(first[a], first[b]).statistic for a, b in ((0, 1), (0, 2), (1, 2))]
    np.testing.assert_allclose(order_correlations(first), expected)
    assert order_correlations(np.ones((2, 5))).tolist() == [0.0]


def test_the_record_is_plain(found):
    content = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert set(content["kinds"]) == {"true", "random"}
    assert content["kinds"]["true"]["epochs_ratio_to_true"]["1"]["value"] == 1.0
    arrays = found.arrays()
    assert arrays["first true"].shape == arrays["labels"].shape == (60,)
    assert "order of learning" in repr(found)


def test_critical_samples_of_known_boundaries(quarters_dataset):
    import equinox as eqx
    import jax
    import jax.numpy as jnp

    from thalweg.networks import Mlp
    from thalweg.networks.population import Population

    # logits (0, w.x + b): the boundary is the plane where the first pixel is 0.5, or 0.9
    networks = eqx.filter_vmap(lambda key: Mlp((), "relu").build(key, (6, 6), 2))(
        jax.random.split(jax.random.key(0), 2)
    )
    weight = jnp.zeros((2, 2, 36)).at[:, 1, 0].set(1.0)
    bias = jnp.zeros((2, 2)).at[:, 1].set(jnp.array([-0.5, -0.9]))
    networks = eqx.tree_at(lambda n: (n.layers[0].weight, n.layers[0].bias), networks, (weight, bias))
    population = Population(networks, np.zeros(2, bool), "softmax", (6, 6), ("low", "high"))
    split = quarters_dataset.train.take(slice(0, 3))
    raw = split.raw.copy()
    raw[:, 0, 0] = (255 * np.array([0.45, 0.7, 0.85])).astype(np.uint8)
    raw[0, 5, 5], raw[0, 5, 4] = 255, 0  # the range of the inputs is 0..1
    from dataclasses import replace

    near = near_another_answer(population, replace(split, raw=raw), radius=0.1, seed=0)
    assert near.tolist() == [[True, False, False], [False, False, True]]
