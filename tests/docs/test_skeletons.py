"""What CONTRIBUTING says to copy works as it stands, with the lines added that it says to add."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.docs.reading import ROOT

SKELETONS = ROOT / "skeletons"
ROW = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|$", re.M)

EVALUATED = """
import numpy as np
import thalweg as tw

weights = np.random.default_rng(0).normal(size=(3, 784, 10))

def classifier(inputs):
    powers = np.exp(np.einsum("ni,mic->mnc", inputs.reshape(len(inputs), -1), weights) / 28)
    return powers / powers.sum(axis=-1, keepdims=True)

record = tw.evaluate(classifier, tw.load("digits"), only="guesses")["guesses"]
(finding,) = tw.figures.of(record)
assert finding.figure.to_json()
print(finding.title)
"""
STUDIED = """
import thalweg as tw
from thalweg.studies import find, make_study

kept, _ = make_study("batches", tw.load("digits"), find("batches").presets["quick"], out="study")
(finding,) = tw.figures.findings(kept)
assert finding.figure.to_json()
print(finding.title)
"""


def lines_to_add(title):
    """Return (file, line, line to add below it) for each row of a part of the page."""
    text = (SKELETONS / "README.md").read_text()
    return ROW.findall(text.partition(f"## {title}\n")[2].partition("\n## ")[0])


@pytest.mark.parametrize(("title", "count"), [("An evaluation", 7), ("A study", 2)])
def test_every_line_that_is_named_is_there_once(title, count):
    rows = lines_to_add(title)
    assert len(rows) == count
    added = {line for _, _, line in rows}
    for file, below, _ in rows:
        assert below in added or (ROOT / file).read_text().splitlines().count(below) == 1, below


def test_what_is_named_to_be_copied_is_there():
    for path in re.findall(
        r"`((?:src|tests|docs|cli|figures)/[\w./-]+\.\w+)`", (SKELETONS / "README.md").read_text()
    ):
        assert (ROOT / path).is_file() or (ROOT / "src" / "thalweg" / path).is_file(), path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "title", "name", "code", "found"),
    [
        ("evaluation", "An evaluation", "guesses", EVALUATED, "among the first 2 guesses"),
        ("study", "A study", "batches", STUDIED, "do best: right on"),
    ],
)
def test_a_skeleton_works_where_it_is_copied_to(kind, title, name, code, found, tmp_path):
    for folder in ("src", "tests", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md", "mkdocs.yml"):
        shutil.copy(ROOT / file, tmp_path)
    shutil.copytree(SKELETONS / kind, tmp_path, dirs_exist_ok=True)
    for file, below, line in lines_to_add(title):
        text = (tmp_path / file).read_text()
        assert f"{below}\n" in text, f"{file} has no line {below!r}"
        (tmp_path / file).write_text(text.replace(f"{below}\n", f"{below}\n{line}\n", 1))

    def python(*words):
        environment = {**os.environ, "PYTHONPATH": str(tmp_path / "src")}
        done = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, env=environment, text=True, capture_output=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert found in python("-c", code)
    tests = (f"tests/evaluation/{name}", "tests/evaluation/test_suite.py", f"tests/studies/{name}")
    asked = [test for test in tests if (tmp_path / test).exists()]
    python("-m", "pytest", "-q", "-n", "0", *asked)
    python("-m", "pytest", "-q", "-n", "0", "tests/test_architecture.py", "-k", f"{name} or named")
    python("-m", "pytest", "-q", "-n", "0", "tests/docs/test_hooks.py", "-k", "reference or documented")
