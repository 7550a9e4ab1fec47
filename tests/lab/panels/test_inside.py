"""Inside in a browser: first weights, a guess, what excites a neuron, and dreams."""

import re

import numpy as np
import pytest

from tests.browsing import readable, until
from thalweg import lab, recording
from thalweg.lab.contents import part
from thalweg.lab.opened import opened

pytestmark = pytest.mark.browser

EXCITED = (
    "thalwegLab.handle.inner.handle.asked({member}, {depth}, () => true)"
    ".then((all) => all.map((each) => [...each]))"
)
"""What every neuron of a layer answers to every example of the page."""

PIXELS = (
    "(canvas) => [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data]"
    ".filter((_, place) => place % 4 !== 3)"
)


def painted(weights):
    """The colours [pixels, 3] of weights [height, width], each by the largest of all: blue, white, orange."""
    shares = weights.ravel() / np.abs(weights).max()
    levels = np.array([[0, 90, 170], [255, 255, 255], [204, 102, 0]])
    return np.stack([np.interp(shares, [-1, 0, 1], levels[:, channel]) for channel in range(3)], axis=1)


def test_weights_are_painted_in_the_colours_of_their_size(panel, inside_run, inside_file):
    page = panel("inside", address=inside_file, state="inside.member=2")
    weights = np.asarray(recording.population_of(inside_run).networks.layers[0].weight)[2]
    canvases = page.locator(".weights canvas")
    assert canvases.count() == 16
    for neuron in (0, 15):
        levels = np.reshape(canvases.nth(neuron).evaluate(PIXELS), (784, 3))
        np.testing.assert_allclose(levels, painted(weights[neuron].reshape(28, 28)), atol=2)


def test_randomness_is_told_with_every_comparison(panel, inside_run, inside_file):
    page = panel("inside", address=inside_file)
    content = inside_run.evaluation("features")
    ranges = page.locator(".range")
    assert ranges.count() == 4
    low, high = content["moran"]["interval"]
    assert f"{content['moran']['value']:.2f} [{low:.2f}, {high:.2f}]" in ranges.first.inner_text()
    found = part("inside", opened(inside_run))["randomness"]
    assert page.locator(".weights li").nth(4).inner_text().endswith(f"{found['moran'][0][4]:.2f}")
    page.get_by_text("The numbers, and where they are from").click()
    assert "not measured" in page.get_by_role("table").first.inner_text()
    page.get_by_label("Network").first.press("ArrowRight")
    assert page.locator(".weights li").nth(4).inner_text().endswith(f"{found['moran'][1][4]:.2f}")
    until(page, "location.hash.includes('inside.member=1')")
    assert (page.said, len(page.asked)) == ([], 1)


def test_the_guess_is_judged_by_what_was_trained(panel, inside_run, inside_file):
    page = panel("inside", address=inside_file, state="inside.view=guess")
    trained = np.asarray(recording.population_of(inside_run).networks.layers[0].weight)[0]
    sides = set()
    for turn in range(6):
        levels = np.reshape(page.locator(".sides canvas").first.evaluate(PIXELS), (784, 3))
        is_first = np.abs(levels - painted(trained[turn].reshape(28, 28))).max() <= 2
        sides.add(is_first)
        page.get_by_role("button", name="A is trained").press("Enter")
        said = page.locator("[data-verdict]").text_content()
        assert said.startswith("Right: A is trained." if is_first else "No: B is trained.")
        page.keyboard.press("Enter")  # another
        assert page.locator("[data-verdict]").text_content() == ""
    assert sides == {True, False}
    assert re.fullmatch(r"You were right in \d of 6\.", page.locator("[data-score]").text_content())
    until(page, "location.hash.includes('inside.round=7')")


def test_the_guess_tells_how_alike_both_are(panel, inside_run, inside_file):
    page = panel("inside", address=inside_file, state="inside.view=guess&inside.round=10")
    page.get_by_role("button", name="B is trained").click()
    given = part("inside", opened(inside_run))
    began = np.asarray(recording.path_of(inside_run)[0].networks.layers[0].weight)[1, 1]
    trained = np.asarray(recording.population_of(inside_run).networks.layers[0].weight)[1, 1]
    said = page.locator("[data-verdict]").text_content()
    assert f"correlate by {np.corrcoef(began, trained)[0, 1]:.2f}" in said
    assert f"by {given['randomness']['moran'][1][1]:.2f} (Moran's I)" in said
    assert f"at the start by {given['starts']['moran'][1][1]:.2f}." in said


