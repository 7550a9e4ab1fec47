"""Labels of any kind become class numbers; what is no label is refused."""

import numpy as np
import pytest

from thalweg.data.labels import check_classes, class_numbers, class_values, tidy_labels
from thalweg.errors import DataError


def encoded(labels):
    tidy = tidy_labels(labels)
    values = class_values(tidy)
    return class_numbers(tidy, values).tolist(), values.tolist()


@pytest.mark.parametrize(
    ("labels", "numbers", "values"),
    [
        ([0, 2, 1, 0], [0, 2, 1, 0], [0, 1, 2]),
        ([7, -1, 7], [1, 0, 1], [-1, 7]),
        (np.array([10, 9], np.uint8), [1, 0], [9, 10]),
        ([1.0, 0.0], [1, 0], [0, 1]),
        ([[1], [0]], [1, 0], [0, 1]),
        (["cat", "ant"], [1, 0], ["ant", "cat"]),
        (["class 10", "class 9"], [0, 1], ["class 10", "class 9"]),
        (["setosa", "Versicolor"], [1, 0], ["Versicolor", "setosa"]),
        (["1", "10", "2"], [0, 1, 2], ["1", "10", "2"]),
        (np.array([b"b", b"a"]), [1, 0], ["a", "b"]),
        (np.array(["b", "a"], object), [1, 0], ["a", "b"]),
        (np.array([1, 0], object), [1, 0], [0, 1]),
        ([True, False], [1, 0], ["False", "True"]),
    ],
)
def test_any_kind(labels, numbers, values):
    assert encoded(labels) == (numbers, values)


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ([0, float("nan")], "example 1 has nan"),
        ([0, float("inf")], "example 1 has inf"),
        ([0.5, 1.0], r"example 0 has 0\.5: expected whole numbers"),
        (np.eye(3), r"shape \(3, 3\): expected one label for each"),
        (["a", ""], "example 1 has ''"),
        (np.array(["a", None], object), "example 1 has None"),
        (np.array(["a", 1], object), r"mix types \(int, str\)"),
        (np.array([1j]), "of type complex128"),
    ],
)
def test_what_is_no_label(labels, says):
    with pytest.raises(DataError, match=says) as caught:
        tidy_labels(labels)
    assert caught.value.hint


def test_numbers_against_words():
    with pytest.raises(DataError, match="one numbers, the other words"):
        class_values(tidy_labels([0, 1]), tidy_labels(["0", "1"]))


def test_out_of_range():
    with pytest.raises(DataError, match=r"12 is not one of the 10 classes"):
        class_numbers(np.array([3, 12]), np.arange(10))


def test_one_class_only():
    with pytest.raises(DataError, match="Only one class, 'cat'"):
        check_classes(np.zeros(4, int), ["cat"], what="labels")


def test_class_without_example():
    with pytest.raises(DataError, match=r"No example of class 'b' .*3 classes"):
        check_classes(np.array([0, 2]), ["a", "b", "c"], what="labels")
