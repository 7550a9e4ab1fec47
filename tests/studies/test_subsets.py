from dataclasses import replace

import numpy as np
import pytest

import thalweg as tw
from tests.studies.blobs import blobs, with_labels
from thalweg.data.dataset import TrainSplit
from thalweg.errors import StudyError
from thalweg.studies import subsets
from thalweg.studies.subsets import balanced_subsets, block_size, chunks, tally
from thalweg.training.population import train

RECIPE = tw.Recipe(network=tw.networks.Mlp(hidden=(6,)), batch_size=20, epochs=3).with_settings(
    {"optimiser": "adam", "learning_rate": 0.02}
)
DATA = blobs()
SHARES = (0.1, 0.3, 0.5, 2 / 3, 0.7, 0.75, 0.85, 0.99)


class Kept(dict):
    """Parts in memory."""

    def load(self, name):
        return self.get(name)

    def save(self, name, arrays):
        assert name not in self, f"{name} was made again"
        self[name] = dict(arrays)


def same(first, second) -> bool:
    one, other = first.arrays(), second.arrays()
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("examples", [57, 200])
def test_in_a_block_every_example_is_left_out_equally_often(examples, share):
    block = block_size(share)
    inside = balanced_subsets(examples, 3 * block, share=share, seed=1)
    for number in range(3):
        held = inside[number * block : (number + 1) * block]
        assert set(held.sum(axis=0).tolist()) == {round(share * block)}
        assert np.ptp(held.sum(axis=1)) <= 1


@pytest.mark.parametrize("share", SHARES)
def test_a_row_is_the_same_whoever_it_is_asked_with(share):
    whole = balanced_subsets(50, 230, share=share, seed=2)
    np.testing.assert_array_equal(balanced_subsets(50, 70, share=share, seed=2, first=33), whole[33:103])
    np.testing.assert_array_equal(balanced_subsets(50, 1, share=share, seed=2, first=229), whole[229:])
    assert balanced_subsets(50, 0, share=share, seed=2, first=20).shape == (0, 50)


def test_other_seeds_draw_other_subsets():
    one, other = (balanced_subsets(500, 10, share=0.7, seed=seed) for seed in (0, 1))
    assert 0.5 < (one == other).mean() < 0.66  # independent: .7² + .3² = .58


def test_pairs_of_examples_are_left_out_together_by_chance():
    inside = balanced_subsets(40, 4000, share=0.7, seed=3)
    together = (~inside).T.astype(float) @ ~inside / len(inside)
    apart = together[~np.eye(40, dtype=bool)]
    assert apart.mean() == pytest.approx(12 * 11 / (40 * 39))  # each member leaves out twelve of forty
    assert np.abs(apart - apart.mean()).max() < 0.025


def test_any_two_members_of_a_block_leave_out_as_much_together():
    outside = (~balanced_subsets(4000, 10, share=0.7, seed=3)).astype(float)
    together = (outside @ outside.T)[~np.eye(10, dtype=bool)] / 4000
    # three of ten leave an example out: a pair of members is among them 3 * 2 / (10 * 9) of the times
    assert np.abs(together - 6 / 90).max() < 0.016


@pytest.mark.parametrize("share", [0.0, 1.0, -0.2, 1.5, 0.001, 0.999])
def test_a_share_of_none_or_all_is_refused(share):
    with pytest.raises(StudyError, match="leave some out"):
        balanced_subsets(50, 10, share=share, seed=0)


