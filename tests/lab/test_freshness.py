"""What is added to a run while the lab shows it is found without starting the lab again."""

import os
import shutil

import pytest

from tests.browsing import until
from tests.lab.conftest import serving
from thalweg import runs
from thalweg.lab.freshness import damages, lacks
from thalweg.lab.opened import opened
from thalweg.lab.site import Site


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
