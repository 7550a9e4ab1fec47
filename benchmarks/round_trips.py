"""Do networks answer the same after ONNX, safetensors, PyTorch and the Hub's layout?

    python benchmarks/round_trips.py [--data mnist] [--members 4] [--epochs 1]

Trains three small populations, of perceptrons and convolutional networks, writes every member in each form,
reads it back, and asks it about the test examples (10,000 of MNIST). Prints for each how many answers
changed, of how many, and the largest change of a probability. What is not installed is left out, and said.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

import thalweg as tw
from thalweg.networks.onnx_export import to_onnx
from thalweg.networks.population import Population


def by_onnx(population: Population, split: tw.data.TestSplit, folder: Path) -> np.ndarray:
    """Return the probabilities [members, examples, classes] that onnxruntime gives."""
    models = [
        tw.models.load_onnx(to_onnx(member, folder / f"{place}.onnx"), data=split)
        for place, member in enumerate(population)
    ]
    return np.stack([model.probabilities(split.inputs) for model in models])


def by_torch(population: Population, split: tw.data.TestSplit, folder: Path) -> np.ndarray:
    """Return what modules of PyTorch give."""
    modules = [tw.models.in_memory(member.to_torch()) for member in population]
    return np.stack([module.probabilities(split.inputs) for module in modules])


def by_torch_and_back(population: Population, split: tw.data.TestSplit, folder: Path) -> np.ndarray:
    """Return what networks give that were modules of PyTorch, saved and loaded, in between."""
    import torch

    states = []
    for place, member in enumerate(population):
        torch.save(member.to_torch().state_dict(), folder / f"{place}.pt")
        states.append(torch.load(folder / f"{place}.pt", weights_only=True))
    return tw.networks.from_torch(states, population).probabilities(split)


def by_hub(population: Population, split: tw.data.TestSplit, folder: Path) -> np.ndarray:
    """Return what the population gives that is read from a folder in the Hub's layout."""
    return tw.hub.from_pretrained(tw.hub.save_pretrained(population, folder)).probabilities(split)


def by_safetensors(population: Population, split: tw.data.TestSplit, folder: Path) -> np.ndarray:
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
    return again.probabilities(split)


WAYS: dict[str, Callable[..., np.ndarray]] = {
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


def main() -> None:
    """Print a line for each population and form."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--members", type=int, default=4)
    parser.add_argument("--epochs", type=int, default=1)
    given = parser.parse_args()
    dataset = tw.load(given.data)
    for name, population in populations(dataset, given.members, given.epochs):
        before = population.probabilities(dataset.test)
        for way, ask in WAYS.items():
            with tempfile.TemporaryDirectory() as folder:
                try:
                    after = np.asarray(ask(population, dataset.test, Path(folder)))
                except (ImportError, tw.ThalwegError) as error:
                    print(f"{name:<16}{way:<22}left out: {str(error).splitlines()[0]}")
                    continue
            changed = int(np.count_nonzero(before.argmax(axis=2) != after.argmax(axis=2)))
            asked = before.shape[0] * before.shape[1]
            largest = float(np.abs(after.astype(np.float64) - before).max())
            print(
                f"{name:<16}{way:<22}{changed} of {asked:,} answers changed, "
                f"probabilities by at most {largest:.1e}"
            )


if __name__ == "__main__":
    main()
