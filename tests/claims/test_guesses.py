"""A claim about networks that learned nothing is not measured."""

from types import SimpleNamespace

import numpy as np
import pytest

from thalweg.claims.laboratory import QUICK, Laboratory
from thalweg.errors import NotApplicable
from thalweg.statistics.chance import over_chance


@pytest.mark.parametrize("right", [False, True])
def test_networks_that_guess_are_not_measured(quarters_dataset, monkeypatch, right):
    labels = quarters_dataset.test.labels
    over = over_chance(np.full((1, len(labels)), right), labels, quarters_dataset.class_names)
    record = SimpleNamespace(test=SimpleNamespace(over_chance=over))
    monkeypatch.setattr(Laboratory, "accuracy_of", lambda self, recipe: record)
    monkeypatch.setattr(Laboratory, "_trained", lambda self, recipe: "members")
    laboratory = Laboratory(quarters_dataset, QUICK)
    if right:
        assert laboratory.population("classic") == "members"
    else:
        with pytest.raises(NotApplicable, match=r"classic learned nothing of .* told from guessing"):
            laboratory.population("classic")
