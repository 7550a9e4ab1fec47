"""Whether members trained on Ray are those of one process, whoever is lost, and what Ray costs.

A training, an audit and a study of memorisation are made in one process, and then on Ray with `--workers`
workers on this machine, four times each: undisturbed; a worker killed with SIGKILL while it trains; a worker
stopped with SIGSTOP for a minute; and the process that was started killed with SIGKILL, and resumed. All
twelve must come to the same files, bit for bit but for times and the command, leave no others, and leave no
process. What differs is printed, and the exit status is 1. The time is that of the whole command, with the
start of Ray; both sides have the same cores. Beside it stands what all its processes took of processors,
looked at every two seconds: on a machine that does other work, that is what can be compared.

Where there are fewer cores than workers, both sides are told that there are as many: groups are the same, and
take turns.

    python benchmarks/ray_workers.py                     # some 20 minutes on four cores
    python benchmarks/ray_workers.py --size small --workers 2 --work train --trouble killed
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from machine import about

LOOKS = 2.0
"""Seconds between looks at what processes have taken."""

MARK = "THALWEG_RAY_WORKERS"
"""A variable that all processes of a command inherit, by which they are found."""

TITLE = "ray::train_group"
"""How Ray calls a worker while it trains."""

STOPPED, ENDED_WITHIN = 60.0, 240.0
"""Seconds that a worker is stopped, and that processes may take to end after their command: two helpers of
Ray's ask for a minute after one that was killed."""

OF_TIME = ("started", "finished", "seconds", "command", "workers", "table", "source", "drawn")
"""What records say of when and how they were made, and not of what came of it."""

TROUBLES = ("nothing", "killed", "stopped", "driver killed")

DIGITS_AUDIT = ["audit", "digits", "--judge", "networks"]
WORKS = {
    "small": {
        "train": ["train", "--data", "digits", "--members", "16", "--epochs", "60"],
        "audit": [*DIGITS_AUDIT, "--members", "32"],
        "memorisation": ["study", "memorisation", "--data", "digits", "--preset", "quick"],
    },
    "minute": {
        "train": ["train", "--data", "mnist", "--members", "32", "--epochs", "80"],
        "audit": [*DIGITS_AUDIT, "--members", "400"],
        "memorisation": ["study", "memorisation", "--data", "digits", "--members", "2000"],
    },
}
"""The commands, by size; those of a minute take that or more on two cores."""

WARM = {"train": ["--epochs", "1"]}
"""What makes a command a short one that compiles the same programs; others are done as they are."""

CHILD = """
import os, sys
workers = int(sys.argv.pop(1))
if len(os.sched_getaffinity(0)) < workers:
    os.sched_getaffinity = lambda _process=0: set(range(workers))
else:
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:workers])
from thalweg.cli.main import main
main()
"""


@dataclass
class Found:
    """What came of a command: how long it took, on how much of processors, and what was wrong with it."""

    seconds: float
    processor: float
    wrong: list[str] = field(default_factory=list)


