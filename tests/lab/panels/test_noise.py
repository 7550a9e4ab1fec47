"""Noise in a browser: what one network says of nothing, what all do, and who would have refused it."""

import numpy as np
import pytest

from tests.browsing import number, painted, readable, until
from thalweg import recording
from thalweg.evaluation.outliers import scores
from thalweg.lab.contents import part
from thalweg.lab.opened import opened

pytestmark = pytest.mark.browser

PANEL = "document.querySelector('[data-panel=noise] > div')"


def shown(page):
    """The picture that the networks are shown: float32 [28, 28], rounded to 256 levels."""
    return painted(page, ".panel-noise canvas.large")


def tried(page):
    """Wait until many inputs were tried since the panel changed last."""
    until(page, f"Boolean({PANEL}.dataset.tried)")


def change(page, action):
    page.evaluate(f"delete {PANEL}.dataset.tried")
    action()
    tried(page)


def cells(page, row):
    """The four numbers of a row of the table of how sure they are."""
    return page.locator(f".panel-noise table tbody tr:has(th:has-text('{row}')) td").all_inner_texts()


def test_nothing_at_all_is_answered_as_in_python(panel, lab_run):
    page = panel("noise", state="noise.kind=blank&noise.member=2")
    tried(page)
    assert not shown(page).any()
    population = recording.population_of(lab_run)
    blank = np.zeros((1, 28, 28), np.float32)
    said, logits = population.probabilities(blank)[:, 0], population.logits(blank).astype(float)
    one, together = page.locator(".statement").all()
    assert one.locator("strong").inner_text() == str(said[2].argmax())
    assert number(one.locator(".sure").inner_text()) == pytest.approx(100 * said[2].max(), abs=0.3)
    mean = said.mean(axis=0)
    assert together.locator("strong").inner_text() == str(mean.argmax())
    assert number(together.locator(".sure").inner_text()) == pytest.approx(100 * mean.max(), abs=0.3)
    votes = (said.argmax(axis=1) == mean.argmax()).sum()
    assert f"{votes} of 8 agree" in together.inner_text()
    expected = [
        scores.maximum_probability(mean),
        scores.entropy(mean),
        scores.mutual_information(mean, scores.entropy(said).mean()),
        scores.maximum_logit(logits).mean(),
        scores.energy(logits).mean(),
    ]
    table = page.get_by_role("region", name="Table: Detectors")
    rows = [row.locator("td").all_inner_texts() for row in table.locator("tbody tr").all()]
    detectors = part("noise", opened(lab_run))["detectors"]
    for value, detector, (score, threshold, verdict) in zip(expected, detectors, rows, strict=True):
        assert float(score) == pytest.approx(value, abs=6e-3, rel=6e-3)
        assert float(threshold) == pytest.approx(detector["threshold"], rel=6e-3)
        assert verdict == ("✓ refused" if value > detector["threshold"] else "✗ let through")
    alone = [number(text) for text in cells(page, "this one input")]
    shares = [(said.max(axis=1) > 0.9).mean(), mean.max() > 0.9, said.max(axis=1).mean(), mean.max()]
    np.testing.assert_allclose(alone, 100 * np.array(shares, float), atol=0.3)
    assert not any("[" in text for text in cells(page, "this one input"))  # no interval over one input
    assert (page.said, len(page.asked)) == ([], 1)


@pytest.mark.parametrize("kind", ["uniform", "gaussian", "shuffled", "low_frequency", "inverted"])
def test_each_kind_is_what_it_is_called_and_answered(panel, lab_run, digits, kind):
    page = panel("noise", state=f"noise.kind={kind}&noise.seed=5")
    tried(page)
    picture = shown(page)
    population = recording.population_of(lab_run)
    mean = population.probabilities(picture[None])[:, 0].mean(axis=0)
    together = page.locator(".statement").nth(1)
    assert number(together.locator(".sure").inner_text()) == pytest.approx(100 * mean.max(), abs=1.5)
    real = np.asarray(digits.test.inputs)
    match kind:
        case "uniform":
            assert picture.mean() == pytest.approx(0.5, abs=0.05)
            assert picture.std() == pytest.approx(np.sqrt(1 / 12), abs=0.02)
        case "gaussian":
            assert picture.mean() == pytest.approx(0.5, abs=0.04)
            assert np.diff(np.quantile(picture, [0.25, 0.75])) == pytest.approx(0.25 * 1.349, abs=0.05)
        case "shuffled":
            sorted_ones = np.sort(real.reshape(len(real), -1), axis=1)
            assert np.abs(sorted_ones - np.sort(picture.ravel())).max(axis=1).min() < 0.003
        case "low_frequency":
            waves = np.abs(np.fft.fft2(picture)) ** 2
            turns = np.fft.fftfreq(28) * 28
            slow = np.hypot(turns[:, None], turns[None]) <= 3
            assert waves[slow].sum() > 0.9999 * waves.sum()
            assert (picture.min(), picture.max()) == (0, 1)
        case "inverted":
            assert np.abs(1 - picture - real).max(axis=(1, 2)).min() < 0.003
    assert "[" in cells(page, "of these 200")[0]


