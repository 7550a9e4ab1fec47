"""Shift in a browser: examples moved, turned and stretched until they are no longer known."""

import numpy as np
import pytest

from tests.browsing import number, painted, readable, unfold, until
from thalweg import recording
from thalweg.data.transforms import TRANSFORMS
from thalweg.lab.contents import part
from thalweg.lab.opened import opened

pytestmark = pytest.mark.browser

PANEL = "document.querySelector('[data-panel=shift] > div')"


@pytest.fixture(scope="module")
def examples(lab_run):
    """The examples of the page: (pictures in 0..1 [examples, 28, 28], labels)."""
    found = part("examples", opened(lab_run))
    test = opened(lab_run).test
    called = [test.called(number) for number in range(len(test))]
    chosen = [called.index(name) for name in found["called"]]
    return np.asarray(test.inputs)[chosen], np.array(found["labels"])


def shown(page):
    return painted(page, ".panel-shift canvas.large")


def drawn(page, slider):
    until(page, f"{PANEL}.dataset.along === '{slider}'")
    page.wait_for_timeout(80)  # the curve is drawn when the slider rests


def rows(page, title):
    """The table behind a chart, once it is there."""
    page.get_by_role("region", name=f"Table: {title}").locator("tbody tr").first.wait_for()
    return [
        [row.locator("th").inner_text(), *row.locator("td").all_inner_texts()]
        for row in page.get_by_role("region", name=f"Table: {title}").locator("tbody tr").all()
    ]


def test_a_turned_picture_is_that_of_the_library_and_all_answer_it(panel, lab_run, examples):
    pictures, labels = examples
    page = panel("shift", state="shift.example=210&shift.rotation=40&shift.blur=0.5&shift.member=3")
    made = TRANSFORMS["blur"](TRANSFORMS["rotation"](pictures[210:211], 40), 0.5)
    np.testing.assert_allclose(shown(page), made[0], atol=0.004)
    said = recording.population_of(lab_run).probabilities(made)[:, 0]
    one, together = page.locator(".statement").all()
    assert one.locator("strong").inner_text() == str(said[3].argmax())
    assert number(one.locator(".sure").inner_text()) == pytest.approx(100 * said[3].max(), abs=0.3)
    mean = said.mean(axis=0)
    assert together.locator("strong").inner_text() == str(mean.argmax())
    assert number(together.locator(".sure").inner_text()) == pytest.approx(100 * mean.max(), abs=0.3)
    right = mean.argmax() == labels[210]
    assert ("✓ right" if right else "✗ wrong") in together.inner_text()
    assert f"{(said.argmax(axis=1) == mean.argmax()).sum()} of 8 agree" in together.inner_text()
    assert f"labelled {labels[210]}" in page.inner_text(".panel-shift")
    assert (page.said, len(page.asked)) == ([], 1)


def test_the_way_along_a_slider_is_what_all_would_say(panel, lab_run, examples):
    pictures, labels = examples
    page = panel("shift", state="shift.example=215&shift.rotation=10&shift.scale=0.8")
    page.get_by_label("Turn").press("Home")
    drawn(page, "rotation")
    unfold(page, "[data-panel=shift]")
    found = rows(page, "The right answer along the slider")
    assert [float(row[0].replace(",", "")) for row in found] == pytest.approx(
        np.linspace(-90, 90, 25), rel=0.01
    )
    population = recording.population_of(lab_run)
    for place in (0, 11, 12, 20):
        turned = TRANSFORMS["rotation"](pictures[215:216], -90 + 7.5 * place)
        right = population.probabilities(TRANSFORMS["scale"](turned, 0.8))[:, 0, labels[215]]
        mean, band, alone = found[place][1].split(" [")[0], found[place][1].split(" [")[1], found[place][2]
        assert number(mean) == pytest.approx(100 * right.mean(), abs=1.1)  # whole percents
        low, high = (number(each.strip("]")) for each in band.split(", "))
        assert (low, high) == pytest.approx(tuple(100 * np.sort(right)[[2, 5]]), abs=1.1)
        assert number(alone) == pytest.approx(100 * right[0], abs=1.1)


