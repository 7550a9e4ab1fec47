"""Titles carry the number of the record, tables the numbers of the figure."""

import numpy as np
import pytest

from thalweg import figures
from thalweg.figures.evaluations.descent import _steps_title
from thalweg.figures.making import draw
from thalweg.measured import Measured

from .conftest import numbers_in, values

PATHS = {
    "accuracy": ("accuracy", ("test_accuracy", "mean")),
    "votes": ("diversity", ("ensemble", "3", "accuracy")),
    "agreement": ("diversity", ("disagreement",)),
    "arbitrariness": ("arbitrariness", ("ambiguity", "2")),
    "noise": ("noise", ("uniform", "mean_confidence")),
    "noise-uniform": ("noise", ("uniform", "share_above", "0.9")),
    "corruptions": ("shift", ("mean_corruption_error",)),
    "risk-coverage": ("abstention", ("accuracy_at_coverage", "0.9")),
    "conformal": ("abstention", ("conformal", "0.9", "coverage")),
    "adversarial-linf": ("adversarial", ("linf", "smallest")),
    "weights": ("features", ("shuffled", "share_structured")),
    "dreams": ("dreams", ("free", "own_confidence")),
    "descent-nudges": ("descent", ("nudges", "end", "top_10_percent")),
    "descent-on-off": ("descent", ("on_off", "unmoved", "on_off", 0)),
}
"""Finding -> the evaluation and the entry of it whose share stands in the title."""


@pytest.mark.parametrize("name", PATHS)
def test_the_title_carries_the_share_of_the_record(found, evaluated_run, name):
    evaluation, path = PATHS[name]
    entry = evaluated_run.evaluation(evaluation)
    for key in path:
        entry = entry[key]
    value = entry["value"] if isinstance(entry, dict) else entry
    assert any(f"{100 * value:.{decimals}f} %" in found[name].title for decimals in (1, 2, 3))


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("landscape-path", "cost 5.00 at the start, 1.00 at the end"),
        ("landscape-members", "cost 3.00 the cost is 1.00"),
        ("landscape-random", "cost 1.00 the ground rises to 9.00"),
        ("landscape-slices", "after 50 % of"),
        ("descent-steps", "rank correlation 0.75 [0.70, 0.80]"),
        ("descent-cost", "from cost 2.00 to 0.300"),
        ("descent-turns", "by 30\u00b0 at first, by 60\u00b0 at last"),
        ("descent-ranked", "39.7 times the one of rank 100"),
        ("descent-layers", "Weights of layer 1 get 90.0 % [85.0, 95.0]"),
        ("descent-full-batch", "1 of 2 ways come to rest; 0.1 % to 25.0 %"),
    ],
)
def test_the_title_carries_the_number_of_the_record(found, name, number):
    assert number in found[name].title


def test_the_title_counts_certificates(found, evaluated_run):
    record = evaluated_run.evaluation("minimum")
    assert found["minimum"].title.startswith(f"{record['certified']} of {len(record['members'])} networks")


def test_the_title_of_the_barrier(found, evaluated_run):
    value = evaluated_run.evaluation("connectivity")["unaligned"]["barrier"]["value"]
    assert float(found["connectivity"].title.split("rises by ")[1].split()[0]) == pytest.approx(
        value, rel=5e-3
    )


def test_the_commonest_mistake_is_the_largest_off_the_diagonal(found, evaluated_run):
    counts = np.array(evaluated_run.evaluation("accuracy")["confusion"])
    share = counts / counts.sum(axis=1, keepdims=True)
    np.fill_diagonal(share, 0)
    row, column = np.unravel_index(share.argmax(), share.shape)
    names = evaluated_run.evaluation("accuracy")["class_names"]
    assert f"\u201c{names[row]}\u201d is taken for \u201c{names[column]}\u201d" in found["confusion"].title
    assert f"{100 * share[row, column]:.1f} %" in found["confusion"].title


@pytest.mark.parametrize(
    ("name", "key"),
    [("confusion", "commonest_mistake"), ("hardest", "never_right")],
    ids=["confusion", "hardest"],
)
def test_an_interval_is_that_of_the_record_and_an_older_run_has_none(found, evaluated_run, name, key):
    content, arrays = evaluated_run.evaluation("accuracy"), evaluated_run.evaluation_arrays("accuracy")
    measured = Measured.read(content[key])
    assert measured.percent() in found[name].title
    assert "(Wilson)" in found[name].how
    older = {entry: value for entry, value in content.items() if entry != key}
    drawn = {finding.name: finding for finding in draw("accuracy", older, arrays)}[name]
    assert measured.percent() not in drawn.title
    assert Measured(measured.value).percent() in drawn.title
    assert "measured before it was kept" in drawn.how


