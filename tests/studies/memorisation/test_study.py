import json
from dataclasses import replace

import numpy as np
import pytest

from tests.studies.blobs import blobs, with_labels
from thalweg import runs
from thalweg.data.identity import Identity
from thalweg.errors import RecipeError, StudyError
from thalweg.studies import find, make_study, resume_study, subsets
from thalweg.studies.memorisation.scores import scores
from thalweg.studies.memorisation.settings import PRESETS, Settings
from thalweg.studies.memorisation.study import memorisation, recipe_of
from thalweg.studies.subsets import tally

WRONG, TWINS = np.array([4, 17, 33, 50]), np.array([6, 7, 8])
SMALL = Settings(
    members=40,
    shares=(0.4, 0.7),
    consistency_members=40,
    removal_members=40,
    hidden=(64,),
    learning_rate=0.02,
    batch_size=30,
    epochs=2,
    least_steps=800,
)


def planted():
    """Make blobs where four labels are wrong, and three examples are copies of one another."""
    found = blobs(spread=0.25)
    labels = found.train.labels.copy()
    labels[WRONG] = (labels[WRONG] + 1) % 3
    raw = found.train.raw.copy()
    raw[TWINS], labels[TWINS] = raw[6], labels[6]
    return with_labels(replace(found, train_part=replace(found.train, raw=raw)), labels)


DATA = planted()


@pytest.fixture(scope="module")
def found():
    return memorisation(DATA, SMALL)


def test_a_wrong_label_is_remembered_and_the_rest_is_learned(found):
    score = found.scores.memorisation
    assert score[WRONG].min() > 0.5
    assert set(found.memorised[:4]) == set(WRONG)
    rest = np.setdiff1d(np.arange(60), WRONG)
    assert np.abs(score[rest]).mean() < 0.1
    assert found.consistency.scores[WRONG].max() < 0.4 < found.consistency.scores[rest].mean()
    assert 4 <= len(found.memorised) < 12
    assert 1 <= found.surely_memorised <= len(found.memorised)


def test_of_copies_none_is_remembered(found):
    assert np.abs(found.scores.memorisation[TWINS]).max() < 0.1


def test_a_copy_with_a_wrong_label_is_learned_from_its_twin():
    labels = DATA.train.labels.copy()
    labels[TWINS] = (labels[TWINS] + 1) % 3
    recipe = recipe_of(SMALL, 60)
    alone = scores(tally(recipe, DATA.train, members=40).counts).memorisation
    together = scores(tally(recipe, with_labels(DATA, labels).train, members=40).counts).memorisation
    assert together[TWINS].max() < 0.6 < alone[WRONG].min()


def test_members_that_ignore_their_examples_score_nothing():
    ignorant = replace(SMALL, learning_rate=1e-9, least_steps=1, epochs=1)
    counts = tally(recipe_of(ignorant, 60), DATA.train, members=200).counts
    found = scores(counts)
    standardised = found.memorisation / found.standard_error
    assert abs(found.memorisation.mean()) < 0.02
    assert 0.75 < np.sqrt(np.mean(standardised**2)) < 1.2


def test_what_is_said_fits_what_was_found(found):
    told = dict(found.rows())
    assert f"{len(found.memorised)} of 60" in told["How many examples were remembered rather than learned?"]
    assert "labelled" in told["Which ones most?"]
    assert "28 members or more and left out by 12" in told["How sure are the scores?"]
    assert "Were any networks left out?" not in told
    assert found.reliability.halves.value > 0.3
    assert found.removal.removed == len(found.memorised)
    assert "40%" in told["How well is an example known that was not learned?"]
    assert repr(found).startswith(f"{len(found.memorised)} of 60")
    assert "<table>" in found._repr_html_()


def test_it_is_plain_json_and_tables_with_a_row_an_example(found):
    plain = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert plain["members"] == 40
    assert plain["memorised"] == len(found.memorised)
    assert plain["standard_error"]["largest"] == found.scores.standard_error.max()
    assert plain["mean_memorisation"]["interval"][0] < plain["mean_memorisation"]["value"]
    table = found.tables()["memorisation"]
    ends = ["memorisation_low", "memorisation_high"]
    assert table.columns[:5] == ["example", "label", "memorisation", *ends]
    assert table["label"].to_list() == DATA.train.labels.tolist()
    assert (table["standard_error"] > 0).all()
    pairs = found.tables()["influence"]
    assert set(pairs["example"]) <= set(found.memorised.tolist())
    assert all(np.isfinite(values).all() for values in found.arrays().values())


