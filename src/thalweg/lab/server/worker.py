"""What trains, in a process of its own: it does as it is told between steps, and tells how it goes.

The two ends of a pipe speak in tuples: (command, value) down, dictionaries up.
"""

from __future__ import annotations

import base64
import signal
import time
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from thalweg.data.dataset import Dataset
from thalweg.errors import ThalwegError
from thalweg.lab.contents.training import FIRST_EXAMPLES, data_of
from thalweg.lab.opened import Opened, opened
from thalweg.lab.server.settings import TrainingSettings, recipe_of

UPDATE_SECONDS, MEASURE_SECONDS, PICTURES_SECONDS = 0.035, 0.5, 0.25
"""How often it tells of itself, measures on unseen examples, and shows weights.

Looked at after each piece of steps: two of these, not three, are between two updates.
"""

REHEARSAL_SECONDS = 3.0
"""How long it waits for a first command before it gets ready for the likeliest; the page comes first."""

PIECE_SECONDS = 0.02
"""Steps are taken in pieces of about this long, so that a command is heard soon."""

MEASURED, SHOWN = 500, 16
"""Unseen examples that are measured on; neurons of the first layer whose weights are shown."""

QUANTILES = (0.05, 0.5, 0.95)


def work(connection: Connection, sources: list[str], data_dir: str | None) -> None:
    """Train what is asked for, until the other end is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then closes the pipe
    worker = _Worker(connection, sources, data_dir)
    try:
        worker.run()
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


class _Worker:
    def __init__(self, connection: Connection, sources: list[str], data_dir: str | None):
        self.connection = connection
        self.opened: Opened = opened(sources, data_dir=data_dir)
        self.populations: list[_Learning] = []
        self.playing, self.left, self.member = False, 0, 0
        self.told = self.measured = self.shown = 0.0
        self.job = ""

    @cached_property
    def dataset(self) -> Dataset:
        """The data of the run, else our digits."""
        return data_of(self.opened)[0]

    def run(self) -> None:
        """Do as is told; between commands, train."""
        if not self.connection.poll(REHEARSAL_SECONDS):
            with suppress(ThalwegError):  # who asks for it is told
                self.rehearse()
        while True:
            busy = bool(self.populations) and (self.playing or self.left > 0)
            while self.connection.poll(0 if busy else None):
                command, value = self.connection.recv()
                self.obey(command, value)
                busy = bool(self.populations) and (self.playing or self.left > 0)
                if busy and not self.connection.poll(0):
                    break
            if busy:
                self.train()

    def rehearse(self) -> None:
        """Compile what the panel's first settings need, until somebody asks for something."""
        from thalweg.training.stepwise import TOGETHER

        first = TrainingSettings(examples=min(FIRST_EXAMPLES, len(self.dataset.train)))
        learning = _Learning(self.dataset, first.data, first)
        for steps in TOGETHER:
            if self.connection.poll(0):
                return
            learning.go_on(steps)
        learning.standing(measure=True)

    def obey(self, command: str, value: Any) -> None:
        """Carry out one command."""
        try:
            getattr(self, f"do_{command}")(value)
        except Exception as error:  # whatever it is, the other end must hear of it and the worker live on
            self.populations, self.playing, self.left = [], False, 0
            self.connection.send({"kind": "failed", "job": self.job, "error": _in_words(error)})

    def do_start(self, value: tuple[str, TrainingSettings]) -> None:
        """Begin a training, which stands still at its start."""
        self.job, settings = value
        self.playing, self.left = False, 0
        kinds = [settings.data, *([settings.beside] if settings.beside else [])]
        self.populations = [_Learning(self.dataset, kind, settings) for kind in kinds]
        self.tell(whole=True)

    def do_play(self, _: Any) -> None:
        """Go on until told otherwise."""
        self.playing = True

    def do_pause(self, _: Any) -> None:
        """Stand still."""
        self.playing, self.left = False, 0
        self.tell(whole=True)

    def do_step(self, _: Any) -> None:
        """Take one step, then stand still."""
        self.playing, self.left = False, 1

    def do_epoch(self, _: Any) -> None:
        """Train to the end of this epoch, then stand still."""
        training = self.populations[0].training
        self.playing = False
        self.left = training.steps_per_epoch - training.step % training.steps_per_epoch

    def do_rewind(self, _: Any) -> None:
        """Go back to the same start."""
        self.playing, self.left = False, 0
        for each in self.populations:
            each.training.rewind()
        self.tell(whole=True)

    def do_rate(self, rate: float) -> None:
        """Go on with another learning rate."""
        for each in self.populations:
            each.training.change_rate(rate)

    def do_look(self, member: int) -> None:
        """Show the weights of another member."""
        self.member = member
        self.tell(whole=True)

    def do_end(self, _: Any) -> None:
        """Leave; the pipe cannot say so alone, since its other end is still read from."""
        raise SystemExit

    def do_stop(self, _: Any) -> None:
        """Forget the training."""
        self.populations, self.playing, self.left = [], False, 0

    def train(self) -> None:
        """Take a piece of steps, and tell of it where it is time."""
        # all take the same steps: who learns from other data is beside the rest at every moment
        steps = min([each.at_once() for each in self.populations] + ([self.left] if self.left else []))
        for each in self.populations:
            each.go_on(steps)
        self.left = max(0, self.left - steps)
        done = not self.playing and self.left == 0
        if done or time.monotonic() - self.told >= UPDATE_SECONDS:
            self.tell(whole=done)

    def tell(self, *, whole: bool) -> None:
        """Send how it stands; `whole`: measured and shown now, whether or not it is time."""
        now = time.monotonic()
        measure, show = (whole or now - last >= wait for last, wait in self._due())
        if measure:
            self.measured = now
        if show:
            self.shown = now
        self.connection.send(
            {
                "kind": "standing",
                "job": self.job,
                "playing": self.playing or self.left > 0,
                "populations": [each.standing(measure) for each in self.populations],
                **({"weights": self.weights()} if show else {}),
            }
        )
        self.told = time.monotonic()

    def _due(self) -> tuple[tuple[float, float], ...]:
        return (self.measured, MEASURE_SECONDS), (self.shown, PICTURES_SECONDS)

    def weights(self) -> list[dict[str, Any]]:
        """Return first-layer weights of one member of each population, float16 in base64."""
        return [each.weights(self.member) for each in self.populations]


