import pytest

from thalweg.errors import LONGEST_MESSAGE, DataError, near_match
from thalweg.limits import DEEPEST, LONGEST_TEXT, refuse_beyond, toml


def nested(depth, value=0):
    for _ in range(depth):
        value = [value]
    return value


def test_what_is_within_the_limits_is_as_it_was():
    content = {"a": nested(DEEPEST - 2), "b": 10**308, "c": "x" * LONGEST_TEXT}
    assert refuse_beyond(content) is content


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (nested(DEEPEST), "nested more than 32 deep"),
        ({"a": {"b": nested(DEEPEST)}}, "nested more than 32 deep"),
        ({"a": [1, 10**309]}, "more than 308 digits"),
        ({"a": -(10**309)}, "more than 308 digits"),
        (["x" * (LONGEST_TEXT + 1)], "a text of more than"),
        ({"x" * (LONGEST_TEXT + 1): 1}, "a text of more than"),
    ],
)
def test_what_is_beyond_them(content, why):
    with pytest.raises(ValueError, match=why):
        refuse_beyond(content)


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "9" * 5000, "a = " + "9" * 400, "a ="])
def test_toml_that_is_none_or_beyond_them(text):
    with pytest.raises(ValueError):  # noqa: PT011
        toml(text)


def test_messages_end():
    error = DataError("x" * 10**6, hint="y" * 10**6)
    assert len(error.message) == len(error.hint) == LONGEST_MESSAGE + 3


def test_a_word_without_end_is_near_none():
    assert near_match("x" * 100_000, ["x" * 99_999, "y"]) == ""
    assert near_match("lable", ["label", "x" * 100_000]) == " Did you mean 'label'?"
