"""Modules answer as they are used, and every part is left in the mode that it was in."""

import pytest

from thalweg.answering import in_evaluation_mode


class Part:
    def __init__(self, training, parts=()):
        self.training, self.parts = training, parts

    def modules(self):
        return [self, *self.parts]

    def eval(self):
        for part in self.modules():
            part.training = False


def test_frozen_parts_stay_frozen_also_after_an_error():
    frozen, learning = Part(False), Part(True)
    whole = Part(True, [frozen, learning])

    def failing():
        with in_evaluation_mode(whole):
            assert not any(part.training for part in whole.modules())
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        failing()
    assert (whole.training, frozen.training, learning.training) == (True, False, True)
