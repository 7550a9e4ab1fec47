"""Which examples to check: strata by suspicion, how many of each, and in which random order.

People can check a few of many. What they find tells of all, whatever the errors are like, if chance alone
chose what they saw, with known probabilities. Suspicion only says where looking tells most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

PER_STRATUM, FEWEST, MOST = 20, 2, 5
"""One stratum for so many examples that are checked, and between how many there are."""

LAST = 0.05
"""The last stratum, the bulk that looks sure, is expected to hold this share of what is looked for."""

EQUALLY = 0.25
"""Of what is checked, the share that is dealt out to all strata alike; the rest follows Neyman."""

UNKNOWN = 0.1
"""What is expected of examples of which nothing is."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """What was drawn: `examples` int [drawn] in the order in which they are to be checked, the `stratum` int
    [drawn] of each, and `strata`, the members int [size] of each stratum.

    Of every stratum the drawn ones stand in random order, so that the first few of it are a sample as well.
    """

    examples: np.ndarray
    stratum: np.ndarray
    strata: tuple[np.ndarray, ...]

    @property
    def sizes(self) -> np.ndarray:
        """How many examples each stratum has, int [strata]."""
        return np.array([len(members) for members in self.strata])

    @property
    def counts(self) -> np.ndarray:
        """How many of each stratum were drawn, int [strata]."""
        return np.bincount(self.stratum, minlength=len(self.strata))

    @property
    def probabilities(self) -> np.ndarray:
        """How likely an example of each stratum was to be drawn, [strata]."""
        return self.counts / self.sizes


def draw_by_strata(suspicion: np.ndarray, count: int, *, seed: int) -> Drawn:
    """Draw `count` of the examples, stratified by `suspicion` [examples], 0..1, NaN where nothing is known.

    Strata are cut so that each holds the same fraction of what the ones before it leave of the expected
    total, and the last one in twenty of it. How many of each are drawn follows Neyman (Journal of the Royal
    Statistical Society 97, 1934), with one example of either kind more than expected in each stratum, since
    none found among few says little; a quarter is dealt out to all strata alike. Within a stratum every
    example is as likely as any other. The order is random too, and mixes the strata evenly: the first k are
    a smaller sample of the same kind.

    Raises `ValueError` for a count below 1 or above the number of examples.

    Examples:
        >>> from thalweg.statistics.strata import draw_by_strata
        >>> drawn = draw_by_strata(np.repeat([0.9, 0.001], [20, 980]), 40, seed=0)
        >>> drawn.sizes, drawn.counts
        (array([ 51, 949]), array([10, 30]))
    """
    suspicion = np.asarray(suspicion, dtype=np.float64)
    if not 1 <= count <= len(suspicion):
        raise ValueError(f"{count} of {len(suspicion)} examples cannot be drawn")
    strata = _strata(suspicion, count)
    expected = [UNKNOWN if np.isnan(suspicion[own[0]]) else suspicion[own].mean() for own in strata]
    shares = _allocated([len(own) for own in strata], expected, count)
    generator = np.random.default_rng([seed, count, len(suspicion)])
    examples, places, stratum = [], [], []
    for number, (own, share) in enumerate(zip(strata, shares, strict=True)):
        examples.append(generator.permutation(own)[:share])
        places.append((np.arange(share) + generator.random(share)) / max(share, 1))
        stratum.append(np.full(share, number))
    order = np.argsort(np.concatenate(places), kind="stable")
    return Drawn(np.concatenate(examples)[order], np.concatenate(stratum)[order], tuple(strata))


def _strata(suspicion: np.ndarray, count: int) -> list[np.ndarray]:
    """Return the examples of each stratum, the most suspicious first, those of unknown suspicion last."""
    unknown = np.flatnonzero(np.isnan(suspicion))
    order = np.argsort(-suspicion, kind="stable")[: len(suspicion) - len(unknown)]
    wanted = int(np.clip(count // PER_STRATUM, FEWEST, MOST))
    smallest = max(2, count // wanted)
    total = float(suspicion[order].sum())
    reached = np.cumsum(suspicion[order]) / total if total > 0 else np.linspace(0, 1, len(order))
    ends, begin = [], 0
    for place in range(1, wanted):
        end = max(int(np.searchsorted(reached, 1 - LAST ** (place / (wanted - 1)))) + 1, begin + smallest)
        if end > len(order) - smallest:
            break
        ends.append(end)
        begin = end
    strata = [part for part in np.split(order, ends) if len(part)]
    return [*strata, unknown] if len(unknown) else strata


def _allocated(sizes: Sequence[int], expected: Sequence[float], count: int) -> np.ndarray:
    """Return how many to draw of each stratum, `count` in all: at least two, or as many as there are."""
    size = np.array(sizes)
    share = (count * np.array(expected) + 1) / (count + 2)
    weight = size * np.sqrt(share * (1 - share))
    least = np.minimum(size, 2 if 2 * len(size) <= count else 0)
    wanted = count * (EQUALLY / len(size) + (1 - EQUALLY) * weight / weight.sum())
    drawn = np.clip(np.floor(wanted).astype(int), least, size)
    while (left := count - int(drawn.sum())) != 0:
        if left > 0:  # to whom lacks most of what it should have
            drawn[np.argmax(np.where(drawn < size, (wanted - drawn) / wanted, -np.inf))] += 1
        else:
            drawn[np.argmax(np.where(drawn > least, drawn - wanted, -np.inf))] -= 1
    return drawn
