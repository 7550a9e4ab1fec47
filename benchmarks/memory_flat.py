"""Resident memory of one process that trains and evaluates for a long time: is it flat?

    python benchmarks/memory_flat.py --minutes 30

A lap is one round for each evaluation that takes long or looks inside. Each round trains one of a handful of
settings (network, members, batch size, cost, engine, order, data) through the public interface, makes the
quick evaluations and that one; every fifth is a run on disk instead that is evaluated and drawn as a report,
in a folder that is deleted. Every lap holds the same rounds with other seeds, so that what is compiled is
bounded, and a round is compared with the same round of other laps: nothing may grow once a lap is over.

Printed after each round: what the process has in memory, arrays of JAX that live and programs that are
loaded. In the end the slope in MB an hour after the first `--warm-up` laps, by least squares with a level of
each round's own, and a 95 % interval of Student's t for as many free rounds as the correlation of each with
the next leaves.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import math
import tempfile
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

import thalweg as tw
from machine import about
from thalweg.evaluation.suite import EVALUATIONS, Objective

NETWORKS = {
    "narrow": tw.networks.Mlp((8,)),
    "deep": tw.networks.Mlp((24, 12)),
    "pictures": tw.networks.ConvNet((3,), dense=(8,)),
}
QUICK = ("accuracy", "calibration", "diversity", "arbitrariness", "abstention", "noise")
OTHERS = tuple(name for name in EVALUATIONS if name not in QUICK)
"""Evaluations that take long, or look inside: one in five rounds, in turn."""


def settings() -> list[dict[str, Any]]:
    """Return all settings that a round may have, in a fixed order."""
    found = []
    for network, engine in itertools.product(NETWORKS, ("auto", "xla")):
        number = len(found)
        found.append(
            {
                "network": network,
                "members": (2, 5)[number % 2],
                "batch_size": (50, 20, 32)[number % 3],
                "engine": engine,
                "cost": ("cross-entropy", "quadratic")[number % 4 == 1],
                "order": ("shared", "own")[number % 3 == 2],
                "data": ("digits", "features")[network == "deep"],
            }
        )
    return found


def datasets() -> dict[str, Any]:
    """Return pictures and rows of features to learn from, both small."""
    draw = np.random.default_rng(0)
    labels = np.arange(600) % 3
    rows = draw.normal(size=(600, 12)) + labels[:, None]
    features = tw.data.from_arrays(rows[:400], labels[:400], test=(rows[400:], labels[400:]))
    return {"digits": tw.load("digits"), "features": features}


def lap() -> list[tuple[int, str | None]]:
    """Return the rounds of a lap: a setting, and an evaluation beside the quick ones (None: on disk)."""
    many, rounds = len(settings()), []
    for place, name in enumerate(OTHERS):
        if place % 4 == 3:
            rounds.append((place // 4 % many, None))
        rounds.append((place % many, name))
    return rounds


def one_round(chosen: dict[str, Any], dataset: Any, other: str | None, seed: int) -> None:
    """Train and evaluate, or keep all of it on disk and draw it."""
    recipe = tw.Recipe(
        network=NETWORKS[chosen["network"]],
        batch_size=chosen["batch_size"],
        cost=chosen["cost"],
        order=chosen["order"],
        epochs=3,
    )
    how = {"members": chosen["members"], "seed": seed, "engine": chosen["engine"]}
    if other is None:
        with tempfile.TemporaryDirectory() as folder:
            run = tw.train_run(recipe, dataset, **how, out=Path(folder) / "run", keep_path=2)
            tw.evaluate_run(run, only=QUICK[:3], dataset=dataset)
            tw.report.write(run.path, Path(folder) / "report.html")
        return
    population = tw.train(recipe, dataset.train, **how)
    names = QUICK if dataset.train.is_images else QUICK[:-1]
    tw.evaluate(population, dataset, only=names, seed=seed)
    with suppress(tw.errors.NotApplicable):  # rows of features have no dreams
        tw.evaluate(population, dataset, only=other, objective=Objective(recipe.cost), seed=seed)


def resident() -> float:
    """Return what this process has in memory, in MB of 10^6 bytes."""
    gc.collect()
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise SystemExit("Linux alone says what a process has in memory (/proc/self/status).")


def held() -> str:
    """Say what JAX holds: arrays that live, and programs that are loaded."""
    import jax

    arrays = jax.live_arrays()
    size = sum(array.nbytes for array in arrays) / 1e6
    programs = len(jax.devices()[0].client.live_executables())
    return f"{len(arrays)} arrays of JAX ({size:.1f} MB), {programs} programs"


def slope(hours: np.ndarray, megabytes: np.ndarray, places: np.ndarray) -> tuple[float, float, float]:
    """Return the slope in MB an hour with its 95 % interval, rounds of one place among themselves."""
    from scipy.stats import t

    x, y = hours.astype(float), megabytes.astype(float)
    for place in np.unique(places):
        own = places == place
        x[own], y[own] = x[own] - x[own].mean(), y[own] - y[own].mean()
    found = float(x @ y / (x @ x))
    rest = y - found * x
    spread = float(rest @ rest)
    together = max(0.0, float(rest[1:] @ rest[:-1]) / spread) if spread else 0.0
    levels = len(np.unique(places))
    free = max(1.0, (len(x) - levels) * (1 - together) / (1 + together) - 1)
    reach = float(t.ppf(0.975, free)) * math.sqrt(spread / free / float(x @ x))
    return found, found - reach, found + reach


def main() -> None:
    """Run lap after lap, say what is held, and in the end the slope."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--warm-up", type=int, default=1, help="laps that do not count")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    every, data, rounds = settings(), datasets(), lap()
    print(f"{about()}; {len(rounds)} rounds a lap, {len(every)} settings", flush=True)
    began, number = time.monotonic(), 0
    seen: list[tuple[float, float, int]] = []
    while time.monotonic() - began < 60 * options.minutes:
        done, place = divmod(number, len(rounds))
        setting, other = rounds[place]
        one_round(every[setting], data[every[setting]["data"]], other, number)
        hours, taken = (time.monotonic() - began) / 3600, resident()
        if done >= options.warm_up:
            seen.append((hours, taken, place))
        said = f"lap {done + 1}, {other or 'a run on disk'}: {taken:.1f} MB"
        print(f"{60 * hours:5.1f} min, {said}, {held()}", flush=True)
        number += 1
    laps = number / len(rounds)
    if laps < options.warm_up + 2:
        print(f"{laps:.1f} laps: too few for a slope; {options.warm_up + 2} are needed.")
        return
    found, low, high = slope(*(np.asarray(each) for each in zip(*seen, strict=True)))
    print(
        f"after {options.warm_up} of {laps:.1f} laps: {found:+.1f} MB an hour [{low:+.1f}, {high:+.1f}] "
        f"({len(seen)} rounds)"
    )


if __name__ == "__main__":
    main()
