"""A trained network of ours as a module of PyTorch, with the same answers."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from thalweg.errors import ThalwegError
from thalweg.networks.convnet import ConvNetNetwork
from thalweg.networks.mlp import MlpNetwork


class Trained(Protocol):
    """As much of a `TrainedNetwork` as is used."""

    @property
    def network(self) -> Any:
        """The network itself."""
        ...

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one example."""
        ...

    @property
    def readout(self) -> str:
        """How logits are read."""
        ...


def to_torch(network: Trained) -> Any:
    """Return one trained network as an `nn.Sequential` in evaluation mode, on the processor.

    It takes float32 inputs as `split.inputs` has them: features standardised [batch, features], pictures in
    [0, 1] with channels first [batch, channels, height, width], as PyTorch has them. It gives logits; of
    networks with independent sigmoid outputs (the quadratic cost) the logarithms of their activations.
    Softmax makes our probabilities of either, to rounding. `from_torch` reads it back.

    Raises `ThalwegError` where torch is not installed, and for networks that are not of the kinds mlp and
    convnet.
    """
    try:
        import torch  # pyright: ignore[reportMissingImports]
    except ImportError:
        raise ThalwegError(
            "A module of PyTorch needs the package torch, which is not installed.",
            hint="pip install 'thalweg[torch]'.",
        ) from None
    inner: Any = network.network
    if isinstance(inner, MlpNetwork):
        layers = [torch.nn.Flatten(), *_dense(torch, inner, _picture(network.input_shape))]
    elif isinstance(inner, ConvNetNetwork):
        layers = _convolutional(torch, inner)
    else:
        raise ThalwegError(
            f"to_torch does not know the architecture {type(inner).__name__}.",
            hint="it makes modules of networks of the kinds mlp and convnet.",
        )
    if network.readout == "sigmoid":
        layers.append(torch.nn.LogSigmoid())
    return torch.nn.Sequential(*layers).eval()


def _picture(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return (places, channels) of a picture, or of features as places."""
    return (shape[0] * shape[1], shape[2]) if len(shape) == 3 else (int(np.prod(shape)), 1)


def _dense(torch: Any, network: Any, picture: tuple[int, int]) -> list[Any]:
    layers = []
    for depth, layer in enumerate(network.layers):
        weight = np.asarray(layer.weight, np.float32)
        if depth:
            layers.append(_activation(torch, network.activation))
        else:  # by place, then channel here; by channel, then place there
            weight = weight.reshape(len(weight), *picture).transpose(0, 2, 1).reshape(len(weight), -1)
        made = (torch.nn.Linear, weight.shape[1], weight.shape[0])
        layers.append(_filled(torch, made, weight, layer.bias))
    return layers


def _convolutional(torch: Any, network: ConvNetNetwork) -> list[Any]:
    layers = []
    for convolution in network.convolutions:
        weight = np.asarray(convolution.weight, np.float32).transpose(3, 2, 0, 1)
        kernel, around = weight.shape[2], 0
        if convolution.padding == "same" and kernel % 2:
            around = kernel // 2
        elif convolution.padding == "same":  # an even kernel gets the odd zero at the far end
            layers.append(torch.nn.ZeroPad2d(((kernel - 1) // 2, kernel // 2) * 2))
        made = (torch.nn.Conv2d, weight.shape[1], weight.shape[0], kernel, 1, around)
        layers += [_filled(torch, made, weight, convolution.bias), _activation(torch, network.activation)]
        if network.pool > 1:
            layers.append(torch.nn.MaxPool2d(network.pool))
    channels = network.convolutions[-1].weight.shape[-1]
    picture = (network.layers[0].weight.shape[1] // channels, channels)
    return [*layers, torch.nn.Flatten(), *_dense(torch, network, picture)]


def _filled(torch: Any, made: tuple[Any, ...], weight: np.ndarray, bias: Any) -> Any:
    """Return a layer with these weights, without a number drawn from PyTorch's own generator."""
    layer = torch.nn.utils.skip_init(*made)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(np.array(weight)))  # a copy: nobody else may write into it
        layer.bias.copy_(torch.from_numpy(np.array(bias, np.float32)))
    return layer


def _activation(torch: Any, name: str) -> Any:
    match name:
        case "gelu":
            return torch.nn.GELU(approximate="tanh")
        case "step":
            return _step_layer()()
    return {"sigmoid": torch.nn.Sigmoid, "tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}[name]()


def _step_layer() -> type:
    """Return the layer of on/off neurons, which PyTorch does not have, made when it is first needed."""
    import torch  # pyright: ignore[reportMissingImports]

    class StepNeurons(torch.nn.Module):
        """1 above zero, else 0."""

        def forward(self, weighted_sum: Any) -> Any:
            return (weighted_sum > 0).to(weighted_sum.dtype)

    StepNeurons.__qualname__ = "StepNeurons"  # so that pickle and torch.save find it below
    return globals().setdefault("StepNeurons", StepNeurons)


def __getattr__(name: str) -> Any:
    if name == "StepNeurons":
        return _step_layer()
    raise AttributeError(name)
