"""Pages of runs whose inputs are not small grey squares."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def colour_file(colour_run, tmp_path_factory):
    """The address of the lab of `colour_run` as one file."""
    from thalweg import lab

    return lab.export(colour_run[0], tmp_path_factory.mktemp("colour-page") / "lab.html").as_uri()


@pytest.fixture(scope="session")
def rows_page(rows_run, tmp_path_factory):
    """The address of the lab of `rows_run` as one file."""
    from thalweg import lab

    return lab.export(rows_run, tmp_path_factory.mktemp("rows-page") / "lab.html").as_uri()
