"""A run or a population as a folder in the layout of the Hugging Face Hub."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from thalweg import recording, runs
from thalweg.data.dataset import Dataset
from thalweg.errors import HubError, ThalwegError
from thalweg.hub.card import card_text
from thalweg.hub.config import FILE, Config
from thalweg.networks import exchange
from thalweg.networks.convnet import ConvNet, ConvNetNetwork
from thalweg.networks.mlp import Mlp, MlpNetwork
from thalweg.networks.population import Population, TrainedNetwork, attackable
from thalweg.record import Record
from thalweg.report.reading import Subject, subjects_of
from thalweg.runs.files import write_atomically, write_json, write_tensors
from thalweg.runs.run import Run
from thalweg.spec import to_table

WEIGHTS, CARD = "model.safetensors", "README.md"
FILES = (FILE, WEIGHTS, CARD)


def save_pretrained(
    source: Run | str | Path | Population | TrainedNetwork,
    folder: str | Path,
    *,
    dataset: Dataset | None = None,
    records: Mapping[str, Record] | None = None,
    name: str | None = None,
) -> Path:
    """Write config.json, model.safetensors and README.md into `folder`, made if need be, and return its path.

    Main arguments:
        source: a finished run or its path, with its evaluations; or a population, or one of its members.
        folder: files of these names in it are replaced.

    Other arguments:
        dataset: what it was trained on, so that the folder says how features were scaled; of a run its own
            data are read, where they can be.
        records: what `evaluate` returned for a population; a run has its own.
        name: what the card is called; by default the run's recipe, or the folder.

    The card says what fails as far as it was measured, of noise, shift and calibration first, and "not
    measured" of the rest. Paths of this machine are not written. Every file is written whole or not at all.

    Raises `HubError` for what is neither, for networks whose architecture has no name (read from another
    library), and `RunError` for a run that is not finished or cannot be read.

    Examples:
        >>> import thalweg as tw
        >>> folder = tw.hub.save_pretrained(population, "mine", dataset=digits)
        >>> sorted(path.name for path in folder.iterdir())
        ['README.md', 'config.json', 'model.safetensors']
        >>> tw.hub.from_pretrained("mine")
        Population(4 members of 13,002 parameters, 10 classes)
    """
    folder = Path(folder)
    population, config, evaluated = _told(source, dataset, records)
    if folder.exists() and not folder.is_dir():
        raise HubError(f"{folder} is a file.", hint="give the path of a folder.")
    with evaluated as subject:
        text = card_text(config, subject, name or _name(config, folder))
    tensors = exchange.to_tensors(population.networks)
    write_tensors(folder / WEIGHTS, tensors, {"readout": population.readout})
    write_json(folder / FILE, config.to_json())
    write_atomically(folder / CARD, lambda temporary: temporary.write_text(text, "utf-8"))
    return folder


def _told(
    source: Any, dataset: Dataset | None, records: Mapping[str, Record] | None
) -> tuple[Any, Config, Any]:
    """Return the population, its config, and what gives the card its evaluations when it is entered."""
    if isinstance(source, str | Path):
        source = runs.open(source)
    if isinstance(source, Run):
        population = recording.population_of(source)
        return population, _of_run(source, population, dataset), nullcontext(Subject(source))
    population = attackable(source)
    if population is None:
        raise HubError(
            f"A {type(source).__name__} is no run and no population.",
            hint="pass what train_run or train returned; other libraries have layouts of their own.",
        )
    evaluated = nullcontext(None) if not records else _of_records(records)
    return population, _of_population(population, dataset), evaluated


@contextmanager
def _of_records(records: Mapping[str, Record]) -> Iterator[Subject]:
    with subjects_of(records) as subjects:
        yield subjects[0]


def _of_run(run: Run, population: Population, dataset: Dataset | None) -> Config:
    record = run.record
    data = {key: record["data"][key] for key in ("name", "hash", "train", "test") if key in record["data"]}
    return Config(
        network=record["recipe"]["network"],
        **_of_members(population),
        inputs=_inputs_of_run(run, population, dataset),
        recipe=record["recipe"],
        seed=record["seed"],
        data=data,
    )


def _of_population(population: Population, dataset: Dataset | None) -> Config:
    network: Any = population.networks
    if isinstance(network, MlpNetwork):
        hidden = tuple(layer.weight.shape[1] for layer in network.layers[:-1])
        table = to_table(Mlp(hidden, network.activation))
    elif isinstance(network, ConvNetNetwork):
        first = network.convolutions[0]
        channels = tuple(layer.weight.shape[-1] for layer in network.convolutions)
        dense = tuple(layer.weight.shape[1] for layer in network.layers[:-1])
        table = to_table(
            ConvNet(channels, first.weight.shape[1], network.pool, first.padding, dense, network.activation)
        )
    else:
        raise HubError(
            f"Networks of the architecture {type(network).__name__} cannot be written: no recipe names it.",
            hint="save networks of the kinds mlp and convnet, or the run that trained them.",
        )
    table.pop("initialisation")  # nobody knows how they were drawn
    return Config(network=table, **_of_members(population), inputs=_inputs(population, dataset))


def _of_members(population: Population) -> dict[str, Any]:
    return {
        "members": len(population),
        "readout": population.readout,
        "input_shape": population.input_shape,
        "class_names": population.class_names,
        "diverged": tuple(np.flatnonzero(population.diverged).tolist()),
    }


def _inputs_of_run(run: Run, population: Population, dataset: Dataset | None) -> dict[str, Any] | None:
    if dataset is None and len(population.input_shape) == 1:
        try:
            dataset = recording.dataset_of(run)
        except ThalwegError:  # arrays in memory, or gone: the card says that it is not known
            return None
    return _inputs(population, dataset)


def _inputs(population: Population, dataset: Dataset | None) -> dict[str, Any] | None:
    """Return how raw values become network inputs, `(raw - offset) / divisor`; None where that is not known.

    Pictures are [height, width] or [height, width, channels], in [0, 1]; uint8 is divided by 255.
    """
    if len(population.input_shape) > 1:
        return {"values": "pixels in [0, 1]", "offset": 0.0, "divisor": 1.0}
    if dataset is None:
        return None
    scaling = dataset.test.scaling
    offset, divisor = (
        np.asarray(values, np.float64).tolist() for values in (scaling.offset, scaling.divisor)
    )
    return {"values": "features", "offset": offset, "divisor": divisor, "names": list(dataset.feature_names)}


def _name(config: Config, folder: Path) -> str:
    return str((config.recipe or {}).get("name") or folder.resolve().name)
