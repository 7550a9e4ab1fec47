"""What trains a population on these examples: asked for once, and kept by a run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from thalweg.data.dataset import TrainSplit
from thalweg.training import where
from thalweg.training.native.support import Engine, choose
from thalweg.training.recipe import Recipe

LOOKED_AT = 256
"""Examples that say how many inputs are zero."""


def engine_of(
    wanted: str,
    recipe: Recipe,
    split: TrainSplit,
    *,
    members: int,
    kept: Mapping[str, Any] | None = None,
) -> Engine:
    """Return what trains so many members on these examples; arguments and errors as of `choose`.

    Cores are those of who trains: a cluster and one process of as many choose alike.
    """
    workers = where.current()
    inputs = math.prod(split.input_shape)
    lit = float(np.mean(split.take(slice(0, LOOKED_AT)).inputs != 0))
    cores = None if workers is None else workers.cores
    return choose(wanted, recipe, members=members, inputs=inputs, lit=lit, kept=kept, cores=cores)
