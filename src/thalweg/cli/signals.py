"""Ctrl-C and SIGTERM act within two seconds, whatever is being computed.

Python tells the main thread of a signal between two of its own instructions, and a compilation, an epoch or
a forest is one. So another thread looks whether the main thread comes to it, and else ends the process, with
the words and the status that it would have ended with. What is kept on disk is whole at any moment.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from contextlib import suppress
from importlib.machinery import ExtensionFileLoader
from types import FrameType
from typing import NoReturn

from thalweg import stops
from thalweg.cli import failure
from thalweg.cli.failure import Interruption, Terminated, Termination, interruption

SWALLOWING = ("_xla_gc_callback", "__del__", "write_or_say", "write_or_not")
"""Functions that no exception of a signal may leave: one that meets them is sent again.

Those of JAX and Python swallow it; of ours, what was being written would be written twice.
"""
LOADING = ("create_module", "exec_module")
AGAIN_SECONDS = 0.05

REACHED_SECONDS, ENDED_SECONDS = 0.8, 1.6
"""When the main thread must have been told, and when the process must have ended."""

STOPPED = (Interruption.exit_code, Termination.exit_code)
SHOW_CURSOR = "\x1b[?25h"

_told = threading.Event()


def end_on_signals() -> None:
    """Let SIGTERM stop a command as Ctrl-C does, unless whoever started it has it ignored."""
    if signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _stop)
    if signal.getsignal(signal.SIGINT) == signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)


def end_soon() -> None:
    """End the process within `ENDED_SECONDS` of a signal, also where its main thread cannot."""
    if sys.platform == "win32":
        return  # it wakes nobody through a pipe: there a computation is waited for
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    # written from where the signal arrives, also while the main thread is in a computation
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    failure.speaking = threading.Lock()
    threading.Thread(target=_look, args=(reader,), name="thalweg-signals", daemon=True).start()


def nothing_left_to_keep() -> None:
    """Let a signal end the process at once, without a word: the command is done, and libraries tidy up."""
    for number in (signal.SIGTERM, signal.SIGINT):
        if signal.getsignal(number) is _stop:
            signal.signal(number, signal.SIG_DFL)


def leave(status: int) -> NoReturn:
    """End the process at once: threads that are still in an epoch are not waited for."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


def finish(status: int) -> NoReturn:
    """End the process as Python does, but for taking apart what is in memory.

    Once JAX is loaded that takes a quarter of a second of the processor, at the end of every command. Threads
    are waited for and what was registered for the end is called, as ever.
    """
    threading._shutdown()  # type: ignore[attr-defined] # as multiprocessing ends its children
    atexit._run_exitfuncs()
    leave(status)


def _stop(number: int, frame: FrameType | None) -> None:
    if frame is not None and (frame.f_code.co_name in SWALLOWING or _loads_an_extension(frame)):
        threading.Timer(AGAIN_SECONDS, os.kill, (os.getpid(), number)).start()
        return
    _told.set()
    raise _exception_of(number)


def _loads_an_extension(frame: FrameType) -> bool:
    """Whether a compiled module is being loaded, which may call Python, as for an enumeration.

    Many are written in C++ and end the process where that raises what they do not expect.
    """
    within: FrameType | None = frame
    while within is not None:
        if within.f_code.co_name in LOADING and isinstance(within.f_locals.get("self"), ExtensionFileLoader):
            return True
        within = within.f_back
    return False


def _exception_of(number: int) -> KeyboardInterrupt:
    return Terminated() if number == signal.SIGTERM else KeyboardInterrupt()


def _look(reader: int) -> None:
    while number := os.read(reader, 1):
        # the lab's server takes signals itself while it serves
        if signal.getsignal(number[0]) is _stop:
            _wait_and_end(number[0])


def _wait_and_end(number: int) -> None:
    work = stops.going_on()  # as it was: what is left by then is no longer in the list
    if _told.wait(REACHED_SECONDS):
        threading.Event().wait(ENDED_SECONDS - REACHED_SECONDS)
    stop = _exception_of(number)
    status = Termination.exit_code if isinstance(stop, Terminated) else Interruption.exit_code
    try:
        said = interruption(stops.last_words(stop, work))
        if sys.stderr.isatty():
            sys.stderr.write(SHOW_CURSOR)  # a line that is redrawn hides it
        said.show()
    finally:
        leave(status)
