"""How well does an audit rank MNIST's test labels, beside what people say of them?

    thalweg audit mnist --thorough --out runs/audit
    python benchmarks/votes.py runs/audit/audit.parquet mnist_mturk.json

The votes are those of Northcutt, Athalye and Mueller (Pervasive Label Errors in Test Sets, 2021): a network
of theirs chose 100 test images, and five people were asked of each whether the given label is right. They are
in the repository cleanlab/label-errors, `mturk/mnist_mturk.json`. A label counts as wrong where fewer than
three confirm it: 15 of the 100.

Prints the average precision among the 100, with a bootstrap interval over them, and how many of the 15 are
among the first so many of all test labels.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import polars
from sklearn.metrics import average_precision_score

FEWEST_VOTES, RESAMPLED = 3, 4000


def main() -> None:
    """Compare a ranking with the votes and print how well they agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("table", type=Path, help="audit.parquet")
    parser.add_argument("votes", type=Path, help="mnist_mturk.json")
    asked = parser.parse_args()
    examples, wrong = read_votes(asked.votes)
    ranked = polars.read_parquet(asked.table).filter(polars.col("split") == "test")["example"].to_numpy()
    place = np.empty(len(ranked), dtype=int)
    place[ranked] = np.arange(len(ranked))
    low, high = interval(wrong, -place[examples])
    found = average_precision_score(wrong, -place[examples])
    first = {count: int((place[examples[wrong]] < count).sum()) for count in (15, 50, 100)}
    print(f"{wrong.sum()} of {len(wrong)} labels are wrong by the votes: by chance {wrong.mean():.2f}")
    print(f"average precision among them: {found:.3f} [{low:.2f}, {high:.2f}]")
    print(f"wrong ones among the first of all {len(place):,} test labels: {first}")


def read_votes(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of the test images that were shown, and which labels are wrong by the votes."""
    votes = json.loads(path.read_text("utf-8"))
    wrong = [vote["mturk"]["given"] < FEWEST_VOTES for vote in votes]
    return np.array([vote["id"] for vote in votes]), np.array(wrong)


def interval(wrong: np.ndarray, score: np.ndarray) -> tuple[float, float]:
    """Return the 95 % bootstrap interval over the images that were shown."""
    generator = np.random.default_rng(0)
    drawn = []
    for _ in range(RESAMPLED):
        chosen = generator.integers(0, len(wrong), len(wrong))
        if wrong[chosen].any():
            drawn.append(average_precision_score(wrong[chosen], score[chosen]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


if __name__ == "__main__":
    main()
