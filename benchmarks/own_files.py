"""The table of docs/how-to/own-data.md: twelve files as other packages ship them, beside scikit-learn.

python -m pip install --no-deps --target packages statsmodels palmerpenguins bokeh-sampledata vega_datasets \
    scikit-image
python benchmarks/own_files.py packages

Each file is copied byte for byte, and asked with `thalweg run --data FILE` and `thalweg audit FILE`, with
--label-column where it has to be. scikit-learn learns the very rows that Thalweg trained on, read by pandas
from the same file, and is asked for the same test rows. The folder of pictures is made here, of 100 faces and
100 other pictures of scikit-image's, in three sizes and two formats.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sklearn
from PIL import Image
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import thalweg as tw
from thalweg.measured import as_percent
from thalweg.statistics import intervals

MOST_KINDS = 50
"""Different texts up to which scikit-learn gets a column: names are no categories for it either."""

SIZES = (25, 32, 40)


@dataclass(frozen=True)
class File:
    """A file of a package, its label column if a user has to name it, and how pandas reads it."""

    package: str
    path: str
    label: str | None = None
    pandas: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return what it is called once it is copied."""
        return Path(self.path).name

    @property
    def options(self) -> list[str]:
        """Return what a user adds to the command."""
        return [] if self.label is None else ["--label-column", self.label]


BARE: dict[str, Any] = {"header": None, "skiprows": 1}
BOKEH, STATISTICS = "bokeh_sampledata/_data", "statsmodels/datasets"
FILES = (
    File("scikit-learn", "iris.csv", pandas=BARE),
    File("scikit-learn", "breast_cancer.csv", pandas=BARE),
    File("scikit-learn", "wine_data.csv", pandas=BARE),
    File("scikit-learn", "digits.csv.gz", pandas={"header": None}),
    File("statsmodels", f"{STATISTICS}/fair/fair.csv", "rate_marriage"),
    File("statsmodels", f"{STATISTICS}/anes96/anes96.csv", "vote", {"sep": "\t", "quotechar": "'"}),
    File("statsmodels", f"{STATISTICS}/spector/spector.csv", "GRADE", {"sep": r"\s+", "quotechar": "'"}),
    File("statsmodels", f"{STATISTICS}/modechoice/modechoice.csv", "choice", {"sep": ";"}),
    File("palmerpenguins", "palmerpenguins/data/penguins-raw.csv", "Species"),
    File("bokeh-sampledata", f"{BOKEH}/titanic_all.csv", "survived"),
    File("vega_datasets", "vega_datasets/_data/seattle-weather.csv", "weather"),
    File("scikit-image", "faces"),
)

SAID = {
    "The first line is scikit-learn's": "short header",
    "The file has no header": "no header",
    "The columns are separated by": "separator",
    "Names and words stand in single": "single quotes",
    "Left out, since it says which row": "row numbers left out",
    "Left out, since it is text": "text of too many kinds left out",
    "Empty cells": "empty cells filled and marked",
    "Text is taken for categories": "text as categories",
    "holds dates": "dates",
    "The same in every training row": "constant columns",
    "Possible leakage": "leakage",
    "(nearly) the same as a training row": "copies in both parts",
    "same features as a training row": "rows alike in both parts",
    "says whose a row is": "whose rows they are",
    "stretched": "sizes stretched to one",
}
"""What the notes say, in the words of the table; a note that none fits is printed as it is."""

HEAD = (
    *("file", "rows x inputs, classes", "one network", "vote", "logistic regression", "MLPClassifier"),
    *("labels wrong (audit)", "said", "seconds (run + audit)"),
)
USUAL = ("No test part was given", "The class is in", "The last column,", "Blanks around values")


def main() -> None:
    """Print the table, and how it was measured."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("packages", type=Path, help="where the packages were installed to")
    parser.add_argument("--only", nargs="*", help="the files to ask, if not all")
    asked = parser.parse_args()
    print("| " + " | ".join(HEAD) + " |")
    print("|" + "---|" * len(HEAD))
    for file in FILES:
        if not asked.only or file.name in asked.only:
            with tempfile.TemporaryDirectory() as place:
                row = cells(file, copied(file, asked.packages, Path(place)))
                print("| " + " | ".join(row) + " |", flush=True)
    names = dict.fromkeys(file.package for file in FILES)
    print(f"\n{processor()}; thalweg {tw.__version__}, pandas {pd.__version__}")
    print(", ".join(f"{name} {version_of(name, asked.packages)}" for name in names))


def copied(file: File, packages: Path, place: Path) -> Path:
    """Return a copy of the file in `place`, alone there as a user's own is."""
    if file.package == "scikit-image":
        return faces(packages / "skimage" / "data" / "lfw_subset.npy", place / file.name)
    here = Path(sklearn.__file__).parent / "datasets" / "data" if file.package == "scikit-learn" else packages
    return Path(shutil.copyfile(here / file.path, place / file.name))


