"""Every architecture, by the `kind` that a recipe names it with."""

from thalweg.networks.convnet import ConvNet
from thalweg.networks.mlp import Mlp
from thalweg.networks.own import OwnNetwork

SPECS = {spec.kind: spec for spec in (Mlp, ConvNet, OwnNetwork)}
