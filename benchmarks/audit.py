"""How well does an audit find labels that were made wrong on purpose, beside cleanlab on the same answers?

    python benchmarks/audit.py                              MNIST training labels, 5 % flipped; then others
    python benchmarks/audit.py --peer ../peers/bin/python   with cleanlab, by an interpreter that has it

Prints for each kind of noise: precision among as many labels as were flipped, average precision, and the
estimated number of wrong labels with its interval. MNIST has wrong labels of its own, which nobody planted:
an estimate may hold them, and a ranking that finds them is charged with them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

KINDS = {"uniform": 3000, "alike digits": 3000, "rare": 60}


def main() -> None:
    """Audit each kind of noise and print one line a method."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--peer", help="a Python that has cleanlab")
    parser.add_argument("--judge", help=argparse.SUPPRESS)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--members", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--recipe", help="instead of the audit's own")
    parser.add_argument("--thorough", action="store_true", help="convolutional members")
    asked = parser.parse_args()
    if asked.judge:
        print(json.dumps(cleanlab_scores(asked.judge)))
        return
    for kind in asked.kinds.split(","):
        measure(kind, asked)


def measure(kind: str, asked: argparse.Namespace) -> None:
    """Flip labels, audit them, and print how well it went."""
    import thalweg as tw
    from thalweg.data.label_noise import ALIKE_DIGITS, flip_labels, pairs
    from thalweg.studies.label_audit.audit import audit
    from thalweg.studies.label_audit.suspicion import SCORES

    mnist = tw.load("mnist")
    transition = pairs(10, ALIKE_DIGITS) if kind == "alike digits" else None
    flips = KINDS[kind]
    noisy = flip_labels(mnist.train.labels, classes=10, seed=asked.seed, flips=flips, transition=transition)
    changed = replace(mnist, train_part=replace(mnist.train, labels=noisy.labels))
    began = time.perf_counter()
    found = audit(
        changed,
        split="train",
        members=asked.members,
        recipe=asked.recipe,
        thorough=asked.thorough,
        seed=asked.seed,
    )
    seconds = time.perf_counter() - began
    wrong = found.errors.wrong
    print(
        f"\n{kind}: {flips:,} of {len(noisy.labels):,} labels flipped, seed {asked.seed}; "
        f"{asked.members} members of {found.settings['recipe']}, {seconds:.0f} s\n"
        f"  estimated wrong: {wrong.value:.0f} [{wrong.low:.0f}, {wrong.high:.0f}]"
    )
    scores = {f"thalweg {name}": rule(found.evidence, noisy.labels) for name, rule in SCORES.items()}
    if asked.peer:
        scores |= peer_scores(asked.peer, found.evidence.probabilities, noisy.labels)
    for name, score in scores.items():
        print(line(name, np.asarray(score), noisy.flipped))
    sys.stdout.flush()


def line(name: str, score: np.ndarray, flipped: np.ndarray) -> str:
    """Return one line: precision among the top, and average precision."""
    from sklearn.metrics import average_precision_score

    top = np.argsort(-score, kind="stable")[: flipped.sum()]
    return (
        f"  {name:36s} precision of the top {flipped.sum():,}: {flipped[top].mean():.4f}   "
        f"average precision: {average_precision_score(flipped, score):.4f}"
    )


def peer_scores(python: str, probabilities: np.ndarray, labels: np.ndarray) -> dict[str, list[float]]:
    """Return cleanlab's scores of the same answers, made by another interpreter."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.npz"
        np.savez(path, probabilities=probabilities, labels=labels)
        made = subprocess.run(
            [python, __file__, "--judge", str(path)], check=True, capture_output=True, text=True
        )
    found = json.loads(made.stdout)
    print(
        f"  cleanlab {found['version']}: {found['issues']:,} label issues found, "
        f"{found['joint']:,.0f} by its joint distribution"
    )
    return {f"cleanlab {name}": score for name, score in found["scores"].items()}


def cleanlab_scores(path: str) -> dict:
    """Return what cleanlab says of the answers at `path`; larger is worse here, as everywhere in Thalweg."""
    import cleanlab
    from cleanlab.count import estimate_joint
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    with np.load(path) as file:
        labels, answers = file["labels"].astype(int), file["probabilities"]
    answers = answers / answers.sum(axis=1, keepdims=True)
    joint = estimate_joint(labels, answers)
    methods = ("self_confidence", "normalized_margin", "confidence_weighted_entropy")
    scores = {name: (-get_label_quality_scores(labels, answers, method=name)).tolist() for name in methods}
    adjusted = get_label_quality_scores(labels, answers, method="self_confidence", adjust_pred_probs=True)
    return {
        "version": cleanlab.__version__,
        "issues": int(find_label_issues(labels, answers, n_jobs=1).sum()),
        "joint": float(len(labels) * (1 - np.trace(joint))),
        "scores": {**scores, "self_confidence, adjusted": (-adjusted).tolist()},
    }


if __name__ == "__main__":
    main()
