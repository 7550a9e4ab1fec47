from thalweg import report
from thalweg.record import Record
from thalweg.report import comparing
from thalweg.report.reading import Subject


def rows(found):
    return {row.label: row.cells for row in found}


def test_numbers_side_by_side(digits_run, copied_digits):
    (copied_digits.path / "evaluation" / "noise.json").unlink()
    found = rows(comparing.numbers_of([Subject(digits_run), Subject(copied_digits)]))
    assert found["Networks"] == ("3", "3")
    assert found["One network"][0] == found["One network"][1]
    assert found["Sure of static"][1] == "not measured"
    assert found["Sure of static"][0] != "not measured"


def test_only_what_differs(digits_run, copied_digits):
    subjects = [Subject(digits_run), Subject(copied_digits)]
    assert comparing.differences_of(subjects) == []
    recipe = copied_digits.record["recipe"]
    copied_digits.update(recipe={**recipe, "batch_size": 7, "extra": [1, 2]}, seed=9)
    found = rows(comparing.differences_of([Subject(digits_run), Subject(copied_digits)]))
    assert found == {"recipe.batch_size": ("32", "7"), "recipe.extra": ("none", "1, 2"), "seed": ("1", "9")}


def test_findings_of_each(digits_run, copied_digits):
    (copied_digits.path / "evaluation" / "noise.json").unlink()
    found = comparing.findings_of([Subject(digits_run), Subject(copied_digits)])
    noise = next(row for row in found if row.note == "How sure is it of images that show nothing?")
    assert noise.cells[1] == "not measured"
    assert all(row.cells[0] != "not measured" for row in found)


def test_only_runs_of_the_same_data_are_told_to_be_compared(digits_run, copied_digits):
    subjects = [Subject(digits_run), Subject(copied_digits)]
    assert comparing.commands_of(subjects) == [f"thalweg compare {digits_run.path} {copied_digits.path}"]
    copied_digits.update(data={**copied_digits.record["data"], "hash": "0" * 64})
    assert comparing.commands_of(subjects) == []


class Compared(Record):
    """A comparison as `evaluation.compare` returns one, as far as a report reads it."""

    def to_json(self):
        return {"names": ["one", "other"]}

    def rows(self):
        return [
            ("Is one better?", "no difference shown: -0.21 points [-7.15, 6.74]"),
            ("How sure?", "not very"),
        ]


def test_the_verdict_of_a_comparison_comes_first_in_its_own_words(digits_run, copied_digits, tmp_path):
    both = [digits_run, copied_digits]
    page = report.write(both, tmp_path / "page.html", plots_library=False, comparisons=[Compared()])
    text = page.read_text("utf-8")
    assert "No difference shown: -0.21 points [-7.15, 6.74]." in text
    assert text.index("No difference shown") < text.index("Side by side</h2>")
    assert "not very" in text
    assert "nothing was computed again" not in text
    assert f"thalweg compare {digits_run.path}" not in text


def test_without_a_comparison_the_page_names_the_command_and_curves_are_drawn(
    digits_run, copied_digits, tmp_path
):
    text = report.write([digits_run, copied_digits], tmp_path / "page.html").read_text("utf-8")
    assert f"thalweg compare {digits_run.path} {copied_digits.path}" in text
    assert 'id="verdict"' not in text
    for name in ("together-accuracy", "together-cost", "together-reliability"):
        assert f'data-figure="figure-{name}"' in text


def test_runs_of_one_recipe_are_told_apart_by_their_directories(digits_run, copied_digits):
    found = comparing.overlaid_of([Subject(digits_run), Subject(copied_digits)])
    assert "run " in found[0].title
    assert "copy " in found[0].title
