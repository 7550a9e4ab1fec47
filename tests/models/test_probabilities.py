import numpy as np
import pytest

from thalweg.data.noise import FEATURE_KINDS, KINDS
from thalweg.errors import DataError, NotApplicable
from thalweg.evaluation import accuracy, evaluate, noise
from thalweg.evaluation.diversity.measure import diversity
from thalweg.models import load_probabilities
from thalweg.models.probabilities import tickets

MEMBERS, EXAMPLES, CLASSES = 3, 1_501, 4  # an odd number: the mean of its tickets has a whole number


def answers(examples=EXAMPLES, members=MEMBERS, seed=0):
    return np.random.default_rng(seed).dirichlet(np.ones(CLASSES), (members, examples))


@pytest.fixture
def arrays():
    labels = np.random.default_rng(1).integers(0, CLASSES, EXAMPLES)
    return {"probabilities": answers(), "labels": labels}


@pytest.fixture
def load(tmp_path):
    def write_and_load(**arrays):
        np.savez(tmp_path / "answers.npz", **arrays)
        return load_probabilities(tmp_path / "answers.npz")

    return write_and_load


def test_the_numbers_are_those_of_the_table(load, arrays):
    classifier, dataset = load(**arrays)
    found = accuracy(classifier, dataset.test)
    right = arrays["probabilities"].argmax(axis=2) == arrays["labels"]
    np.testing.assert_allclose(found.member_accuracy, right.mean(axis=1))
    voted = arrays["probabilities"].mean(axis=0).argmax(axis=1) == arrays["labels"]
    assert found.ensemble.value == pytest.approx(voted.mean())
    assert diversity(classifier, dataset.test).members == MEMBERS


def test_the_data_set_has_a_test_part_and_says_what_is_missing(load, arrays):
    classifier, dataset = load(**arrays)
    assert dataset.train_part is None
    assert dataset.validation is None
    assert (dataset.name, len(dataset.test), dataset.class_names) == ("answers", EXAMPLES, tuple("0123"))
    assert "Only the answers are known" in dataset.notes[0]
    assert repr(classifier) == "GivenProbabilities(3 members, 1,501 examples, 4 classes)"
    assert evaluate(classifier, dataset, only="accuracy")["accuracy"].to_json()["train_accuracy"] is None


def test_one_member_may_leave_its_axis_out(load, arrays):
    classifier, dataset = load(probabilities=arrays["probabilities"][0], labels=arrays["labels"])
    assert len(classifier) == 1
    assert accuracy(classifier, dataset.test).members == 1


def test_any_part_of_the_examples_in_any_order(load, arrays):
    classifier, dataset = load(**arrays)
    chosen = np.random.default_rng(2).permutation(EXAMPLES)[:100]
    found = classifier.probabilities(dataset.test.take(chosen).inputs)
    np.testing.assert_allclose(found, arrays["probabilities"][:, chosen], atol=1e-6)
    some = classifier[1:3].probabilities(dataset.test.inputs)
    np.testing.assert_allclose(some, arrays["probabilities"][1:3], atol=1e-6)


def test_validation_answers_make_a_validation_part(load, arrays):
    held = answers(200, seed=5)
    classifier, dataset = load(
        **arrays,
        validation_probabilities=held,
        validation_labels=np.arange(200) % CLASSES,
        class_names=np.array(["north", "east", "south", "west"]),
    )
    assert len(dataset.validation) == 200
    assert dataset.class_names == ("north", "east", "south", "west")
    np.testing.assert_allclose(classifier.probabilities(dataset.validation.inputs), held, atol=1e-6)
    np.testing.assert_allclose(
        classifier.probabilities(dataset.test.inputs), arrays["probabilities"], atol=1e-6
    )


@pytest.mark.parametrize("kind", FEATURE_KINDS)
def test_noise_has_no_answer(load, arrays, kind):
    classifier, dataset = load(**arrays)
    with pytest.raises(NotApplicable, match="asks about new inputs") as error:
        noise(classifier, dataset.test, kinds=[kind])
    assert "give the model itself" in error.value.hint


def test_only_tickets_have_an_answer(load, arrays):
    classifier, dataset = load(**arrays)
    inputs = dataset.test.inputs
    changed = [1 - inputs, 2 * inputs, 0 * inputs, inputs[:, ::-1], inputs + 0.5, -inputs, inputs[:, :1]]
    changed += [inputs.mean(axis=0, keepdims=True), np.zeros((3, 28, 28)), inputs + np.array([EXAMPLES, 0])]
    changed += [KINDS["uniform"](inputs, 50, 0)]
    for asked in changed:
        with pytest.raises(NotApplicable):
            classifier.probabilities(asked)


