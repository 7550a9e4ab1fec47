"""Epochs of trainings inside a longer work are told to whoever listens, and to nobody else."""

from thalweg.cli import terminal
from thalweg.listening import listening, tell
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