def test_tallies_are_what_the_members_say(monkeypatch):
    monkeypatch.setattr(subsets, "ANSWER_BYTES", 4 * 20 * 3 * 7)  # pieces of seven examples
    split, test = DATA.train, DATA.test
    found = tally(RECIPE, split, members=20, share=0.7, seed=4, also=test)
    inside = balanced_subsets(len(split), 20, share=0.7, seed=4)
    population = train(RECIPE, split, members=20, seed=4, weights=inside.astype(np.float32))
    answers, right = (
        population.probabilities(split),
        population.probabilities(split).argmax(-1) == split.labels,
    )
    np.testing.assert_array_equal(found.times_in, inside.sum(0))
    np.testing.assert_array_equal(found.right_in, (inside & right).sum(0))
    np.testing.assert_array_equal(found.right_out, (~inside & right).sum(0))
    np.testing.assert_array_equal(found.even.right_in, (inside & right)[:10].sum(0))
    np.testing.assert_allclose(found.probability_out, (answers * ~inside[..., None]).sum(0), rtol=1e-5)
    for example in range(len(split)):
        votes = answers[~inside[:, example], example].argmax(-1)
        np.testing.assert_array_equal(found.votes_out[example], np.bincount(votes, minlength=3))
    assert found.also is not None
    on_test = population.probabilities(test)
    np.testing.assert_array_equal(found.also.correct, on_test.argmax(-1) == test.labels)
    np.testing.assert_array_equal(found.also.right, (on_test.argmax(-1) == test.labels).sum(0))
    np.testing.assert_allclose(found.also.probability, on_test.sum(0), rtol=1e-5)
    assert found.also.votes.sum() == 20 * len(test)
    np.testing.assert_allclose(found.mean_probability_out.sum(axis=1), 1, rtol=1e-5)


def test_a_member_left_out_of_an_example_learns_nothing_of_it():
    split = DATA.train
    inside = balanced_subsets(len(split), 20, share=0.7, seed=0)
    lies = (split.labels + 1) % 3
    other = TrainSplit(
        split.raw, np.where(inside[0], split.labels, lies).astype(np.int32), split.class_names, split.scaling
    )
    weights = inside.astype(np.float32)
    told = train(RECIPE, split, members=20, weights=weights).probabilities(split)
    lied = train(RECIPE, other, members=20, weights=weights).probabilities(split)
    np.testing.assert_array_equal(told[0], lied[0])
    assert not np.array_equal(told[1], lied[1])


def test_more_members_later_only_add_chunks(monkeypatch):
    monkeypatch.setattr(subsets, "CHUNK_MEMBERS", 20)
    kept = Kept()
    few = tally(RECIPE, DATA.train, members=40, seed=5, also=DATA.test, parts=kept)
    assert len(kept) == 2
    more = tally(RECIPE, DATA.train, members=60, seed=5, also=DATA.test, parts=kept)
    assert len(kept) == 3
    assert same(more, tally(RECIPE, DATA.train, members=60, seed=5, also=DATA.test))
    rest = tally(RECIPE, DATA.train, members=20, seed=5, first=40, also=DATA.test)
    assert same(few + rest, more)


def test_parts_of_other_settings_are_not_mistaken_for_these():
    kept = Kept()
    for recipe, share, seed, part in (
        (RECIPE, 0.7, 0, "a"),
        (RECIPE.for_epochs(1), 0.7, 0, "a"),
        (RECIPE, 0.5, 0, "a"),
        (RECIPE, 0.7, 1, "a"),
        (RECIPE, 0.7, 0, "b"),
    ):
        tally(recipe, DATA.train, members=20, share=share, seed=seed, parts=kept, part=part)
    tally(RECIPE, DATA.train, members=20, share=0.7, parts=kept, part="a", each=Held)
    tally(RECIPE, DATA.train, members=20, share=0.7, parts=kept, part="a", also=DATA.test)
    assert len(kept) == 7


class Held:
    """Counts who trained on an example, and who of all was asked about it, and about the others."""

    def __init__(self, chunk):
        self.chunk, self.asked, self.others = chunk, np.zeros(len(DATA.train)), np.zeros(len(DATA.test))

    def of_split(self, place, answers):
        assert answers.shape[1:] == (len(DATA.train.labels[place]), DATA.train.classes)
        self.asked[place] += len(answers)

    def of_also(self, place, answers):
        self.others[place] += answers.sum(axis=(0, 2))

    def arrays(self):
        return {"held": self.chunk.inside.sum(axis=0), "asked": self.asked, "others": self.others}


