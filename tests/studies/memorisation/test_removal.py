import json

import numpy as np
import pytest

import thalweg as tw
from tests.studies.blobs import blobs
from thalweg.studies.memorisation import removal as removals
from thalweg.studies.memorisation.removal import removal

RECIPE = tw.Recipe(
    network=tw.networks.Mlp(hidden=(12,), activation="relu", initialisation="he"), batch_size=30, epochs=40
).with_settings({"optimiser": "adam", "learning_rate": 0.02})


def with_rare_kind(seed=0):
    """Make blobs where a few examples of class 0 lie where nothing else does, in both splits."""
    found = blobs(90, tests=90, seed=seed, spread=0.2)
    place = np.array([0, 0, 0, -6], np.float32)
    raws = []
    for split in (found.train, found.test):
        raw = split.raw.copy()
        raw[:18:3] = place + 0.1 * np.arange(6)[:, None]
        raws.append(raw)
    return tw.data.from_arrays(raws[0], found.train.labels, test=(raws[1], found.test.labels))


DATA, RARE = with_rare_kind(), np.arange(0, 18, 3)


def made(memorised=RARE, *, influenced=RARE, members=8, **given):
    return removal(RECIPE, DATA.train, DATA.test, memorised, influenced=influenced, members=members, **given)


class Kept(dict):
    def load(self, name):
        return self.get(name)

    def save(self, name, arrays):
        self[name] = dict(arrays)


@pytest.fixture(scope="module")
def found():
    kept = Kept()
    return made(parts=kept), kept


def test_without_its_only_kin_a_rare_kind_is_lost(found):
    removed, _ = found
    apart = removed.influenced
    assert removed.removed == apart.examples == 6
    assert apart.everything.value > 0.9
    assert apart.without_memorised.value < 0.5 < apart.without_random.value
    assert removed.test.difference.high < 0
    assert removed.test.difference.value == pytest.approx(
        removed.test.without_memorised.value - removed.test.without_random.value
    )


def test_it_is_plain_json(found):
    json.dumps(found[0].to_json(), allow_nan=False)


def test_finished_conditions_are_not_trained_again(found, monkeypatch):
    removed, kept = found
    assert len(kept) == 3
    monkeypatch.setattr(removals, "_train_and_ask", None)
    assert made(parts=kept) == removed
    with pytest.raises(TypeError):
        made(RARE[:5], parts=kept)


def test_as_many_are_removed_at_random_for_each_member():
    everything, without, random = removals._kept(50, np.array([4, 9]), 6, seed=1)
    assert everything.all()
    assert (~without).nonzero()[1].reshape(6, 2).tolist() == [[4, 9]] * 6
    assert ((~random).sum(axis=1) == 2).all()
    assert len(np.unique(random, axis=0)) > 1


def test_half_of_the_examples_stay(monkeypatch):
    seen = []
    monkeypatch.setattr(
        removals,
        "_right",
        lambda *_, **__: (np.ones((2, 9), bool), np.ones(2, bool)) if seen.append(_[3]) is None else None,
    )
    removed = made(np.arange(90)[::-1], influenced=np.zeros(0, int), members=2)
    assert removed is not None
    assert removed.removed == 45
    assert not seen[1][:, 45:].any()
    assert removed.influenced is None
    assert removed.test.difference.low < 0 < removed.test.difference.high  # type: ignore[operator]


def test_nothing_to_remove_is_nothing_to_compare():
    assert made(np.zeros(0, int)) is None
    assert made(members=0) is None


def test_a_diverged_member_is_left_out_of_all_conditions(monkeypatch):
    tables = iter([(np.ones((3, 9), bool), np.array([True, own, True])) for own in (True, False, True)])
    monkeypatch.setattr(removals, "_right", lambda *_, **__: next(tables))
    removed = made(influenced=np.zeros(0, int), members=3)
    assert removed is not None
    assert (removed.members, removed.diverged) == (2, 1)
