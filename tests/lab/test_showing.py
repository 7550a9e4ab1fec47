import urllib.request

import pytest

from thalweg import lab
from thalweg.errors import RunError


def test_a_frame_of_a_server_that_ends(lab_run):
    shown = lab.show(lab_run, panel="noise", height=500)
    frame = shown._repr_html_()
    assert f'src="{shown.address}?embed=1#panel=noise"' in frame
    assert "height: 500px" in frame
    page = urllib.request.urlopen(shown.address, timeout=10)
    assert b"Thalweg lab" in page.read()
    assert "frame-ancestors" in page.headers["content-security-policy"]
    assert shown.address in repr(shown)
    address = shown.address
    shown.close()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(address, timeout=5)


def test_a_frame_that_stands_in_the_notebook(lab_run):
    shown = lab.show(lab_run, offline=True)
    assert "srcdoc=" in shown._repr_html_()
    assert shown.address == ""
    assert "without a server" in repr(shown)


def test_a_panel_that_there_is_not(lab_run):
    with pytest.raises(RunError, match="there is no such panel"):
        lab.show(lab_run, panel="niose")
