"""Names of classes in any order and type find their places; the order is Python's."""

import numpy as np
import pytest
from sklearn.preprocessing import LabelEncoder

from thalweg import data
from thalweg.data.class_order import columns_of, mapping, read_in_order, reordered
from thalweg.data.labels import natural_order
from thalweg.errors import DataError

ALPHABETS = {
    "numbers as words": [str(number) for number in range(1, 13)],
    "cases": ["setosa", "Versicolor", "virginica", "Zebra", "ant"],
    "numbers in words": ["class 9", "class 10", "class 100", "Class 1"],
    "accents": ["Öl", "Zug", "ol", "zug", "éclair"],
    "paths": ["a/b", "a", "a-b", "A"],
    "whole numbers": [10, 9, 100, -1, 2],
}


def examples(names, seed=0):
    generator = np.random.default_rng(seed)
    labels = np.array(names)[np.arange(12 * len(names)) % len(names)]
    return generator.normal(size=(len(labels), 3)).astype(np.float32), labels


@pytest.mark.parametrize("names", ALPHABETS.values(), ids=ALPHABETS)
def test_the_order_is_that_of_scikit_learn(names):
    inputs, labels = examples(names)
    dataset = data.from_arrays(inputs, labels)
    encoder = LabelEncoder().fit(labels)
    assert dataset.class_names == tuple(map(str, encoder.classes_))
    surprising = labels.dtype.kind == "U" and list(dataset.class_names) != natural_order(names)
    assert any("sorted as strings" in note for note in dataset.notes) == surprising


def test_an_order_that_surprises_nobody_needs_no_note():
    for names in (["ant", "bee", "cat"], ["0", "1", "2"], [3, 10, 20]):
        notes = data.from_arrays(*examples(names)).notes
        assert not any("sorted as strings" in note for note in notes)


@pytest.mark.parametrize("seed", range(4))
def test_columns_in_any_order(seed):
    names = ALPHABETS["numbers as words"]
    order = np.random.default_rng(seed).permutation(len(names))
    columns = [names[place] for place in order]
    found = columns_of(columns, names)
    assert [columns[place] for place in found] == names
    assert mapping(names, found).startswith(f"column 0 is {columns[0]!r}, 1 is {columns[1]!r}")


@pytest.mark.parametrize(
    "columns", [[1, 2, 10], [1.0, 2.0, 10.0], np.array([b"1", b"2", b"10"]), ["1 ", "2", "10"]]
)
def test_names_of_any_type(columns):
    np.testing.assert_array_equal(columns_of(columns, ["1", "10", "2"]), [0, 2, 1])


def test_class_numbers_are_places():
    np.testing.assert_array_equal(columns_of(np.arange(3), ["b", "a", "c"]), [0, 1, 2])


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        (["a", "b"], "names 2 columns .* the data have 3 classes"),
        (["a", "b", "b"], "names 'b' more than once"),
        (["a", "b", "sea"], "'sea' is none of the classes of the data"),
        ([1, 2, 3], "'1', '2', '3' is none"),
    ],
)
def test_other_names_are_refused(columns, says):
    with pytest.raises(DataError, match=says) as caught:
        columns_of(columns, ["a", "b", "c"])
    assert caught.value.hint


def test_reordered_data_are_the_same_data():
    dataset = data.from_arrays(*examples(ALPHABETS["cases"])).hold_out(0.2)
    turned = reordered(dataset, dataset.class_names[::-1])
    for before, after in (
        (dataset.train, turned.train),
        (dataset.test, turned.test),
        (dataset.validation, turned.validation),
    ):
        np.testing.assert_array_equal(before.raw, after.raw)
        words = [np.array(split.class_names)[split.labels] for split in (before, after)]
        np.testing.assert_array_equal(*words)
    assert turned.content_hash != dataset.content_hash


def test_read_in_another_order_is_what_a_declared_order_gives():
    inputs, labels = examples(ALPHABETS["cases"])
    names = natural_order(ALPHABETS["cases"])
    declared = data.from_arrays(inputs, labels, class_names=names)
    again = read_in_order(data.from_arrays(inputs, labels), names)
    assert again.content_hash == declared.content_hash
