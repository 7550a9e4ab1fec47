"""Networks: one architecture a file. A spec (`Mlp`, `ConvNet`) is inert; `build` draws a network."""

from thalweg.networks.convnet import ConvNet as ConvNet
from thalweg.networks.history import History as History
from thalweg.networks.mlp import Mlp as Mlp
from thalweg.networks.population import Ensemble as Ensemble
from thalweg.networks.population import Population as Population
from thalweg.networks.population import TrainedNetwork as TrainedNetwork

SPECS = {spec.kind: spec for spec in (Mlp, ConvNet)}
"""Every architecture by the `kind` that a recipe names it with."""

__all__ = ["SPECS", "ConvNet", "Ensemble", "History", "Mlp", "Population", "TrainedNetwork"]
