"""What is added to a run while the lab shows it is found without starting the lab again."""

import os
import shutil

import numpy as np
import pytest

from tests.browsing import until
from tests.figures.studies import made_up
from tests.figures.studies.kept import write_audit, write_study
from tests.lab.conftest import serving
from thalweg import runs
from thalweg.lab.freshness import damages, lacks
from thalweg.lab.opened import opened
from thalweg.lab.site import Site
from thalweg.runs.checks import write_draw


@pytest.fixture
def growing(lab_run, inside_run, tmp_path):
    """A copy of a run that was not looked into, and what adds to it."""
    shutil.copytree(lab_run.path, tmp_path / "run")

    def grow(name="features"):
        for file in (inside_run.path / "evaluation").glob(f"{name}.*"):
            shutil.copy(file, tmp_path / "run" / "evaluation")

    return runs.open(tmp_path / "run"), grow


def test_a_part_that_lacked_something_is_made_again_when_there_is_more(growing):
    run, grow = growing
    site = Site(opened(run))
    before = site.part("inside")
    assert "--only features" in before["randomness"]["command"]
    assert site.part("inside") is before  # nothing is new: it is not made again
    whole = site.part("noise")
    grow()
    after = site.part("inside")
    assert "missing" not in after["randomness"]
    assert after["dreams"]["missing"]
    assert site.part("noise") is whole  # it lacked nothing
    assert site.part("lessons")["measurements"]["features/shuffled/share_structured"]["value"] > 0
    file = run.path / "evaluation" / "features.json"
    os.utime(file, (1, 1))
    assert site.part("inside") is not after  # dreams are still missing, and something was written


def test_what_is_damaged_is_told_apart_from_what_is_missing(growing):
    run, grow = growing
    grow()
    (run.path / "evaluation" / "features.json").write_text("{", "utf-8")
    site = Site(opened(run))
    assert lacks(site.part("inside"))
    assert ["features.json" in said for said in damages(site.part("inside"))] == [True]
    assert ["features.json" in said for said in site.damages] == [True]


def test_a_study_and_an_audit_that_are_made_beside_it_meanwhile_are_found(growing, tmp_path):
    run, _ = growing
    write_study("memorisation", made_up.memorisation(), tmp_path / "before")
    old = (tmp_path / "before" / "study.json").stat().st_mtime - 1000
    os.utime(tmp_path / "before" / "study.json", (old, old))
    site = Site(opened(run))
    before = site.part("memory")
    assert all(before[name]["again"] for name in ("labels", "examples", "audit"))
    write_study("random-labels", made_up.random_labels(), tmp_path / "meanwhile")
    after = site.part("memory")
    assert "missing" not in after["labels"]
    assert "missing" in after["examples"]  # of before, and nobody named it
    assert site.part("memory") is after
    audit = write_audit(made_up.audit(), tmp_path / "audit")
    assert site.part("memory")["audit"]["draw"]["again"]
    write_draw(audit, dict(made_up.audit().to_check(12).content), np.full((12, 8, 6), 90, dtype=np.uint8))
    assert len(site.part("memory")["audit"]["draw"]["labels"]) == 12


@pytest.mark.browser
def test_look_again_shows_what_was_measured_meanwhile(growing, visit):
    run, grow = growing
    with serving(run) as served:
        page = visit(f"{served.address}#panel=inside", offline=False)
        until(page, "document.querySelector('[data-panel=inside]')?.dataset.ready === 'yes'")
        again = page.get_by_role("button", name="Look again").first
        again.click()
        until(page, "document.querySelector('[data-voice]').textContent === 'It is still not there.'")
        assert page.evaluate("document.activeElement.id") == "panel-inside"
        grow()
        page.get_by_role("button", name="Look again").first.click()
        until(page, "document.querySelector('[data-view-of=weights] .ranges') !== null")
        assert page.said == []


@pytest.mark.browser
def test_a_saved_page_cannot_look_again(panel):
    page = panel("inside")
    assert page.locator(".missing").first.is_visible()
    assert not page.get_by_role("button", name="Look again").first.is_visible()
