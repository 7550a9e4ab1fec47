"""A disk that is full after k bytes, for every file that is written, by Python or by a library of its own.

No file may grow beyond k bytes (the system refuses with EFBIG), for k at the beginning, in the middle and at
the end of each file that a writer writes, one file at a time. Then an error of ours says so, what stood
stands, what is new is whole, and nothing is left over. `sites` reads from the source who writes files at
all; `tests/test_full_disks.py` holds `WRITERS` to it.

    python -m tests.full_disks
    python -m tests.full_disks history onnx
"""

from __future__ import annotations

import argparse
import ast
import errno
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

PACKAGE = Path(__file__).parents[1] / "src" / "thalweg"
NATIVE = {
    *(
        "write_parquet",
        "write_csv",
        "write_ipc",
        "write_json",
        "sink_parquet",
        "sink_csv",
        "to_parquet",
        "to_csv",
    ),
    *("save_file", "savez", "savez_compressed", "tofile", "savetxt", "write_bytes", "write_text"),
    *("write_image", "write_images", "write_html", "copyfile", "copyfileobj", "copytree", "copy2", "extract"),
    *("extractall", "mkstemp", "NamedTemporaryFile", "open_memmap", "memmap"),
}
"""Names with which files are written, called or passed on."""
OWN = {"write_json", "write_csv", "write_image", "write_bytes"}
"""Of those, names that functions of ours have as well: they count where they are asked of something else."""
SAVERS = {"np", "numpy", "onnx", "torch", "pickle", "joblib"}


@dataclass
class Made:
    """What is written, made once: `folder` is for what stands beside."""

    folder: Path

    @cached_property
    def few(self) -> Any:
        """Sixty pictures."""
        from tests.fuzz import samples

        return samples.dataset()

    @cached_property
    def recipe(self) -> Any:
        """A recipe of seconds."""
        import thalweg as tw

        return tw.Recipe(network=tw.networks.Mlp((3,)), epochs=2, batch_size=20)

    @cached_property
    def run(self) -> Any:
        """A finished run with an evaluation."""
        from thalweg import recording

        made = recording.train_run(self.recipe, self.few, members=2, out=self.folder / "run")
        recording.evaluate_run(made, only=("accuracy",), dataset=self.few)
        return made

    @cached_property
    def population(self) -> Any:
        """Its members."""
        from thalweg import reopening

        return reopening.population_of(self.run)

    @cached_property
    def drawn(self) -> Any:
        """Labels to be checked."""
        from tests.figures.studies import made_up

        return made_up.audit().to_check(6)


def _json(made: Made, folder: Path) -> None:
    from thalweg.runs import files

    files.write_json(folder / "some.json", {"numbers": list(range(50))})


def _tensors(made: Made, folder: Path) -> None:
    from thalweg.runs import files

    files.write_tensors(folder / "some.safetensors", {"a": np.arange(400.0)}, {"fact": 1})


def _arrays(made: Made, folder: Path) -> None:
    from thalweg.runs import files

    files.write_arrays(folder / "some.npz", {"a": np.arange(400.0)})


def _history(made: Made, folder: Path) -> None:
    from thalweg import runs

    if not (folder / "run").is_dir():
        runs.create(folder / "run", root=folder, recipe_name="one", record={"recipe": {}})
    kept = runs.Run(folder / "run", {})
    kept.write_history({"cost": np.linspace(0, 1, 600).reshape(3, 200)})


def _study(made: Made, folder: Path) -> None:
    from tests.figures.studies import kept, made_up
    from thalweg import runs

    settings, record = made_up.MAKERS["luck"]()
    if not (folder / "study").is_dir():
        kept.write_study("luck", (settings, record), folder / "study")
        return
    again = runs.open_study(folder / "study")
    again.finish(record.to_json(), record.arrays(), getattr(record, "tables", dict)())


def _audit(made: Made, folder: Path) -> None:
    from tests.figures.studies import made_up
    from thalweg.runs.audit import AuditRun
    from thalweg.studies.label_audit.kept import write_audit

    (folder / "audit").mkdir(exist_ok=True)
    record = {"format": 1, "split": "train", "members": 20, "share": 0.7, "recipe": {"name": "tiny"}}
    write_audit(AuditRun(folder / "audit", record), made_up.audit(), seconds=1.5)


def _recipe(made: Made, folder: Path) -> None:
    made.recipe.save(folder / "mine.toml")