def test_how_far_the_interval_of_few_networks_can_be_trusted_is_said(found, evaluated_run):
    content, arrays = evaluated_run.evaluation("accuracy"), evaluated_run.evaluation_arrays("accuracy")
    assert "Of 3 starts, 95 % intervals cover 90 to 99 %, by simulation." in found["accuracy"].how
    drawn = {finding.name: finding for finding in draw("accuracy", without_caveats(content), arrays)}
    assert "simulation" not in drawn["accuracy"].how


def without_caveats(content):
    """The same as an older version wrote it."""
    if isinstance(content, dict):
        return {key: without_caveats(value) for key, value in content.items() if key != "caveat"}
    return list(map(without_caveats, content)) if isinstance(content, list) else content


@pytest.mark.parametrize("name", ["noise", "diversity", "calibration"])
def test_every_evaluation_says_once_how_far_its_intervals_can_be_trusted(evaluated_run, name):
    content, arrays = evaluated_run.evaluation(name), evaluated_run.evaluation_arrays(name)
    said = "f 3 starts, 95 % intervals cover 90 to 99 %"
    first, *others = draw(name, content, arrays)
    assert first.how.count(said) == 1
    assert not any(said in each.how for each in others)
    assert not any(said in each.how for each in draw(name, without_caveats(content), arrays))


def test_the_map_of_mistakes_leaves_the_diagonal_blank(found, evaluated_run):
    drawn = np.array(found["confusion"].figure.data[0].z, dtype=float)
    counts = np.array(evaluated_run.evaluation("accuracy")["confusion"])
    assert np.isnan(drawn.diagonal()).all()
    off = ~np.eye(len(counts), dtype=bool)
    share = counts / counts.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(drawn[off], 100 * share[off], atol=1e-3)
    table = np.array([numbers_in(row[2:]) for row in found["confusion"].table.rows])
    np.testing.assert_allclose(table, share, atol=6e-4)


def column(finding, place):
    return numbers_in(row[place] for row in finding.table.rows)


@pytest.mark.parametrize(
    ("name", "trace", "axis", "place"),
    [
        ("votes", "vote", "y", 1),
        ("hardest", None, "y", 1),
        ("noise", "one network", "x", 1),
        ("adversarial-linf", "one network", "y", 1),
        ("adversarial-linf", "vote of 3", "y", 2),
        ("descent-steps", "slope before the epoch", "y", 1),
        ("descent-nudges", "largest 10 %", "x", 2),
        ("descent-cost", "one network", "y", 1),
        ("descent-turns", "one network", "y", 1),
        ("descent-ranked", "at the end", "y", 3),
        ("descent-layers", "at the end", "x", 3),
        ("descent-on-off", "on/off neurons", "x", 2),
        ("landscape-slices", "mean of the networks", "y", 1),
        ("history-cost", "training", "y", 3),
        ("history-accuracy", "training", "y", 3),
        ("noise-strength", "one network", "y", 3),
        ("spectrum", "density", "y", 1),
    ],
)
def test_the_table_is_what_is_drawn(found, name, trace, axis, place):
    finding = found[name]
    drawn = next(one for one in finding.figure.data if trace is None or one.name == trace)
    heights, told = values(drawn[axis]), column(finding, place)
    large = heights > 1e-4 * np.nanmax(heights)
    np.testing.assert_allclose(told[large], heights[large], rtol=6e-3, atol=6e-4)


def test_the_table_of_sizes_has_both_lines(found):
    finding = found["arbitrariness-size"]
    for place, trace in enumerate(finding.figure.data, start=1):
        told = [row for row in finding.table.rows if row[place]]
        assert [int(row[0]) for row in told] == list(trace.x)
        np.testing.assert_allclose(numbers_in(row[place] for row in told), values(trace.y), atol=6e-4)


def test_the_bars_of_arbitrary_examples_are_all_examples(found, evaluated_run):
    finding, arrays = found["arbitrariness"], evaluated_run.evaluation_arrays("arbitrariness")
    right = arrays["vote_right"].astype(bool)
    assert values(finding.figure.data[0].y)[-1] == (right & (arrays["self_consistency"] == 1)).sum()
    assert [np.nansum(values(side.y)) for side in finding.figure.data] == [right.sum(), (~right).sum()]


def test_the_reliability_table_is_what_is_drawn(found):
    finding = found["reliability"]
    lines = [trace for trace in finding.figure.data if trace.error_y.array is not None]
    np.testing.assert_allclose(
        column(finding, 1), np.concatenate([values(one.x) for one in lines]), atol=6e-4
    )
    np.testing.assert_allclose(
        column(finding, 2), np.concatenate([values(one.y) for one in lines]), atol=6e-4
    )


def test_intervals_are_drawn(found, evaluated_run):
    entry = evaluated_run.evaluation("noise")["uniform"]["mean_confidence"]
    drawn = next(one for one in found["noise"].figure.data if one.name == "one network")
    assert drawn.error_x.array[0] == pytest.approx(entry["interval"][1] - entry["value"])
    assert drawn.error_x.arrayminus[0] == pytest.approx(entry["value"] - entry["interval"][0])


