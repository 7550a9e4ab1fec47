"""Answers in tables and plain arrays, with labels by name, whatever the order of the columns."""

import numpy as np
import polars
import pytest

from thalweg.errors import DataError, EvaluationError
from thalweg.evaluation import accuracy
from thalweg.models import load_probabilities

NAMES = np.array(["setosa", "Versicolor", "virginica"])
LABELS = np.arange(90) % 3
TABLE = 0.3 * np.random.default_rng(0).dirichlet(np.ones(3), 90) + 0.7 * np.eye(3)[LABELS]


def right(loaded):
    classifier, dataset = loaded
    return accuracy(classifier, dataset.test).measured.value


@pytest.mark.parametrize("prefix", ["", "p_", "probability of "])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1]])
def test_a_table_names_its_columns(tmp_path, prefix, separator, order):
    table = polars.DataFrame(TABLE[:, order], schema=[prefix + name for name in NAMES[order]])
    table = table.with_columns(species=polars.Series(NAMES[LABELS]))
    table.write_csv(tmp_path / "a.csv", separator=separator)
    loaded = load_probabilities(tmp_path / "a.csv", label_column="species")
    assert loaded[1].class_names == tuple(NAMES[order])
    assert right(loaded) == 1.0


def test_columns_without_names_are_guessed_and_said(tmp_path):
    order = np.argsort(NAMES)
    np.save(tmp_path / "p.npy", TABLE[:, order])
    (tmp_path / "l.txt").write_text("\n".join(NAMES[LABELS]))
    loaded = load_probabilities(tmp_path / "p.npy", labels=tmp_path / "l.txt")
    assert "column 0 is 'Versicolor', 1 is 'setosa'" in loaded[1].notes[-1]
    assert right(loaded) == 1.0
    np.savetxt(tmp_path / "p.csv", TABLE, delimiter=",")
    with pytest.raises(EvaluationError, match="very likely stand in that order"):
        right(load_probabilities(tmp_path / "p.csv", labels=NAMES[LABELS]))
    assert right(load_probabilities(tmp_path / "p.csv", labels=NAMES[LABELS], class_names=NAMES)) == 1.0


@pytest.mark.parametrize("labels", [LABELS.astype(float), LABELS[:, None], LABELS + 1])
def test_labels_of_any_form(tmp_path, labels):
    np.savez(tmp_path / "a.npz", probabilities=TABLE.round(2), labels=labels)
    loaded = load_probabilities(tmp_path / "a.npz")
    assert right(loaded) == 1.0
    assert any("are rounded" in note for note in loaded[1].notes)


def test_labels_that_are_no_text(tmp_path):
    np.save(tmp_path / "given.npy", TABLE)
    (tmp_path / "labels.txt").write_bytes(b"0\n\xfe\n")
    with pytest.raises(DataError, match=r"labels\.txt cannot be read as labels"):
        load_probabilities(tmp_path / "given.npy", labels=tmp_path / "labels.txt")


def test_an_array_whose_header_does_not_end(tmp_path):
    path = tmp_path / "given.npy"
    np.save(path, TABLE)
    content = path.read_bytes()
    path.write_bytes(content[:10] + content[10:128].replace(b"}", b"(") + content[128:])
    with pytest.raises(DataError, match=r"given\.npy is not a readable \.npy file"):
        load_probabilities(path, labels=LABELS)


def test_labels_of_more_digits_than_there_are_numbers(tmp_path):
    np.save(tmp_path / "given.npy", TABLE)
    (tmp_path / "labels.txt").write_text("\n".join(["9" * 30, *["1"] * 89]), "utf-8")
    with pytest.raises(DataError):
        load_probabilities(tmp_path / "given.npy", labels=tmp_path / "labels.txt")


@pytest.mark.parametrize("first", ["inf,0.2,0.3", "nan,0.2,0.3", "1e999,0,1", "-inf,1,2"])
def test_numbers_without_end_in_the_first_row_are_no_header(tmp_path, first):
    (tmp_path / "p.csv").write_text("\n".join([first, *(["0.2,0.3,0.5"] * 5)]))
    (tmp_path / "l.txt").write_text("\n".join("012012"))
    with pytest.raises(DataError, match=r"is inf|is nan|not finite|probabilit"):
        load_probabilities(tmp_path / "p.csv", labels=tmp_path / "l.txt")
