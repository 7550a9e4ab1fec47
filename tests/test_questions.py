"""What the field calls our evaluations, studies and verbs is understood, and means one thing."""

import pytest

from thalweg.cli.main import VERBS
from thalweg.questions import ALSO_CALLED, EVALUATIONS, STUDIES, introduced, our_name

TABLES = (EVALUATIONS, STUDIES, VERBS)
WORDS = [(word, name) for name, words in ALSO_CALLED.items() for word in words]


@pytest.mark.parametrize(("word", "name"), WORDS)
def test_a_word_of_the_field_means_one_thing_however_it_is_written(word, name):
    among = next(table for table in TABLES if name in table)
    american = word.replace("isation", "ization").replace("optimis", "optimiz")
    for written in (word, word.upper(), word.replace(" ", "-"), word.replace(" ", "_"), f" {american} "):
        assert our_name(written, among) == name
    assert sum(word in words for other, words in ALSO_CALLED.items() if other in among) == 1
    assert introduced(word, name) == f"{name} (also called {ALSO_CALLED[name][0]})"


@pytest.mark.parametrize("table", TABLES)
def test_our_own_names_stay_what_they_are(table):
    for name in table:
        assert our_name(name, table) == name
        assert introduced(name, name) == ""


@pytest.mark.parametrize(
    ("asked", "name"),
    [("memorization", "memorisation"), ("random_labels", "random-labels"), ("optimizers", "optimisers")],
)
def test_american_spelling_needs_no_introduction(asked, name):
    assert our_name(asked, STUDIES) == name
    assert introduced(asked, name) == ""


def test_what_nobody_calls_anything_is_nothing():
    assert our_name("hessain", EVALUATIONS) is None
    assert our_name("", EVALUATIONS) is None
    assert our_name("ood", STUDIES) is None
