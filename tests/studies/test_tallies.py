import numpy as np
import pytest

from thalweg.errors import StudyError
from thalweg.studies.tallies import Also, Counts, Tallies

INSIDE = np.array([[1, 1, 0], [1, 0, 1], [0, 1, 1], [1, 1, 0]], dtype=bool)
RIGHT = np.array([[1, 0, 0], [1, 1, 1], [0, 1, 1], [0, 1, 0]], dtype=bool)


def some_tallies(rows: slice, *, share: float = 2 / 3) -> Tallies:
    inside, right = INSIDE[rows], RIGHT[rows]
    numbers = np.arange(4)[rows]
    even = numbers % 2 == 0
    also = Also(
        right.sum(0),
        0.5 * right.sum(0)[:, None] * np.ones(2),
        right.sum(0)[:, None] * np.ones(2, int),
        np.packbits(right, axis=1),
    )
    outside = (~inside).sum(0)[:, None]
    return Tallies(
        share,
        numbers,
        len(numbers) % 2,
        Counts.of(inside, right),
        Counts.of(inside[even], right[even]),
        0.25 * outside * np.ones(2),
        outside * np.ones(2, int),
        also,
        {"sum": numbers.sum()},
    )


def test_counts_worked_by_hand():
    counts = Counts.of(INSIDE, RIGHT)
    assert counts.times_in.tolist() == [3, 3, 2]
    assert counts.right_in.tolist() == [2, 2, 2]
    assert counts.times_out.tolist() == [1, 1, 2]
    assert counts.right_out.tolist() == [0, 1, 0]
    np.testing.assert_allclose(counts.accuracy_in, [2 / 3, 2 / 3, 1])
    np.testing.assert_allclose(counts.accuracy_out, [0, 1, 0])


def test_a_share_of_none_is_not_a_number():
    counts = Counts.of(INSIDE[:1], RIGHT[:1])
    assert np.isnan(counts.accuracy_out).tolist() == [True, True, False]


def test_what_is_left_when_some_are_taken_off():
    rest = Counts.of(INSIDE, RIGHT) - Counts.of(INSIDE[:1], RIGHT[:1])
    np.testing.assert_array_equal(rest.times_in, Counts.of(INSIDE[1:], RIGHT[1:]).times_in)
    np.testing.assert_array_equal(rest.right_out, Counts.of(INSIDE[1:], RIGHT[1:]).right_out)


def test_two_halves_add_up_to_the_whole():
    whole, joined = some_tallies(slice(4)), some_tallies(slice(3)) + some_tallies(slice(3, 4))
    for name, values in whole.arrays().items():
        if name != "diverged":
            np.testing.assert_array_equal(joined.arrays()[name], values, err_msg=name)
    assert joined.members == 4
    assert joined.diverged == 2


def test_who_was_right_comes_back_from_its_bits():
    assert (some_tallies(slice(3)) + some_tallies(slice(3, 4))).also is not None
    np.testing.assert_array_equal((some_tallies(slice(3)) + some_tallies(slice(3, 4))).also.correct, RIGHT)  # type: ignore[union-attr]


def test_arrays_bring_everything_back():
    whole = some_tallies(slice(4))
    again = Tallies.of_arrays(whole.arrays())
    assert again.arrays().keys() == whole.arrays().keys()
    for name, values in whole.arrays().items():
        np.testing.assert_array_equal(again.arrays()[name], values, err_msg=name)
    assert (again.share, again.diverged, again.extra["sum"]) == (whole.share, 0, 6)


def test_tallies_of_different_shares_are_not_added():
    with pytest.raises(StudyError, match=r"3 at 0\.5"):
        _ = some_tallies(slice(2)) + some_tallies(slice(2, 4), share=0.5)
