from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pandas
import polars
import pytest
from sklearn.compose import make_column_transformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from tests.estimators.conftest import small
from thalweg.errors import EstimatorError
from thalweg.estimators.frames import refuse_other_columns

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

OTHERS = [
    (["x", "y", None], "text", "'x'"),
    ([date(2020, 1, 1), date(2020, 1, 2), None], "dates", "2020"),
    ([[1], [2], [3]], "lists", "[1]"),
]
NUMBERS = [[1, 2, 3], [1.5, float("nan"), 2.0], [True, False, True], [None, 1, 2]]


@pytest.mark.parametrize("frame", [pandas.DataFrame, polars.DataFrame])
@pytest.mark.parametrize(("column", "kind", "value"), OTHERS)
def test_a_column_of_anything_but_numbers_is_named(frame, column, kind, value):
    with pytest.raises(EstimatorError, match="column 'other' of X holds") as caught:
        refuse_other_columns(frame({"number": [1, 2, 3], "other": column}))
    assert f"holds {kind}" in caught.value.message
    assert value in caught.value.message
    assert "['other']" in caught.value.hint


@pytest.mark.parametrize("frame", [pandas.DataFrame, polars.DataFrame])
@pytest.mark.parametrize("column", NUMBERS)
def test_numbers_and_truth_values_are_let_through(frame, column):
    refuse_other_columns(frame({"number": column}))


def test_categories_are_named_and_numbers_among_objects_let_through():
    words = pandas.Series(["a", "b", "a"], dtype="category")
    with pytest.raises(EstimatorError, match="holds categories, such as 'a'"):
        refuse_other_columns(pandas.DataFrame({"c": words}))
    with pytest.raises(EstimatorError, match="and 1 other columns"):
        refuse_other_columns(
            polars.DataFrame({"c": polars.Series(["a"]).cast(polars.Categorical), "d": ["x"]})
        )
    refuse_other_columns(pandas.DataFrame({"n": np.array([1, Decimal(2), 3.5], dtype=object)}))
    refuse_other_columns(pandas.DataFrame({"n": pandas.array([1, None], dtype="Int64")}))
    with pytest.raises(EstimatorError, match="LazyFrame"):
        refuse_other_columns(polars.DataFrame({"n": [1]}).lazy())


@pytest.mark.parametrize("frame", [pandas.DataFrame, polars.DataFrame])
def test_it_is_refused_where_one_fits_and_predicts_and_taken_once_it_is_encoded(frame, flowers):
    X, y = flowers
    numbers = {f"column {place}": X[:, place] for place in range(4)}
    mixed = frame({**numbers, "kind": np.where(X[:, 0] > 5.8, "long", "short")})
    with pytest.raises(EstimatorError, match="'kind'"):
        small(max_iter=2).fit(mixed, y)
    fitted = small(max_iter=2).fit(frame(numbers), y)
    assert list(fitted.feature_names_in_) == list(numbers)
    with pytest.raises(EstimatorError, match="'column 0'"):
        fitted.predict(frame({**numbers, "column 0": ["x"] * 150}))
    encoded = make_column_transformer((OneHotEncoder(sparse_output=False), ["kind"]), remainder="passthrough")
    assert make_pipeline(encoded, small(max_iter=2)).fit(mixed, y).predict(mixed).shape == (150,)
