"""A population of networks as a classifier of scikit-learn."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from thalweg import chunks
from thalweg.data.dataset import Scaling, TestSplit, ValidationSplit
from thalweg.data.inputs import FEATURES, keep
from thalweg.errors import EstimatorError, NotMeasured, ThalwegError, shown
from thalweg.estimators.examples import SPARSE, Examples, filled_in, given
from thalweg.estimators.frames import refuse_other_columns
from thalweg.estimators.settings import Settings, seed_of, settings_of
from thalweg.estimators.stopping import Stopping
from thalweg.evaluation.accuracy.measure import accuracy
from thalweg.evaluation.accuracy.record import Accuracy
from thalweg.measured import Measured
from thalweg.networks.population import Population
from thalweg.training.population import Progress, train

ROWS_AT_ONCE = 256
"""Rows that are answered in one call, always as many: one program is compiled for all, and a row's answer
does not depend on its company."""


class PopulationClassifier(ClassifierMixin, BaseEstimator):
    """Many perceptrons trained at once, whose mean probability is the answer.

    A classifier of scikit-learn: it stands in pipelines, searches, calibrators and `cross_val_score`. Inputs
    are standardised inside, by the mean and deviation of what is learned from, so no `StandardScaler` is
    needed (one before it changes nothing but rounding). Parameters and attributes that `MLPClassifier` has
    too mean the same here; docs/how-to/scikit-learn.md says which it has besides, and why not here.

    Main arguments:
        members: networks, each from a random start and with an order of examples of its own, as another
            `random_state` would make it.
        hidden_layer_sizes: neurons of each hidden layer; `()` is a linear classifier.
        activation: "relu", "tanh", "logistic" or "gelu".
        alpha: strength of the l2 penalty; of a batch, `alpha / 2` times the sum of squared weights is divided
            by the number of its examples. "auto": what it must be for that sum, divided by the number of all
            examples, to be added, as a prior on the weights is.
        max_iter: the most epochs.
        random_state: a whole number for the same answers at every call; None, or a `RandomState`, to draw
            one.
        class_weight: None; "balanced", all classes the same in sum; or a weight by label.
        early_stopping: keep back `validation_fraction` of the examples, stratified, and keep each member as
            it was most often right on these.
        test_fraction: share of the examples, stratified, that is neither learned from nor stopped by, but
            measured on: `accuracy_interval_`. 0 learns from all of them.

    Other arguments:
        batch_size: examples of a step (all, where there are fewer), or "auto": 200.
        learning_rate_init: of Adam.
        validation_fraction: used with `early_stopping` alone; a share of all examples.
        tol, n_iter_no_change: a member stops when its cost (with `early_stopping`, its accuracy on the
            validation part) was not better by `tol` for more than `n_iter_no_change` epochs in a row.
        scale_inputs: False for inputs that are to be taken as they are.
        engine: "auto", "native" or "xla": how it is computed, see `thalweg.train`.
        verbose: write a line an epoch to stdout.

    Attributes:
        classes_: the labels, sorted.
        n_features_in_: inputs; `feature_names_in_` what a frame calls them.
        n_layers_: the inputs, the hidden layers and the outputs, of which there is one a class
            (`n_outputs_`), with `out_activation_` "softmax".
        population_: the members, a `thalweg.Population`. It takes inputs that are scaled.
        scaling_: how they are: `(X - scaling_.offset) / scaling_.divisor`.
        n_iter_: epochs until the last member stopped.
        members_n_iter_: epochs until each did, [members].
        loss_curve_: mean log loss of the members at work in each epoch, without the penalty.
        loss_: the last of it.
        validation_scores_: their mean accuracy on the validation part, epoch by epoch; None without one.
        accuracy_interval_: how often `predict` is right on new examples, a `Measured` number with its 95 %
            interval over examples. Measured on the test part, each example once whatever its weight. Without
            one there is nothing honest to measure on: `NotMeasured`, an `AttributeError`.
        members_accuracy_interval_: how often one network is, over starts and examples; likewise.

    Raises at `fit`: `EstimatorError`, a `ValueError`, for parameters, weights and labels that cannot be.

    Examples:
        >>> import thalweg as tw
        >>> from sklearn.datasets import load_wine
        >>> X, y = load_wine(return_X_y=True)
        >>> classifier = tw.PopulationClassifier(max_iter=500, test_fraction=0.25, random_state=0).fit(X, y)
        >>> classifier.predict(X[:3])
        array([0, 0, 0])
        >>> classifier.members_proba(X[:3]).shape
        (16, 3, 3)
        >>> print("right on", classifier.accuracy_interval_)
        right on ... % [..., ...]
        >>> print(classifier.scaling_.offset[0].round(1))
        13.0
    """

    def __init__(
        self,
        members: int = 16,
        hidden_layer_sizes: Any = (100,),
        activation: str = "relu",
        *,
        alpha: float | str = "auto",
        batch_size: int | str = "auto",
        learning_rate_init: float = 0.003,
        max_iter: int = 200,
        random_state: Any = None,
        class_weight: Any = None,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        test_fraction: float = 0.0,
        tol: float = 1e-4,
        n_iter_no_change: int = 10,
        scale_inputs: bool = True,
        engine: str = "auto",
        verbose: bool = False,
    ):
        self.members = members
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate_init = learning_rate_init
        self.max_iter = max_iter
        self.random_state = random_state
        self.class_weight = class_weight
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.test_fraction = test_fraction
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.scale_inputs = scale_inputs
        self.engine = engine
        self.verbose = verbose

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train the members, and return the classifier.

        Args:
            X: rows of numbers [examples, inputs]: an array, a sparse matrix (filled in, so that it must fit
                into memory), a frame of pandas or polars.
            y: labels [examples], numbers or strings.
            sample_weight: how much each example counts against the others of its batch, [examples], at least
                0; 0 leaves it out. The scaling is weighted, too.
        """
        settings = settings_of(self.get_params(deep=False))
        seed = seed_of(self.random_state)
        refuse_other_columns(X)
        X, y = validate_data(self, X, y, accept_sparse=SPARSE, dtype=(np.float64, np.float32))  # type: ignore[misc]
        check_classification_targets(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        try:
            examples = given(X, labels, self.classes_, sample_weight, self.class_weight).parted(
                validation=settings.validation_fraction,
                test=settings.test_fraction,
                scaled=settings.scaled,
                seed=seed,
            )
            stopping, last = _trained(settings, examples, seed)
        except EstimatorError:
            raise
        except ThalwegError as error:  # scikit-learn expects a ValueError of whatever is wrong with data
            raise EstimatorError(error.message, hint=error.hint) from error
        self._keep(settings, examples, stopping, last)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the label with the largest mean probability, [examples]."""
        chosen = self.predict_proba(X).argmax(axis=1)
        return self.classes_[chosen]

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the members' mean probability [examples, classes], columns as in `classes_`.

        Members that diverged have no vote.
        """
        rows = self._rows(X)
        sound = ~self.population_.diverged
        found = np.empty((rows.shape[0], len(self.classes_)))
        for place, answers in self._answers(rows):
            mean = answers[sound].mean(axis=0, dtype=np.float64)
            found[place] = mean / mean.sum(axis=1, keepdims=True)
        return found

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return the logarithm of `predict_proba`; minus infinity of what is zero."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def members_proba(self, X: Any) -> np.ndarray:
        """Return every member's probability, float32 [members, examples, classes]; of a diverged one NaN."""
        rows = self._rows(X)
        found = np.empty((len(self.population_), rows.shape[0], len(self.classes_)), np.float32)
        for place, answers in self._answers(rows):
            found[:, place] = answers
        return found

    def test_split(self, X: Any, y: Any) -> TestSplit:
        """Return labelled examples as `thalweg.evaluate` and all evaluations of `population_` take them.

        Raises `EstimatorError` for a label that is not in `classes_`.

        Examples:
            >>> import thalweg as tw
            >>> from sklearn.datasets import load_iris
            >>> X, y = load_iris(return_X_y=True)
            >>> classifier = tw.PopulationClassifier(max_iter=500, tol=0.01).fit(X[::2], y[::2])
            >>> split = classifier.test_split(X[1::2], y[1::2])
            >>> print(*tw.evaluation.accuracy(classifier.population_, split).rows()[0])
            How often is one network right? ... % [..., ...] over starts and examples...
        """
        rows, labels = self._rows(X), np.asarray(y).ravel()
        unknown = ~np.isin(labels, self.classes_)
        if unknown.any():
            raise EstimatorError(
                f"y has {labels[unknown].tolist()[0]!r}: expected one of {shown(self.classes_.tolist())}.",
                hint="give labels that the classifier was fitted with.",
            )
        numbers = np.searchsorted(self.classes_, labels).astype(np.int32)
        raw = keep(filled_in(rows), FEATURES, what="rows of X")
        return TestSplit(raw, numbers, self.population_.class_names, self.scaling_)

    @property
    def accuracy_interval_(self) -> Measured:
        """How often `predict` is right on new examples, 0..1, with its 95 % interval over examples."""
        return self._measured("accuracy_interval_").ensemble

    @property
    def members_accuracy_interval_(self) -> Measured:
        """How often one network is right on new examples, 0..1, over starts and examples."""
        return self._measured("members_accuracy_interval_").measured

    def _measured(self, name: str) -> Accuracy:
        check_is_fitted(self)
        if self._accuracy is None:
            raise NotMeasured(
                f"{name}: no example was kept back to measure on, as test_fraction is 0. On what is learned "
                "from, and on what early_stopping chooses by, accuracy is flattered.",
                hint="fit with test_fraction=0.2, or score(X, y) on examples of your own.",
            )
        return self._accuracy

    def _keep(self, settings: Settings, examples: Examples, stopping: Stopping, last: Population) -> None:
        """Set what a fitted classifier has, and warn of what is not as it should be."""
        self.scaling_: Scaling = examples.train.scaling
        self.population_ = stopping.kept(last)
        _warn(self.population_.diverged, stopping.stopped, settings.epochs)
        history = self.population_.history
        assert history is not None, "whoever trains has a history"
        self.n_iter_ = history.epochs
        self.members_n_iter_ = stopping.epochs
        self.loss_curve_ = _means(history.cost)
        self.loss_ = self.loss_curve_[-1]
        self.validation_scores_ = None if stopping.score is None else _means(history.validation_accuracy)
        self.n_layers_ = len(settings.hidden) + 2
        self.n_outputs_ = len(self.classes_)
        self.out_activation_ = "softmax"
        self._accuracy = None if examples.test is None else accuracy(self.population_, examples.test)

    def _rows(self, X: Any) -> Any:
        check_is_fitted(self)
        refuse_other_columns(X)
        return validate_data(self, X, accept_sparse=("csr",), dtype=(np.float64, np.float32), reset=False)

    def _answers(self, rows: Any) -> Iterator[tuple[slice, np.ndarray]]:
        """Yield where, and all members' probabilities [members, some examples, classes] there."""
        for place in chunks.slices(rows.shape[0], ROWS_AT_ONCE):
            with np.errstate(over="ignore"):
                inputs = self.scaling_(filled_in(rows[place]))
            filling = np.zeros((ROWS_AT_ONCE - len(inputs), inputs.shape[1]), np.float32)
            answers = self.population_.probabilities(np.concatenate([inputs, filling]))
            yield place, answers[:, : len(inputs)]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def _trained(settings: Settings, examples: Examples, seed: int) -> tuple[Stopping, Population]:
    """Train the members; returns what watched them, and the members as training ended."""
    score = None
    if examples.validation is not None:
        score = _Score(examples.validation, examples.validation_weights)
    stopping = Stopping(settings.members, tol=settings.tol, patience=settings.patience, score=score)
    last = train(
        settings.recipe(len(examples.train), examples.mean_weight),
        examples.train,
        members=settings.members,
        seed=seed,
        weights=examples.weights,
        watch=stopping,
        progress=_tell if settings.told else None,
        engine=settings.engine,
    )
    return stopping, last


class _Score:
    """How often each member is right on the validation part, weighted."""

    def __init__(self, split: ValidationSplit, weights: np.ndarray | None):
        self.inputs, self.labels, self.weights = split.inputs, split.labels, weights

    def __call__(self, population: Population) -> np.ndarray:
        """Return shares 0..1 [members]."""
        right = population.logits(self.inputs).argmax(axis=2) == self.labels
        return np.average(right, axis=1, weights=self.weights)


def _warn(diverged: np.ndarray, stopped: np.ndarray, epochs: int) -> None:
    """Warn of members that diverged or were not done; raises `EstimatorError` where all diverged."""
    if diverged.all():
        raise EstimatorError(
            f"All {len(diverged)} members diverged: their weights or costs are not finite.",
            hint="lower learning_rate_init, or look for enormous values in X.",
        )
    if diverged.any():
        warnings.warn(
            f"{diverged.sum()} of {len(diverged)} members diverged and have no vote; "
            "hint: lower learning_rate_init.",
            ConvergenceWarning,
            stacklevel=4,
        )
    if not stopped.all():
        warnings.warn(
            f"{(~stopped).sum()} of {len(stopped)} members were still improving after max_iter={epochs} "
            "epochs; hint: raise max_iter, or tol.",
            ConvergenceWarning,
            stacklevel=4,
        )


def _means(values: np.ndarray) -> list[float]:
    """Return means over the members that were at work, [epochs], of values [members, epochs]."""
    known = np.isfinite(values)
    sums = np.where(known, values, 0.0).sum(axis=0, dtype=np.float64)
    return (sums / np.maximum(known.sum(axis=0), 1)).tolist()


def _tell(progress: Progress) -> None:
    sys.stdout.write(f"Epoch {progress.epoch} of at most {progress.epochs}, loss = {progress.cost:.8f}\n")
