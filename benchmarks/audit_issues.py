"""How well does an audit find what was planted besides wrong labels, beside cleanlab's Datalab?

    python benchmarks/audit_issues.py                              ours alone
    python benchmarks/audit_issues.py --peer ../peers/bin/python   with Datalab, by an interpreter that has it
    python benchmarks/audit_issues.py --seeds 10

Pictures (the digits) and tables (wine, breast cancer) get exact copies, changed copies, outliers and copies
with another label. Both are given the same inputs and the same answers: a logistic regression, five-fold.
Printed is, over all seeds: precision and recall of what either names, average precision of what it ranks, and
how many clean examples either names where nothing was planted.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import ndimage

PARTS = {"exact": 0.02, "near": 0.03, "outlier": 0.01, "contradiction": 0.01}
"""Share of the examples that each kind is planted for."""


def main() -> None:
    """Plant, ask both, and print one line a kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--peer", help="a Python that has cleanlab[datalab]")
    parser.add_argument("--judge", help=argparse.SUPPRESS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--data", default="digits,wine,breast_cancer")
    asked = parser.parse_args()
    if asked.judge:
        print(json.dumps(datalab(asked.judge)))
        return
    for name in asked.data.split(","):
        print(f"\n{name}, {asked.seeds} seeds")
        for kinds in (PARTS, {}):
            found: dict[str, list] = {}
            for seed in range(asked.seeds):
                made = planted(name, seed, kinds)
                answers = out_of_sample(made)
                for who, judge in judges(asked.peer).items():
                    found.setdefault(who, []).append((made, judge(made, answers)))
            for who, results in found.items():
                print(*(lines(who, results) if kinds else clean_lines(who, results)), sep="\n")


def planted(name: str, seed: int, kinds: dict[str, float]) -> dict[str, np.ndarray]:
    """Return inputs, labels, and for every example which kind was planted there ("" for none)."""
    from sklearn import datasets

    generator = np.random.default_rng(seed)
    bunch = getattr(datasets, f"load_{name}")()
    inputs, labels = (bunch.images if name == "digits" else bunch.data), bunch.target
    unlike = outlying_picture if name == "digits" else outlying_row
    changed = changed_picture if name == "digits" else changed_row
    sources = iter(generator.permutation(len(labels)))
    rows, marks, kept = [], [""] * len(labels), list(labels)
    for kind, share in kinds.items():
        for _ in range(max(2, round(share * len(labels)))):
            place = next(sources)
            made = {
                "exact": lambda x, _: x,
                "near": changed,
                "outlier": unlike,
                "contradiction": lambda x, _: x,
            }[kind](inputs[place], (generator, inputs))
            others = [label for label in np.unique(labels) if label != labels[place]]
            rows.append(made)
            kept.append(generator.choice(others) if kind == "contradiction" else labels[place])
            # a row of few digits is its own rounded copy
            mark = "exact" if kind == "near" and np.array_equal(made, inputs[place]) else kind
            if kind != "outlier":
                marks[place] = mark
            marks.append(mark)
    everything = np.concatenate([inputs, np.array(rows)]) if rows else inputs
    return {"inputs": everything, "labels": np.array(kept), "marks": np.array(marks)}


Given = tuple[np.random.Generator, np.ndarray]


def changed_picture(picture: np.ndarray, given: Given) -> np.ndarray:
    """Return a digit turned by 3 degrees, darkened by a tenth, or with a little noise."""
    generator, _ = given
    which = generator.integers(3)
    if which == 0:
        return np.clip(ndimage.rotate(picture, 3, reshape=False, order=1), 0, 16)
    return picture * 0.9 if which == 1 else np.clip(picture + generator.normal(0, 0.2, picture.shape), 0, 16)


def outlying_picture(picture: np.ndarray, given: Given) -> np.ndarray:
    """Return static, a negative, or shuffled pixels."""
    generator, _ = given
    which = generator.integers(3)
    if which == 0:
        return generator.integers(0, 17, picture.shape).astype(float)
    return 16 - picture if which == 1 else generator.permutation(picture.ravel()).reshape(picture.shape)


def changed_row(row: np.ndarray, given: Given) -> np.ndarray:
    """Return a row that was rounded to three digits, or measured again with an error of a thousandth."""
    generator, _ = given
    if generator.integers(2):
        return np.array([float(f"{value:.3g}") for value in row])
    return row * (1 + generator.normal(0, 0.001, row.shape))


def outlying_row(row: np.ndarray, given: Given) -> np.ndarray:
    """Return a row with one value in other units, or with each value from another row."""
    generator, inputs = given
    if generator.integers(2):
        place = generator.integers(len(row))
        return np.where(np.arange(len(row)) == place, 10 * row, row)
    return np.array([generator.choice(column) for column in inputs.T])


def out_of_sample(made: dict[str, np.ndarray]) -> np.ndarray:
    """Return answers [examples, classes] of a logistic regression that did not learn from the example."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    flat = made["inputs"].reshape(len(made["labels"]), -1)
    return np.asarray(cross_val_predict(model, flat, made["labels"], cv=5, method="predict_proba"))


Judge = Callable[[dict[str, np.ndarray], np.ndarray], dict]


def judges(peer: str | None) -> dict[str, Judge]:
    """Return who is asked, by name."""
    asked: dict[str, Judge] = {"thalweg": ours}
    return asked | ({"datalab": lambda made, answers: theirs(peer, made, answers)} if peer else {})


def ours(made: dict[str, np.ndarray], answers: np.ndarray) -> dict:
    """Return what an audit of these inputs, labels and answers says of every example."""
    from thalweg.studies.label_audit import audit

    inputs = made["inputs"]
    if inputs.ndim == 3:  # pictures are bytes
        inputs = np.round(inputs * 255 / 16).astype(np.uint8)
    began = time.perf_counter()
    found = audit(inputs, made["labels"], probabilities=answers).issues
    seconds = time.perf_counter() - began
    if found is None or not (found.copies and found.outliers and found.contradictions):
        raise SystemExit("the audit did not look for everything")
    luck = np.where(found.copies.exact, 0.0, np.nan_to_num(found.copies.luck, nan=1.0))
    return {
        "copy": found.copies.group >= 0,
        "exact": found.copies.exact,
        "outlier": found.outliers.apart,
        "contradiction": found.contradictions.group >= 0,
        "score_copy": -luck,
        "score_outlier": found.outliers.score,
        "seconds": seconds,
    }


def theirs(python: str | None, made: dict[str, np.ndarray], answers: np.ndarray) -> dict:
    """Return the same of Datalab, asked by another interpreter, with inputs standardised as ours are."""
    flat = made["inputs"].reshape(len(made["labels"]), -1)
    if made["inputs"].ndim == 2:
        flat = (flat - flat.mean(axis=0)) / flat.std(axis=0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.npz"
        np.savez(path, inputs=flat, labels=made["labels"], answers=answers)
        command = [str(python), __file__, "--judge", str(path)]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = json.loads(said.splitlines()[-1])
    return {name: np.array(values) if isinstance(values, list) else values for name, values in found.items()}


def datalab(path: str) -> dict:
    """Return what Datalab says of the data at `path`, with its own settings."""
    import contextlib
    import io

    from cleanlab import Datalab

    with np.load(path) as file:
        inputs, labels, answers = file["inputs"], file["labels"], file["answers"]
    began = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        lab = Datalab({"label": labels}, label_name="label", verbosity=0)
        kinds = {"near_duplicate": {}, "outlier": {}}
        lab.find_issues(features=inputs, pred_probs=answers, issue_types=kinds)
        copies, outliers = lab.get_issues("near_duplicate"), lab.get_issues("outlier")
    seconds = time.perf_counter() - began
    sets = copies["near_duplicate_sets"].tolist()
    named = copies["is_near_duplicate_issue"].to_numpy()
    zero = copies["distance_to_nearest_neighbor"].to_numpy() < 1e-6
    # it has no kind for contradictions: those of its exact copies whose set holds another label
    other = [any(labels[one] != labels[place] for one in near) for place, near in enumerate(sets)]
    return {
        "copy": named.tolist(),
        "exact": zero.tolist(),
        "outlier": outliers["is_outlier_issue"].tolist(),
        "contradiction": (named & zero & np.array(other)).tolist(),
        "score_copy": (-copies["near_duplicate_score"]).tolist(),
        "score_outlier": (-outliers["outlier_score"]).tolist(),
        "seconds": seconds,
    }


def lines(who: str, results: list[tuple[dict, dict]]) -> list[str]:
    """Return a line a kind: precision and recall over all seeds, and average precision of the ranking."""
    from sklearn.metrics import average_precision_score

    wanted = {
        "copy": ("exact", "near", "contradiction"),
        "exact": ("exact", "contradiction"),
        "outlier": ("outlier",),
        "contradiction": ("contradiction",),
    }
    made = []
    for kind, marks in wanted.items():
        truth = np.concatenate([np.isin(one["marks"], marks) for one, _ in results])
        named = np.concatenate([found[kind] for _, found in results])
        right = int((named & truth).sum())
        precision = f"{right / named.sum():.3f}" if named.any() else "-"
        line = f"  {who:8s} {kind:14s} named {named.sum():4d}, precision {precision:>5s}, recall "
        line += f"{right / truth.sum():.3f} of {truth.sum()}"
        if f"score_{kind}" in results[0][1]:
            each = [
                average_precision_score(np.isin(one["marks"], marks), found[f"score_{kind}"])
                for one, found in results
            ]
            line += f", average precision {np.mean(each):.3f} [{min(each):.3f} to {max(each):.3f}]"
        made.append(line)
    near = np.concatenate([one["marks"] == "near" for one, _ in results])
    named = np.concatenate([found["copy"] for _, found in results])
    made.append(f"  {who:8s} of changed copies alone: recall {named[near].mean():.3f}")
    made.append(f"  {who:8s} {np.mean([found['seconds'] for _, found in results]):.2f} s")
    return made


def clean_lines(who: str, results: list[tuple[dict, dict]]) -> list[str]:
    """Return how many examples are named where nothing was planted; every seed has the same data."""
    _, found = results[0]
    counts = ", ".join(f"{kind} {int(found[kind].sum())}" for kind in ("copy", "outlier", "contradiction"))
    return [f"  {who:8s} nothing planted, {len(found['copy']):,} examples: {counts}"]


if __name__ == "__main__":
    main()
