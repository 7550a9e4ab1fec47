"""Every word of the page comes from a language: what modules ask for, what languages have, what is seen."""

import re
from pathlib import Path

import numpy as np
import pytest

from tests.browsing import until
from tests.figures.studies import made_up
from tests.figures.studies.kept import write_audit, write_study
from tests.lab.conftest import serving
from tests.lab.strange import LISTENING, UNMARKED, strange
from thalweg.lab import language, site, words
from thalweg.lab.exporting import write
from thalweg.lab.lesson import ours
from thalweg.lab.opened import opened
from thalweg.lab.site import Site
from thalweg.page import assets
from thalweg.runs.checks import write_draw

LAB = Path(site.__file__).parent
MODULES = sorted((LAB / "static").rglob("*.js"))
SHARED = [assets.STATIC / f"{name}.js" for name in ("votes", "pad", "percent", "checking", "words")]
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
TEXT = re.compile(r'"([^"\n]*)"|`([^`]*)`|\'([^\'\n]*)\'')
SENTENCE = re.compile(r"(?<![-.\w])[A-Za-z]{2,} [a-z]{2,}|^[A-Z][a-z]+$")


def code(path):
    """The module without its comments."""
    return COMMENT.sub("", path.read_text("utf-8"))


@pytest.mark.parametrize("path", [*MODULES, *SHARED], ids=lambda path: path.name)
def test_no_module_holds_a_sentence_of_its_own(path):
    texts = [next(filter(None, found), "") for found in TEXT.findall(code(path))]
    texts = [re.sub(r"\$\{[^}]*\}", "", text) for text in texts]
    ours = [text for text in texts if SENTENCE.search(text) and not NOT_FOR_READERS.search(text)]
    assert ours == []


NOT_FOR_READERS = re.compile(
    r"^[a-z-]+( [a-z-]+)*$|^(Enter|Escape|Backspace|Delete)$"
    r"|sans-serif|descr|input, select|button, summary|so far|random labels|Thalweg lab"
)
"""Class names of elements, fonts, selectors, words of a protocol: lower case throughout, or known."""


def test_what_modules_ask_for_is_there_and_all_of_it_is_asked_for():
    whole = "\n".join(code(path) for path in [*MODULES, *SHARED])
    server = "\n".join(path.read_text("utf-8") for path in LAB.rglob("*.py"))
    asked = set(re.findall(r'(?:say|parts|plural)\((?:[^"`()]*\? )?["`]([\w.]+)["`]', whole))
    known = {words.counted(word) or word for word in words.english()}
    assert sorted(asked - known) == []
    starts = re.findall(r'["`](\w+(?:\.\w+)*[._])\$\{', whole)  # put together: `noise.of_${...}`
    said = whole + server
    unused = [
        word
        for word in known
        if f'"{word}"' not in said
        and not any(word.startswith(start) for start in starts)
        and not word.endswith((".title", ".notice", "_of_features"))
        and f'"{word.partition(".")[2]}"' not in said
    ]
    assert unused == []


def test_german_has_every_word_with_the_same_places():
    english, german = language.ours()
    assert german.lacking == []
    for word, text in english.words.items():
        assert language.places(text) == language.places(german.words[word]), word
        said = re.sub(r"\{\w+\}|In Python", "", text)
        assert not re.search(r"[a-z]{3,} [a-z]{3,}", said) or german.words[word] != text, word


def test_a_word_that_a_language_lacks_is_english_and_one_with_a_strange_place_is_refused(tmp_path):
    path = tmp_path / "fr.toml"
    path.write_text('language = "fr"\nname = "F"\n[words.draw]\nclear = "Effacer"\n', "utf-8")
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "counted.toml").write_text(
        '[counted]\nnetwork = { one = "{count} réseau", many = "x", other = "y" }\n'
    )
    french = language.read(path)
    assert french.words["draw.clear"] == "Effacer"
    assert french.words["counted.network.many"] == "x"
    assert "draw.clear" not in french.lacking
    assert "draw.undo" in french.lacking
    assert "counted.network.one" not in french.lacking
    path.write_text('language = "fr"\nname = "F"\n[words.draw]\nhardest = "{number}"\n', "utf-8")
    with pytest.raises(language.LessonError, match=r"a place \{number\}"):
        language.read(path)


@pytest.fixture(scope="module")
def strange_file(inside_run, tmp_path_factory):
    """The address of a lab with a run, two studies and an audit, in the language of marks as well."""
    folder = tmp_path_factory.mktemp("strange")
    labels = write_study("random-labels", made_up.random_labels(), folder / "random")
    learned = write_study("memorisation", made_up.memorisation(), folder / "memorisation")
    audit = write_audit(made_up.audit(), folder / "pictures")
    write_draw(audit, dict(made_up.audit().to_check(12).content), np.full((12, 8, 6), 90, dtype=np.uint8))
    whole = Site(opened([inside_run, labels, learned, audit]), (), (strange(),))
    return write(whole, folder / "lab.html").as_uri()


