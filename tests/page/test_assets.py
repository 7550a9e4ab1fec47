import base64
import hashlib
import json

from thalweg.page import assets


def test_the_policy_names_these_scripts_and_nothing_of_the_network():
    policy = assets.policy("one()", "two()")
    digest = base64.b64encode(hashlib.sha256(b"one()").digest()).decode()
    assert f"'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "http" not in policy
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.partition("style-src")[0]


def test_json_cannot_end_its_script():
    value = {"name": "</script><script>alert(1)</script><!--", "and": "a & b", "words": "ärger"}
    text = assets.as_json(value)
    assert "<" not in text
    assert ">" not in text
    assert json.loads(text) == value


def test_the_plots_library_can_stand_in_a_page():
    code = assets.plots_library()
    assert code.startswith("/**\n* plotly.js")
    assert "</script" not in code.lower()
    assert "<!--" not in code
    assert "\r" not in code  # a page's reader would change it, and its digest with it
