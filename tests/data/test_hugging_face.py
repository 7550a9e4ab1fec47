"""Data sets of the library `datasets`: pictures and tables, with the names and the order of their classes."""

import numpy as np
import pytest
from PIL import Image

from thalweg import data
from thalweg.errors import DataError

datasets = pytest.importorskip("datasets")

NAMES = ["zebra", "ant", "cat"]


def pictures(seed, count=12):
    return np.random.default_rng(seed).integers(0, 256, (count, 6, 5), dtype=np.uint8)


def with_pictures(arrays):
    features = datasets.Features(image=datasets.Image(), label=datasets.ClassLabel(names=NAMES))
    labels = [place % 3 for place in range(len(arrays))]
    return datasets.Dataset.from_dict(
        {"image": [Image.fromarray(each) for each in arrays], "label": labels}, features=features
    )


def test_pictures_with_the_order_of_their_classes():
    both = datasets.DatasetDict(
        train=with_pictures(pictures(0)), test=with_pictures(pictures(1)), extra=with_pictures(pictures(2))
    )
    found = data.load(both)
    np.testing.assert_array_equal(found.train.raw, pictures(0))
    np.testing.assert_array_equal(found.test.raw, pictures(1))
    assert found.class_names == tuple(NAMES)
    np.testing.assert_array_equal(found.train.labels, np.arange(12) % 3)
    assert any("extra is not read" in note for note in found.notes)


def test_some_rows_of_a_data_set_are_these_rows():
    chosen = with_pictures(pictures(0)).select([3, 4, 5, 6, 7, 8, 9, 10])
    found = data.load(datasets.DatasetDict(train=chosen, test=chosen))
    np.testing.assert_array_equal(found.test.raw, pictures(0)[3:11])


def test_a_table_alone_has_a_fifth_held_out():
    rows = {"length": [float(place % 7) for place in range(30)], "kind": [place % 2 for place in range(30)]}
    features = datasets.Features(length=datasets.Value("float32"), kind=datasets.ClassLabel(names=["b", "a"]))
    found = data.load(datasets.Dataset.from_dict(rows, features=features))
    assert (len(found.train), len(found.test)) == (24, 6)
    assert found.class_names == ("b", "a")
    plain = data.load(datasets.Dataset.from_dict(rows), label_column="kind")
    assert plain.class_names == ("0", "1")
    np.testing.assert_array_equal(plain.train.raw, found.train.raw)


def test_what_cannot_be_read_is_named():
    with pytest.raises(DataError, match="The parts of the data set are dev: expected train"):
        data.load(datasets.DatasetDict(dev=with_pictures(pictures(0))))
    with pytest.raises(DataError, match="label_column"):
        data.load(datasets.Dataset.from_dict({"a": [1, 2], "b": [3, 4]}))
