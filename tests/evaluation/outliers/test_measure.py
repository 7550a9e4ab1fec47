import json
from dataclasses import replace

import jax
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from tests.evaluation.fakes import FakePopulation, make_dataset
from thalweg.data import sources
from thalweg.data.dataset import Dataset, TestSplit, TrainSplit
from thalweg.errors import DataError, EvaluationError, NotApplicable, SourceUnreachable
from thalweg.evaluation.outliers import sets as outlier_sets, tables as outlier_tables
from thalweg.evaluation.outliers.measure import INLIERS, outliers
from thalweg.evaluation.outliers.scores import SCORES, energy, entropy, maximum_probability
from thalweg.networks import Mlp, Population

NOISE = ["uniform", "gaussian", "shuffled", "low_frequency", "inverted"]
BLACK_BOX = ["maximum_probability", "entropy", "mutual_information", "inputs"]


@pytest.fixture(autouse=True)
def _nothing_local(monkeypatch, tmp_path):
    monkeypatch.setenv("THALWEG_DATA", str(tmp_path))
    monkeypatch.setattr(outlier_sets, "FAR_EXAMPLES", 50)
    original = sources.describe
    monkeypatch.setattr(sources, "describe", lambda name, **given: {**original(name), "found": None})


def population(members=3, *, diverged=(), readout="softmax"):
    keys = jax.random.split(jax.random.key(0), members)
    networks = jax.vmap(lambda key: Mlp((6, 5), "relu").build(key, (4, 4), 4))(keys)
    return Population(networks, np.isin(np.arange(members), diverged), readout, (4, 4), tuple("abcd"))


def auroc(inliers, outliers):
    return roc_auc_score(np.r_[np.zeros(len(inliers)), np.ones(len(outliers))], np.r_[inliers, outliers])


def own(seed=5, examples=40):
    return np.random.default_rng(seed).random((examples, 4, 4), dtype=np.float32) ** 3


@pytest.mark.parametrize("readout", ["softmax", "sigmoid"])
def test_members_and_ensemble_against_scikit_learn(readout):
    everyone, dataset, strange = population(readout=readout), make_dataset(), own()
    found = outliers(everyone, dataset, sets={"strange": strange})["strange"]
    inside, outside = everyone.probabilities(dataset.test), everyone.probabilities(strange)
    for name, score in (("maximum_probability", maximum_probability), ("entropy", entropy)):
        members = [auroc(*pair) for pair in zip(score(inside), score(outside), strict=True)]
        assert found[name].members.auroc.mean == pytest.approx(np.mean(members), abs=1e-6)
        ensemble = auroc(score(inside.mean(0, dtype=float)), score(outside.mean(0, dtype=float)))
        assert found[name].ensemble.auroc.mean == pytest.approx(ensemble, abs=1e-6)
    pairs = zip(energy(everyone.logits(dataset.test)), energy(everyone.logits(strange)), strict=True)
    assert found["energy"].members.auroc.mean == pytest.approx(np.mean([auroc(*p) for p in pairs]), abs=1e-3)


def test_an_ensemble_score_is_the_mean_of_scores_standardised_on_training_examples():
    everyone, dataset, strange = population(), make_dataset(), own()
    reference = energy(everyone.logits(outlier_tables.TrainingParts.of(dataset, 0).reference))
    centre, spread = reference.mean(1, keepdims=True), reference.std(1, keepdims=True)
    inside, outside = (
        ((energy(everyone.logits(x)) - centre) / spread).mean(0) for x in (dataset.test, strange)
    )
    found = outliers(everyone, dataset, sets={"strange": strange}, scores="energy")["strange"]["energy"]
    assert found.ensemble.auroc.mean == pytest.approx(auroc(inside, outside), abs=1e-3)


def test_training_parts_do_not_overlap():
    parts = outlier_tables.TrainingParts.of(make_dataset(), 3)
    together = np.concatenate([parts.fitted.raw, parts.reference.raw])
    assert len(together) == len(np.unique(together.reshape(len(together), -1), axis=0)) == 80


def test_everything_a_population_can_be_asked():
    record = outliers(population(), make_dataset())
    assert list(record.sets) == NOISE
    assert all(list(found) == list(SCORES) for found in record.sets.values())
    assert list(record.averages) == ["far"]
    assert record.examples == {INLIERS: 60, **dict.fromkeys(NOISE, 50)}
    mean = np.mean([record[name]["energy"].members.auroc.mean for name in NOISE])
    assert record.averages["far"]["energy"].members.auroc.mean == pytest.approx(mean)
    assert record.averages["far"]["energy"].members.auroc.both is not None


def test_near_and_far_are_averaged_apart():
    record = outliers(population(), make_dataset(), sets={"strange": own(), "stranger": own(6) ** 2})
    assert list(record.averages) == ["near"]
    for score in SCORES:
        each = [record[name][score].best_known.auroc.mean for name in ("strange", "stranger")]
        assert record.averages["near"][score].best_known.auroc.mean == pytest.approx(np.mean(each))
    order = [record.averages["near"][score].best_known.auroc.mean for score in record.ranking("near")]
    assert order == sorted(order, reverse=True)


