"""Networks: one architecture a file. A spec (`Mlp`, `ConvNet`) is inert; `build` draws a network."""

from typing import TYPE_CHECKING

from thalweg.lazily import lazily

if TYPE_CHECKING:
    from thalweg.networks.convnet import ConvNet as ConvNet
    from thalweg.networks.history import History as History
    from thalweg.networks.mlp import Mlp as Mlp
    from thalweg.networks.own import OwnNetwork as OwnNetwork
    from thalweg.networks.population import (
        Ensemble as Ensemble,
        Population as Population,
        TrainedNetwork as TrainedNetwork,
    )
    from thalweg.networks.pytorch.exporting import to_torch as to_torch
    from thalweg.networks.pytorch.importing import from_torch as from_torch
    from thalweg.networks.specs import SPECS as SPECS

lazily(__name__)
