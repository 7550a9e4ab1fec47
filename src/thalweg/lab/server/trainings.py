"""Live trainings: one is at work, others wait; whoever watches is told the latest, never all."""

from __future__ import annotations

import asyncio
import multiprocessing
import secrets
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from thalweg.errors import ThalwegError
from thalweg.lab.server.settings import TrainingSettings
from thalweg.lab.server.worker import work
from thalweg.lab.words import say

COMMANDS = ("play", "pause", "step", "epoch", "rewind", "rate", "look", "stop")
MOST_WAITING = 32
MOST_KEPT = 400
"""Points of a curve that are kept for whoever comes later; of twice as many, every second goes."""

UNWATCHED_SECONDS = 30.0
"""A training that nobody has watched for so long is stopped, so that the next can begin."""

HEARTBEAT_SECONDS = 10.0


class QueueFull(ThalwegError):
    """So many trainings wait that no other is taken."""


class NoTraining(ThalwegError):
    """A training that is not there, or not any more."""


@dataclass(eq=False)
class Watcher:
    """Who watches: one slot, in which a later word takes the place of an earlier one."""

    latest: dict[str, Any] | None = None
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, word: dict[str, Any]) -> None:
        """Put a word into the slot; what the former one had besides numbers is not lost."""
        if self.latest is not None and "weights" in self.latest and "weights" not in word:
            word = {**word, "weights": self.latest["weights"]}
        self.latest = word
        self.heard.set()


@dataclass(eq=False)
class Training:
    """One training: its settings, what came of it, who watches."""

    id: str
    settings: TrainingSettings
    watchers: set[Watcher] = field(default_factory=set)
    points: list[dict[str, Any]] = field(default_factory=list)
    standing: dict[str, Any] | None = None
    asked_last: float = field(default_factory=time.monotonic)
    over: str = ""
    later: dict[str, Any] = field(default_factory=dict)

    def remember(self, command: str, value: Any) -> None:
        """Keep what a training that waits was told, for when it begins: the last word of each kind."""
        if command == "rewind":  # it stands at its start already
            return
        if command in ("play", "pause", "step", "epoch"):
            for other in ("play", "pause", "step", "epoch"):
                self.later.pop(other, None)
        self.later[command] = value

    def keep(self, word: dict[str, Any]) -> None:
        """Keep a point of the curves for whoever comes later."""
        self.standing = {**(self.standing or {}), **word}
        point = {"populations": word["populations"]}
        steps = [each["step"] for each in word["populations"]]
        while self.points and self.points[-1]["populations"][0]["step"] >= steps[0]:
            self.points.pop()  # rewound
        self.points.append(point)
        if len(self.points) >= 2 * MOST_KEPT:
            self.points = [self.points[0], *self.points[2::2]]