def test_json_as_agreed():
    record = outliers(population(), make_dataset(), sets=["uniform"])
    written = record.to_json()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    for name, score in written["uniform"].items():
        for numbers in (score, score["ensemble"]):
            for metric in ("auroc", "fpr95_inlier_positive", "fpr95_outlier_positive", "aupr"):
                assert {"value", "interval"} <= set(numbers[metric])
            assert numbers["aupr"]["base_rate"] == pytest.approx(50 / 110)
        assert score["of"] == ("ensemble" if name in ("mutual_information", "inputs") else "members")
    assert set(written["far"]) == set(written["ranking"]["far"]) == set(SCORES)


def test_arrays_hold_curves_that_rise():
    record = outliers(population(), make_dataset(), sets=["uniform"])
    arrays = record.arrays()
    assert arrays["uniform_energy_member_auroc"].shape == (3,)
    curve = arrays["uniform_inputs_caught"]
    assert (np.diff(curve) >= 0).all()
    assert (curve[0], curve[-1]) == (0.0, 1.0)
    area = np.trapezoid(curve, arrays["flagged"])
    assert area == pytest.approx(record["uniform"]["inputs"].ensemble.auroc.mean, abs=0.05)


def test_any_classifier_has_the_scores_of_its_probabilities():
    record = outliers(FakePopulation.random(3), make_dataset(), sets=["uniform"])
    assert list(record["uniform"]) == BLACK_BOX
    alone = outliers(lambda inputs: np.full((len(inputs), 4), 0.25), make_dataset(), sets=["uniform"])
    assert list(alone["uniform"]) == ["maximum_probability", "entropy", "inputs"]
    assert alone["uniform"]["entropy"].ensemble is None
    assert alone["uniform"]["entropy"].members.auroc.mean == 0.5


def test_one_network_alone_shows_its_inside():
    network = population()[1]
    found = outliers(network, make_dataset(), sets=["uniform"])["uniform"]
    assert list(found) == [name for name in SCORES if name != "mutual_information"]
    among = outliers(population(), make_dataset(), sets=["uniform"])["uniform"]
    for name, each in found.items():
        if name != "inputs":
            assert each.members.auroc.mean == pytest.approx(among[name].members.member_auroc[1], abs=1e-3)


def test_diverged_members_are_left_out():
    everyone = population(4, diverged=[1])
    record = outliers(everyone, make_dataset(), sets=["uniform"])
    assert record.excluded == (1,)
    sound = outliers(everyone[[0, 2, 3]], make_dataset(), sets=["uniform"])
    for name in SCORES:
        assert record["uniform"][name].best_known.auroc.mean == pytest.approx(
            sound["uniform"][name].best_known.auroc.mean, abs=1e-3
        )


def test_a_few_members_at_a_time_change_nothing(monkeypatch):
    whole = outliers(population(5), make_dataset(), sets=["uniform"]).to_json()
    monkeypatch.setattr(outlier_tables, "BYTES_AT_ONCE", 4 * 64 * 5 * 2)
    parts = outliers(population(5), make_dataset(), sets=["uniform"]).to_json()
    for name in SCORES:
        one, other = (each["uniform"][name]["auroc"]["value"] for each in (whole, parts))
        assert one == pytest.approx(other, abs=2e-3)


def test_outliers_like_the_inliers_cannot_be_told_apart():
    dataset = make_dataset(test=400)
    twins = np.random.default_rng(9).integers(0, 256, (400, 4, 4), dtype=np.uint8)
    found = outliers(population(5), dataset, sets={"twins": twins})["twins"]
    for name, each in found.items():
        low, high = (each.members or each.ensemble).auroc.widest
        assert low < 0.53, name
        assert high > 0.47, name


def test_the_same_seed_measures_the_same():
    one, same, other = (
        outliers(population(), make_dataset(), seed=seed).to_json()["uniform"] for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other


def test_without_a_training_part_nothing_is_fitted():
    dataset = replace(make_dataset(), train_part=None)
    assert list(outliers(population(), dataset, sets=["uniform"])["uniform"]) == BLACK_BOX[:3]


@pytest.mark.parametrize(
    ("classifier", "dataset", "score", "message"),
    [
        (FakePopulation.random(2), make_dataset(), "mahalanobis", "a FakePopulation shows none"),
        (FakePopulation.random(2), replace(make_dataset(), train_part=None), "inputs", "have none"),
        (FakePopulation.random(1), make_dataset(), "mutual_information", "at least two members"),
    ],
)
def test_what_cannot_be_had_is_not_applicable(classifier, dataset, score, message):
    with pytest.raises(NotApplicable, match=message) as caught:
        outliers(classifier, dataset, sets=["uniform"], scores=[score])
    assert caught.value.hint


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"sets": ["unifrom"]}, "Did you mean 'uniform'"),
        ({"scores": ["enrgy"]}, "Did you mean 'energy'"),
        ({"sets": {"own": np.ones((3, 5))}}, r"shape \(3, 5\), expected \[examples, 4, 4\]"),
        ({"sets": ["notmnist"]}, "examples have shape"),
        ({"sets": []}, "No set of outliers"),
    ],
)
def test_bad_names_and_shapes_are_named(given, message):
    with pytest.raises(EvaluationError, match=message) as caught:
        outliers(population(), make_dataset(), **given)
    assert caught.value.hint


