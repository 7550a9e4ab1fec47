"""Who reads which files, as the command line would."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Reader:
    """A reader: `samples`, the kind it reads; `files`, the patterns of what is damaged there, one at a time.

    `read(folder, path)`: reads the damaged file `path`, or the samples in `folder` that it is a part of.
    `apart`: the samples are folders that know nothing of one another, and only the damaged one is there.
    """

    samples: str
    files: tuple[str, ...]
    read: Callable[[Path, Path], object]
    apart: bool = False


def _data(_: Path, path: Path) -> None:
    import thalweg as tw

    _look_at(tw.load(path))


def _table(_: Path, path: Path) -> None:
    import thalweg as tw

    dataset = tw.load(path, label_column="label")
    _look_at(dataset)
    identity = dataset.train.identity
    if identity is not None:
        identity.cells(np.arange(min(3, len(dataset.train))))


def _data_folder(folder: Path, _: Path) -> None:
    import thalweg as tw

    _look_at(tw.load(folder))


def _look_at(dataset: Any) -> None:
    for split in (dataset.train, dataset.test):
        np.asarray(split.inputs[:4])
        [str(split.class_names[label]) for label in split.labels[:4]]


def _recipe(_: Path, path: Path) -> None:
    import thalweg as tw
    from tests.fuzz import samples
    from thalweg.training.trainable import check_trainable

    found = tw.Recipe.load(path)
    found.to_toml()
    repr(found)
    check_trainable(found, samples.dataset().train, members=2, seed=0, validation=None)


def _lesson(_: Path, path: Path) -> None:
    from thalweg.lab import lesson

    lesson.distinct([lesson.read(path)])


def _language(_: Path, path: Path) -> None:
    from thalweg.lab import language

    language.read(path)


def _probabilities(_: Path, path: Path) -> None:
    from thalweg import evaluation, models

    model, dataset = models.load_probabilities(path)
    evaluation.accuracy(model, dataset.test)


def _bare(folder: Path, path: Path) -> None:
    from thalweg import evaluation, models

    labels = path if path.stem == "labels" else folder / "labels.txt"
    model, dataset = models.load_probabilities(folder / "given.npy", labels=labels)
    evaluation.accuracy(model, dataset.test)


FEW = 2
"""Evaluations of a run that are drawn, others each time: drawing them all takes half a second."""


def _few_evaluations(folder: Path, path: Path) -> None:
    """Leave a few evaluations in a run, as the damaged file chooses."""
    names = sorted({each.stem for each in (folder / "run" / "evaluation").iterdir()})
    chosen = random.Random(path.read_bytes()).sample(names, FEW)
    for each in (folder / "run" / "evaluation").iterdir():
        if each.stem not in chosen:
            each.unlink()


def _run(folder: Path, path: Path) -> None:
    from thalweg import figures, reopening, runs

    _few_evaluations(folder, path)
    opened = runs.open(folder / "run")
    repr(opened)
    reopening.recipe_of(opened)
    for name in opened.evaluations():
        opened.evaluation(name)
    figures.findings(opened)


def _report(folder: Path, path: Path) -> None:
    from thalweg import report

    _few_evaluations(folder, path)
    report.write(folder / "run", folder / "report.html", plots_library=False)


def _evaluation(folder: Path, path: Path) -> None:
    from thalweg import report, runs
    from thalweg.figures import making

    opened = runs.open(folder / "run")
    name = path.stem
    content, arrays = opened.evaluation(name), opened.evaluation_arrays(name)
    making.findings(_only(opened, folder, name))
    assert content is not None
    assert arrays is not None
    report.write(_only(opened, folder, name), folder / "report.html", plots_library=False)


def _only(opened: Any, folder: Path, name: str) -> Path:
    """Return the run with this evaluation and no other."""
    for path in (folder / "run" / "evaluation").iterdir():
        if path.stem != name:
            path.unlink()
    return opened.path


def _population(folder: Path, _: Path) -> None:
    from thalweg import reopening, runs

    opened = runs.open(folder / "run")
    reopening.path_of(opened)
    reopening.population_of(opened)[0]


def _again(folder: Path, _: Path) -> None:
    """Load the data of a run, as everything does that evaluates it."""
    from thalweg import reopening, runs

    opened = runs.open(folder / "run")
    reopening.dataset_of(opened)
    reopening.population_of(opened)


def _checkpoint(folder: Path, _: Path) -> None:
    from tests.fuzz import samples
    from thalweg import recording

    recording.resume_run(folder / "run", dataset=samples.dataset())


def _study(folder: Path, path: Path) -> None:
    from thalweg import figures, report

    place = folder / path.relative_to(folder).parts[0]
    figures.findings(place)
    report.write(place, folder / "report.html", plots_library=False)


def _parts(folder: Path, path: Path) -> None:
    """Go on with a study or an audit, all of whose parts are kept."""
    from tests.fuzz import samples
    from thalweg import studies
    from thalweg.studies.label_audit import kept

    place = folder / path.relative_to(folder).parts[0]
    if place.name == "audit":
        kept.resume_audit(place, dataset=samples.dataset())
    else:
        studies.resume_study(place, dataset=samples.dataset())


def _checks(folder: Path, _: Path) -> None:
    from thalweg.studies.label_audit.checks import on_disk

    opened = on_disk.open_checked(folder / "check.csv", folder / "audit")
    on_disk.checked_labels(*opened)
    opened[2].pictures()


def _corrected(_: Path, path: Path) -> None:
    import thalweg as tw
    from thalweg.data import corrected_copies
    from thalweg.data.reading import Reading

    tw.load(path, **({} if path.suffix == ".npz" else {"label_column": "label"}))  # as is done before
    target = path.with_name(f"copy-{path.name}")
    if path.suffix == ".npz":
        corrected_copies.copy_archive(path, target, {("train", 0): ("train", 1)})
    else:
        corrected_copies.copy_table(path, target, Reading(label_column="label"), {1: 2})


def _hub(folder: Path, _: Path) -> None:
    from thalweg import hub

    population = hub.from_pretrained(folder / "mine")
    population[0]
    repr(population)


def _published(folder: Path, _: Path) -> None:
    import thalweg as tw

    found = tw.load_population(folder / "mine")
    found[1:3]
    found.answers(0, 2)
    found.members_table()
    found.examples_table()
    found.history_table()
    with contextlib.suppress(tw.errors.RunError):
        found.verify()
    repr(found)


def _loader(folder: Path, _: Path) -> None:
    """Read a published population as one who has no Thalweg."""
    from thalweg.errors import RunError
    from thalweg.publishing import alone

    try:
        found = alone.Population(folder / "mine")
        found.weights(1, 3)
        found.answers(0, 2)
        for name in ("members", "history", "examples"):
            found.table(name)
    except alone.Damaged as error:
        raise RunError(str(error)) from None
    except (IndexError, KeyError) as error:
        if len(found) >= 3 and "there is no table" not in str(error):
            raise
        raise RunError(str(error)) from None


def _onnx_names(_: Path, path: Path) -> None:
    """Ask a model for the names of its classes, as is done before it is run."""
    import onnx

    from thalweg.models.onnx_names import class_names_in

    try:
        model = onnx.load(str(path), load_external_data=False)
        # what is not UTF-8 is bytes here; onnxruntime refuses it, and `load_onnx` says so
        told = {each.key: each.value for each in model.metadata_props if isinstance(each.value, str)}
    except Exception:  # protobuf's: onnxruntime refuses it before anybody asks for names
        told = {}
    class_names_in(path, told, None)


def _onnx(_: Path, path: Path) -> None:
    import thalweg as tw
    from tests.fuzz import samples

    data = samples.dataset()
    tw.models.load_onnx(path, data=data).probabilities(data.test.inputs[:3])


READERS: dict[str, Reader] = {
    "idx": Reader("idx", ("*",), _data_folder),
    "csv": Reader("csv", ("*",), _table),
    "parquet": Reader("parquet", ("*",), _table),
    "npz": Reader("npz", ("*",), _data),
    "pictures": Reader("pictures", ("*/*",), _data_folder),
    "recipe": Reader("recipe", ("*",), _recipe),
    "lesson": Reader("lesson", ("*.toml",), _lesson),
    "language": Reader("language", ("*.toml",), _language),
    "probabilities": Reader("probabilities", ("*",), _probabilities),
    "bare-probabilities": Reader("bare-probabilities", ("*",), _bare),
    "onnx": Reader("onnx", ("*.onnx",), _onnx),
    "onnx-names": Reader("onnx", ("*.onnx",), _onnx_names),
    "run-record": Reader("run", ("run/run.json", "run/claims.json"), _report),
    "run-history": Reader("run", ("run/history.parquet",), _run),
    "run-weights": Reader("run", ("run/*.safetensors", "run/run.json"), _population),
    "run-data": Reader("run", ("run/run.json", "data.npz"), _again),
    "evaluations": Reader("run", ("run/evaluation/*",), _evaluation),
    "checkpoint": Reader("checkpoint", ("run/checkpoint/*", "run/run.json"), _checkpoint),
    "study": Reader("study", ("*/study.json", "*/*.npz", "*/*.parquet"), _study, apart=True),
    "audit": Reader(
        "audit", ("audit/audit.json", "audit/*.npz", "audit/*.parquet", "audit/checks/*"), _study
    ),
    "parts": Reader("parts", ("*/parts/*.safetensors",), _parts, apart=True),
    "checks": Reader("audit", ("check.csv", "audit/checks/*", "audit/audit.json"), _checks),
    "corrected": Reader("corrected", ("*",), _corrected),
    "hub": Reader("hub", ("mine/config.json", "mine/*.safetensors"), _hub),
    "loader": Reader("published", ("mine/*.json", "mine/*.parquet", "mine/*.safetensors"), _loader),
    "published": Reader("published", ("mine/*.json", "mine/*.parquet", "mine/*.safetensors"), _published),
}
"""Every reader, by name. A new one: a line, and where nothing like it is written yet, its samples."""