def test_whoever_asks_is_told_of_every_chunk_and_every_answer_and_gets_sums(monkeypatch):
    monkeypatch.setattr(subsets, "CHUNK_MEMBERS", 20)
    monkeypatch.setattr(subsets, "ANSWER_BYTES", 4 * 20 * DATA.train.classes * 7)  # seven examples at a time
    seen, places, answered = [], [], []
    ask = tw.Population.probabilities

    def probabilities(population, split):
        answered.append(len(split))
        return ask(population, split)

    def each(chunk):
        seen.extend(chunk.numbers.tolist())
        assert len(chunk.population) == len(chunk.inside) == 20
        return Held(chunk)

    monkeypatch.setattr(tw.Population, "probabilities", probabilities)
    asked = {"also": DATA.test, "each": each, "progress": lambda *state: places.append(state)}
    found = tally(RECIPE, DATA.train, members=40, **asked)
    assert seen == list(range(40))
    np.testing.assert_array_equal(found.extra["held"], found.times_in)
    assert (found.extra["asked"] == 40).all()
    np.testing.assert_allclose(found.extra["others"], 40, rtol=1e-5)
    assert sum(answered) == 2 * (len(DATA.train) + len(DATA.test)), "nobody is asked twice"
    assert [place[1:] for place in places] == [(0, 2), (1, 2)]
    assert "members 21 to 40" in places[1][0]


def exploding(learning_rate):
    network = tw.networks.Mlp(hidden=(6,), activation="relu")
    return replace(RECIPE, network=network, optimiser=tw.training.Sgd(learning_rate=learning_rate))


def test_members_that_diverge_are_left_out_and_counted():
    rates = tuple(1e30 if member == 3 else 0.02 for member in range(20))
    found = tally(exploding(rates), DATA.train, members=20, also=DATA.test)
    assert (found.members, found.diverged) == (19, 1)
    assert 3 not in found.numbers
    assert (found.times_in + found.times_out == 19).all()
    assert found.also is not None
    assert found.also.bits.shape[0] == 19


def test_when_all_diverge_the_sums_are_empty():
    found = tally(exploding((1e30,) * 20), DATA.train, members=20, also=DATA.test)
    assert (found.members, found.diverged) == (0, 20)
    assert not found.times_in.any()
    assert found.also is not None
    assert not found.also.votes.any()


def test_memory_bounds_the_members_of_a_chunk(monkeypatch):
    assert [len(chunk) for chunk in chunks(RECIPE, DATA.train, members=100)] == [40, 40, 20]
    parameters = 4 * 6 + 6 + 6 * 3 + 3
    room = 4 * subsets.STATE_COPIES * parameters + 8 * len(DATA.train)
    monkeypatch.setattr(subsets, "CHUNK_BYTES", 25 * room)
    assert [len(chunk) for chunk in chunks(RECIPE, DATA.train, members=50)] == [20, 20, 10]
    monkeypatch.setattr(subsets, "CHUNK_BYTES", 3 * room)
    assert [len(chunk) for chunk in chunks(RECIPE, DATA.train, members=10)] == [3, 3, 3, 1]


def refused(split, **given):
    def never(*_):
        raise AssertionError("training began")

    with pytest.raises(StudyError) as caught:
        tally(RECIPE, split, progress=never, **{"members": 20, **given})
    assert caught.value.hint
    return str(caught.value)


def test_what_cannot_be_tallied_is_refused_before_training():
    split = DATA.train
    assert "some of the examples" in refused(split, share=1.0)
    assert "9 members" in refused(split, members=9)
    assert "at least 100 members" in refused(split, members=20, share=0.99)
    assert "nothing to tell apart" in refused(with_labels(DATA, np.zeros(60)).train)
    lonely = np.where(np.arange(60) == 7, 2, np.arange(60) % 2)
    assert "'2' has 1 example" in refused(with_labels(DATA, lonely).train)


def test_a_validation_split_is_not_trained_on():
    kept, held = DATA.train.hold_out(0.2)
    assert len(kept) < len(DATA.train)
    with pytest.raises(tw.errors.TrainingError, match="ValidationSplit"):
        tally(RECIPE, replace(held), members=20)  # type: ignore[arg-type]
