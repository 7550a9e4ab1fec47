"""How far a work is, in one short line: what a terminal redraws, and what a log gets from time to time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from thalweg.durations import clock

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bars

    from thalweg.training.progress import Progress

Now = Callable[[], float]
SHORTEST_BAR = 4
ABOUT, AS_LONG = "about {} left", "{} left if the others take as long"
"""The time left, where parts take about as long as one another, and where they may not."""

OF_TRAINING = "about {} left of this training"
"""The time left where no part is done yet, but some epochs are."""

KEPT = 0.05
"""A part that took less than this share of the longest was there already: nothing is foretold from it."""
LEAST_SECONDS = 1.0
"""What is foretold from less than this would be chance."""


class TrainingState:
    """Where a training stands: epoch, cost, accuracy, speed, and the time that is left."""

    def __init__(self, now: Now = time.monotonic):
        self._now, self._began = now, now()
        self._last: tuple[Progress, float] | None = None

    def show(self, progress: Progress) -> None:
        """Take note of where the training stands after an epoch."""
        self._last = (progress, self._now())

    @property
    def place(self) -> tuple[int, int | None]:
        """Epochs done, and how many there are; None where that is not known yet."""
        return (0, None) if self._last is None else (self._last[0].epoch, self._last[0].epochs)

    @property
    def title(self) -> str:
        """Return `epoch 3/30`."""
        epoch, epochs = self.place
        return "epoch 1" if epochs is None else f"epoch {epoch}/{epochs}"

    def state(self, width: int | None = None) -> str:
        """Return all but the title, in at most `width` signs."""
        if self._last is None:
            return fitted([(1, "compiling, then the first epoch")], width)
        progress, since = self._last
        return state_of(progress, later=self._now() - since, width=width)


class PartsState:
    """Which of several parts is being made: an evaluation, a part of a study, a block of an audit."""

    def __init__(
        self,
        now: Now = time.monotonic,
        *,
        title: str = "measuring",
        left: str = "",
        efforts: Sequence[float] = (),
    ):
        """`left`: how to say the time that is left, `ABOUT` or `AS_LONG`; not at all by default.

        `efforts`: how long each part takes, beside the others; all alike by default.
        """
        self._now, self.title, self._words, self._efforts = now, title, left, tuple(efforts)
        self._since = now()
        self._took: dict[int, float] = {}
        self._epochs: tuple[int, int, float, float] | None = None
        self._name, self.place = "", (0, None)

    def show(self, name: str, place: int, count: int) -> None:
        """Take note of the part that begins: its name, its place from 0, and how many there are."""
        now, before = self._now(), self.place[0]
        if self.place[1] not in (None, count):  # of another kind: what they took says nothing of these
            self._took, self._since = {}, now
        elif place != before:
            self._took[before], self._since = now - self._since, now
        self._name, self.place, self._epochs = name, (place, count), None

    def train(self, epoch: int, epochs: int, seconds_left: float) -> None:
        """Take note of an epoch of a training inside the part."""
        self._epochs = (epoch, epochs, seconds_left, self._now())

    def state(self, width: int | None = None) -> str:
        """Return which part it is, and about how long it will take, in at most `width` signs."""
        place, count = self.place
        if count is None:
            return fitted([(1, "getting ready")], width)
        parts = [(3, f"{min(place + 1, count)} of {count}"), (2, self._name)]
        of_training = 0.0
        if self._epochs is not None and self._epochs[0] < self._epochs[1]:
            epoch, epochs, left, since = self._epochs
            of_training = max(0.0, left - (self._now() - since))
            parts.append((1, f"epoch {epoch}/{epochs}"))
        left = self._left(place, count) if self._words else None
        if left is not None and (left := max(left, of_training)) > 0:
            parts.append((4, self._words.format(clock(left))))
        elif left is None and of_training >= LEAST_SECONDS:
            parts.append((4, OF_TRAINING.format(clock(of_training))))
        return fitted(parts, width)

    def _left(self, place: int, count: int) -> float | None:
        """Return the seconds that are left by the parts that are done, None where they tell nothing."""
        efforts = self._efforts if len(self._efforts) == count else (1.0,) * count
        longest = max(self._took.values(), default=0.0)
        made = {part: took for part, took in self._took.items() if took >= KEPT * longest and part < count}
        if longest < LEAST_SECONDS or not made:
            return None
        pace = sum(made.values()) / sum(efforts[part] for part in made)
        return pace * sum(efforts[place:]) - (self._now() - self._since)


State = TrainingState | PartsState


def state_of(progress: Progress, *, later: float = 0.0, width: int | None = None) -> str:
    """Return where a training stands as one short line; `later`: seconds since it stood there."""
    going_on = progress.epoch < progress.epochs
    parts = [
        *([(4, f"{progress.diverged} diverged")] if progress.diverged else []),
        (2, f"cost {progress.cost:.4f}"),
        (3, f"accuracy {100 * progress.accuracy:.1f} %"),
        (1, f"{short(progress.examples_per_second)} examples/s"),
        (5, f"{clock(max(0.0, progress.seconds_left - later))} left" if going_on else "done"),
    ]
    return fitted(parts, width)


def fitted(parts: Sequence[tuple[int, str]], width: int | None) -> str:
    """Join (weight, text) with dots, leaving out the lightest until the rest is not wider than `width`."""
    kept = list(parts)
    while True:
        text = " · ".join(each for _, each in kept)
        if width is None or len(text) <= width or len(kept) < 2:
            return text
        kept.remove(min(kept))


def short(count: float) -> str:
    """Return a rate with three figures: `950`, `12.3 k`, `4.56 M`."""
    for size, letter in ((1e6, " M"), (1e3, " k")):
        if count >= size:
            scaled = count / size
            return f"{scaled:.{2 if scaled < 10 else 1 if scaled < 100 else 0}f}{letter}"
    return f"{count:.0f}"


@dataclass(frozen=True)
class Bar:
    """A line on stderr that is redrawn four times a second: time, title, a bar, and the state.

    The clock runs also while nothing is told, as during a compilation.
    """

    bars: Bars

    @staticmethod
    def of(state: State, *, now: Now, transient: bool) -> Bar:
        """Return the bar of a work; `transient`: it is wiped away when the work is done."""
        from rich.console import Console
        from rich.progress import BarColumn, Progress, ProgressColumn
        from rich.table import Column
        from rich.text import Text

        console = Console(stderr=True)

        class Written(ProgressColumn):
            def __init__(self, write: Callable[[float], str]):
                # the bar takes what is left, never a part of what is written
                super().__init__(table_column=Column(no_wrap=True))
                self.write = write

            def render(self, task: Any) -> Text:
                return Text(self.write(task.elapsed or 0.0), no_wrap=True, overflow="ellipsis")

        bars = Progress(
            Written(clock),
            Written(lambda _: state.title),
            BarColumn(bar_width=None),
            Written(lambda elapsed: state.state(_room(console, clock(elapsed), state.title))),
            console=console,
            expand=True,
            transient=transient,
            refresh_per_second=4,
            get_time=now,
        )
        bars.add_task("", total=None)
        return Bar(bars)

    def follow(self, state: State) -> None:
        """Set the bar to where the work stands, and draw it."""
        done, count = state.place
        self.bars.update(self.bars.task_ids[0], completed=done, total=count, refresh=True)


def _room(console: Console, *others: str) -> int:
    return console.width - sum(len(other) + 1 for other in others) - SHORTEST_BAR - 1
