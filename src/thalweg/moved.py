"""Where names of an earlier tree are now: for one release the old ones work, and say so.

An old module is made when somebody imports it, and fetches each name from its new home, with a
`DeprecationWarning`.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import ModuleType
from typing import Any

MODULES = {
    "thalweg.evaluation.generalisation": ["thalweg.evaluation.accuracy"],
    "thalweg.evaluation.intervals": ["thalweg.statistics.intervals"],
    "thalweg.evaluation.record": ["thalweg.measured", "thalweg.record"],
    "thalweg.evaluation.spatial": ["thalweg.evaluation.features.moran"],
    "thalweg.evaluation.weight_chance": ["thalweg.evaluation.features.chance"],
    "thalweg.evaluation.weight_images": ["thalweg.evaluation.features.pictures"],
    "thalweg.networks.surface": ["thalweg.weights.cost_surface"],
    "thalweg.studies.audit_record": ["thalweg.studies.label_audit.record"],
    "thalweg.studies.label_noise": ["thalweg.data.label_noise"],
    "thalweg.studies.memorisation_record": ["thalweg.studies.memorisation.record"],
    "thalweg.studies.settings": [],
    "thalweg.studies.settings.memorisation": ["thalweg.studies.memorisation.settings"],
    "thalweg.studies.settings.nielsen": ["thalweg.studies.nielsen.settings"],
    "thalweg.studies.settings.optimisers": ["thalweg.studies.optimisers.settings"],
    "thalweg.studies.settings.random_labels": ["thalweg.studies.random_labels.settings"],
    "thalweg.studies.settings.starts": ["thalweg.studies.starts.settings"],
    "thalweg.studies.settings.structure": ["thalweg.studies.structure.settings"],
    "thalweg.studies.suspicion": ["thalweg.studies.label_audit.suspicion"],
    "thalweg.studies.true_spread": ["thalweg.statistics.true_spread"],
}
"""Every old module that the documentation named, and the modules that hold its names now."""

NAMES = {
    "thalweg.evaluation.generalisation": ("thalweg.evaluation", "accuracy"),
    "thalweg.evaluation.generalisation.Generalisation": ("thalweg.evaluation", "AccuracyAndGap"),
    "thalweg.evaluation.generalisation.generalisation": ("thalweg.evaluation", "accuracy"),
    "thalweg.evaluation.Generalisation": ("thalweg.evaluation", "AccuracyAndGap"),
    "thalweg.figures.KeptAudit": ("thalweg.runs", "AuditRun"),
    "thalweg.recording.compare_pairs": ("thalweg.comparing", "compare_pairs"),
    "thalweg.recording.compare_runs": ("thalweg.comparing", "compare_runs"),
    "thalweg.networks.surface.Surface": ("thalweg.weights.cost_surface", "CostSurface"),
}
"""Every old name that is another one now, and where."""


def fetch(old: str) -> Any:
    """Return what `old` is now, with a `DeprecationWarning`. Raises `AttributeError` for what never was."""
    if old in MODULES and old not in NAMES:
        return import_module(old)
    package, _, name = old.rpartition(".")
    homes = [NAMES[old]] if old in NAMES else [(home, name) for home in MODULES.get(package, ())]
    for home, new in homes:
        found = getattr(import_module(home), new, None)
        if found is not None:
            # 3: who asked this module or package for the name
            warnings.warn(f"{old} is now {home}.{new}", DeprecationWarning, stacklevel=3)
            return found
    raise AttributeError(f"module {package!r} has no attribute {name!r}")


class Moved(ModuleType):
    """An old module: it holds nothing, and fetches every name from where that is now."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return fetch(f"{self.__name__}.{name}")


class _Finder(MetaPathFinder, Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in MODULES:
            return None
        return spec_from_loader(fullname, self, is_package=not MODULES[fullname])

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return Moved(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: there is nothing in it."""


def follow() -> None:
    """Let old modules be imported: the last finder is asked for what is found nowhere else."""
    sys.meta_path.append(_Finder())
