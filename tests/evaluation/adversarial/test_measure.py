import json

import jax
import numpy as np
import pytest

from tests.evaluation.fakes import FakePopulation, make_split
from thalweg.data.dataset import TestSplit
from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation import accuracy
from thalweg.evaluation.adversarial.measure import EPSILONS, adversarial
from thalweg.networks import Mlp, Population
from thalweg.statistics.intervals import crossed

SHAPE, CLASSES = (4, 4), 4
QUICK = {"steps": 8, "starts": 1}


def population(members=3, *, spec=None, diverged=(), shape=SHAPE):
    spec = spec or Mlp((6,), "tanh", "normal")
    keys = jax.random.split(jax.random.key(1), members)
    networks = jax.vmap(lambda key: spec.build(key, shape, CLASSES))(keys)
    return Population(networks, np.isin(np.arange(members), diverged), "softmax", shape, tuple("abcd"))


def answered(by, examples=40, seed=2):
    """A split whose labels the members, voting together, get mostly right."""
    split = make_split(examples, seed=seed)
    labels = by.ensemble.probabilities(split).argmax(axis=1).astype(np.int32)
    labels[:5] = (labels[:5] + 1) % CLASSES
    return TestSplit(split.raw, labels, split.class_names)


@pytest.fixture(scope="module")
def members():
    return population()


@pytest.fixture(scope="module")
def split(members):
    return answered(members)


@pytest.fixture(scope="module")
def record(members, split):
    return adversarial(members, split, **QUICK)


@pytest.mark.parametrize("norm", EPSILONS)
def test_without_a_change_it_is_the_accuracy(record, members, split, norm):
    clean = accuracy(members, split)
    robust = record[norm].members.robust_accuracy[0.0]
    assert robust.value == clean.measured.value
    assert robust.interval == clean.measured.interval
    assert record[norm].ensemble.robust_accuracy[0.0].value == clean.ensemble.value


@pytest.mark.parametrize("norm", EPSILONS)
def test_curves_fall_and_the_stronger_attack_lies_below(record, norm):
    for attacked in (record[norm].members, record[norm].ensemble):
        robust = [share.value for share in attacked.robust_accuracy.values()]
        assert robust == sorted(robust, reverse=True)
        assert robust[-1] < robust[0]
        noise, single, iterated = (np.array(list(curve.values())) for curve in attacked.by_method.values())
        assert (iterated <= single).all()
        assert single.mean() < noise.mean()
        np.testing.assert_allclose(iterated, robust)


