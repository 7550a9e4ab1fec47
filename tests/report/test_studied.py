"""Reports of studies and of label audits."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.figures.studies import made_up
from tests.figures.studies.kept import write_audit, write_study
from thalweg import figures, report, runs
from thalweg.errors import RunError
from thalweg.questions import AUDIT, STUDIES, question_of
from thalweg.report.studied import Studied
from thalweg.runs.audit import AuditRun

from .test_writing import NASTY, Tags


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("studied")
    study = write_study("optimisers", made_up.optimisers(), folder / "optimisers")
    return {"study": study, "audit": write_audit(made_up.audit(), folder / "audit")}


def page_of(source, tmp_path, **more):
    return report.write(source, tmp_path / "page.html", **{"plots_library": False, **more}).read_text("utf-8")


def test_a_study_and_an_audit_are_called_by_their_questions():
    assert question_of("study:starts") == STUDIES["starts"]
    assert question_of("audit") == AUDIT
    assert question_of("study:toy") == "Study: toy"


@pytest.mark.parametrize("name", ["study", "audit"])
def test_a_page_holds_every_finding_and_how_it_was_made(kept, tmp_path, name):
    page = page_of(kept[name].path, tmp_path)
    findings = figures.findings(kept[name])
    assert findings
    for finding in findings:
        assert f'<article class="finding" id="{finding.name}">' in page
        assert page.count(finding.name) >= 2, "a link in the summary leads to it"
    assert "60 training, 20 test examples" in page
    assert "0" * 64 in page
    assert "<code>thalweg study</code>" in page
    assert '<th scope="row">seed</th><td>3</td>' in page
    assert "Draw, and see" not in page, "there are no networks in it"


def test_what_was_asked_is_said(kept, tmp_path):
    study = page_of(kept["study"], tmp_path)
    assert STUDIES["optimisers"] in study
    assert '<th scope="row">optimisers</th><td>sgd, adam</td>' in study
    assert '<th scope="row">highest</th><td>10</td>' in study
    audit = page_of(kept["audit"], tmp_path)
    assert '<th scope="row">share</th><td>0.7</td>' in audit
    assert "name = &#34;tiny&#34;" in audit


def test_it_stands_in_the_directory_by_default(kept, tmp_path):
    import shutil

    shutil.copytree(kept["study"].path, tmp_path / "copy")
    written = report.write_described(runs.open_study(tmp_path / "copy"), plots_library=False)
    assert written.path == tmp_path / "copy" / "report.html"
    assert written.findings == ("optimisers-final", "optimisers-grid")
    assert (written.embedded_members, written.unanswered) == (0, ())


def test_nothing_is_fetched_and_ids_are_unique(kept, tmp_path):
    for each in kept.values():
        tags = Tags(page_of(each, tmp_path)).found
        addresses = [
            value for _, attributes in tags for name, value in attributes.items() if name in ("src", "href")
        ]
        assert all(value.startswith(("data:", "#")) for value in addresses)
        ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
        assert len(ids) == len(set(ids))
        links = [value[1:] for value in addresses if value.startswith("#")]
        assert set(links) <= set(ids)


def test_headings_go_down_one_by_one(kept, tmp_path):
    levels = [int(level) for level in re.findall(r"<h(\d)", page_of(kept["audit"], tmp_path))]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_names_from_data_are_never_markup(tmp_path):
    study = write_study("optimisers", made_up.optimisers(), tmp_path / "study")
    study.update(data={**study.record["data"], "name": NASTY}, command=["thalweg", NASTY])
    tags = Tags(page_of(study, tmp_path)).found
    assert not any("onerror" in attributes for _, attributes in tags)
    assert sum(tag == "script" for tag, _ in tags) == 2, "the words of the page, and its program"


def test_studies_are_not_compared(kept):
    with pytest.raises(RunError, match="only runs can be compared") as caught:
        report.write([kept["study"].path, kept["audit"].path])
    assert f"thalweg report {kept['study'].path}" in caught.value.hint


def test_an_unfinished_study_leaves_no_page(tmp_path):
    record = {"settings": {}, "seed": 0, "data": {"name": "digits"}}
    study = runs.create_study(tmp_path / "study", name="starts", record=record)
    with pytest.raises(RunError, match="not finished"):
        report.write(study.path)
    assert not (study.path / "report.html").exists()


def test_a_study_that_no_figure_knows_still_has_a_page(tmp_path):
    record = {"settings": {"pieces": 3}, "seed": 0, "data": {"name": "digits"}}
    study = runs.create_study(tmp_path / "study", name="toy", record=record)
    study.finish({"total": 1}, {}, {})
    page = page_of(study, tmp_path)
    assert "draws nothing of it" in page
    assert '<th scope="row">pieces</th><td>3</td>' in page


def test_a_browser_draws_every_chart_offline(kept, chromium, tmp_path):
    path = report.write(kept["study"], tmp_path / "page.html")
    with chromium.new_context(offline=True, viewport={"width": 360, "height": 700}) as context:
        page = context.new_page()
        said = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path.as_uri())
        for chart in page.locator(".screen-plot").all():
            chart.scroll_into_view_if_needed()
            chart.locator(".main-svg").first.wait_for()
        assert page.locator(".screen-plot").count() == 2
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert said == []


@pytest.mark.parametrize(
    ("judges", "asked"),
    [
        (["networks"], {"split", "judges", "members", "share"}),
        (["forest", "logistic"], {"split", "judges"}),
        (["estimator", "forest"], {"split", "judges", "estimator", "members", "share"}),
    ],
)
def test_of_an_audit_is_said_what_was_asked_of_those_who_judged(judges, asked):
    record = {"split": "all", "members": 24, "share": 0.75, "judges": judges, "data": {"name": "digits"}}
    record |= {"recipe": {"name": "audit"}} | ({"estimator": "a:B"} if "estimator" in judges else {})
    found = Studied(AuditRun(Path("here"), record))
    assert {name for name, _ in found.settings} == asked
    assert (found.recipe is None) is ("networks" not in judges)