def test_what_was_measured_stands_above(panel, lab_run):
    page = panel("noise", state="noise.kind=uniform")
    tried(page)
    record = lab_run.evaluation("noise")["uniform"]
    measured = cells(page, "measured, 8 networks")
    found = [
        record["share_above"]["0.9"],
        record["ensemble"]["share_above"]["0.9"],
        record["mean_confidence"],
        record["ensemble"]["mean_confidence"],
    ]
    for text, each in zip(measured, found, strict=True):
        assert number(text) == pytest.approx(100 * each["value"], abs=0.06)
        low, high = each["interval"]
        assert text.endswith(f"[{100 * low:.1f}, {100 * high:.1f}]")
    here = [number(text) for text in cells(page, "of these 200")]
    np.testing.assert_allclose(here, [100 * each["value"] for each in found], atol=15)  # other noise
    change(page, lambda: page.get_by_label("Strength").press("ArrowLeft"))
    assert cells(page, "measured") == []  # half a real picture was not measured


def test_at_no_strength_it_is_a_real_example(panel, digits):
    page = panel("noise", state="noise.strength=0&noise.kind=uniform")
    tried(page)
    away = np.abs(np.asarray(digits.test.inputs) - shown(page)).max(axis=(1, 2))
    assert away.min() < 0.003


def test_the_keyboard_alone_makes_noise_and_a_link_brings_it_back(panel):
    page = panel("noise")
    tried(page)
    before = shown(page)
    page.focus("main")
    page.keyboard.press("n")  # outside the panel it does nothing
    page.wait_for_timeout(50)
    np.testing.assert_array_equal(shown(page), before)
    page.focus("[data-panel]")
    change(page, lambda: page.keyboard.press("n"))
    assert not np.array_equal(shown(page), before)
    page.get_by_label("Kind").focus()
    page.keyboard.press("n")  # typed into a list it is a letter
    page.wait_for_timeout(50)
    after = shown(page)
    change(page, lambda: page.get_by_label("Strength").press("PageDown"))
    assert not np.array_equal(shown(page), after)
    page.get_by_label("One of them").select_option("3")
    until(page, "location.hash.includes('noise.member=3')")
    other = panel("noise", state=page.evaluate("location.hash").partition("&")[2])
    np.testing.assert_array_equal(shown(other), shown(page))
    assert other.locator(".statement").all_inner_texts() == page.locator(".statement").all_inner_texts()
    odd = panel("noise", state="noise.kind=thunder&noise.member=99&noise.strength=x")
    tried(odd)
    assert odd.said == []


def test_the_mouse_makes_other_noise(panel):
    page = panel("noise")
    tried(page)
    before = shown(page)
    change(page, lambda: page.get_by_role("button", name="New noise").click())
    assert not np.array_equal(shown(page), before)
    until(page, "document.querySelector('[data-voice]').textContent.includes('all together')")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_everybody_can_read_it(panel, width, scheme):
    page = panel("noise", width=width, scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    tried(page)
    readable(page, width)


def test_rows_of_features_have_noise_of_their_own(panel, rows_page, rows_run):
    page = panel("noise", address=rows_page, state="noise.kind=blank")
    tried(page)
    options = page.locator(".panel-noise select").first.locator("option").all_inner_texts()
    assert len(options) == 4
    assert "every value at its mean" in options
    inputs = np.asarray(opened(rows_run).test.inputs)
    mean = recording.population_of(rows_run).probabilities(inputs.mean(axis=0)[None])[:, 0].mean(axis=0)
    together = page.locator(".statement").nth(1).locator(".sure").inner_text()
    assert number(together) == pytest.approx(100 * mean.max(), abs=0.3)
    assert f"thalweg evaluate {rows_run.path} --only noise" in page.inner_text(".missing")
    assert (page.said, len(page.asked)) == ([], 1)


def test_pictures_in_colour_too(panel, colour_file):
    page = panel("noise", address=colour_file, state="noise.kind=low_frequency")
    tried(page)
    size = (
        "(() => { const c = document.querySelector('.panel-noise canvas'); return [c.height, c.width]; })()"
    )
    assert page.evaluate(size) == [8, 6]
    assert page.said == []


def test_a_lesson_can_lock_what_is_chosen(panel):
    page = panel("noise")
    page.evaluate("thalwegLab.handle.lock(['kind', 'strength'])")
    assert page.get_by_label("Kind").is_disabled()
    assert page.get_by_label("Strength").is_disabled()
    assert page.get_by_label("One of them").is_enabled()