@pytest.mark.parametrize("norm", EPSILONS)
def test_every_number_follows_from_the_sizes(record, norm):
    attacked = record[norm].members
    sizes = attacked.smallest
    assert sizes.shape == (3, 40)
    for size, share in attacked.robust_accuracy.items():
        assert share.value == pytest.approx((sizes > size).mean())
        assert share.interval == crossed(sizes > size).both
    assert attacked.median.value == np.sort(sizes.ravel())[sizes.size // 2 - 1]
    low, high = crossed(sizes <= attacked.median.value).both
    assert (sizes < attacked.median.low).mean() <= low <= (sizes <= attacked.median.low).mean()
    assert (sizes < attacked.median.high).mean() <= high <= (sizes <= attacked.median.high).mean()
    assert attacked.median.low < attacked.median.value < attacked.median.high


@pytest.mark.parametrize("norm", EPSILONS)
def test_the_pictures_are_pictures_that_are_answered_otherwise(record, members, split, norm):
    pictures = record[norm].pictures
    assert pictures.shape == (16, *SHAPE)
    assert pictures.min() >= 0
    assert pictures.max() <= 1
    sizes = record[norm].members.smallest[0, :16]
    defeated = np.isfinite(sizes) & (sizes > 0)
    inputs, labels = split.inputs[:16], split.labels[:16]
    logits = members[0].logits(pictures)
    assert (logits.max(axis=1) >= logits[np.arange(16), labels] - 1e-5)[defeated].all()
    np.testing.assert_array_equal(pictures[sizes == 0], inputs[sizes == 0])
    change = np.abs(pictures - inputs).reshape(16, -1)
    size = change.max(axis=1) if norm == "linf" else np.linalg.norm(change, axis=1)
    np.testing.assert_allclose(size[defeated], sizes[defeated], rtol=1e-3, atol=1e-6)


def test_json_and_arrays(record):
    written = record.to_json()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert (written["members"], written["examples"], written["excluded"]) == (3, 40, [])
    assert written["attack"] == {"steps": 8, "starts": 1}
    for norm in EPSILONS:
        for answers in (written[norm], written[norm]["ensemble"]):
            assert set(answers["smallest"]) - {"caveat"} == {"value", "interval"}
            assert [float(size) for size in answers["robust_accuracy"]] == list(EPSILONS[norm])
            assert list(answers["robust_accuracy_by_method"]) == ["noise", "single", "iterated"]
    arrays = record.arrays()
    assert arrays["linf_smallest"].shape == (3, 40)
    assert arrays["l2_ensemble_smallest"].shape == (40,)
    np.testing.assert_array_equal(arrays["attacked_examples"], np.arange(40))


def test_rows_and_repr_are_words(record):
    (question, answer), *_ = record.rows()
    assert question == "How small a change of every pixel flips the answer?"
    assert answer.startswith("half of the examples by 0.")
    assert "voting together" in answer
    assert repr(record).startswith("median smallest change that flips the answer: linf 0.")
    assert "<table>" in record._repr_html_()


def test_a_sample_is_drawn_by_the_seed(members, split):
    drawn = adversarial(members, split, norms=["linf"], examples=10, seed=4, **QUICK)
    assert len(drawn.examples) == len(set(drawn.examples.tolist())) == 10
    again = adversarial(members, split, norms=["linf"], examples=10, seed=4, **QUICK)
    np.testing.assert_array_equal(again["linf"].members.smallest, drawn["linf"].members.smallest)
    other = adversarial(members, split, norms=["linf"], examples=10, seed=5, **QUICK)
    assert (other.examples != drawn.examples).any()


def test_diverged_members_are_left_out(members, split):
    # Weights that are not finite would show up everywhere if they were attacked.
    broken = jax.tree.map(lambda leaf: leaf[:2].at[0].set(np.nan), members.networks)
    some = Population(broken, np.array([True, False]), "softmax", SHAPE, tuple("abcd"))
    record = adversarial(some, split, norms=["linf"], examples=10, **QUICK)
    assert record.excluded == (0,)
    np.testing.assert_array_equal(record.members, [1])
    assert record["linf"].members.smallest.shape == (1, 10)
    assert not np.isnan(record["linf"].members.smallest).any()


def test_one_network_and_an_ensemble_are_attacked_too(members, split):
    alone = adversarial(members[0], split, norms=["linf"], examples=10, **QUICK)
    assert alone["linf"].ensemble is None
    assert alone["linf"].members.median.interval is not None
    together = adversarial(members.ensemble, split, norms=["linf"], examples=10, **QUICK)
    assert together["linf"].members is None
    everyone = adversarial(members, split, norms=["linf"], examples=10, **QUICK)
    np.testing.assert_array_equal(together["linf"].ensemble.smallest, everyone["linf"].ensemble.smallest)
    assert together["linf"].pictures.shape == (10, *SHAPE)
    for record in (alone, together):
        assert json.dumps(record.to_json(), allow_nan=False)
        assert record.rows()


def test_features_stay_in_the_range_that_was_seen():
    generator = np.random.default_rng(0)
    rows = generator.normal(size=(30, 5)).astype(np.float32)
    tabular = population(1, shape=(5,))
    labels = tabular.logits(rows)[0].argmax(axis=1).astype(np.int32)
    split = TestSplit(rows, labels, tuple("abcd"), scaling=lambda raw: raw)
    record = adversarial(tabular, split, norms=["l2"], **QUICK)
    pictures = record["l2"].pictures
    assert (pictures >= rows.min(axis=0) - 1e-6).all()
    assert (pictures <= rows.max(axis=0) + 1e-6).all()
    assert pictures.min() < 0


def test_what_cannot_be_attacked_is_not_applicable(split):
    with pytest.raises(NotApplicable, match="a FakePopulation shows none") as error:
        adversarial(FakePopulation.random(3), split)
    assert "pass a population" in error.value.hint
    with pytest.raises(NotApplicable, match="a function shows none"):
        adversarial(lambda inputs: np.full((len(inputs), 4), 0.25), split)
    steps = population(1, spec=Mlp((6,), "step"))
    with pytest.raises(NotApplicable, match="exactly zero") as error:
        adversarial(steps, answered(steps), examples=10, **QUICK)
    assert '"step"' in error.value.hint


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"norms": ["l3"]}, "Unknown norm 'l3'"),
        ({"steps": 0}, "steps=0"),
        ({"starts": 0}, "starts=0"),
        ({"examples": 0}, "examples=0"),
        ({"epsilons": {"linf": (-0.1,)}}, r"epsilons\['linf'\] = \(-0\.1,\)"),
        ({"epsilons": {"l2": ()}}, r"epsilons\['l2'\] = \(\)"),
    ],
)
def test_arguments_out_of_range_are_named(members, split, arguments, message):
    with pytest.raises(EvaluationError, match=message):
        adversarial(members, split, **{**QUICK, **arguments})


def test_data_of_another_shape_are_refused(members):
    raw = np.zeros((4, 5, 5), np.uint8)
    with pytest.raises(EvaluationError, match=r"built for examples of shape \(4, 4\)"):
        adversarial(members, TestSplit(raw, np.zeros(4, np.int32), tuple("abcd")), **QUICK)
