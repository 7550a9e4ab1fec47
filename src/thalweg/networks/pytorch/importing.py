"""Modules of PyTorch, or their weights alone, as a population of ours that gives the same answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import equinox as eqx
import jax
import numpy as np

from thalweg.answering import in_evaluation_mode
from thalweg.data.split import Split
from thalweg.errors import EvaluationError
from thalweg.networks.convnet import ConvNet
from thalweg.networks.mlp import Mlp
from thalweg.networks.population import Population, TrainedNetwork
from thalweg.networks.pytorch.fitting import network_of
from thalweg.networks.pytorch.parts import UnknownLayer as UnknownLayer
from thalweg.networks.pytorch.tracing import parts_of
from thalweg.networks.pytorch.weights import filled

LOOKED_AT = 8
"""Random inputs on which what was read has to answer as the module does."""
TOLERANCE = 1e-4
"""How far logits may lie apart there, as a share of the largest: rounding of float32 is ten times less."""


class TorchModule(Protocol):
    """As much of `torch.nn.Module` as is used."""

    def state_dict(self) -> Mapping[str, Any]:
        """Return the weights by name."""
        ...

    def eval(self) -> Any:
        """Have the module answer as it does when it is used."""
        ...


def from_torch(
    module: TorchModule | Mapping[str, Any] | Sequence[TorchModule | Mapping[str, Any]],
    like: Population | TrainedNetwork | Split,
    *,
    network: Mlp | ConvNet | None = None,
    places: np.ndarray | None = None,
    scaled: tuple[np.ndarray, np.ndarray] | None = None,
) -> Population:
    """Return a module of PyTorch, or several of one architecture, as a population that answers the same.

    Main arguments:
        module: an `nn.Module`, the `state_dict` of one, or a list of either, one a member. A module may have
            a `forward` of its own, as long as it is one way through layers that are known
            (`networks.pytorch.parts.KNOWN`).
        like: what its inputs and classes are: a population, a network or a split.
        network: what a `state_dict` is the weights of; by default what `like` is.

    Other arguments:
        places: which of our inputs, counted from 0 in their order, stands at each place of the module's
            input; by default pictures have their channels first, as `to_torch` takes them.
        scaled: what our inputs are multiplied by and what is added then, one of each a feature or a channel,
            to make the module's inputs.

    What fits is an `Mlp` or a `ConvNet` of ours, with their weights in our order; anything else a
    `LayeredNetwork`. It is asked about random inputs beside the module, and has to answer alike. A module is
    asked in evaluation mode, without gradients, where it lies, and left as it was.

    Raises `UnknownLayer`, which names the layer, for a module that is not known; `EvaluationError` for
    weights of another shape, for modules of several architectures, and where something changes the answers
    that is not a layer (a hook).
    """
    modules = list(module) if isinstance(module, list | tuple) else [module]
    if not modules:
        raise EvaluationError("An empty list of modules.", hint="give at least one.")
    return _together([_one(each, like, network, places, scaled) for each in modules])


def gathered(populations: Sequence[Population]) -> Population:
    """Return the members of several populations as one; `EvaluationError` for other architectures."""
    return _together([member for population in populations for member in population])


def _together(found: list[TrainedNetwork]) -> Population:
    for place, each in enumerate(found):
        if _architecture(each) != _architecture(found[0]):
            raise EvaluationError(
                f"Module {place} is another architecture than module 0.",
                hint="give the members of one population, or evaluate them one by one.",
            )
    arrays = [eqx.partition(each.network, eqx.is_array) for each in found]
    stacked = jax.tree.map(lambda *leaves: np.stack(leaves), *(each for each, _ in arrays))
    first = found[0]
    return Population(
        eqx.combine(stacked, arrays[0][1]),
        np.zeros(len(found), bool),
        first.readout,
        first.input_shape,
        first.class_names,
    )


def _one(
    module: Any,
    like: Any,
    spec: Mlp | ConvNet | None,
    places: np.ndarray | None,
    scaled: tuple[np.ndarray, np.ndarray] | None,
) -> TrainedNetwork:
    shape, names = tuple(like.input_shape), tuple(like.class_names)
    if isinstance(module, Mapping):
        return filled(module, like, spec)
    if not (callable(module) and hasattr(module, "state_dict")):
        raise EvaluationError(
            f"A {type(module).__name__} is no module of PyTorch, and no state_dict.",
            hint="pass an nn.Module, module.state_dict(), or a list of such.",
        )
    module = getattr(module, "_orig_mod", module)  # as torch.compile wraps it
    places = channels_first(shape) if places is None else places
    with in_evaluation_mode(module):
        given, example = _examples(module, shape, places, scaled)
        parts = parts_of(module, example[:1])
        network, readout = network_of(parts, shape, places, scaled)
        found = TrainedNetwork(network, readout, shape, names)
        _compare(found, given, _asked(module, example), parts)
    return found


def channels_first(shape: tuple[int, ...]) -> np.ndarray:
    """Return which of our inputs stands where in a picture with channels first; features stay as they are."""
    numbers = np.arange(int(np.prod(shape)))
    if len(shape) == 1:
        return numbers
    return np.moveaxis(numbers.reshape(*shape[:2], -1), -1, 0)


def _examples(
    module: Any, shape: tuple[int, ...], places: np.ndarray, scaled: tuple[np.ndarray, np.ndarray] | None
) -> tuple[np.ndarray, Any]:
    """Return random inputs of ours, and the same as a tensor on the module's device."""
    import torch  # pyright: ignore[reportMissingImports]

    generator = np.random.default_rng(0)
    draw = generator.random if len(shape) > 1 else generator.normal
    given = draw(size=(LOOKED_AT, *shape)).astype(np.float32)
    wide = given.reshape(LOOKED_AT, *shape[:2], -1) if len(shape) > 1 else given
    if scaled is not None:
        wide = (wide * scaled[0] + scaled[1]).astype(np.float32)
    arranged = np.ascontiguousarray(wide.reshape(LOOKED_AT, -1)[:, places.reshape(-1)])
    tensor = torch.from_numpy(arranged.reshape(LOOKED_AT, *places.shape))
    weight = next(iter(module.parameters()), None)
    return given, tensor if weight is None else tensor.to(device=weight.device, dtype=weight.dtype)


