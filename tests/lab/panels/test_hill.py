"""The hill in a browser: a ball that is dragged, balls that roll, and the network that stands there."""

import base64
import itertools

import numpy as np
import pytest

from tests.browsing import readable, unfold, until
from thalweg.lab.contents import part
from thalweg.lab.opened import opened
from thalweg.weights.planes import plane_through

pytestmark = pytest.mark.browser

SURFACE = "document.querySelector('[data-panel=hill] > div')"
COPIED = """() => {  // from a copy: a browser says that it does not like to read from the same canvas twice
    const canvas = document.querySelector("canvas.hill");
    const copy = document.createElement("canvas"), pen = copy.getContext("2d");
    [copy.width, copy.height] = [90, 90];
    pen.drawImage(canvas, 0, 0, 90, 90);
    return [...pen.getImageData(0, 0, 90, 90).data];
}"""


@pytest.fixture(scope="module")
def planes(lab_run):
    return {plane["name"]: plane for plane in part("hill", opened(lab_run))["planes"]}


def seen(page):
    return np.array(page.evaluate(COPIED)).reshape(90, 90, 4)


def ball(page):
    state = page.evaluate("thalwegLab.handle.state()")
    return np.array([state["x"], state["y"]])


def cell(plane):
    """The width and height of a cell of the grid."""
    return np.array([(plane[axis][1] - plane[axis][0]) / 40 for axis in ("across", "up")])


