import numpy as np
from sklearn.metrics import confusion_matrix

from thalweg.evaluation.accuracy.confusion import (
    ConfusedPairs,
    HardExample,
    confusion_counts,
    confusion_of,
    hardest_examples,
    mean_confusion,
    mean_pairs,
)
from thalweg.evaluation.classifier import Predictions


def made(predicted, ensemble):
    predicted = np.array(predicted, dtype=np.int16)
    return Predictions(predicted, np.ones(predicted.shape, np.float32), np.array(ensemble), ())


def test_counts_are_scikit_learns():
    generator = np.random.default_rng(0)
    labels, predicted = generator.integers(0, 5, 300), generator.integers(0, 4, 300)  # class 4 is never named
    expected = confusion_matrix(labels, predicted, labels=range(5))
    np.testing.assert_array_equal(confusion_counts(labels, predicted, 5), expected)


def test_many_classes_do_not_overflow_small_integers():
    labels = np.array([299, 0], dtype=np.int16)
    counts = confusion_counts(labels, labels, 300)
    assert counts[299, 299] == 1
    assert counts.sum() == 2


def test_the_mean_is_over_members():
    generator = np.random.default_rng(1)
    labels, predicted = generator.integers(0, 3, 50), generator.integers(0, 3, (4, 50)).astype(np.int16)
    expected = np.mean([confusion_matrix(labels, member, labels=range(3)) for member in predicted], axis=0)
    np.testing.assert_allclose(mean_confusion(labels, predicted, 3), expected)


LABELS = np.array([0, 1, 2, 0])
ANSWERS = made(
    [[0, 2, 2, 1], [0, 2, 1, 2], [0, 0, 1, 0]],
    [[0.25, 0.5, 0.25], [0.3, 0.2, 0.5], [0.0, 0.6, 0.4], [0.3, 0.3, 0.4]],
)


def test_hardest_first_and_ties_by_probability_of_the_true_class():
    hard = hardest_examples(LABELS, ANSWERS)
    # Right: 3, 0, 1 and 1 of 3; of the tied examples 2 and 3, example 3 has the smaller true probability.
    # Example 0 has the smallest of all, but everybody gets it right.
    assert [found.example for found in hard] == [1, 3, 2, 0]
    assert [found.share_right for found in hard] == [0.0, 1 / 3, 1 / 3, 1.0]


def test_the_usual_mistake_is_the_wrong_class_named_most():
    by_example = {found.example: found for found in hardest_examples(LABELS, ANSWERS)}
    assert (by_example[1].usual_mistake, by_example[1].mistake_share) == (2, 2 / 3)
    assert by_example[3].usual_mistake == 2  # named as often as 1, with the larger mean probability
    assert by_example[0].usual_mistake is None


def test_only_so_many():
    assert len(hardest_examples(LABELS, ANSWERS, count=2)) == 2


def test_json_names_classes():
    assert HardExample(7, 0, 0.25, 1, 0.5).to_json(("zero", "one")) == {
        "example": 7,
        "label": "zero",
        "share_right": 0.25,
        "usual_mistake": "one",
        "mistake_share": 0.5,
    }
    assert HardExample(7, 0, 1.0, None, 0.0).to_json(("zero", "one"))["usual_mistake"] is None


def test_pairs_say_what_a_table_says():
    generator = np.random.default_rng(2)
    labels, predicted = generator.integers(0, 9, 80), generator.integers(0, 9, (3, 80)).astype(np.int16)
    table, pairs = mean_confusion(labels, predicted, 9), mean_pairs(labels, predicted, 9)
    again = np.zeros((9, 9))
    again[pairs.labels, pairs.answers] = pairs.counts
    np.testing.assert_allclose(again, table)
    np.testing.assert_allclose(pairs.array(), ConfusedPairs.of(table).array())
    np.testing.assert_allclose(pairs.totals, table.sum(axis=1))


def test_ten_thousand_classes_take_what_their_examples_take():
    labels = np.arange(400) * 20
    predicted = np.stack([labels, np.roll(labels, 1)])
    by_members, by_vote = confusion_of(labels, predicted, labels, 10_000)
    assert by_members.array().shape == (800, 3)
    assert by_vote.array().shape == (400, 3)
    assert by_members.counts.sum() == len(labels)
    assert isinstance(confusion_of(labels % 5, predicted % 5, labels % 5, 5)[0], np.ndarray)
