"""What many members said of every example, as sums: memory does not grow with the number of members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from thalweg.data.split import Split
from thalweg.errors import StudyError
from thalweg.studies.kept_parts import BITS, NUMBERS, WHOLE, Form, Forms
from thalweg.studies.outcomes import from_bits

EXTRA = "extra."
"""What stands before the names of a caller's own sums among the arrays of a part."""


@dataclass(frozen=True, eq=False)
class Counts:
    """How many members trained on each example, how many did not, and how many of both were right.

    All int64 [examples].
    """

    times_in: np.ndarray
    right_in: np.ndarray
    times_out: np.ndarray
    right_out: np.ndarray

    @staticmethod
    def of(inside: np.ndarray, right: np.ndarray) -> Counts:
        """Count the tables bool [members, examples] of who trained on what, and who was right."""
        sums = (inside, inside & right, ~inside, ~inside & right)
        return Counts(*(table.sum(axis=0, dtype=np.int64) for table in sums))

    @property
    def accuracy_in(self) -> np.ndarray:
        """Share of right members among those that trained on the example [examples]; NaN if none did."""
        return _share(self.right_in, self.times_in)

    @property
    def accuracy_out(self) -> np.ndarray:
        """Share of right members among those that did not train on the example [examples]; NaN if none."""
        return _share(self.right_out, self.times_out)

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(mine + theirs for mine, theirs in zip(_values(self), _values(other), strict=True)))

    def __sub__(self, other: Counts) -> Counts:
        return Counts(*(mine - theirs for mine, theirs in zip(_values(self), _values(other), strict=True)))


@dataclass(frozen=True, eq=False)
class Also:
    """Answers to examples that no member trains on, such as the test split.

    `right` int64 [examples]: members that were right. `probability` float64 and `votes` int64 [examples,
    classes]: sums over all members. `bits` uint8 [members, examples/8]: who was right on what, one bit each
    (`numpy.packbits`); the only thing here that grows with the members.
    """

    right: np.ndarray
    probability: np.ndarray
    votes: np.ndarray
    bits: np.ndarray

    @property
    def correct(self) -> np.ndarray:
        """Who was right on what: bool [members, examples]."""
        return from_bits(self.bits, len(self.right))

    def __add__(self, other: Also) -> Also:
        return Also(
            self.right + other.right,
            self.probability + other.probability,
            self.votes + other.votes,
            np.concatenate([self.bits, other.bits]),
        )


@dataclass(frozen=True, eq=False)
class Tallies:
    """Sums over members that each trained on a share of the examples of their own. `a + b` joins two.

    `share`: of the examples that each member trained on. `numbers` int64 [members]: which members are in the
    sums; `diverged`: how many more were trained and left out because they diverged. `counts`: over all of
    them, and `even` over those of the even-numbered blocks of members alone, for split-half reliability.
    `probability_out` float64 and `votes_out` int64 [examples, classes]: sums over the members that did NOT
    train on the example, of what they thought of each class and of which class they chose. `also`: of the
    examples that no member trains on, if any were given. `extra`: a caller's own sums by name.
    """

    share: float
    numbers: np.ndarray
    diverged: int
    counts: Counts
    even: Counts
    probability_out: np.ndarray
    votes_out: np.ndarray
    also: Also | None
    extra: Mapping[str, np.ndarray]

    @property
    def members(self) -> int:
        """How many members are in the sums."""
        return len(self.numbers)

    @property
    def times_in(self) -> np.ndarray:
        """Members that trained on each example, int64 [examples]."""
        return self.counts.times_in

    @property
    def right_in(self) -> np.ndarray:
        """Of those, the members that were right, int64 [examples]."""
        return self.counts.right_in

    @property
    def times_out(self) -> np.ndarray:
        """Members that did not train on each example, int64 [examples]."""
        return self.counts.times_out

    @property
    def right_out(self) -> np.ndarray:
        """Of those, the members that were right, int64 [examples]."""
        return self.counts.right_out

    @property
    def mean_probability_out(self) -> np.ndarray:
        """Mean probability [examples, classes] by members that did not train on the example; NaN if none."""
        return _share(self.probability_out, self.times_out[:, None])

    def __add__(self, other: Tallies) -> Tallies:
        if self.share != other.share or len(self.times_in) != len(other.times_in):
            raise StudyError(
                f"tallies of {len(self.times_in)} examples at share {self.share:g} and of "
                f"{len(other.times_in)} at {other.share:g} cannot be added.",
                hint="add tallies of the same examples and the same share.",
            )
        return Tallies(
            self.share,
            np.concatenate([self.numbers, other.numbers]),
            self.diverged + other.diverged,
            self.counts + other.counts,
            self.even + other.even,
            self.probability_out + other.probability_out,
            self.votes_out + other.votes_out,
            None if self.also is None or other.also is None else self.also + other.also,
            {name: values + other.extra[name] for name, values in self.extra.items()},
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return everything as arrays by name, to be kept on disk and read back by `of_arrays`."""
        also = {} if self.also is None else _named("also.", self.also)
        return {
            "share": np.array([self.share]),
            "numbers": self.numbers,
            "diverged": np.array([self.diverged]),
            **_named("all.", self.counts),
            **_named("even.", self.even),
            "probability_out": self.probability_out,
            "votes_out": self.votes_out,
            **also,
            **{EXTRA + name: np.asarray(values) for name, values in self.extra.items()},
        }

    @staticmethod
    def forms(split: Split, also: Split | None, extra: Forms) -> Forms:
        """Return what the arrays of a part are; `extra`: a caller's own sums."""
        every = (len(split), split.classes)
        forms = {
            "share": Form(NUMBERS, (1,)),
            "diverged": Form(WHOLE, (1,)),
            "numbers": Form(WHOLE, (None,)),
            "probability_out": Form(NUMBERS, every),
            "votes_out": Form(WHOLE, every),
        }
        for prefix in ("all.", "even."):
            forms |= {prefix + field.name: Form(WHOLE, every[:1]) for field in fields(Counts)}
        if also is not None:
            asked = (len(also), split.classes)
            forms |= {
                "also.right": Form(WHOLE, asked[:1]),
                "also.probability": Form(NUMBERS, asked),
                "also.votes": Form(WHOLE, asked),
                "also.bits": Form(BITS, (None, -(-len(also) // 8))),
            }
        return forms | {EXTRA + name: form for name, form in extra.items()}

    @staticmethod
    def of_arrays(arrays: Mapping[str, np.ndarray]) -> Tallies:
        """Return the tallies that `arrays()` made these arrays of."""
        return Tallies(
            float(arrays["share"][0]),
            arrays["numbers"],
            int(arrays["diverged"][0]),
            _of_named("all.", Counts, arrays),
            _of_named("even.", Counts, arrays),
            arrays["probability_out"],
            arrays["votes_out"],
            _of_named("also.", Also, arrays) if "also.right" in arrays else None,
            {name.removeprefix(EXTRA): arrays[name] for name in arrays if name.startswith(EXTRA)},
        )


def _values(of: Any) -> list[np.ndarray]:
    return [getattr(of, field.name) for field in fields(of)]


def _named(prefix: str, of: Any) -> dict[str, np.ndarray]:
    return {prefix + field.name: getattr(of, field.name) for field in fields(of)}


def _of_named(prefix: str, kind: type, arrays: Mapping[str, np.ndarray]) -> Any:
    return kind(*(arrays[prefix + field.name] for field in fields(kind)))


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
