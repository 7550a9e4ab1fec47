"""What the rows of the study say, and what they do not conclude."""

from dataclasses import replace

import numpy as np
import pytest

from tests.figures.studies import made_up
from thalweg.measured import Measured
from thalweg.studies.starts.record import correlation_told, where


def test_no_effect_of_the_width_is_concluded_from_an_interval_that_holds_one():
    _, found = made_up.starts()
    told = found.rows()[-1][1].split("; ")
    for name, said in zip(("train_cost", "test_cost", "test_accuracy"), told, strict=True):
        assert said.endswith("(no effect shown)") != found.per_doubling(name).tells_from(1.0)
    assert any(said.endswith("(no effect shown)") for said in told)
    assert not all(said.endswith("(no effect shown)") for said in told)


def test_starts_far_out_on_one_side_are_said_to_have_rough_intervals():
    _, found = made_up.starts()
    even = found.widths[0]
    assert "far out on one side" not in where(even)
    values = np.r_[np.linspace(0.2, 0.21, 7), 0.9]
    uneven = replace(even, train_cost=replace(even.train_cost, values=values))
    assert "far out on one side" in where(uneven)


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (Measured(0.6, 0.3, 0.8), "0.60 [0.30, 0.80]"),
        (Measured(0.2, -0.3, 0.6), "0.20 [-0.30, 0.60] (none shown)"),
        (Measured(-1.0), "-1.00, all on one line: so few starts have no interval"),
    ],
)
def test_a_correlation_says_whether_it_shows_anything(found, says):
    assert correlation_told(found) == says