def faces(pictures: Path, folder: Path) -> Path:
    """Write 100 faces and 100 pictures of other things [25, 25] in three sizes, as PNG and JPEG in turn."""
    for number, values in enumerate(np.load(pictures)):
        kind = folder / ("face" if number < 100 else "other")
        kind.mkdir(parents=True, exist_ok=True)
        picture = Image.fromarray((255 * values).round().clip(0, 255).astype(np.uint8))
        side = SIZES[number % len(SIZES)]
        picture.resize((side, side)).save(kind / f"{number:03d}.{('png', 'jpg')[number % 2]}")
    return folder


def cells(file: File, path: Path) -> Iterator[str]:
    """Yield the cells of the file's row in the table."""
    dataset = tw.load(path, label_column=file.label)
    rows = len(dataset.train) + len(dataset.test)
    began = time.perf_counter()
    run = answer(["run", "--data", path.name, *file.options], path.parent)
    between = time.perf_counter()
    audit = answer(["audit", path.name, *file.options], path.parent)
    ended = time.perf_counter()
    measured = run["test_accuracy"]
    shape = " x ".join(f"{size}" for size in dataset.input_shape)
    yield f"`{file.name}` ({file.package})"
    yield f"{rows:,} x {shape}, {dataset.classes}"
    guessed = "" if measured["over_chance"]["learned"] else ", not told from guessing"
    yield as_percent(measured["mean"], tuple(measured["interval"]["both"])) + guessed
    yield as_percent(measured["ensemble"], tuple(measured["ensemble_interval"]))
    for right in peers(file, path, dataset):
        yield as_percent(right.mean(), intervals.wilson(int(right.sum()), len(right)))
    yield audit["verdict"]
    yield "; ".join(said(dataset.notes))
    yield f"{between - began:.0f} + {ended - between:.0f}"


def answer(command: list[str], where: Path) -> dict:
    """Return what the command line answers, in a directory of its own, as a user's terminal would."""
    out = ["--out", command[0], "--json", "--quiet"]
    program = [sys.executable, "-c", "from thalweg.cli.main import main; main()", *command, *out]
    finished = subprocess.run(program, cwd=where, capture_output=True, text=True, check=False)
    if finished.returncode:
        raise SystemExit(f"thalweg {' '.join(command)}: {finished.stderr}")
    return json.loads(finished.stdout)


def peers(file: File, path: Path, dataset: tw.Dataset) -> Iterator[np.ndarray]:
    """Yield for scikit-learn's logistic regression and network which test examples are right, bool [test]."""
    if path.is_dir():
        inputs = [split.inputs.reshape(len(split), -1) for split in (dataset.train, dataset.test)]
        labels = [split.labels for split in (dataset.train, dataset.test)]
        prepared: Any = StandardScaler()
    else:
        inputs, labels = parts(file, path, dataset)
        prepared = preparation()
    for model in (LogisticRegression(max_iter=5000), MLPClassifier((100,), max_iter=1000, random_state=0)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # kinds that only test rows have
            yield make_pipeline(prepared, model).fit(inputs[0], labels[0]).predict(inputs[1]) == labels[1]


def parts(file: File, path: Path, dataset: tw.Dataset) -> tuple[list[pd.DataFrame], list[np.ndarray]]:
    """Return features and classes, as pandas reads them, of Thalweg's training and test rows.

    Stops where a class is not the one that Thalweg read in that row.
    """
    table = pd.read_csv(path, **file.pandas).rename(columns=lambda name: str(name).strip())
    label = file.label or table.columns[-1]
    text = table.drop(columns=label).select_dtypes(exclude="number")
    many = [name for name in text if text[name].nunique() > min(MOST_KINDS, len(text) // 2)]
    features = table.drop(columns=[label, *many])
    inputs, labels = [], []
    for split in (dataset.train, dataset.test):
        assert split.identity is not None
        assert split.identity.row is not None
        rows = split.identity.row - 1
        inputs.append(features.iloc[rows])
        labels.append(table[label].iloc[rows].astype(str).to_numpy())
        pairs = {(ours, theirs) for ours, theirs in zip(split.labels.tolist(), labels[-1], strict=True)}
        if len(pairs) != dataset.classes:
            raise SystemExit(f"{file.name}: pandas reads other classes in these rows: {sorted(pairs)}")
    return inputs, labels


def preparation() -> Any:
    """Return what makes numbers of a table: medians, scaled, and one input a kind of text."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    words = make_pipeline(
        SimpleImputer(strategy="constant", fill_value="missing"), OneHotEncoder(handle_unknown="ignore")
    )
    return make_column_transformer(
        (numbers, make_column_selector(dtype_include="number")),
        (words, make_column_selector(dtype_exclude="number")),
        sparse_threshold=0,
    )


def said(notes: tuple[str, ...]) -> Iterator[str]:
    """Yield in few words what the notes say, but for what every file is told."""
    for note in notes:
        if not note.startswith(USUAL):
            yield next((short for part, short in SAID.items() if part in note), note)


def processor() -> str:
    """Return which processor this is."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{models[0]}, {len(models)} cores" if models else "unknown processor"


def version_of(package: str, packages: Path) -> str:
    """Return the version of a package that was installed to `packages`."""
    if package == "scikit-learn":
        return version(package)
    found = next(packages.glob(f"{package.replace('-', '_')}-*.dist-info"), None)
    return found.stem.rpartition("-")[2] if found else "unknown"


if __name__ == "__main__":
    main()
