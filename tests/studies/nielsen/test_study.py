import json
from dataclasses import replace

import jax
import numpy as np
import pytest
from scipy import stats

from thalweg.errors import RecipeError
from thalweg.studies.nielsen.rows import ROWS, BookRow
from thalweg.studies.nielsen.settings import Settings
from thalweg.studies.nielsen.study import (
    Nielsen,
    Reproduced,
    _recipe,
    as_in_the_book,
    looks,
    nielsen,
    prediction_interval,
)

ROW = BookRow("a row", "1", (30,), "quadratic", 3.0, 2, peak=0.95, last=0.90)


def reproduced(test, validation=None, row=ROW, comparable=True):
    test = np.asarray(test, float)
    return Reproduced(
        row, test, test if validation is None else np.asarray(validation, float), comparable, 0, 2
    )


@pytest.fixture(scope="module")
def found(quarters_dataset):
    return nielsen(quarters_dataset, Settings(members=3, chapters=("1",), most_epochs=2), seed=1)


def test_every_row_of_the_chapter_is_trained(found):
    names = [row.name for row in ROWS if row.chapter == "1"]
    assert [one.row.name for one in found.rows_reproduced] == names
    assert all(one.test.shape == (3, 2) for one in found.rows_reproduced)


def test_other_data_are_never_held_against_the_book(found):
    assert found.judged == []
    assert "inside" not in repr(found).lower()
    assert "compared with the book?: no: learned from quarters, the book from MNIST" in repr(found)
    content = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert content["published_numbers"] == 0
    assert content["rows"][0]["peak"]["published"] == 0.9542


def test_peak_and_last_by_hand():
    one = reproduced([[0.5, 0.96, 0.90], [0.5, 0.94, 0.92], [0.5, 0.95, 0.91]])
    assert one.peak.tolist() == [0.96, 0.94, 0.95]
    assert one.last.tolist() == [0.90, 0.92, 0.91]
    assert one.inside("peak")
    assert one.inside("last")
    far = reproduced(one.test, row=replace(ROW, peak=0.85))
    assert far.inside("peak") is False
    assert reproduced(one.test, comparable=False).inside("peak") is None


def test_an_interval_that_holds_anything_tests_nothing():
    stuck = reproduced([[0.95, 0.95], [0.96, 0.96], [0.60, 0.60]])
    assert np.diff(stuck.one_more("peak"))[0] > 0.2
    assert stuck.inside("peak") is None
    found = Nielsen((stuck, reproduced([[0.95, 0.91], [0.94, 0.90], [0.96, 0.89]])), 3, "mnist")
    assert found.not_tested == [("a row", "peak"), ("a row", "last")]
    content = found.to_json()
    assert (content["published_numbers"], content["inside"], content["not_tested"]) == (2, 2, 2)
    assert "is not tested by" in found.rows()[0][1]
    assert "2 of 2 published numbers" in found.rows()[-1][1]
    assert "2 more are not tested" in found.rows()[-1][1]


def test_a_selected_number_is_the_test_accuracy_at_the_best_validation_epoch():
    row = replace(ROW, selected=3)
    one = reproduced([[0.9, 0.8], [0.7, 0.6]], validation=[[0.1, 0.2], [0.4, 0.3]], row=row)
    assert one.peak.tolist() == [0.8, 0.7]


def test_prediction_interval_of_one_run_is_students():
    values = np.array([0.91, 0.95, 0.93, 0.94])
    low, high = prediction_interval(values, runs=1, seed=0)
    reach = stats.t.ppf(0.975, 3) * values.std(ddof=1) * np.sqrt(1 + 1 / 4)
    assert (low, high) == pytest.approx((values.mean() - reach, values.mean() + reach))


@pytest.mark.parametrize("runs", [1, 3])
def test_the_next_best_run_falls_inside_as_often_as_it_says(runs):
    generator = np.random.default_rng(5)
    trials = 200
    held = 0
    for trial in range(trials):
        low, high = prediction_interval(generator.standard_normal(5), runs=runs, seed=trial)
        held += low <= generator.standard_normal(runs).max() <= high
    assert stats.binomtest(held, trials, 0.95).pvalue > 1e-3


def test_an_accuracy_is_never_expected_above_one_or_below_nothing():
    one = reproduced([[0.2, 0.97], [0.2, 0.80], [0.2, 0.98]])
    assert one.one_more("peak")[1] == 1.0
    assert reproduced([[0.1, 0.30], [0.1, 0.02], [0.1, 0.01]]).one_more("last")[0] == 0.0


def test_every_start_has_an_order_of_its_own():
    """One more run of the book's would shuffle anew; a spread over starts alone would be too narrow."""
    assert _recipe(ROW, 100).order == "own"


def test_a_row_of_pictures_builds_the_network_of_the_book():
    row = next(row for row in ROWS if row.name == "two convolutions, 1,000 and 1,000 ReLU, dropout")
    recipe = _recipe(row, 250_000)
    network = jax.eval_shape(lambda key: recipe.network.build(key, (28, 28), 10), jax.random.key(0))
    numbers = sum(leaf.size for leaf in jax.tree.leaves(network))
    # 20 (25 + 1), 40 (20 * 25 + 1), 1000 (640 + 1), 1000 (1000 + 1) and 10 (1000 + 1)
    assert numbers == 520 + 20_040 + 641_000 + 1_001_000 + 10_010
    assert (recipe.dropout, recipe.l2, recipe.epochs, recipe.optimiser.learning_rate) == (0.5, 0.0, 40, 0.03)
    plain = next(row for row in ROWS if row.name == "two convolutions, 100 ReLU")
    assert plain.l2 == pytest.approx(0.1 / 5000)


def test_the_book_holds_out_a_part(quarters_dataset):
    train, validation = as_in_the_book(quarters_dataset)
    assert len(train) + len(validation) == len(quarters_dataset.train)
    assert len(validation) / len(quarters_dataset.train) == pytest.approx(1 / 6, abs=0.03)


def test_bad_settings_are_named():
    with pytest.raises(RecipeError, match="chapters"):
        Settings(chapters=("2",))


def test_many_epochs_are_looked_at_now_and_then_and_the_last_always():
    assert looks(30) == list(range(1, 31))
    assert looks(400) == list(range(1, 401))
    few = looks(15_000)
    assert len(few) == 100
    assert (few[0], few[-1]) == (150, 15_000)
