"""The Draw panel as its reader uses it."""

import io
import json

import numpy as np
import pytest

from tests.browsing import readable, stroke_of_a_finger, unfold, until
from thalweg.lab.contents import part
from thalweg.lab.opened import opened

pytestmark = pytest.mark.browser

VOTES = "document.querySelector('.panel-draw .votes-of')"
SEEN = """() => {  // from a copy: a browser says that it does not like to read from the same canvas twice
    const canvas = document.querySelector(".seen-picture"), copy = document.createElement("canvas");
    const pen = copy.getContext("2d");
    pen.drawImage(canvas, 0, 0);
    return [...pen.getImageData(0, 0, canvas.width, canvas.height).data];
}"""


def seen(page):
    """What the networks see, once nothing moves: uint8 [28, 28]."""
    pictures = [page.evaluate(SEEN)]
    while len(pictures) < 2 or pictures[-1] != pictures[-2]:
        page.wait_for_timeout(60)
        pictures.append(page.evaluate(SEEN))
    return np.array(pictures[-1], dtype=np.uint8).reshape(28, 28, 4)[..., 0]


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def answered(page):
    until(page, f"{VOTES}.dataset.state === 'answered'")
    return page.evaluate(f"({{...{VOTES}.dataset}})")


def line(page, *, pen="mouse"):
    """Draw an upright line near the left edge."""
    page.locator(".pad-canvas").scroll_into_view_if_needed()
    box = page.locator(".pad-canvas").bounding_box()
    x, y, tall = box["x"] + 0.2 * box["width"], box["y"] + 0.1 * box["height"], 0.5 * box["height"]
    client = page.context.new_cdp_session(page)
    for kind, share in (("mousePressed", 0), ("mouseMoved", 0.5), ("mouseMoved", 1), ("mouseReleased", 1)):
        client.send(
            "Input.dispatchMouseEvent",
            {
                "type": kind,
                "x": x,
                "y": y + share * tall,
                "button": "left",
                "buttons": int(kind != "mouseReleased"),
                "clickCount": 1,
                "pointerType": pen,
            },
        )


def test_a_blank_pad_says_nothing_drawn(panel):
    page = panel("draw")
    assert page.inner_text(".verdict-line") == "Nothing drawn"
    assert page.evaluate(f"{VOTES}.dataset.answers") == "0"
    assert not seen(page).any()
    assert page.said == []
    assert len(page.asked) == 1


@pytest.mark.parametrize("pen", ["mouse", "pen"])
def test_every_network_answers_a_stroke(panel, lab_run, pen):
    from thalweg import recording
    from thalweg.data.drawing import draw

    page = panel("draw")
    line(page, pen=pen)
    assert answered(page)["answers"] == "8"
    picture = seen(page)
    np.testing.assert_array_equal(picture, draw([[(0.2, 0.1), (0.2, 0.6)]]))
    population = recording.population_of(lab_run)
    said = population.probabilities(picture[None] / np.float32(255))[:, 0]
    verdict = said.mean(axis=0).argmax()
    votes = np.bincount(said.argmax(axis=1), minlength=10)
    assert page.evaluate(f"{VOTES}.dataset.verdict") == str(verdict)
    shown = [int(each) for each in page.locator(".votes-of .votes").all_inner_texts()]
    np.testing.assert_array_equal(shown, votes)
    assert f"{votes[verdict]} of 8 agree" in page.inner_text(".agreement")
    means = [
        float(each.removesuffix(" %").removeprefix("under ").removeprefix("over "))
        for each in page.locator(".votes-of .mean").all_inner_texts()
    ]
    np.testing.assert_allclose(means, 100 * said.mean(axis=0), atol=0.3)  # half precision, one decimal
    assert f"says {said[0].argmax()} with" in page.inner_text(".one")


