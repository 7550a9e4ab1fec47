"""The Train panel as its reader uses it: live where a server is behind the page, recorded everywhere."""

import json
import re

import httpx
import numpy as np
import pytest

from tests.browsing import readable, unfold, until
from thalweg import recording

pytestmark = pytest.mark.browser

LIVE = "document.querySelector('.panel-train .live, [data-panel=train] .live')"
FILM = "document.querySelector('[data-panel=train] .film')"
PAINTED = """(place) => [...document.querySelectorAll(`[data-panel=train] ${place} .neurons canvas`)]
    .filter((canvas) => canvas.offsetParent).map((canvas) => canvas.toDataURL())"""
FEW = "train.hidden=8&train.members=4&train.examples=200"


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click()


def step_of(page):
    return int(page.evaluate(f"{LIVE}.dataset.step"))


def rests_at(page, step):
    until(page, f"{LIVE}.dataset.step === '{step}' && {LIVE}.dataset.state === 'still'", 20)


@pytest.fixture
def live(visit, lab_server):
    """Open the panel of the served page with a small training: live(width=360)."""

    def open_it(state=FEW, **options):
        page = visit(f"{lab_server.address}#panel=train&{state}", offline=False, **options)
        until(page, "document.querySelector('[data-panel=train]')?.dataset.ready === 'yes'")
        return page

    yield open_it
    for training in httpx.get(f"{lab_server.address}api/trainings").json()["trainings"]:
        httpx.post(f"{lab_server.address}api/trainings/{training}/stop", json={})


DRAWN = """[...document.querySelector('[data-panel=train] .live .curves').querySelectorAll('path')]
    .reduce((length, each) => length + each.getAttribute('d').length, 0)"""
"""How much of the first chart is drawn, in signs of its paths."""


def test_one_step_one_epoch_and_back(live):
    page = live()
    assert step_of(page) == 0
    press(page, "One step")
    rests_at(page, 1)
    first = page.evaluate(PAINTED, ".live")
    assert len(first) == 8
    assert len(set(first)) > 1
    press(page, "One step")
    rests_at(page, 2)
    press(page, "One epoch")
    rests_at(page, 20)
    assert page.evaluate(PAINTED, ".live") != first
    assert "step 20, epoch 1; half of the 4 networks" in page.inner_text("[data-panel=train] .live")
    press(page, "Rewind")
    rests_at(page, 0)
    press(page, "One step")
    rests_at(page, 1)
    assert page.evaluate(PAINTED, ".live") == first
    assert page.said == []


def test_it_plays_while_curves_grow_and_pauses(live):
    page = live()
    press(page, "Play")
    until(page, f"{LIVE}.dataset.state === 'playing' && Number({LIVE}.dataset.step) > 20", 40)
    before, seen = page.evaluate(DRAWN), step_of(page)
    until(page, f"Number({LIVE}.dataset.step) > {seen + 100} && {DRAWN} > {before}", 20)
    press(page, "Pause")
    until(page, f"{LIVE}.dataset.state === 'still'", 20)
    page.wait_for_timeout(200)
    still = step_of(page)
    page.wait_for_timeout(300)
    assert step_of(page) == still
    assert page.said == []


def test_a_page_that_is_opened_again_waits_for_nobody(live, lab_server):
    page = live()
    press(page, "Play")
    until(page, f"{LIVE}.dataset.state === 'playing' && Number({LIVE}.dataset.step) > 0", 40)
    page.reload()
    until(page, "document.querySelector('[data-panel=train]')?.dataset.ready === 'yes'")
    press(page, "One step")
    rests_at(page, 1)
    assert "before yours" not in page.inner_text("[data-panel=train]")
    assert len(httpx.get(f"{lab_server.address}api/trainings").json()["trainings"]) == 1


def test_by_keyboard_alone(live):
    page = live()
    page.focus("main")
    page.keyboard.press(".")  # outside the panel it does nothing
    page.focus("[data-panel]")
    page.keyboard.press(".")
    rests_at(page, 1)
    page.keyboard.press(".")
    rests_at(page, 2)
    page.keyboard.press(" ")
    until(page, f"{LIVE}.dataset.state === 'playing' && Number({LIVE}.dataset.step) > 10", 20)
    page.keyboard.press(" ")
    until(page, f"{LIVE}.dataset.state === 'still'", 20)
    # what is typed into a field is not a command
    page.get_by_label("Hidden layers").focus()
    page.keyboard.press("End")
    page.keyboard.type(". ")
    assert page.evaluate(f"{LIVE}.dataset.state") == "still"
    assert page.get_by_label("Hidden layers").input_value() == "8. "


def test_the_rate_can_be_changed_while_they_learn(live, lab_server):
    page = live()
    press(page, "One step")
    rests_at(page, 1)
    page.get_by_label("Rate").focus()
    page.keyboard.press("Home")  # the smallest: they hardly move any more
    page.evaluate("document.activeElement.blur()")
    press(page, "One step")
    rests_at(page, 2)
    before = page.evaluate(PAINTED, ".live")
    press(page, "One step")
    rests_at(page, 3)
    after = page.evaluate(PAINTED, ".live")
    assert sum(a != b for a, b in zip(before, after, strict=True)) <= 2
    assert page.evaluate("location.hash").find("train.rate=0.0001") > 0


