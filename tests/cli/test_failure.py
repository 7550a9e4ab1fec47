"""How commands end that are stopped: with a status that says by what, and with the command that goes on."""

import signal
import threading

import pytest

from thalweg.cli.failure import Failure, Terminated, as_failures, goes_on_with
from thalweg.cli.signals import end_on_signals
from thalweg.errors import RunError


class Kept(KeyboardInterrupt):
    """What a training, a study or an audit raises when it has kept its work."""

    command = "thalweg train --resume here"


def ended(raise_it):
    with pytest.raises(Failure) as failure, as_failures():
        raise_it()
    return failure.value


def keeping(stop):
    def work():
        try:
            raise stop
        except KeyboardInterrupt:
            raise Kept("here: stopped.") from None

    return work


@pytest.mark.parametrize(("stop", "status"), [(KeyboardInterrupt(), 130), (Terminated(), 143)])
def test_the_status_says_what_stopped_it_wherever_it_was(stop, status):
    def plain():
        raise stop

    assert (ended(plain).exit_code, ended(plain).message, ended(plain).hint) == (status, "Stopped.", "")
    kept = ended(keeping(stop))
    assert (kept.exit_code, kept.message) == (status, "here: stopped.")
    assert kept.hint == "continue with: thalweg train --resume here"


def test_a_mistake_is_status_1():
    def work():
        raise RunError("no such run.", hint="give another.")

    assert (ended(work).exit_code, ended(work).hint) == (1, "give another.")


def test_what_comes_after_the_training_says_how_to_go_on():
    def work():
        with goes_on_with("thalweg run --resume here"):
            raise Terminated

    assert ended(work).hint == "continue with: thalweg run --resume here"
    assert ended(work).exit_code == 143


@pytest.fixture
def signals():
    """What is done on signals, as it was before."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_sigterm_is_taken_unless_somebody_ignores_it(signals):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    end_on_signals()
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    end_on_signals()
    with pytest.raises(Terminated):
        signal.raise_signal(signal.SIGTERM)


@pytest.mark.parametrize(
    ("number", "stop"), [(signal.SIGTERM, Terminated), (signal.SIGINT, KeyboardInterrupt)]
)
def test_a_signal_that_would_be_swallowed_is_sent_again(signals, number, stop):
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    end_on_signals()

    class Falling:
        def __del__(self):
            signal.raise_signal(number)
            for _ in range(1000):  # where Python looks whether there was a signal
                pass

    with pytest.raises(stop):  # noqa: PT012
        Falling()
        threading.Event().wait(60)
