"""The way that an example takes through a module of PyTorch, layer by layer, as its own tracer sees it.

`torch.fx` runs `forward` once with a stand-in for the input and writes down what is done to it, so that
modules with a `forward` of their own are read like `nn.Sequential`. Only one way is
followed, without branches.
"""

from __future__ import annotations

from typing import Any

from thalweg.errors import shown
from thalweg.networks.layered import Step
from thalweg.networks.pytorch.parts import Part, part_of, unknown

_FUNCTIONS = {
    "relu": "ReLU",
    "relu_": "ReLU",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "gelu": "GELU",
    "silu": "SiLU",
    "selu": "SELU",
    "elu": "ELU",
    "leaky_relu": "LeakyReLU",
    "softplus": "Softplus",
    "relu6": "ReLU6",
    "max_pool2d": "MaxPool2d",
    "avg_pool2d": "AvgPool2d",
    "adaptive_avg_pool2d": "AdaptiveAvgPool2d",
    "softmax": "Softmax",
    "log_softmax": "LogSoftmax",
    "logsigmoid": "LogSigmoid",
}
"""Functions of `torch` and `torch.nn.functional` that do what a layer does, its arguments after the input."""
_PASSED = {"_stacklevel", "dtype", "inplace", "training"}
_SHAPING = ("flatten", "view", "reshape", "squeeze", "unsqueeze", "contiguous")


def parts_of(module: Any, example: Any) -> list[Part]:
    """Return the parts of a module in evaluation mode, in the order in which they are met.

    `example`: a tensor of one example, its batch axis first, on the module's device. Raises `UnknownLayer`
    for what cannot be followed.
    """
    import torch.fx  # pyright: ignore[reportMissingImports]
    from torch.fx.passes.shape_prop import ShapeProp  # pyright: ignore[reportMissingImports]

    try:
        graph = torch.fx.GraphModule(module, _tracer().trace(module))
    except Exception as error:  # the tracer runs the user's code
        why = str(error).strip().splitlines() or [""]
        raise unknown(f"the way through its forward() cannot be followed ({why[0][:150]})") from None
    try:
        with torch.no_grad():
            ShapeProp(graph).propagate(example)
    except Exception as error:
        why = str(error).strip().splitlines() or [""]
        raise unknown(
            f"it cannot be asked about an input of shape {tuple(example.shape[1:])} ({why[0][:150]})"
        ) from None
    return _Followed(graph).parts()


def _tracer() -> Any:
    """Return a tracer that takes our own layer for one, as it does those of `torch.nn`."""
    import torch.fx  # pyright: ignore[reportMissingImports]

    class Tracer(torch.fx.Tracer):
        def is_leaf_module(self, m: Any, module_qualified_name: str) -> bool:
            return type(m).__name__ == "StepNeurons" or super().is_leaf_module(m, module_qualified_name)

    return Tracer()


class _Followed:
    """Walks along the nodes of a traced module, each of which has to take what the one before gave."""

    def __init__(self, graph: Any):
        self.graph, self.modules = graph, dict(graph.named_modules())
        self.last: Any = None

    def parts(self) -> list[Part]:
        found = []
        for node in self.graph.graph.nodes:
            if node.op == "placeholder":
                if self.last is not None:
                    raise unknown("it takes more than one input")
                self.last = node
            elif node.op == "output":
                if node.args[0] is not self.last:
                    raise unknown("it returns more than what its last layer gives")
            elif _shape(node) is not None:  # what is not a tensor is a size that a view is told
                found.append(self._part(node))
                self.last = node
        return [part for part in found if part is not None]

    def _part(self, node: Any) -> Part | None:
        if node.op == "get_attr":
            raise unknown(f"it uses {node.target} outside of a layer")
        tensors = [each for each in node.all_input_nodes if _shape(each) is not None]
        where = _where(node)
        if tensors != [self.last]:
            raise unknown(f"at {where} its way branches")
        examples, *before = _shape(self.last) or (0,)
        before = tuple(before)
        if node.op == "call_module":
            return part_of(self.modules[node.target], where, before)
        name = node.target if isinstance(node.target, str) else node.target.__name__
        if name in _SHAPING:
            return self._shaping(node, where, before, examples)
        if name.startswith("dropout"):
            if node.kwargs.get("training", len(node.args) < 3 or node.args[2]):
                raise unknown(f"{where} drops out even in evaluation mode (pass training=self.training)")
            return None
        if name not in _FUNCTIONS:
            raise unknown(f"{where} is not known here")
        return part_of(_as_layer(name, node, where), where, before)

    def _shaping(self, node: Any, where: str, before: tuple[int, ...], examples: int) -> Part | None:
        found, *after = _shape(node) or (0,)
        after = tuple(after)
        if found != examples:
            raise unknown(f"{where} mixes examples")
        if after == before:
            return None
        if len(after) == 1:
            return Part(Step("flat"), where, before)
        raise unknown(f"{where} makes {after} of {before}")


def _shape(node: Any) -> tuple[int, ...] | None:
    found = node.meta.get("tensor_meta")
    return tuple(found.shape) if hasattr(found, "shape") else None


def _where(node: Any) -> str:
    """Return what a step is called in the module: the layer's path, or the function's name."""
    if node.op == "call_module":
        return f"layer {shown(str(node.target))}"
    name = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", str(node.target))
    return f"{name}()"


def _as_layer(name: str, node: Any, where: str) -> Any:
    """Return the layer that does what a function does, made of the function's arguments."""
    import torch  # pyright: ignore[reportMissingImports]

    given = {key: value for key, value in node.kwargs.items() if key not in _PASSED and key != "input"}
    if any(hasattr(value, "meta") for value in (*node.args[1:], *given.values())):
        raise unknown(f"{where} depends on the size of its input")
    try:
        return getattr(torch.nn, _FUNCTIONS[name])(*node.args[1:], **given)
    except TypeError as error:
        raise unknown(f"{where} has arguments that are not known here ({error})") from None
