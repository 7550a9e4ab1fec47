import json
from typing import Any

import jax
import numpy as np
import pytest

from tests.evaluation.fakes import FakePopulation, make_dataset, unasked
from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation.dreams.distances import distances
from thalweg.evaluation.dreams.measure import dreams
from thalweg.networks import Mlp, Population

SHAPE = (4, 4)
QUICK: Any = {"steps": 30}


def population(spec=None, *, members=3, shape=SHAPE, diverged=()):
    spec = spec or Mlp((6,), "tanh", "normal")
    keys = jax.random.split(jax.random.key(1), members)
    networks = jax.vmap(lambda key: spec.build(key, shape, 4))(keys)
    return Population(networks, np.isin(np.arange(members), diverged), "softmax", shape, tuple("abcd"))


@pytest.fixture(scope="module")
def dataset():
    return make_dataset()


@pytest.fixture(scope="module")
def members():
    return population()


@pytest.fixture(scope="module")
def record(members, dataset):
    return dreams(members, dataset, **QUICK)


def test_own_and_others_opinions_are_those_of_the_pictures(record, members):
    free = record["free"]
    assert free.pictures.shape == (3, 4, 3, *SHAPE)
    for member, label, start in np.ndindex(3, 4, 3):
        answers = members.probabilities(free.pictures[member, label, start][None])[:, 0]
        others = np.delete(answers, member, axis=0).mean(axis=0)
        place = (member, label, start)
        assert free.own[place] == pytest.approx(answers[member, label], abs=1e-5)
        assert free.judged[place] == pytest.approx(others[label], abs=1e-5)
        assert free.agreed[place] == (others.argmax() == label)


def test_a_network_believes_in_what_it_draws_freely(record, members, dataset):
    seen = members.probabilities(dataset.test).mean(axis=1)  # [members, classes]
    assert (record["free"].own.mean(axis=2) > seen).all()
    assert record["free"].mean_own.value > record["free"].mean_judged.value


def test_distances_belong_to_the_pictures(record, dataset):
    for style in record.styles.values():
        found = distances(style.pictures[1, 2], 2, dataset)
        np.testing.assert_allclose(style.ratio[1, 2], found.ratio, rtol=1e-5)
        np.testing.assert_allclose(style.shape_ratio[1, 2], found.shape_ratio, rtol=1e-5)
        np.testing.assert_array_equal(style.nearest[1, 2], found.nearest)
        assert (dataset.train.labels[style.nearest] == record.labels[None, :, None]).all()


def test_means_have_intervals_over_members(record):
    style = record["smooth"]
    for mean, table in ((style.mean_own, style.own), (style.mean_shape_ratio, style.shape_ratio)):
        assert mean.value == pytest.approx(table.mean())
        assert mean.low < mean.value < mean.high
    assert style.pictures.mean() < record["free"].pictures.mean()


def test_a_judge_of_ones_own(members, dataset, record):
    stubborn = dreams(
        members, dataset, judge=lambda inputs: np.tile([0.1, 0.7, 0.1, 0.1], (len(inputs), 1)), **QUICK
    )
    assert stubborn.judge.name == "the judge"
    np.testing.assert_allclose(stubborn["free"].judged[:, 1], 0.7)
    assert stubborn["free"].agreed[:, 1].all()
    assert stubborn["free"].mean_agreed.value == 0.25
    np.testing.assert_allclose(stubborn["free"].own, record["free"].own, atol=1e-5)


def test_another_population_judges_by_vote_and_says_who_it_is(members, dataset, record):
    judge = population(Mlp((9,), "tanh", "normal"), members=2)
    found = dreams(members, dataset, judge=judge, judge_name="runs/other", **QUICK)
    answers = judge.probabilities(found["free"].pictures.reshape(-1, *SHAPE)).mean(axis=0)
    answers = answers.reshape(3, 4, 3, 4)
    for label in range(4):
        np.testing.assert_allclose(found["free"].judged[:, label], answers[:, label, :, label], atol=1e-5)
        expected = answers[:, label].argmax(axis=-1) == label
        np.testing.assert_array_equal(found["free"].agreed[:, label], expected)
    np.testing.assert_array_equal(found["free"].pictures, record["free"].pictures)  # deterministic
    assert found.to_json()["judge"] == "runs/other"
    assert found.to_json()["judge_given"] is True
    assert "runs/other sees the same in" in unasked(found).rows()[1][1]
    assert unasked(found).rows()[-1][1].startswith("runs/other, right on")
    assert (record.to_json()["judge_given"], unasked(record).rows()[-1][0]) == (False, "Who judged?")


