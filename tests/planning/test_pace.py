import pytest

from thalweg import recording
from thalweg.planning import pace as module
from thalweg.planning.pace import Pace, Timed, pace_of, timed


def pace(few=(4, 1.0), many=(32, 8.0), *, cores=2, compiling=5.0, epochs=10):
    """A pace whose quickest and slowest epochs took nine and eleven tenths of the median."""
    sizes = [Timed(members, seconds, 0.9 * seconds, 1.1 * seconds) for members, seconds in (few, many)]
    return Pace(*sizes, compiling, epochs, cores, "abacus")


def test_the_busiest_core_counts():
    # 2 members a core take 1 s an epoch, 16 take 8: half a second for each one more
    found = pace()
    assert found.seconds(4) == pytest.approx(5 + 10 * 1)
    assert found.seconds(9) == pytest.approx(5 + 10 * (1 + 3 * 0.5))
    assert found.seconds(9) == found.seconds(10)
    assert found.seconds(64) == pytest.approx(5 + 10 * 16)
    assert found.range(32) == pytest.approx((5 + 10 * 7.2, 5 + 10 * 8.8))
    assert found.said(10) == "30.0 s"


def test_fewer_members_never_take_longer_nor_nothing():
    found = pace(few=(8, 2.0), many=(32, 1.5))  # a machine that was busy with something else
    assert found.seconds(32) == found.seconds(8)
    assert 0 < found.seconds(2) <= found.seconds(8)


def test_epochs_of_some_examples_stand_for_those_of_all():
    assert timed(4, [0.2, 0.1, 0.4], share=10) == Timed(4, 2.0, 1.0, 4.0)


@pytest.fixture
def machine(monkeypatch):
    """A machine on which compiling takes 3 s, an epoch .2 ms an example, .1 more for a member a core."""
    trained = []

    def epochs(_, members, examples, count):
        trained.append((members, examples, count))
        return [examples * (2e-4 + 1e-4 * -(-members // 2))] * (count - 1), 3.0

    monkeypatch.setattr(module._Timer, "epochs", epochs)
    monkeypatch.setattr(module, "core_count", lambda: 2)
    return trained


def test_other_sizes_are_foretold_of_two_that_were_timed(machine, small_recipe, quarters_dataset):
    told = []
    found = pace_of(
        small_recipe, quarters_dataset, members=3, planned=20, progress=lambda *now: told.append(now)
    )
    for members in (3, 4, 8, 20, 100):
        epoch = len(quarters_dataset.train) * (2e-4 + 1e-4 * -(-members // 2))
        assert found.seconds(members) == pytest.approx(3 + small_recipe.epochs * epoch)
    assert told == [("3 members", 1, 2), ("20 members", 2, 2)]
    assert [members for members, _, _ in machine] == [3, 20]


def test_what_a_pilot_took_is_not_timed_again(machine, small_recipe, quarters_dataset):
    found = pace_of(small_recipe, quarters_dataset, few=Timed(4, 0.05, 0.04, 0.06), planned=2)
    assert found.few.seconds == 0.05
    assert [members for members, _, _ in machine] == [12]  # so many that a difference shows


def test_a_step_that_is_slow_is_timed_on_some_examples(machine, small_recipe, quarters_dataset, monkeypatch):
    monkeypatch.setattr(module, "FIRST_EXAMPLES", 10)
    monkeypatch.setattr(module, "EPOCH_SECONDS", 0.01)
    found = pace_of(small_recipe, quarters_dataset, members=2, planned=20)
    assert all(10 <= examples < len(quarters_dataset.train) for _, examples, _ in machine)
    assert found.many.seconds == pytest.approx(len(quarters_dataset.train) * 12e-4)


def test_real_epochs_are_timed_and_nothing_is_left_behind(
    small_recipe, quarters_dataset, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "SHORT_EPOCHS", 3)
    monkeypatch.setattr(module, "MOST_EPOCHS", 4)
    kept = []
    real = recording.train_run
    monkeypatch.setattr(
        module, "train_run", lambda *given, **more: kept.append(more["out"]) or real(*given, **more)
    )
    found = pace_of(small_recipe, quarters_dataset, members=2, planned=4)
    assert 0 < found.few.quickest <= found.few.seconds <= found.few.slowest
    assert found.compiling > 0
    assert found.epochs == small_recipe.epochs
    assert len(kept) == 2
    assert not any(path.exists() for path in kept)
    assert list(tmp_path.iterdir()) == []