def test_raw_leaves_it_where_it_is(panel):
    from thalweg.data.drawing import draw_unplaced

    page = panel("draw")
    line(page)
    answered(page)
    placed = seen(page)
    page.get_by_label("Leave my drawing where it is").check()
    raw = seen(page)
    np.testing.assert_allclose(raw, draw_unplaced([[(0.2, 0.1), (0.2, 0.6)]]), atol=2)
    assert not np.array_equal(raw, placed)


def test_the_move_into_place_is_watched_but_not_by_those_who_want_calm(panel):
    watch = """() => new Promise((done) => {
        const pictures = new Set(), canvas = document.querySelector(".seen-picture");
        document.querySelectorAll(".draw-source button")[2].click();
        const look = (left) => {
            pictures.add(canvas.getContext("2d").getImageData(0, 0, 28, 28).data.join());
            if (left) requestAnimationFrame(() => look(left - 1)); else done(pictures.size);
        };
        look(30);
    })"""
    assert panel("draw").evaluate(watch) > 3
    assert panel("draw", reduced_motion="reduce").evaluate(watch) == 2  # black, and the drawing


def test_a_finger_draws_and_does_not_scroll(panel):
    page = panel("draw", width=360, has_touch=True)
    page.locator(".pad-canvas").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    stroke_of_a_finger(page, ".pad-canvas")
    assert answered(page)["answers"] == "8"
    assert page.evaluate("scrollY") == before
    assert np.ptp(np.flatnonzero(seen(page).any(axis=1))) + 1 == 20


def test_the_keyboard_alone_draws_and_says_what_was_meant(panel):
    page = panel("draw")
    page.focus(".pad-canvas")
    for key in ("ArrowDown", "Space", *["ArrowDown"] * 8, "Space"):
        page.keyboard.press(key)
    answered(page)
    assert np.ptp(np.flatnonzero(seen(page).any(axis=1))) + 1 == 20
    page.keyboard.press("1")
    assert "1 drawing kept" in page.inner_text(".meant")
    page.keyboard.press("Backspace")
    until(page, f"{VOTES}.dataset.state === 'nothing'")
    page.keyboard.press("2")
    assert "Draw something first" in page.inner_text(".meant")
    page.keyboard.press("Tab")  # the pad is no trap
    assert page.evaluate("document.activeElement.textContent") == "Clear"


def test_what_was_meant_can_be_evaluated(panel, tmp_path):
    from click.testing import CliRunner

    import thalweg as tw
    from thalweg.cli.main import cli
    from thalweg.data.drawing import draw

    page = panel("draw")
    for digit in "3377":
        press(page, "Draw a 3 for me")
        answered(page)
        press(page, f"I meant {digit}")
    with page.expect_download() as waiting:
        press(page, "Save for thalweg evaluate (NPZ)")
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    with np.load(io.BytesIO(path.read_bytes())) as arrays:
        assert {name: arrays[name].shape for name in arrays.files} == {
            "probabilities": (8, 4, 10),
            "labels": (4,),
            "class_names": (10,),
            "images": (4, 28, 28),
        }
        np.testing.assert_array_equal(arrays["images"][0], seen(page))
        assert arrays["images"].dtype == np.uint8
        assert arrays["class_names"].tolist() == [str(digit) for digit in range(10)]
    model, data = tw.models.load_probabilities(path)
    assert data.test.labels.tolist() == [3, 3, 7, 7]
    assert model.probabilities(data.test.inputs).shape == (8, 4, 10)
    measured = CliRunner().invoke(
        cli, ["evaluate", "--probabilities", str(path), "--only", "accuracy", "--json"]
    )
    assert measured.exit_code == 0, measured.output
    assert tw.load(path).class_names == ("3", "7")
    with page.expect_download() as waiting:
        press(page, "Save as JSON")
    told = json.loads(waiting.value.path().read_text("utf-8"))
    assert [each["label"] for each in told["drawings"]] == ["3", "3", "7", "7"]
    picture = draw(told["drawings"][0]["strokes"])
    np.testing.assert_array_equal(np.reshape(told["drawings"][0]["picture"], (28, 28)), picture)
    assert len(told["drawings"][0]["said"]) == 8
    press(page, "Take the last back")
    assert "3 drawings kept" in page.inner_text(".meant")


