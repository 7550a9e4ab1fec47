"""The report of a run that reads features says nothing of pictures, digits or a pad."""

import re
from html import unescape

import pytest

from thalweg import report


@pytest.fixture
def features_run(copied_digits):
    """As if the same numbers had been read as rows of features: no picture of them is kept."""
    copied_digits.update(input_shape=[784])
    content = copied_digits.evaluation("noise")
    arrays = copied_digits.evaluation_arrays("noise")
    for kind in ("low_frequency", "inverted"):
        del content[kind]
    copied_digits.write_evaluation("noise", content, arrays)
    accuracy = copied_digits.evaluation("accuracy"), copied_digits.evaluation_arrays("accuracy")
    accuracy[1].pop("test_hardest_pictures")
    copied_digits.write_evaluation("accuracy", *accuracy)
    return copied_digits


@pytest.fixture
def page(features_run, tmp_path):
    text = report.write(features_run, tmp_path / "page.html", plots_library=False).read_text("utf-8")
    return unescape(text.partition("<body>")[2].partition("<script")[0])


def test_no_pad_and_no_claims_of_the_lesson(page):
    assert 'id="draw"' not in page
    assert 'id="claims"' not in page
    assert "lesson's claims" not in page


def test_noise_is_asked_about_in_words_of_features(page):
    assert "How sure is it of values drawn at random?" in page
    assert "Sure of random values" in page
    assert "shuffled columns" in page
    assert not re.search(r"static|shuffled pixels|nothing at all|negatives", page)


def test_what_cannot_be_asked_says_why_once_and_names_no_command(page):
    for name, reason in (("shift", "Only pictures can be moved"), ("dreams", "Only pictures can be drawn")):
        assert page.count(reason) == 1
        assert f"--only {name}<" not in page
    assert "--only outliers" in page
    assert "Not tried, so not known: outliers, adversarial." in page


def test_pictures_keep_both(digits_run, tmp_path):
    text = report.write(digits_run, tmp_path / "page.html", plots_library=False).read_text("utf-8")
    assert 'id="draw"' in text
    assert 'id="claims"' in text
    assert "Sure of static" in text


def test_records_in_memory_know_their_kind(tmp_path):
    import numpy as np

    from thalweg import data, evaluation

    generator = np.random.default_rng(0)
    features = generator.standard_normal((60, 5)).astype(np.float32)
    table = data.from_arrays(features, np.arange(60) % 3)
    found = evaluation.evaluate(lambda inputs: np.full((len(inputs), 3), 1 / 3), table, only="noise")
    assert found["noise"].kind_of_data == "features"
    questions = " ".join(question for question, _ in found["noise"].rows())
    assert "random values" in questions
    assert "static" not in questions
    text = report.write(found, tmp_path / "page.html", plots_library=False).read_text("utf-8")
    assert "Sure of random values" in text
