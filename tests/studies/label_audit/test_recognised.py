"""Classes that the judges cannot see are not judged, and no number is made of them."""

import json
import math

import numpy as np
import pytest
from scipy.special import expit

from thalweg.studies.label_audit.audit import audit
from thalweg.studies.label_audit.recognised import recognised

NAMES = ("ash", "elm", "oak")


def table(confidence, labels, classes=3):
    """Answers that give the label so much, and the rest to the others."""
    answers = np.full((len(labels), classes), (1 - confidence) / (classes - 1))
    answers[np.arange(len(labels)), labels] = confidence
    return answers


def test_a_class_is_recognised_that_is_named_where_it_stands():
    labels = np.repeat([0, 1, 2], 20)
    assert recognised(labels, labels, 3).all()
    chosen = np.where(labels == 2, 0, labels)  # oaks are all called ash
    assert recognised(chosen, labels, 3).tolist() == [True, True, False]
    assert not recognised(np.zeros(60, int), labels, 3).any()


@pytest.mark.parametrize("share", [0.01, 0.03, 0.1, 0.3, 0.5])
@pytest.mark.parametrize("seed", range(3))
def test_without_a_signal_nothing_is_suspected_and_nothing_counted(share, seed):
    generator = np.random.default_rng(seed)
    labels = np.zeros(2000, int)
    labels[: int(2000 * share)] = 1
    rare = np.clip(share + 0.05 * generator.normal(size=2000), 0.001, 0.999)
    found = audit(None, labels, probabilities=np.stack([1 - rare, rare], axis=1))
    assert math.isnan(found.errors.wrong.value)
    assert found.errors.wrong.interval == (0.0, 2000.0)
    assert found.not_judged == 2000
    assert found.suspicious == 0
    assert "nobody can say" in dict(found.rows())["How many labels are wrong?"]
    written = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert written["estimated_errors"] == {"value": None, "interval": [0.0, 2000.0]}
    assert found.table()["suspicion"].null_count() == 2000


def test_a_class_that_cannot_be_seen_does_not_spoil_the_count_of_the_others():
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 2, 600)
    answers = table(0.98, labels)
    labels[:20] = 2  # twenty oaks that look like any other tree
    found = audit(None, np.array(NAMES)[labels], probabilities=answers, class_names=NAMES)
    assert found.recognised.tolist() == [True, True, False]
    assert found.not_judged == 20
    assert found.errors.wrong.value == 0
    assert found.errors.wrong.high >= 20
    assert np.isnan(found.suspicion[:20]).all()
    assert np.isfinite(found.suspicion[20:]).all()
    assert "20, of 'oak'" in dict(found.rows())["Labels that cannot be judged"]


@pytest.mark.parametrize("base", [0.03, 0.14, 0.5])
@pytest.mark.parametrize("slope", [2.0, 4.0, 8.0])
@pytest.mark.parametrize("flipped", [0.0, 0.03])
def test_suspicion_adds_up_to_about_as_many_as_are_wrong(base, slope, flipped):
    """Calibrated weak to strong judges of an imbalanced class: no crowd of certain errors where none is."""
    total, wrong, certain = 0.0, 0, 0
    for seed in range(3):
        generator = np.random.default_rng(seed)
        chance = expit(np.log(base / (1 - base)) * (1 + slope / 4) + slope * generator.normal(size=2000))
        labels = (generator.random(2000) < chance).astype(int)
        swapped = generator.random(2000) < flipped
        learned = chance * (1 - flipped) + (1 - chance) * flipped
        answers = np.stack([1 - learned, learned], axis=1)
        found = audit(None, np.where(swapped, 1 - labels, labels), probabilities=answers)
        sure = np.nan_to_num(found.suspicion)
        total, wrong = total + sure.sum(), wrong + int(swapped.sum())
        certain += int((sure[~swapped] > 0.9).sum())
    assert total <= 1.6 * wrong + 3 * 60
    assert certain <= 0.01 * 3 * 2000


def test_judges_that_are_too_weak_print_no_count():
    generator = np.random.default_rng(3)
    chance = expit(0.7 * generator.normal(size=2000))
    labels = (generator.random(2000) < chance).astype(int)
    found = audit(None, labels, probabilities=np.stack([1 - chance, chance], axis=1))
    assert found.over_chance.learned
    assert found.is_vague
    said = dict(found.rows())
    assert said["How many labels are wrong?"].startswith("cannot be told from none: 0 to ")
    assert "Labels more likely wrong than right" not in said


def test_what_cannot_be_judged_is_no_suspect_and_has_its_page(tmp_path):
    from thalweg import data, report
    from thalweg.networks import Mlp
    from thalweg.studies.label_audit import kept
    from thalweg.training import Recipe

    generator = np.random.default_rng(0)
    dataset = data.from_arrays(generator.normal(size=(60, 3)), np.arange(60) % 2)
    recipe = Recipe(network=Mlp((4,)), epochs=1)
    made, found = kept.make_audit(dataset, recipe=recipe, members=10, share=0.7, out=tmp_path / "audit")
    assert found.not_judged == len(found)
    assert len(found.gallery) == 0
    assert not found.to_json()["suspects"]
    page = report.write(made.path).read_text()
    assert "Nobody can say" in page
