"""Memory in a browser: curves, examples learned by heart, and labels that are checked with one key each."""

import csv
import json
import re

import numpy as np
import pytest
from click.testing import CliRunner

from tests.browsing import readable, unfold, until
from tests.figures.studies import made_up
from tests.figures.studies.kept import write_audit, write_study
from thalweg import lab
from thalweg.cli.main import cli
from thalweg.runs.checks import write_draw
from thalweg.studies.label_audit.checks.answers import Answer, answers_of, read_check_file

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("memory")


@pytest.fixture(scope="module")
def studies(folder):
    """A page of two studies and an audit of pictures, without a run."""
    labels = write_study("random-labels", made_up.random_labels(), folder / "random")
    learned = write_study("memorisation", made_up.memorisation(), folder / "memorisation")
    audit = write_audit(made_up.audit(), folder / "pictures")
    write_draw(audit, dict(made_up.audit().to_check(12).content), np.full((12, 8, 6), 90, dtype=np.uint8))
    return lab.export([labels, learned, audit], folder / "studies.html").as_uri()


def run(*words):
    result = CliRunner().invoke(cli, [str(word) for word in words], prog_name="thalweg")
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def audited(folder, rows_file):
    """An audit of rows by `thalweg audit`, 12 labels drawn by `--to-check`, and its page, without a run."""
    kept = folder / "rows"
    run("audit", rows_file, "--label-column", "kind", "--judge", "logistic", "--out", kept, "--json")
    run("audit", kept, "--to-check", 12, "-o", folder / "check.csv", "--json")
    return kept, lab.export(kept, folder / "rows.html").as_uri()


def saved(page, path):
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
    assert re.fullmatch(r"check-.+\.csv", download.value.suggested_filename)
    download.value.save_as(path)
    return path


def test_curves_have_a_table_with_their_bands(panel, studies):
    page = panel("memory", address=studies)
    assert page.locator(".told").first.text_content().endswith("are named rightly")
    assert page.get_by_role("img", name="Accuracy while they learn").is_visible()
    unfold(page, "[data-panel=memory]")
    assert re.search(r"\d+ % \[\d+ %, \d+ %\]", page.get_by_role("table").first.inner_text())
    assert (page.said, len(page.asked)) == ([], 1)


def test_examples_learned_by_heart_show_score_and_interval(panel, studies):
    page = panel("memory", address=studies)
    page.get_by_role("button", name="Learned by heart").click()
    first = page.locator(".memorised li").first
    assert first.locator("img").is_visible()
    assert re.fullmatch(r"0\.95 \[-?\d\.\d\d, \d\.\d\d\]", first.locator(".score").text_content())
    until(page, "location.hash.includes('memory.view=examples')")


def test_the_keyboard_alone_answers_and_the_command_line_takes_the_file(panel, audited, folder):
    kept, address = audited
    page = panel("memory", address=address)
    draw = json.loads(next((kept / "checks").glob("*.json")).read_text("utf-8"))
    shown = page.locator(".to-check li:visible")
    page.keyboard.press("r")  # outside the list it does nothing
    page.focus(".checks")
    expected = []
    for place, label in enumerate(draw["to_look_at"], start=1):
        assert shown.count() == 1
        assert shown.get_attribute("data-number") == str(place)
        if label["label"] != label["suggested_label"]:
            page.keyboard.press("a")
            expected.append(Answer("wrong", label["suggested_label"]))
        else:
            page.keyboard.press("s" if place == 2 else "r")
            expected.append(Answer("unsure" if place == 2 else "right"))
    wrong = sum(answer.said == "wrong" for answer in expected)
    unsure = sum(answer.said == "unsure" for answer in expected)
    said = f"12 of 12 answered: {12 - wrong - unsure} right, {wrong} wrong, {unsure} unsure."
    assert page.locator("[data-progress]").text_content() == said
    path = saved(page, folder / "by-keys.csv")
    assert answers_of(read_check_file(path), draw) == expected
    counted = json.loads(run("audit", "--checked", path, "--json"))
    assert counted["draw"] == draw["draw"]
    assert (counted["answered"], counted["found"], counted["unsure"]) == (12, wrong, unsure)
    assert (page.said, len(page.asked)) == ([], 1)


