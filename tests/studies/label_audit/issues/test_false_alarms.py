"""How often anything is named among examples of which none was planted: simulated, in many shapes."""

import numpy as np
import pytest

from thalweg.studies.label_audit.issues.outliers import find_outliers

from .test_copies import copies_of

REPEATS = 60


def tables(generator, rows=300):
    normal = generator.normal(size=(rows, 5))
    turn = 6 * generator.random(rows)
    kinds = np.eye(4)[generator.integers(0, 4, (rows, 5))].reshape(rows, -1)
    return {
        "normal": normal,
        "heavy": generator.standard_t(3, (rows, 5)),
        "lognormal": np.exp(normal),
        "uniform": generator.random((rows, 4)),
        "clusters": np.r_[normal[: rows // 2], 5 + 0.1 * normal[rows // 2 :]],
        "curve": np.c_[np.cos(turn), np.sin(turn), turn] + 0.02 * generator.normal(size=(rows, 3)),
        "kinds": kinds,
        "mixed": np.c_[kinds, normal[:, :2]],
        "counts": generator.integers(0, 30, (rows, 4)).astype(float),
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", tables(np.random.default_rng(0)))
def test_hardly_any_is_named_where_there_is_none(name):
    copies = outliers = 0
    for seed in range(REPEATS):
        rows = tables(np.random.default_rng(seed))[name].astype(np.float32)
        rows = rows[np.sort(np.unique(rows, axis=0, return_index=True)[1])]
        scaled = ((rows - rows.mean(axis=0)) / np.maximum(rows.std(axis=0), 1e-9)).astype(np.float32)
        copies += bool(copies_of(rows).count)
        outliers += bool(find_outliers(scaled, pictures=False).count)
    # each may be 5 of 100 (Benjamini and Hochberg where nothing is there); 8 of 60 is luck once in a hundred
    assert copies <= 8
    assert outliers <= 8
