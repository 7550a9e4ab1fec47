"""Directories of every study and of an audit, with made-up numbers, and their findings."""

from __future__ import annotations

import pytest

from thalweg import figures

from . import made_up
from .kept import write_audit, write_study


@pytest.fixture(scope="session")
def kept(tmp_path_factory):
    """The directory of every study, and of the audit, by name. Read only."""
    folder = tmp_path_factory.mktemp("studies")
    made = {name: write_study(name, make(), folder / name) for name, make in made_up.MAKERS.items()}
    return {**made, "audit": write_audit(made_up.audit(), folder / "audit")}


@pytest.fixture(scope="session")
def drawn(kept):
    """Every finding of all of them, by name."""
    return {finding.name: finding for each in kept.values() for finding in figures.findings(each)}
