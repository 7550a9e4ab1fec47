from types import SimpleNamespace

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from thalweg.data.dataset import Scaling, TestSplit, TrainSplit
from thalweg.studies.label_audit.issues.copies import BY_LUCK, find_copies, how_near, same, twins_of
from thalweg.studies.label_audit.issues.examples import Examples, places_of
from thalweg.studies.label_audit.pool import Pool


def pool_of(raw, labels=None, part=None, also=None):
    labels = np.arange(len(raw)) % 3 if labels is None else labels
    scaling = Scaling.pixels() if raw.ndim > 2 else Scaling.standard(raw)
    train = TrainSplit(raw, labels.astype(np.int32), tuple("abc"), scaling)
    part = np.full(len(raw), "train") if part is None else part
    return Pool("made", train, also, part, np.arange(len(part)))


def copies_of(raw, **more):
    examples = Examples.of(pool_of(raw, **more))
    alike = same(examples.raw)
    return find_copies(examples, alike, places_of(examples, np.unique(alike)))


def neighbours(points, count=10):
    gaps = cdist(points, points) + np.diag(np.full(len(points), np.inf))
    near = np.argsort(gaps, axis=1)[:, :count]
    return near, np.take_along_axis(gaps, near, axis=1)


@pytest.mark.parametrize("kind", ["one", "two", "five", "curve", "clusters", "twenty"])
def test_luck_is_no_smaller_than_it_says(kind):
    """How likely luck brings a neighbour so near: of examples that lie about, few have a small chance."""
    generator = np.random.default_rng(0)
    luck = []
    for _ in range(12):
        turn = generator.random(500) * 6
        points = {
            "one": generator.random((500, 1)),
            "two": generator.normal(size=(500, 2)),
            "five": generator.standard_t(4, (500, 5)),
            "curve": np.c_[np.cos(turn), np.sin(turn), turn],
            "clusters": np.r_[generator.normal(size=(250, 4)), 5 + 0.1 * generator.normal(size=(250, 4))],
            "twenty": generator.normal(size=(500, 20)),
        }[kind]
        luck.append(how_near(*neighbours(points))[1])
    luck = np.concatenate(luck)
    for level in (0.1, 0.02, 0.004):
        assert (luck <= level).mean() <= 1.5 * level + 2 / len(luck), level


def test_nearness_by_hand():
    # on a line, unit steps: the two nearest are as far, so that nothing says how many dimensions there are
    points = np.arange(40.0)[:, None]
    points[21] = 20.01
    near, apart = neighbours(points)
    ratio, luck = how_near(near, apart)
    assert ratio[20] == pytest.approx(0.01 / min(apart[20, -1], apart[21, -1]))
    assert luck[20] == luck.min()


def test_copies_are_found_with_any_label_and_told_apart_from_near_ones():
    generator = np.random.default_rng(1)
    rows = generator.normal(size=(300, 5))
    rows[7], rows[8] = rows[3], rows[3]
    rows[20] = rows[10] + 1e-4
    labels = np.arange(300) % 3
    labels[[3, 7, 8]], labels[[10, 20]] = 1, (0, 2)
    found = copies_of(rows.astype(np.float32), labels=labels)
    np.testing.assert_array_equal(np.flatnonzero(found.group >= 0), [3, 7, 8, 10, 20])
    np.testing.assert_array_equal(np.flatnonzero(found.exact), [3, 7, 8])
    assert (found.groups, found.count, found.exactly, found.torn) == (2, 5, 3, 1)
    assert found.group[3] == found.group[7] == found.group[8] != found.group[10]
    assert found.distance[10] == found.distance[20] < 0.01
    assert np.isnan(found.distance[3])
    assert (found.by_luck, found.tested, found.leaked.any()) == (0, 0, False)


def test_test_examples_that_were_trained_on_are_counted():
    rows = np.random.default_rng(2).normal(size=(200, 4)).astype(np.float32)
    part = np.where(np.arange(200) < 150, "train", "test")
    rows[160], rows[170], rows[199] = rows[5], rows[6] + 1e-5, rows[198]
    found = copies_of(rows, part=part)
    np.testing.assert_array_equal(np.flatnonzero(found.leaked), [160, 170])
    np.testing.assert_array_equal(np.flatnonzero(found.leaked_exactly), [160])
    assert found.tested == 50
    assert found.is_leak
    assert not found.is_luck
    assert found.count == 6  # 198 and 199 are copies within the test part


