"""Networks as judges: what a population trained on shares of the data says of every example."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thalweg.data.dataset import Split, TrainSplit
from thalweg.statistics.share_differences import difference_error, share_difference
from thalweg.studies.catalogue import NoParts, Parts, Progress
from thalweg.studies.kept_parts import NUMBERS, Form, Forms
from thalweg.studies.label_audit.evidence import Evidence, error_of
from thalweg.studies.subsets import Chunk, block_size, refuse_too_few, refuse_unfit, tally
from thalweg.studies.tallies import Tallies

if TYPE_CHECKING:
    from thalweg.training.recipe import Recipe


def gather_evidence(
    recipe: Recipe,
    split: TrainSplit,
    *,
    members: int,
    share: float,
    seed: int,
    also: Split | None = None,
    progress: Progress | None = None,
    parts: Parts | None = None,
    part: str = "audit",
) -> Evidence:
    """Train `members`, each on a share of `split`, and gather what they say of it (or of `also`, if given).

    Members are trained in blocks in which every example of `split` is left out equally often; a finished
    block is kept in `parts`. Raises `StudyError` as `tally` does, before any training.
    """
    refuse_unfit(split)
    refuse_too_few(members, share)
    parts = NoParts() if parts is None else parts
    every = blocks(members, share)
    asked = Asked(split, also)
    total: Tallies | None = None
    for place, block in enumerate(every):
        if progress is not None:
            progress(f"networks {block.start + 1:,} to {block.stop:,} of {members:,}", place, len(every))
        own = tally(
            recipe,
            split,
            members=len(block),
            first=block.start,
            share=share,
            seed=seed,
            parts=parts,
            also=also,
            each=asked,
            part=part,
        )
        total = own if total is None else total + own
    assert total is not None
    return evidence_of(total, split.labels, also)


def blocks(members: int, share: float) -> list[range]:
    """Cut the members into blocks; what is left over goes with the last, so that it is balanced too."""
    size = block_size(share)
    count = max(1, members // size)
    return [range(n * size, members if n == count - 1 else (n + 1) * size) for n in range(count)]


@dataclass(frozen=True, eq=False)
class Asked:
    """Makes of a chunk of members what sums besides: what an audit is to know of `split`, or of `also`."""

    split: TrainSplit
    also: Split | None

    __name__ = "audit"

    def forms(self) -> Forms:
        """Return what these sums are."""
        if self.also is not None:
            return {"squares": Form(NUMBERS, (len(self.also), self.split.classes))}
        shape = (len(self.split), self.split.classes)
        return {"learned": Form(NUMBERS, shape[:1]), "squares": Form(NUMBERS, shape)}

    def __call__(self, chunk: Chunk) -> Sums:
        """Return what sums the answers of these members."""
        return Sums(chunk.inside, self.split.labels, self.split.classes, self.also)


class Sums:
    """What an audit sums besides: squares, and the label's probability by those who trained on it.

    `squares` float64 [examples, classes] of members that did not train on the example and, without `also`,
    `learned` [examples], of those that did.
    """

    def __init__(self, inside: np.ndarray, labels: np.ndarray, classes: int, also: Split | None):
        self._inside, self._labels, self._judges_others = inside, labels, also is not None
        self._learned = np.zeros(len(labels))
        self._squares = np.zeros((len(labels) if also is None else len(also), classes))

    def of_split(self, place: slice, answers: np.ndarray) -> None:
        """Take answers to the examples that members trained on shares of."""
        if self._judges_others:
            return
        inside, labels = self._inside[:, place], self._labels[place]
        own = answers[:, np.arange(len(labels)), labels]
        self._learned[place] = (own * inside).sum(axis=0, dtype=np.float64)
        self._squares[place] = np.einsum("men,men,me->en", answers, answers, ~inside, dtype=np.float64)

    def of_also(self, place: slice, answers: np.ndarray) -> None:
        """Take answers to the examples that are judged, where no member trained on them."""
        self._squares[place] = np.einsum("men,men->en", answers, answers, dtype=np.float64)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return these sums: `squares` and, where members trained on what is judged, `learned`."""
        if self._judges_others:
            return {"squares": self._squares}
        return {"learned": self._learned, "squares": self._squares}


def evidence_of(total: Tallies, labels: np.ndarray, also: Split | None) -> Evidence:
    """Return what members that were tallied with `Asked` say: of all examples, or of `also` where given.

    `labels` int [examples]: of those that they trained on.
    """
    return _of_split(total, labels) if also is None else _of_also(total)


def _of_split(total: Tallies, labels: np.ndarray) -> Evidence:
    counts, times = total.counts, total.times_out
    mean = total.mean_probability_out
    inside, outside = (counts.right_in, counts.times_in), (counts.right_out, counts.times_out)
    low, high = share_difference(inside, outside)
    with np.errstate(invalid="ignore", divide="ignore"):
        learned = total.extra["learned"] / counts.times_in
        gained = learned - mean[np.arange(len(labels)), labels]
    return Evidence(
        probabilities=mean,
        votes=total.votes_out / times[:, None],
        times=times,
        error=error_of(mean, total.extra["squares"], times[:, None]),
        memorisation=counts.accuracy_in - counts.accuracy_out,
        memorisation_low=low,
        memorisation_high=high,
        memorisation_error=difference_error(inside, outside),
        gained=gained,
    )


def _of_also(total: Tallies) -> Evidence:
    assert total.also is not None
    times = np.full(len(total.also.right), total.members)
    mean = total.also.probability / total.members
    error = error_of(mean, total.extra["squares"], times[:, None])
    return Evidence(mean, total.also.votes / total.members, times, error)