def test_a_study_goes_on_and_takes_more_members(tmp_path, monkeypatch):
    monkeypatch.setattr(subsets, "CHUNK_MEMBERS", 20)
    small = replace(SMALL, members=20, shares=(0.7,), removal_members=0, least_steps=20)
    places = []
    kept, _ = make_study(
        "memorisation", DATA, small, out=tmp_path / "study", progress=lambda *place: places.append(place)
    )
    assert [place[1:] for place in places] == [(0, 1)]
    trained = len(list((kept.path / "parts").iterdir()))
    _, more = resume_study(kept.path, dataset=DATA, settings=lambda old: replace(old, members=40))
    assert len(list((kept.path / "parts").iterdir())) == trained + 1
    straight = memorisation(DATA, replace(small, members=40))
    for name, values in straight.arrays().items():
        np.testing.assert_array_equal(more.arrays()[name], values, err_msg=name)
    assert runs.open_study(kept.path).table("memorisation").height == 60


def refused(dataset, settings):
    def never(*_):
        raise AssertionError("training began")

    with pytest.raises(StudyError) as caught:
        memorisation(dataset, settings, progress=never)
    assert caught.value.hint
    return str(caught.value)


def test_what_cannot_be_scored_is_refused_before_training():
    assert "nothing to tell apart" in refused(with_labels(DATA, np.ones(60)), SMALL)
    one_of_a_class = np.where(np.arange(60) == 5, 2, np.arange(60) % 2)
    assert "has 1 example" in refused(with_labels(DATA, one_of_a_class), SMALL)
    assert "at least 20 members" in refused(DATA, replace(SMALL, members=10, share=0.85))
    assert "at least 100 members" in refused(DATA, replace(SMALL, shares=(0.01,)))


@pytest.mark.parametrize("wrong", [{"share": 0.0}, {"share": 1.0}, {"members": 9}, {"shares": (0.0, 0.5)}])
def test_settings_refuse_what_makes_no_score(wrong):
    with pytest.raises(RecipeError, match=next(iter(wrong))):
        Settings(**wrong)


def test_members_that_all_diverge_are_said_to():
    wild = replace(SMALL, optimiser="momentum", learning_rate=1e30, schedule="constant")
    with pytest.raises(StudyError, match="40 of 40 members diverged"):
        memorisation(DATA, wild)


def test_few_examples_are_passed_more_often():
    settings = Settings(batch_size=250, epochs=8, least_steps=1000)
    assert recipe_of(settings, 60_000).epochs == 8
    assert recipe_of(settings, 1_400).epochs == 167


def test_presets_are_found_and_the_published_network_is_the_published_one():
    assert find("memorisation").presets.keys() == {"quick", "thorough", "published"}
    recipe = recipe_of(PRESETS["published"], 60_000)
    assert (recipe.network.hidden, recipe.batch_size, recipe.epochs) == ((512, 256), 128, 10)  # type: ignore[union-attr]
    assert recipe.optimiser.momentum == 0.9  # type: ignore[union-attr]


def test_the_most_memorised_are_kept_to_be_looked_at(found):
    shown = found.gallery
    np.testing.assert_array_equal(shown.examples, found.memorised[:40])
    wrong = np.isin(shown.examples, WRONG)
    true = (DATA.train.labels[shown.examples[wrong]] - 1) % 3
    np.testing.assert_array_equal(shown.answers[wrong], true)
    arrays = found.arrays()
    np.testing.assert_array_equal(arrays["gallery"], shown.examples)
    assert "gallery_pictures" not in arrays, "rows of features are no pictures"
    assert found.tables()["memorisation"].height == len(DATA.train)


def test_the_most_memorised_are_called_as_the_user_calls_them(found):
    rows = Identity(row=np.arange(60)[::-1] + 1)
    named = replace(found, identity=rows)
    first = found.memorised[0]
    assert dict(named.rows())["Which ones most?"].startswith(f"row {60 - first} (labelled ")
    assert dict(found.rows())["Which ones most?"].startswith(f"example {first} (labelled ")
    assert named.to_json()["most_memorised_called"] == [f"row {60 - one}" for one in found.memorised[:100]]
    assert named.tables()["memorisation"]["row"].to_list() == rows.row.tolist()
    assert "most_memorised_called" not in found.to_json()


def test_both_examples_of_a_pair_are_called_as_the_user_calls_them(found):
    rows, new = np.arange(60)[::-1] + 1, np.array([f"id{one}" for one in range(len(DATA.test))])
    named = replace(found, identity=Identity(row=rows), test_identity=Identity(id=new))
    pairs, plain = named.tables()["influence"], found.influence
    assert pairs.columns[:4] == ["example", "row", "test_example", "test_id"]
    assert pairs["row"].to_list() == rows[plain.example].tolist()
    assert pairs["test_id"].to_list() == new[plain.new_example].tolist()
    arrays = named.arrays()
    assert arrays["pair_called"][0] == f"row {rows[plain.example[0]]}"
    told = f"training row {rows[plain.example[0]]} on test id id{plain.new_example[0]}"
    assert told in dict(named.rows())["Do remembered examples help on new ones?"]
    assert named.to_json()["most_influential"][0]["test_called"] == f"id id{plain.new_example[0]}"
    assert found.tables()["influence"].columns[:2] == ["example", "test_example"]
    assert found.to_json()["most_influential"][0]["called"] == f"example {plain.example[0]}"
