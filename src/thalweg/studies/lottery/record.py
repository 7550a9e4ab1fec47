"""The record of the study of lottery tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.data.dataset import TestSplit
from thalweg.measured import Measured
from thalweg.record import Entry, Record, named, those_left_out
from thalweg.statistics.chance import OverChance, over_chance
from thalweg.statistics.intervals import crossed, shares_over_starts
from thalweg.statistics.simultaneous import level_of_each
from thalweg.studies.answerable import sound_members
from thalweg.studies.early_stopping import Ended, epochs_apart
from thalweg.studies.lottery.judgement import Comparison, compared
from thalweg.studies.lottery.settings import Settings

TICKET, NEW_START, SHUFFLED, RANDOM = "ticket", "new start", "shuffled", "random"
OTHERS = (NEW_START, SHUFFLED, RANDOM)
"""What a ticket is compared with: its weights from a new start; its start with weights that go to other
neurons; its start with as many weights of each layer anywhere."""

WHOLE = "whole network"
LEAST_SOUND = 4
OVER_ROUNDS = "the intervals of differences hold all together at 95 %"
WORDS = {
    WHOLE: "the whole network",
    NEW_START: "the same weights from a new start",
    SHUFFLED: "as many weights of every input, to other neurons",
    RANDOM: "as many weights of every layer, anywhere",
}


@dataclass(frozen=True)
class Reached(Entry):
    """What an arm comes to: `accuracy` at the epoch it stops at, over starts and examples; that `epoch` and
    the accuracy after the `last` epoch, over starts; `unfinished`: members still getting better at the
    end."""

    share: float
    accuracy: Measured
    epoch: Measured
    last: Measured
    unfinished: int


@dataclass(frozen=True)
class Level(Entry):
    """Tickets after so many rounds: the `share` of weights they have, what each arm `reached`, and how
    tickets compare `against` the others and the whole network."""

    round: int
    share: float
    reached: dict[str, Reached]
    against: dict[str, Comparison]

    @property
    def verdicts(self) -> dict[str, str]:
        """Yes, no or open: whether tickets win, and because of what."""
        because = {name: self.against[name].because for name in OTHERS}
        return {"wins": self.against[WHOLE].wins, **because}

    def content(self) -> Mapping[str, Any]:
        """Return everything, and the verdicts."""
        return named(self, "round", "share", "reached", "against", "verdicts")


@dataclass(frozen=True, repr=False)
class Lottery(Record, answers="lottery", caption="Lottery tickets"):
    """What tickets come to. `tickets`: after every round, the whole network first; `levels`: those compared.

    `members` that did not diverge in any arm, `diverged` that did, `parameters`: weights of the whole
    network.
    """

    settings: Settings
    tickets: tuple[Reached, ...]
    levels: tuple[Level, ...]
    members: int
    diverged: int
    weights: int
    test_examples: int
    over_chance: OverChance

    def content(self) -> Mapping[str, Any]:
        """Return every number and verdict."""
        facts = named(self, "members", "diverged", "weights", "test_examples", "over_chance")
        return {**facts, "epochs": self.settings.epochs, **named(self, "tickets", "levels")}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        rows = self.over_chance.rows()
        if not self.over_chance.learned:
            return rows
        rows.append((f"whole network, {self.weights:,} weights", _said(self.tickets[0])))
        for level in self.levels:
            left = f"{100 * level.share:.1f} % of the weights"
            rows.append((f"{left}: tickets", _said(level.reached[TICKET])))
            rows += [
                (f"{left}: tickets minus {WORDS[name]}", _apart(one)) for name, one in level.against.items()
            ]
            verdicts = level.verdicts
            rows.append((f"{left}: is a ticket as good, as soon?", verdicts["wins"]))
            rows.append((f"{left}: because of its start?", verdicts[NEW_START]))
            which = {name: verdicts[name] for name in (SHUFFLED, RANDOM)}
            said = "; ".join(f"beside {WORDS[name]}: {found}" for name, found in which.items())
            rows.append((f"{left}: because of which weights are left?", said))
        scope = f"starts and examples, n = {self.members} x {self.test_examples:,}, paired; {OVER_ROUNDS}"
        return [*rows, *those_left_out(self.diverged), ("what the intervals are over", scope)]


def lottery_of(
    ended: Mapping[tuple[str, int], Ended],
    shares: Sequence[float],
    settings: Settings,
    weights: int,
    test: TestSplit,
) -> Lottery:
    """Compare the arms; raises `StudyError` where fewer than four members are sound in all of them.

    `shares` of the weights that are left after every round; `weights` that there are.
    """
    diverged = np.any([one.diverged for one in ended.values()], axis=0)
    sound = np.flatnonzero(sound_members(diverged, LEAST_SOUND, rate=0.0003))
    found = {place: one.of_members(sound) for place, one in ended.items()}
    level, last = level_of_each(2 * (1 + len(OTHERS)) * len(settings.rounds)), settings.epochs

    def reached(arm: str, number: int) -> Reached:
        one = found[arm, number]
        accuracy = Measured.of(float(one.last.mean()), shares_over_starts(one.last, one.right.shape[1]))
        unfinished = int((one.epoch == last).sum())
        stopped = epochs_apart(one.epoch.astype(float))
        return Reached(shares[number], crossed(one.right).measured, stopped, accuracy, unfinished)

    def level_at(number: int) -> Level:
        others = {WHOLE: found[TICKET, 0], **{name: found[name, number] for name in OTHERS}}
        ticket = found[TICKET, number]
        against = {name: compared(ticket, one, last=last, level=level) for name, one in others.items()}
        arms = {name: reached(name, number) for name in (TICKET, *OTHERS)}
        return Level(number, shares[number], arms, against)

    learned = over_chance(found[TICKET, 0].right, test.labels, test.class_names)
    tickets = tuple(reached(TICKET, number) for number in range(settings.rounds[-1] + 1))
    levels = tuple(level_at(number) for number in settings.rounds)
    return Lottery(settings, tickets, levels, len(sound), int(diverged.sum()), weights, len(test), learned)


def _said(one: Reached) -> str:
    return f"right on {one.accuracy.percent()}, after {one.epoch.plain(1)} epochs"


def _apart(one: Comparison) -> str:
    beware = "" if one.finished else " (too few had stopped)"
    return f"{one.accuracy.points(2)}, {one.epochs.plain(1)} epochs{beware}"
