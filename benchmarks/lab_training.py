"""How well does a live training reach whoever watches it, and what does watching cost?

    thalweg train --data digits --recipe classic --members 16 --epochs 3 --out runs/classic
    python benchmarks/lab_training.py runs/classic
    python benchmarks/lab_training.py runs/classic --telling
    python benchmarks/lab_training.py runs/classic --clients 50 --minutes 10

The lab's server is started in a process of its own, as `thalweg lab` does. The first asks for the training of
the panel's defaults and lets it play: how many updates a second reach one client, and how many steps a second
are taken while nobody watches and while one does, alternating, `--rounds` times each; printed are medians
and the ratio. `--telling` asks what it costs to tell at all, watched or not: the same training by the same
code in this process, telling as it does and never. With `--clients` many watch one training: the largest gap
between two events of any client, the server's memory at the start and the end and its slope, and what is left
when all have gone: trainings, connections, threads and processes. Each line ends with the load of the
machine, which is in all of these numbers.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import httpx
import numpy as np


def main() -> None:
    """Measure one of the two."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("run")
    parser.add_argument("--clients", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--telling", action="store_true", help="what telling costs, in this process")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each round")
    asked = parser.parse_args()
    if asked.telling:
        telling(asked.run, asked.rounds, asked.seconds)
        return
    with served(asked.run) as (address, process), httpx.Client(base_url=address, timeout=120) as client:
        training = begun(client)
        if asked.clients:
            many(client, training, process.pid, asked.clients, 60 * asked.minutes)
        else:
            one(client, training, asked.rounds, asked.seconds)


def one(client: httpx.Client, training: str, rounds: int, seconds: float) -> None:
    """Print updates a second that reach a client, and steps a second with it and without."""
    paces: dict[bool, list[float]] = {True: [], False: []}
    updates, gaps = [], []
    watched_by(client, training, 3.0)  # compiled and warm
    for place in range(2 * rounds):
        is_watched = place % 2 == 1
        first, began = steps_of(client, training), time.monotonic()
        if is_watched:
            times = watched_by(client, training, seconds)
            updates.append(len(times) / seconds)
            gaps.extend(np.diff(times))
        else:
            time.sleep(seconds)
        last, took = steps_of(client, training), time.monotonic() - began
        paces[is_watched].append((last - first) / took)
    alone, watched = median(paces[False]), median(paces[True])
    ratios = [b / a for a, b in zip(paces[False], paces[True], strict=True)]
    spread = f"{min(updates):.1f}-{max(updates):.1f}"
    said(f"updates a second that reach a client: {median(updates):.1f} ({spread} over rounds)")
    said(f"gaps between them: median {1000 * median(gaps):.0f} ms, largest {1000 * max(gaps):.0f} ms")
    said(f"steps a second: {alone:.0f} unwatched, {watched:.0f} watched")
    slower = [100 * (1 - each) for each in ratios]
    spread = f"{min(slower):.0f} to {max(slower):.0f}"
    said(f"watching slows it by {median(slower):.1f} % (median of {rounds} pairs, {spread})")


class Listener:
    """The other end of a pipe that hears all and asks nothing."""

    def __init__(self):
        self.words = 0

    def send(self, _) -> None:
        """Count a word."""
        self.words += 1

    def poll(self, _) -> bool:
        """There is nothing to obey."""
        return False


def telling(run: str, rounds: int, seconds: float) -> None:
    """Print steps a second of a training that tells of itself, and of one that never does."""
    from thalweg.lab.server import worker
    from thalweg.lab.server.settings import TrainingSettings

    listener, often = Listener(), worker.UPDATE_SECONDS
    training = worker._Worker(listener, [run], None)
    training.do_start(("here", TrainingSettings()))
    training.do_play(None)
    paces: dict[bool, list[float]] = {True: [], False: []}
    words = []
    for place in range(2 * rounds + 2):  # the first two are for compiling
        tells = place % 2 == 1
        worker.UPDATE_SECONDS = often if tells else float("inf")
        first, began, heard = training.populations[0].training.step, time.monotonic(), listener.words
        while time.monotonic() - began < seconds:
            training.train()
        took = time.monotonic() - began
        if place > 1:
            paces[tells].append((training.populations[0].training.step - first) / took)
            words += [(listener.words - heard) / took] if tells else []
    ratios = [told / silent for silent, told in zip(paces[False], paces[True], strict=True)]
    said(f"updates a second: {median(words):.1f}")
    said(f"steps a second: {median(paces[False]):.0f} silent, {median(paces[True]):.0f} telling")
    slower = [100 * (1 - ratio) for ratio in ratios]
    spread = f"{min(slower):.1f} to {max(slower):.1f}"
    said(f"telling slows it by {median(slower):.1f} % (median of {rounds} pairs; {spread})")