def test_a_link_brings_the_drawing_back(panel):
    page = panel("draw")
    press(page, "Draw a 3 for me")
    page.get_by_label("One of them").select_option("5")
    page.get_by_label("For the answer").select_option("8")
    page.get_by_label("Leave my drawing where it is").check()  # place and size shall come back too
    answered(page)
    before = seen(page)
    until(page, "location.hash.includes('draw.raw') && location.hash.includes('draw.member=5')")
    state = page.evaluate("location.hash").partition("&")[2]
    other = panel("draw", state=state)
    answered(other)
    np.testing.assert_allclose(seen(other).astype(int), before, atol=8)  # points are kept to 1/4,096
    assert other.evaluate("document.querySelector('.draw-one select').value") == "5"
    assert "speak for 8" in other.inner_text(".draw-inside")
    assert other.get_by_label("Leave my drawing where it is").is_checked()
    digits = panel("draw", state="draw.strokes=_0a0b1c2d")
    answered(digits)
    nothing = panel("draw", state="draw.strokes=!!&draw.member=99")
    assert nothing.inner_text(".verdict-line") == "Nothing drawn"
    assert nothing.said == []


def test_the_hardest_come_first_and_stand_in_the_place_of_a_drawing(panel):
    page = panel("draw")
    shares = page.evaluate("thalwegLab.bench.examples().then((each) => each.share_right.slice(0, 24))")
    assert shares == sorted(shares)
    first = page.locator(".examples button").first
    first.click()
    answered(page)
    assert first.get_attribute("aria-pressed") == "true"
    assert "labelled" in page.inner_text(".agreement")
    chosen = page.evaluate("thalwegLab.bench.subject.values.length")
    assert chosen == 784
    page.focus(".pad-canvas")
    page.keyboard.press("ArrowLeft")  # the pen moves over it: nothing is drawn yet
    page.wait_for_timeout(60)
    assert first.get_attribute("aria-pressed") == "true"
    until(page, "location.hash.includes('draw.example=0')")
    line(page)
    until(page, "document.querySelector('.examples button').getAttribute('aria-pressed') === 'false'")
    assert "labelled" not in page.inner_text(".agreement")
    page.get_by_role("button", name="Show more").click()
    assert page.locator(".examples button").count() > 24


