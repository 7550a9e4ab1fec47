import base64
import io
import re
from dataclasses import replace

import numpy as np
from PIL import Image

from thalweg import data
from thalweg.data.dataset import Dataset, Scaling, TestSplit, TrainSplit

HOSTILE = "<script>alert(1)</script>"


def features(classes=3):
    generator = np.random.default_rng(0)
    names = tuple(f"class {place}" for place in range(classes))
    labels = np.arange(60, dtype=np.int32) % classes
    raw = generator.normal(size=(60, 4)).astype(np.float32)
    train = TrainSplit(raw[:40], labels[:40], names, Scaling.standard(raw))
    return Dataset("table", TestSplit(raw[40:], labels[40:], names, train.scaling), train)


def test_counts_are_those_of_the_splits():
    shown = features()._repr_html_()
    assert "table: features of 4, 3 classes" in shown
    assert "<td>all</td><td>40</td><td>20</td>" in shown
    train = features().train
    for place in range(3):
        count = int((train.labels == place).sum())
        assert f"<td>class {place}</td><td>{count}</td>" in shown
    assert "<img" not in shown


def test_validation_has_a_column_of_its_own():
    held = features().hold_out(0.25)
    assert "<th>training</th><th>validation</th><th>test</th>" in held._repr_html_()


def test_digits_show_an_example_of_every_class():
    digits = data.load("digits")
    shown = digits._repr_html_()
    pictures = re.findall(r"base64,([^\"]+)", shown)
    assert len(pictures) == 10
    assert len(shown) < 100_000
    assert "<script" not in shown
    with Image.open(io.BytesIO(base64.b64decode(pictures[3]))) as image:
        first = digits.train.raw[np.flatnonzero(digits.train.labels == 3)[0]]
        np.testing.assert_array_equal(np.asarray(image), first)


def test_names_and_notes_are_never_markup():
    dataset = replace(features(), name=HOSTILE, notes=(HOSTILE,))
    names = (HOSTILE, "b", "c")
    parts = {
        name: replace(split, class_names=names)
        for name, split in (("test", dataset.test), ("train_part", dataset.train))
    }
    assert "<script" not in replace(dataset, **parts)._repr_html_()


def test_many_classes_are_cut_and_said():
    shown = features(classes=30)._repr_html_()
    assert "10 more classes." in shown
    assert "class 19<" in shown
    assert "class 20<" not in shown