def letters():
    generator = np.random.default_rng(0)
    raw, labels = generator.integers(0, 256, (30, 28, 28), dtype=np.uint8), np.arange(30) % 10
    return Dataset("notmnist", TestSplit(raw, labels.astype(np.int32), tuple("ABCDEFGHIJ")))


def digits(names="0123456789"):
    found = letters()
    split = replace(found.test, class_names=tuple(names))
    train = TrainSplit(split.raw, split.labels, split.class_names)
    return Dataset("mine", split, train)


def local(monkeypatch, load):
    here = lambda name, **_: {"found": "here" if name in ("notmnist", "mnist") else None}  # noqa: E731
    monkeypatch.setattr(sources, "describe", here)
    monkeypatch.setattr(sources, "load_named", load)


def test_sets_on_this_machine_that_share_no_class_are_near(monkeypatch):
    asked = []
    local(monkeypatch, lambda name, **given: asked.append((name, given["offline"])) or letters())
    found, left_out = outlier_sets.outlier_sets(digits(), None, seed=0)
    assert asked == [("notmnist", True)]  # never fetched; and MNIST is no outlier for digits
    assert {name: own.group for name, own in found.items()} == {"notmnist": "near"} | dict.fromkeys(
        NOISE, "far"
    )
    assert found["notmnist"].inputs.max() <= 1.0
    assert left_out == {}
    of_letters, _ = outlier_sets.outlier_sets(digits("ABCDEFGHIJ"), None, seed=0)
    assert "notmnist" not in of_letters
    assert "mnist" in of_letters


def test_what_was_learned_is_refused_as_outliers():
    with pytest.raises(EvaluationError, match="mnist holds no outliers for mine: it holds classes"):
        outliers(population(), digits(), sets=["mnist"])


def test_a_damaged_set_is_left_out_and_said(monkeypatch):
    def damaged(name, **given):
        raise DataError("notmnist is truncated.", hint="fetch it again.")

    local(monkeypatch, damaged)
    found, left_out = outlier_sets.outlier_sets(digits(), None, seed=0)
    assert list(found) == NOISE
    assert left_out == {"notmnist": "notmnist is truncated."}


def test_a_set_that_is_asked_for_and_not_here_is_an_error(monkeypatch):
    def missing(name, **given):
        raise SourceUnreachable("notmnist is not on this machine.")

    local(monkeypatch, missing)
    with pytest.raises(SourceUnreachable):
        outlier_sets.outlier_sets(digits(), ["notmnist"], seed=0)


def test_large_sets_are_thinned():
    assert len(outlier_sets.at_most(np.zeros((30, 2)), 7, 0)) == 7
    assert len(outlier_sets.at_most(letters().test, 7, 0)) == 7


def test_features_have_outliers_too():
    rows = make_dataset()
    flat = [
        replace(part, raw=part.raw.reshape(len(part), 16).astype(np.float32))
        for part in (rows.test, rows.train)
    ]
    record = outliers(FakePopulation.random(2), Dataset("rows", *flat))
    assert list(record.sets) == ["uniform", "gaussian", "shuffled"]


def test_rows_and_reprs_are_for_people():
    record = outliers(population(), make_dataset(), sets={"strange": own()})
    questions = dict(record.rows())
    assert "50 % is chance" in questions["Is it less sure of things of another kind (strange)?"]
    assert "flags" in questions["What gives things of another kind away best?"]
    assert repr(record).startswith("best AUROC against outliers: near ")
    assert "<table>" in record._repr_html_()
    assert "How about things of another kind?" in dict(outliers(population(), make_dataset()).rows())


def test_what_few_outliers_cannot_show_is_said():
    question = "How far can intervals be trusted?"
    few = dict(outliers(population(), make_dataset(), sets={"strange": own(examples=50)}).rows())
    assert "50 outliers are few" in few[question]
    assert "hardly bounded from above" in few[question]
    pair = dict(outliers(population(2), make_dataset(test=300), sets={"strange": own(examples=300)}).rows())
    assert pair[question].startswith("two networks say little of other starts")
    many = outliers(population()[0], make_dataset(test=300), sets={"strange": own(examples=300)}).rows()
    assert question not in dict(many)