def test_the_longer_arm_of_an_interval_stays_on_its_side(found, evaluated_run):
    bins = evaluated_run.evaluation("calibration")["reliability"]
    drawn = next(one for one in found["reliability"].figure.data if one.name == "one network")
    np.testing.assert_allclose(drawn.error_y.array, np.subtract(bins["high"], bins["accuracy"]))
    np.testing.assert_allclose(drawn.error_y.arrayminus, np.subtract(bins["accuracy"], bins["low"]))
    assert not np.allclose(drawn.error_y.array, drawn.error_y.arrayminus)


def test_one_network_and_the_vote_are_not_confused(found, evaluated_run):
    test = evaluated_run.evaluation("accuracy")["test_accuracy"]
    one, vote = found["accuracy"].title.split("; the vote of 3 on ")
    assert one.startswith(f"One network is right on {100 * test['mean']:.1f} %")
    assert vote.startswith(f"{100 * test['ensemble']:.1f} %")
    assert test["mean"] != test["ensemble"]


def test_history_is_a_band_and_not_a_line_for_each_member(found, evaluated_run):
    history = evaluated_run.history()
    figure = found["history-cost"].figure
    assert len(figure.data) == 5
    last = history.filter(history["epoch"] == history["epoch"].max())["cost"].to_numpy()
    ends = sorted(float(trace.y[-1]) for trace in figure.data)
    np.testing.assert_allclose(ends, np.quantile(last, (0.05, 0.25, 0.5, 0.75, 0.95)), rtol=1e-5)


def test_the_landscape_is_white_at_the_network_and_orange_above(found):
    drawn = found["landscape-random"].figure.data[0]
    heights = np.array(drawn.z, dtype=float)
    assert heights.min() == 0.0
    assert heights.max() == pytest.approx(np.log10(9), abs=1e-3)
    assert drawn.colorscale[0][1] in ("rgb(255, 255, 255)", "#FFFFFF")


def test_pictures_are_small_and_said_in_words(found):
    for name in ("hardest", "weights", "dreams", "adversarial-linf"):
        assert found[name].pictures, name
        for picture in found[name].pictures:
            assert picture.png.startswith(b"\x89PNG")
            assert len(picture.png) < 100_000
            assert picture.caption.endswith(".")


def test_the_hardest_examples_are_named_below_their_pictures(found, evaluated_run):
    worst = evaluated_run.evaluation("accuracy")["hardest"][0]
    tile = found["hardest"].pictures[0].tiles[0]
    assert tile.label == f"{worst['label']} as {worst['usual_mistake']}"
    assert tile.note == f"test {worst['example']}", "of arrays with a test part the place is all"


def test_the_hardest_rows_of_a_table_are_named(evaluated_run):
    content, arrays = evaluated_run.evaluation("accuracy"), evaluated_run.evaluation_arrays("accuracy")
    arrays = {name: values for name, values in arrays.items() if name != "test_hardest_pictures"}
    assert "The hardest" not in figures.draw("accuracy", content, arrays)[2].sentence
    named = [{**hard, "called": f"row {place}"} for place, hard in enumerate(content["hardest"], start=1)]
    finding = figures.draw("accuracy", {**content, "hardest": named}, arrays)[2]
    first = named[0]
    assert f"row 1 ({first['label']}, named {first['usual_mistake']}), row 2 (" in finding.sentence


def test_names_that_look_alike_once_cut_keep_their_own_rows(evaluated_run):
    content, arrays = evaluated_run.evaluation("accuracy"), evaluated_run.evaluation_arrays("accuracy")
    content["class_names"] = [f"a name that is far too long, number {place}" for place in range(4)]
    figure = figures.draw("accuracy", content, arrays)[1].figure
    assert list(figure.layout.xaxis.tickvals) == [0, 1, 2, 3]
    assert np.array(figure.data[0].z).shape == (4, 4)
    assert figure.data[0].texttemplate is None, "no room for numbers beside long names"


def test_what_few_outliers_cannot_show_is_said_under_the_figure(found, evaluated_run):
    examples = evaluated_run.evaluation("outliers")["examples"]
    assert examples["test examples"] < 200
    said = f"{examples['test examples']} real examples are few: an interval may hold"
    assert all(said in found[name].how for name in ("outliers-roc", "outliers-detectors"))


def test_steps_are_not_said_to_go_with_the_slope_where_that_is_not_shown():
    unsure = {"steps_with_slope": {"value": 0.2, "interval": [-0.3, 0.7]}}
    assert _steps_title(unsure).startswith("That steps go with the slope is not shown")
    assert _steps_title({"steps_with_slope": {"value": 0.7, "interval": [0.6, 0.8]}}).startswith(
        "Steps go with"
    )
