import json
from dataclasses import replace

import numpy as np
import pytest

from thalweg.errors import RecipeError
from thalweg.statistics import intervals
from thalweg.studies.optimisers.settings import Settings
from thalweg.studies.optimisers.study import Optimisers, Tuned, optimisers, recipe_of

SMALL = Settings(
    optimisers=("sgd", "full-batch"),
    members=3,
    rates=3,
    lowest=1e-6,
    highest=0.1,
    grid_starts=1,
    hidden=(8,),
    epochs=12,
    batch_size=8,
    full_batch_epochs=3,
)


@pytest.fixture(scope="module")
def found(quarters_dataset):
    return optimisers(quarters_dataset, SMALL, seed=3)


def test_each_is_tuned_on_its_grid(found):
    sgd = found.tuned["sgd"]
    np.testing.assert_allclose(sgd.rates, [1e-6, 10**-3.5, 0.1])
    assert sgd.rate == pytest.approx(0.1)
    assert sgd.at_the_edge
    assert sgd.validation.shape == (3, 12)
    assert found.tuned["full-batch"].validation.shape == (3, 3)


def test_three_steps_of_full_batch_do_worse_than_many_of_sgd(found):
    assert found.winner == "sgd"
    lead = found.lead("full-batch")
    assert lead.low is not None
    assert lead.low > 0


def test_fresh_starts_are_not_those_of_the_grid(quarters_dataset, monkeypatch):
    import thalweg.training

    firsts = []
    real = thalweg.training.train

    def spy(*positional, **named):
        firsts.append((named.get("first", 0), named["members"]))
        return real(*positional, **named)

    monkeypatch.setattr(thalweg.training, "train", spy)
    optimisers(quarters_dataset, replace(SMALL, optimisers=("full-batch",)))
    assert firsts == [(0, 3), (3, 3)]


def test_numbers_are_those_of_the_tables():
    last = np.array([[1, 1, 0, 1], [1, 0, 0, 1]], bool)
    one = Tuned(np.array([0.1, 0.2, 0.3]), np.array([0.1, 0.7, 0.2]), np.array([[0.5], [0.7]]), last, ~last)
    record = Optimisers(SMALL, {"adam": one}, 4, (0.25, "a"))
    content = json.loads(json.dumps(record.to_json(), allow_nan=False))["optimisers"]["adam"]
    assert content["learning_rate"] == 0.2
    assert not content["at_the_edge_of_the_grid"]
    assert content["test_accuracy_last_epoch"]["value"] == last.mean()
    assert content["test_accuracy_best_epoch"]["value"] == 1 - last.mean()
    expected = intervals.crossed(last).measured.interval
    assert tuple(content["test_accuracy_last_epoch"]["interval"]) == pytest.approx(expected)


def test_each_optimiser_is_what_it_says():
    assert recipe_of("momentum", SMALL, 0.1).optimiser.momentum == SMALL.momentum
    assert recipe_of("sgd", SMALL, 0.1).optimiser.momentum == 0
    assert recipe_of("full-batch", SMALL, 0.1).batch_size == "full"
    assert recipe_of("adam", SMALL, (0.1, 0.2)).optimiser.learning_rate == (0.1, 0.2)


def test_a_grid_upside_down_is_named():
    with pytest.raises(RecipeError, match="lowest=2, highest=1"):
        Settings(lowest=2.0, highest=1.0)