class Trainings:
    """All trainings of a server, and the process that works on one of them."""

    def __init__(self, sources: list[str], data_dir: str | None = None):
        self._sources, self._data_dir = sources, data_dir
        self._queue: list[Training] = []
        self._process: Any = None
        self._pipe: Any = None
        self._reader: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tidier: asyncio.Task[None] | None = None

    def warm(self) -> None:
        """Start the process before anybody asks: it takes seconds to be ready."""
        self._loop = asyncio.get_running_loop()
        self._start_process()

    @property
    def waiting(self) -> list[Training]:
        """The trainings in their order, the one at work first."""
        return list(self._queue)

    def start(self, settings: TrainingSettings) -> tuple[Training, int]:
        """Begin a training, or let it wait; return it with its place. Raises `QueueFull`."""
        if len(self._queue) >= MOST_WAITING:
            raise QueueFull(f"{len(self._queue)} trainings wait already.", hint="try again in a minute.")
        self._loop = asyncio.get_running_loop()
        if self._tidier is None:
            self._tidier = self._loop.create_task(self._tidy())
        training = Training(secrets.token_urlsafe(9), settings)
        self._queue.append(training)
        if len(self._queue) == 1:
            self._begin(training)
        return training, max(0, len(self._queue) - 1)

    def find(self, name: str) -> Training:
        """Return a training by its id. Raises `NoTraining`."""
        for training in self._queue:
            if training.id == name:
                return training
        raise NoTraining(f"there is no training {name!r}.", hint="start one again.")

    def command(self, name: str, command: str, value: Any = None) -> int:
        """Tell a training something; return its place. Raises `NoTraining`."""
        training = self.find(name)
        training.asked_last = time.monotonic()
        place = self._queue.index(training)
        if command == "stop":
            self._end(training, "stopped")
        elif place == 0:
            self._send(command, value)
        else:
            training.remember(command, value)
        return place

    async def watch(self, name: str) -> AsyncIterator[dict[str, Any] | None]:
        """Yield what there is to say of a training, the whole curve first; None where nothing happens."""
        training, watcher = self.find(name), Watcher()
        training.watchers.add(watcher)
        try:
            yield {"kind": "so far", "points": training.points, **self._told(training)}
            while not training.over or watcher.latest is not None:
                try:
                    await asyncio.wait_for(watcher.heard.wait(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield None
                    continue
                word, watcher.latest = watcher.latest, None
                watcher.heard.clear()
                if word is not None:
                    yield word
        finally:
            training.watchers.discard(watcher)
            training.asked_last = time.monotonic()

    def close(self) -> None:
        """End the process, and tell whoever watches."""
        for training in list(self._queue):
            self._over(training, "closed")
        self._queue.clear()
        if self._tidier is not None:
            self._tidier.cancel()
            self._tidier = None
        self._let_go()

    def _told(self, training: Training) -> dict[str, Any]:
        place = self._queue.index(training) if training in self._queue else 0
        return {"place": place, "standing": training.standing}

    def _begin(self, training: Training) -> None:
        training.asked_last = time.monotonic()
        self._send("start", (training.id, training.settings))
        for command, value in training.later.items():
            self._send(command, value)
        training.later.clear()
        for place, each in enumerate(self._queue):
            self._tell(each, {"kind": "place", "place": place})

    def _end(self, training: Training, reason: str, said: str = "") -> None:
        was_at_work = self._queue[0] is training
        self._queue.remove(training)
        self._over(training, reason, said)
        if was_at_work:
            self._send("stop", None)
            if self._queue:
                self._begin(self._queue[0])
        else:
            for place, each in enumerate(self._queue):
                self._tell(each, {"kind": "place", "place": place})

    def _over(self, training: Training, reason: str, said: str = "") -> None:
        """Say that it is over: `reason` is the page's word for it, `said` what an error said."""
        training.over = said or say(f"train.over.{reason}", {})
        self._tell(training, {"kind": "over", "why": training.over, "reason": reason})

    def _tell(self, training: Training, word: dict[str, Any]) -> None:
        for watcher in training.watchers:
            watcher.tell(word)

    def _send(self, command: str, value: Any) -> None:
        if self._process is None or not self._process.is_alive():
            self._start_process()
        try:
            self._pipe.send((command, value))
        except (BrokenPipeError, OSError):
            self._lost()

    def _start_process(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(
            target=work, args=(other, self._sources, self._data_dir), daemon=True, name="thalweg-lab-training"
        )
        self._process.start()
        other.close()
        self._reader = threading.Thread(target=self._read, args=(self._pipe,), daemon=True)
        self._reader.start()

    def _read(self, pipe: Any) -> None:
        """Hand what the process says to the loop; runs in a thread of its own."""
        assert self._loop is not None, "a process is started by a running server"
        try:
            while True:
                word = pipe.recv()
                self._loop.call_soon_threadsafe(self._hear, word)
        except (EOFError, OSError):
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._gone, pipe)

    def _hear(self, word: dict[str, Any]) -> None:
        training = next((each for each in self._queue if each.id == word["job"]), None)
        if training is None:
            return
        if word["kind"] == "failed":
            self._end(training, "failed", word["error"])
            return
        training.keep(word)
        self._tell(training, word)

    def _gone(self, pipe: Any) -> None:
        if pipe is self._pipe:
            self._lost()

    def _lost(self) -> None:
        """The process is gone without having been told to: say so, and begin the next with another."""
        self._let_go()
        if self._queue:
            training = self._queue.pop(0)
            self._over(training, "process")
            if self._queue:
                self._begin(self._queue[0])

    def _let_go(self) -> None:
        process, pipe, self._process, self._pipe = self._process, self._pipe, None, None
        if process is None:
            return
        try:
            pipe.send(("end", None))
        except OSError:
            pass  # it has ended already
        process.join(1)
        if process.is_alive():
            process.kill()
            process.join(2)
        if self._reader is not None:
            self._reader.join(2)  # it reads to the end, which has come; only then is nobody left at the pipe
        pipe.close()

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(1)
            for training in list(self._queue):
                idle = time.monotonic() - training.asked_last
                if not training.watchers and idle > UNWATCHED_SECONDS:
                    self._end(training, "unwatched")
