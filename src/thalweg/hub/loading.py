"""A population from a folder in the layout of the Hugging Face Hub, or from a repository there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from thalweg.errors import HubError, ThalwegError
from thalweg.hub.config import FILE, Config, read_config
from thalweg.hub.library import asked, library
from thalweg.hub.saving import WEIGHTS
from thalweg.networks import exchange
from thalweg.networks.population import Population
from thalweg.networks.specs import SPECS
from thalweg.runs.files import read_tensors
from thalweg.spec import from_table

REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")


def from_pretrained(
    source: str | Path,
    *,
    revision: str | None = None,
    token: str | None = None,
    endpoint: str | None = None,
    trust_own_code: bool = False,
) -> Population:
    """Return the population in a folder that `save_pretrained` wrote, or in a repository of the Hub.

    Main arguments:
        source: the path of a folder; or, where there is none of that name, a repository (`me/digits-32`),
            fetched into the cache of huggingface_hub.

    Other arguments:
        revision: of the repository: a branch, a tag or a commit.
        token, endpoint: as for huggingface_hub; by default what is set up on this machine.
        trust_own_code: whether a network of one's own, named in config.json by its import path, may be
            imported and run.

    Weights are read from safetensors, and nothing is unpickled. Raises `HubError` for a folder or a
    repository that is not there, for one of another kind, and for weights that do not fit.
    """
    folder = Path(source).expanduser()
    if not folder.is_dir():
        folder = _fetched(str(source), revision=revision, token=token, endpoint=endpoint)
    elif revision is not None:
        raise HubError(
            f"revision={revision!r} is of a repository, and {folder} is a folder.", hint="leave revision out."
        )
    return _population(folder, read_config(folder), trust_own_code)


def _fetched(name: str, *, revision: str | None, token: str | None, endpoint: str | None) -> Path:
    if not REPOSITORY.fullmatch(name) or name.startswith((".", "~")):
        raise HubError(f"There is no folder {name!r}.", hint="give the path of a folder, or owner/name.")
    hub = library()
    with asked(f"the repository {name!r}"):
        found = hub.snapshot_download(
            name, revision=revision, token=token, endpoint=endpoint, allow_patterns=[FILE, WEIGHTS]
        )
    return Path(found)


def _population(folder: Path, config: Config, trust_own_code: bool) -> Population:
    spec = _spec(config, folder, trust_own_code)
    classes = len(config.class_names)
    try:
        tensors, _ = read_tensors(folder / WEIGHTS)
        networks = exchange.from_tensors(tensors, spec, config.input_shape, classes)
    except ThalwegError as error:
        raise HubError(
            f"{folder / WEIGHTS}: {error.message}", hint="download it again, or write it anew."
        ) from None
    found = len(next(iter(tensors.values())))
    wrong = [member for member in config.diverged if not 0 <= member < found]
    if found != config.members or wrong:
        raise HubError(
            f"{folder}: {FILE} tells of {config.members} members (diverged: {list(config.diverged)}), the "
            f"weights are of {found}.",
            hint="use the files that were written together.",
        )
    diverged = np.zeros(found, bool)
    diverged[list(config.diverged)] = True
    return Population(networks, diverged, _readout(config, folder), config.input_shape, config.class_names)


def _readout(config: Config, folder: Path) -> str:
    if config.readout not in ("softmax", "sigmoid"):
        raise HubError(
            f"{folder / FILE}: readout is {config.readout!r}: expected softmax or sigmoid.",
            hint="download it again, or write it anew with save_pretrained.",
        )
    return config.readout


def _spec(config: Config, folder: Path, trust_own_code: bool) -> Any:
    table: Mapping[str, Any] = config.network
    if table.get("kind") == "own" and not trust_own_code:
        raise HubError(
            f"{folder / FILE} names a network of its author's own, {table.get('path')!r}: to build it, "
            "that code is run.",
            hint="look at the code, and pass trust_own_code=True if you trust it.",
        )
    try:
        return from_table(SPECS, table, "network")
    except ThalwegError as error:
        raise HubError(
            f"{folder / FILE}: {error.message}", hint="install a newer thalweg, or write it anew."
        ) from None
