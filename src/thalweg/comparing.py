"""Compare runs: which of them is right more often, or whether it was luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

from thalweg import evaluation
from thalweg.data.dataset import Dataset
from thalweg.data.labels import listing
from thalweg.errors import RunError, ThalwegError
from thalweg.evaluation.comparison.circumstances import Circumstances
from thalweg.evaluation.comparison.ranking import Ranking
from thalweg.evaluation.comparison.record import Comparison
from thalweg.listening import begin_part, hearing_parts
from thalweg.recording import dataset_of, population_of, title_of
from thalweg.runs.differences import differences
from thalweg.runs.run import Run


def compare_runs(
    first: Run,
    second: Run,
    *,
    data_dir: str | Path | None = None,
    dataset: Dataset | None = None,
    level: float = 0.95,
) -> Comparison:
    """Compare two runs on the test split of the data that both were trained for.

    `dataset`: those data, where they are loaded already. What differs between the two trainings, and whether
    they share luck, stands with the result.

    Raises `RunError` for runs of different data, and as `population_of` and `dataset_of` do.

    Examples:
        >>> import thalweg as tw
        >>> brief = tw.train_run(tw.Recipe(epochs=2), digits, members=3, seed=1, out="brief")
        >>> tw.comparing.compare_runs(run, brief, dataset=digits)
        custom (run) against custom (brief): custom (run) is better by ... points ...
    """
    both = (first, second)
    _refuse_other_data(both)
    dataset = dataset_of(first, data_dir) if dataset is None else dataset
    one, other = (population_of(run) for run in both)
    found = evaluation.compare(one, other, dataset.test, names=_names(both), level=level)
    return replace(found, circumstances=circumstances_of(both))


def rank_runs(
    runs_: Sequence[Run], *, data_dir: str | Path | None = None, dataset: Dataset | None = None
) -> Ranking:
    """Compare several runs of the same data at once: every two, with intervals that hold together.

    `dataset`: those data, where they are loaded already.

    Raises `RunError` for fewer than two runs, for a run that is named twice, for runs of different data, and
    as `population_of` and `dataset_of` do.

    Examples:
        >>> import thalweg as tw
        >>> brief = tw.Recipe(epochs=2)
        >>> one, other = (tw.train_run(brief, digits, members=2, seed=s, out=f"run-{s}") for s in (1, 2))
        >>> tw.comparing.rank_runs([run, one, other], dataset=digits)
        custom (run), custom (run-1), custom (run-2): ...
    """
    _refuse_other_data(runs_)
    dataset = dataset_of(runs_[0], data_dir) if dataset is None else dataset
    populations = {name: population_of(run) for name, run in zip(_names(runs_), runs_, strict=True)}
    return replace(evaluation.compare_many(populations, dataset.test), circumstances=circumstances_of(runs_))


def compare_pairs(
    runs_: Sequence[Run], *, data_dir: str | Path | None = None
) -> tuple[list[Comparison], list[str]]:
    """Compare every two of these runs that were trained for the same data, and say why others were not.

    Returns the comparisons, whose intervals hold together with 95 % (Bonferroni), and one sentence for each
    reason why a pair could not be compared.

    Examples:
        >>> import thalweg as tw
        >>> tw.comparing.compare_pairs([run])
        ([], [])
    """
    found: list[Comparison] = []
    reasons: list[str] = []
    loaded: dict[str, Dataset] = {}
    pairs = list(combinations(runs_, 2))
    names = dict(zip((run.path for run in runs_), _names(runs_), strict=True))
    alike = sum(one.record["data"]["hash"] == other.record["data"]["hash"] for one, other in pairs)
    level = 1 - 0.05 / max(1, alike)
    for place, (first, second) in enumerate(pairs):
        begin_part(f"{names[first.path]} against {names[second.path]}", place, len(pairs))
        try:
            key = first.record["data"]["hash"]
            if key == second.record["data"]["hash"] and key not in loaded:
                loaded[key] = dataset_of(first, data_dir)
            with hearing_parts(None):
                one = compare_runs(first, second, dataset=loaded.get(key), data_dir=data_dir, level=level)
            found.append(one)
        except ThalwegError as error:
            reasons.append(error.message)
    return found, list(dict.fromkeys(reasons))


def circumstances_of(runs_: Sequence[Run]) -> Circumstances:
    """Return in which settings these runs differ, and what luck they share.

    Members of one seed see the same batches in the same order, and begin at the same weights where the
    network is the same: intervals of a difference take the runs to be independent.
    """
    records = [run.record for run in runs_]
    return Circumstances(differences(records), _shared_luck(records))


def _shared_luck(records: Sequence[Mapping[str, Any]]) -> str:
    groups: dict[int, list[Mapping[str, Any]]] = {}
    for record in records:
        groups.setdefault(record["seed"], []).append(record)
    told = []
    for seed, own in groups.items():
        if len(own) < 2:
            continue
        networks = [record["recipe"]["network"] for record in own]
        same = any(one == other for one, other in combinations(networks, 2))
        which = "they" if len(own) == len(records) else f"{len(own)} of them"
        begin = "begin at the same weights and " if same else ""
        told.append(
            f"no: {which} share seed {seed}, so that their members {begin}see the same order of examples; "
            "for a comparison train one again with another --seed"
        )
    return "; ".join(told)


def _refuse_other_data(runs_: Sequence[Run]) -> None:
    if len(runs_) < 2:
        raise RunError(f"{len(runs_)} run: there is nothing to compare it with.", hint="name two or more.")
    first = runs_[0]
    for second in runs_[1:]:
        if first.record["data"]["hash"] != second.record["data"]["hash"]:
            raise RunError(
                f"{first.path} was trained on {first.record['data']['name']} and {second.path} on other data "
                f"({second.record['data']['name']}): their accuracies cannot be compared.",
                hint="compare runs of the same data." + _other_order(first, second),
            )
    paths = [run.path.resolve() for run in runs_]
    if len(set(paths)) < len(paths):
        twice = next(path for path in paths if paths.count(path) > 1)
        raise RunError(f"{twice} is named twice.", hint="name each run once.")


def _names(runs_: Sequence[Run]) -> list[str]:
    names = [title_of(run) for run in runs_]
    return names if len(set(names)) == len(names) else [str(run.path) for run in runs_]


def _other_order(first: Run, second: Run) -> str:
    one, other = first.record["class_names"], second.record["class_names"]
    if one == other or set(one) != set(other):
        return ""
    return f" Their classes stand in other orders ({listing(one)}; {listing(other)}): train one again."