def test_the_numbers_behind_the_pictures(panel, lab_run):
    page = panel("draw")
    press(page, "Draw a 3 for me")
    answered(page)
    unfold(page, "[data-panel=draw]")
    tables = page.evaluate(
        "[...document.querySelectorAll('.draw-inside table')].map((table) => [...table.tBodies[0].rows].map("
        "(row) => [...row.cells].map((cell) => cell.textContent)))"
    )
    assert [len(rows) for rows in tables] == [16, 16, 10, 12]
    weights = lab_run.weights()
    values = seen(page).ravel() / 255
    for depth, rows in enumerate(tables[:2]):
        sums = weights[f"layers.{depth}.weight"][0] @ values + weights[f"layers.{depth}.bias"][0]
        values = 1 / (1 + np.exp(-sums))
        np.testing.assert_allclose([float(row[2]) for row in rows], values, rtol=0.02, atol=2e-3)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_accessible_to_all(panel, width, scheme):
    page = panel("draw", width=width, scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    press(page, "Draw a 3 for me")
    answered(page)
    press(page, "I meant 3")
    readable(page, width)


def exported(path, out, **arrays):
    """The address of the lab of three small networks of the arrays."""
    from thalweg import data, lab, recording
    from thalweg.networks import Mlp
    from thalweg.training import Recipe, Sgd

    np.savez(path, **arrays)
    recipe = Recipe(network=Mlp((5,)), optimiser=Sgd(learning_rate=0.5), batch_size=8, epochs=2, name="small")
    run = recording.train_run(recipe, data.load(path), members=3, seed=1, out=out / "run")
    return lab.export(run, out / "lab.html").as_uri()


def test_rows_of_features_are_changed_rather_than_drawn(panel, tmp_path):
    generator = np.random.default_rng(0)
    labels = np.arange(90) % 3
    features = generator.normal(size=(90, 4)) + 3 * (labels[:, None] == np.arange(4))
    address = exported(tmp_path / "table.npz", tmp_path, features=features, labels=labels)
    page = panel("draw", address=address)
    assert page.locator(".pad-canvas").count() == 0
    assert "Change this example" in page.inner_text(".draw-source")
    assert "standard deviations" in page.inner_text(".draw-source")
    assert answered(page)["answers"] == "3"
    slide = page.locator(".draw-source input[type=range]").first
    before = page.locator(".votes-of .mean").all_inner_texts()
    slide.focus()
    page.keyboard.press("End")
    until(page, "document.querySelector('.draw-source .soft').textContent.includes('1 of 4 values changed')")
    assert page.locator(".votes-of .mean").all_inner_texts() != before
    until(page, "location.hash.includes('draw.value1')")
    press(page, "As it was")
    assert page.locator(".votes-of .mean").all_inner_texts() == before
    assert page.said == []


def test_pictures_in_colour_are_chosen_rather_than_drawn(panel, tmp_path):
    generator = np.random.default_rng(0)
    labels = np.arange(60) % 3
    images = generator.integers(0, 200, (60, 9, 9, 3)) + 50 * (labels[:, None, None, None] == np.arange(3))
    address = exported(tmp_path / "colour.npz", tmp_path, images=images.astype(np.uint8), labels=labels)
    page = panel("draw", address=address)
    assert page.locator(".pad-canvas").count() == 0
    assert "in colour" in page.inner_text(".draw-source")
    assert page.inner_text(".verdict-line") == "Choose an example below"
    page.locator(".examples button").first.click()
    assert answered(page)["answers"] == "3"
    assert page.said == []


def test_what_filters_make_of_a_picture_is_seen_layer_by_layer(panel, colour_file, colour_run):
    page = panel("draw", address=colour_file)
    assert page.locator(".maps-of li").count() == 0  # nothing was chosen yet
    page.locator(".examples button").first.click()
    assert page.locator(".maps-of li").count() == 3
    assert (
        page.evaluate(
            "[...document.querySelectorAll('.maps-of canvas')].map(({ width, height }) => [height, width])"
        )
        == [[6, 4]] * 3
    )
    unfold(page, "[data-panel=draw]")
    rows = page.get_by_role("region", name="Table: Layer 1").locator("tbody tr")
    largest = [float(row.locator("td").first.inner_text()) for row in rows.all()]
    assert largest == pytest.approx(largest_of(colour_run), rel=0.02)
    assert page.said == []


def largest_of(colour_run):
    """What each filter says at most of the hardest example, worked out by hand."""
    run = opened(colour_run[0])
    called = [run.test.called(number) for number in range(len(run.test))]
    picture = np.asarray(run.test.inputs)[called.index(part("examples", run)["called"][0])]
    layer = run.population[0].network.convolutions[0]
    weight, bias = np.asarray(layer.weight, float), np.asarray(layer.bias, float)  # [3, 3, channels, filters]
    windows = np.lib.stride_tricks.sliding_window_view(
        picture, (3, 3), axis=(0, 1)
    )  # [rows, columns, channels, 3, 3]
    sums = np.einsum("rcdyx,yxdf->rcf", windows, weight) + bias
    network = run.recipe.network
    values = {"relu": lambda z: np.maximum(z, 0), "sigmoid": lambda z: 1 / (1 + np.exp(-z))}[
        network.activation
    ](sums)
    return values.max(axis=(0, 1)).tolist()