def many(client: httpx.Client, training: str, pid: int, clients: int, seconds: float) -> None:
    """Print how long any of many clients waited, and what the server takes and leaves."""
    watched_by(client, training, 3.0)
    ends = time.monotonic() + seconds
    heard: list[list[float]] = [[] for _ in range(clients)]
    watching = [
        threading.Thread(
            target=watch, args=(str(client.base_url).rstrip("/"), training, each, ends), daemon=True
        )
        for each in heard
    ]
    before = memory_of(pid), threads_of(pid)
    for each in watching:
        each.start()
    taken: list[tuple[float, float]] = []
    while time.monotonic() < ends:
        time.sleep(min(2.0, max(0.0, ends - time.monotonic())))
        taken.append((time.monotonic(), memory_of(pid)))
    for each in watching:
        each.join(30)
    times, sizes = np.array(taken).T
    settled = times > times[0] + 0.2 * seconds  # what grows only at the beginning is no leak
    slope = np.polyfit(times[settled] / 60, sizes[settled], 1)[0] if settled.sum() > 2 else float("nan")
    largest = [max(np.diff(each), default=float("nan")) for each in heard]
    counts = [len(each) for each in heard]
    said(f"{clients} clients for {seconds / 60:.1f} minutes: {min(counts)}-{max(counts)} events each")
    said(f"a second: {median(counts) / seconds:.1f} events a client")
    said(f"largest gap of any client: {max(largest):.2f} s; of the median client {median(largest):.2f} s")
    said(f"memory of the server: {before[0]:.0f} MB before, {sizes[0]:.0f} at first, {sizes[-1]:.0f} last")
    said(f"its slope after the first fifth: {slope:+.2f} MB a minute")
    client.post(f"/api/trainings/{training}/stop", json={})
    time.sleep(2)
    left = client.get("/api/trainings").json()["trainings"]
    said(f"left when all have gone: {len(left)} trainings, {connections_of(pid)} connections")
    said(
        f"threads {before[1]} before, {threads_of(pid)} after; processes of its own: {len(children_of(pid))}"
    )


@contextmanager
def served(run: str):
    """Start `thalweg lab`; yield its address and process, and say what is left of it in the end."""
    command = [sys.executable, "-m", "thalweg", "lab", run, "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    trainers: list[int] = []
    try:
        address = process.stdout.readline().strip().rstrip("/")
        httpx.get(address, timeout=60)
        yield address, process
        trainers = children_of(process.pid)
    finally:
        process.terminate()
        process.wait(30)
    time.sleep(1)
    said(f"processes left after the server: {sum(map(is_at_work, trainers))}")


def begun(client: httpx.Client) -> str:
    """Begin the training of the defaults, and let it play; return its id."""
    training = client.post("/api/trainings", json={"examples": 1000}).json()["id"]
    client.post(f"/api/trainings/{training}/play", json={})
    return training


def watched_by(client: httpx.Client, training: str, seconds: float) -> list[float]:
    """Watch for so long; return when something came."""
    times: list[float] = []
    watch(str(client.base_url).rstrip("/"), training, times, time.monotonic() + seconds)
    return times


def watch(address: str, training: str, times: list[float], ends: float) -> None:
    """Note when something came until the clock says `ends`."""
    with httpx.stream("GET", f"{address}/api/trainings/{training}/events", timeout=60) as answer:
        answer.raise_for_status()
        for line in answer.iter_lines():
            if line.startswith('data: {"kind":"standing'):
                times.append(time.monotonic())
            if time.monotonic() >= ends:
                return


def steps_of(client: httpx.Client, training: str) -> int:
    """Return how many steps it has taken, by the first word that says so."""
    with client.stream("GET", f"/api/trainings/{training}/events") as answer:
        for line in answer.iter_lines():
            word = json.loads(line[6:]) if line.startswith("data: ") else {}
            # what stood when we came may be old; the next is of now
            if word.get("kind") == "standing":
                return word["populations"][0]["step"]
    raise RuntimeError("the training ended")


def said(words: str) -> None:
    """Print a line with the load of the machine."""
    print(f"{words}   [load {os.getloadavg()[0]:.1f}]", flush=True)


def memory_of(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def threads_of(pid: int) -> int:
    """Return how many threads a process has."""
    return len(os.listdir(f"/proc/{pid}/task"))


def children_of(pid: int) -> list[int]:
    """Return the processes that a process started and that are still there."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_at_work(pid: int) -> bool:
    """Whether a process is there and not only waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def connections_of(pid: int) -> int:
    """Return how many sockets a process has open among them the one it listens on."""
    found = 0
    for each in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found += os.readlink(each).startswith("socket:")
        except FileNotFoundError:
            continue
    return found


if __name__ == "__main__":
    main()
