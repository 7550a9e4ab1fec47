"""Thalweg trains populations of neural-network classifiers and measures honestly what they learned.

    import thalweg as tw

    digits = tw.load("digits")
    population = tw.train(tw.Recipe(), digits.train, members=8, seed=0)
    tw.evaluate(population, digits)

`import thalweg` is light: every name below is fetched when it is first used, and JAX with the first that
needs it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thalweg import claims as claims
    from thalweg import data as data
    from thalweg import evaluation as evaluation
    from thalweg import figures as figures
    from thalweg import models as models
    from thalweg import networks as networks
    from thalweg import recording as recording
    from thalweg import report as report
    from thalweg import runs as runs
    from thalweg import studies as studies
    from thalweg import training as training
    from thalweg.data import load as load
    from thalweg.data.dataset import Dataset as Dataset
    from thalweg.errors import ThalwegError as ThalwegError
    from thalweg.evaluation import evaluate as evaluate
    from thalweg.networks.population import Population as Population
    from thalweg.recording import evaluate_run as evaluate_run
    from thalweg.recording import resume_run as resume_run
    from thalweg.recording import train_run as train_run
    from thalweg.studies.label_audit import audit as audit
    from thalweg.training.population import train as train
    from thalweg.training.recipe import Recipe as Recipe

    __version__: str

_NAMESPACES = (
    "claims",
    "data",
    "evaluation",
    "figures",
    "models",
    "networks",
    "recording",
    "report",
    "runs",
    "studies",
    "training",
)
_HOMES = {
    "audit": "thalweg.studies.label_audit",
    "Dataset": "thalweg.data.dataset",
    "Population": "thalweg.networks.population",
    "Recipe": "thalweg.training.recipe",
    "ThalwegError": "thalweg.errors",
    "evaluate": "thalweg.evaluation",
    "evaluate_run": "thalweg.recording",
    "load": "thalweg.data",
    "resume_run": "thalweg.recording",
    "train": "thalweg.training.population",
    "train_run": "thalweg.recording",
}

__all__ = [
    "Dataset",
    "Population",
    "Recipe",
    "ThalwegError",
    "__version__",
    "audit",
    "claims",
    "data",
    "evaluate",
    "evaluate_run",
    "evaluation",
    "figures",
    "load",
    "models",
    "networks",
    "recording",
    "report",
    "resume_run",
    "runs",
    "studies",
    "train",
    "train_run",
    "training",
]


def __getattr__(name: str) -> Any:
    """Fetch a public name when it is first used (PEP 562)."""
    if name in _NAMESPACES:
        value: Any = import_module(f"thalweg.{name}")
    elif name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    elif name == "__version__":
        value = _version()
    else:
        raise AttributeError(f"module 'thalweg' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("thalweg")
    except PackageNotFoundError:  # used from a source tree without being installed
        return "0+unknown"