class Command:
    """A command in a process of its own, with all the processes that it starts."""

    def __init__(self, words: list[str], workers: int):
        self._mark = secrets.token_hex(8)
        environment = {**os.environ, MARK: self._mark}
        child = [sys.executable, "-c", CHILD, str(workers), *words, "--quiet"]
        self.process = subprocess.Popen(
            child, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        self._taken: dict[int, float] = {}
        threading.Thread(target=self._look, daemon=True).start()

    @property
    def processor(self) -> float:
        """Seconds of processors that its processes have taken."""
        return sum(self._taken.values())

    def _look(self) -> None:
        while self.process.poll() is None:
            for number, _ in self.processes():
                with suppress(OSError):
                    said = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
                    self._taken[number] = (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")
            time.sleep(LOOKS)

    def processes(self) -> Iterator[tuple[int, str]]:
        """Yield the number and the title of each process of the command that lives, itself included."""
        wanted = f"{MARK}={self._mark}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if wanted in (folder / "environ").read_bytes().split(b"\0"):
                    yield int(folder.name), (folder / "cmdline").read_bytes().decode(errors="replace")

    def training(self, seconds: float) -> int:
        """Return a worker that trains, `seconds` after one first did."""
        seen: float | None = None
        while self.process.poll() is None:
            busy = [number for number, title in self.processes() if title.startswith(TITLE)]
            if busy and seen is None:
                seen = time.monotonic()
            if busy and seen is not None and time.monotonic() - seen >= seconds:
                return busy[-1]
            time.sleep(0.05)
        raise SystemExit(f"nobody was seen training before the command ended: {self.end()}")

    def end(self) -> list[str]:
        """Wait until the command and all its processes have ended; return what is wrong with how."""
        _, said = self.process.communicate()
        wrong = [] if self.process.returncode == 0 else [f"exit {self.process.returncode}: {said[-2000:]}"]
        return wrong + self.left_over()

    def left_over(self) -> list[str]:
        """Wait until all processes of the command have ended, and name those that do not."""
        until = time.monotonic() + ENDED_WITHIN
        while (left := list(self.processes())) and time.monotonic() < until:
            time.sleep(0.2)
        return [f"process {number} is left: {title.split(chr(0))[0]}" for number, title in left]


def made(words: list[str], out: Path, workers: int, trouble: str | None, after: float) -> Found:
    """Do a command, on Ray where there is a `trouble` (or "nothing"), which comes `after` so many seconds."""
    ray = [] if trouble is None else ["--ray", "local"]
    began = time.monotonic()
    command = Command([*words, "--out", str(out), *ray], workers)
    if trouble in (None, "nothing"):
        command.process.wait()
        return Found(time.monotonic() - began, command.processor, command.end())
    worker = command.training(after)
    if trouble == "killed":
        os.kill(worker, signal.SIGKILL)
    elif trouble == "stopped":
        os.kill(worker, signal.SIGSTOP)
        with suppress(subprocess.TimeoutExpired):
            command.process.wait(STOPPED)
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGCONT)
    else:
        command.process.kill()
        command.process.wait()
        wrong, before = command.left_over(), command.processor
        verb = words[:2] if words[0] == "study" else words[:1]
        command = Command([*verb, "--resume", str(out), *ray], workers)
        command.process.wait()
        taken = before + command.processor
        return Found(time.monotonic() - began, taken, [*wrong, *command.end()])
    command.process.wait()
    return Found(time.monotonic() - began, command.processor, command.end())


def content(path: Path) -> Any:
    """Return what a file holds, in a form that can be compared, without what is of the time."""
    import polars
    from safetensors import safe_open

    if path.suffix == ".json":
        return _timeless(json.loads(path.read_text("utf-8")))
    if path.suffix == ".parquet":
        frame = polars.read_parquet(path)
        return (
            frame.schema,
            [frame[name].to_numpy().tobytes() for name in frame.columns if _plain(frame[name])],
            [frame[name].to_list() for name in frame.columns if not _plain(frame[name])],
        )
    if path.suffix == ".npz":
        import numpy as np

        with np.load(path) as arrays:
            return {name: (arrays[name].dtype, arrays[name].tobytes()) for name in arrays.files}
    if path.suffix == ".safetensors":
        with safe_open(path, framework="numpy") as file:
            return file.metadata(), {name: file.get_tensor(name).tobytes() for name in file.keys()}
    return path.read_bytes()


def _plain(column: Any) -> bool:
    return column.dtype.is_numeric()


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _timeless(inside) for key, inside in value.items() if key not in OF_TIME}
    return [_timeless(inside) for inside in value] if isinstance(value, list) else value


def differences(one: Path, other: Path) -> list[str]:
    """Name the files that two directories do not have alike."""
    files = [
        {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()} for folder in (one, other)
    ]
    wrong = [
        f"{path} is {'missing' if path in files[0] else 'left over'}" for path in sorted(files[0] ^ files[1])
    ]
    alike = sorted(files[0] & files[1])
    return wrong + [f"{path} differs" for path in alike if content(one / path) != content(other / path)]


def main() -> None:
    """Make all of it and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", choices=list(WORKS), default="minute")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--work", action="append", choices=list(WORKS["small"]), help="all by default")
    parser.add_argument("--trouble", action="append", choices=list(TROUBLES), help="all by default")
    parser.add_argument("--cold", action="store_true", help="do not do each command once before it counts")
    given = parser.parse_args()
    print(about("ray"))
    failed = False
    for work in given.work or WORKS[given.size]:
        words = WORKS[given.size][work]
        folder = Path(tempfile.mkdtemp(prefix=f"ray-{work}-"))
        print(f"\nthalweg {' '.join(words)}", flush=True)
        if not given.cold:
            short = [*words, *WARM.get(work, [])]
            made(short, folder / "warm", given.workers, None, 0.0)  # compiles, for both sides
        alone = made(words, folder / "alone", given.workers, None, 0.0)
        failed |= bool(alone.wrong)
        taken = f"{alone.seconds:7.1f} s {alone.processor:7.1f} s of processors"
        print(f"  {'in one process':15} {taken}", *alone.wrong, sep="\n    ", flush=True)
        for trouble in given.trouble or TROUBLES:
            out = folder / trouble.replace(" ", "-")
            found = made(words, out, given.workers, trouble, 0.3 * alone.seconds)
            found.wrong += differences(folder / "alone", out)
            failed |= bool(found.wrong)
            taken = f"{found.seconds:7.1f} s {found.processor:7.1f} s of processors"
            ratios = f"{found.seconds / alone.seconds:5.2f} x {found.processor / alone.processor:5.2f} x"
            said = "the same, bit for bit" if not found.wrong else "NOT THE SAME"
            print(f"  {trouble:15} {taken}  {ratios}  {said}", *found.wrong, sep="\n    ", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(int(failed))


if __name__ == "__main__":
    main()
