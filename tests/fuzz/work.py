"""Processes that read damaged files, with a limit on memory and a clock; one that ends is replaced."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import io
import multiprocessing
import os
import random
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fuzz.mutations import mutated
from tests.fuzz.readers import READERS, Reader

SLOW, HANGS, PATIENCE = 5.0, 25.0, 600.0
"""Seconds that reading may take; seconds of work, and of waiting, after which a process is ended."""
LARGE = 10**9
"""Bytes that reading may take beside what the process had."""
ADDRESSES = 24 * 10**9
"""Bytes of addresses that a process may have: threads and mapped files have some, and no claim has more."""
READ, REFUSED, FOREIGN, ABORTED, TOO_SLOW, TOO_LARGE = (
    "read",
    "refused",
    "foreign",
    "aborted",
    "slow",
    "large",
)
FAULTS = (FOREIGN, ABORTED, TOO_SLOW, TOO_LARGE)


@dataclass(frozen=True)
class Outcome:
    """What became of one mutation: `kind`, and where it is a fault, `said`, in a line, and the `file`.

    `seconds` of work, and how many bytes were `taken` at most while it was read.
    """

    reader: str
    number: int
    kind: str
    said: str = ""
    file: str = ""
    seconds: float = 0.0
    taken: int = 0


def chance_of(reader: str, number: int, seed: int) -> random.Random:
    """Return the chance of one mutation: the same in any process, whatever was done before."""
    text = f"{reader} {number} {seed}".encode()
    return random.Random(hashlib.sha256(text).digest())


def prepared(reader: Reader, samples: Path, folder: Path, chance: random.Random) -> Path:
    """Put a copy of the samples of `reader` into `folder`, one file of it damaged; return that file."""
    whole = samples / reader.samples
    files = sorted({path for pattern in reader.files for path in whole.glob(pattern) if path.is_file()})
    files = [path for path in files if not path.name.startswith(".")]
    damaged = chance.choice(files).relative_to(whole)
    beside = whole / damaged.parts[0] if reader.apart else whole
    for path in (beside, *beside.rglob("*")):
        place = folder / path.relative_to(whole)
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        elif place != folder / damaged:
            place.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, place)
    (folder / damaged).write_bytes(mutated(whole / damaged, chance))
    return folder / damaged


def tried(name: str, number: int, seed: int, samples: Path, scratch: Path) -> Outcome:
    """Read one damaged file in this process and say what became of it."""
    from thalweg.errors import ThalwegError

    reader = READERS[name]
    folder = Path(tempfile.mkdtemp(dir=scratch))
    kind, said, file = READ, "", ""
    before = _peak(start=True)
    began, worked = time.monotonic(), time.process_time()
    try:
        path = prepared(reader, samples, folder, chance_of(name, number, seed))
        file = str(path.relative_to(folder))
        began, worked = time.monotonic(), time.process_time()
        with contextlib.redirect_stderr(io.StringIO()):
            reader.read(folder, path)
    except ThalwegError as error:
        kind = REFUSED
        if not error.message.strip() or len(str(error)) > 20_000:
            kind, said = FOREIGN, f"a message of {len(str(error))} letters"
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        kind, said = FOREIGN, _in_a_line(error)
    # of a machine that is busy with other work the clock tells little, of several threads their sum
    seconds = min(time.monotonic() - began, time.process_time() - worked)
    taken = _peak() - before
    if kind in (READ, REFUSED) and seconds > SLOW:
        kind, said = TOO_SLOW, f"{seconds:.1f} s"
    elif kind in (READ, REFUSED) and taken > LARGE:
        kind, said = TOO_LARGE, f"{taken / 1e9:.1f} GB"
    shutil.rmtree(folder, ignore_errors=True)
    return Outcome(name, number, kind, said, file, seconds, taken)


def _in_a_line(error: BaseException) -> str:
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if f"{os.sep}thalweg{os.sep}" in frame.filename
    ]
    where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-3:]))
    first = (str(error).splitlines() or [""])[0][:160]
    return f"{type(error).__name__} at {where}: {first}"


def _peak(*, start: bool = False) -> int:
    """Return the largest memory that this process had since the last start, in bytes; Linux alone knows."""
    try:
        if start:
            gc.collect(0)
            Path("/proc/self/clear_refs").write_text("5", "ascii")
        for line in Path("/proc/self/status").read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def _serve(pipe: Any, samples: Path, scratch: Path, seed: int) -> None:
    """Do what the pipe asks for until it closes."""
    os.environ["THALWEG_MEMORY"] = "1GB"
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 2)  # a panic speaks to the file itself
    import warnings

    warnings.simplefilter("ignore")
    os.fsync = lambda _: None  # what is written here need not outlive the machine
    while True:
        try:
            name, number = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        pipe.send(tried(name, number, seed, samples, scratch))


class Worker:
    """A process that reads damaged files for this one, and another one where it ended."""

    serve = staticmethod(_serve)

    def __init__(self, samples: Path, scratch: Path, seed: int):
        self._told = (samples, scratch, seed)
        self._context = multiprocessing.get_context("spawn")
        self._start()

    def _start(self) -> None:
        self._pipe, other = self._context.Pipe()
        self._process = self._context.Process(target=self.serve, args=(other, *self._told), daemon=True)
        self._process.start()
        other.close()
        self._is_warm = False

    def ask(self, name: str, number: int) -> None:
        """Have one mutation read."""
        self.name, self.number, self.began, self.before = name, number, time.monotonic(), self._worked()
        self._pipe.send((name, number))

    def answer(self, wait: float) -> Outcome | None:
        """Return what became of it; None where that is not known after `wait` seconds."""
        limit = HANGS if self._is_warm else 4 * HANGS  # the first one imports
        try:
            if self._pipe.poll(wait):
                self._is_warm = True
                return self._pipe.recv()
        except (EOFError, ConnectionResetError):
            self._process.join()
            code = self._process.exitcode
            self._start()
            return Outcome(self.name, self.number, ABORTED, f"the process ended with {code}")
        if self._worked() - self.before < limit and time.monotonic() - self.began < PATIENCE:
            return None
        self.close()
        self._start()
        return Outcome(self.name, self.number, TOO_SLOW, f"not done after {limit:.0f} s")

    def _worked(self) -> float:
        """Return the seconds that the process has worked, on all cores; Linux alone knows."""
        try:
            said = Path(f"/proc/{self._process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self._pipe.close()


def outcomes(jobs: Iterator[tuple[str, int]], samples: Path, *, seed: int, workers: int) -> Iterator[Outcome]:
    """Yield what becomes of every job, a reader and a number, as `workers` processes come to it."""
    with tempfile.TemporaryDirectory(dir=samples) as scratch:
        crew = [Worker(samples, Path(scratch), seed) for _ in range(workers)]
        idle, busy = list(crew), list[Worker]()
        try:
            while True:
                while idle and (job := next(jobs, None)) is not None:
                    worker = idle.pop()
                    worker.ask(*job)
                    busy.append(worker)
                if not busy:
                    return
                for worker in list(busy):
                    if (outcome := worker.answer(0.02 if len(busy) > 1 else 0.2)) is not None:
                        busy.remove(worker)
                        idle.append(worker)
                        yield outcome
        finally:
            for worker in crew:
                worker.close()
            sys.stdout.flush()