def _answers(made: Made, folder: Path) -> None:
    from thalweg import evaluation

    evaluation.save_answers(made.population, made.few, folder / "answers.npz")


def _onnx(made: Made, folder: Path) -> None:
    from thalweg.networks.onnx_export import to_onnx

    to_onnx(made.population[0], folder / "mine.onnx")


def _figures(made: Made, folder: Path) -> None:
    """Draw without a browser; Plotly's own way with files: what cannot be written is not there, no more."""
    import plotly.graph_objects as go

    from thalweg.figures import writing

    def drawn(figures: Any, files: list[Path], **_: Any) -> None:
        for file in files:
            file.write_bytes(bytes(range(256)) * 40)

    with mock.patch.object(writing, "write_images", drawn):
        writing.write([go.Figure(), go.Figure()], [folder / "one.png", folder / "two.svg"])


def _picture(made: Made, folder: Path) -> None:
    from thalweg.figures import writing

    writing.write_bytes(folder / "picture.png", bytes(range(256)))


def _report(made: Made, folder: Path) -> None:
    from thalweg import report

    report.write(made.run, folder / "report.html", plots_library=False)


def _lab(made: Made, folder: Path) -> None:
    from thalweg.lab import exporting

    class Page:
        def whole(self) -> str:
            return "<html>" + "a page " * 500 + "</html>"

    exporting.write(Page(), folder / "lab.html")  # type: ignore[arg-type]


def _hub(made: Made, folder: Path) -> None:
    from thalweg import hub

    hub.save_pretrained(made.population, folder / "mine", dataset=made.few)


def _published(made: Made, folder: Path) -> None:
    from thalweg import publishing

    publishing.publish(made.run, folder / "mine", dataset=made.few)


def _to_check(made: Made, folder: Path) -> None:
    made.drawn.write_csv(folder / "check.csv")


def _check_file(made: Made, folder: Path) -> None:
    from thalweg.studies.label_audit.checks.answers import read_check_file

    if not (made.folder / "check.csv").exists():
        made.drawn.write_csv(made.folder / "check.csv")
    if not (folder / "check.csv").exists():
        shutil.copyfile(made.folder / "check.csv", folder / "check.csv")
    read_check_file(folder / "check.csv").write()


def _table(ending: str) -> Callable[[Made, Path], None]:
    def write(made: Made, folder: Path) -> None:
        from tests.fuzz import samples
        from thalweg.data import corrected_copies
        from thalweg.data.reading import Reading
        from thalweg.studies.label_audit.checks.corrected import put_copy

        source = made.folder / "tables"
        if not source.is_dir():
            source.mkdir()
            samples.csv(source)
            samples.parquet(source)
            samples.npz(source)
            (source / "pictures").mkdir()
            samples.pictures(source / "pictures")
        if ending == "pictures":
            given, copy = source / "pictures", corrected_copies.copy_folder
            put_copy(folder / "new", lambda draft: copy(given, draft, {"cats/0.png": "dogs"}))
        elif ending == "npz":
            given = source / "packed.npz"
            changes = {("train", 0): ("train", 1)}
            put_copy(folder / "new.npz", lambda draft: corrected_copies.copy_archive(given, draft, changes))
        else:
            given = source / {"csv": "comma.csv", "parquet": "polars.parquet"}[ending]
            reading = Reading(label_column="label")
            put_copy(
                folder / f"new.{ending}",
                lambda draft: corrected_copies.copy_table(given, draft, reading, {1: 2}),
            )

    return write


def _stored(made: Made, folder: Path) -> None:
    import polars as pl

    import thalweg as tw

    path = folder / "rows.parquet"
    if not path.exists():
        draw = np.random.default_rng(0)
        columns = {f"x{place}": draw.normal(size=80) for place in range(3)}
        pl.DataFrame({**columns, "label": np.arange(80) % 2}).write_parquet(path)
    tw.load(path, label_column="label", in_memory=False)


@dataclass(frozen=True)
class Writer:
    """Who writes: `write` into a folder; `sites`, where in the source.

    `onto`: whether it is tried where nothing is (False), and in the place of what was written before (True).
    """

    write: Callable[[Made, Path], None]
    sites: tuple[str, ...]
    onto: tuple[bool, ...] = (False, True)