def test_the_nearest_real_picture_judges_too(record, dataset):
    train = dataset.train.inputs.reshape(len(dataset.train), -1)
    train = train / np.linalg.norm(train, axis=1, keepdims=True)
    for style in record.styles.values():
        for label, start in np.ndindex(4, 3):
            drawn = style.pictures[0, label, start].ravel()
            nearest = np.linalg.norm(train - drawn / np.linalg.norm(drawn), axis=1).argmin()
            assert style.neighbour_agrees[0, label, start] == (dataset.train.labels[nearest] == label)
    real = record.real_neighbour_agrees
    assert real.low < real.value < real.high
    assert record.to_json()["free"]["neighbour_agrees"]["value"] == record["free"].mean_neighbour_agrees.value


def test_the_best_start_is_the_one_believed_in_most(record):
    way, best = record["free"], record["free"].best
    assert best.pictures.shape == (3, 4, 1, *SHAPE)
    for member, label in np.ndindex(3, 4):
        start = way.own[member, label].argmax()
        assert best.own[member, label, 0] == way.own[member, label].max()
        for name in ("judged", "agreed", "neighbour_agrees", "ratio", "shape_ratio", "nearest", "pictures"):
            np.testing.assert_array_equal(
                getattr(best, name)[member, label, 0], getattr(way, name)[member, label, start]
            )
    plain = record.to_json()["free"]["best_start"]
    assert plain["own_confidence"]["value"] == best.mean_own.value
    assert plain["own_confidence"]["value"] > record.to_json()["free"]["own_confidence"]["value"]
    assert unasked(record).rows()[1][1].startswith(f"it is sure of it by {best.mean_own.percent()}")


def test_a_judge_that_cannot_judge(members, dataset):
    with pytest.raises(EvaluationError, match="judge: 3 of its 3 members are among those that dream"):
        dreams(members, dataset, judge=members, **QUICK)
    with pytest.raises(EvaluationError, match="judge: The classifier answers with 3 classes"):
        dreams(members, dataset, judge=FakePopulation.random(2, classes=3), **QUICK)


def test_record(record):
    plain = json.loads(json.dumps(record.to_json(), allow_nan=False))
    assert plain["free"]["own_confidence"]["value"] == record["free"].mean_own.value
    assert plain["judge"] == "the vote of the other 2 networks"
    assert plain["classes"] == list("abcd")
    arrays = record.arrays()
    assert arrays["smooth_pictures"].shape == (3, 4, 3, *SHAPE)
    assert arrays["free_nearest"].shape == (3, 4, 3)
    assert all(isinstance(text, str) and text for row in unasked(record).rows() for text in row)
    assert "<table>" in record._repr_html_()
    with pytest.raises(EvaluationError, match="Did you mean 'smooth'"):
        record["smoth"]


def test_one_network_alone_has_no_judge(members, dataset):
    found = dreams(members[0], dataset, classes=[2], starts=["blank"], **QUICK)
    assert found.judge is None
    assert found["free"].mean_agreed is None
    assert found["free"].mean_own.interval is None
    assert found.to_json()["free"]["judge_agrees"] is None
    assert "free_judge_agrees" not in found.arrays()
    assert unasked(found).rows()[-1][0] == "Who judged?"


def test_a_diverged_member_neither_dreams_nor_judges(dataset):
    found = dreams(population(members=4, diverged=(1,)), dataset, members=2, starts=["grey"], **QUICK)
    assert len(found.members) == 2
    assert 1 not in found.members
    assert found.excluded == (1,)
    assert found.judge.name == "the vote of the other 2 networks"


def test_what_cannot_dream(dataset, members):
    with pytest.raises(NotApplicable, match="shows none"):
        dreams(FakePopulation.random(2), dataset)
    with pytest.raises(NotApplicable, match="nothing to climb"):
        dreams(population(Mlp((6,), "step", "normal")), dataset, **QUICK)
    with pytest.raises(NotApplicable, match="no pictures"):
        dreams(population(shape=(16,)), dataset)
    with pytest.raises(EvaluationError, match="takes a data set, found a TestSplit"):
        dreams(members, dataset.test)
    with pytest.raises(EvaluationError, match=r"classes=\[4\]"):
        dreams(members, dataset, classes=[4])
    with pytest.raises(EvaluationError, match="Did you mean 'noise'"):
        dreams(members, dataset, starts=["nois"])
    with pytest.raises(EvaluationError, match="No start"):
        dreams(members, dataset, starts=[])
    with pytest.raises(EvaluationError, match="steps=0"):
        dreams(members, dataset, steps=0)
