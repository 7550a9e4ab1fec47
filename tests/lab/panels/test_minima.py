"""Minima in a browser: the map of all networks, their neurons matched, and the bridge between two."""

import re

import numpy as np
import pytest

from tests.browsing import readable, unfold, until
from thalweg import recording
from thalweg.lab.contents import part
from thalweg.lab.opened import opened
from thalweg.weights.interpolation import EmpiricalCost, heights, stacked
from thalweg.weights.permutation import Rearrangement, rearranged

pytestmark = pytest.mark.browser

PANEL = "document.querySelector('[data-panel=minima] > div')"
COPIED = """() => {  // from a copy: a browser says that it does not like to read from the same canvas twice
    const canvas = document.querySelector("canvas.map");
    const copy = document.createElement("canvas"), pen = copy.getContext("2d");
    [copy.width, copy.height] = [190, 190];
    pen.drawImage(canvas, 0, 0, 190, 190);
    return [...pen.getImageData(0, 0, 190, 190).data];
}"""
ALONG = "Table: Cost along the bridge"


@pytest.fixture(scope="module")
def given(lab_run):
    return part("minima", opened(lab_run))


def seen(page):
    return np.array(page.evaluate(COPIED)).reshape(190, 190, 4)


def places(given, key="before"):
    """Where the dots lie on the canvas, as shares of its width and height."""
    both = np.array([given["before"], given["after"] or given["before"]])
    shares = (380 - 26) / 760 * np.array(given[key]) / np.abs(both).max()
    return 0.5 + shares * [1, -1]


def click(page, place):
    canvas = page.locator("canvas.map")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.click(box["x"] + place[0] * box["width"], box["y"] + place[1] * box["height"])


def bridge(page):
    state = page.evaluate("thalwegLab.handle.state()")
    return state["from"], state["to"]


