"""Whole lessons, done as a learner does them."""

import json
import re

import pytest

from tests.browsing import readable, until, violations
from thalweg.lab.lesson import ours

pytestmark = pytest.mark.browser

NOISE = next(lesson for lesson in ours() if lesson.name == "noise")


def at(page, lesson, step):
    until(page, f"document.querySelector('.lesson')?.dataset.lesson === '{lesson}'")
    until(page, f"document.querySelector('.lesson').dataset.step === '{step}'")
    if step != "end":
        until(page, "document.querySelector('[data-panel]')?.dataset.ready !== 'no'")


def test_the_page_opens_on_ten_lessons(visit, lab_file):
    page = visit(lab_file)
    until(page, "document.querySelectorAll('.lessons li').length === 10")
    assert page.inner_text(".lessons li >> nth=0").startswith("1")
    assert page.said == []
    assert len(page.asked) == 1


def test_a_lesson_by_mouse(visit, lab_file, lab_run):
    page = visit(lab_file)
    page.click("text=it calls it a 5")
    for step in (1, 2, 3):
        at(page, "noise", step)
        assert not page.is_visible("[data-secret]")  # the panel keeps the answer to itself
        page.locator(".guess input[type=range]").fill("40")
        page.click(".guess button.main")
        until(page, "document.querySelector('.guess').dataset.revealed === 'yes'")
        if step == 1:
            measured = lab_run.evaluation("noise")["uniform"]["mean_confidence"]
            low, high = (f"{100 * end:.1f}" for end in measured["interval"])
            assert page.inner_text("[data-answer]") == f"{100 * measured['value']:.1f} % [{low}, {high}]"
            off = abs(40 - 100 * measured["value"])
            near = page.inner_text(".near")
            inside = measured["interval"][0] <= 0.4 <= measured["interval"][1]
            assert (
                "inside the interval" in near
                if inside
                else f"off by {off:.1f}".rstrip("0").rstrip(".") in near
            )
        page.click("button:has-text('Next')")
    at(page, "noise", "end")
    assert page.locator(".guessed li").count() == 3
    with page.expect_download() as download:
        page.click("button:has-text('Save my guesses')")
    kept = json.loads(download.value.path().read_text("utf-8"))
    assert [(each["lesson"], each["step"], each["guess"]) for each in kept["guesses"]] == [
        ("noise", step, 40) for step in (1, 2, 3)
    ]
    assert kept["guesses"][0]["measured"]["value"] == pytest.approx(measured["value"])
    page.click("text=All lessons")
    until(page, "document.querySelectorAll('.lessons li').length === 10")
    assert "3 / 3" in page.inner_text(".lessons")
    assert page.said == []
    assert len(page.asked) == 1


def test_a_lesson_by_keyboard_alone_on_a_small_dark_screen(visit, lab_file):
    page = visit(lab_file, width=360, scheme="dark", reduced_motion="reduce", bypass_csp=True)
    until(page, "document.querySelectorAll('.lessons li').length === 10")
    page.focus(".lessons li:nth-child(7) a")
    page.keyboard.press("Enter")
    for step in (1, 2):
        at(page, "luck", step)
        assert page.evaluate("document.activeElement.tagName") == "H1"
        page.focus(".guess input[type=range]")
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        said = page.inner_text(".guess output")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        until(page, "document.querySelector('.guess').dataset.revealed === 'yes'")
        assert page.evaluate("document.activeElement.className") == "revealed"
        assert said == page.inner_text(".guess output")
        until(page, "document.querySelector('[data-voice]').textContent.startsWith('Measured')")
        readable(page, 360)
        page.focus(".turning button.main")
        page.keyboard.press("Enter")
    at(page, "luck", "end")
    assert violations(page) == []


