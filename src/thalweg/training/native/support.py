"""Which engine trains an epoch: XLA's own program, or the kernel where it can and where it is quicker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import jax

from thalweg.cores import core_count
from thalweg.errors import TrainingError, near_match, shown
from thalweg.networks import ConvNet, Mlp
from thalweg.spec import is_off, numbers_per_member
from thalweg.training.epoch import run_epoch
from thalweg.training.native import library
from thalweg.training.native.call import NativeEpoch
from thalweg.training.native.chance import same_chance
from thalweg.training.native.distortion import NativeDistortion
from thalweg.training.native.library import Missing
from thalweg.training.native.worth import best
from thalweg.training.optimisers import Adam, AdamW, Sgd
from thalweg.training.recipe import Recipe

SLOWER = "xla is quicker for so few members, or so wide a layer"
ENGINES = ("auto", "native", "xla")
MOST_LAYERS, MOST_CONVOLUTIONS = 60, 32


@dataclass(frozen=True)
class Engine:
    """What trains: `name` is native or xla; `variant`: of the kernel; `why` not the kernel, in words.

    `lanes`: what stands side by side in the kernel's registers, "members" or the "neurons" of one.
    `pictures`: what distorts them, native or xla; None where that is not asked of it.
    `warning`: what the user should know, because the kernel should be there and is not.
    """

    name: str
    variant: str | None = None
    lanes: str | None = None
    pictures: str | None = None
    why: str | None = None
    warning: str | None = None

    @property
    def epoch(self) -> Callable[..., Any]:
        """The function that trains a group for an epoch, as `thalweg.training.epoch.run_epoch` does."""
        if self.name == "xla":
            return run_epoch
        return NativeEpoch(self._width, neurons=self.lanes == "neurons")

    def distortion(self) -> NativeDistortion | None:
        """Return what distorts pictures in place of XLA, on all cores; None where XLA does."""
        return NativeDistortion(self._width, core_count()) if self.pictures == "native" else None

    @property
    def together(self) -> int:
        """How many members are trained at the price of one."""
        return self._width if self.lanes == "members" else 1

    @property
    def _width(self) -> int:
        found = library.found()
        assert not isinstance(found, Missing), "a variant is chosen of a kernel that is there"
        assert self.variant is not None, "and named wherever the kernel does something"
        return found.lanes_of(self.variant)

    def to_json(self) -> dict[str, Any]:
        """Return what a run's record says of it."""
        return {name: getattr(self, name) for name in ("name", "variant", "lanes", "pictures", "why")}

    def to_facts(self) -> dict[str, str]:
        """Return what a checkpoint keeps of it, so that a training goes on as it was started."""
        kept = {"engine": self.name, "variant": self.variant, "lanes": self.lanes, "pictures": self.pictures}
        return {name: value or "" for name, value in kept.items()}


def choose(
    wanted: str,
    recipe: Recipe,
    *,
    members: int,
    inputs: int,
    lit: float,
    kept: Mapping[str, Any] | None = None,
    cores: int | None = None,
) -> Engine:
    """Return the engine that trains `members` of `recipe` on examples of so many `inputs`.

    `lit`: the share of inputs that are not zero. `cores`: that share out the members, by default this
    machine's.
    `kept`: the facts of a checkpoint that is continued, with the engine it was started with. Raises
    `TrainingError` for a word that is no engine, and for a kernel that was asked for and is missing or cannot
    do what is asked.
    """
    refuse_unfit(wanted, recipe)
    found = library.found()
    if isinstance(found, Missing):
        return _without(found, wanted, recipe, kept)
    variant = found.variants[0]
    if kept is not None and kept.get("variant") in found.variants:
        variant = kept["variant"]
    engine = _trainer(
        wanted, recipe, found.lanes_of(variant), members, inputs, lit, kept, cores or core_count()
    )
    pictures = _distorter(wanted, recipe, kept)
    used = variant if "native" in (engine.name, pictures) else None
    return replace(engine, variant=used, pictures=pictures)


