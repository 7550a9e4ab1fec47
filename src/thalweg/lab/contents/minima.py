"""Where all members ended, before and after their neurons are matched, on a map of two directions."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from thalweg.errors import ThalwegError
from thalweg.lab.opened import Missing, Opened
from thalweg.networks.population import flat_weights
from thalweg.page.networks import packed
from thalweg.weights.permutation import REFLECTIONS, Rearrangement, match_weights, rearranged

PATIENCE = 25.0
"""Seconds that matching may take; members that it does not come to are left as they are, and that is said."""

STARTS = 3


def minima(opened: Opened) -> dict[str, Any]:
    """Return the places of all members on two principal directions, before and after matching.

    `before`, `after`: places [members, 2], each about its own mean, in the unit of weights, and `shown`, the
    share of the squared distances between members that two directions keep. Neurons are matched to those of
    the member `reference` (Ainsworth et al. 2023, arXiv 2209.04836). `rearrangements`: by embedded member,
    which neuron stands where in each hidden layer and with which sign, or null where it was not matched.
    """
    population, sound = opened.population, opened.sound
    if len(sound) < 2:
        raise Missing("missing.one_network")
    networks = [population[member].network for member in sound]
    found = _matched(opened, networks)
    before, shown_before = _map(np.stack([flat_weights(network) for network in networks]))
    content: dict[str, Any] = {
        "members": sound,
        "diverged": [int(member) for member in opened.run.record["diverged"]],
        "before": before.round(4).tolist(),
        "shown_before": shown_before,
        "accuracy": _accuracies(opened),
        "cost": opened.recipe.cost,
        "constant": REFLECTIONS.get(getattr(networks[0], "activation", ""), 0.0),
        "connectivity": _connectivity(opened),
    }
    if found is None:
        return {**content, "after": None, "why": Missing("missing.not_matched").told()}
    after, shown_after = _map(np.stack([flat_weights(network) for network, _ in found]))
    embedded = packed(opened.run).members
    return {
        **content,
        "after": after.round(4).tolist(),
        "shown_after": shown_after,
        "reference": sound[0],
        "matched": sum(rearrangement is not None for _, rearrangement in found),
        "rearrangements": [_listed(found[sound.index(member)][1]) for member in embedded],
        "why": None,
    }


def _matched(opened: Opened, networks: list[Any]) -> list[tuple[Any, Rearrangement | None]] | None:
    """Return each network with its neurons as the first one's, and how they were moved; None for none."""
    if opened.run.record["recipe"]["network"].get("kind") != "mlp" or not networks[0].layers[:-1]:
        return None
    began, found = time.monotonic(), []
    for network in networks:
        if time.monotonic() - began > PATIENCE:
            found.append((network, None))
            continue
        try:
            match = match_weights(networks[0], network, starts=STARTS).rearrangement
        except ThalwegError:
            return None
        found.append((rearranged(network, match), match))
    return found


def _map(weights: np.ndarray) -> tuple[np.ndarray, float]:
    """Return places [members, 2] on the two principal directions, and the share of squares they keep."""
    centred = weights.astype(np.float64) - weights.mean(axis=0)
    values, vectors = np.linalg.eigh(centred @ centred.T)
    largest = np.maximum(values[::-1], 0.0)
    places = vectors[:, ::-1][:, :2] * np.sqrt(largest[:2])
    # an axis has no direction of its own: the first member lies to the right and above
    places *= np.where(places[0] < 0, -1.0, 1.0)
    return places, float(largest[:2].sum() / max(largest.sum(), 1e-300))


def _accuracies(opened: Opened) -> list[float] | None:
    """Return the test accuracy of each sound member, where it was measured."""
    if "accuracy" not in opened.run.evaluations():
        return None
    arrays = opened.run.evaluation_arrays("accuracy")
    measured = arrays.get("test_member_accuracy")
    if measured is None or len(measured) != len(opened.sound):
        return None
    return [round(float(value), 5) for value in measured]


def _listed(rearrangement: Rearrangement | None) -> list[dict[str, list[int]]] | None:
    if rearrangement is None:
        return None
    return [
        {"order": order.astype(int).tolist(), "sign": sign.astype(int).tolist()}
        for order, sign in zip(rearrangement.orders, rearrangement.signs, strict=True)
    ]


def _connectivity(opened: Opened) -> dict[str, Any]:
    try:
        record = opened.evaluation("connectivity")
    except Missing as missing:
        return missing.told()
    return {
        "pairs": record["pairs"],
        "examples": record["examples"],
        "before": record["unaligned"]["barrier"],
        "after": (record.get("weights") or {}).get("barrier"),
    }
