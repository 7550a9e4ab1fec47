"""Two runs in one figure: every curve is that of its own run."""

import numpy as np
import pytest

from thalweg.figures.overlaying import overlaid
from thalweg.measured import Measured

from .conftest import values
from .hovers import check_hovers


@pytest.fixture
def together(evaluated_run, altered_run):
    content = altered_run.evaluation("calibration")
    content["reliability"]["accuracy"] = [0.5 * share for share in content["reliability"]["accuracy"]]
    altered_run.write_evaluation("calibration", content, altered_run.evaluation_arrays("calibration"))
    return {finding.name: finding for finding in overlaid({"one": evaluated_run, "other": altered_run})}


def test_learning_and_reliability_of_both_are_drawn_over_one_another(together):
    assert list(together) == ["together-accuracy", "together-cost", "together-reliability"]
    for finding in together.values():
        check_hovers(finding.figure)
        assert {"one", "other"} <= {trace.name for trace in finding.figure.data}
        assert all(len(row) == len(finding.table.header) for row in finding.table.rows)


def test_a_curve_is_the_median_of_its_run_and_its_band_holds_nine_tenths(together, evaluated_run):
    history = evaluated_run.history()
    last = history.filter(history["epoch"] == history["epoch"].max())["accuracy"].to_numpy()
    drawn = [trace for trace in together["together-accuracy"].figure.data if trace.legendgroup == "one"]
    np.testing.assert_allclose(
        sorted(trace.y[-1] for trace in drawn), np.quantile(last, (0.05, 0.5, 0.95)), rtol=1e-5
    )


def test_each_reliability_is_that_of_its_run(together, evaluated_run, altered_run):
    drawn = {trace.name: trace for trace in together["together-reliability"].figure.data}
    for name, run in (("one", evaluated_run), ("other", altered_run)):
        content = run.evaluation("calibration")
        np.testing.assert_allclose(values(drawn[name].y), content["reliability"]["accuracy"])
        gap = Measured.read(content["signed"]).points()
        assert f"{name} {gap}" in together["together-reliability"].title


def test_other_costs_are_not_drawn_on_one_axis(evaluated_run, altered_run):
    altered_run.update(recipe={**altered_run.record["recipe"], "cost": "another"})
    names = [finding.name for finding in overlaid({"one": evaluated_run, "other": altered_run})]
    assert names == ["together-accuracy", "together-reliability"]


def test_what_one_run_lacks_is_not_drawn(evaluated_run, altered_run):
    (altered_run.path / "evaluation" / "calibration.json").unlink()
    (altered_run.path / "history.parquet").unlink()
    assert overlaid({"one": evaluated_run, "other": altered_run}) == []
    assert overlaid({"one": evaluated_run}) == []
