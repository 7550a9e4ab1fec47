"""How training went, member by member and epoch by epoch."""

from __future__ import annotations

import equinox as eqx
import numpy as np


class History(eqx.Module):
    """What every member did in every epoch; each array is [members, epochs].

    `cost` and `accuracy` are means over the batches of the epoch, taken while the weights moved, with
    augmentation and dropout as trained. `validation_cost` and `validation_accuracy` are measured at the
    end of the epoch and are NaN without a validation split.
    """

    cost: np.ndarray
    accuracy: np.ndarray
    validation_cost: np.ndarray
    validation_accuracy: np.ndarray

    @property
    def epochs(self) -> int:
        """Epochs recorded."""
        return self.cost.shape[1]