def test_tickets_are_exact_in_float32_for_every_table_that_fits_in_memory():
    numbers = np.array([0, 1, 2**20, 2**24 - 1])
    np.testing.assert_array_equal(tickets(numbers).astype(np.float32), tickets(numbers))


def spoilt(arrays, name, change):
    changed = arrays[name].copy()
    change(changed)
    return {**arrays, name: changed}


def put(place, value):
    def change(array):
        array[place] = value

    return change


CASES = {
    "sum": (
        ("probabilities", put((1, 7), 0.3)),
        r"example 7 \(member 1\) sum to 1\.2.*expected 1",
        "softmax",
    ),
    "nan": (("probabilities", put((2, 3, 1), np.nan)), r"nan \(member 2, example 3, class 1\)", "diverged"),
    "logits": (("probabilities", put((0, 0, 0), 7.5)), r"run from .* to 7\.5: expected 0\.\.1", "softmax"),
    "negative": (("probabilities", put((0, 0, 0), -0.5)), r"run from -0\.5 to", "softmax"),
    "label too large": (("labels", put(5, CLASSES)), "run from 0 to 4: expected 0 to 3", "columns"),
    "label below zero": (("labels", put(5, -1)), "run from -1 to 3: expected 0 to 3", "columns"),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_values_are_named(load, arrays, case):
    (name, change), message, hint = CASES[case]
    with pytest.raises(DataError, match=message) as error:
        load(**spoilt(arrays, name, change))
    assert hint in error.value.hint


def test_bad_shapes_are_named(load, arrays):
    table, labels = arrays["probabilities"], arrays["labels"]
    bad = [
        (table, labels[:-1], "1,500 labels for 1,501 examples", "same order"),
        (table, np.eye(CLASSES)[labels], r"labels has shape \(1501, 4\)", "argmax"),
        (table, labels + 0.5, "expected whole numbers", "cut into classes"),
        (np.moveaxis(table, 0, 1), labels, "1,501 labels for 3 examples", "np.moveaxis"),
        (table[0].T, labels, "1,501 labels for 4 examples", "probabilities.T"),
        (100 * table, labels, "run from", "divide by 100"),
        (table[0, 0], labels, r"shape \(4,\)", "two-class model"),
        (table[:, :, :1], labels, r"shape \(3, 1501, 1\)", "1 - p"),
        (table[:, :0], labels[:0], r"shape \(3, 0, 4\)", "two-class model"),
        (table.astype(str), labels, "type <U", "two-class model"),
        (table[:, :, :3] / table[:, :, :3].sum(-1, keepdims=True), labels, "run from 0 to 3", "columns"),
    ]
    for probabilities, given, message, hint in bad:
        with pytest.raises(DataError, match=message) as error:
            load(probabilities=probabilities, labels=given)
        assert hint in error.value.hint


def test_partners_must_fit(load, arrays):
    held = {"validation_probabilities": answers(20), "validation_labels": np.zeros(20, int)}
    with pytest.raises(DataError, match="validation_labels without its partner"):
        load(**arrays, validation_labels=held["validation_labels"])
    with pytest.raises(DataError, match="differ in members or classes"):
        load(**arrays, **{**held, "validation_probabilities": answers(20, members=2)})
    with pytest.raises(DataError, match=r"class_names has shape \(3,\)"):
        load(**arrays, class_names=np.array(["a", "b", "c"]))


def test_bad_files_are_named(load, arrays, tmp_path):
    with pytest.raises(DataError, match="There is no file"):
        load_probabilities(tmp_path / "missing.npz")
    (tmp_path / "words.npz").write_text("not an archive")
    with pytest.raises(DataError, match=r"not a readable \.npz archive"):
        load_probabilities(tmp_path / "words.npz")
    with pytest.raises(DataError, match=r"holds the arrays labels: probabilities is missing"):
        load(labels=arrays["labels"])
    with pytest.raises(DataError, match="need pickle"):
        load(**{**arrays, "labels": np.array([None] * EXAMPLES, dtype=object)})
    load(**arrays)
    whole = (tmp_path / "answers.npz").read_bytes()
    (tmp_path / "half.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"not a readable \.npz archive"):
        load_probabilities(tmp_path / "half.npz")