WRITERS: dict[str, Writer] = {
    "json": Writer(_json, ("runs/files.py:write_json",)),
    "tensors": Writer(_tensors, ("runs/files.py:write_tensors",)),
    "arrays": Writer(_arrays, ("runs/files.py:write_arrays",)),
    "history": Writer(_history, ("runs/run.py:write_history",)),
    "study": Writer(_study, ("runs/study.py:finish",), onto=(True,)),
    "audit": Writer(_audit, ("studies/label_audit/kept.py:write_audit",)),
    "recipe": Writer(_recipe, ("training/recipe.py:save",)),
    "answers": Writer(_answers, ("evaluation/answer_file.py:_save",)),
    "onnx": Writer(_onnx, ("networks/onnx_export.py:to_onnx",)),
    "figures": Writer(_figures, ("figures/writing.py:write",)),
    "picture": Writer(_picture, ("figures/writing.py:write_bytes",)),
    "report": Writer(_report, ("report/writing.py:_write",)),
    "lab": Writer(_lab, ("lab/exporting.py:put",)),
    "hub": Writer(_hub, ("hub/saving.py:save_pretrained",)),
    "published": Writer(
        _published,
        (
            "publishing/writing.py:_write_span",
            "publishing/writing.py:_write_tables",
            "publishing/writing.py:_write_text",
        ),
        onto=(False,),
    ),
    "to-check": Writer(_to_check, ("studies/label_audit/checks/to_check.py:write",), onto=(False,)),
    "check-file": Writer(_check_file, ("studies/label_audit/checks/answers.py:write",)),
    "corrected-csv": Writer(_table("csv"), ("data/corrected_copies.py:copy_table",), onto=(False,)),
    "corrected-parquet": Writer(
        _table("parquet"), ("data/corrected_copies.py:_copy_parquet",), onto=(False,)
    ),
    "corrected-npz": Writer(_table("npz"), ("data/corrected_copies.py:copy_archive",), onto=(False,)),
    "corrected-pictures": Writer(
        _table("pictures"), ("data/corrected_copies.py:copy_folder",), onto=(False,)
    ),
    "stored": Writer(_stored, ("data/tables/stored.py:write",), onto=(False,)),
}
"""Every writer, by name. A new one: a line."""

ELSEWHERE = {
    "cli/last_resort.py:_write": "a report of a fault: a new file, deleted where it is not whole",
    "cli/standard_streams.py:watch_over": "the null device",
    "cli/check.py:draw": "calls checks/to_check.py",
    "data/digits.py:_kept": "a copy of what is drawn anew without: `write_whole`, held to its hash",
    "data/download.py:_unpack": "in a temporary folder, and held to its hash (test_download)",
    "figures/writing.py:_draw": "in a temporary folder, from which `write` copies",
    "studies/label_audit/checks/to_check.py:fingerprint": "text in memory",
}
"""Who writes something else, and why that is no writer here."""


def sites() -> set[str]:
    """Return where in the source files are written, or who writes them is passed on: `file:function`."""
    found = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for function, node in _within(tree, "*"):
            if _writes(node):
                found.add(f"{path.relative_to(PACKAGE).as_posix()}:{function}")
    return found


