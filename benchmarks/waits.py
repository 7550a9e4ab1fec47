"""What a user waits for: seconds of whole commands on the embedded digits, the first time and again.

The first time nothing is kept of what was compiled before; again, what the first time kept is taken.
Processor time stands beside the clock, since it hardly depends on what else the machine is doing. The first
row is a training of one network for one epoch: what a training waits for before it trains. Some minutes on
two free cores.

    python benchmarks/waits.py
    python benchmarks/waits.py --only train,report --repeats 5
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tables import print_table

COMMANDS = {
    "one epoch": "train --data digits --members 1 --epochs 1",
    "train": "train --data digits",
    "run": "run --data digits --out {folder}/run",
    "evaluate": "evaluate {folder}/run",
    "report": "report {folder}/run",
    "audit": "audit digits",
    "study": "study memorisation --data digits --members 100",
    "claims": "claims --quick",
}
NEEDS_RUN = ("evaluate", "report")
LONG = ("claims",)
"""What is made once again only, however often the others are."""


def seconds_of(words: str, folder: Path, kept: Path | str) -> tuple[float, float]:
    """Return seconds by the clock, and of processors, of one command that works in `folder`."""
    command = [sys.executable, "-m", "thalweg", *words.format(folder=folder).split(), "--quiet"]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=folder, env={**os.environ, "THALWEG_COMPILED": str(kept)}, check=True)
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, busy


def measured(name: str, repeats: int, work: Path) -> list[str]:
    """Return a row of the table: a command the first time, and so many times again."""
    folder, kept = work / "folder", work / f"compiled-{name.replace(' ', '-')}"
    folder.mkdir(exist_ok=True)
    if name in NEEDS_RUN and not (folder / "run").exists():
        seconds_of(COMMANDS["run"], folder, work / "compiled-for-the-run")
    found = []
    for _ in range(1 + (1 if name in LONG else repeats)):
        if name == "run":
            shutil.rmtree(folder / "run", ignore_errors=True)
        found.append(seconds_of(COMMANDS[name], folder, kept))
    (first, first_busy), *again = found
    clock, busy = [seconds for seconds, _ in again], [busy for _, busy in again]
    return [
        f"`thalweg {COMMANDS[name].format(folder='.').replace('./', '')}`",
        f"1 + {len(again)}",
        f"{first:.2f}",
        f"{statistics.median(clock):.2f} ({min(clock):.2f} to {max(clock):.2f})",
        f"{first_busy:.2f}",
        f"{statistics.median(busy):.2f} ({min(busy):.2f} to {max(busy):.2f})",
        f"{first_busy / statistics.median(busy):.2f}",
    ]


def main() -> None:
    """Print the table for the commands that are asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default=",".join(COMMANDS), help=f"of {', '.join(COMMANDS)}")
    parser.add_argument("--repeats", type=int, default=2, help="how often again (claims: once)")
    options = parser.parse_args()
    names = [name.strip() for name in options.only.split(",")]
    if unknown := [name for name in names if name not in COMMANDS]:
        parser.error(f"{unknown[0]!r} is none of {', '.join(COMMANDS)}")

    from thalweg.runs.machine import describe_machine

    for name in ("JAX_COMPILATION_CACHE_DIR", "JAX_ENABLE_COMPILATION_CACHE"):
        os.environ.pop(name, None)
    machine = describe_machine()
    versions = machine["versions"]
    print(
        f"{machine['processor']['model']}, {machine['processor']['cores']} cores, "
        f"load {os.getloadavg()[0]:.1f}; thalweg {versions['thalweg']}, jax {versions['jax']}, "
        f"python {versions['python']}\n"
    )
    head = ("command", "n", "first, s", "again, s: median (range)", "first, processor s", "again", "ratio")
    with tempfile.TemporaryDirectory() as work:
        print_table([list(head), *(measured(name, options.repeats, Path(work)) for name in names)])


if __name__ == "__main__":
    main()
