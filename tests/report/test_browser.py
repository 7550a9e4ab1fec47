"""The page in a real browser, offline: what it asks for, what it answers, who can use it."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.browsing import readable, stroke_of_a_finger, until, visiting
from thalweg import report

pytestmark = pytest.mark.browser

STROKES = json.loads((Path(__file__).parent / "strokes.json").read_text("utf-8"))
CLASSES = [str(digit) for digit in range(10)]


@pytest.fixture(scope="module")
def address(digits_run, tmp_path_factory):
    return report.write(digits_run, tmp_path_factory.mktemp("page") / "report.html").as_uri()


@pytest.fixture(scope="module")
def light_address(digits_run, tmp_path_factory):
    path = tmp_path_factory.mktemp("light") / "report.html"
    return report.write(digits_run, path, plots_library=False).as_uri()


@pytest.fixture
def visit(chromium):
    """Open an address offline, and wait until it is whole; see `tests.browsing`."""
    with visiting(chromium) as open_page:

        def open_report(address, **options):
            page = open_page(address, **options)
            page.wait_for_selector("footer")
            return page

        yield open_report


def scrolled(page):
    """Bring every chart near the reader once."""
    for place in page.query_selector_all("[data-figure]"):
        place.scroll_into_view_if_needed()
    charts = "[...document.querySelectorAll('[data-figure]')]"
    until(page, f"{charts}.every((each) => each.querySelector('svg.main-svg') !== null)")
    return page


def seen(page):
    """What the networks see: uint8 [28, 28]."""
    values = page.evaluate(
        """() => {
            const canvas = document.getElementById("pad-seen");
            return [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data];
        }"""
    )
    return np.array(values, dtype=np.uint8).reshape(28, 28, 4)[..., 0]


def answered(page, state):
    page.wait_for_selector(f"#pad[data-state={state}]")
    return page.get_attribute("#pad", "data-answers")


def test_it_asks_for_nothing_but_itself(visit, address):
    page = scrolled(visit(address))
    assert page.asked == [address]
    assert page.said == []
    assert len(page.query_selector_all(".js-plotly-plot")) >= 5


def test_without_the_plots_library(visit, light_address):
    page = visit(light_address)
    assert page.asked == [light_address]
    assert page.said == []
    assert page.query_selector("[data-figure]") is None
    assert page.query_selector(".finding details[open] table") is not None


def test_a_drawn_three_is_answered_by_all(visit, address, digits_run):
    from thalweg import recording

    page = visit(address)
    assert answered(page, "nothing") == "0"
    assert page.inner_text("#pad-verdict") == "Nothing drawn"
    page.locator("#pad-canvas").scroll_into_view_if_needed()
    box = page.locator("#pad-canvas").bounding_box()
    three = next(entry["strokes"][0] for entry in STROKES if entry["name"] == "three")
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in three]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point)
    page.mouse.up()
    assert answered(page, "drawn") == "3"
    picture = seen(page)
    assert np.ptp(np.flatnonzero(picture.any(axis=1))) + 1 == 20
    population = recording.population_of(digits_run)
    expected = population.probabilities(picture[None])[:, 0]
    verdict = int(expected.mean(axis=0).argmax())
    assert page.get_attribute("#pad", "data-verdict") == CLASSES[verdict]
    votes = [int(cell) for cell in page.locator("#pad td .votes").all_inner_texts()]
    assert votes == np.bincount(expected.argmax(axis=1), minlength=10).tolist()
    means = [float(cell.split()[0]) for cell in page.locator("#pad td .mean").all_inner_texts()]
    np.testing.assert_allclose(means, 100 * expected.mean(axis=0), atol=0.25)
    until(page, "document.getElementById('pad-live').textContent.startsWith('They say')")


def test_what_shows_nothing_is_answered_and_named(visit, address):
    page = visit(address)
    for button, words in (
        ("static", "static"),
        ("shuffled", "shuffled pixels"),
        ("blank", "a blank picture"),
    ):
        page.click(f"[data-do={button}]")
        until(page, f"document.getElementById('pad-verdict').textContent.includes('{words}')")
        assert answered(page, "nonsense") == "3"
    assert seen(page).max() == 0
    assert "all 3 together say" in page.inner_text("#pad-one")
    page.click("[data-do=clear]")
    assert answered(page, "nothing") == "0"


GREYS = """() => {
  const pad = document.querySelector("#pad-canvas"), pen = pad.getContext("2d"), step = pad.width / 28;
  const grey = (column, row) => pen.getImageData((column + 0.5) * step, (row + 0.5) * step, 1, 1).data[0];
  return Array.from({ length: 784 }, (_, place) => grey(place % 28, Math.floor(place / 28)));
}"""


def test_the_large_square_shows_the_noise_that_is_asked_about(visit, address):
    page = visit(address)
    page.click("button[data-do=static]")
    answered(page, "nonsense")
    assert len(set(page.evaluate(GREYS))) > 100
    seen = page.evaluate(
        """() => [...document.querySelector("#pad-seen").getContext("2d").getImageData(0, 0, 28, 28).data]
        .filter((_, place) => place % 4 === 0)"""
    )
    assert page.evaluate(GREYS) == seen
    page.click("button[data-do=clear]")
    until(page, "document.querySelector('#pad').dataset.state === 'nothing'")
    assert set(page.evaluate(GREYS)) == {0}


def test_maps_and_their_numbers_change_with_the_paper(visit, address):
    ends = {}
    for scheme in ("light", "dark"):
        page = visit(address, scheme=scheme)
        page.query_selector("#confusion").scroll_into_view_if_needed()
        until(page, "document.querySelector('#confusion .heatmap-label text') !== null")
        ends[scheme] = page.evaluate("document.querySelector('#confusion .plot').data[0].colorscale[0][1]")
        inks = page.evaluate(
            "[...document.querySelectorAll('#confusion .heatmap-label text')].map((text) => text.style.fill)"
        )
        assert set(inks) <= {"rgb(0, 0, 0)", "rgb(255, 255, 255)"}
        assert inks
    assert ends == {"light": "#FFFFFF", "dark": "rgb(26,26,26)"}


def test_shuffled_pixels_are_those_of_the_drawing(visit, address):
    page = visit(address)
    page.click("[data-do=sample]")
    answered(page, "drawn")
    drawn = seen(page)
    page.click("[data-do=shuffled]")
    answered(page, "nonsense")
    assert not np.array_equal(seen(page), drawn)
    np.testing.assert_array_equal(np.sort(seen(page).ravel()), np.sort(drawn.ravel()))


def test_the_keyboard_draws(visit, address):
    page = visit(address)
    page.focus("#pad-canvas")
    for key in ("ArrowDown", "Space", *["ArrowDown"] * 8, "Space", "ArrowLeft"):
        page.keyboard.press(key)
    assert answered(page, "drawn") == "3"
    assert "pen up at column" in page.inner_text("#pad-pen")
    picture = seen(page)
    assert np.ptp(np.flatnonzero(picture.any(axis=1))) + 1 == 20  # a line, and thin
    assert np.ptp(np.flatnonzero(picture.any(axis=0))) + 1 == 2
    page.check("#pad-raw")
    page.wait_for_timeout(50)
    assert np.ptp(np.flatnonzero(seen(page).any(axis=1))) + 1 < 14
    page.focus("#pad-canvas")
    page.keyboard.press("Backspace")
    assert answered(page, "nothing") == "0"
    page.keyboard.press("Tab")  # the pad is no trap
    assert page.evaluate("document.activeElement.dataset.do") == "clear"


def test_a_finger_draws_and_does_not_scroll(visit, address):
    page = visit(address, width=360, has_touch=True)
    page.locator("#pad-canvas").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    stroke_of_a_finger(page, "#pad-canvas")
    assert answered(page, "drawn") == "3"
    assert page.evaluate("scrollY") == before
    assert np.ptp(np.flatnonzero(seen(page).any(axis=1))) + 1 == 20


@pytest.mark.parametrize("side", [28, 8, 56])
def test_strokes_become_the_very_pixels_of_python(visit, light_address, side):
    from thalweg.data.drawing import draw, draw_unplaced

    page = visit(light_address)
    for entry in STROKES:
        for name, function in (("draw", draw), ("drawUnplaced", draw_unplaced)):
            found = page.evaluate(
                "([name, strokes, side]) => Array.from(thalweg[name](strokes, side))",
                [name, entry["strokes"], side],
            )
            expected = function(entry["strokes"], side=side)
            np.testing.assert_array_equal(np.reshape(found, (side, side)), expected, err_msg=entry["name"])
    assert page.evaluate("thalweg.draw([[], []], 28)") is None


def networks(name):
    from thalweg.networks import ConvNet, Mlp

    return {
        "sigmoid": (Mlp((16, 16)), "sigmoid"),
        "softmax": (Mlp((12,), "gelu"), "softmax"),
        "linear": (Mlp(()), "softmax"),
        "tanh": (Mlp((8, 8), "tanh"), "sigmoid"),
        "relu": (Mlp((8,), "relu"), "softmax"),
        "step": (Mlp((40,), "step"), "softmax"),
        "convnet": (ConvNet((4, 6), dense=(12,)), "softmax"),
        "same": (ConvNet((3,), kernel=4, pool=3, padding="same", dense=(), activation="tanh"), "sigmoid"),
        "unpooled": (ConvNet((2, 3), kernel=5, pool=1, dense=()), "softmax"),
    }[name]


@pytest.fixture
def random_run(tmp_path, digits_run):
    """A run of four networks straight from their random starts, with its population."""
    import equinox as eqx
    import jax

    from thalweg import runs
    from thalweg.networks import exchange
    from thalweg.networks.population import Population

    def build(spec, readout):
        keys = jax.random.split(jax.random.key(3), 4)
        drawn = eqx.filter_vmap(lambda key: spec.build(key, (28, 28), 10))(keys)
        # larger weights than at the start, so that answers differ; already rounded as a page keeps them
        stacked = jax.tree.map(
            lambda leaf: (2 * leaf).astype("float16").astype("float32") if eqx.is_array(leaf) else leaf, drawn
        )
        fields = {name: getattr(spec, name) for name in spec.__dataclass_fields__}
        recipe = {"name": "random", "network": {"kind": spec.kind, **fields}}
        record = {**digits_run.record, "recipe": recipe, "members": 4, "status": "trained"}
        run = runs.create(tmp_path / "random", recipe_name="random", record=record)
        run.write_weights(exchange.to_tensors(stacked), {"readout": readout})
        return run, Population(stacked, np.zeros(4, bool), readout, (28, 28), tuple(CLASSES))

    return build


def answers(page, images):
    """What the page's networks say of `images`: [members, examples, classes]."""
    found = page.evaluate(
        """(images) => {
            const networks = thalweg.unpack(JSON.parse(document.getElementById("networks").textContent));
            return images.map((image) => networks.answer(Float32Array.from(image)).map((row) => [...row]));
        }""",
        images.reshape(len(images), -1).tolist(),
    )
    return np.swapaxes(found, 0, 1)


