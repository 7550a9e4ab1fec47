"""All claims of the lesson in their order, and `measure`, which judges them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from thalweg.claims import beliefs, downhill, minima, network, results
from thalweg.claims.claim import Claim, Judged
from thalweg.claims.laboratory import FULL, QUICK, Laboratory
from thalweg.data.dataset import Dataset
from thalweg.errors import EvaluationError, NotApplicable

CLAIMS: tuple[Claim, ...] = tuple(
    sorted(
        (*network.CLAIMS, *downhill.CLAIMS, *results.CLAIMS, *beliefs.CLAIMS, *minima.CLAIMS),
        key=lambda claim: claim.id,
    )
)

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many claims are judged, and how many there are."""


def measure(
    dataset: Dataset,
    *,
    only: Iterable[int] | None = None,
    quick: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
    done: Callable[[Judged], None] | None = None,
) -> list[Judged]:
    """Measure every claim, or those whose numbers are in `only`, and judge each by its rule.

    `quick`: with the few members that the embedded digits need. A claim that does not apply to the data (one
    about pictures, on a table) comes back as not measured, with the reason. `done` is called with each as
    soon as it is judged, so that nothing is lost when the rest is stopped.

    Raises `EvaluationError` for a number that no claim has.
    """
    chosen = _chosen(only)
    judged: list[Judged] = []

    def tell(what: str) -> None:
        if progress is not None:
            progress(what, len(judged), len(chosen))

    laboratory = Laboratory(dataset, QUICK if quick else FULL, seed=seed, tell=tell)
    for claim in chosen:
        tell(f"claim {claim.id}")
        judged.append(_judge(claim, laboratory))
        if done is not None:
            done(judged[-1])
    return judged


def _judge(claim: Claim, laboratory: Laboratory) -> Judged:
    began = time.monotonic()
    try:
        judged = Judged(claim, claim.measure(laboratory))
    except NotApplicable as error:
        judged = Judged(claim, None, f"{error.message} {error.hint}".strip())
    return replace(judged, seconds=time.monotonic() - began, measured_on=laboratory.described)


def _chosen(only: Iterable[int] | None) -> list[Claim]:
    if only is None:
        return list(CLAIMS)
    wanted = set(only)
    for number in sorted(wanted - {claim.id for claim in CLAIMS}):
        raise EvaluationError(f"There is no claim {number}.", hint=f"claims are numbered 1 to {len(CLAIMS)}.")
    return [claim for claim in CLAIMS if claim.id in wanted]
