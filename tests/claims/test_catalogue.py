from dataclasses import replace

import numpy as np
import pytest

from thalweg import claims, data
from thalweg.claims import catalogue
from thalweg.claims.claim import FAILS, HOLDS, NOT_MEASURED
from thalweg.claims.laboratory import QUICK
from thalweg.errors import EvaluationError

TINY = replace(QUICK, classic=3, starts=128, certified=1, certified_examples=20, remembered=60)


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    monkeypatch.setattr(catalogue, "QUICK", TINY)


@pytest.fixture(scope="module")
def judged(quarters_dataset):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "QUICK", TINY)
        seen = []
        found = claims.measure(
            quarters_dataset,
            only=[1, 2, 3, 4, 5, 6, 7, 9, 10, 11],
            quick=True,
            progress=lambda *told: seen.append(told),
        )
    return {one.claim.id: one for one in found}, seen


@pytest.mark.slow
def test_rules_are_applied_to_what_is_measured(judged):
    found, _ = judged
    assert found[1].verdict == FAILS  # these pictures have 36 pixels
    assert found[1].found.number.value == 36
    assert found[2].found.number.value == 36 * 16 + 16 + 16 * 16 + 16 + 16 * 4 + 4
    assert found[3].verdict == HOLDS
    assert found[4].found.number.value == pytest.approx(0.25, abs=0.06)
    assert found[6].verdict == HOLDS
    assert found[11].found.number.value > 0.9
    assert all(one.verdict != NOT_MEASURED for one in found.values())


@pytest.mark.slow
def test_every_number_has_its_how(judged):
    found, seen = judged
    assert all(one.found.how and one.found.answer for one in found.values())
    assert seen[0][1:] == (0, 10)
    assert ("claim 11", 9, 10) in seen


def test_a_claim_about_pictures_is_not_measured_on_a_table():
    generator = np.random.default_rng(0)
    features = generator.standard_normal((60, 5)).astype(np.float32)
    labels = np.arange(60) % 3
    table = data.from_arrays(features, labels)
    (one,) = claims.measure(table, only=[1], quick=True)
    assert one.verdict == NOT_MEASURED
    assert "pictures" in one.answer


def test_a_number_that_no_claim_has_is_named(quarters_dataset):
    with pytest.raises(EvaluationError, match="no claim 25"):
        claims.measure(quarters_dataset, only=[25])
