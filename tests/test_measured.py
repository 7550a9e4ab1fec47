import json
import math

import numpy as np
import pytest

from thalweg.measured import Measured, as_percent, as_plain, as_significant, to_plain
from thalweg.statistics.intervals import crossed

UNDEFINED = Measured(math.nan)


def test_json_is_value_and_interval():
    assert Measured(0.9, 0.8, 0.95).to_json() == {"value": 0.9, "interval": [0.8, 0.95]}
    assert Measured(0.9).to_json() == {"value": 0.9, "interval": None}
    assert UNDEFINED.to_json() == {"value": None, "interval": None}


def test_of_joins_an_interval_or_none():
    assert Measured.of(0.5, (0.4, 0.6)) == Measured(0.5, 0.4, 0.6)
    assert Measured.of(0.5, None).interval is None


@pytest.mark.parametrize("found", [Measured(0.9, 0.8, 0.95), Measured(0.9), Measured(0.0, -1.0, 1.0)])
def test_what_was_written_is_read(found):
    assert Measured.read(found.to_json()) == found


def test_a_bare_number_and_nothing_are_read():
    assert Measured.read(0.5) == Measured(0.5)
    assert math.isnan(Measured.read(None).value)
    assert math.isnan(Measured.read(UNDEFINED.to_json()).value)


def test_in_another_unit_and_the_other_way_round():
    assert Measured(0.5, 0.25, 1.0).times(100) == Measured(50.0, 25.0, 100.0)
    assert Measured(0.5).times(2) == Measured(1.0)
    assert -Measured(1.0, 0.5, 2.0) == Measured(-1.0, -2.0, -0.5)
    assert -Measured(1.0) == Measured(-1.0)


@pytest.mark.parametrize(
    ("measured", "text"),
    [
        (Measured(0.965, 0.962, 0.968), "96.5 % [96.2, 96.8]"),
        (Measured(0.965), "96.5 %"),
        (Measured(0.96512, 0.96480, 0.96544), "96.51 % [96.48, 96.54]"),
        (Measured(0.965120, 0.965110, 0.965130), "96.512 % [96.511, 96.513]"),
        (Measured(0.0, 0.0, 0.0), "0.0 % [0.0, 0.0]"),
        (Measured(1.0, 1.0, 1.0), "over 99.999 %"),
        (Measured(1 - 1e-8, 1 - 1e-7, 1.0), "over 99.999 %"),
        (Measured(1e-8, 0.0, 1e-7), "under 0.001 %"),
        (Measured(0.99999, 0.99998, 1.0), "99.999 % [99.998, 100.000]"),
        (Measured(0.5, 0.499999, 0.500001), "50.0000 % [49.9999, 50.0001]"),
        (Measured(-1e-6, -2e-6, 0.0), "-0.0001 % [-0.0002, 0.0000]"),
        (Measured(0.001, -0.0001, 0.004), "0.1 % [0.0, 0.4]"),
        (UNDEFINED, "undefined"),
    ],
)
def test_percent_shows_as_many_decimals_as_the_interval_needs(measured, text):
    assert str(measured) == text
    assert measured.percent() == text


def test_percent_can_set_the_interval_apart_or_leave_it_out():
    assert Measured(0.956, 0.952, 0.96).percent(gap="  ") == "95.6 %  [95.2, 96.0]"
    assert Measured(0.5, 0.4, 0.6).percent(bracket=False) == "50.0 %"
    assert as_percent(0.956, (0.952, 0.96), gap="  ") == "95.6 %  [95.2, 96.0]"
    assert as_percent(0.5) == "50.0 %"


def test_differences_are_in_points():
    assert Measured(0.017, 0.014, 0.02).points() == "1.7 points [1.4, 2.0]"
    assert Measured(0.017).points(2) == "1.70 points"
    assert UNDEFINED.points() == "undefined"


def test_plain_numbers_keep_their_unit_and_zero_has_no_sign():
    assert Measured(3.21, 3.05, 3.37).plain() == "3.21 [3.05, 3.37]"
    assert Measured(3.21).plain(1) == "3.2"
    assert Measured(-0.001, -0.002, 0.1).plain() == "0.00 [0.00, 0.10]"
    assert UNDEFINED.plain() == "undefined"
    assert as_plain(3.21, decimals=1) == "3.2"
    assert as_plain(3.21, (3.05, 3.37)) == "3.21 [3.05, 3.37]"


@pytest.mark.parametrize(
    ("value", "words"),
    [(1.2, "1.20"), (0.0395111, "0.0395"), (100.0, "100"), (0.0, "0"), (-2.5e-7, "-2.50e-07")],
)
def test_significant_digits(value, words):
    assert as_significant(value) == Measured(value).significant() == words
    assert Measured(value, value, value).significant() == f"{words} [{words}, {words}]"
    assert as_significant(math.nan) == "undefined"


def test_to_plain_unwraps_numpy_and_turns_nan_into_none():
    found = to_plain(
        {
            "scalar": np.float32(0.5),
            "count": np.int64(3),
            "flag": np.bool_(True),
            "nan": float("nan"),
            "infinite": np.float64("inf"),
            "array": np.array([[1.0, np.nan]]),
            "pair": (1, 2),
            "measured": Measured(1.0),
            0.9: "number as a key",
        }
    )
    assert found == {
        "scalar": 0.5,
        "count": 3,
        "flag": True,
        "nan": None,
        "infinite": None,
        "array": [[1.0, None]],
        "pair": [1, 2],
        "measured": {"value": 1.0, "interval": None},
        "0.9": "number as a key",
    }
    assert type(found["scalar"]) is float
    assert type(found["count"]) is int
    assert found["flag"] is True
    json.dumps(found, allow_nan=False)


def test_to_plain_refuses_what_has_no_json_form():
    with pytest.raises(TypeError, match="object"):
        to_plain({"what": object()})


def test_an_interval_tells_from_what_it_leaves_out():
    assert Measured(1.5, 1.1, 2.0).tells_from(1.0)
    assert not Measured(1.5, 0.9, 2.0).tells_from(1.0)
    assert not Measured(1.5, 1.0, 2.0).tells_from(1.0)
    assert not Measured(1.5).tells_from(1.0)


def test_a_share_at_its_rounding_is_no_point_without_a_bracket_either():
    assert Measured(1 - 1e-8, 1 - 1e-7, 1.0).percent(bracket=False) == "over 99.999 %"
    assert Measured(1 - 1e-8).percent() == "100.0 %"  # nothing is known of how sure that is
    assert Measured(1.0, 1.0, 1.0).plain() == "1.00 [1.00, 1.00]"


def test_what_is_said_of_an_interval_goes_where_the_number_goes():
    found = Measured(0.5, 0.4, 0.6, caveat="of 2 starts")
    assert found == Measured(0.5, 0.4, 0.6)  # it is no part of the number
    assert found.times(2).caveat == (-found).caveat == Measured.read(found.to_json()).caveat == "of 2 starts"
    assert Measured.of(0.5, None, "of 2 starts").caveat == ""  # there is nothing to say it of
    assert "caveat" not in Measured(0.5, 0.4, 0.6).to_json()
    assert crossed(np.eye(2, dtype=bool)).measured.caveat.startswith("of 2 starts")
