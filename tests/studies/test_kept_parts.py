import numpy as np
import pytest
from hypothesis import given, settings, strategies

from tests.studies.kept import Kept
from thalweg.errors import StudyError
from thalweg.studies.grids import Grid
from thalweg.studies.kept_parts import BITS, NUMBERS, WHOLE, YES_OR_NO, Form, kept_part

FORMS = {"curve": Form(NUMBERS, (3, 2)), "right": Form(WHOLE, (3, None)), "lost": Form(YES_OR_NO, (3,))}


def whole():
    return {"curve": np.ones((3, 2)), "right": np.ones((3, 5), np.uint8), "lost": np.zeros(3, bool)}


def test_what_fits_is_given_back():
    parts = Kept({"one": whole()})
    assert kept_part(parts, "one", FORMS) is parts["one"]
    assert kept_part(parts, "two", FORMS) is None


WAYS = {
    "less": lambda array: array[:-1],
    "more axes": lambda array: array[None],
    "flat": lambda array: array.reshape(-1)[:1].reshape(()),
    "words": lambda array: array.astype(str),
    "other kind": lambda array: array.astype(bool if array.dtype.kind != "b" else float),
}


@settings(max_examples=60, deadline=None)
@given(strategies.sampled_from(sorted(FORMS)), strategies.sampled_from(sorted(WAYS)))
def test_another_form_is_named_with_what_to_do(name, way):
    arrays = whole()
    arrays[name] = WAYS[way](arrays[name])
    with pytest.raises(StudyError, match=rf"part 'one' .*{name} is ") as caught:
        kept_part(Kept({"one": arrays}), "one", FORMS)
    assert "delete the file" in caught.value.hint


@pytest.mark.parametrize(
    ("change", "says"),
    [(lambda arrays: arrays.pop("lost"), "lacks lost"), (lambda arrays: arrays.update(x=1), "holds x")],
)
def test_arrays_that_are_missing_or_too_many_are_named(change, says):
    arrays = whole()
    change(arrays)
    arrays = {name: np.asarray(array) for name, array in arrays.items()}
    with pytest.raises(StudyError, match=says):
        kept_part(Kept({"one": arrays}), "one", FORMS)


@pytest.mark.parametrize("value", [-1, 7])
def test_places_in_something_that_has_fewer_are_named(value):
    forms = {"predicted": Form(WHOLE, (3,), below=7)}
    fits = {"predicted": np.array([0, 6, 3])}
    assert kept_part(Kept({"one": fits}), "one", forms) is fits
    with pytest.raises(StudyError, match="expected whole numbers from 0 to 6"):
        kept_part(Kept({"one": {"predicted": np.array([0, value, 3])}}), "one", forms)


def test_blocks_of_a_grid_lead_with_members_and_are_alike():
    parts = Kept()
    grid = Grid({"place": "depends"}, 4, 0, "toy", block=2)
    grid.trained(lambda place, span: {"many": np.ones((len(span), 3))}, parts=parts)
    last = sorted(parts)[-1]
    for other in (np.ones((3, 3)), np.ones((2, 4)), np.ones((2, 3), int)):
        parts[last] = {"many": other}
        with pytest.raises(StudyError, match="many is "):
            grid.trained(lambda place, span: {}, parts=parts)


@pytest.mark.parametrize("kind", [np.int64, np.int8, np.uint16, np.float32, bool])
def test_packed_truths_are_uint8_and_nothing_else(kind):
    form = Form(BITS, (2, 3))
    assert form.fits(np.zeros((2, 3), np.uint8))
    assert not form.fits(np.zeros((2, 3), kind))
    assert "packed truths" in str(form)