@pytest.mark.parametrize(
    "name", ["sigmoid", "softmax", "linear", "tanh", "relu", "step", "convnet", "same", "unpooled"]
)
def test_the_page_computes_what_python_does(visit, digits, random_run, tmp_path, name):
    spec, readout = networks(name)
    run, population = random_run(spec, readout)
    page = visit(report.write(run, tmp_path / "page.html", plots_library=False).as_uri())
    images = digits.test.inputs[:20]
    found = answers(page, images)
    expected = population.probabilities(images)
    assert expected.std() > 0.03
    np.testing.assert_allclose(found, expected, atol=2e-5)


def test_half_precision_costs_little(visit, light_address, digits, digits_run):
    from thalweg import recording

    images = digits.test.inputs[:20]
    expected = recording.population_of(digits_run).probabilities(images)
    np.testing.assert_allclose(answers(visit(light_address), images), expected, atol=2e-3)


def test_half_precision_numbers(visit, light_address):
    import base64

    every = np.arange(2**16, dtype=np.uint16).view(np.float16).astype("<f2")
    text = base64.b64encode(every.tobytes()).decode()
    page = visit(light_address)
    found = page.evaluate("(text) => Array.from(thalweg.halves(text), (value) => String(value))", text)
    np.testing.assert_array_equal(np.array([float(value) for value in found]), every.astype(float))


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_accessible_to_all(visit, address, digits_run, tmp_path, width, scheme):
    page = scrolled(visit(address, width=width, scheme=scheme, bypass_csp=True))
    page.click("[data-do=sample]")
    answered(page, "drawn")
    readable(page, width)
    comparison = report.write([digits_run, digits_run], tmp_path / "comparison.html").as_uri()
    page = visit(comparison, width=width, scheme=scheme, bypass_csp=True)
    readable(page, width)


