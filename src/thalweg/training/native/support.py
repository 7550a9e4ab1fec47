"""Which engine trains an epoch: XLA's own program, or the kernel where it can and where it is quicker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax

from thalweg.errors import TrainingError, near_match, shown
from thalweg.networks import Mlp
from thalweg.spec import is_off, numbers_per_member
from thalweg.training.epoch import run_epoch
from thalweg.training.groups import core_count
from thalweg.training.native import library
from thalweg.training.native.call import NativeEpoch
from thalweg.training.native.library import Missing
from thalweg.training.native.worth import quicker
from thalweg.training.optimisers import Adam, AdamW, Sgd
from thalweg.training.recipe import Recipe

SLOWER = "xla is quicker for so few members, or so wide a layer"
ENGINES = ("auto", "native", "xla")
MOST_LAYERS = 60


@dataclass(frozen=True)
class Engine:
    """What trains: `name` is native or xla; `variant`: of the kernel; `why` not the kernel, in words.

    `warning`: what the user should know, because the kernel should be there and is not.
    """

    name: str
    variant: str | None = None
    why: str | None = None
    warning: str | None = None

    @property
    def epoch(self) -> Callable[..., Any]:
        """The function that trains a group for an epoch, as `thalweg.training.epoch.run_epoch` does."""
        return run_epoch if self.variant is None else NativeEpoch(self.together)

    @property
    def together(self) -> int:
        """How many members are trained at the price of one."""
        return 1 if self.variant is None else self._library().lanes_of(self.variant)

    def _library(self) -> library.Library:
        found = library.found()
        assert not isinstance(found, Missing), "a variant is chosen of a kernel that is there"
        return found

    def to_json(self) -> dict[str, Any]:
        """Return what a run's record says of it."""
        return {"name": self.name, "variant": self.variant, "why": self.why}


def choose(
    wanted: str,
    recipe: Recipe,
    *,
    members: int,
    inputs: int,
    lit: float,
    kept: Mapping[str, Any] | None = None,
) -> Engine:
    """Return the engine that trains `members` of `recipe` on examples of so many `inputs`.

    `lit`: the share of inputs that are not zero.
    `kept`: the engine that a resumed training was started with, which goes on. Raises `TrainingError` for a
    word that is no engine, and for a kernel that was asked for and is missing or cannot do what is asked.
    """
    refuse_unfit(wanted, recipe)
    found = library.found()
    broken = isinstance(found, Missing) and found.broken
    warning = f"the native kernel is not used: {found.why}." if broken else None  # type: ignore[union-attr]
    if wanted == "xla":
        return Engine("xla", why="it was asked for")
    why = _cannot(recipe)
    if isinstance(found, Missing):
        if kept is not None and kept["name"] == "native":
            warning = f"this training goes on with XLA, equal to rounding: the native kernel: {found.why}."
        return Engine("xla", why=why or found.why, warning=None if why else warning)
    variant = found.variants[0]
    if kept is not None and wanted == "auto":
        if kept["name"] == "xla":
            return Engine("xla", why="it was started so")
        same = kept.get("variant")
        return Engine("native", same if same in found.variants else variant)
    if wanted == "auto":
        why = why or _slower(recipe, members, inputs, lit, found.lanes_of(variant))
    return Engine("native", variant) if why is None else Engine("xla", why=why)


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
    if not isinstance(network, Mlp):
        return "the kernel knows multilayer perceptrons only"
    if len(network.hidden) > MOST_LAYERS:
        return f"the kernel knows up to {MOST_LAYERS} hidden layers"
    if not isinstance(recipe.optimiser, Sgd | Adam | AdamW):
        return "the kernel does not know an optimiser of one's own"
    if not is_off(recipe.dropout):
        return "the kernel does not know dropout"
    if any(path.startswith("augmentation.") for path, _ in numbers_per_member(recipe)):
        return "each member distorts pictures for itself"
    return None


def _slower(recipe: Recipe, members: int, inputs: int, lit: float, lanes: int) -> str | None:
    """Return why the kernel would be slower; None where it is quicker."""
    times = quicker(recipe, members=members, inputs=inputs, lit=lit, lanes=lanes, cores=core_count())
    return SLOWER if times < 1 else None
