"""What a label audit leaves on disk: table, numbers, and the finished blocks of one that was stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from thalweg import runs, spreadsheets
from thalweg.data import facts as facts_of
from thalweg.data.dataset import Dataset, TrainSplit
from thalweg.data.reading import Reading
from thalweg.ensembles.estimator import made
from thalweg.errors import RunError, StudyError
from thalweg.runs.audit import FILE, FINISHED, ISSUES, TABLE, UNFINISHED, AuditRun, open_audit
from thalweg.runs.directory import new_directory
from thalweg.runs.files import write_arrays, write_atomically, write_json
from thalweg.runs.lock import working_in
from thalweg.runs.record import FORMAT
from thalweg.runs.study import Parts
from thalweg.spec import numbers_per_member
from thalweg.stops import when_stopped
from thalweg.studies.catalogue import Progress
from thalweg.studies.label_audit.audit import audit_pool, plan
from thalweg.studies.label_audit.judges.panel import NETWORKS, chosen_judges
from thalweg.studies.label_audit.pool import Pool, load_two, pool_of
from thalweg.studies.label_audit.record import LabelAudit
from thalweg.temporary import has_left_overs, remove_whole

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

    from thalweg.training.recipe import Recipe


PARTS = "parts"
"""The folder of finished blocks of networks, until the audit is finished."""


class AuditInterrupted(KeyboardInterrupt):
    """An audit stopped by Ctrl-C. Its finished blocks are kept at `path`, and `command` goes on."""

    def __init__(self, path: Path):
        super().__init__(f"{path}: stopped; its finished blocks of networks are kept.")
        self.path, self.command = path, f"thalweg audit --resume {path}"


def make_audit(
    dataset: Dataset,
    *,
    split: str = "all",
    recipe: Recipe | str | None = None,
    judges: Sequence[str] | None = None,
    estimator: str | None = None,
    members: int | None = None,
    share: float | None = None,
    thorough: bool = False,
    seed: int = 0,
    out: str | Path | None = None,
    progress: Progress | None = None,
    started: Callable[[AuditRun], None] | None = None,
    command: Sequence[str] = (),
    test_source: str | None = None,
    pool: Pool | None = None,
) -> tuple[AuditRun, LabelAudit]:
    """Audit a data set as `audit` does, and keep the result in a new directory.

    Main arguments: as for `audit`, with `estimator` an import path, so that the audit can be gone on with;
    `out` is the directory itself, by default a new one under `runs/`.

    Other arguments: `started` is called with the directory before the first block; `command` and
    `test_source`, the file of the test part if it had one of its own, are for the record; `pool` is what
    `pool_of` made of `split` of the data, where that is made already.

    Raises as `audit` does, `RunError` when `out` holds anything, and `AuditInterrupted` on Ctrl-C.
    """
    own = None if estimator is None else made(estimator)
    pool = pool_of(dataset, None, split) if pool is None else pool
    names = chosen_judges(
        judges, pool.train, recipe_given=recipe is not None, estimator_given=own is not None
    )
    chosen, members, share = plan(pool, recipe, members=members, share=share, thorough=thorough)
    _refuse_early(pool.train, chosen, members, share=share, seed=seed)
    record = {
        "format": FORMAT,
        "status": UNFINISHED,
        "split": split,
        "recipe": chosen.to_table(),
        "judges": list(names),
        **({} if estimator is None else {"estimator": estimator}),
        "members": members,
        "share": share,
        "seed": int(seed),
        "data": {**facts_of.data_facts(dataset), **_second(test_source)},
        "command": list(command),
        "started": runs.utc_now(),
        "seconds": 0.0,
        **runs.describe_machine(),
    }
    with new_directory(out, root="runs", title=f"audit-{dataset.name}", record=record) as path:
        kept = AuditRun(path, record)
        write_json(path / FILE, record)
    with working_in(path):
        if started is not None:
            started(kept)
        return _make(kept, pool, chosen, own, progress)


def resume_audit(
    path: str | Path,
    *,
    dataset: Dataset | None = None,
    data_dir: str | Path | None = None,
    progress: Progress | None = None,
    started: Callable[[AuditRun], None] | None = None,
) -> tuple[AuditRun, LabelAudit]:
    """Go on with an audit that was stopped; blocks of networks that are kept are not trained again.

    The data are loaded from where they came from, or given as `dataset`. Raises `RunError` when the
    directory is not an audit's, it is finished, or the data are not what they were.
    """
    kept = open_audit(path)
    own = None if kept.record.get("estimator") is None else made(kept.record["estimator"])
    if kept.finished:
        if has_left_overs(kept.path, PARTS):
            with working_in(kept.path):
                remove_whole(kept.path / PARTS)
        raise RunError(f"{kept.path}: this audit is finished.", hint=f"its table is {kept.path / TABLE}.")
    if dataset is None:
        dataset = load_again(kept, data_dir)
    else:
        dataset = facts_of.as_read(kept.path, kept.record["data"], dataset)
    from thalweg.training.recipe import from_mapping

    with working_in(kept.path):
        if started is not None:
            started(kept)
        pool = pool_of(dataset, None, kept.record["split"])
        return _make(kept, pool, from_mapping(kept.record["recipe"]), own, progress)


def _make(
    kept: AuditRun, pool: Pool, recipe: Recipe, estimator: BaseEstimator | None, progress: Progress | None
) -> tuple[AuditRun, LabelAudit]:
    record, began = kept.record, time.monotonic()
    with when_stopped(lambda _: AuditInterrupted(kept.path)):
        found = audit_pool(
            pool,
            recipe,
            split=record["split"],
            judges=record.get("judges", [NETWORKS]),
            estimator=estimator,
            members=record["members"],
            share=record["share"],
            seed=record["seed"],
            progress=progress,
            parts=Parts(kept.path / PARTS),
        )
    seconds = round(record["seconds"] + time.monotonic() - began, 3)
    return write_audit(kept, found, seconds=seconds), found


def write_audit(kept: AuditRun, found: LabelAudit, *, seconds: float) -> AuditRun:
    """Write the table, the arrays and the numbers of a finished audit; each file is whole or absent."""
    table = found.table()
    write_atomically(kept.path / TABLE, table.write_parquet)
    write_atomically(kept.path / "audit.csv", spreadsheets.safe(table).write_csv)
    if found.issues is not None and (listed := found.issues.table()).height:
        write_atomically(kept.path / ISSUES, listed.write_parquet)
        write_atomically(kept.path / "issues.csv", spreadsheets.safe(listed).write_csv)
    write_arrays(kept.path / "audit.npz", found.arrays())
    facts = {"status": FINISHED, "seconds": seconds, "finished": runs.utc_now()}
    record = {**kept.record, **facts, "result": {**found.to_json(), "table": str(kept.path / TABLE)}}
    write_json(kept.path / FILE, record)
    remove_whole(kept.path / PARTS)
    return AuditRun(kept.path, record)


def _second(test_source: str | None) -> dict[str, str]:
    return {} if test_source is None else {"test_source": facts_of.lasting(test_source)}


def load_again(kept: AuditRun, data_dir: str | Path | None) -> Dataset:
    """Load the data of an audit from where they came from. Raises `RunError` where they are not the same."""
    facts = kept.record["data"]
    if "test_source" not in facts:
        return facts_of.load_again(kept.path, facts, data_dir)
    files = (facts["source"], facts["test_source"])
    dataset = load_two(*files, reading=Reading.from_json(facts))
    return facts_of.as_read(kept.path, facts, dataset)


def _refuse_early(split: TrainSplit, recipe: Recipe, members: int, *, share: float, seed: int) -> None:
    """Raise before a directory is made what would be raised before any training."""
    from thalweg.networks.exchange import count_parameters
    from thalweg.studies.subsets import refuse_too_few, refuse_unfit
    from thalweg.training.trainable import check_trainable

    refuse_unfit(split)
    refuse_too_few(members, share)
    for path, _ in numbers_per_member(recipe):
        raise StudyError(
            f"{path} is a list, and the networks of an audit are trained alike.",
            hint="give one number for all of them.",
        )
    check_trainable(recipe, split, members=members, seed=seed)
    count_parameters(recipe.network, split.input_shape, split.classes)
