from thalweg.questions import EVALUATIONS, question_of
from thalweg.report.unanswered import unanswered


def test_what_was_not_asked_and_what_could_not_be_answered():
    made = {name: {} for name in EVALUATIONS if name not in ("shift", "dreams")}
    made["dreams"] = {"not_measured": "It has no weights.", "hint": "Give a run."}
    shift, dreams = unanswered("runs/a", made)
    assert (shift.name, shift.reason) == ("shift", "")
    assert shift.command == "thalweg evaluate runs/a --only shift"
    assert (dreams.name, dreams.reason) == ("dreams", "It has no weights. Give a run.")


def test_what_cannot_be_asked_of_features_stands_last_without_a_command():
    found = unanswered("runs/a", {}, "features")
    assert [each.name for each in found[-3:]] == ["shift", "features", "dreams"]
    assert all(each.reason and not each.command for each in found[-3:])
    assert all(each.command and not each.reason for each in found[:-3])
    assert "values drawn at random" in next(each.question for each in found if each.name == "noise")


def test_questions_of_what_is_no_evaluation():
    assert question_of("history") == "How did the training go?"
    assert question_of("study:random_labels") == "Study: random labels"
    assert question_of("something_new") == "Something new"