def test_a_page_without_starts_names_what_keeps_them(panel, tmp_path, copied_run):
    copied_run.update(path=None)
    page = panel(
        "inside", address=lab.export(copied_run, tmp_path / "lab.html").as_uri(), state="inside.view=guess"
    )
    assert "--keep-path" in page.locator(".missing:visible").inner_text()
    page.get_by_role("button", name="First weights").click()
    assert (
        f"thalweg evaluate {copied_run.path} --only features" in page.locator(".missing:visible").inner_text()
    )


def activations(population, member, inputs):
    network = population[member].network
    return np.stack([np.asarray(network.features(values)) for values in inputs])


def test_hidden_neurons_answer_in_the_page_as_in_python(panel, inside_run, inside_file):
    page = panel("inside", address=inside_file, state="inside.view=neuron&inside.member=3&inside.layer=2")
    test = opened(inside_run)
    found = part("examples", test)
    split = test.test
    called = [split.called(number) for number in range(len(split))]
    inputs = split.inputs[[called.index(name) for name in found["called"]]]
    expected = activations(recording.population_of(inside_run), 3, inputs)
    answers = np.array(page.evaluate(EXCITED.format(member=3, depth=1)))
    np.testing.assert_allclose(answers, expected, atol=2e-3)
    network = recording.population_of(inside_run)[3].network
    first = 1 / (1 + np.exp(-(inputs.reshape(len(inputs), -1) @ np.asarray(network.layers[0].weight).T
                              + np.asarray(network.layers[0].bias))))  # fmt: skip
    answers = np.array(page.evaluate(EXCITED.format(member=3, depth=0)))
    np.testing.assert_allclose(answers, first, atol=2e-3)


def test_the_most_exciting_examples_come_first(panel, inside_file):
    page = panel("inside", address=inside_file, state="inside.view=neuron&inside.neuron=5")
    until(page, "document.querySelectorAll('[data-most] li').length === 8")
    answers = np.array(page.evaluate(EXCITED.format(member=0, depth=0)))[:, 4]
    shown = [float(text.rsplit(" ", 1)[1]) for text in page.locator("[data-most] li").all_inner_texts()]
    np.testing.assert_allclose(shown, np.sort(answers)[::-1][:8], atol=0.0051)
    shown = [float(text.rsplit(" ", 1)[1]) for text in page.locator("[data-least] li").all_inner_texts()]
    np.testing.assert_allclose(shown, np.sort(answers)[:8], atol=0.0051)
    assert "all 359 test examples" in page.locator("[data-said]").inner_text()
    assert page.locator("[data-by-class] tbody tr").count() == 10


def test_an_example_is_taken_along(panel, inside_file):
    page = panel("inside", address=inside_file, state="inside.view=neuron")
    until(page, "document.querySelectorAll('[data-most] li').length === 8")
    page.locator("[data-most] button").first.press("Enter")
    assert page.evaluate("thalwegLab.bench.subject.values.length") == 784
    value = page.locator("[data-most] li").first.inner_text().rsplit(" ", 1)[1]
    assert page.locator("[data-of-subject]").inner_text().endswith(f"it answers {value}.")


def test_a_deeper_neuron_shows_its_strongest_weights_first(panel, inside_run, inside_file):
    page = panel("inside", address=inside_file, state="inside.view=neuron&inside.layer=2&inside.neuron=7")
    weights = np.asarray(recording.population_of(inside_run).networks.layers[1].weight)[0, 6]
    order = np.argsort(-np.abs(weights), kind="stable")[:12]
    names = page.locator("[data-incoming] tbody th").all_inner_texts()
    assert [int(name.split()[-1]) for name in names] == (order + 1).tolist()
    values = page.locator("[data-incoming] .value").all_inner_texts()
    np.testing.assert_allclose([float(value) for value in values], weights[order], atol=0.0051)