NAMES = [
    "Thalweg",
    "lab",
    "index",
    "example",
    "class",
    "sigmoid",
    "tanh",
    "relu",
    "gelu",
    "quadratic",
    "cross",
    "entropy",
    "sgd",
    "momentum",
    "adam",
]


@pytest.fixture
def abroad(visit, strange_file):
    """Open a view in the language of marks; what is said and painted is kept."""

    def go(view):
        page = visit("about:blank", bypass_csp=True)
        page.add_init_script(LISTENING)
        page.goto(f"{strange_file}#{view}&language=xx")
        return page

    return go


def unmarked(page):
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.wait_for_timeout(120)
    return page.evaluate(UNMARKED, NAMES)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("name", ["draw", "train", "hill", "minima", "noise", "shift", "inside", "memory"])
def test_every_panel_speaks_the_language(abroad, name):
    page = abroad(f"panel={name}")
    until(page, f"document.querySelector('[data-panel={name}]')?.dataset.ready === 'yes'")
    assert page.evaluate("document.documentElement.lang") == "xx"
    assert unmarked(page) == []
    buttons = page.locator(f"[data-panel={name}] button:visible:enabled")
    for place in range(min(buttons.count(), 24)):
        if (
            place < buttons.count()
            and buttons.nth(place).is_enabled()
            and not buttons.nth(place).get_attribute("data-save")
        ):
            buttons.nth(place).click()
            page.wait_for_timeout(60)
    page.wait_for_timeout(1100)  # the voice waits for a second
    assert unmarked(page) == []
    assert page.said == []


@pytest.mark.browser
@pytest.mark.slow
def test_live_training_speaks_the_language(visit, lab_run):
    with serving(lab_run, [strange()]) as served:
        page = visit("about:blank", bypass_csp=True, offline=False)
        page.add_init_script(LISTENING)
        page.goto(f"{served.address}#panel=train&language=xx")
        until(page, "document.querySelector('[data-panel=train]')?.dataset.ready === 'yes'")
        page.select_option(".settings label:last-of-type select", "random labels")
        page.locator(".live .buttons button").nth(1).click()  # one step
        until(page, "document.querySelector('.live').dataset.step === '1'", 60)
        until(page, "document.querySelectorAll('.live .pictures canvas').length === 32")
        assert unmarked(page) == []
        page.locator(".settings input[type=text]").fill("0")
        page.locator(".live .buttons button").nth(1).click()
        until(page, "document.querySelector('.live [role=status]').textContent.includes('512')")
        assert unmarked(page) == []
        assert page.said == []


@pytest.mark.browser
@pytest.mark.slow
def test_every_step_of_every_lesson_speaks_the_language(abroad):
    page = abroad("lessons=1")
    until(page, "document.querySelectorAll('.lessons li').length === 10")
    assert unmarked(page) == []
    for lesson in ours():
        for number, step in enumerate(lesson.steps, start=1):
            page.evaluate(f"location.hash = 'lesson={lesson.name}&step={number}&language=xx'")
            until(
                page,
                f"document.querySelector('.lesson[data-lesson={lesson.name}]')?.dataset.step === '{number}'",
            )
            until(page, "document.querySelector('[data-panel]')?.dataset.ready !== 'no'")
            if step.guess is not None:
                page.click(".guess button.main")
                until(page, "document.querySelector('.guess').dataset.revealed === 'yes'")
            assert unmarked(page) == [], (lesson.name, number)
        page.evaluate(f"location.hash = 'lesson={lesson.name}&step=99&language=xx'")
        until(page, "document.querySelector('.lesson')?.dataset.step === 'end'")
        assert unmarked(page) == [], lesson.name
    assert page.said == []


@pytest.mark.browser
def test_numbers_and_words_are_german_and_the_page_remembers(visit, lab_file):
    page = visit(f"{lab_file}#panel=noise&language=de")
    until(page, "document.querySelector('[data-panel=noise]')?.dataset.ready === 'yes'")
    assert page.evaluate("document.documentElement.lang") == "de"
    assert re.search(r"\d,\d % sicher", page.inner_text(".statements"))
    assert "." not in page.inner_text(".statement .sure >> nth=0")
    page.click("nav [data-view=hill]")
    until(page, "document.querySelector('[data-panel=hill]')?.dataset.ready === 'yes'")
    assert "13.002 Gewichte" in page.inner_text(".panel-hill")
    page.select_option(".language select", "en")
    until(page, "document.querySelector('[data-panel=hill] button.main')?.textContent === 'Let balls roll'")
    assert "13,002 weights" in page.inner_text(".panel-hill")
    assert page.said == []
