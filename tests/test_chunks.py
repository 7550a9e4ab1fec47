import numpy as np
import pytest

from thalweg import chunks


@pytest.mark.parametrize(("count", "size"), [(10, 3), (9, 3), (2, 5), (1, 1), (4, 0)])
def test_slices_cover_everything_once(count, size):
    found = [np.arange(count)[some] for some in chunks.slices(count, size)]
    np.testing.assert_array_equal(np.concatenate(found), np.arange(count))
    assert max(map(len, found)) <= max(1, size)
    assert len({len(part) for part in found[:-1]}) <= 1


def test_nothing_has_no_slices():
    assert list(chunks.slices(0, 3)) == []


@pytest.mark.parametrize(
    ("count", "room", "size"), [(10, 4, 4), (9, 4, 3), (9, 100, 9), (7, 1, 1), (7, 0, 1), (10, 9, 5)]
)
def test_even_chunks_are_few_and_of_a_size(count, room, size):
    assert chunks.even(count, room) == size
    assert -(-count // size) == -(-count // max(1, room))


@pytest.mark.parametrize(("count", "size"), [(10, 4), (8, 4), (3, 5)])
def test_filled_chunks_have_one_size_and_say_what_is_new(count, size):
    found = list(chunks.filled(count, size))
    assert {len(numbers) for numbers, _ in found} == {size}
    np.testing.assert_array_equal(np.concatenate([some[:new] for some, new in found]), np.arange(count))
    last, new = found[-1]
    assert (last[new:] == count - 1).all()
