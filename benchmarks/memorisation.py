"""Memorisation of MNIST's 60,000 training examples, beside what is published.

Runs `thalweg study memorisation`, by default its preset `thorough` (2,000 members of 784-128-10, each on a
random 70 % of the examples), and prints the time, how sure the scores are, and the counts beside those of
Feldman & Zhang, *What neural networks memorize and why* (2020): another network, 4,000 members. A run that
was stopped goes on with the same `--out`.

    THALWEG_DATA=... python benchmarks/memorisation.py --out runs/memorisation
    THALWEG_DATA=... python benchmarks/memorisation.py --preset published --out runs/memorisation-published
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from pathlib import Path

import numpy as np

import thalweg as tw
from thalweg import runs
from thalweg.runs.study import StudyRun
from thalweg.studies import find, make_study, resume_study
from thalweg.studies.memorisation.record import Memorisation

PUBLISHED = {"pairs": 35, "distinct": 33, "single": 31}
"""Pairs with an influence of .15 or more, the test examples in them, and those in exactly one."""


def main() -> None:
    """Make or finish the study and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    study = find("memorisation")
    parser.add_argument("--preset", choices=list(study.presets), default="thorough")
    parser.add_argument("--members", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="runs/memorisation")
    options = parser.parse_args()
    settings = study.presets[options.preset]
    if options.members:
        settings = dataclasses.replace(settings, members=options.members)
    if Path(options.out, "study.json").exists():
        kept, found = resume_study(options.out, progress=show, settings=lambda _: settings)
    else:
        dataset = tw.data.load("mnist")
        kept, found = make_study(
            "memorisation", dataset, settings, seed=options.seed, out=options.out, progress=show
        )
    assert isinstance(found, Memorisation)
    print_machine(kept)
    print_table(found)
    print()
    for question, answer in found.rows():
        print(f"{question}\n    {answer}")


def show(what: str, place: int, count: int) -> None:
    """Write where the study is."""
    print(f"{place}/{count} {what}", file=sys.stderr, flush=True)


def print_machine(kept: StudyRun) -> None:
    """Print what the numbers were made with."""
    facts = runs.describe_machine()
    print(f"{kept.record['seconds']:,.0f} s on {os.cpu_count()} cores; {facts}\n")


def print_table(found: Memorisation) -> None:
    """Print the scores' precision and the counts beside the published ones."""
    error = found.scores.standard_error
    print("| | measured | published |\n|---|---|---|")
    rows = [
        ("members, examples", f"{found.members:,} x {len(found.labels):,}", "4,000 x 60,000"),
        ("standard error: median, largest", f"{np.median(error):.4f}, {error.max():.4f}", ""),
        ("accuracy on own examples", found.mean("accuracy_in").percent(), ""),
        ("accuracy on those left out", found.mean("accuracy_out").percent(), ""),
        ("test accuracy", found.test_accuracy.percent(), ""),
        (f"memorisation >= {found.settings.memorised:g}", f"{len(found.memorised):,}", "few"),
    ]
    if found.reliability is not None:
        rows.append(("split-half Spearman", found.reliability.halves.plain(3), ""))
        rows.append(("the same for all members", found.reliability.whole.plain(3), ""))
    if found.influence is not None:
        pairs = found.influence
        rows += [
            (f"pairs with influence >= {pairs.threshold:g}", f"{pairs.found:,}", f"{PUBLISHED['pairs']}"),
            ("of these by chance", pairs.by_chance.plain(1), ""),
            ("test examples in a pair", f"{pairs.distinct:,}", f"{PUBLISHED['distinct']}"),
            ("test examples in exactly one", f"{pairs.single:,}", f"{PUBLISHED['single']}"),
        ]
    if found.removal is not None:
        gap = found.removal.test.difference
        rows.append((f"accuracy without these {found.removal.removed:,} - random", str(gap), "negligible"))
    for row in rows:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
