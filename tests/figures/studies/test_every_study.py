"""What holds for the findings of every study and audit, whatever they show."""

import json
import re

import pytest

from tests.figures.hovers import check_hovers
from thalweg import figures, runs
from thalweg.errors import RunError
from thalweg.questions import STUDIES
from thalweg.runs.files import write_json

from . import made_up
from .kept import write_audit, write_study

NAMES = (
    "starts-accuracy starts-cost starts-spread starts-correlation starts-distances starts-minima "
    "random-labels-curves random-labels-epochs random-labels-held-back random-labels-capacity "
    "luck-width luck-map luck-binary luck-rates double-descent-cost "
    "double-descent-error double-descent-epochs grokking-share grokking-curves grokking-delay "
    "structure-curves structure-order structure-critical memorisation-scores memorisation-sureness "
    "memorisation-removal optimisers-final optimisers-grid lottery-against lottery-accuracy lottery-epoch "
    "barrier-width-barriers barrier-width-power census-costs census-accuracy census-correlations "
    "nielsen-book audit-suspicion audit-mixed-up "
    "audit-outliers audit-overlaps"
).split()
LARGEST = 150_000


def test_every_study_of_the_catalogue_is_drawn(drawn):
    every = {f"study:{name}" for name in STUDIES} | {"audit"}
    assert every == {finding.evaluation for finding in drawn.values()}
    assert sorted(drawn) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_finding_says_what_it_found_and_how(drawn, name):
    finding = drawn[name]
    assert re.search(r"\d", finding.title), "the number stands in the title"
    assert finding.sentence.endswith(".")
    assert re.search(r"\d", finding.how)
    assert "Data: digits." in finding.how
    assert finding.table.rows
    assert all(len(row) == len(finding.table.header) for row in finding.table.rows)
    assert "nan" not in json.dumps([finding.title, finding.table.rows]).lower()


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_named_light_and_clear(drawn, name):
    written = drawn[name].figure.to_json()
    assert len(written) < LARGEST
    layout = json.loads(written)["layout"]
    assert layout["title"]["text"].replace("<br>", " ").replace("\u00a0", " ") == drawn[name].title
    assert layout["template"]["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)"
    assert drawn[name].figure_alone.layout.title.text is None


@pytest.mark.parametrize("name", NAMES)
def test_every_point_says_its_numbers_in_the_words_of_the_page(drawn, name):
    check_hovers(drawn[name].figure)


def test_a_directory_its_path_and_what_studies_return_are_drawn_alike(kept, drawn):
    from thalweg.runs.audit import open_audit

    for name in ("starts", "audit"):
        titles = [finding.title for finding in figures.findings(kept[name])]
        assert titles == [finding.title for finding in figures.findings(kept[name].path)]
        assert titles == [finding.title for finding in figures.findings(str(kept[name].path))]
    returned = figures.findings(open_audit(kept["audit"].path))
    assert returned[0].title == drawn["audit-suspicion"].title


def test_what_is_not_finished_is_refused_with_the_command(tmp_path):
    kept = runs.create_study(
        tmp_path / "study", name="starts", record={"settings": {}, "seed": 0, "data": {"name": "digits"}}
    )
    for source in (kept, kept.path):
        with pytest.raises(RunError, match="not finished") as caught:
            figures.findings(source)
        assert f"thalweg study starts --resume {kept.path}" in caught.value.hint


def test_an_audit_of_another_format_is_refused(tmp_path):
    (tmp_path / "audit.json").write_text('{"format": 9}', "utf-8")
    with pytest.raises(RunError, match="written in format 9"):
        figures.findings(tmp_path)


def test_what_is_no_directory_of_ours_is_refused(tmp_path):
    with pytest.raises(RunError, match="not a run"):
        figures.findings(tmp_path)


def test_a_result_that_lacks_something_is_said_by_name(tmp_path):
    kept = write_study("optimisers", made_up.optimisers(), tmp_path / "study")
    result = dict(kept.result)
    del result["best_on_validation"]
    kept.update(result=result)
    with pytest.raises(RunError, match=r"result\.best_on_validation is missing") as caught:
        figures.findings(kept.path)
    assert "thalweg study optimisers" in caught.value.hint


def test_a_table_that_is_missing_is_said_by_name(tmp_path):
    kept = write_audit(made_up.audit(), tmp_path / "audit")
    (kept.path / "audit.parquet").unlink()
    with pytest.raises(RunError, match=r"audit\.parquet"):
        figures.findings(kept)


def test_class_names_are_never_markup(tmp_path):
    names = (made_up.HOSTILE, "a < b", "two\nlines", "<b>bold</b>")
    found = figures.findings(write_audit(made_up.audit(names), tmp_path / "audit"))
    texts = [finding.title + finding.sentence + finding.how + str(finding.table) for finding in found]
    texts += [picture.caption for finding in found for picture in finding.pictures]
    assert any("\u2039script\u203a" in text for text in texts)
    assert not any("<" in text or ">" in text for text in texts)
    for finding in found:
        drawn = finding.figure.to_json().replace("\\u003c", "<").replace("\\u003e", ">")
        assert "<script" not in drawn
        assert "<b>" not in drawn


def test_a_study_without_figures_draws_nothing(tmp_path):
    kept = runs.create_study(
        tmp_path / "study", name="toy", record={"settings": {}, "seed": 0, "data": {"name": "digits"}}
    )
    kept.finish({"total": 1}, {}, {})
    assert figures.findings(kept) == []


def test_an_audit_that_is_not_finished_is_refused_with_the_command(tmp_path):
    kept = write_audit(made_up.audit(), tmp_path / "audit")
    tmp_path = kept.path
    write_json(tmp_path / "audit.json", {**kept.record, "status": "unfinished"})
    with pytest.raises(RunError, match="this audit is not finished") as caught:
        figures.findings(tmp_path)
    assert f"thalweg audit --resume {tmp_path}" in caught.value.hint


def test_a_study_is_saved_like_a_run(kept, tmp_path, monkeypatch):
    from thalweg.figures import writing

    def write_images(drawn, files, **how):
        for file in files:
            file.write_text("drawn", "utf-8")

    monkeypatch.setattr(writing, "write_images", write_images)
    files = figures.save(kept["memorisation"], tmp_path, formats="svg")
    assert {file.name for file in files} >= {"memorisation-scores.svg", "memorisation-scores-picture-1.png"}
    assert (tmp_path / "memorisation-scores-picture-1.png").read_bytes().startswith(b"\x89PNG")
