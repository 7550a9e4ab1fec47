import pytest

from thalweg.durations import clock, duration


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(4.23, "4.2 s"), (59.96, "60.0 s"), (185.2, "3 min 5 s"), (60 * 1234, "1,234 min 0 s")],
)
def test_durations(seconds, text):
    assert duration(seconds) == text


def test_seconds_may_have_their_whole_name():
    assert duration(4.23, unit="seconds") == "4.2 seconds"
    assert duration(185, unit="seconds") == "3 min 5 s"


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0:00"), (65, "1:05"), (3725, "1:02:05")])
def test_a_clock(seconds, text):
    assert clock(seconds) == text
