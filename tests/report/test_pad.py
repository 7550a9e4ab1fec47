import pytest

from thalweg.report.pad import pad_of
from thalweg.report.reading import Subject


@pytest.mark.parametrize(
    ("shape", "words"),
    [([784], "rows of numbers"), ([28, 28, 3], "in colour"), ([14, 56], "14x56"), ([6, 6], "at least 8x8")],
)
def test_no_pad_for_what_cannot_be_drawn(copied_digits, shape, words):
    copied_digits.update(input_shape=shape)
    pad = pad_of(Subject(copied_digits))
    assert pad.content is None
    assert words in pad.why
