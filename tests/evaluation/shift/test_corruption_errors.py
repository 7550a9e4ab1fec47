import numpy as np
import pytest
from scipy.stats import spearmanr

from tests.evaluation.fakes import FakePopulation, make_split
from thalweg.data.corruptions import CORRUPTIONS
from thalweg.evaluation.classifier import as_classifier
from thalweg.evaluation.shift.changed import answered, unchanged
from thalweg.evaluation.shift.corruption_errors import corruption_errors, ratio
from thalweg.statistics.intervals import crossed, wilson


def errors_of(classifier, split, names, seed=0):
    asked = as_classifier(classifier)
    clean = answered(asked, split, unchanged, seed)
    return corruption_errors(asked, split, names, seed=seed, level=0.95, clean=clean)


def test_every_number_follows_from_the_damaged_pictures():
    population, split, names = FakePopulation.random(6), make_split(), ["fog", "stripe", "impulse_noise"]
    found = errors_of(population, split, names, seed=3)

    def asked(pictures):
        probabilities = population.probabilities(pictures)
        wrong = probabilities.argmax(axis=2) != split.labels
        return wrong, probabilities.mean(axis=0).argmax(axis=1) != split.labels, probabilities.max(axis=2)

    clean, clean_votes, _ = asked(split.inputs)
    assert found.clean == crossed(clean).measured
    assert found.ensemble_clean.value == clean_votes.mean()
    tables, votes = [], []
    for name in names:
        wrong, voted, confidence = asked(CORRUPTIONS[name](split.inputs, 3))
        tables.append(wrong)
        votes.append(voted)
        kind = found.kinds[name]
        assert kind.error == crossed(wrong).measured
        assert kind.relative is not None
        assert kind.relative.value == pytest.approx(wrong.mean() / clean.mean())
        assert kind.ensemble_error.interval == wilson(int(voted.sum()), 60)
        assert kind.confidence.value == pytest.approx(confidence.mean(), abs=1e-6)
        np.testing.assert_allclose(kind.member_error, wrong.mean(axis=1))
    mean = np.mean(tables, axis=0)
    assert found.mean.value == pytest.approx(mean.mean())
    assert found.mean.interval == pytest.approx(crossed(mean, limits=(0.0, 1.0)).both, abs=1e-6)
    assert found.ensemble_mean.value == pytest.approx(np.mean(votes))
    assert found.relative_mean is not None
    assert found.relative_mean.value == pytest.approx(mean.mean() / clean.mean())
    each = [found.kinds[name].relative for name in names]
    assert found.relative_mean.value == pytest.approx(np.mean([one.value for one in each if one]))
    expected = spearmanr(clean.mean(axis=1), mean.mean(axis=1)).statistic
    assert found.ranking is not None
    assert found.ranking.value == pytest.approx(expected)
    assert [found.kinds[name].error.value for name in found.hardest_first] == sorted(
        (kind.error.value for kind in found.kinds.values()), reverse=True
    )


def test_a_classifier_that_never_looks_is_damaged_by_nothing():
    found = errors_of(
        lambda inputs: np.tile([0.4, 0.3, 0.2, 0.1], (5, len(inputs), 1)), make_split(), ["fog"]
    )
    kind = found.kinds["fog"]
    assert kind.error == found.clean
    assert kind.relative is not None
    assert (kind.relative.value, kind.relative.interval) == (1.0, (1.0, 1.0))
    assert found.ranking is None


def test_without_a_clean_mistake_there_is_nothing_to_divide_by():
    split = make_split()

    def perfect_until_damaged(inputs):
        same = np.array_equal(inputs, split.inputs)
        return np.eye(4)[(split.labels + (0 if same else 1)) % 4]

    found = errors_of(perfect_until_damaged, split, ["stripe"])
    assert found.clean.value == 0.0
    assert found.mean.value == 1.0
    assert found.relative_mean is None
    assert found.kinds["stripe"].relative is None
    assert found.kinds["stripe"].to_json()["relative"] is None


def test_ratio_by_hand():
    upper = np.array([[1, 1, 1, 0], [1, 1, 0, 0]], bool)
    lower = np.array([[1, 0, 0, 0], [1, 1, 0, 0]], bool)
    found = ratio(upper, lower)
    assert found is not None
    assert found.value == pytest.approx(5 / 3)
    assert found.low is not None
    assert found.high is not None
    assert found.low * found.high == pytest.approx(found.value**2)  # symmetric on the logarithm
    nothing = ratio(np.zeros_like(upper), lower)
    assert nothing is not None
    assert (nothing.value, nothing.interval) == (0.0, None)


def test_ratio_covers_its_truth():
    # Members and examples of random skill and difficulty; the truth is the ratio of expected errors.
    generator = np.random.default_rng(0)
    clean, damaged = 0.1, 0.3
    truth = _truth(damaged / 2) / _truth(clean)
    inside = 0
    for _ in range(300):
        member = generator.normal(0, 0.02, (10, 1))
        easy = generator.beta(1, 4, 300) / 0.2  # mean 1, at most 5
        chances = [np.clip(share * easy + member, 0, 1) for share in (damaged / 2, clean)]
        upper, lower = (generator.random((10, 300)) < chance for chance in chances)
        found = ratio(upper, lower)
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        inside += found.low <= truth <= found.high
    assert 0.91 < inside / 300 < 0.985


def _truth(share):
    generator = np.random.default_rng(1)
    easy, member = generator.beta(1, 4, 400_000) / 0.2, generator.normal(0, 0.02, 400_000)
    return np.clip(share * easy + member, 0, 1).mean()
