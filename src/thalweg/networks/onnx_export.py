"""A trained network as an ONNX file, to be run anywhere; `thalweg.models.load_onnx` reads it back.

The file's input is a batch of inputs as our networks see them, `[batch, *input shape]`, images in [0, 1]; its
output `probabilities` [batch, classes] is what `TrainedNetwork.probabilities` gives.
"""

from __future__ import annotations

import errno
import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from thalweg.errors import ThalwegError
from thalweg.networks.convnet import ConvNetNetwork
from thalweg.networks.mlp import MlpNetwork
from thalweg.networks.population import TrainedNetwork
from thalweg.places import given_path
from thalweg.temporary import against
from thalweg.written import write_whole

OPSET, FORMAT = 20, 10
"""The oldest that know every operation used: onnxruntime reads them from version 1.18 on."""


def to_onnx(network: TrainedNetwork, path: str | Path) -> Path:
    """Write one trained network (`population[3]`) as an ONNX file, and return its path.

    The file is written whole or not at all. Raises `ThalwegError` for anything but one trained network of a
    known architecture, and where the package onnx is not installed.

    Examples:
        >>> from thalweg.networks.onnx_export import to_onnx
        >>> to_onnx(population[0], "mine.onnx").name
        'mine.onnx'
    """
    onnx = _onnx()
    if not isinstance(network, TrainedNetwork):
        raise ThalwegError(
            f"to_onnx writes one trained network, found a {type(network).__name__}.",
            hint="choose a member: to_onnx(population[0], path).",
        )
    model = _Graph(onnx).model(network)
    onnx.checker.check_model(model)
    path = given_path(path, "a model", ThalwegError)
    content = model.SerializeToString()
    try:
        write_whole(path, lambda temporary: temporary.write_bytes(content))
    except OSError as error:
        missing = "give a path in a directory that exists."
        hint = missing if error.errno in (errno.ENOENT, errno.ENOTDIR) else against(error)
        raise ThalwegError(f"{path} cannot be written: {error.strerror}.", hint=hint) from None
    return path


def _onnx() -> Any:
    try:
        import onnx
        import onnx.checker
        import onnx.helper
        import onnx.numpy_helper
    except ImportError:
        raise ThalwegError(
            "Writing an ONNX file needs the package onnx, which is not installed.",
            hint="pip install 'thalweg[onnx]'.",
        ) from None
    return onnx


@dataclass
class _Graph:
    """Nodes in the order they run, each fed by the one before."""

    onnx: Any
    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)
    last: str = "inputs"

    def add(self, operation: str, *constants: np.ndarray, **attributes: Any) -> None:
        """Append a node that takes what the last one gave, and `constants`."""
        names = [self._constant(value) for value in constants]
        given = f"value_{len(self.nodes)}"
        self.nodes.append(self.onnx.helper.make_node(operation, [self.last, *names], [given], **attributes))
        self.last = given

    def _constant(self, value: np.ndarray) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(self.onnx.numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def model(self, network: TrainedNetwork) -> Any:
        """Return the ONNX model of `network`."""
        if isinstance(network.network, MlpNetwork):
            self._mlp(network.network, network.input_shape)
        elif isinstance(network.network, ConvNetNetwork):
            self._convnet(network.network, network.input_shape)
        else:
            raise ThalwegError(
                f"to_onnx does not know the architecture {type(network.network).__name__}.",
                hint="it writes networks of the kinds mlp and convnet.",
            )
        self._readout(network.readout)
        self.nodes[-1].output[0] = "probabilities"
        helper, number = self.onnx.helper, self.onnx.TensorProto.FLOAT
        graph = helper.make_graph(
            self.nodes,
            "thalweg",
            [helper.make_tensor_value_info("inputs", number, ["batch", *network.input_shape])],
            [helper.make_tensor_value_info("probabilities", number, ["batch", len(network.class_names)])],
            self.constants,
        )
        model = helper.make_model(
            graph,
            producer_name="thalweg",
            ir_version=FORMAT,
            opset_imports=[helper.make_opsetid("", OPSET)],
        )
        helper.set_model_props(model, {"class_names": json.dumps(network.class_names)})
        return model

    def _mlp(self, network: MlpNetwork, input_shape: tuple[int, ...]) -> None:
        self.add("Reshape", np.array([-1, math.prod(input_shape)], dtype=np.int64))
        self._dense(network.layers, network.activation)

    def _dense(self, layers: Any, activation: str) -> None:
        for depth, layer in enumerate(layers):
            if depth:
                self._activate(activation)
            self.add("Gemm", np.asarray(layer.weight), np.asarray(layer.bias), transB=1)

    def _convnet(self, network: ConvNetNetwork, input_shape: tuple[int, ...]) -> None:
        height, width, *channels = input_shape
        if channels:
            self.add("Transpose", perm=(0, 3, 1, 2))
        else:
            self.add("Reshape", np.array([-1, 1, height, width], dtype=np.int64))
        for convolution in network.convolutions:
            self._convolve(convolution)
            self._activate(network.activation)
            if network.pool > 1:
                self.add("MaxPool", kernel_shape=[network.pool] * 2, strides=[network.pool] * 2)
        self.add("Transpose", perm=(0, 2, 3, 1))  # our features are ordered by place, then channel
        self.add("Reshape", np.array([-1, network.layers[0].weight.shape[1]], dtype=np.int64))
        self._dense(network.layers, network.activation)

    def _convolve(self, convolution: Any) -> None:
        weight = np.asarray(convolution.weight)
        kernel = weight.shape[0]
        # As in `networks.convolution`: an even kernel gets the odd zero at the far end.
        before, after = ((kernel - 1) // 2, kernel // 2) if convolution.padding == "same" else (0, 0)
        self.add(
            "Conv",
            weight.transpose(3, 2, 0, 1),
            np.asarray(convolution.bias),
            kernel_shape=[kernel, kernel],
            pads=[before, before, after, after],
        )

    def _activate(self, activation: str) -> None:
        match activation:
            case "step":
                self.add("Greater", np.zeros((), np.float32))
                self.add("Cast", to=self.onnx.TensorProto.FLOAT)
            case "gelu":
                self.add("Gelu", approximate="tanh")
            case _:
                self.add({"sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "Relu"}[activation])

    def _readout(self, readout: str) -> None:
        """Turn logits into probabilities as `networks.readout` does, the sigmoid in log space."""
        if readout == "sigmoid":
            self.add("Neg")
            self.add("Softplus")
            self.add("Neg")
        self.add("Softmax", axis=-1)
