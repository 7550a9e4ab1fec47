"""Compare runs: which of them is right more often, or whether it was luck."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

from thalweg import evaluation
from thalweg.data.dataset import Dataset
from thalweg.data.labels import listing
from thalweg.errors import RunError, ThalwegError
from thalweg.evaluation.comparison.record import Comparison
from thalweg.recording import dataset_of, population_of, title_of
from thalweg.runs.run import Run


def compare_runs(
    first: Run, second: Run, *, data_dir: str | Path | None = None, dataset: Dataset | None = None
) -> Comparison:
    """Compare two runs on the test split of the data that both were trained for.

    `dataset`: those data, where they are loaded already.

    Raises `RunError` for runs of different data, and as `population_of` and `dataset_of` do.

    Examples:
        >>> import thalweg as tw
        >>> brief = tw.train_run(tw.Recipe(epochs=2), digits, members=3, out="brief")
        >>> tw.comparing.compare_runs(run, brief, dataset=digits)
        custom (run) against custom (brief): custom (run) is better by ... points ...
    """
    if first.record["data"]["hash"] != second.record["data"]["hash"]:
        raise RunError(
            f"{first.path} was trained on {first.record['data']['name']} and {second.path} on other data "
            f"({second.record['data']['name']}): their accuracies cannot be compared.",
            hint="compare runs of the same data." + _other_order(first, second),
        )
    dataset = dataset_of(first, data_dir) if dataset is None else dataset
    names = [title_of(run) for run in (first, second)]
    if names[0] == names[1]:
        names = [str(run.path) for run in (first, second)]
    return evaluation.compare(population_of(first), population_of(second), dataset.test, names=names)


def compare_pairs(
    runs_: Sequence[Run], *, data_dir: str | Path | None = None
) -> tuple[list[Comparison], list[str]]:
    """Compare every two of these runs that were trained for the same data, and say why others were not.

    Returns the comparisons, and one sentence for each reason why a pair could not be compared.

    Examples:
        >>> import thalweg as tw
        >>> tw.comparing.compare_pairs([run])
        ([], [])
    """
    found: list[Comparison] = []
    reasons: list[str] = []
    loaded: dict[str, Dataset] = {}
    for first, second in combinations(runs_, 2):
        try:
            key = first.record["data"]["hash"]
            if key == second.record["data"]["hash"] and key not in loaded:
                loaded[key] = dataset_of(first, data_dir)
            found.append(compare_runs(first, second, dataset=loaded.get(key), data_dir=data_dir))
        except ThalwegError as error:
            reasons.append(error.message)
    return found, list(dict.fromkeys(reasons))


def _other_order(first: Run, second: Run) -> str:
    one, other = first.record["class_names"], second.record["class_names"]
    if one == other or set(one) != set(other):
        return ""
    return f" Their classes stand in other orders ({listing(one)}; {listing(other)}): train one again."
