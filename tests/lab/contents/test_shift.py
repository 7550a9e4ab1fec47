"""What the panel of shifts is given: the measured curves of those transforms that the page makes."""

from thalweg.lab.contents import part
from thalweg.lab.opened import opened


def test_the_curves_are_those_that_were_measured(lab_run):
    given, record = part("shift", opened(lab_run)), lab_run.evaluation("shift")
    assert list(given["curves"]) == ["translation", "rotation", "scale", "shear", "thickness", "blur"]
    for name, curve in given["curves"].items():
        assert curve == record["curves"][name]
        assert curve["identity"] in curve["levels"]
    assert set(record["curves"]) - set(given["curves"])  # others were measured that the page does not make
    assert (given["examples"], given["members"]) == (record["examples"], 8)


def test_what_was_not_asked_is_named_with_its_command(finished_run):
    given = part("shift", opened(finished_run))
    assert given == {
        "missing": "This run was not asked about shift.",
        "word": "missing.evaluation",
        "values": {"name": "shift"},
        "command": f"thalweg evaluate {finished_run.path} --only shift",
        "again": True,
    }
