"""Real processes of the command line, ended at random moments: by SIGKILL, SIGTERM or SIGINT.

Each is waited for until it has made its directory, then ended at a moment that is as likely as any other of
its time. What is left must open, or be taken up again by the command that goes on; the result must be that
of a process that nobody ended, file by file, with nothing beside it.

    python -m tests.kills --random 100
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.kills import content, differences

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
PATIENCE = 600.0
"""Seconds that any process has."""

RECIPE = """
epochs = 4
batch_size = 20

[network]
kind = "mlp"
hidden = [3]
"""


@dataclass(frozen=True)
class Named:
    """A command: its words, the words that go on with it, and the record whose being there says which."""

    words: tuple[str, ...]
    on: tuple[str, ...]
    record: str


def _words(line: str) -> tuple[str, ...]:
    return tuple(line.split())


COMMANDS = {
    "train": Named(
        _words("train --data data.npz --recipe mine.toml --members 2 --out made"),
        _words("train --resume made"),
        "run.json",
    ),
    "study": Named(
        _words(
            "study optimisers --data data.npz --optimisers sgd --members 2 --rates 2 --epochs 1 --out made"
        ),
        _words("study optimisers --resume made"),
        "study.json",
    ),
    "audit": Named(
        _words("audit data.npz --recipe mine.toml --members 16 --judge networks --out made"),
        _words("audit --resume made"),
        "audit.json",
    ),
}


def prepare(folder: Path) -> None:
    """Write the data and the recipe of the commands."""
    from tests.fuzz import samples

    (pictures, labels), (others, their_labels) = samples.arrays()
    np.savez(
        folder / "data.npz", images=pictures, labels=labels, test_images=others, test_labels=their_labels
    )
    (folder / "mine.toml").write_text(RECIPE, "utf-8")


def started(words: tuple[str, ...], folder: Path) -> subprocess.Popen[bytes]:
    """Start the command line in a folder."""
    source = Path(__file__).parents[1] / "src"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(source), os.environ.get("PYTHONPATH", ""))),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "thalweg", *words],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def _finished(words: tuple[str, ...], folder: Path) -> str:
    """Run the command line to its end; return what it said where it failed."""
    process = started(words, folder)
    _, said = process.communicate(timeout=PATIENCE)
    return "" if process.returncode == 0 else f"exit {process.returncode}: {said.decode(errors='replace')}"


def _ended(named: Named, folder: Path, chance: random.Random, most: float) -> tuple[str, str]:
    """Start a command and end it; return the signal's name, and what is wrong with how it ended."""
    wanted = chance.choice(SIGNALS)
    process = started(named.words, folder)
    began = time.monotonic()
    made = folder / "made"
    while not made.exists() and process.poll() is None and time.monotonic() - began < PATIENCE:
        time.sleep(0.002)
    time.sleep(chance.random() * most)
    process.send_signal(wanted)
    _, said = process.communicate(timeout=PATIENCE)
    allowed = {0, -wanted, {signal.SIGTERM: 143, signal.SIGINT: 130}.get(wanted, -wanted)}
    text = said.decode(errors="replace")
    is_wrong = process.returncode not in allowed or "Traceback" in text
    return wanted.name, f"{wanted.name} ended it with {process.returncode}: {text[-500:]}" if is_wrong else ""


def _seconds(named: Named, folder: Path) -> float:
    """Run a command whole; return how long it took from making its directory on."""
    process = started(named.words, folder)
    while not (folder / "made").exists() and process.poll() is None:
        time.sleep(0.002)
    began = time.monotonic()
    _, said = process.communicate(timeout=PATIENCE)
    if process.returncode != 0:
        raise RuntimeError(said.decode(errors="replace"))
    return time.monotonic() - began


def sweep(
    name: str, times: int, *, seed: int = 0, say: Callable[[str], None] = lambda _: None
) -> tuple[str, list[str]]:
    """End a command so many times; return in words what was done, and the faults."""
    named, chance, faults = COMMANDS[name], random.Random(f"{name} {seed}"), list[str]()
    done, went_on, signals = 0, 0, Counter[str]()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        prepare(folder)
        _seconds(named, folder)
        shutil.rmtree(folder / "made")
        most = _seconds(named, folder)  # what is compiled was kept by the first
        expected = content(folder / "made")
        for number in range(times):
            shutil.rmtree(folder / "made", ignore_errors=True)
            which, wrong = _ended(named, folder, chance, most)
            signals[which] += 1
            found = [wrong] if wrong else []
            if (folder / "made" / named.record).exists():
                went_on += 1
                found += [said for said in (_finished(named.on, folder),) if said and "finished" not in said]
            else:
                found += [said for said in (_finished(named.words, folder),) if said]
            found += [f"differs: {file}" for file in differences(content(folder / "made"), expected)]
            faults += [f"{name}, {which}, number {number}: {fault}" for fault in found]
            for fault in found:
                say(f"  {name} {number}: {fault}")
            done += 1
    counts = ", ".join(f"{count} by {which}" for which, count in sorted(signals.items()))
    return f"{done} processes ended ({counts}), {went_on} went on from what was there", faults
