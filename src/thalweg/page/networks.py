"""Trained networks as text in a page, where they answer without anybody else's help."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.errors import RunError
from thalweg.runs.described import as_expected
from thalweg.runs.files import read_tensors
from thalweg.runs.run import Run
from thalweg.sizes import size

MOST = 64
"""More members than this are not embedded: their answers are hardly to be told from those of 64."""

BUDGET, LIGHT_BUDGET = 4_000_000, 2_350_000
"""Bytes of weights in a report with the plots library, and in one without."""

SMALL = 4096
"""Tensors of up to so many numbers a member keep their 32 bits: they cost little, and answers stay within
0.002 of the networks' own where half precision throughout misses by up to twice that."""

_KINDS = ("mlp", "convnet")


@dataclass(frozen=True)
class Packed:
    """Networks for a page. `content` is None where there are none, and `why` says why not.

    `content`: JSON with the shape and the weights of the embedded `members`, large layers in float16 and
    small ones in float32. `note`: which members are missing from the page, if any.
    """

    content: dict[str, Any] | None = None
    members: tuple[int, ...] = ()
    note: str = ""
    why: str = ""


def packed(run: Run, *, budget: int = BUDGET, most: int = MOST) -> Packed:
    """Pack up to `most` members of a run, fewer where they would take more than `budget` bytes.

    Members that diverged are left out. Raises `RunError` for weights that are missing, damaged or not those
    of the recipe.
    """
    network = run.record["recipe"].get("network", {})
    kind = network.get("kind")
    if kind not in _KINDS or "activation" not in network:
        return Packed(why=f"the page cannot compute a network of kind {kind!r}.")
    tensors, facts = read_tensors(run.path / "population.safetensors")
    _check(run, tensors)
    packable = {name: _rounded(tensor) for name, tensor in tensors.items()}
    sound = _sound(packable, run.record["diverged"])
    each = sum(4 * -(-tensor[0].nbytes // 3) for tensor in packable.values())  # base64: 4 signs for 3 bytes
    chosen = sound[: min(most, budget // each)]
    if not chosen:
        return Packed(
            why=_too_large(each) if sound else "every network of this run diverged: none can answer."
        )
    with as_expected(str(run.path), hint="restore run.json from a copy, or train again."):
        return _chosen(run, packable, chosen, sound, facts)


def _chosen(
    run: Run,
    packable: Mapping[str, np.ndarray],
    chosen: list[int],
    sound: list[int],
    facts: Mapping[str, Any],
) -> Packed:
    content = _packed(run.record, {name: tensor[chosen] for name, tensor in packable.items()}, chosen)
    content["readout"] = facts.get("readout", "softmax")
    return Packed(content, tuple(chosen), _note(len(chosen), len(sound), run.record))


def _check(run: Run, tensors: Mapping[str, np.ndarray]) -> None:
    members, classes = run.record["members"], len(run.record["class_names"])
    last = tensors.get(f"layers.{_count(tensors, 'layers') - 1}.bias")
    if (
        last is None
        or last.shape != (members, classes)
        or {len(each) for each in tensors.values()} != {members}
    ):
        found = "none" if last is None else f"{last.shape[0]} members of {last.shape[-1]} classes"
        raise RunError(
            f"{run.path / 'population.safetensors'}: expected the weights of {members} members of "
            f"{classes} classes, found {found}.",
            hint="restore this file from a copy of the run, or train again.",
        )


def _rounded(tensor: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore", invalid="ignore"):  # a weight beyond 65,504 is found by `_sound`
        return tensor.astype("<f4" if tensor[0].size <= SMALL else "<f2")


def _sound(packable: Mapping[str, np.ndarray], diverged: list[int]) -> list[int]:
    members = len(next(iter(packable.values())))
    finite = np.ones(members, dtype=bool)
    for tensor in packable.values():
        finite &= np.isfinite(tensor.reshape(members, -1)).all(axis=1)
    finite[list(diverged)] = False
    return np.flatnonzero(finite).tolist()


def described(
    record: Mapping[str, Any], tensors: Mapping[str, np.ndarray], members: Sequence[int], readout: str
) -> dict[str, Any]:
    """Return networks of a run's recipe, given as stacked `tensors`, as a page reads them.

    `members`: what each is called. Numbers are rounded as those of `packed`.
    """
    packable = {name: _rounded(tensor) for name, tensor in tensors.items()}
    return {**_packed(record, packable, list(members)), "readout": readout}


def _packed(record: Mapping[str, Any], packable: dict[str, np.ndarray], members: list[int]) -> dict[str, Any]:
    network = record["recipe"]["network"]
    return {
        "members": members,
        "input_shape": list(record["input_shape"]),
        "class_names": [str(name) for name in record["class_names"]],
        "activation": network["activation"],
        "pool": network.get("pool", 1),
        "padding": network.get("padding", "valid"),
        "layers": _count(packable, "layers"),
        "convolutions": _count(packable, "convolutions"),
        "tensors": {
            name: {
                "shape": list(tensor.shape),
                "bytes": tensor.itemsize,
                "data": base64.b64encode(tensor.tobytes()).decode("ascii"),
            }
            for name, tensor in packable.items()
        },
    }


def _count(tensors: Mapping[str, Any], part: str) -> int:
    return len({name.split(".")[1] for name in tensors if name.startswith(f"{part}.")})


def _too_large(count: int) -> str:
    return f"one of these networks alone would add {size(count)} to this page."


def _note(embedded: int, sound: int, record: Mapping[str, Any]) -> str:
    diverged = record["members"] - sound
    notes = []
    if embedded < sound:
        notes.append(
            f"To keep this page small, {embedded} of the {sound:,} networks are in it; the numbers elsewhere "
            "are of all."
        )
    if diverged:
        notes.append(f"{diverged:,} that diverged {'is' if diverged == 1 else 'are'} left out.")
    return " ".join(notes)
