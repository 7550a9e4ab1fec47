from thalweg.report.card import card_of
from thalweg.report.reading import Subject


def test_the_sections_of_a_card(digits_run):
    sections = {section.title: section for section in card_of(Subject(digits_run))}
    assert list(sections) == [
        "Model details",
        "Intended use",
        "Factors",
        "Metrics",
        "Training and evaluation data",
        "Quantitative analyses",
        "Ethical considerations",
        "Known failures and caveats",
    ]
    assert digits_run.record["data"]["hash"] in sections["Training and evaluation data"].items[-1]
    assert any(item.startswith("One network:") for item in sections["Quantitative analyses"].items)
    failures = sections["Known failures and caveats"]
    assert any("noise gets a name" in item for item in failures.items)
    assert failures.paragraphs == ("Not tried, so not known: shift, outliers, adversarial.",)


def test_no_number_is_invented(copied_digits):
    for file in (copied_digits.path / "evaluation").iterdir():
        file.unlink()
    sections = {section.title: section for section in card_of(Subject(copied_digits))}
    assert sections["Quantitative analyses"].paragraphs == ("Nothing was measured.",)
    assert sections["Known failures and caveats"].items == ()
    assert "not the same as none" in sections["Known failures and caveats"].paragraphs[0]
