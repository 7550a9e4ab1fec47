"""Titles carry the numbers of the study; figures and tables show them."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from tests.figures.conftest import numbers_in, values
from thalweg import figures, runs
from thalweg.measured import Measured

from . import made_up
from .kept import write_audit, write_study

TITLES = {
    "starts-spread": ("starts", ("sd_factor_per_doubling", "test_cost"), Measured.plain),
    "starts-correlation": ("starts", ("widths", "8", "cost_correlation"), Measured.plain),
    "starts-distances": ("starts", ("widths", "8", "places", "after_over_strangers"), Measured.plain),
    "starts-minima": ("starts", ("widths", "8", "places", "distance_after"), Measured.plain),
    "random-labels-epochs": ("random-labels", ("epochs_ratio_random_to_true", "1"), Measured.plain),
    "random-labels-curves": ("random-labels", ("populations", 1, "train_accuracy"), Measured.percent),
    "random-labels-held-back": ("random-labels", ("populations", 4, "train_accuracy"), Measured.percent),
    "random-labels-capacity": ("random-labels", ("populations", 6, "train_accuracy"), Measured.percent),
    "structure-curves": ("structure", ("kinds", "gaussian", "epochs_ratio_to_true", "1"), Measured.plain),
    "structure-order": ("structure", ("kinds", "true", "agreement_of_order"), Measured.plain),
    "structure-critical": ("structure", ("kinds", "true", "critical_ratio_at_the_end"), Measured.percent),
    "memorisation-scores": ("memorisation", ("memorised_share",), Measured.percent),
    "memorisation-sureness": ("memorisation", ("reliability", "whole"), Measured.plain),
    "luck-width": ("luck", ("cells", 10, "ratio"), lambda found: found.plain(1)),
    "luck-binary": ("luck", ("cells", 4, "binary", "slope"), Measured.plain),
    "double-descent-cost": (
        "double-descent",
        ("curves", 3, "of_cost", "height"),
        lambda found: found.significant(2),
    ),
    "grokking-share": ("grokking", ("cells", 3, "share"), Measured.percent),
    "optimisers-final": ("optimisers", ("optimisers", "sgd", "winner_leads_by"), Measured.points),
    "barrier-width-barriers": (
        "barrier-width",
        ("laws", "weights", "barriers", "32"),
        Measured.significant,
    ),
    "barrier-width-power": ("barrier-width", ("laws", "weights", "power", "exponent"), Measured.plain),
    "census-accuracy": ("census", ("test_accuracy",), Measured.percent),
    "census-correlations": ("census", ("correlations", "cost, test accuracy"), Measured.plain),
    "lottery-against": ("lottery", ("levels", 0, "against", "new start", "accuracy"), Measured.points),
    "lottery-accuracy": ("lottery", ("tickets", 0, "accuracy"), Measured.percent),
    "lottery-epoch": (
        "lottery",
        ("levels", 1, "reached", "ticket", "epoch"),
        lambda found: found.plain(1),
    ),
}
"""Finding -> study, the entry of its result that stands in the title, and how it is written."""


@pytest.mark.parametrize("name", TITLES)
def test_the_title_carries_the_number_and_its_interval(drawn, kept, name):
    study, path, words = TITLES[name]
    entry = kept[study].result
    for key in path:
        entry = entry[key]
    assert words(Measured.read(entry)) in drawn[name].title


def test_starts_that_differ_and_starts_that_do_not(tmp_path):
    kept = write_study("starts", made_up.starts(), tmp_path / "study")
    for p_value, said in ((0.5, "show no difference that lasts"), (0.001, "are not equal")):
        result = kept.result
        result["widths"]["8"]["equal_starts"]["accuracy"]["p_value_all_equal"] = p_value
        kept.update(result=result)
        title = figures.findings(runs.open_study(kept.path))[0].title
        assert said in title


def test_one_width_has_no_spread_against_width(tmp_path):
    from thalweg.studies import find

    settings = find("starts").settings(members=8, widths=(4,))
    kept = write_study("starts", made_up.starts(settings), tmp_path / "study")
    assert "starts-spread" not in {finding.name for finding in figures.findings(kept)}


def test_boxes_are_quantiles_of_the_members(drawn, kept):
    accuracy = kept["starts"].arrays()["test_accuracy_8"]
    box = [trace for trace in drawn["starts-accuracy"].figure.data if trace.type == "box"][1]
    found = [side[1] for side in (box.lowerfence, box.q1, box.median, box.q3, box.upperfence)]
    np.testing.assert_allclose(found, np.quantile(accuracy, (0.05, 0.25, 0.5, 0.75, 0.95)))


def test_levels_reached_are_those_of_the_curves(drawn):
    settings, record = made_up.random_labels()
    line = next(
        trace for trace in drawn["random-labels-epochs"].figure.data if trace.name == "labels drawn at random"
    )
    curves = record.arm("random")
    expected = [np.median(curves.epochs_to(level)) for level in (0.5, 0.9, 0.99, 1.0)]
    assert settings.members == 3
    np.testing.assert_allclose(values(line.y), expected)


def test_capacity_is_drawn_against_parameters(drawn):
    _, record = made_up.random_labels()
    lines = {trace.name: trace for trace in drawn["random-labels-capacity"].figure.data}
    np.testing.assert_array_equal(values(lines["100 % random"].x), [100, 400])
    ends = [curves.train[:, -1].mean() for curves in list(record.curves.values())[::-1]]
    assert values(lines["100 % random"].y)[0] == pytest.approx(ends[0])


def test_every_example_is_in_the_histogram(drawn):
    bars = drawn["memorisation-scores"].figure.data[0]
    assert sum(bars.y) == 100
    _, record = made_up.memorisation()
    beyond = sum(count for place, count in zip(bars.x, bars.y, strict=True) if place > 0.25)
    assert beyond == (record.scores.memorisation >= 0.25).sum() == 4


def test_the_most_memorised_are_shown_with_what_others_say(drawn, tmp_path):
    (picture,) = drawn["memorisation-scores"].pictures
    assert picture.png.startswith(b"\x89PNG")
    assert [tile.label for tile in picture.tiles] == ["0 (1)", "1 (2)", "2 (3)", "3 (0)"]
    assert [tile.note for tile in picture.tiles] == ["train 0", "train 1", "train 2", "train 3"]
    kept = write_study("memorisation", made_up.memorisation(pictures=False), tmp_path / "study")
    assert not figures.findings(kept)[0].pictures


def test_taking_the_remembered_away_costs_what_the_difference_says(drawn):
    assert "costs 10.0 points [5.0, 15.0]" in drawn["memorisation-removal"].title


def test_the_map_of_luck_has_every_point_of_the_grid(drawn, kept):
    (heatmap,) = drawn["luck-map"].figure.data
    cells = kept["luck"].result["cells"]
    shown = [text.split(" ")[0] for row in heatmap.text for text in row]
    assert sorted(shown) == sorted(f"{cell['ratio']['value']:.1f}" for cell in cells)
    lasts = sum(cell["verdict"] == "lasts" for cell in cells)
    assert sum("\u25b2" in text for row in heatmap.text for text in row) == lasts > 0
    assert f"at {lasts} of 12 points" in drawn["luck-map"].title


def test_the_best_rate_stands_beside_the_largest_calm_one(drawn, kept):
    best, calm = drawn["luck-rates"].figure.data
    trials = kept["luck"].result["best_rate"]["trials"]
    assert list(best.x) == [trial["best"] for trial in trials]
    assert list(calm.x) == [trial["calm"] for trial in trials if trial["calm"] is not None]


def test_without_a_peak_none_is_claimed(drawn, tmp_path):
    assert "has a peak in 4 of 4 curves" in drawn["double-descent-cost"].title
    falling = (0.9, 0.7, 0.5, 0.3, 0.1)
    flat = figures.findings(write_study("double-descent", made_up.double_descent(falling), tmp_path / "x"))
    assert flat[0].title.startswith("No peak of test cost is shown in 4 curves")
    assert {row[1] for row in flat[0].table.rows} == {"no peak"}


def test_delays_are_drawn_where_they_were_put(drawn):
    rows = drawn["grokking-delay"].table.rows
    assert [row[4] for row in rows] == ["1", "not yet", "100", "100"]
    assert "times 8 and weight decay 0.1, 100" in drawn["grokking-share"].title


def test_the_winner_is_drawn_where_it_was_best(drawn):
    marks = [trace for trace in drawn["optimisers-grid"].figure.data if trace.mode == "markers"]
    assert {mark.name: (mark.x[0], mark.y[0]) for mark in marks} == {
        "sgd": (pytest.approx(0.1), 0.8),
        "adam": (pytest.approx(1e-3), 0.9),
    }


def test_the_table_is_what_is_drawn(drawn):
    finding = drawn["optimisers-final"]
    last = next(trace for trace in finding.figure.data if trace.name == "last epoch")
    np.testing.assert_allclose(values(last.x), numbers_in(row[2] for row in finding.table.rows), atol=6e-4)


def test_the_book_lies_inside_the_shaded_part_exactly_where_it_is_said_to(drawn, kept):
    rows = kept["nielsen"].result["rows"]
    book = next(trace for trace in drawn["nielsen-book"].figure.data if trace.name == "the book")
    verdicts = [cell == "inside" for *_, cell in drawn["nielsen-book"].table.rows]
    assert len(verdicts) >= len(rows)
    np.testing.assert_array_equal(np.abs(values(book.x)) <= 1, verdicts)
    inside, of = kept["nielsen"].result["inside"], kept["nielsen"].result["published_numbers"]
    assert drawn["nielsen-book"].title.startswith(f"{inside} of {of} ")
    assert sum(verdicts) == inside


def test_what_cannot_be_compared_is_not_held_against_the_book(tmp_path):
    kept = write_study("nielsen", made_up.nielsen(comparable=False), tmp_path / "study")
    (finding,) = figures.findings(kept)
    assert "Trained as in" in finding.title
    assert {trace.name for trace in finding.figure.data} == {"our mean"}
    assert {row[-1] for row in finding.table.rows} == {"not compared"}


def test_the_audit_counts_suspicious_labels(drawn, kept):
    result = kept["audit"].result
    wrong = Measured.read(result["estimated_errors"])
    assert (
        f"About {wrong.value:,.0f} [{wrong.low:,.0f}, {wrong.high:,.0f}] of 120"
        in drawn["audit-suspicion"].title
    )
    bars = drawn["audit-suspicion"].figure.data[0]
    assert sum(bars.x) == 120
    above = sum(
        count for name, count in zip(bars.y, bars.x, strict=True) if name[:3] in ("0.5", "0.9", "abo")
    )
    assert above == result["suspicious"] == 6


def test_the_most_suspicious_are_shown_with_what_is_suggested(drawn):
    (picture,) = drawn["audit-suspicion"].pictures
    first = next(tile for tile in picture.tiles if tile.note.endswith(", train 0"))
    assert first.label == "b to a"
    assert float(first.note.split(",")[0]) >= 0.5
    with Image.open(BytesIO(first.png)) as shown:
        assert shown.size == (6, 6)
    assert dict(drawn["audit-mixed-up"].table.rows)["b \u2192 a"] == "2"


def test_without_a_suspicious_label_there_is_no_pair(tmp_path):
    found = figures.findings(write_audit(made_up.audit(wrong=0), tmp_path / "audit"))
    assert [finding.name for finding in found] == ["audit-suspicion", "audit-outliers"]