@pytest.mark.parametrize(
    ("label", "name"), [("Turn", "rotation"), ("Size", "scale"), ("Thicken", "thickness")]
)
def test_what_was_measured_stands_below(panel, lab_run, label, name):
    page = panel("shift")
    page.get_by_label(label).press("ArrowRight")
    unfold(page, "[data-panel=shift]")
    found, record = (
        rows(page, "How often examples are still recognised"),
        lab_run.evaluation("shift")["curves"][name],
    )
    assert len(found) == len(record["levels"])
    for row, all_of_them, one in zip(found, record["ensemble_accuracy"], record["accuracy"], strict=True):
        for text, each in zip(row[1:], (all_of_them, one), strict=True):
            assert number(text) == pytest.approx(100 * each["value"], abs=0.51)
            low, high = (number(end.strip("]")) for end in text.split(" [")[1].split(", "))
            assert (low, high) == pytest.approx(tuple(100 * end for end in each["interval"]), abs=0.51)
    assert "Measured with 8 networks" in page.inner_text(".panel-shift")


def test_the_keyboard_alone_moves_it_and_a_link_brings_it_back(panel, examples):
    page = panel("shift")
    pictures, _ = examples
    first = shown(page)
    assert np.abs(pictures - first).max(axis=(1, 2)).min() < 0.003
    move = page.get_by_label("Move")
    move.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    np.testing.assert_allclose(shown(page)[:, 2:], first[:, :-2], atol=0.005)
    page.get_by_label("Slant").press("End")
    page.get_by_role("button", name="Next", exact=True).press("Enter")
    page.get_by_label("One of them").select_option("5")
    until(page, "location.hash.includes('shift.member=5') && location.hash.includes('shift.translation=2')")
    other = panel("shift", state=page.evaluate("location.hash").partition("&")[2])
    np.testing.assert_array_equal(shown(other), shown(page))
    assert other.evaluate("thalwegLab.handle.state()") == page.evaluate("thalwegLab.handle.state()")
    assert other.locator(".statement").all_inner_texts() == page.locator(".statement").all_inner_texts()
    odd = panel("shift", state="shift.rotation=x&shift.example=-3&shift.member=99&shift.slider=fly")
    np.testing.assert_array_equal(shown(odd), first)
    assert odd.said == []


def test_the_mouse_slides_and_puts_it_back(panel):
    page = panel("shift")
    before = shown(page)
    slide = page.get_by_label("Turn")
    slide.scroll_into_view_if_needed()
    box = slide.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    level = page.evaluate("thalwegLab.handle.state().rotation")
    assert 60 < level < 85
    assert not np.array_equal(shown(page), before)
    page.get_by_role("button", name="As it was").click()
    np.testing.assert_array_equal(shown(page), before)
    assert "rotation" not in page.evaluate("thalwegLab.handle.state()")
    page.get_by_role("button", name="Previous").click()
    assert not np.array_equal(shown(page), before)
    assert page.evaluate("thalwegLab.bench.subject.values.length") == 784
    assert page.said == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_everybody_can_read_it(panel, width, scheme):
    page = panel("shift", width=width, scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    drawn(page, "rotation")
    readable(page, width)


def test_pictures_in_colour_that_are_not_square_are_moved_too(panel, colour_file):
    page = panel("shift", address=colour_file, state="shift.rotation=30")
    drawn(page, "rotation")
    canvas = (
        "(() => { const c = document.querySelector('.panel-shift canvas'); return [c.height, c.width]; })()"
    )
    assert page.evaluate(canvas) == [8, 6]
    assert "This run was not asked about shift" in page.inner_text(".missing")
    assert "--only shift" in page.inner_text(".missing code")
    assert (page.said, len(page.asked)) == ([], 1)


def test_rows_of_features_cannot_be_moved(visit, rows_page):
    page = visit(f"{rows_page}#panel=shift")
    until(page, "document.querySelector('main').children.length > 0")
    assert page.locator("nav [data-view=shift]").count() == 0
    assert page.locator("[data-panel=shift]").count() == 0
    assert page.said == []


def test_a_lesson_can_lock_what_is_chosen(panel):
    page = panel("shift")
    page.evaluate("thalwegLab.handle.lock(['rotation', 'member'])")
    assert page.get_by_label("Turn").is_disabled()
    assert page.get_by_label("One of them").is_disabled()
    assert page.get_by_label("Size").is_enabled()
