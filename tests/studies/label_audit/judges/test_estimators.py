from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

import thalweg as tw
from tests.studies.blobs import blobs, with_labels
from thalweg.errors import EstimatorError, RunError, StudyError
from thalweg.runs.study import Parts
from thalweg.studies.label_audit import kept
from thalweg.studies.label_audit.audit import audit
from thalweg.studies.label_audit.judges import estimators, panel
from thalweg.studies.label_audit.judges.estimators import gather_estimates
from thalweg.studies.label_audit.pool import pool_of

WRONG = np.array([3, 20, 41])


def mistaken():
    found = blobs(90, spread=0.3)
    labels = found.train.labels.copy()
    labels[WRONG] = (labels[WRONG] + 1) % 3
    return with_labels(found, labels)


DATA = mistaken()


def test_an_own_estimator_finds_wrong_labels_alone():
    found = audit(DATA, estimator=GaussianNB(), members=12, split="train")
    assert set(np.argsort(-found.suspicion)[:3]) == set(WRONG)
    assert [judge.name for judge in found.panel] == ["estimator"]
    assert found.settings == {"members": 12, "share": 0.75, "recipe": None}
    assert found.table()["memorisation"].null_count() == 0, "its clones remember, or do not"


def test_it_judges_beside_others_and_by_an_import_path():
    found = audit(DATA, estimator="sklearn.naive_bayes:GaussianNB", judges=["forest"], members=12)
    assert [judge.name for judge in found.panel] == ["estimator", "forest"]
    assert found.evidence.memorisation is not None


def test_evidence_is_what_clones_that_left_an_example_out_say():
    split = DATA.train
    evidence = gather_estimates(DecisionTreeClassifier(), split, members=20, share=0.7, seed=3)
    trees = tw.ensemble(DecisionTreeClassifier(), split, members=20, share=0.7, seed=3)
    answers = trees.probabilities(split).astype(float)
    outside = ~trees.inside
    mean = (answers * outside[:, :, None]).sum(axis=0) / outside.sum(axis=0)[:, None]
    np.testing.assert_allclose(evidence.probabilities, mean)
    np.testing.assert_array_equal(evidence.times, 6)


def test_test_labels_are_judged_by_all_clones():
    pool = pool_of(DATA, None, "test")
    evidence = gather_estimates(GaussianNB(), pool.train, members=10, share=0.7, seed=0, also=pool.also)
    np.testing.assert_array_equal(evidence.times, 10)
    assert len(evidence.probabilities) == 45


def test_finished_blocks_are_not_fitted_again(tmp_path, monkeypatch):
    asked = {"members": 20, "share": 0.7, "seed": 0, "parts": Parts(tmp_path)}
    first = gather_estimates(GaussianNB(), DATA.train, **asked)
    monkeypatch.setattr(estimators, "_tally", None)
    again = gather_estimates(GaussianNB(), DATA.train, **asked)
    np.testing.assert_array_equal(first.probabilities, again.probabilities)
    with pytest.raises(TypeError):  # another setting is another estimator
        gather_estimates(GaussianNB(var_smoothing=0.1), DATA.train, **asked)


def test_a_kept_audit_goes_on_with_its_estimator(tmp_path):
    where = tmp_path / "audit"
    run, found = kept.make_audit(DATA, estimator="sklearn.naive_bayes:GaussianNB", members=12, out=where)
    assert run.record["estimator"] == "sklearn.naive_bayes:GaussianNB"
    assert run.record["judges"] == ["estimator"]
    text = (where / "audit.json").read_text().replace('"status": "finished"', '"status": "unfinished"')
    (where / "audit.json").write_text(text)
    _, again = kept.resume_audit(where, dataset=DATA)
    np.testing.assert_array_equal(again.suspicion, found.suspicion)
    (where / "audit.json").write_text(text.replace(":GaussianNB", ":Gone"))
    with pytest.raises((EstimatorError, RunError), match="has no Gone"):
        kept.resume_audit(where, dataset=DATA)


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"estimator": RandomForestClassifier}, EstimatorError, "is a class"),
        ({"estimator": GaussianNB(), "thorough": True}, StudyError, "thorough is asked of networks"),
        ({"estimator": GaussianNB(), "judges": ["forrest"]}, StudyError, "forrest"),
        ({"judges": ["estimator"]}, StudyError, "without one"),
        ({"estimator": GaussianNB(), "members": 5}, StudyError, "5 members"),
    ],
)
def test_bad_input_is_named(asked, error, said):
    with pytest.raises(error, match=said):
        audit(DATA, **asked)


def test_networks_judge_beside_it_where_a_recipe_is_given_or_they_are_named():
    chosen = lambda names, recipe: panel.chosen_judges(  # noqa: E731
        names, DATA.train, recipe_given=recipe, estimator_given=True
    )
    assert chosen(None, True) == ("estimator", "networks")
    assert chosen(None, False) == ("estimator",)
    assert chosen(("estimator",), True) == ("estimator",)
    assert chosen("networks", False) == ("estimator", "networks")
