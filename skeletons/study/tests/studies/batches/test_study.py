import numpy as np
import pytest

from thalweg.errors import RecipeError
from thalweg.record import Record
from thalweg.studies.batches import Settings, batches

SMALL = Settings(members=2, sizes=(8, 40), epochs=3)


class Kept(dict):
    """Parts in memory."""

    def load(self, name):
        return self.get(name)

    def save(self, name, arrays):
        self[name] = dict(arrays)


def test_every_size_is_trained_once_and_kept(quarters_dataset):
    parts, seen = Kept(), []
    first = batches(quarters_dataset, SMALL, parts=parts, progress=lambda *place: seen.append(place))
    assert seen == [("batches of 8", 0, 2), ("batches of 40", 1, 2)]
    assert len(parts) == 2
    parts["size-8-members-2-epochs-3"] = {"right": ~first.right[8]}
    again = batches(quarters_dataset, SMALL, parts=parts)
    np.testing.assert_array_equal(again.right[8], ~first.right[8])
    np.testing.assert_array_equal(again.right[40], first.right[40])


def test_it_is_a_record(quarters_dataset):
    found = batches(quarters_dataset, SMALL)
    assert isinstance(found, Record)
    assert found.to_json()["accuracy"]["8"]["value"] == pytest.approx(found.right[8].mean())
    assert found.arrays()["accuracy 40"].shape == (2,)


def test_a_batch_of_nothing_is_refused():
    with pytest.raises(RecipeError, match="sizes="):
        Settings(sizes=(0,))
