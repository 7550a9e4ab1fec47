import json

import numpy as np
import pytest

from thalweg.measured import Measured, as_percent, as_plain, to_plain
from thalweg.record import NotMeasured, html_table


def test_measured_json_is_value_and_interval():
    assert Measured(0.9, 0.8, 0.95).to_json() == {"value": 0.9, "interval": [0.8, 0.95]}
    assert Measured(0.9).to_json() == {"value": 0.9, "interval": None}


def test_measured_of_joins_an_interval_or_none():
    assert Measured.of(0.5, (0.4, 0.6)) == Measured(0.5, 0.4, 0.6)
    assert Measured.of(0.5, None).interval is None


@pytest.mark.parametrize(
    ("measured", "text"),
    [
        (Measured(0.965, 0.962, 0.968), "96.5 % [96.2, 96.8]"),
        (Measured(0.965), "96.5 %"),
        (Measured(0.96512, 0.96480, 0.96544), "96.51 % [96.48, 96.54]"),
        (Measured(0.965120, 0.965110, 0.965130), "96.512 % [96.511, 96.513]"),
        (Measured(0.0, 0.0, 0.0), "0.0 % [0.0, 0.0]"),
        (Measured(0.001, -0.0001, 0.004), "0.1 % [0.0, 0.4]"),
    ],
)
def test_percent_shows_as_many_decimals_as_the_interval_needs(measured, text):
    assert str(measured) == text
    assert measured.percent() == text


def test_percent_can_set_the_interval_apart():
    assert as_percent(0.956, (0.952, 0.96), gap="  ") == "95.6 %  [95.2, 96.0]"


def test_plain_numbers_keep_their_unit():
    assert Measured(3.21, 3.05, 3.37).plain() == "3.21 [3.05, 3.37]"
    assert as_plain(3.21, decimals=1) == "3.2"


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


def test_html_escapes_class_names():
    assert "<b>" not in html_table("t", [("<b>", "<b>")])


def test_what_was_not_measured_says_why_in_a_notebook_and_in_text():
    found = NotMeasured("no <pictures>.", "give pictures.")
    assert repr(found) == "not measured: no <pictures>. give pictures."
    assert "no &lt;pictures&gt;." in found._repr_html_()
    assert "give pictures." in found._repr_html_()
