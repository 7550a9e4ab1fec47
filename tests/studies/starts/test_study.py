import dataclasses

import numpy as np
import pytest

from thalweg.errors import RecipeError, StudyError
from thalweg.record import Record
from thalweg.studies.starts import study as module
from thalweg.studies.starts.one_width import DISTRIBUTIONS
from thalweg.studies.starts.settings import PRESETS, Settings
from thalweg.studies.starts.study import blocks, recipe_of, starts

SMALL = Settings(
    members=8, widths=(3, 6), layers=1, epochs=12, batch_size=16, learning_rate=0.03, shuffled_members=8,
    aligned_members=6, cost="cross-entropy",
)  # fmt: skip


class Kept(dict):
    """Parts in memory."""

    def load(self, name):
        return self.get(name)

    def save(self, name, arrays):
        self[name] = {key: array.copy() for key, array in arrays.items()}


@pytest.fixture(scope="module")
def made(quarters_dataset):
    """The study of two widths, what it kept, and its progress."""
    kept, seen = Kept(), []
    record = starts(quarters_dataset, SMALL, seed=1, parts=kept, progress=lambda *place: seen.append(place))
    return record, kept, seen


def test_it_is_a_record(made):
    import json

    record, _, _ = made
    assert isinstance(record, Record)
    json.dumps(record.to_json(), allow_nan=False)
    assert "width 3: test accuracy" in repr(record)
    assert "<table>" in record._repr_html_()


def test_numbers_are_those_of_the_members(made, quarters_dataset):
    from thalweg.training import train

    record, _, _ = made
    recipe = recipe_of(SMALL, 6, len(quarters_dataset.train))
    population = train(recipe, quarters_dataset.train, members=8, seed=1)
    right = population.probabilities(quarters_dataset.test).argmax(-1) == quarters_dataset.test.labels
    one = record[6]
    np.testing.assert_allclose(one.test_accuracy.values, right.mean(1), atol=1e-9)
    assert one.test_accuracy.mean.value == pytest.approx(right.mean())
    assert one.test_accuracy.sd.value == pytest.approx(right.mean(1).std(ddof=1))
    assert one.parameters == population.parameters
    assert one.correlation.value == pytest.approx(
        np.corrcoef(one.train_cost.values, one.test_cost.values)[0, 1]
    )


def test_every_width_has_every_number(made):
    record, _, _ = made
    found = record.to_json()
    assert list(found["widths"]) == ["3", "6"]
    for width in found["widths"].values():
        assert width["members"] == 8
        for name in DISTRIBUTIONS:
            assert width[name]["mean"]["interval"][0] <= width[name]["mean"]["value"]
            quantiles = list(width[name]["quantiles"].values())
            assert quantiles == sorted(quantiles)
        assert {"accuracy", "cost"} == width["equal_starts"].keys()
        assert 0 < width["places"]["clusters"]["p_value_one_cloud"] <= 1
        assert width["shuffled"]["members"] == 8
    assert found["sd_factor_per_doubling"].keys() == set(DISTRIBUTIONS)


def test_arrays_are_enough_for_a_figure(made):
    arrays = made[0].arrays()
    assert arrays["widths"].tolist() == [3, 6]
    for width in (3, 6):
        assert arrays[f"train_cost_{width}"].shape == arrays[f"test_accuracy_{width}"].shape == (8,)
        assert arrays[f"distance_after_{width}"].shape == (15,)
        assert arrays[f"shuffled_train_cost_{width}"].shape == (8,)
    assert all(array.dtype.kind != "O" for array in arrays.values())


def test_labels_that_mean_nothing_are_not_learned(made):
    one = made[0][6]
    assert one.train_accuracy.mean.value > 0.6
    assert one.shuffled.train_accuracy.mean.value < 0.6
    assert one.shuffled.train_cost.mean.value > one.train_cost.mean.value
    assert one.shuffled.chance.value == pytest.approx(0.25)
    assert one.shuffled.test_accuracy.value < 0.5 < one.test_accuracy.mean.value


def test_rows_answer_in_words(made):
    questions, answers = zip(*made[0].rows(), strict=True)
    assert len(questions) == len(set(questions)) == 2 * 6 + 1
    text = " ".join(answers)
    for word in ("training cost", "true sd", "correlation", "to weights that share nothing", "chance gives"):
        assert word in text
    assert "nan" not in text


def test_progress_counts_every_part(made):
    _, kept, seen = made
    assert [place for _, place, _ in seen] == list(range(len(seen)))
    assert {count for _, _, count in seen} == {len(seen)} == {6}
    assert "width 3" in seen[0][0]
    assert len(kept) == 6