class _Learning:
    """One population that learns from one kind of data."""

    def __init__(self, dataset: Dataset, kind: str, settings: TrainingSettings):
        from thalweg.training.stepwise import Stepwise

        changed = altered(dataset, kind, settings)
        self.kind, self.test = kind, changed.test.take(slice(0, MEASURED))
        self.training = Stepwise(
            recipe_of(settings), changed.train, members=settings.members, seed=settings.seed
        )
        self.some = changed.train.take(slice(0, MEASURED))
        self.seconds_a_step = 0.0
        self.last: Any = None
        self.unseen: dict[str, Any] = {}

    def at_once(self) -> int:
        """Return how many steps a piece has."""
        pace = self.seconds_a_step or PIECE_SECONDS
        return max(1, min(int(PIECE_SECONDS / pace), 64))

    def go_on(self, steps: int) -> None:
        """Take so many steps."""
        began = time.monotonic()
        self.last = self.training.advance(steps)
        each = (time.monotonic() - began) / steps
        # what was compiled took seconds, and says nothing of the next piece
        self.seconds_a_step = min(each, 2 * self.seconds_a_step) if self.seconds_a_step else each

    def standing(self, measure: bool) -> dict[str, Any]:
        """Return where this population stands: cost and accuracy over members, on batches and unseen ones."""
        if measure:
            self.unseen = _bands(*self.training.measure(self.test))
        if self.last is None or self.training.step == 0:
            batch = _bands(*self.training.measure(self.some))
        else:
            batch = _bands(self.last.cost, self.last.accuracy)
        return {
            "data": self.kind,
            "step": self.training.step,
            "epoch": self.training.step / self.training.steps_per_epoch,
            "rate": self.training.rate,
            "train": batch,
            "test": self.unseen,
            "measured": len(self.test),
            "members": self.training.members,
        }

    def weights(self, member: int) -> dict[str, Any]:
        """Return the weights of the first neurons of a member's first layer."""
        chosen = min(member, self.training.members - 1)
        layer = self.training.networks.layers[0]
        first = np.asarray(layer.weight[chosen, :SHOWN]).astype("<f2")
        return {
            "data": self.kind,
            "member": chosen,
            "neurons": len(first),
            "of": layer.bias.shape[1],
            "values": base64.b64encode(first.tobytes()).decode("ascii"),
        }


def altered(dataset: Dataset, kind: str, settings: TrainingSettings) -> Dataset:
    """Return the data with as many training examples as are asked for, changed as `kind` says."""
    from thalweg.studies import altered_data

    train = dataset.train.take(slice(0, settings.examples or len(dataset.train)))
    some = replace(dataset, train_part=train)
    if kind == "random labels":
        drawn = altered_data.with_random_labels(some.train, 1.0, settings.seed)
        return replace(some, train_part=drawn)
    if kind == "shuffled pixels":
        return altered_data.with_shuffled_pixels(some, settings.seed)
    if kind == "noise":
        return altered_data.with_gaussian_inputs(some, settings.seed)
    return some


def _bands(cost: np.ndarray, accuracy: np.ndarray) -> dict[str, Any]:
    """Return quantiles over the members whose cost is finite, and how many are not."""
    sound = np.isfinite(cost)
    if not sound.any():
        return {"cost": None, "accuracy": None, "diverged": len(cost)}
    bands = {
        name: np.quantile(values[sound].astype(float), QUANTILES).round(6).tolist()
        for name, values in (("cost", cost), ("accuracy", accuracy))
    }
    return {**bands, "diverged": int((~sound).sum())}


def _in_words(error: Exception) -> str:
    return getattr(error, "message", "") or f"{type(error).__name__}: {error}"
