"""The weights behind modules of PyTorch: as members of a population, which answers as they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from thalweg.data.dataset import Split
from thalweg.models.in_memory import InMemory, Several

if TYPE_CHECKING:
    from thalweg.networks.population import Population


def modules_behind(source: Any, split: Split) -> Population | None:
    """Return modules of PyTorch as a population on examples as those of `split`; None for anything else.

    Raises as `networks.from_torch` does.
    """
    models = source.members if isinstance(source, Several) else (source,)
    if not all(isinstance(model, InMemory) and model.kind == "pytorch" for model in models):
        return None
    from thalweg.networks.pytorch.importing import from_torch, gathered

    shape = split.input_shape
    return gathered(
        [
            from_torch(model.model, split, places=model.places(shape), scaled=model.scaled_by(shape))
            for model in models
        ]
    )