def test_german_and_a_link_that_brings_all_back(visit, lab_file):
    page = visit(f"{lab_file}#lesson=good&step=2&language=de&shift.rotation=30&shift.example=3")
    at(page, "good", 2)
    assert "Dreh die Ziffer" in page.inner_text(".do")
    assert page.evaluate("document.documentElement.lang") == "de"
    assert page.inner_text(".guess h2") == "Deine Schätzung"
    until(page, "document.querySelector('.sliders output:nth-of-type(1)') !== null")
    assert "30" in page.inner_text(".sliders")
    page.goto(f"{lab_file}#lessons=1&language=de")
    until(page, "document.querySelector('.lessons') !== null")
    page.select_option(".language select", "en")
    until(page, "document.querySelector('h1').textContent === 'Lessons'")


def test_what_was_not_measured_is_said_with_the_command(visit, lab_file):
    page = visit(f"{lab_file}#lesson=neurons&step=1")
    at(page, "neurons", 1)
    page.click(".guess button:has-text('No guess')")
    until(page, "document.querySelector('.guess').dataset.revealed === 'yes'")
    assert "not asked about features" in page.inner_text(".revealed")
    assert "--only features" in page.inner_text(".revealed code")


def test_a_lesson_of_ones_own_has_choices(visit, lab_run, tmp_path):
    from thalweg import lab
    from thalweg.lab.lesson import read

    path = tmp_path / "mine.toml"
    path.write_text(OWN, "utf-8")
    page = visit(lab.export(lab_run, tmp_path / "lab.html", lessons=[read(path)]).as_uri())
    page.click(".lessons a")
    at(page, "mine", 1)
    assert page.is_disabled(".guess button.main")
    page.check("text=thousands")
    page.click(".guess button.main")
    until(page, "document.querySelector('.guess').dataset.revealed === 'yes'")
    assert page.inner_text("[data-answer]") == "13,002"
    assert "another range: ten thousands" in page.inner_text(".near")


OWN = """
name = "mine"
title = { en = "Mine" }
[[steps]]
panel = "draw"
say = { en = "How many weights?" }
[steps.guess]
measure = "run/parameters"
unit = "number"
ask = { en = "How many?" }
choices = [
  { say = { en = "thousands" }, low = 1000, high = 10000 },
  { say = { en = "ten thousands" }, low = 10000, high = 100000 },
]
"""


def box(page, selector):
    return page.locator(selector).first.bounding_box()


def test_beside_a_lesson_pad_and_answers_stand_side_by_side(visit, lab_file):
    page = visit(f"{lab_file}#lesson=sees&step=1")
    at(page, "sees", 1)
    pad, votes = box(page, ".pad-canvas"), box(page, ".votes-of")
    assert pad["x"] + pad["width"] <= votes["x"]
    assert pad["y"] + pad["height"] <= 720, "the pad is in sight"
    assert not page.is_visible(".to-guess")


def test_on_a_narrow_page_the_question_is_in_reach_all_the_while(visit, lab_file):
    page = visit(f"{lab_file}#lesson=sees&step=1", width=360)
    at(page, "sees", 1)
    height = page.evaluate("innerHeight")
    assert box(page, ".guess")["y"] > height
    reach = box(page, ".to-guess")
    assert reach["y"] + reach["height"] <= height
    page.click(".to-guess")
    until(page, "document.querySelector('.guess button.main').getBoundingClientRect().bottom <= innerHeight")
    page.click(".guess button.main")
    until(page, "document.querySelector('.guess').dataset.revealed === 'yes'")
    assert not page.is_visible(".to-guess")


def test_the_link_past_the_menu_stays_in_the_lesson(visit, lab_file):
    page = visit(f"{lab_file}#lesson=sees&step=2")
    at(page, "sees", 2)
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    until(page, "document.activeElement.id === 'main'")
    page.wait_for_timeout(300)
    at(page, "sees", 2)


def test_ends_of_an_interval_are_told_apart_where_a_comma_is_the_decimal_sign(visit, lab_file):
    page = visit(f"{lab_file}#lesson=noise&step=1&language=de")
    at(page, "noise", 1)
    page.click(".guess button.main")
    until(page, "document.querySelector('.guess').dataset.revealed === 'yes'")
    assert re.search(r"\[\d+,\d; \d+,\d\]", page.inner_text("[data-answer]"))