def test_a_test_part_alone_is_compared_with_what_was_trained_on():
    rows = np.random.default_rng(3).normal(size=(150, 4)).astype(np.float32)
    rows[1] = rows[0]  # within the training part: not what is asked
    test = rows[:40] + 1
    test[1] += 1
    test[4] = rows[9]
    labels = (np.arange(40) % 3).astype(np.int32)
    scaling = Scaling.standard(rows)
    also = TestSplit(test, labels, tuple("abc"), scaling)
    found = copies_of(rows, part=np.full(40, "test"), also=also)
    np.testing.assert_array_equal(np.flatnonzero(found.leaked), [4])
    assert (found.tested, found.count, found.groups) == (40, 1, 1)


@pytest.mark.parametrize("seed", range(3))
def test_clean_data_have_no_near_copies(seed):
    generator = np.random.default_rng(seed)
    for rows in (
        generator.normal(size=(400, 3)),
        np.c_[generator.integers(0, 3, 400), generator.normal(size=400)],
        np.eye(4)[generator.integers(0, 4, (400, 9))].reshape(400, -1),
        np.c_[np.eye(4)[generator.integers(0, 4, (400, 9))].reshape(400, -1), generator.normal(size=400)],
        generator.integers(0, 40, (400, 4)).astype(float),
    ):
        found = copies_of(rows.astype(np.float32))
        assert found.count - found.exactly <= 2


def test_rows_that_differ_in_a_kind_are_no_near_copies():
    generator = np.random.default_rng(6)
    for _ in range(5):
        kinds = np.eye(4)[generator.integers(0, 4, (400, 9))].reshape(400, -1)
        measured = np.where(np.arange(400) < 25, np.arange(400), 0)
        found = copies_of(np.c_[kinds, measured].astype(np.float32))
        assert found.near == ""
        assert found.count == found.exactly


def test_a_row_measured_again_is_found_among_kinds():
    generator = np.random.default_rng(7)
    kinds = np.eye(3)[generator.integers(0, 3, (300, 4))].reshape(300, -1)
    rows = np.c_[kinds, generator.normal(size=(300, 3))]
    rows[1], rows[1, -3:] = rows[0], rows[0, -3:] + 1e-4
    rows[3, -3:] = rows[2, -3:] + 1e-4  # of another kind
    rows[3, :12] = 1 - rows[2, :12]
    found = copies_of(rows.astype(np.float32))
    np.testing.assert_array_equal(np.flatnonzero(found.group >= 0), [0, 1])


def test_rows_of_few_values_are_alike_by_luck():
    rows = np.random.default_rng(4).integers(0, 3, (400, 4)).astype(np.float32)
    found = copies_of(rows)
    assert found.count == found.exactly > 350
    assert found.by_luck == pytest.approx(found.exactly, rel=0.05)
    assert found.is_luck
    part = np.where(np.arange(400) < 300, "train", "test")
    parted = copies_of(rows, part=part)
    assert parted.leaked.sum() > 80
    assert not parted.is_leak  # nobody copied them
    assert copies_of(np.repeat(np.random.default_rng(5).normal(size=(50, 3)), 2, 0)).by_luck < 10
    assert copies_of(rows[:, :1]).by_luck == 400


def test_minus_nought_is_nought():
    np.testing.assert_array_equal(same(np.array([[0.0], [-0.0], [1.0]])), [0, 0, 2])
    many = np.arange(9000) % 4500
    np.testing.assert_array_equal(same(many[:, None]), many)


def test_turned_and_darkened_pictures_are_near_copies():
    from scipy import ndimage

    import thalweg as tw

    digits = tw.load("digits").train.raw
    picked = np.arange(0, 600, 15)
    turned = [ndimage.rotate(digits[place], 3, reshape=False, order=1) for place in picked[:20]]
    darker = [(digits[place] * 0.85).astype(np.uint8) for place in picked[20:]]
    raw = np.concatenate([digits, turned, darker])
    found = copies_of(raw)
    planted = np.zeros(len(raw), bool)
    planted[picked], planted[len(digits) :] = True, True
    named = found.group >= 0
    assert (named & ~planted).sum() <= 2 + BY_LUCK * named.sum()
    assert named[len(digits) :].mean() > 0.7
    assert found.by_luck is None
    clean = copies_of(digits)
    assert clean.count <= 2


def test_twins_are_copies_with_another_label_the_very_same_first():
    copies = SimpleNamespace(
        group=np.array([0, 0, 0, 1, 1, -1, -1, 0]),
        exact=np.array([False, True, True, True, True, False, False, False]),
        judged=7,
    )
    labels = np.array([0, 1, 1, 2, 2, 0, 1])
    np.testing.assert_array_equal(twins_of(copies, labels), [1, 0, 0, -1, -1, -1, -1])
    labels[2] = 2  # of two others the very same, not the one that is nearly so
    np.testing.assert_array_equal(twins_of(copies, labels), [1, 2, 1, -1, -1, -1, -1])