def _asked(module: Any, example: Any) -> np.ndarray:
    import torch  # pyright: ignore[reportMissingImports]

    with torch.no_grad():
        return module(example).detach().cpu().double().numpy()


def _compare(found: TrainedNetwork, given: np.ndarray, answers: np.ndarray, parts: Any) -> None:
    """Refuse what was read if it answers otherwise than the module; nothing here is taken on trust."""
    last = parts[-1].step if parts else None
    if answers.shape != (len(given), len(found.class_names)):
        raise EvaluationError(
            f"The module answers with shape {answers.shape[1:]} an example: expected "
            f"({len(found.class_names)},), one number a class.",
            hint="measure it on data with the classes it was trained on.",
        )
    if last is not None and (last.kind == "readout" or last.name == "sigmoid"):
        if last.name in ("LogSoftmax", "LogSigmoid"):
            answers = np.exp(answers)
        answers = answers / answers.sum(axis=1, keepdims=True)
        ours = found.probabilities(given).astype(np.float64)
    else:
        ours = found.logits(given).astype(np.float64)
    apart = float(np.abs(ours - answers).max())
    if not apart <= TOLERANCE * max(1.0, float(np.abs(answers).max())):
        raise EvaluationError(
            f"What was read of the module answers otherwise than the module: {apart:.2g} apart on random "
            "inputs.",
            hint="a hook or a parametrisation may change what its layers do; evaluations of answers take it.",
        )


def _architecture(member: TrainedNetwork) -> tuple[Any, ...]:
    arrays, rest = eqx.partition(member.network, eqx.is_array)
    shapes = [leaf.shape for leaf in jax.tree.leaves(arrays)]
    return jax.tree.structure(arrays), str(shapes), str(rest), member.readout