def test_dreams_have_their_confidence_below_them(panel, inside_run, inside_file):
    page = panel("inside", address=inside_file, state="inside.view=dreams&inside.style=smooth")
    style = part("inside", opened(inside_run))["dreams"]["styles"]["smooth"]
    assert page.locator(".dreams canvas").count() == 10
    for label in (0, 9):
        said = page.locator(".dreams li").nth(label).inner_text()
        assert f"{100 * style['own'][0][label]:.1f} % sure" in said
        assert f"the others {100 * style['judged'][0][label]:.1f} %" in said
    page.get_by_label("Network").last.press("End")
    assert f"{100 * style['own'][-1][3]:.1f} % sure" in page.locator(".dreams li").nth(3).inner_text()


def test_filters_of_colour_pictures_that_are_not_square(panel, colour_run, colour_file):
    page = panel("inside", address=colour_file)
    run, dataset = colour_run
    population = recording.population_of(run)
    filters = np.asarray(population.networks.convolutions[0].weight)[0]
    levels = np.reshape(page.locator(".weights canvas").nth(2).evaluate(PIXELS), (9, 3))
    np.testing.assert_allclose(levels, painted(filters[..., 2].mean(axis=2)), atol=2)
    page.get_by_role("button", name="What excites a neuron").click()
    until(page, "document.querySelectorAll('[data-most] canvas').length === 8")
    canvas = page.locator("[data-most] canvas").first
    assert canvas.evaluate("(each) => [each.height, each.width]") == [8, 6]
    found = page.evaluate(EXCITED.format(member=1, depth=1))
    names = page.evaluate("thalwegLab.bench.examples().then((all) => all.called)")
    called = [dataset.test.called(number) for number in range(len(dataset.test))]
    inputs = dataset.test.inputs[[called.index(name) for name in names]]
    np.testing.assert_allclose(found, activations(population, 1, inputs), atol=3e-3)
    largest = np.stack([np.asarray(population[1].network.maps(values)).max(axis=(0, 1)) for values in inputs])
    np.testing.assert_allclose(page.evaluate(EXCITED.format(member=1, depth=0)), largest, atol=3e-3)
    page.get_by_role("combobox", name="Layer").select_option("1")
    assert page.locator("[data-incoming] canvas").count() == 3
    page.get_by_role("button", name="Which is trained?").click()
    assert page.locator(".sides canvas").count() == 2
    assert (page.said, len(page.asked)) == ([], 1)


def test_rows_of_features_have_bars_and_words_in_the_place_of_pictures(panel, rows_run, rows_page):
    page = panel("inside", address=rows_page)
    weights = np.asarray(recording.population_of(rows_run).networks.layers[0].weight)[0]
    shown = page.locator(".weights .value").all_inner_texts()
    np.testing.assert_allclose([float(value) for value in shown], weights.ravel(), atol=0.0051)
    assert "rows of features" in page.locator("[data-view-of=weights]").inner_text()
    page.get_by_role("button", name="What excites a neuron").click()
    until(page, "document.querySelectorAll('[data-most] li').length === 8")
    page.get_by_role("button", name="Dreams").click()
    assert "Only pictures can be drawn" in page.locator("[data-view-of=dreams]").inner_text()
    page.get_by_role("button", name="Which is trained?").click()
    page.get_by_role("button", name="A is trained").click()
    assert "is trained" in page.locator("[data-verdict]").inner_text()
    assert (page.said, len(page.asked)) == ([], 1)


@pytest.mark.parametrize(
    ("view", "width", "scheme"),
    [*((view, 360, "dark") for view in ("weights", "guess", "neuron", "dreams")), ("neuron", 1280, "light")],
)
def test_everybody_can_read_it(panel, inside_file, view, width, scheme):
    page = panel("inside", address=inside_file, state=f"inside.view={view}", width=width, scheme=scheme,
                 bypass_csp=True, reduced_motion="reduce")  # fmt: skip
    readable(page, width)


def test_a_lesson_can_lock_what_is_chosen(panel, inside_file):
    page = panel("inside", address=inside_file)
    page.evaluate("thalwegLab.handle.restore({ view: 'neuron', layer: 2, neuron: 4 })")
    page.evaluate("thalwegLab.handle.lock(['view', 'layer'])")
    assert page.get_by_role("button", name="Dreams").is_disabled()
    assert page.get_by_role("combobox", name="Layer").is_disabled()
    assert page.evaluate("thalwegLab.handle.state()") == {
        "view": "neuron",
        "member": 0,
        "layer": 2,
        "neuron": 4,
    }
