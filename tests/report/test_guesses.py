"""Of networks that learned nothing a page says that, and no number that rests on it."""

import pytest

from thalweg.report.failures import known_failures
from thalweg.report.headlines import headlines


def evaluations(learned):
    over = {"learned": learned, "verdict": "nothing that can be told from guessing: right half of the time"}
    test = {"mean": 0.5, "members": 2, "examples": 40, "sd": 0.1, "ensemble": 0.5, "over_chance": over}
    cells = [[10.0, 10.0], [10.0, 10.0]]
    return {"accuracy": {"test_accuracy": test, "confusion": cells, "class_names": ["ash", "oak"]}}


@pytest.mark.parametrize("learned", [True, False])
def test_guesses_have_one_headline_and_no_mistakes_of_their_own(learned):
    labels = [headline.label for headline in headlines(evaluations(learned))]
    assert (labels == ["Was anything learned?"]) == (not learned)
    said = known_failures(evaluations(learned))
    assert any("commonest mistake" in sentence for sentence in said) == learned
    assert any("told from guessing" in sentence for sentence in said) == (not learned)
