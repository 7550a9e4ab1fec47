"""Where the inputs do not settle the class, no number of wrong labels is made of chance."""

import json

import numpy as np
import pytest
from scipy.special import expit

from thalweg.cli.headline import headline_of_audit
from thalweg.studies.label_audit.audit import audit


def passengers(seed, rows=1300):
    """Few features that take few values, the chance of each kind of row, and what happened."""
    generator = np.random.default_rng(seed)
    features = generator.integers(0, (3, 2, 4), (rows, 3)).astype(np.float32)
    kind = features @ [8, 4, 1]
    chance = generator.choice([0.04, 0.1, 0.3, 0.6, 0.9, 0.97], 24)[kind.astype(int)]
    return features, chance, (generator.random(rows) < chance).astype(int)


@pytest.mark.parametrize("seed", range(3))
def test_chance_is_not_counted_as_wrong_labels(seed):
    features, chance, labels = passengers(seed)
    found = audit(features, labels, probabilities=np.stack([1 - chance, chance], axis=1))
    assert found.unsettled > 150
    assert not found.is_counted
    said = dict(found.rows())
    assert "Labels more likely wrong than right" not in said
    assert f"{found.unsettled} of 1,300 labels differ whatever is answered" in found.verdict
    assert headline_of_audit(found) == [f"How many labels are wrong? C{found.verdict[1:]}."]
    assert json.loads(json.dumps(found.to_json()))["unsettled"] == found.unsettled


def test_wrong_labels_of_copies_are_counted_all_the_same():
    generator = np.random.default_rng(0)
    features = np.repeat(generator.normal(size=(400, 3)), 3, axis=0).astype(np.float32)
    truth = np.repeat(generator.integers(0, 2, 400), 3)
    labels = np.where(generator.random(1200) < 0.05, 1 - truth, truth)
    sure = np.where(truth == 1, 0.98, 0.02)
    found = audit(features, labels, probabilities=np.stack([1 - sure, sure], axis=1))
    wrong = int((labels != truth).sum())
    assert 0 < found.unsettled <= wrong
    assert found.is_counted
    assert found.errors.wrong.value == pytest.approx(wrong, rel=0.3)
    assert found.caveat == ""


def test_judges_that_are_often_wrong_say_what_their_count_rests_on():
    generator = np.random.default_rng(0)
    chance = expit(3 * generator.normal(size=2000))
    labels = (generator.random(2000) < chance).astype(int)
    labels = np.where(generator.random(2000) < 0.06, 1 - labels, labels)
    found = audit(None, labels, probabilities=np.stack([1 - chance, chance], axis=1))
    assert found.is_counted
    assert found.unsettled == 0
    assert "chance counts as a wrong label" in dict(found.rows())["What the count rests on"]
    assert headline_of_audit(found)[1] == f"The judges are {found.caveat}."
