"""Epochs of trainings inside a longer work are told to whoever listens, and to nobody else."""

from thalweg.cli import terminal
from thalweg.evaluation import compare, compare_many
from thalweg.listening import among_parts, begin_part, hearing_parts, listening, tell
from thalweg.training import train


def test_every_epoch_of_a_training_inside_is_told(quarters_dataset, small_recipe):
    told = []
    with listening(lambda epoch, epochs, left: told.append((epoch, epochs, left >= 0))):
        train(small_recipe, quarters_dataset.train, members=2)
    assert told == [(epoch, 4, True) for epoch in (1, 2, 3, 4)]
    tell(1, 2, 3.0)  # nobody listens any more
    assert len(told) == 4


def test_the_innermost_listens():
    told = []
    with listening(lambda *_: told.append("outer")):
        with listening(lambda *_: told.append("inner")):
            tell(1, 2, 3.0)
        tell(2, 2, 0.0)
    assert told == ["inner", "outer"]


def test_a_terminal_that_shows_parts_listens(monkeypatch, quarters_dataset, small_recipe):
    seen = []
    monkeypatch.setattr(terminal.PartsState, "train", lambda self, *told: seen.append(told[:2]))
    with terminal.Terminal(quiet=True).evaluating() as show:
        show("a part", 0, 1)
        train(small_recipe, quarters_dataset.train, members=1)
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_parts_are_told_to_who_hears_them_and_may_be_some_of_more():
    told = []
    with hearing_parts(lambda *part: told.append(part)):
        begin_part("alone", 0, 1)
        with among_parts(before=2, after=1), among_parts(after=1):
            begin_part("among others", 0, 3)
        with hearing_parts(None):
            begin_part("of a part", 0, 9)
    begin_part("nobody hears", 0, 1)
    assert told == [("alone", 0, 1), ("among others", 2, 7)]


def test_a_comparison_tells_whose_answers_it_asks_for(quarters_dataset, small_recipe):
    members = train(small_recipe, quarters_dataset.train, members=2)
    told = []
    with hearing_parts(lambda *part: told.append(part)):
        compare(members[0], members[1], quarters_dataset.test, names=("one", "other"))
    assert told == [("what one answers", 0, 3), ("what other answers", 1, 3), ("their difference", 2, 3)]
    told.clear()
    with hearing_parts(lambda *part: told.append(part)):
        compare_many({"a": members[0], "b": members[1], "c": members}, quarters_dataset.test)
    assert [place for _, place, _ in told] == list(range(6))
    assert {count for *_, count in told} == {6}
    assert [name for name, *_ in told][3:] == ["a against b", "a against c", "b against c"]
