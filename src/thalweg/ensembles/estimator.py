"""Which estimators can be members of a population, and the seeds that each of their clones is given."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.errors import EstimatorError, RecipeError
from thalweg.imported import FORM, first_line, imported

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

SEED = "random_state"
"""What scikit-learn calls a seed, of an estimator itself or, after two underscores, of one inside it."""


def checked(estimator: BaseEstimator) -> BaseEstimator:
    """Return `estimator` if it is a classifier that answers with probabilities.

    Raises `EstimatorError`, with what to do, for a class, a regressor, a classifier with scores or answers
    alone, and for what is no estimator.
    """
    found: Any = estimator
    if isinstance(found, type):
        raise EstimatorError(
            f"{found.__name__} is a class, not an estimator.", hint=f"make one of it: {found.__name__}(...)."
        )
    name = type(found).__name__
    if not all(callable(getattr(found, method, None)) for method in ("get_params", "set_params", "fit")):
        raise EstimatorError(
            f"A {name} is no estimator of scikit-learn: it has no get_params, set_params and fit.",
            hint="give a classifier that is not fitted, for example RandomForestClassifier(). A model that "
            "is fitted already is measured as it is: tw.evaluate(model, dataset).",
        )
    if _is_regressor(found):
        raise EstimatorError(
            f"{name} is a regressor: it foretells numbers, not classes.",
            hint=f"give a classifier, such as {name.replace('Regressor', '')}Classifier where there is one.",
        )
    # a stack, a search or a vote may have it once it is fitted: then it is asked again
    if not hasattr(type(_answering(found)), "predict_proba"):
        refuse_without_probabilities(found)
    return estimator


def refuse_without_probabilities(estimator: Any) -> None:
    """Raise `EstimatorError` for a classifier without `predict_proba`, with what to do."""
    if callable(getattr(estimator, "predict_proba", None)):
        return
    name = type(estimator).__name__
    has = "no probabilities"
    if callable(getattr(estimator, "decision_function", None)):
        has = "scores (decision_function), which are no probabilities"
    raise EstimatorError(
        f"{name} gives {has}: it has no predict_proba.",
        hint=f"wrap it: sklearn.calibration.CalibratedClassifierCV({name}(...)); or choose a setting "
        'with probabilities, such as loss="log_loss" or voting="soft".',
    )


def made(path: str) -> BaseEstimator:
    """Return what the function or class at an import path, `package.module:factory`, makes without arguments.

    Raises `EstimatorError` where it cannot be imported or made, or makes no classifier with probabilities.

    Examples:
        >>> from thalweg.ensembles.estimator import made
        >>> made("sklearn.ensemble:ExtraTreesClassifier")
        ExtraTreesClassifier()
    """
    if not re.match(FORM, path):
        raise EstimatorError(
            f"{path!r} is no import path: expected package.module:factory.",
            hint="for example sklearn.ensemble:RandomForestClassifier.",
        )
    try:
        factory: Callable[[], Any] = imported(path)
    except RecipeError as error:
        raise EstimatorError(error.message, hint=error.hint) from None
    try:
        estimator = factory()
    except Exception as error:
        raise EstimatorError(
            f"{path}: making the estimator failed: {first_line(error)}.",
            hint="name a function without arguments that returns a classifier of scikit-learn, or its class.",
        ) from error
    return checked(estimator)


def given(estimator: BaseEstimator | str) -> BaseEstimator:
    """Return an estimator, `checked`, or what is `made` at its import path; raises as these do."""
    return made(estimator) if isinstance(estimator, str) else checked(estimator)


def seeds_of(estimator: BaseEstimator) -> tuple[str, ...]:
    """Return the names of the seeds of an estimator and of all that are inside it, sorted.

    Examples:
        >>> from sklearn.ensemble import RandomForestClassifier
        >>> from sklearn.pipeline import make_pipeline
        >>> from thalweg.ensembles.estimator import seeds_of
        >>> seeds_of(make_pipeline(RandomForestClassifier()))
        ('randomforestclassifier__random_state',)
    """
    names = estimator.get_params(deep=True)
    return tuple(sorted(name for name in names if name == SEED or name.endswith(f"__{SEED}")))


def seeded(estimator: BaseEstimator, *, seed: int, member: int) -> BaseEstimator:
    """Return a clone that is not fitted, with every seed set: other ones for every `seed` and `member`."""
    from sklearn.base import clone

    copy: Any = clone(estimator)
    names = seeds_of(copy)
    drawn = np.random.default_rng([seed, member]).integers(2**31 - 1, size=len(names))
    return copy.set_params(**dict(zip(names, drawn.tolist(), strict=True))) if names else copy


def _answering(estimator: Any) -> Any:
    """Return who answers inside a pipeline or a search; else the estimator itself."""
    if callable(getattr(estimator, "predict_proba", None)):
        return estimator
    steps = getattr(estimator, "steps", None)
    inner = steps[-1][-1] if isinstance(steps, list) and steps else getattr(estimator, "estimator", None)
    return _answering(inner) if hasattr(inner, "fit") else estimator


def _is_regressor(estimator: Any) -> bool:
    from sklearn.base import is_regressor

    try:
        return bool(is_regressor(estimator))
    except Exception:  # an estimator of another library, without scikit-learn's tags, does not say
        return False
