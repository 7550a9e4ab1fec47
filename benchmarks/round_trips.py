"""Do networks answer the same after ONNX, safetensors, PyTorch and the Hub's layout?

    python benchmarks/round_trips.py [--data mnist] [--members 4] [--epochs 1]

Trains three small populations, of perceptrons and convolutional networks, writes every member in each form,
reads it back, and asks it about the test examples (10,000 of MNIST). Prints for each whether the weights are
the same bits, how many answers changed, of how many, and the largest change of a probability: as everybody
computes it, in float32, and with the same weights and inputs computed in float64 on both sides.

In float32 each library adds up its sums in an order of its own, which is worth some 1e-6 and says nothing of
what was written; in float64 that is worth 1e-15, and what is left would be a difference of the networks. What
changes an answer, or more than 1e-6 of a probability in float64, or a bit of a weight, is said to have
CHANGED, and the exit status is 1. What is not installed is left out, and said.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

import thalweg as tw
from thalweg.networks.onnx_export import to_onnx
from thalweg.networks.population import Population

AT_ONCE = 1_000
"""Examples that are asked about in one call."""

MOST = 1e-6
"""What a probability may change by where both sides compute in float64."""


@dataclass(frozen=True)
class Back:
    """What came back: probabilities [members, examples, classes] as computed in float32 and in float64, and
    all weights of all members, sorted by their bits: each form has an order of its own.
    """

    single: np.ndarray
    double: np.ndarray
    bits: np.ndarray


def bits_of(arrays: Iterable[Any]) -> np.ndarray:
    """Return the bits of all float32 numbers of some arrays, sorted."""
    found = [np.asarray(array) for array in arrays]
    assert all(array.dtype == np.float32 for array in found), "weights are float32 everywhere"
    return np.sort(np.concatenate([np.ascontiguousarray(array).view(np.uint32).ravel() for array in found]))


def precise(population: Population, inputs: np.ndarray) -> np.ndarray:
    """Return probabilities of the members, computed in float64."""

    def answers(network: Any, x: Any) -> Any:
        logits = jax.vmap(network)(x)
        if population.readout == "sigmoid":
            logits = jax.nn.log_sigmoid(logits)
        return jax.nn.softmax(logits)

    with jax.enable_x64(True):
        arrays, rest = eqx.partition(population.networks, eqx.is_array)
        arrays = jax.tree.map(lambda leaf: jnp.asarray(np.asarray(leaf), jnp.float64), arrays)
        asked = jax.jit(jax.vmap(lambda own, x: answers(eqx.combine(own, rest), x), (0, None)))
        wide = inputs.astype(np.float64)
        parts = [np.asarray(asked(arrays, wide[first : first + AT_ONCE])) for first in _starts(inputs)]
    assert parts[0].dtype == np.float64
    return np.concatenate(parts, axis=1)


def _starts(inputs: np.ndarray) -> range:
    return range(0, len(inputs), AT_ONCE)


def ours(population: Population, split: tw.data.TestSplit) -> Back:
    """Return what a population of ours gives."""
    leaves = jax.tree.leaves(eqx.filter(population.networks, eqx.is_array))
    return Back(population.probabilities(split), precise(population, split.inputs), bits_of(leaves))


def by_onnx(population: Population, split: tw.data.TestSplit, folder: Path) -> Back:
    """Return what onnxruntime gives, the second time with the numbers of the file as doubles."""
    import onnx
    import onnxruntime

    single, double, arrays = [], [], []
    for place, member in enumerate(population):
        path = to_onnx(member, folder / f"{place}.onnx")
        single.append(tw.models.load_onnx(path, data=split).probabilities(split.inputs))
        model = onnx.load(path)
        arrays += [array for array in map(onnx.numpy_helper.to_array, _floats(model))]
        for constant in list(_floats(model)):
            wide = onnx.numpy_helper.to_array(constant).astype(np.float64)
            constant.CopyFrom(onnx.numpy_helper.from_array(wide, constant.name))
        for value in (*model.graph.input, *model.graph.output):
            value.type.tensor_type.elem_type = onnx.TensorProto.DOUBLE
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        wide = split.inputs.astype(np.float64)
        pieces = [{"inputs": wide[first : first + AT_ONCE]} for first in _starts(wide)]
        double.append(np.concatenate([np.asarray(session.run(None, piece)[0]) for piece in pieces]))
    return Back(np.stack(single), np.stack(double), bits_of(arrays))


def _floats(model: Any) -> Iterator[Any]:
    """Yield the float32 constants of an ONNX model."""
    for constant in model.graph.initializer:
        if constant.data_type == 1:  # TensorProto.FLOAT
            yield constant


def by_torch(population: Population, split: tw.data.TestSplit, folder: Path) -> Back:
    """Return what modules of PyTorch give, the second time as doubles."""
    import torch

    modules = [member.to_torch() for member in population]
    single = np.stack([tw.models.in_memory(module).probabilities(split.inputs) for module in modules])
    arrays = [weight.numpy() for module in modules for weight in module.state_dict().values()]
    bits = bits_of(np.copy(array) for array in arrays)
    inputs = split.inputs.astype(np.float64)
    if inputs.ndim > 2:  # pictures with channels first
        inputs = np.moveaxis(inputs.reshape(*inputs.shape[:3], -1), -1, 1)
    double = []
    with torch.no_grad():
        for module in modules:
            wide = module.double()
            parts = [wide(torch.from_numpy(inputs[first : first + AT_ONCE])) for first in _starts(inputs)]
            double.append(torch.softmax(torch.cat(parts), dim=1).numpy())
    return Back(single, np.stack(double), bits)


def by_torch_and_back(population: Population, split: tw.data.TestSplit, folder: Path) -> Back:
    """Return what networks give that were modules of PyTorch, saved and loaded, in between."""
    import torch

    states = []
    for place, member in enumerate(population):
        torch.save(member.to_torch().state_dict(), folder / f"{place}.pt")
        states.append(torch.load(folder / f"{place}.pt", weights_only=True))
    return ours(tw.networks.from_torch(states, population), split)


def by_hub(population: Population, split: tw.data.TestSplit, folder: Path) -> Back:
    """Return what the population gives that is read from a folder in the Hub's layout."""
    return ours(tw.hub.from_pretrained(tw.hub.save_pretrained(population, folder)), split)


