"""An estimator of the user's own as judge: what clones of it, each fitted on a share of the data, say."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from thalweg.data.dataset import Split, TrainSplit
from thalweg.studies.catalogue import NoParts, Parts, Progress
from thalweg.studies.kept_parts import kept_part
from thalweg.studies.label_audit.evidence import Evidence
from thalweg.studies.label_audit.judges.networks import Asked, blocks, evidence_of
from thalweg.studies.subsets import Chunk, refuse_too_few, refuse_unfit, tallied
from thalweg.studies.tallies import Tallies

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator


def gather_estimates(
    estimator: BaseEstimator,
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
    """Fit clones of `estimator`, each on a share of `split`, and gather what they say of it (or of `also`).

    Arguments as for `gather_evidence` of networks; blocks are kept alike. Nothing is `gained`: how far
    memorisation speaks for a label was measured with networks, which stop before they know all by heart.

    Raises `StudyError` as `gather_evidence` does, and `EstimatorError` for what cannot be fitted.
    """
    refuse_unfit(split)
    refuse_too_few(members, share)
    parts = NoParts() if parts is None else parts
    stem, every = _stem(estimator, split, also, share, seed, part), blocks(members, share)
    asked = Asked(split, also)
    total: Tallies | None = None
    for place, block in enumerate(every):
        if progress is not None:
            kind = type(estimator).__name__
            progress(f"{kind} {block.start + 1:,} to {block.stop:,} of {members:,}", place, len(every))
        name = f"{stem}-{block.start}-{block.stop}"
        kept = kept_part(parts, name, Tallies.forms(split, also, asked.forms()))
        if kept is None:
            own = _tally(estimator, split, block, share=share, seed=seed, also=also, asked=asked)
            parts.save(name, own.arrays())
        else:
            own = Tallies.of_arrays(kept)
        total = own if total is None else total + own
    assert total is not None
    return replace(evidence_of(total, split.labels, also), gained=None)


def _tally(
    estimator: BaseEstimator,
    split: TrainSplit,
    block: range,
    *,
    share: float,
    seed: int,
    also: Split | None,
    asked: Asked,
) -> Tallies:
    """Fit the clones of a block and sum what they say, one after another: fitted forests are large."""
    from thalweg.ensembles.examples import Drawing
    from thalweg.ensembles.fitting import fit_one_by_one

    drawing = Drawing(len(split), len(block), share=share, seed=seed, first=block.start)
    total: Tallies | None = None
    for number, fitted in zip(block, fit_one_by_one(estimator, split, drawing), strict=True):
        assert fitted.inside is not None, "a share leaves some out"
        chunk = Chunk(fitted, np.array([number]), fitted.inside)
        own = tallied(chunk, split, share=share, also=also, each=asked)
        total = own if total is None else total + own
    assert total is not None, "no block is empty"
    return total


def _stem(
    estimator: BaseEstimator, split: Split, also: Split | None, share: float, seed: int, part: str
) -> str:
    """Return what a part's name begins with: everything that it depends on but the data themselves."""
    settings = sorted((name, repr(value)) for name, value in estimator.get_params(deep=True).items())
    kind = f"{type(estimator).__module__}:{type(estimator).__qualname__}"
    facts = (kind, settings, len(split), 0 if also is None else len(also), repr(share), seed)
    return f"{part}-estimator-{share:g}-{hashlib.sha256(repr(facts).encode()).hexdigest()[:16]}"
