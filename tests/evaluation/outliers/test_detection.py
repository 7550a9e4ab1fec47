"""Against scikit-learn, worked by hand, and simulated worlds in which the truth is known."""

import numpy as np
import pytest
from scipy.special import ndtr
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

from thalweg.errors import EvaluationError
from thalweg.evaluation.outliers.detection import METRICS, influences, mean_over_sets, summary
from thalweg.statistics.mann_whitney import newcombe


def detection(inliers, outliers, base_rate=0.5):
    return summary(influences(inliers, outliers), base_rate)


def scores(members=3, inliers=200, outliers=150, *, decimals=1, seed=0):
    generator = np.random.default_rng(seed)
    low, high = generator.normal(size=(members, inliers)), generator.normal(1, 1.5, size=(members, outliers))
    return low.round(decimals), high.round(decimals)


def over_members(metric, inliers, outliers):
    truth = np.r_[np.zeros(inliers.shape[1]), np.ones(outliers.shape[1])]
    return np.mean([metric(truth, np.r_[low, high]) for low, high in zip(inliers, outliers, strict=True)])


@pytest.mark.parametrize("decimals", [0, 1, 6], ids="ties {}".format)
def test_auroc_and_average_precision_are_scikit_learns(decimals):
    inliers, outliers = scores(decimals=decimals)
    found = detection(inliers, outliers)
    assert found.auroc.mean == pytest.approx(over_members(roc_auc_score, inliers, outliers), abs=1e-9)
    assert found.aupr.mean == pytest.approx(
        over_members(average_precision_score, inliers, outliers), abs=1e-9
    )
    np.testing.assert_allclose(found.auroc.mean, found.member_auroc.mean())


@pytest.mark.parametrize("decimals", [0, 1, 6], ids="ties {}".format)
def test_fpr95_with_outliers_as_positive_is_openoods(decimals):
    def openood(truth, score):
        false_positive, true_positive, _ = roc_curve(truth, score, drop_intermediate=False)
        return false_positive[np.argmax(true_positive >= 0.95)]

    inliers, outliers = scores(decimals=decimals)
    expected = over_members(openood, inliers, outliers)
    assert detection(inliers, outliers).fpr95_outlier_positive.mean == pytest.approx(expected, abs=1e-12)


def test_both_fpr95_by_hand():
    inliers = np.arange(20.0)  # 95 % of them are the 19 up to 18
    outliers = np.r_[18.0, 18.5, np.full(38, 30.0)]  # 95 % of them are the 38 at 30
    found = detection(inliers, outliers)
    assert found.fpr95_inlier_positive.mean == 1 / 40
    assert found.fpr95_outlier_positive.mean == 0.0
    assert detection(-outliers, -inliers).fpr95_outlier_positive.mean == 1 / 40


def test_auroc_by_hand_with_a_tie():
    assert detection(np.array([1.0, 2.0]), np.array([2.0, 3.0])).auroc.mean == (1 + 1 + 0.5 + 1) / 4


def test_a_larger_score_is_more_of_an_outlier():
    assert detection(np.zeros(9), np.ones(9)).auroc.mean == 1.0
    assert detection(np.ones(9), np.zeros(9)).auroc.mean == 0.0


def test_one_members_variance_of_the_auroc_is_delongs():
    inliers, outliers = scores(1, 60, 40, decimals=6)
    below = inliers[0][:, None] < outliers[0]
    variance = below.mean(0).var(ddof=1) / 40 + below.mean(1).var(ddof=1) / 60
    pulls = influences(inliers, outliers)["auroc"]
    own = pulls.outliers.var(ddof=1) / 40 + pulls.inliers.var(ddof=1) / 60
    assert own == pytest.approx(variance, rel=1e-5)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("side", ["inliers", "outliers"])
def test_influences_foretell_what_moving_some_examples_changes(metric, side):
    inliers, outliers = scores(1, 4000, 3000, decimals=9)
    pulls = influences(inliers, outliers)[metric]
    pull = getattr(pulls, side)[0].astype(float)
    moved = {"inliers": inliers.copy(), "outliers": outliers.copy()}
    # From their lowest quarter to the top for outliers, from their highest to the bottom for inliers.
    order = np.argsort(moved[side][0])[:: 1 if side == "outliers" else -1]
    leaving, target = order[:750:10], order[-1]
    moved[side][0, leaving] = moved[side][0, target]
    changed = influences(**moved)[metric].values[0] - pulls.values[0]
    expected = (pull[target] - pull[leaving]).sum() / len(pull)
    assert abs(expected) > 1e-3
    # A threshold does not move in a straight line: 2 % of the examples are many for it.
    assert changed == pytest.approx(expected, rel=0.35)


