import json
from dataclasses import replace

import jax
import numpy as np
import pytest

from tests.studies.kept import Kept
from thalweg.errors import RecipeError, StudyError
from thalweg.networks.linear import Linear
from thalweg.networks.mlp import MlpNetwork
from thalweg.networks.population import Population
from thalweg.statistics.pairs import all_pairs
from thalweg.studies.barrier_width.settings import PRESETS, Settings
from thalweg.studies.barrier_width.study import barrier_width, barriers_of

SMALL = Settings(
    members=4, widths=(2, 3, 4, 6), epochs=2, batch_size=20, examples=0, measured_on=40, points=5
)


@pytest.fixture(scope="module")
def parts():
    return Kept()


@pytest.fixture(scope="module")
def found(quarters_dataset, parts):
    return barrier_width(quarters_dataset, SMALL, seed=2, parts=parts)


def test_every_width_and_matching_has_a_barrier_for_every_pair(found, parts):
    assert len(parts) == 4
    assert list(found.laws) == ["unaligned", "weights", "activations", "together"]
    assert all(values.shape == (6,) for each in found.pairs.values() for values in each.values())
    assert all((values >= 0).all() for each in found.pairs.values() for values in each.values())
    json.dumps(found.to_json(), allow_nan=False)


def test_a_study_that_goes_on_gives_the_same(found, parts, quarters_dataset):
    some = Kept(list(parts.items())[:2])
    assert barrier_width(quarters_dataset, SMALL, seed=2, parts=some).to_json() == found.to_json()


def population_of(networks):
    stacked = jax.tree.map(lambda *leaves: np.stack(leaves), *networks)
    return Population(stacked, np.zeros(len(networks), bool), "softmax", (6, 6), tuple("0123"))


def test_the_same_network_in_other_orders_has_a_barrier_only_as_it_is(quarters_dataset):
    """A barrier known by construction: none once units are matched, in whichever way."""
    generator = np.random.default_rng(0)
    into, out = 3 * generator.normal(size=(7, 36)), 3 * generator.normal(size=(4, 7))
    bias = generator.normal(size=7)
    networks = []
    for _ in range(4):
        order = generator.permutation(7)
        layers = (
            Linear(np.float32(into[order]), np.float32(bias[order])),
            Linear(np.float32(out[:, order]), np.zeros(4, np.float32)),
        )
        networks.append(MlpNetwork(layers, "relu"))
    settings = replace(SMALL, widths=(7, 8, 9, 10))
    found = barriers_of(population_of(networks), quarters_dataset, settings, cost="cross-entropy", seed=0)
    assert found["unaligned"].max() > 0.1
    for method in settings.methods:
        np.testing.assert_allclose(found[method], 0.0, atol=1e-4)


def test_barriers_are_those_of_lines_that_are_walked_by_hand(quarters_dataset):
    generator = np.random.default_rng(1)
    networks = [
        MlpNetwork(
            (
                Linear(np.float32(generator.normal(size=(3, 36))), np.zeros(3, np.float32)),
                Linear(np.float32(generator.normal(size=(4, 3))), np.zeros(4, np.float32)),
            ),
            "relu",
        )
        for _ in range(4)
    ]
    settings = replace(SMALL, methods=("weights",), measured_on=10**6)
    found = barriers_of(population_of(networks), quarters_dataset, settings, cost="cross-entropy", seed=0)
    split = quarters_dataset.train
    inputs = split.inputs.reshape(len(split), -1).astype(np.float64)

    def cost(weights):
        logits = np.maximum(inputs @ weights[0].T, 0) @ weights[1].T
        return (np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(split)), split.labels]).mean()

    flat = [[np.float64(layer.weight) for layer in network.layers] for network in networks]
    for (first, second), barrier in zip(all_pairs(4), found["unaligned"], strict=True):
        ends = cost(flat[first]), cost(flat[second])
        above = [
            cost([(1 - a) * one + a * other for one, other in zip(flat[first], flat[second], strict=True)])
            - ((1 - a) * ends[0] + a * ends[1])
            for a in (0.25, 0.5, 0.75)
        ]
        assert barrier == pytest.approx(max(0.0, *above), rel=1e-4, abs=1e-4)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"members": 1}, "members=1"),
        ({"widths": (8,)}, "widths="),
        ({"widths": (8, 4, 16, 32)}, "widths="),
        ({"methods": ("weights", "weights")}, "methods="),
        ({"methods": ("luck",)}, "methods"),
        ({"points": 2}, "points=2"),
    ],
)
def test_settings_that_cannot_answer_are_refused(changes, named):
    with pytest.raises((StudyError, RecipeError), match=named) as error:
        replace(SMALL, **changes)
    assert error.value.hint


def test_data_that_cannot_answer_are_refused_before_any_training(quarters_dataset):
    def train_nothing(*told):
        raise AssertionError("nothing may be trained")

    with pytest.raises(StudyError, match="2 training examples of 4 classes"):
        barrier_width(quarters_dataset, replace(SMALL, examples=2), progress=train_nothing)
    train = quarters_dataset.train
    same = replace(quarters_dataset, train_part=replace(train, labels=np.zeros_like(train.labels)))
    with pytest.raises(StudyError, match="nothing to tell apart"):
        barrier_width(same, SMALL, progress=train_nothing)


def test_what_does_not_fit_into_memory_is_refused_before_the_narrowest_is_trained(
    quarters_dataset, monkeypatch
):
    from thalweg import memory
    from thalweg.errors import TooLarge

    def train_nothing(*told):
        raise AssertionError("nothing may be trained")

    monkeypatch.setenv(memory.VARIABLE, "700MB")
    wide = replace(SMALL, widths=(2, 4, 8, 2000))
    with pytest.raises(TooLarge, match="Matching 4 members of width 2000") as error:
        barrier_width(quarters_dataset, wide, progress=train_nothing)
    assert "--widths" in error.value.hint


def test_members_that_diverge_are_said(quarters_dataset):
    with pytest.raises(StudyError, match="of 4 members of width 2 diverged"):
        barrier_width(quarters_dataset, replace(SMALL, learning_rate=1e30))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_quick_takes_the_hill_away_by_matching(digits):
    found = barrier_width(digits, replace(PRESETS["quick"], members=4, widths=(6, 12, 24, 48)))
    assert found.over_chance.learned
    for name in ("weights", "activations", "together"):
        assert found.pairs[name][48].mean() < 0.7 * found.pairs["unaligned"][48].mean()
