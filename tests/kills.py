"""Every file operation of a command fails, or its process dies there: nothing is lost, nothing is left.

In SQLite's manner: the n-th operation in the folder worked in is refused (a full disk), or the process is
taken to have been killed just before it, for every n until the command completes. Afterwards the same
command, or the one that its error advises, must come to the very same files, and leave no others. A kill is
simulated in this process: from the n-th operation on nothing can be done to a file, no `finally` tidies up.

Writes fail in their middle as well: no file may be longer than k bytes, for k within every file that is
written; and the disk fails when it is told to keep what was written (EIO). `tests.random_kills` ends real
processes at random moments.

    python -m tests.kills                     # all commands, every n: half an hour
    python -m tests.kills train report --stride 5
    python -m tests.kills --random 100        # SIGKILL, SIGTERM, SIGINT: 100 each of train, study and audit
"""

from __future__ import annotations

import argparse
import errno
import os
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

COUNTED = ("open", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.chmod", "os.truncate")
FAILS, KILLS, KEEPS = "fails", "is killed", "is not kept"


NAMES = ("train", "evaluate", "report", "run", "study", "audit")


class Killed(BaseException):
    """The process is dead."""


@dataclass
class Disk:
    """What is done to files in `folder`, and where it ends."""

    folder: str = ""
    way: str = FAILS
    at: int = 0
    count: int = 0
    is_dead: bool = False

    def hook(self, event: str, arguments: tuple[object, ...]) -> None:
        """Count an operation, and refuse it where its turn has come."""
        if not self.folder or event not in COUNTED or not arguments:
            return
        path = arguments[0]
        if not isinstance(path, str | os.PathLike) or not os.fspath(path).startswith(self.folder):
            return
        if self.is_dead:
            raise Killed
        self.count += 1
        if self.count != self.at:
            return
        if self.way == FAILS:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.is_dead = True
        raise Killed


DISK = Disk()
_is_hooked = False


@contextmanager
def watched(folder: Path, way: str = FAILS, at: int = 0) -> Iterator[Disk]:
    """Count what is done to files in `folder`; the operation number `at` fails or is never done."""
    global _is_hooked
    if not _is_hooked:
        sys.addaudithook(lambda event, arguments: DISK.hook(event, arguments))
        _is_hooked = True
    DISK.way, DISK.at, DISK.count, DISK.is_dead = way, at, 0, False
    DISK.folder = str(folder)
    try:
        yield DISK
    finally:
        DISK.folder = ""


@dataclass(frozen=True)
class Command:
    """`prepare(folder)` makes what must be there; `do(folder)` is the command, or what finishes it."""

    prepare: Callable[[Path], None]
    do: Callable[[Path], None]


def commands() -> dict[str, Command]:
    """Return the six commands, on as little as they can do with."""
    import thalweg as tw
    from thalweg import recording, report, runs, studies
    from thalweg.errors import RunError
    from thalweg.studies.label_audit import kept as audits

    digits = tw.load("digits")
    parts = [
        (split.raw[:count], split.labels[:count] % 2)
        for split, count in ((digits.train, 60), (digits.test, 40))
    ]
    few = tw.data.from_arrays(*parts[0], test=parts[1])
    recipe = tw.Recipe(network=tw.networks.Mlp((3,)), epochs=2, batch_size=20)

    def train(folder: Path) -> None:
        out = folder / "run"
        if (out / "run.json").exists():
            recording.resume_run(out, dataset=few)
        else:
            recording.train_run(recipe, few, members=2, out=out, keep_path=1)

    def evaluate(folder: Path) -> None:
        recording.evaluate_run(runs.open(folder / "run"), only=("accuracy", "calibration"), dataset=few)

    def write_report(folder: Path) -> None:
        report.write(folder / "run")

    def run(folder: Path) -> None:
        train(folder)
        evaluate(folder)
        write_report(folder)

    settings = studies.find("optimisers").settings(optimisers=("sgd",), members=2, rates=2, epochs=1)

    def study(folder: Path) -> None:
        out = folder / "study"
        if (out / "study.json").exists():
            studies.resume_study(out, dataset=few)
        else:
            studies.make_study("optimisers", few, settings, out=out)

    def audit(folder: Path) -> None:
        out = folder / "audit"
        if not (out / "audit.json").exists():
            audits.make_audit(few, recipe=recipe, members=16, share=0.5, judges=("networks",), out=out)
        else:
            with suppress(RunError):  # it is finished
                audits.resume_audit(out, dataset=few)

    def evaluated(folder: Path) -> None:
        train(folder)
        evaluate(folder)

    nothing = lambda folder: None  # noqa: E731
    return {
        "train": Command(nothing, train),
        "evaluate": Command(train, evaluate),
        "report": Command(evaluated, write_report),
        "run": Command(nothing, run),
        "study": Command(nothing, study),
        "audit": Command(nothing, audit),
    }


def content(folder: Path) -> dict[str, object]:
    """Return what is in a folder, file by file, without the times that are written into it."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[str(path.relative_to(folder))] = _said(path)
    return found


def _said(path: Path) -> object:
    from thalweg.runs import files

    if path.name.startswith("."):
        return "something left over"
    if path.suffix == ".safetensors":
        return {name: array.tobytes() for name, array in files.read_tensors(path)[0].items()}
    if path.suffix == ".npz":
        return {name: array.tobytes() for name, array in files.read_arrays(path).items()}
    if path.suffix == ".parquet":
        return files.read_table(path).to_dict(as_series=False).__repr__()
    if path.suffix == ".json" and path.name in ("run.json", "study.json", "audit.json"):
        return sorted(files.read_json(path))
    return path.stat().st_size > 0 if path.suffix in (".html", ".json") else path.read_bytes()


def differences(found: dict[str, object], expected: dict[str, object]) -> list[str]:
    """Return the files that are missing, too many or different."""
    return sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))


def sweep(name: str, *, stride: int = 1, first: int = 1) -> tuple[int, list[str]]:
    """Let operations `first`, `first + stride` ... of a command fail; return how many, and the faults."""
    command, tried, faults = commands()[name], 0, []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "whole"
        folder.mkdir()
        command.prepare(folder)
        with watched(folder) as disk:
            command.do(folder)
        total, expected = disk.count, content(folder)
        for way in (FAILS, KILLS):
            for at in range(first, total + 1, stride):
                shutil.rmtree(folder)
                folder.mkdir()
                command.prepare(folder)
                tried += 1
                faults += [
                    f"{name}, operation {at} {way}: {fault}"
                    for fault in _one(command, folder, way, at, expected)
                ]
    return tried, faults


@contextmanager
def cut_short(length: int) -> Iterator[None]:
    """Let no file grow beyond `length` bytes: what is written up to there is there, the rest is refused."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (length, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@contextmanager
def not_kept(at: int) -> Iterator[list[int]]:
    """Have the disk fail (EIO) when it is told for the `at`-th time to keep what was written; count those."""
    calls, whole = [0], os.fsync

    def fsync(file: int) -> None:
        calls[0] += 1
        if calls[0] == at:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        whole(file)

    os.fsync = fsync
    try:
        yield calls
    finally:
        os.fsync = whole


def sweep_middles(name: str, *, stride: int = 1) -> tuple[int, list[str]]:
    """Cut files short within every length that is written, and let the disk keep nothing, in turn."""
    command, tried, faults = commands()[name], 0, []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "whole"
        folder.mkdir()
        command.prepare(folder)
        with not_kept(0) as calls:
            command.do(folder)
        expected = content(folder)
        lengths = {path.stat().st_size for path in folder.rglob("*") if path.is_file()}
        cuts = sorted({cut for length in lengths for cut in (0, 1, length // 2, length - 1) if cut >= 0})
        ways = [(f"cut at {cut} bytes", cut_short, cut) for cut in cuts]
        ways += [(f"write {at} {KEEPS}", not_kept, at) for at in range(1, calls[0] + 1)]
        for said, failing, where in ways[::stride]:
            shutil.rmtree(folder)
            folder.mkdir()
            command.prepare(folder)
            tried += 1
            found = _taken_up(command, folder, failing(where), expected)
            faults += [f"{name}, {said}: {fault}" for fault in found]
    return tried, faults


def _one(command: Command, folder: Path, way: str, at: int, expected: dict[str, object]) -> list[str]:
    return _taken_up(command, folder, watched(folder, way, at), expected)


def _taken_up(
    command: Command, folder: Path, failing: AbstractContextManager[object], expected: dict[str, object]
) -> list[str]:
    """Do a command while something fails, and again while nothing does; return what is wrong then."""
    from thalweg.errors import ThalwegError

    try:
        with failing:
            command.do(folder)
    except (ThalwegError, Killed):
        pass
    except BaseException as error:
        return [f"{type(error).__name__}: {error}"]
    try:
        command.do(folder)
    except BaseException as error:
        return [f"again: {type(error).__name__}: {error}"]
    return [f"differs: {name}" for name in differences(content(folder), expected)]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Sweep the commands that are named and print the counts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("command", nargs="*", default=list(NAMES))
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument(
        "--random", type=int, metavar="N", help="end N real processes of each at random moments"
    )
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    faults = []
    if options.random is not None:
        from tests import random_kills

        known = [name for name in options.command if name in random_kills.COMMANDS]
        for name in known:
            said, found = random_kills.sweep(name, options.random, seed=options.seed, say=_say)
            faults += found
            _say(f"{name}: {said}, {len(found)} faults")
        sys.exit(bool(faults))
    for name in options.command:
        tried, found = sweep(name, stride=options.stride)
        faults += found
        _say(f"{name}: {tried} operations failed or never done, {len(found)} faults")
        middles, more = sweep_middles(name, stride=options.stride)
        faults += more
        _say(f"{name}: {middles} writes failed in their middle or were not kept, {len(more)} faults")
        for fault in (*found, *more):
            _say(f"  {fault}")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
