"""Networks of ours as modules of PyTorch, and modules of PyTorch as networks of ours.

Nothing here imports torch unless it is asked for a module: who passes one has imported it.
"""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.networks.pytorch.exporting import to_torch as to_torch
    from thalweg.networks.pytorch.importing import UnknownLayer as UnknownLayer, from_torch as from_torch

lazily(__name__)
