"""How long each verb goes on after Ctrl-C: SIGINT at random moments, and the longest wait until the end.

Each command is run whole once, for its time, and then stopped at moments that are as likely as any other of
it. By the clock an end may take two seconds; where the machine is busy with other work, the processor time
that was used after the signal, by all threads, says more. A command that held Python's lock for long would be
seen in both. Exit -2: the signal came before the command line was there, or after it had gone. Linux alone.

    python benchmarks/interrupted.py
    python benchmarks/interrupted.py --only evaluate,claims --times 20
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tables import print_table

COMMANDS = {
    "train": "train --data digits --out {new}",
    "evaluate": "evaluate {run}",
    "evaluate, pictures": "evaluate {run} --only features,dreams,alignment",
    "evaluate, paths": "evaluate {run} --only connectivity,descent",
    "evaluate, hills": "evaluate {run} --only landscape,curvature,minimum",
    "compare": "compare {run} {other}",
    "report": "report {run} {other} -o {new}.html",
    "export": "export {run} --dataset {new}",
    "audit": "audit digits --out {new}",
    "study": "study optimisers --preset quick --data digits --out {new}",
    "claims": "claims --quick",
}
STOPPED, DONE = 130, 0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Stop:
    """What came of one signal: seconds until the end by the clock and of processors, and the exit status."""

    clock: float
    busy: float
    status: int


def started(words: str, folder: Path) -> subprocess.Popen[bytes]:
    """Start a command, deaf to nothing, whatever this process ignores."""
    command = [sys.executable, "-m", "thalweg", *words.split(), "--quiet"]
    return subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def used(process: subprocess.Popen[bytes]) -> float:
    """Return the processor seconds that a process has used so far, in all its threads."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def stopped(words: str, folder: Path, after: float) -> Stop | None:
    """Start a command and stop it after so many processor seconds; None where it was done before."""
    process = started(words, folder)
    try:
        while used(process) < after:
            time.sleep(0.01)
            if process.poll() is not None:
                return None
        before, began = used(process), time.monotonic()
        process.send_signal(signal.SIGINT)
        _, status, usage = os.wait4(process.pid, 0)
    except FileNotFoundError:
        return None
    process.returncode = os.waitstatus_to_exitcode(status)
    return Stop(time.monotonic() - began, usage.ru_utime + usage.ru_stime - before, process.returncode)


def whole(words: str, folder: Path) -> float:
    """Run a command whole; return the processor seconds that it takes."""
    process = started(words, folder)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != DONE:
        raise SystemExit(f"thalweg {words} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def row(name: str, words: str, folder: Path, times: int, chance: random.Random) -> list[str]:
    """Return a row of the table for one command."""
    places = {"run": folder / "run", "other": folder / "other"}
    takes = whole(words.format(**places, new=folder / f"{name.split(',')[0]}-whole"), folder)
    stops: list[Stop] = []
    for number in range(times):
        asked = words.format(**places, new=folder / f"{name.split(',')[0]}-{number}")
        stop = stopped(asked, folder, chance.random() * takes)
        if stop is not None:
            stops.append(stop)
    wrong = [stop.status for stop in stops if stop.status not in (STOPPED, DONE)]
    return [
        f"`{words.format(run='RUN', other='OTHER', new='NEW')}`",
        str(len(stops)),
        f"{takes:.1f}",
        f"{max((stop.clock for stop in stops), default=0.0):.2f}",
        f"{max((stop.busy for stop in stops), default=0.0):.2f}",
        ", ".join(map(str, wrong)) or "none",
    ]


def main() -> None:
    """Print the table for the commands that are asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", help=f"words that begin names among: {'; '.join(COMMANDS)}")
    parser.add_argument("--times", type=int, default=8, help="how often each is stopped")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    options = parser.parse_args()
    begins = tuple(COMMANDS) if options.only is None else tuple(options.only.split(","))
    chance = random.Random(options.seed)
    head = ("command", "stopped", "whole, processor s", "longest end, s", "processor s", "other exits")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        for name, recipe in (("run", "classic"), ("other", "classic-modern")):
            whole(
                f"train --data digits --recipe {recipe} --members 4 --epochs 3 --out {folder / name}", folder
            )
        rows = [
            row(name, words, folder, options.times, chance)
            for name, words in COMMANDS.items()
            if name.startswith(begins)
        ]
        print_table([list(head), *rows])


if __name__ == "__main__":
    main()
