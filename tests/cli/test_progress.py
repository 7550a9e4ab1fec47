import pytest

from thalweg.cli.progress import ABOUT, AS_LONG, PartsState, TrainingState, fitted, short, state_of

from .clocks import Clock, progress


def test_the_state_is_one_short_line():
    state = state_of(progress())
    assert state == "cost 0.0123 · accuracy 94.1 % · 3.41 M examples/s · 0:34 left"
    assert state_of(progress(), width=50) == "cost 0.0123 · accuracy 94.1 % · 0:34 left"


def test_the_state_says_when_it_is_done_and_what_diverged():
    assert state_of(progress(epoch=30)).endswith("done")
    assert state_of(progress(diverged=2)).startswith("2 diverged · ")


def test_the_time_left_counts_down_between_epochs_and_stops_at_nothing():
    now = Clock()
    state = TrainingState(now)
    assert state.state() == "compiling, then the first epoch"
    state.show(progress())
    now.passes(14)
    assert (state.title, state.place) == ("epoch 3/30", (3, 30))
    assert state.state().endswith("0:20 left")
    now.passes(600)
    assert state.state().endswith("0:00 left")


def test_what_says_least_is_left_out_first():
    parts = [(1, "ten signs."), (3, "left"), (2, "middle")]
    assert fitted(parts, None) == fitted(parts, 26) == "ten signs. · left · middle"
    assert fitted(parts, 25) == "left · middle"
    assert fitted(parts, 12) == "left"
    assert fitted(parts, 1) == "left"


def test_the_time_that_parts_will_take_is_told_only_where_it_can_be():
    now = Clock()
    alike, other = PartsState(now, left=ABOUT), PartsState(now)
    assert alike.state() == "getting ready"
    for state in (alike, other):
        state.show("first", 0, 4)
    assert alike.state() == "1 of 4 · first"
    now.passes(30)
    for state in (alike, other):
        state.show("second", 1, 4)
    now.passes(10)
    assert alike.state() == "2 of 4 · second · about 1:20 left"
    assert other.state() == "2 of 4 · second"
    now.passes(1000)  # longer than the first: there is nothing to say
    assert alike.state() == "2 of 4 · second"


def test_parts_of_known_effort_are_not_taken_for_alike():
    now = Clock()
    state = PartsState(now, left=ABOUT, efforts=[1, 2, 10])
    state.show("first", 0, 3)
    now.passes(5)
    state.show("second", 1, 3)
    assert state.state() == "2 of 3 · second · about 1:00 left"
    now.passes(10)
    assert state.state() == "2 of 3 · second · about 0:50 left"
    state.show("third", 2, 3)
    assert state.state() == "3 of 3 · third · about 0:50 left"
    now.passes(40)
    assert state.state() == "3 of 3 · third · about 0:10 left"
    other = PartsState(now, left=ABOUT, efforts=[1, 2])  # of other parts than there are
    other.show("first", 0, 3)
    now.passes(5)
    other.show("second", 1, 3)
    assert other.state() == "2 of 3 · second · about 0:10 left"


def test_the_first_part_tells_of_its_training_and_no_more():
    now = Clock()
    state = PartsState(now, left=AS_LONG)
    state.show("networks", 0, 3)
    now.passes(10)
    state.train(2, 10, 40.0)
    now.passes(5)
    assert state.state() == "1 of 3 · networks · epoch 2/10 · about 0:35 left of this training"
    state.train(10, 10, 0.0)
    assert state.state() == "1 of 3 · networks"
    now.passes(45)
    state.show("the next", 1, 3)
    assert state.state() == "2 of 3 · the next · 2:00 left if the others take as long"
    now.passes(50)
    state.train(1, 10, 450.0)  # longer than the first part was
    assert state.state() == "2 of 3 · the next · epoch 1/10 · 7:30 left if the others take as long"


def test_nothing_is_foretold_from_parts_that_were_there_already():
    now = Clock()
    state = PartsState(now, left=ABOUT)
    for place in range(3):
        state.show(f"part {place}", place, 6)
        now.passes(0.01)
    state.show("part 3", 3, 6)
    assert state.state() == "4 of 6 · part 3"
    now.passes(20)
    state.show("part 4", 4, 6)
    assert state.state() == "5 of 6 · part 4 · about 0:40 left"


@pytest.mark.parametrize(
    ("count", "text"),
    [(950, "950"), (12_345, "12.3 k"), (4.56e6, "4.56 M"), (456e6, "456 M")],
)
def test_rates(count, text):
    assert short(count) == text


def test_parts_of_another_kind_begin_anew():
    now = Clock()
    state = PartsState(now, left=AS_LONG)
    for place in range(3):
        state.show("drawn", place, 3)
        now.passes(10)
    state.show("written as files", 0, 2)
    assert state.state() == "1 of 2 · written as files"
    now.passes(20)
    state.show("written as files", 1, 2)
    assert state.state() == "2 of 2 · written as files · 0:20 left if the others take as long"
