"""What can be trained live, within which limits."""

from thalweg.lab.contents import part, training as content
from thalweg.lab.opened import opened
from thalweg.networks import activations, costs


def test_the_limits_are_those_of_the_run_s_data(lab_run, digits):
    given = part("training", opened(lab_run))
    assert (given["data"], given["why"]) == (digits.name, None)
    assert given["examples"] == len(digits.train)
    assert given["input_shape"] == [28, 28]
    assert given["most"] == {"members": 256, "width": 512, "layers": 4, "examples": len(digits.train)}
    assert given["kinds"] == list(content.DATA)


def test_large_data_are_cut(lab_run, monkeypatch):
    monkeypatch.setattr(content, "MOST_EXAMPLES", 100)
    given = part("training", opened(lab_run))
    assert given["most"]["examples"] == 100
    assert given["examples"] > 100


def test_every_setting_is_known_to_the_library(lab_run):
    given = part("training", opened(lab_run))
    assert set(given["activations"]) <= set(activations.ACTIVATIONS)
    assert set(given["costs"]) <= set(costs.COST_NAMES)


def test_features_have_no_pixels_to_shuffle(rows_run):
    given = part("training", opened(rows_run))
    assert given["kinds"] == ["true", "random labels", "noise"]
    assert given["input_shape"] == [2]


def test_without_a_run_the_digits_stand_in_and_it_says_so(digits):
    given = part("training", opened([]))
    assert given["data"] == digits.name
    assert given["why"]["word"] == "missing.networks"
