"""Numbers that pages repeat are those that were measured: in docs/measured.md, the README, or an output."""

from __future__ import annotations

import re

import pytest

from tests.docs.reading import ROOT, pages

INTERVAL = re.compile(r"\d[\d,.]*(?: %)? \[\d[\d.,e-]*, [\d.,e-]+\]")
OUTPUTS = re.compile(r"^```text\n(.*?)^```$", re.M | re.S)
SOURCES = (
    "README.md",
    "docs/measured.md",
    "docs/coverage.md",
    "docs/guide/claims.md",
    "docs/how-to/own-data.md",
    "docs/how-to/plan.md",
    "docs/how-to/scikit-learn.md",
)
"""Where numbers are first written down; `guide/claims.md` holds what `thalweg claims --quick` said.

`how-to/own-data.md` holds what `benchmarks/own_files.py` said, `coverage.md` what
`benchmarks/coverage.py` did, `how-to/plan.md` what `benchmarks/planning.py` did, and
`how-to/scikit-learn.md` what `benchmarks/estimators.py` did.
"""

REPEATING = [page for page in pages() if page.relative_to(ROOT).as_posix() not in SOURCES]


def _known() -> str:
    written = [(ROOT / name).read_text() for name in SOURCES]
    printed = [output for page in REPEATING for output in OUTPUTS.findall(page.read_text())]
    return " ".join("\n".join(written + printed).split())


@pytest.mark.parametrize("page", REPEATING, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_repeated_numbers_are_measured_ones(page):
    known = _known()
    for number in INTERVAL.findall(OUTPUTS.sub("", page.read_text())):
        assert number in known, f"{number} is neither measured nor printed"


def test_some_numbers_are_repeated():
    assert sum(len(INTERVAL.findall(page.read_text())) for page in REPEATING) > 20