def _without(found: Missing, wanted: str, recipe: Recipe, kept: Mapping[str, Any] | None) -> Engine:
    """Return XLA, with a word where the kernel should be there or was there before."""
    why = "it was asked for" if wanted == "xla" else _cannot(recipe) or found.why
    pictures = "xla" if _distorts(recipe) else None
    if wanted != "xla" and kept is not None and "native" in (kept.get("engine"), kept.get("pictures")):
        warning = f"this training goes on with XLA, equal to rounding: the native kernel: {found.why}."
    elif found.broken and wanted != "xla":
        warning = f"the native kernel is not used: {found.why}."
    else:
        warning = None
    return Engine("xla", pictures=pictures, why=why, warning=warning)


def _trainer(
    wanted: str,
    recipe: Recipe,
    width: int,
    members: int,
    inputs: int,
    lit: float,
    kept: Mapping[str, Any] | None,
    cores: int,
) -> Engine:
    """Return what trains the networks, where there is a kernel."""
    if wanted == "xla":
        return Engine("xla", why="it was asked for")
    if kept is not None and wanted == "auto":
        if kept.get("engine") != "native":
            return Engine("xla", why="it was started so")
        return Engine("native", lanes=kept.get("lanes") or "members")
    why = _cannot(recipe)
    if why is not None:
        return Engine("xla", why=why)
    lanes, times = best(recipe, members=members, inputs=inputs, lit=lit, lanes=width, cores=cores)
    return Engine("xla", why=SLOWER) if wanted == "auto" and times < 1 else Engine("native", lanes=lanes)


def _distorter(wanted: str, recipe: Recipe, kept: Mapping[str, Any] | None) -> str | None:
    """Return what distorts pictures, where there is a kernel: it, wherever it draws the same chance."""
    if not _distorts(recipe):
        return None
    if wanted == "xla" or jax.default_backend() != "cpu" or not same_chance():
        return "xla"
    return "native" if kept is None else kept.get("pictures") or "xla"


def _distorts(recipe: Recipe) -> bool:
    """Whether pictures are distorted once for all members."""
    return not recipe.augmentation.is_none and not _each_for_itself(recipe)


def _each_for_itself(recipe: Recipe) -> bool:
    return any(path.startswith("augmentation.") for path, _ in numbers_per_member(recipe))


def refuse_unfit(wanted: str, recipe: Recipe) -> None:
    """Raise `TrainingError` for no engine, and for a kernel that is missing or cannot train this recipe."""
    if wanted not in ENGINES:
        raise TrainingError(
            f"engine={shown(wanted)}: expected one of {', '.join(map(repr, ENGINES))}.",
            hint=f"leave it out to have the quicker one.{near_match(str(wanted), ENGINES)}",
        )
    if wanted != "native":
        return
    why = _cannot(recipe)
    if why is not None:
        raise TrainingError(
            f"engine='native' cannot train {recipe.name}: {why}.",
            hint="train with engine='auto', which takes XLA for it.",
        )
    found = library.found()
    if isinstance(found, Missing):
        raise TrainingError(
            f"engine='native': there is no native kernel: {found.why}.",
            hint=f"{library.CURE}, or train with engine='auto'.",
        )


def _cannot(recipe: Recipe) -> str | None:
    """Return why the kernel cannot train a recipe, whatever the data; None where it can."""
    network = recipe.network
    if jax.default_backend() != "cpu":
        return f"the kernel runs on processors, and this trains on a {jax.default_backend()}"
    if not isinstance(network, Mlp | ConvNet):
        return "the kernel knows multilayer perceptrons and convolutional networks only"
    hidden = network.hidden if isinstance(network, Mlp) else network.dense
    if len(hidden) > MOST_LAYERS:
        return f"the kernel knows up to {MOST_LAYERS} hidden layers"
    if isinstance(network, ConvNet) and len(network.channels) > MOST_CONVOLUTIONS:
        return f"the kernel knows up to {MOST_CONVOLUTIONS} convolutions"
    if not isinstance(recipe.optimiser, Sgd | Adam | AdamW):
        return "the kernel does not know an optimiser of one's own"
    if not is_off(recipe.dropout) and not same_chance():
        return "JAX is set to draw dropout with another generator than its own"
    if _each_for_itself(recipe):
        return "each member distorts pictures for itself"
    return None