def test_a_stopped_study_goes_on_to_the_same_result(made, quarters_dataset, monkeypatch):
    record, kept, _ = made
    trained = []
    original = module._Study._train

    def count(self, recipe, shuffled, first, last):
        trained.append((first, last))
        return original(self, recipe, shuffled, first, last)

    monkeypatch.setattr(module._Study, "_train", count)
    half = Kept(list(kept.items())[:4])
    again = starts(quarters_dataset, SMALL, seed=1, parts=half)
    assert len(trained) == 1
    assert again.to_json() == record.to_json()


def test_more_members_are_added_in_blocks(quarters_dataset, monkeypatch):
    monkeypatch.setattr(module, "BLOCK", 8)
    settings = dataclasses.replace(SMALL, widths=(3,), members=8, shuffled=False, aligned_members=0)
    kept = Kept()
    first = starts(quarters_dataset, settings, parts=kept)
    names = set(kept)
    assert first[3].places is None
    assert first[3].shuffled is None
    assert first.per_doubling("train_cost") is None
    more = dataclasses.replace(settings, members=16, aligned_members=3)
    larger = starts(quarters_dataset, more, parts=kept)
    assert len(kept) == 3
    assert names < set(kept)
    np.testing.assert_array_equal(larger[3].train_cost.values[:8], first[3].train_cost.values)
    assert len(set(larger[3].train_cost.values.tolist())) == 16
    assert larger[3].places.clusters is None
    assert any("too few members to look for clusters" in answer for _, answer in larger.rows())


OTHERS = (
    {"epochs": 3}, {"batch_size": 8}, {"learning_rate": 0.1}, {"decay": False}, {"layers": 2},
    {"optimiser": "sgd"}, {"activation": "relu"}, {"cost": "quadratic"}, {"side": 3},
)  # fmt: skip


def test_parts_of_other_settings_are_not_taken(quarters_dataset):
    def name(settings):
        study = module._Study(quarters_dataset, settings, 0, Kept(), module._Counter(None, 0))
        return study._name(recipe_of(settings, 3, 97))

    assert len({name(dataclasses.replace(SMALL, **change)) for change in ({}, *OTHERS)}) == 10


def test_blocks_hold_every_member_once():
    assert blocks(64) == [(0, 64)]
    assert blocks(130) == [(0, 64), (64, 128), (128, 130)]


def test_a_recipe_is_the_base_with_what_was_asked():
    recipe = recipe_of(Settings(), 32, 60_000)
    assert (recipe.network.hidden, recipe.network.activation, recipe.cost) == (
        (32, 32),
        "sigmoid",
        "quadratic",
    )
    assert (recipe.optimiser.kind, recipe.optimiser.learning_rate, recipe.schedule.kind) == (
        "adam", 0.005, "cosine",
    )  # fmt: skip
    assert (recipe.batch_size, recipe.epochs) == (100, 10)
    assert recipe_of(Settings(), 32, 1_437).epochs == 200
    assert recipe_of(Settings(epochs=3), 32, 1_437).epochs == 3
    published = recipe_of(PRESETS["choromanska"], 50, 60_000)
    assert published.network.hidden == (50,)
    assert (published.network.initialisation, published.optimiser.kind) == ("uniform", "sgd")
    plain = recipe_of(Settings(optimiser="recipe", decay=False, learning_rate=0, batch_size=0), 16, 60_000)
    assert (plain.optimiser.kind, plain.optimiser.learning_rate, plain.batch_size) == ("sgd", 3.0, 10)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"recipe": "convnet"}, StudyError, "is of a convnet"),
        ({"recipe": "clasic"}, RecipeError, "no recipe 'clasic'"),
        ({"side": 7}, StudyError, "the pictures of quarters have 6x6"),
    ],
)
def test_what_cannot_be_is_refused(quarters_dataset, change, error, message):
    settings = dataclasses.replace(SMALL, widths=(3,), epochs=1, **change)
    with pytest.raises(error, match=message) as caught:
        starts(quarters_dataset, settings)
    assert caught.value.hint


def test_recalled_numbers_are_marked_as_such(made):
    record, _, _ = made
    assert "recalled" not in str(record.to_json()) + str(record.rows())
    published = dataclasses.replace(record[6], hidden=(25,))
    alike = dataclasses.replace(record, widths=(published,), like_choromanska=True)
    assert alike.to_json()["widths"]["25"]["recalled_unverified_correlation"] == 0.7616
    assert any("recalled, unverified: 0.7616" in answer for _, answer in alike.rows())
