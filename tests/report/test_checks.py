"""Labels to check in the report of an audit: buttons, keys, and the file that they fill in."""

import csv
from dataclasses import replace

import numpy as np
import pytest

from tests.figures.studies import made_up
from tests.figures.studies.kept import write_audit
from thalweg import report
from thalweg.data.identity import Cells, Identity
from thalweg.errors import RunError
from thalweg.page.checks import checks_of
from thalweg.runs.checks import file_of, write_draw
from thalweg.studies.label_audit.checks.answers import Answer, answers_of, read_check_file
from thalweg.studies.label_audit.checks.to_check import with_rows


@pytest.fixture(scope="module")
def of_rows(tmp_path_factory):
    """An audit of rows, of which 12 were drawn."""
    found = replace(made_up.audit(), identity=Identity(row=np.arange(1, 121)), gallery_images=None)
    kept = write_audit(found, tmp_path_factory.mktemp("audits") / "rows")
    values = tuple((f"{place}.5", '<b>"red"</b>, or\nblue') for place in range(12))
    drawn = with_rows(found.to_check(12), Cells(("width", "colour"), values))
    write_draw(kept, dict(drawn.content), None)
    return kept, drawn


@pytest.fixture
def of_pictures(tmp_path):
    found = made_up.audit()
    kept = write_audit(found, tmp_path / "pictures")
    drawn = found.to_check(12)
    write_draw(kept, dict(drawn.content), np.full((12, 300, 200), 90, dtype=np.uint8))
    return kept


def test_an_audit_of_which_none_was_drawn_has_no_list(tmp_path):
    kept = write_audit(made_up.audit(), tmp_path / "a")
    assert checks_of(kept) is None
    page = report.write(kept, tmp_path / "page.html", plots_library=False).read_text("utf-8")
    assert "data-checks=" not in page.partition("<body>")[2].partition("<script")[0]


def test_each_label_has_its_row(of_rows):
    kept, drawn = of_rows
    checks = checks_of(kept)
    assert [label.number for label in checks.labels] == list(range(1, 13))
    first, expected = checks.labels[0], drawn.content["to_look_at"][0]
    assert (first.called, first.label) == (expected["called"], expected["label"])
    assert first.values == (("width", "0.5"), ("colour", '<b>"red"</b>, or\nblue'))
    assert first.picture is None


def test_each_label_has_its_picture(of_pictures):
    import io

    from PIL import Image

    checks = checks_of(of_pictures)
    assert Image.open(io.BytesIO(checks.labels[0].picture)).size == (107, 160)


def test_cells_are_text_and_never_markup(of_rows, tmp_path):
    page = report.write(of_rows[0], tmp_path / "page.html", plots_library=False).read_text("utf-8")
    assert "<b>" not in page
    assert '<a href="#checks">' in page


@pytest.fixture
def opened(of_rows, chromium, tmp_path):
    path = report.write(of_rows[0], tmp_path / "page.html", plots_library=False)
    with chromium.new_context(offline=True, viewport={"width": 360, "height": 700}) as context:
        page = context.new_page()
        said = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path.as_uri())
        yield page
        assert said == []
        assert page.evaluate("document.documentElement.scrollWidth") == 360


def saved(page, path):
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
    download.value.save_as(path)
    return read_check_file(path)


def test_buttons_answer_and_the_file_is_that_of_the_draw(opened, of_rows, tmp_path):
    kept, drawn = of_rows
    opened.locator("#check-1").get_by_role("button", name="Right").click()
    opened.locator("#check-2").get_by_role("button", name="Wrong").first.click()
    label = drawn.content["to_look_at"][1]["label"]
    other = next(name for name in "abcd" if name != label)
    opened.locator("#check-2 select").select_option(other)
    opened.locator("#check-4").get_by_role("button", name="Skip").click()
    assert opened.locator("[data-progress]").text_content() == "3 of 12 answered: 1 right, 1 wrong, 1 unsure."
    file = saved(opened, tmp_path / "saved.csv")
    expected = [Answer("right"), Answer("wrong", other), Answer(), Answer("unsure"), *[Answer()] * 8]
    assert answers_of(file, drawn.content) == expected
    header, *rows = file_of(drawn.content, kept.path.absolute())
    assert list(file.header) == header
    blank = [(*row[:5], "", "", *row[7:]) for row in file.rows]
    assert header.index("answer") == 5
    assert blank == [tuple(row) for row in rows]
    with (tmp_path / "saved.csv").open(encoding="utf-8", newline="") as stream:
        assert list(csv.reader(stream))[1][-1] == '<b>"red"</b>, or\nblue'


def test_keys_answer_and_go_on(opened, of_rows, tmp_path):
    drawn = of_rows[1].content["to_look_at"]
    opened.keyboard.press("r")
    assert "Nothing is answered" not in opened.locator("[data-progress]").text_content()
    assert opened.locator("[data-progress]").text_content().startswith("0 of"), "the focus is not in the list"
    opened.focus("[data-checks]")
    for key in "rwsru":
        opened.keyboard.press(key)
    assert opened.locator("[aria-current]").get_attribute("id") == "check-4"
    disputed = next(
        place for place, each in enumerate(drawn, start=1) if each["label"] != each["suggested_label"]
    )
    opened.locator(f"#check-{disputed}").get_by_role("button", name="Right").click()
    opened.keyboard.press("a")
    answers = answers_of(saved(opened, tmp_path / "saved.csv"), of_rows[1].content)
    assert answers[disputed - 1] == Answer("wrong", drawn[disputed - 1]["suggested_label"])
    first = [answer.said for place, answer in enumerate(answers[:4], start=1) if place != disputed]
    assert first == [
        said for place, said in enumerate(("right", "wrong", "unsure", None), start=1) if place != disputed
    ]


def test_answers_are_kept_when_the_page_is_opened_again(opened):
    opened.locator("#check-1").get_by_role("button", name="Right").click()
    opened.reload()
    assert opened.locator("[data-progress]").text_content().startswith("1 of 12")
    assert opened.locator("#check-1 [aria-pressed=true]").text_content() == "Right"
    assert opened.locator("[aria-current]").get_attribute("id") == "check-2"


def test_a_browser_that_keeps_nothing_says_so(of_rows, chromium, tmp_path):
    path = report.write(of_rows[0], tmp_path / "page.html", plots_library=False)
    with chromium.new_context(offline=True) as context:
        page = context.new_page()
        page.add_init_script(
            "Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused'); } });"
        )
        page.goto(path.as_uri())
        page.locator("#check-1").get_by_role("button", name="Right").click()
        assert "save the file" in page.locator("[data-kept]").text_content()
        assert page.locator("[data-progress]").text_content().startswith("1 of 12")


def test_what_another_page_kept_under_its_name_does_no_harm(opened, of_rows):
    name = f"thalweg-checks-{of_rows[1].draw}"
    for kept in ("null", "[1, 2]", '{"1": 7}', "no JSON"):
        opened.evaluate("([name, kept]) => localStorage.setItem(name, kept)", [name, kept])
        opened.reload()
        assert opened.locator("[data-progress]").text_content().startswith("0 of 12")


@pytest.mark.parametrize("pictures", [np.zeros((11, 4, 4), np.uint8), np.zeros(12, np.uint8)])
def test_pictures_of_another_draw_are_told(tmp_path, pictures):
    kept = write_audit(made_up.audit(), tmp_path / "pictures")
    write_draw(kept, dict(made_up.audit().to_check(12).content), pictures)
    with pytest.raises(RunError, match=r"pictures are uint8 \(1[12],.*expected uint8, 12 of them"):
        checks_of(kept)
