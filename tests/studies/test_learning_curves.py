import numpy as np

from thalweg.statistics.intervals import student, wilson
from thalweg.studies.learning_curves import Curves


def test_members_that_are_all_right_are_not_certain():
    curves = Curves(np.ones((3, 4)), np.full((3, 4), 0.1), (200, 50))
    assert curves.final("train").interval == wilson(600, 600)
    low, high = curves.final("test").interval or (0.1, 0.1)
    assert low < 0.1 < high


def test_without_the_number_of_examples_the_interval_is_students():
    test = np.array([[0.0, 0.8], [0.0, 0.9], [0.0, 0.85]])
    assert Curves(test, test).final("test").interval == student(test[:, -1])