def _within(node: ast.AST, function: str) -> Iterator[tuple[str, ast.AST]]:
    for inside in ast.iter_child_nodes(node):
        if isinstance(inside, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _within(inside, inside.name)
        else:
            yield function, inside
            yield from _within(inside, function)


def _writes(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        asked = node.value.id if isinstance(node.value, ast.Name) else ""
        return (
            (node.attr in NATIVE and node.attr not in OWN)
            or (node.attr in OWN and asked not in ("self", "files") and not asked.endswith("run"))
            or (node.attr == "save" and asked in SAVERS)
        )
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id in NATIVE - OWN:
            return True
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in ("open", "fdopen"):
            modes = [
                given.value
                for given in (*node.args, *(key.value for key in node.keywords))
                if isinstance(given, ast.Constant) and isinstance(given.value, str)
            ]
            return any(mode.strip("bt+") in ("w", "a", "x") for mode in modes)
        if name == "partial":
            return any(isinstance(given, ast.Attribute) and given.attr in NATIVE for given in node.args)
    return False


@contextmanager
def cut_short(at: int, length: int) -> Iterator[list[int]]:
    """Let the `at`-th thing that is written beside its place not grow beyond `length` bytes; 0: none.

    Yields the lengths of all of them, of a folder that of its longest file; those come as they are done.
    """
    from thalweg import temporary, written

    lengths: list[int] = []
    whole, began = temporary.temporary_beside, [0]

    @contextmanager
    def watched(path: Path) -> Iterator[Path]:
        began[0] += 1
        number = began[0]
        lengths.append(-1)
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        with whole(path) as beside:
            if number == at:
                resource.setrlimit(resource.RLIMIT_FSIZE, (length, before[1]))
            try:
                yield beside
            finally:
                if number == at:
                    resource.setrlimit(resource.RLIMIT_FSIZE, before)
                placed = beside if beside.exists() else path
                files = placed.rglob("*") if placed.is_dir() else [placed]
                lengths[number - 1] = max(
                    (file.stat().st_size for file in files if file.is_file()), default=-1
                )

    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with (
            mock.patch.object(temporary, "temporary_beside", watched),
            mock.patch.object(written, "temporary_beside", watched),
        ):
            yield lengths
    finally:
        signal.signal(signal.SIGXFSZ, handler)


def content(folder: Path) -> dict[str, object]:
    """Return what is in a folder, file by file, without the times that are written into it."""
    return {
        str(path.relative_to(folder)): _said(path) for path in sorted(folder.rglob("*")) if path.is_file()
    }


def _said(path: Path) -> object:
    from thalweg.runs import files

    if path.suffix == ".safetensors":
        return {name: array.tobytes() for name, array in files.read_tensors(path)[0].items()}
    if path.suffix == ".npz":
        return {name: array.tobytes() for name, array in files.read_arrays(path).items()}
    if path.suffix == ".parquet":
        return repr(files.read_table(path).to_dict(as_series=False))
    if path.suffix == ".json":
        return sorted(json.loads(path.read_text("utf-8")))
    return path.read_bytes()


def tried(name: str, made: Made) -> tuple[int, list[str]]:
    """Cut short every file that a writer writes; return how often, and the faults."""
    writer, count, faults = WRITERS[name], 0, []
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) / "place"
        (Path(scratch) / "first").mkdir()
        writer.write(made, Path(scratch) / "first")  # so that what is shared is made
        for stands in writer.onto:
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            if stands:
                writer.write(made, place)
            before = content(place)
            with cut_short(0, 0) as lengths:
                writer.write(made, place)
            expected = content(place)
            for number, length in enumerate(lengths, start=1):
                for cut in sorted({0, 1, length // 2, length - 1} if length > 0 else ()):
                    if not stands:
                        shutil.rmtree(place)
                        place.mkdir()
                    count += 1
                    said = f"{name}, file {number} of {length} bytes cut at {cut}"
                    faults += [f"{said}: {fault}" for fault in _cut(writer, made, place, number, cut)]
                    faults += [f"{said}: {fault}" for fault in _odd(content(place), before, expected)]
    return count, faults


def _cut(writer: Writer, made: Made, place: Path, at: int, length: int) -> list[str]:
    from thalweg.errors import ThalwegError

    words = os.strerror(errno.EFBIG)
    try:
        with cut_short(at, length):
            writer.write(made, place)
    except ThalwegError as error:
        said = f"{error}\n{error.hint}"
        return [] if words in said and "ulimit" in said and len(said) < 1000 else [f"says {said[:1000]}"]
    except BaseException as error:
        return [f"{type(error).__name__}: {error}"]
    return ["nothing was said"]


def _odd(found: dict[str, object], before: dict[str, object], expected: dict[str, object]) -> list[str]:
    lost = [f"{name} is gone" for name in before if name in expected and name not in found]
    return lost + [
        f"{name} is neither as it was nor as it should be"
        for name, held in found.items()
        if held not in (before.get(name), expected.get(name))
    ]


def main() -> None:
    """Try the writers that are named and print the counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("writer", nargs="*", default=list(WRITERS))
    options = parser.parse_args()
    wrong = False
    with tempfile.TemporaryDirectory() as scratch:
        made = Made(Path(scratch))
        for name in options.writer:
            count, faults = tried(name, made)
            wrong = wrong or bool(faults) or not count
            sys.stdout.write(f"{name}: {count} cuts, {len(faults)} faults\n")
            sys.stdout.write("".join(f"  {fault}\n" for fault in faults))
            sys.stdout.flush()
    sys.exit(wrong)


if __name__ == "__main__":
    main()