def test_perfect_separation_is_not_certainty():
    found = detection(np.zeros((4, 50)), np.ones((4, 30)))
    low, high = found.auroc.widest
    assert high == 1.0
    assert low == pytest.approx(newcombe(1.0, 30, 50)[0], abs=5e-3)
    # of 30 outliers nobody knows where 95 % of all lie
    assert found.fpr95_outlier_positive.measured.interval == pytest.approx((0.0, 1.0))


def test_members_and_examples_have_intervals_of_their_own():
    several = detection(*scores(4)).auroc
    assert several.starts
    assert several.examples
    assert several.both
    alone = detection(*scores(1)).auroc
    assert alone.starts is None
    assert alone.both is None
    assert alone.measured.interval == alone.examples


def draw(generator, members, examples, shift, skill):
    """Members' scores of inliers and outliers, each example with an ease of its own."""
    ease, outlying = generator.normal(size=examples), generator.normal(size=examples)
    own = skill * generator.normal(size=(members, 1)) if skill else 0.0
    noise = 0.5 if members > 1 else 0.0
    inliers = ease + noise * generator.normal(size=(members, examples))
    return inliers, outlying + shift + own + noise * generator.normal(size=(members, examples))


WORLDS = {
    "worthless scores, one member": (1, 0.0, 0.0, 150),
    "worthless scores, 5 members": (5, 0.0, 0.0, 150),
    "few outliers, one member": (1, 1.8, 0.0, 20),
    "near perfect, one member": (1, 3.0, 0.0, 150),
    "useful scores, 5 members that differ": (5, 1.5, 0.4, 150),
    "useful scores, 2 members that differ": (2, 1.5, 0.4, 150),
}


@pytest.mark.parametrize(("members", "shift", "skill", "outliers"), WORLDS.values(), ids=WORLDS.keys())
def test_the_interval_of_the_auroc_covers_the_truth(members, shift, skill, outliers):
    spread = np.sqrt(2 * (1 + (0.25 if members > 1 else 0)) + skill**2)
    truth, generator, hits, runs = ndtr(shift / spread), np.random.default_rng(1), 0, 400
    for _ in range(runs):
        inlying, outlying = draw(generator, members, 150, shift, skill)
        low, high = detection(inlying, outlying[:, :outliers]).auroc.widest
        hits += low <= truth <= high
    assert 0.92 <= hits / runs <= 0.985


@pytest.mark.parametrize("metric", ["fpr95_inlier_positive", "fpr95_outlier_positive", "aupr"])
@pytest.mark.parametrize(("members", "examples"), [(1, 100), (4, 200)])
def test_the_other_intervals_cover_too(metric, members, examples):
    generator, hits, runs = np.random.default_rng(2), 0, 200
    truth = influences(*draw(generator, members, 400_000 // members, 1.5, 0.0))[metric].values.mean()
    for _ in range(runs):
        found = getattr(detection(*draw(generator, members, examples, 1.5, 0.0)), metric)
        low, high = found.widest
        hits += low <= truth <= high
    assert 0.9 <= hits / runs <= 0.995


def test_the_mean_over_one_set_is_that_set_and_only_inliers_are_shared_by_several():
    found = influences(*draw(np.random.default_rng(0), 3, 300, 1.5, 0.0))
    for metric in METRICS:
        alone = mean_over_sets(metric, [found[metric]])
        assert alone == getattr(summary(found, 0.5), metric)
        twice = mean_over_sets(metric, [found[metric]] * 2)
        assert twice.mean == pytest.approx(alone.mean)
        assert 0.5**0.5 < np.diff(twice.examples) / np.diff(alone.examples) < 1


def test_json_names_both_conventions_and_the_base_rate():
    written = detection(*scores(), base_rate=150 / 350).to_json()
    assert list(written) == list(METRICS)
    assert set(written["aupr"]) == {"value", "interval", "base_rate"}
    assert written["aupr"]["base_rate"] == 150 / 350


@pytest.mark.parametrize(
    ("inliers", "outliers", "message"),
    [
        (np.array([1.0, np.nan]), np.ones(2), "inliers hold NaN"),
        (np.ones(2), np.array([]), "scores of outliers have shape"),
        (np.ones((2, 3)), np.ones((3, 3)), "2 members scored the inliers and 3 the outliers"),
        (np.array(["a"]), np.ones(2), "expected numbers"),
    ],
)
def test_bad_scores_are_refused(inliers, outliers, message):
    with pytest.raises(EvaluationError, match=message) as caught:
        detection(inliers, outliers)
    assert caught.value.hint
