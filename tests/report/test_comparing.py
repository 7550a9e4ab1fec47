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
