"""What the site writes when it is built holds everything that it should."""

from __future__ import annotations

import importlib.util
import re
import sys
from importlib import import_module
from types import ModuleType

import pytest

from tests.docs.reading import ROOT
from thalweg.questions import ALSO_CALLED


def _hook(name):
    called = f"hook_{name}"
    spec = importlib.util.spec_from_file_location(called, ROOT / "docs" / "_hooks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[called] = importlib.util.module_from_spec(spec)  # a dataclass looks itself up
    spec.loader.exec_module(module)
    return module


def test_the_page_of_commands_has_every_verb_and_flag():
    from thalweg.cli.main import VERBS

    page = _hook("command_line").on_page_markdown("before\n<!-- help of every command -->\nafter")
    for verb in VERBS:
        assert f"`thalweg {verb}`" in page
    for words in ("--keep-path N", "`thalweg study memorisation`", "`thalweg data get`", "before", "after"):
        assert words in page
    assert _hook("command_line").on_page_markdown("nothing asked for") == "nothing asked for"


def test_the_table_of_claims_has_a_row_for_each():
    from thalweg.claims import CLAIMS

    page = _hook("claims").on_page_markdown("<!-- table of claims -->")
    assert len(page.splitlines()) == len(CLAIMS) + 2
    assert all(row.count("|") == 6 for row in page.splitlines())


def test_the_page_of_verdicts_has_each_claim():
    from thalweg.claims import CLAIMS
    from thalweg.claims.claim import FAILS, HOLDS, IN_PART

    page = (ROOT / "docs" / "guide" / "claims.md").read_text()
    rows = re.findall(r"^\| (\d+) \| .* \| (.*) \|$", page, re.M)
    # one table for MNIST, one for the embedded digits
    assert [int(number) for number, _ in rows] == 2 * [claim.id for claim in CLAIMS]
    assert {verdict for _, verdict in rows} <= {HOLDS, IN_PART, FAILS}


def test_every_page_is_in_the_navigation():
    navigation = (ROOT / "mkdocs.yml").read_text().partition("\nnav:\n")[2]
    found = {page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md")}
    assert set(re.findall(r"\S+\.md", navigation)) == found


PACKAGES = (
    "claims data evaluation figures models networks planning publishing report runs studies training".split()
)


@pytest.mark.parametrize("package", ["thalweg", *(f"thalweg.{name}" for name in PACKAGES)])
def test_public_names_are_in_the_reference(package):
    """What a package offers is on a page of the reference: by itself, with its module, or in a sentence."""
    reference = "\n".join(page.read_text() for page in (ROOT / "docs" / "reference").glob("*.md"))
    offering = import_module(package)
    for name in dir(offering):
        offered = getattr(offering, name)
        if isinstance(offered, ModuleType) or name.startswith("_"):
            continue
        if callable(offered):
            home = f"::: {offered.__module__}"
            assert f"{home}.{name}\n" in reference or f"{home}\n" in reference, name
        else:
            assert f"`{package.rpartition('.')[2]}.{name}`" in reference, name


@pytest.mark.parametrize("package", ["statistics", "weights"])
def test_every_file_that_others_compute_with_is_in_the_reference(package):
    page = (ROOT / "docs" / "reference" / f"{package}.md").read_text()
    for path in (ROOT / "src" / "thalweg" / package).glob("[!_]*.py"):
        assert f"::: thalweg.{package}.{path.stem}\n" in page


def test_the_glossary_has_every_name_that_is_understood():
    glossary = (ROOT / "docs" / "concepts" / "glossary.md").read_text().lower()
    for name, words in ALSO_CALLED.items():
        assert f"`{name}`" in glossary
        assert words[0].lower() in glossary or words[0].replace(" ", "-") in glossary, name


def test_documented_names_exist():
    for page in (ROOT / "docs" / "reference").glob("*.md"):
        for line in page.read_text().splitlines():
            if line.startswith("::: "):
                path = line.removeprefix("::: ")
                module, _, name = path.rpartition(".")
                try:
                    import_module(path)
                except ModuleNotFoundError:
                    assert hasattr(import_module(module), name), path


@pytest.fixture
def made():
    """A figure and a picture as the build makes them, without a training."""

    from thalweg.figures.drawing import Drawing, table
    from thalweg.figures.finding import Picture
    from thalweg.figures.theme import canvas

    figure = canvas("A title & 3", across="x", up="y")
    figure.add_scatter(x=[1], y=[2])
    words = ("A title & 3", "A sentence.", "How.")
    picture = (Picture(b"png", "A caption."),)
    found = Drawing("noise", {}, {}).finding("noise", words, figure, table((), []), pictures=picture)
    return _hook("pictures").Made({"noise": found}, {"report.html": b"", "report.png": b""})


def test_figures_pictures_and_the_pad_stand_where_a_page_asks_for_them(made):
    asked = "<!-- figure: noise -->\n\n<!-- pictures: noise -->\n\n<!-- live pad -->\n\n"
    written = _hook("pictures").written
    page = written(f"{asked}<!-- screenshot of the report -->", made, lambda name: f"../made/{name}")
    assert 'data-figure="made-noise"' in page
    assert "A title &amp; 3. How." in page
    for source in (
        "../made/noise-1.png",
        "../made/report.html#draw",
        "../made/report.png",
        "../made/figures.js",
    ):
        assert f'src="{source}"' in page
    assert "<!--" not in page
    plain = written("<!-- live pad -->", made, str)
    assert "figures.js" not in plain, "five megabytes only where there is a chart"


def test_a_picture_that_needs_a_browser_is_left_out_where_there_is_none(made):
    hook = _hook("pictures")
    without = hook.Made(made.findings, {"report.html": b""})
    assert hook.written("a<!-- screenshot of the report -->b", without, str) == "ab"


def test_a_page_cannot_ask_for_a_figure_that_is_not_made(made):
    with pytest.raises(KeyError, match="spectrum"):
        _hook("pictures").written("<!-- figure: spectrum -->", made, str)


def test_pages_can_be_built_without_pictures(monkeypatch):
    pytest.importorskip("mkdocs", reason="needs what builds the site (pip install '.[docs]')")
    monkeypatch.setenv("THALWEG_DOCS_WITHOUT_PICTURES", "1")
    hook = _hook("pictures")
    assert hook.on_page_markdown("a<!-- figure: noise -->b", page=None) == "ab"
    assert hook.on_files([], config=None) == []


def test_what_pages_ask_for_is_of_what_is_measured():
    hook = _hook("pictures")
    asked = {
        name
        for page in (ROOT / "docs").rglob("*.md")
        for _, name, _ in hook.MARK.findall(page.read_text())
        if name
    }
    known = {"accuracy", "confusion", "hardest", "history-cost", "noise", "weights", "connectivity"}
    assert asked
    assert asked <= known


TABLE = """| | found | published |
|---|---|---|
| `one` | 87.9 % [85.1, 90.7] | 88.1 % |
| the vote | 36.2 % | |
"""


def test_the_numbers_of_a_finding_are_drawn_as_they_stand_in_its_table():
    names, sides, percent = _hook("findings").sides(TABLE)
    assert (names, percent) == (["one", "the vote"], True)
    (one, vote), (published, nothing) = sides["found"], sides["published"]
    assert (one.value, one.low, one.high) == pytest.approx((0.879, 0.851, 0.907))
    assert (vote.value, vote.interval) == (pytest.approx(0.362), None)
    assert published.value == pytest.approx(0.881)
    assert nothing.value != nothing.value


def test_a_table_of_findings_stands_below_its_chart():
    page = _hook("findings").written(f"before\n\n<!-- chart: how sure -->\n\n{TABLE}\nafter\n")
    assert page.index("before") < page.index('id="found-1"') < page.index("| `one` |") < page.index("after")
    assert "<figcaption>How sure.</figcaption>" in page


def test_what_is_no_number_stops_the_chart_of_a_finding():
    with pytest.raises(ValueError, match="about a half"):
        _hook("findings").sides(TABLE.replace("36.2 %", "about a half"))


def test_every_finding_has_a_chart_a_command_and_more():
    page = (ROOT / "docs" / "findings.md").read_text()
    found = re.split(r"^## ", page, flags=re.M)[1:-1]
    assert len(found) == 10
    for each in found:
        assert len(re.findall(r"<!-- chart: ", each)) == 1, each
        assert re.search(r"`(thalweg|python benchmarks/)", each), each
        assert re.search(r"\[more\]\(", each), each