def test_another_setting_begins_anew_and_others_learn_beside(live):
    page = live()
    press(page, "One step")
    rests_at(page, 1)
    page.get_by_label("Beside them").select_option("random labels")
    rests_at(page, 0)
    press(page, "One epoch")
    rests_at(page, 20)
    assert len(page.evaluate(PAINTED, ".live")) == 16
    words = page.inner_text("[data-panel=train] .live")
    assert "random labels" in words
    assert "true, on unseen examples" in words


def test_unseen_examples_are_points_where_they_were_measured(live):
    page = live()
    for step in range(1, 9):
        press(page, "One step")
        rests_at(page, step)
    press(page, "Play")
    until(page, f"Number({LIVE}.dataset.step) > 150", 40)
    lines = page.evaluate(
        "[...document.querySelector('[data-panel=train] .live .curves').querySelectorAll('path.line')]"
        ".map((each) => each.getAttribute('d').split(/[ML]/).slice(1).map((point) => point.split(' ')[1]))"
    )
    learning, unseen = lines
    assert 2 <= len(unseen) < len(learning)


def test_a_server_that_is_gone_is_said_to_be(live):
    page = live()
    page.route("**/api/**", lambda route: route.abort())
    press(page, "Play")
    until(page, f"{LIVE}.innerText.includes('start `thalweg lab` again')")


def test_what_cannot_be_trained_is_said_where_one_looks(live):
    page = live()
    page.get_by_label("Hidden layers").fill("0")
    page.get_by_label("Networks").focus()
    press(page, "Play")
    until(page, f"{LIVE}.innerText.includes('expected at most 4 numbers from 1 to 512')")
    assert page.evaluate(f"{LIVE}.dataset.state") == "still"


def test_a_second_page_waits_for_the_first(live):
    first, second = live(), live()
    press(first, "One step")
    rests_at(first, 1)
    press(second, "One step")
    until(second, f"{LIVE}.innerText.includes('1 training before yours')")
    first.evaluate("location.hash = '#panel=draw'")  # whoever leaves the panel ends the training
    until(second, f"!{LIVE}.innerText.includes('before yours')", 20)
    press(second, "One step")
    until(second, f"Number({LIVE}.dataset.step) >= 1", 20)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_live_panel_fits_a_narrow_page_and_breaks_no_rule(live, scheme):
    page = live(width=360, scheme=scheme, bypass_csp=True)
    press(page, "One step")
    rests_at(page, 1)
    readable(page, 360)


def test_a_served_page_has_the_film_as_well(live):
    page = live()
    press(page, "As it was recorded")
    assert page.evaluate(f"{FILM}.hidden") is False
    assert page.evaluate(f"{LIVE}.hidden") is True
    assert page.evaluate(f"{FILM}.dataset.epoch") == "12"


def test_the_film_is_wound_offline(panel, lab_run):
    page = panel("train")
    assert page.evaluate(f"{LIVE}") is None
    assert "Without a server this page cannot train" in page.inner_text("[data-panel=train]")
    assert page.evaluate(f"{FILM}.dataset.epoch") == "12"
    last = page.evaluate(PAINTED, ".film")
    page.get_by_label("Epoch").focus()
    page.keyboard.press("Home")
    assert page.evaluate(f"{FILM}.dataset.epoch") == "0"
    first = page.evaluate(PAINTED, ".film")
    assert len(first) == len(last)
    assert first != last
    page.get_by_label("Network").select_option("1")
    assert page.evaluate(PAINTED, ".film") != first
    assert page.said == []
    assert len(page.asked) == 1


def test_the_film_plays_to_its_end(panel):
    page = panel("train")
    press(page, "Play")
    assert page.evaluate(f"{FILM}.dataset.epoch") == "0"
    until(page, f"{FILM}.dataset.epoch === '12'", 20)
    until(page, f"{FILM}.querySelector('button').textContent === 'Play'")


def test_the_curves_of_the_film_are_those_of_the_run(panel, lab_run):
    page = panel("train")
    unfold(page, "[data-panel=train]")
    last = page.locator("[data-panel=train] .film table").first.locator("tr").last.inner_text()
    epoch, middle, low, high = (float(each) for each in re.findall(r"[\d.]+", last))
    cost = recording.population_of(lab_run).history.cost
    assert epoch == cost.shape[1] == 12
    assert [low, middle, high] == pytest.approx(np.quantile(cost[:, -1], (0.05, 0.5, 0.95)), rel=0.005)


def test_the_address_keeps_the_place_of_the_film(panel):
    page = panel("train", state="train.place=0")
    assert page.evaluate(f"{FILM}.dataset.epoch") == "0"
    assert json.loads(page.evaluate("JSON.stringify(location.hash)")).startswith("#panel=train")
