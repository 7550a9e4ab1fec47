"""What a model of another library is given of an example, where that is not to be told from the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Inputs:
    """How our inputs become those of a model that is not ours.

    `scaling`: what its numbers mean: `unit` (pixels in [0, 1]) or `pixels` (0..255) of pictures, `standard`
    (standardised by the training part, as `split.inputs` has them) or `raw` (in their own units) of features.
    `mean`, `std`: taken off and divided by after that, one number or one a channel. `layout`: of pictures,
    `nchw`, `nhwc`, `nhw`, `flat` or `flat-nchw`. None is what is inferred, and said.

    Examples:
        >>> import thalweg as tw
        >>> tw.models.Inputs("unit", mean=0.1307, std=0.3081)
        Inputs(scaling='unit', mean=0.1307, std=0.3081, layout=None)
    """

    scaling: str | None = None
    mean: float | Sequence[float] | None = None
    std: float | Sequence[float] | None = None
    layout: str | None = None