def test_the_file_is_the_one_that_the_command_line_wrote_with_answers_in_it(panel, audited, folder):
    page = panel("memory", address=audited[1])
    page.get_by_role("button", name="Wrong", exact=True).click()
    page.locator("li:visible select").select_option(index=1)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="To the next unanswered").click()
    assert page.locator(".to-check li:visible").get_attribute("data-number") == "2"
    paths = folder / "check.csv", saved(page, folder / "by-hand.csv")
    read = [list(csv.reader(path.read_text("utf-8").splitlines())) for path in paths]
    (header, *blank), (own, *filled) = read
    assert own == header
    answers = header.index("answer"), header.index("correct_label")
    assert filled[0][answers[0]] == "wrong"
    assert filled[0][answers[1]] != ""
    for row in filled:
        for place in answers:
            row[place] = ""
    assert filled == blank


def test_back_undo_and_the_address_remember_the_place(panel, audited):
    page = panel("memory", address=audited[1])
    page.focus(".checks")
    page.keyboard.press("r")
    page.keyboard.press("w")
    page.keyboard.press("u")
    assert page.locator("[data-progress]").text_content().startswith("1 of 12")
    page.get_by_role("button", name="Back").click()
    assert page.locator(".to-check li:visible").get_attribute("data-number") == "1"
    page.get_by_role("button", name="Forward").click()
    page.get_by_role("button", name="Forward").click()
    until(page, "location.hash.includes('memory.label=3')")
    page.reload()
    until(page, "document.querySelector('[data-panel=memory]')?.dataset.ready === 'yes'")
    assert page.locator(".to-check li:visible").get_attribute("data-number") == "3"
    assert page.locator("[data-progress]").text_content().startswith("1 of 12")


def test_keys_do_nothing_where_labels_are_not_seen(panel, studies):
    page = panel("memory", address=studies, state="memory.view=audit")
    page.focus(".checks")
    page.keyboard.press("r")
    page.get_by_role("button", name="Learned by heart").click()
    page.keyboard.press("r")
    page.evaluate("location.hash = '#lessons=1'")
    until(page, "document.querySelector('[data-panel=memory]') === null")
    page.keyboard.press("r")
    page.evaluate("location.hash = '#panel=memory&memory.view=audit'")
    until(page, "document.querySelector('[data-panel=memory]')?.dataset.ready === 'yes'")
    assert page.locator("[data-progress]").text_content().startswith("1 of 12")


def test_an_audit_of_which_none_was_drawn_lists_suspects_and_names_the_command(panel, tmp_path):
    kept = write_audit(made_up.audit(), tmp_path / "audit")
    page = panel("memory", address=lab.export(kept, tmp_path / "lab.html").as_uri())
    assert f"thalweg audit {kept.path} --to-check 100 -o check.csv" in page.locator(".missing").inner_text()
    assert page.locator(".suspects tbody tr").count() == 60
    page.get_by_role("button", name="True and random labels").click()
    assert "thalweg study random-labels" in page.locator(".missing:visible").inner_text()


@pytest.mark.parametrize(
    ("view", "width", "scheme"),
    [*((view, 360, "dark") for view in ("labels", "examples", "audit")), ("audit", 1280, "light")],
)
def test_everybody_can_read_it(panel, studies, view, width, scheme):
    page = panel("memory", address=studies, state=f"memory.view={view}", width=width, scheme=scheme,
                 bypass_csp=True, reduced_motion="reduce")  # fmt: skip
    readable(page, width)
    small = page.evaluate(
        "[...document.querySelectorAll('.panel button, .panel select, .panel summary')]"
        ".filter((each) => each.offsetParent && each.getBoundingClientRect().height < 24).length"
    )
    assert small == 0