def by_safetensors(population: Population, split: tw.data.TestSplit, folder: Path) -> Back:
    """Return what the population gives whose arrays were read with the safetensors package alone."""
    from safetensors.numpy import load_file, save_file

    from thalweg.hub.config import read_config
    from thalweg.networks import exchange
    from thalweg.networks.specs import SPECS
    from thalweg.spec import from_table

    save_file(exchange.to_tensors(population.networks), folder / "weights.safetensors")
    tw.hub.save_pretrained(population, folder)
    spec = from_table(SPECS, read_config(folder).network, "network")
    tensors = load_file(folder / "weights.safetensors")
    networks = exchange.from_tensors(tensors, spec, population.input_shape, population.classes)
    again = Population(
        networks, population.diverged, population.readout, population.input_shape, population.class_names
    )
    return ours(again, split)


WAYS: dict[str, Callable[..., Back]] = {
    "ONNX, by onnxruntime": by_onnx,
    "safetensors": by_safetensors,
    "PyTorch": by_torch,
    "PyTorch and back": by_torch_and_back,
    "Hub layout": by_hub,
}


def populations(dataset: tw.data.Dataset, members: int, epochs: int) -> Iterator[tuple[str, Population]]:
    """Yield small populations, of both readouts and both architectures."""
    convolutional = tw.networks.ConvNet((6, 8), dense=(16,))
    for name, recipe in (
        ("classic", tw.Recipe.load("classic").for_epochs(epochs)),
        ("classic-modern", tw.Recipe.load("classic-modern").for_epochs(epochs)),
        ("convolutional", tw.Recipe(network=convolutional, epochs=epochs, batch_size=64)),
    ):
        yield name, tw.train(recipe, dataset.train, members=members, seed=0)


def compared(before: Back, after: Back) -> tuple[str, bool]:
    """Return what changed, in words, and whether anything did that is not the rounding of float32."""
    same = np.array_equal(before.bits, after.bits)
    changed = int(np.count_nonzero(before.single.argmax(axis=2) != after.single.argmax(axis=2)))
    asked = before.single.shape[0] * before.single.shape[1]
    single = float(np.abs(after.single.astype(np.float64) - before.single).max())
    double = float(np.abs(after.double - before.double).max())
    bad = not same or changed > 0 or not double <= MOST
    said = (
        f"weights {'the same bits' if same else 'OTHERS'}, {changed} of {asked:,} answers changed, "
        f"probabilities by at most {single:.1e} in float32, {double:.1e} in float64"
    )
    return said + ("  CHANGED" if bad else ""), bad


def main() -> None:
    """Print a line for each population and form."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--members", type=int, default=4)
    parser.add_argument("--epochs", type=int, default=1)
    given = parser.parse_args()
    dataset = tw.load(given.data)
    failed = False
    for name, population in populations(dataset, given.members, given.epochs):
        before = ours(population, dataset.test)
        for way, ask in WAYS.items():
            with tempfile.TemporaryDirectory() as folder:
                try:
                    after = ask(population, dataset.test, Path(folder))
                except (ImportError, tw.ThalwegError) as error:
                    print(f"{name:<16}{way:<22}left out: {str(error).splitlines()[0]}")
                    continue
            said, bad = compared(before, after)
            failed |= bad
            print(f"{name:<16}{way:<22}{said}", flush=True)
    sys.exit(int(failed))


if __name__ == "__main__":
    main()