def test_names_from_data_do_no_harm(visit, copied_digits, tmp_path):
    nasty = "</script><script>window.hurt=1</script><img src=x onerror=window.hurt=1>"
    names = [nasty, *CLASSES[1:]]
    copied_digits.update(class_names=names, recipe={**copied_digits.record["recipe"], "name": nasty})
    content = {**copied_digits.evaluation("accuracy"), "class_names": names}
    copied_digits.write_evaluation("accuracy", content, copied_digits.evaluation_arrays("accuracy"))
    page = scrolled(visit(report.write(copied_digits, tmp_path / "page.html").as_uri()))
    page.click("[data-do=sample]")
    answered(page, "drawn")
    assert page.evaluate("window.hurt") is None
    assert page.said == []
    assert len(page.asked) == 1
    assert page.inner_text("tr[data-class='0'] th") == nasty


def test_print_shows_what_is_folded(visit, address):
    page = visit(address)
    folded = len(page.query_selector_all("details:not([open])"))
    assert folded > 5
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    still_folded = page.query_selector_all("details:not([open])")
    charts = len(page.query_selector_all("[data-figure]"))
    assert charts == len(still_folded) == len(page.query_selector_all(".finding details:not([open])"))
    assert len(page.query_selector_all("svg.main-svg")) > 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert len(page.query_selector_all("details:not([open])")) == folded
    assert page.pdf()[:4] == b"%PDF"
    assert page.said == []
