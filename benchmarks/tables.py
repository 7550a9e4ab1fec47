"""The tables of docs/measured.md, from run directories that `thalweg evaluate` has measured.

thalweg train --data mnist --recipe classic --members 32 --out runs/classic && thalweg evaluate runs/classic
python benchmarks/tables.py runs/classic runs/classic-modern
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from thalweg import runs
from thalweg.measured import as_percent, as_plain
from thalweg.runs.run import Run

DETECTORS = {
    "maximum_probability": "own confidence",
    "mutual_information": "mutual information",
    "inputs": "inputs",
}


def main() -> None:
    """Print every table for the runs named on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", nargs="+")
    opened = [runs.open(path) for path in parser.parse_args().run]
    for title, table in (
        ("Accuracy on new examples", accuracy),
        ("Calibration", calibration),
        ("Confidence on noise: one network / the vote", noise),
        ("Outliers, AUROC of the vote", outliers),
        ("Conformal sets (LAC) of one network", conformal),
        ("Shift", shift),
    ):
        print(f"\n### {title}\n")
        print_table(table(opened))


def print_table(rows: Iterable[list[str]]) -> None:
    """Print rows as a Markdown table, the first being its head."""
    head, *body = rows
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in body:
        print("| " + " | ".join(row) + " |")


def accuracy(opened: list[Run]) -> Iterable[list[str]]:
    """Yield accuracy with its three intervals, spread and ensemble."""
    yield [
        "recipe",
        "parameters",
        "n",
        "mean, over both",
        "over starts",
        "over examples",
        "sd",
        "vote",
        "seconds",
    ]
    for run in opened:
        found = run.evaluation("accuracy")["test_accuracy"]
        ends = {name: _ends(interval) for name, interval in found["interval"].items()}
        yield [
            name_of(run),
            f"{run.record['parameters']:,}",
            f"{found['members']} x {found['examples']:,}",
            f"{found['mean']:.2%} {ends['both']}",
            ends["starts"],
            ends["examples"],
            f"{100 * found['sd']:.2f}",
            as_percent(found["ensemble"], tuple(found["ensemble_interval"])),
            f"{run.record['seconds']:.0f}",
        ]


def calibration(opened: list[Run]) -> Iterable[list[str]]:
    """Yield proper scores and calibration errors of one network and of the vote."""
    names = ("nll", "brier", "debiased_l2", "ece_equal_mass", "ece_equal_width", "signed")
    yield ["recipe", "of", *names]
    for run in opened:
        found = run.evaluation("calibration")
        for of, numbers in (("one network", found), ("the vote", found["ensemble"])):
            yield [name_of(run), of, *(_plain(numbers[name], 4) for name in names)]


def noise(opened: list[Run]) -> Iterable[list[str]]:
    """Yield mean confidence on every kind of noise."""
    kinds = [kind for kind, value in opened[0].evaluation("noise").items() if "mean_confidence" in value]
    yield ["recipe", *kinds]
    for run in opened:
        found = run.evaluation("noise")
        pairs = ((found[kind], found[kind]["ensemble"]) for kind in kinds)
        cells = (" / ".join(_percent(of["mean_confidence"]) for of in pair) for pair in pairs)
        yield [name_of(run), *cells]


def outliers(opened: list[Run]) -> Iterable[list[str]]:
    """Yield AUROC of a few detectors, set by set."""
    sets = [name for name, value in opened[0].evaluation("outliers").items() if "auroc" in str(value)[:400]]
    yield ["recipe", "detector", *sets]
    for run in opened:
        found = run.evaluation("outliers")
        for key, title in DETECTORS.items():
            cells = []
            for name in sets:
                numbers = found[name].get(key) or {}
                numbers = numbers.get("ensemble") or numbers
                cells.append(_percent(numbers["auroc"]) if numbers.get("auroc") else "")
            yield [name_of(run), title, *cells]


def conformal(opened: list[Run]) -> Iterable[list[str]]:
    """Yield measured coverage and mean set size at each level."""
    levels = list(opened[0].evaluation("abstention")["conformal"])
    yield ["recipe", *(f"{float(level):.0%}: coverage, classes named" for level in levels)]
    for run in opened:
        found = run.evaluation("abstention")["conformal"]
        cells = (
            f"{_percent(found[level]['coverage'])}, {_plain(found[level]['mean_set_size'], 2)}"
            for level in levels
        )
        yield [name_of(run), *cells]


def shift(opened: list[Run]) -> Iterable[list[str]]:
    """Yield clean and mean corruption error."""
    yield ["recipe", "clean error", "mean error over MNIST-C's 15", "times clean"]
    for run in opened:
        found = run.evaluation("shift")
        yield [
            name_of(run),
            _percent(found["clean_error"]),
            _percent(found["mean_corruption_error"]),
            _plain(found["relative_mean_error"], 1),
        ]


def name_of(run: Run) -> str:
    """Return the name of the run's recipe."""
    return run.record["recipe"]["name"]


def _ends(interval: list[float] | None) -> str:
    return "" if interval is None else f"[{100 * interval[0]:.2f}, {100 * interval[1]:.2f}]"


def _percent(number: dict) -> str:
    return as_percent(number["value"], number["interval"] and tuple(number["interval"]))


def _plain(number: dict, decimals: int) -> str:
    return as_plain(number["value"], number["interval"] and tuple(number["interval"]), decimals=decimals)


if __name__ == "__main__":
    main()
