"""Several evaluations of one split ask each member once, and say what they say alone."""

import numpy as np
import pytest

from thalweg import evaluation
from thalweg.evaluation import kept_answers
from thalweg.evaluation.abstention.measure import NOISE_IMAGES
from thalweg.evaluation.classifier import Classifier, as_classifier, blocks
from thalweg.evaluation.kept_answers import KeptAnswers


class Counting:
    """A classifier of three members that counts the examples it is asked about, and fills one array again."""

    def __init__(self, members, classes=4):
        self.members, self.classes, self.asked, self.filled = members, classes, [], None

    def probabilities(self, inputs):
        flat = np.asarray(inputs, np.float64).reshape(len(inputs), -1)
        weights = np.random.default_rng(1).normal(size=(self.members, flat.shape[1], self.classes))
        powers = np.exp(flat @ weights)
        answers = powers / powers.sum(axis=-1, keepdims=True)
        self.asked.append(len(inputs))
        if self.filled is None or self.filled.shape != answers.shape:
            self.filled = np.empty_like(answers)
        self.filled[:] = answers
        return self.filled


NAMES = ("calibration", "abstention", "diversity", "arbitrariness")


def test_together_they_ask_once_and_say_the_same(quarters_dataset):
    alone, together = Counting(3), Counting(3)
    each = {name: evaluation.evaluate(alone, quarters_dataset, only=name)[name] for name in NAMES}
    records = evaluation.evaluate(together, quarters_dataset, only=NAMES)
    for name in NAMES:
        assert records[name].to_json() == each[name].to_json()
    # once about the test split, and once about noise (abstention)
    assert together.asked == [len(quarters_dataset.test), NOISE_IMAGES]
    assert len(alone.asked) > len(NAMES)


def kept_classifier(source, split, **options) -> Classifier:
    from dataclasses import replace

    asked = as_classifier(source)
    return replace(asked, kept=KeptAnswers(source, (split,), **options))


def test_what_is_kept_is_this_classifiers_alone(quarters_dataset):
    from dataclasses import replace

    split, other = quarters_dataset.test, Counting(2)
    asked = kept_classifier(Counting(3), split)
    list(blocks(asked, split, classes=4))
    assert [block.population for block in blocks(asked, split, classes=4)] == [3]
    assert [block.population for block in blocks(replace(asked, source=other), split, classes=4)] == [2]
    assert as_classifier(asked, class_names=split.class_names).kept is None


def test_another_split_is_asked_about_and_no_answer_can_be_changed(quarters_dataset):
    test, train = quarters_dataset.test, quarters_dataset.train
    source = Counting(3)
    asked = kept_classifier(source, test)
    list(blocks(asked, test, classes=4))
    (first,) = blocks(asked, test, classes=4)
    with pytest.raises(ValueError, match="read-only"):
        first.probabilities[0] = 0
    before = first.probabilities.copy()
    list(blocks(asked, train, classes=4))
    list(blocks(asked, train, classes=4))
    assert source.asked == [len(test), len(train), len(train)]
    (again,) = blocks(asked, test, classes=4)
    assert np.array_equal(again.probabilities, before)


def test_who_stops_half_way_leaves_nothing_half(quarters_dataset, monkeypatch):
    from thalweg.evaluation import classifier

    monkeypatch.setattr(classifier, "FIRST_LOOK", 15)
    source = Counting(3)
    asked = kept_classifier(source, quarters_dataset.test)
    next(blocks(asked, quarters_dataset.test, classes=4))
    table = np.concatenate([b.probabilities for b in blocks(asked, quarters_dataset.test, classes=4)], axis=1)
    assert table.shape == (3, len(quarters_dataset.test), 4)


def test_what_is_too_large_is_asked_about_again(quarters_dataset):
    source, split = Counting(3), quarters_dataset.test
    asked = kept_classifier(source, split, most=3 * len(split) * 4 * 8 - 1)
    for _ in range(2):
        list(blocks(asked, split, classes=4))
    assert source.asked == [len(split)] * 2
    assert kept_answers.BYTES > 2**20