def measured(run, given, is_matched, one, other):
    """Cost and accuracy at 21 places of the way between two members, on the examples of the page."""
    population, test = recording.population_of(run), opened(run).test
    called = [test.called(number) for number in range(len(test))]
    chosen = [called.index(name) for name in part("examples", opened(run))["called"]]
    chosen = chosen[:: -(-len(chosen) // 200)]
    networks = [population[member].network for member in (one, other)]
    if is_matched:
        hidden = [given["rearrangements"][member] for member in (one, other)]
        moves = [
            Rearrangement(*(tuple(np.array(each[key]) for each in layers) for key in ("order", "sign")))
            for layers in hidden
        ]
        networks = [rearranged(*pair) for pair in zip(networks, moves, strict=True)]
    shares = np.linspace(0, 1, 21)
    asked = EmpiricalCost(np.asarray(test.inputs)[chosen], np.asarray(test.labels)[chosen], "quadratic")
    both = np.broadcast_to(np.arange(2), (21, 2))
    return heights(stacked(networks), both, np.stack([1 - shares, shares], axis=1), asked), len(chosen)


def barrier(cost):
    return max(0.0, (cost - np.linspace(cost[0], cost[-1], len(cost))).max())


def test_the_bridge_between_two_is_as_high_as_in_python(panel, lab_run, given):
    page = panel("minima", state="minima.from=2&minima.to=6&minima.share=0.4&minima.matched=true")
    unfold(page, "[data-panel=minima]")
    until(page, f"document.querySelector('[aria-label=\"{ALONG}\"]') !== null")
    rows = page.get_by_role("region", name=ALONG).locator("tbody tr").all()
    cells = np.array([[float(text) for text in row.locator("td").all_inner_texts()] for row in rows])
    found = []
    for column, is_matched in enumerate((False, True)):
        expected, examples = measured(lab_run, given, is_matched, 2, 6)
        np.testing.assert_allclose(cells[:, column], expected.cost, rtol=0.01, atol=2e-3)
        found.append(expected)
    before, after = (barrier(each.cost) for each in found)
    assert before > 0.05  # else there is nothing to see
    assert float(page.evaluate(f"{PANEL}.dataset.barrier")) == pytest.approx(after, abs=3e-3)
    page.get_by_label("Match neurons").uncheck()
    assert float(page.evaluate(f"{PANEL}.dataset.barrier")) == pytest.approx(before, abs=3e-3)
    cost, right = page.locator(".statement strong").all_inner_texts()
    assert float(cost) == pytest.approx(found[0].cost[8], rel=0.01)
    assert float(right.split()[0]) == pytest.approx(100 * found[0].accuracy[8], abs=1.1)
    assert f"right on {examples} unseen examples" in page.inner_text(".statements")
    assert (page.said, len(page.asked)) == ([], 1)


def test_the_mouse_chooses_two_networks(panel, given):
    page = panel("minima")
    assert bridge(page) == (0, 1)
    before = page.evaluate(f"{PANEL}.dataset.barrier")
    at = places(given)
    click(page, at[5])
    assert bridge(page) == (1, 5)
    share = f"{100 * given['accuracy'][5]:.1f} %"
    assert f"Network 5: right on {share} of unseen examples." in page.inner_text(
        ".panel-minima [role=status]"
    )
    click(page, at[3])
    assert bridge(page) == (5, 3)
    click(page, at[3])  # to the same again changes nothing
    assert bridge(page) == (5, 3)
    assert page.evaluate(f"{PANEL}.dataset.barrier") != before
    until(page, "location.hash.includes('minima.to=3')")
    other = panel("minima", state=page.evaluate("location.hash").partition("&")[2])
    assert other.evaluate("thalwegLab.handle.state()") == page.evaluate("thalwegLab.handle.state()")
    assert other.inner_text(".statements") == page.inner_text(".statements")


def test_a_dot_says_who_it_is_to_mouse_keyboard_and_finger(panel, given, lab_run):
    page = panel("minima", has_touch=True)
    tip, canvas = page.locator(".tip"), page.locator("canvas.map")
    at = places(given)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()

    def point(place):
        return box["x"] + place[0] * box["width"], box["y"] + place[1] * box["height"]

    page.mouse.move(*point(at[5]))
    share = f"{100 * given['accuracy'][5]:.1f} %"
    assert tip.inner_text().startswith(f"Network 5: right on {share} of unseen examples.")
    own, _ = measured(lab_run, given, False, 5, 0)
    cost = float(re.search(r"Cost ([\d.]+)", tip.inner_text())[1])
    assert cost == pytest.approx(own.cost[0], rel=0.01)
    beside = tip.bounding_box()
    assert abs(beside["y"] + beside["height"] / 2 - point(at[5])[1]) < 90
    page.keyboard.press("Escape")  # not from the map: it stays
    assert tip.is_visible()
    page.mouse.move(*point((0.5, -0.02)))
    assert not tip.is_visible()
    page.focus("canvas.map")
    page.keyboard.press("ArrowLeft")
    assert tip.inner_text().startswith("Network 7: ")
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    page.touchscreen.tap(*point(at[3]))
    assert tip.inner_text().startswith("Network 3: ")


def test_dots_lie_where_the_networks_are_before_and_after(panel, given):
    page = panel("minima", reduced_motion="reduce")
    empty = page.evaluate("getComputedStyle(document.querySelector('canvas.map')).backgroundColor")
    assert empty
    for key in ("before", "after"):
        picture = seen(page)
        for x, y in places(given, key):
            assert picture[round(190 * y), round(190 * x), 3] > 200, key
        assert (picture[..., 3] > 0).mean() < 0.2
        page.get_by_label("Match neurons").check()
    click(page, places(given, "after")[4])
    assert bridge(page)[1] == 4
    assert "Neurons stand where those of network 0 do" in page.inner_text(".panel-minima")
    kept = f"{100 * given['shown_after']:.1f} %"
    assert f"keeps {kept} of the squared distances" in page.inner_text(".panel-minima")


def test_the_keyboard_alone_matches_and_chooses(panel, given):
    page = panel("minima")
    page.focus("canvas.map")
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowLeft", "ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
    assert "Network 2" in page.inner_text(".panel-minima [role=status]")
    page.keyboard.press("Enter")
    assert bridge(page) == (1, 2)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    assert bridge(page) == (2, 7)  # round the corner
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.evaluate("thalwegLab.handle.state().matched")
    until(page, f"{PANEL}.dataset.morph === '1'")
    before = page.inner_text(".statements")
    page.get_by_label("On the bridge").press("Home")
    assert page.inner_text(".statements") != before
    assert page.evaluate("thalwegLab.handle.state().share") == 0
    page.get_by_role("combobox", name="From").select_option("4")
    assert bridge(page) == (4, 7)
    assert page.said == []


def test_the_gliding_is_watched_but_not_by_those_who_want_calm(panel):
    watch = f"""() => new Promise((done) => {{
        const seen = new Set();
        document.querySelector(".panel-minima input[type=checkbox]").click();
        const look = () => {{
            const at = {PANEL}.dataset.morph;
            seen.add(at);
            if (at === "1") done([...seen].map(Number)); else requestAnimationFrame(look);
        }};
        look();
    }})"""
    way = panel("minima").evaluate(watch)
    assert len(way) > 3
    assert way == sorted(way)
    assert panel("minima", reduced_motion="reduce").evaluate(watch) == [1]


def test_what_was_not_measured_is_named_with_its_command(panel, lab_run):
    page = panel("minima")
    assert f"thalweg evaluate {lab_run.path} --only connectivity" in page.inner_text(".panel-minima .missing")
    odd = panel("minima", state="minima.from=99&minima.to=x&minima.share=y&minima.matched=maybe")
    assert bridge(odd) == (0, 1)
    assert odd.said == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_everybody_can_read_it(panel, width, scheme):
    page = panel("minima", width=width, scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    readable(page, width)


def test_rows_of_features_have_a_map_too(panel, rows_page):
    page = panel("minima", address=rows_page, state="minima.matched=true")
    assert "The first 5 of 5 neurons" in page.inner_text(".panel-minima")
    assert "have one colour" in page.inner_text(".panel-minima")  # accuracy was not measured
    assert (page.said, len(page.asked)) == ([], 1)


def test_convolutional_networks_have_a_map_without_bridges(panel, colour_file, colour_run):
    page = panel("minima", address=colour_file)
    words = page.inner_text(".panel-minima")
    assert "The neurons of networks of this kind are not matched" in words
    assert "Bridges are for networks of dense layers" in words
    assert page.get_by_label("Match neurons").is_disabled()
    assert page.get_by_label("On the bridge").is_disabled()
    assert page.locator(".panel-minima .curves").count() == 0
    click(page, places(part("minima", opened(colour_run[0])))[0])
    assert bridge(page) == (1, 0)
    assert page.said == []


def test_a_lesson_can_lock_what_is_chosen(panel):
    page = panel("minima")
    page.evaluate("thalwegLab.handle.lock(['matched', 'from'])")
    assert page.get_by_label("Match neurons").is_disabled()
    assert page.get_by_role("combobox", name="From").is_disabled()
    assert page.get_by_role("combobox", name="To").is_enabled()