def frame(page):
    """Wait until what moved is painted."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")


def table(page):
    """The numbers behind it: {place: (cost, percent right)}."""
    rows = page.get_by_role("region", name="Table: On this plane").locator("tbody tr").all()
    cells = [(row.locator("th").inner_text(), row.locator("td").all_inner_texts()) for row in rows]
    return {
        name: (float(cost), float(right.split()[0].replace("over", "0"))) for name, (cost, right) in cells
    }


def unfolded(page):
    unfold(page, "[data-panel=hill]")
    return table(page)


def test_the_ball_begins_where_the_path_begins(panel, planes, lab_run):
    from thalweg import recording

    page = panel("hill")
    np.testing.assert_allclose(ball(page), planes["path"]["marks"][0], rtol=1e-4, atol=1e-6)
    numbers = unfolded(page)
    history = recording.population_of(lab_run).history
    marks = ["the start", *(f"epoch {number}" for number in planes["path"]["mark_numbers"][1:])]
    assert set(numbers) == {"the ball", "the lowest measured", *marks}
    assert numbers["the ball"] == numbers["the start"]
    costs = [numbers[name][0] for name in marks]
    # on another thousand examples, from numbers between grid places, off the plane: about what training saw
    assert costs[-1] == pytest.approx(float(history.cost[0, -1]), rel=0.35)
    assert costs[-1] < 0.5 * costs[0]
    words = page.inner_text(".panel-hill")
    assert "13,002 weights are 13,002 directions" in words
    assert "quadratic cost on 1,000 training examples" in words
    assert (page.said, len(page.asked)) == ([], 1)


def test_the_network_under_the_ball_answers_as_the_same_network_does(panel, lab_run, planes):
    run = opened(lab_run)
    plane = plane_through([run.population[member].network for member in range(3)])
    place = np.array([[2.5, 4.0]])
    shares = plane.shares(place)[0]
    values = np.asarray(run.test.inputs)
    called = [run.test.called(number) for number in range(len(run.test))]
    number = called.index(part("examples", run)["called"][0])
    for depth in range(3):
        layer = plane.vertices.layers[depth]
        weight, bias = (
            np.tensordot(shares, np.asarray(each, float), 1) for each in (layer.weight, layer.bias)
        )
        values = 1 / (1 + np.exp(-(values.reshape(len(values), -1) @ weight.T + bias)))
    said = values[number] / values[number].sum()
    page = panel("hill", state="hill.plane=members&hill.x=2.5&hill.y=4")
    statement = page.locator(".here .statement").nth(1)
    assert statement.locator("strong").inner_text() == str(said.argmax())
    assert float(statement.locator(".sure").inner_text().split()[0]) == pytest.approx(
        100 * said.max(), abs=0.6
    )
    assert called[number] in statement.inner_text()
    page.get_by_role("button", name="Another example").click()
    assert called[number] not in page.locator(".here .statement").nth(1).inner_text()
    assert page.evaluate("thalwegLab.bench.subject.values.length") == 784


def test_the_mouse_drags_the_ball_and_what_is_read_there_is_what_was_measured(panel, planes):
    plane = planes["random"]
    page = panel("hill", state="hill.plane=random&hill.view=flat")
    canvas = page.locator("canvas.hill")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box["width"] == pytest.approx(box["height"], abs=1)
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.75 * box["height"], steps=3)
    page.mouse.up()
    frame(page)
    np.testing.assert_allclose(ball(page), [0.5, -0.5], atol=0.01)  # of -1..1, and up is up
    values = np.frombuffer(base64.b64decode(plane["values"]), "<f4").reshape(41, 41)
    shares = np.frombuffer(base64.b64decode(plane["accuracy"]), "<f4").reshape(41, 41)
    numbers = unfolded(page)
    assert numbers["the ball"] == pytest.approx((values[10, 30], 100 * shares[10, 30]), rel=0.03)
    assert numbers["the lowest measured"][0] == pytest.approx(values.min(), rel=0.01)
    until(page, "location.hash.includes('hill.x=')")
    other = panel("hill", state=page.evaluate("location.hash").partition("&")[2])
    np.testing.assert_allclose(ball(other), ball(page), rtol=1e-3)
    assert other.evaluate("thalwegLab.handle.state()") == page.evaluate("thalwegLab.handle.state()")
    assert other.inner_text(".here") == page.inner_text(".here")


def test_the_mouse_drags_the_ball_and_turns_the_hill_seen_from_the_side(panel):
    page = panel("hill", state="hill.plane=members")
    canvas = page.locator("canvas.hill")
    canvas.scroll_into_view_if_needed()
    box, before, place = canvas.bounding_box(), seen(page), ball(page)
    corner = box["x"] + 8, box["y"] + 8
    page.mouse.move(*corner)
    page.mouse.down()
    page.mouse.move(corner[0] + 120, corner[1] + 30, steps=3)
    page.mouse.up()
    frame(page)
    assert (seen(page) != before).any(axis=2).mean() > 0.1
    np.testing.assert_array_equal(ball(page), place)
    assert page.said == []


def test_the_keyboard_alone_moves_the_ball_turns_the_hill_and_lets_balls_roll(panel, planes):
    page = panel("hill", state="hill.plane=random", reduced_motion="reduce")
    page.focus("canvas.hill")
    before, wide = ball(page), cell(planes["random"])
    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    frame(page)
    np.testing.assert_allclose(ball(page) - before, wide * [1, 0.5], atol=1e-4)
    picture = seen(page)
    page.keyboard.press("PageUp")
    frame(page)
    assert (seen(page) != picture).any()
    page.keyboard.press("Space")
    until(page, f"{SURFACE}.dataset.rolled === 'yes'")
    until(page, "document.querySelector('[data-voice]').textContent.includes('9 balls came to rest')")
    said = page.inner_text("[data-voice]").split()
    low, high = float(said[said.index("between") + 1]), float(said[said.index("and") + 1].rstrip("."))
    lowest = unfolded(page)["the lowest measured"][0]
    assert lowest * 0.99 <= low <= high
    page.focus("canvas.hill")
    for _ in range(44):
        page.keyboard.press("ArrowLeft")
    frame(page)
    assert ball(page)[0] == pytest.approx(planes["random"]["across"][0])  # the plane has an end
    page.focus("canvas.hill")
    page.keyboard.press("Tab")  # and the canvas is no trap
    assert page.evaluate("document.activeElement.tagName") == "SELECT"
    assert page.said == []


def test_the_rolling_is_watched_but_not_by_those_who_want_calm(panel):
    watch = f"""() => new Promise((done) => {{
        let frames = 0;
        document.querySelector(".panel-hill button.main").click();
        const look = () => {{
            if ({SURFACE}.dataset.rolled === "yes") {{ done(frames); return; }}
            frames += 1;
            requestAnimationFrame(look);
        }};
        requestAnimationFrame(look);
    }})"""
    page = panel("hill", state="hill.view=flat")
    assert page.evaluate(watch) > 3
    assert panel("hill", state="hill.view=flat", reduced_motion="reduce").evaluate(watch) <= 2
    with_balls = seen(page)
    page.get_by_role("button", name="Take them away").click()
    assert (seen(page) != with_balls).any()


def test_planes_views_and_heights_can_be_chosen(panel):
    page = panel("hill")
    pictures = [seen(page)]
    page.get_by_label("Heights by tenfold steps").uncheck()
    pictures.append(seen(page))
    page.get_by_label("Seen").select_option("flat")
    pictures.append(seen(page))
    page.get_by_role("combobox", name="Plane").select_option("members")
    pictures.append(seen(page))
    assert all((one != other).any() for one, other in itertools.pairwise(pictures))
    until(page, "location.hash.includes('hill.plane=members')")
    state = page.evaluate("thalwegLab.handle.state()")
    assert (state["plane"], state["view"], state["log"]) == ("members", "flat", False)
    odd = panel("hill", state="hill.plane=valley&hill.view=inside&hill.x=1e9&hill.y=-1e9")
    assert odd.evaluate("thalwegLab.handle.state().plane") == "path"
    assert odd.said == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_everybody_can_read_it(panel, width, scheme):
    page = panel("hill", width=width, scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    readable(page, width)


def test_rows_of_features_have_a_hill_too(panel, rows_page):
    page = panel("hill", address=rows_page)
    page.get_by_role("button", name="Another example").click()
    assert page.inner_text(".here .statement:last-child strong") in ("ash", "elm")
    assert (page.said, len(page.asked)) == ([], 1)


def test_convolutional_networks_have_a_hill_too(panel, colour_file):
    page = panel("hill", address=colour_file, state="hill.plane=random")
    assert "%" in page.inner_text(".here .statement:last-child")
    assert page.said == []


def test_a_lesson_can_lock_what_is_chosen(panel):
    page = panel("hill")
    page.evaluate("thalwegLab.handle.lock(['plane', 'log'])")
    assert page.get_by_role("combobox", name="Plane").is_disabled()
    assert page.get_by_label("Heights by tenfold steps").is_disabled()
    assert page.get_by_label("Seen").is_enabled()
