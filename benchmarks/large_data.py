"""Ten million rows that stay in their file: memory and time of loading, training and evaluating.

The rows are made a piece at a time: `--features` normal numbers, of which the first ten decide the class,
with one label in twenty another. They are written as `features.npy` and `labels.npy` under `--folder`, a
fifth is held out, a few networks are trained for an epoch and measured on what was held out. Each stage says
how much memory the process took at most until then (what the system counts, shared libraries included), its
seconds, and the seconds of processors, which other work on the machine does not lengthen much. The files are
deleted.

    python benchmarks/large_data.py
    python benchmarks/large_data.py --parquet
    python benchmarks/large_data.py --rows 1000000 --in-memory
"""

from __future__ import annotations

import argparse
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import Process
from pathlib import Path

import numpy as np

from machine import about

SHARD = 1_000_000
PIECE, DECIDE, CLASSES, FLIPPED = 100_000, 10, 4, 0.05


def make(folder: Path, rows: int, features: int) -> None:
    """Write `rows` of numbers and their labels, a piece at a time."""
    generator = np.random.default_rng(0)
    labels = np.empty(rows, np.int8)
    rules = generator.normal(size=(DECIDE, CLASSES))
    with (folder / "features.npy").open("wb") as stream:
        header = {"descr": "<f4", "fortran_order": False, "shape": (rows, features)}
        np.lib.format.write_array_header_1_0(stream, header)
        for first in range(0, rows, PIECE):
            values = generator.standard_normal((min(PIECE, rows - first), features), np.float32)
            right = (values[:, :DECIDE] @ rules).argmax(axis=1)
            other = generator.integers(CLASSES, size=len(values))
            labels[first : first + PIECE] = np.where(generator.random(len(values)) < FLIPPED, other, right)
            stream.write(values.data)
    np.save(folder / "labels.npy", labels)


def make_parquet(folder: Path, rows: int, features: int) -> None:
    """Write the same as a folder of Parquet files, a million rows each."""
    import polars as pl

    make(folder, rows, features)
    values, labels = np.load(folder / "features.npy", mmap_mode="r"), np.load(folder / "labels.npy")
    for first in range(0, rows, SHARD):
        part = slice(first, first + SHARD)
        frame = pl.DataFrame({f"feature {place}": values[part, place] for place in range(features)})
        frame = frame.with_columns(label=labels[part])
        frame.write_parquet(folder / f"part-{first // SHARD:03}.parquet")
    (folder / "features.npy").unlink()
    (folder / "labels.npy").unlink()


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Print what a stage took."""
    began, busy = time.perf_counter(), time.process_time()
    yield
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    took, worked = time.perf_counter() - began, time.process_time() - busy
    print(f"{name:10} {took:8.1f} s {worked:8.1f} s of processors, at most {peak:.2f} GiB so far", flush=True)


def main() -> None:
    """Make, load, train, evaluate, and print what each took."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--features", type=int, default=50)
    parser.add_argument("--members", type=int, default=4)
    parser.add_argument("--hidden", type=int, default=16)
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--folder", help="where the files are made; a temporary folder by default")
    parser.add_argument("--in-memory", action="store_true", help="read all of it into memory, to compare")
    parser.add_argument("--parquet", action="store_true", help="a folder of Parquet files instead of NPY")
    options = parser.parse_args()
    print(about() + "\n")
    folder = Path(tempfile.mkdtemp(prefix="large-", dir=options.folder))
    try:
        with stage("made"):
            if options.parquet:
                made = Process(target=make_parquet, args=(folder, options.rows, options.features))
                made.start()
                made.join()
            else:
                make(folder, options.rows, options.features)
        import thalweg as tw
        from thalweg.evaluation import accuracy
        from thalweg.networks import Mlp

        with stage("loaded"):
            dataset = tw.load(folder, in_memory=options.in_memory)
        recipe = tw.Recipe(
            network=Mlp((options.hidden,)), epochs=1, batch_size=options.batch_size, name="large"
        )
        with stage("trained"):
            population = tw.train(recipe, dataset.train, members=options.members, seed=0)
        with stage("evaluated"):
            found = accuracy(population, dataset.test)
        for name, value in found.rows():
            print(f"{name}: {value}")
        size = 4 * options.rows * options.features / 1024**3
        print(f"The inputs: {size:.2f} GiB, {len(dataset.train):,} rows to train on.")
    finally:
        shutil.rmtree(folder)
        for written in folder.parent.glob(f"{folder.name}.thalweg-*.npy"):
            written.unlink()


if __name__ == "__main__":
    main()
