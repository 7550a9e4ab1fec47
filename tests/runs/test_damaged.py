"""Whatever is wrong with a file, who opens, draws or reports it is told so: never a traceback."""

from __future__ import annotations

import os
import shutil
import zlib

import numpy as np
import pytest

from tests.figures import made_up as made_up_evaluations
from tests.figures.studies import made_up
from tests.figures.studies.kept import write_audit, write_study
from thalweg.errors import ThalwegError

from .damage import damaged

MUTATIONS = int(os.environ.get("THALWEG_MUTATIONS", "12"))
"""How often each file is damaged; thousands take minutes."""
EVALUATIONS = ("accuracy", "calibration", "noise")
STUDIES = tuple(made_up.MAKERS)
FILES = (
    "run/run.json",
    "run/claims.json",
    *(f"run/evaluation/{name}.json" for name in (*EVALUATIONS, *made_up_evaluations.RECORDS)),
    *(f"{name}/study.json" for name in STUDIES),
    "audit/audit.json",
)
CLAIM = {"id": 1, "statement": "It learns.", "source": "1:1", "expected": "yes", "verdict": "holds"}

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def kept(tmp_path_factory, finished_run, quarters_dataset):
    """A run with many evaluations, every study and an audit, each in a directory. Read only."""
    from thalweg import recording, runs
    from thalweg.runs.files import write_json

    folder = tmp_path_factory.mktemp("kept")
    shutil.copytree(finished_run.path, folder / "run")
    run = runs.open(folder / "run")
    recording.evaluate_run(run, only=EVALUATIONS, dataset=quarters_dataset)
    for name, (content, arrays) in made_up_evaluations.RECORDS.items():
        run.write_evaluation(name, content, arrays)
    write_json(run.path / "claims.json", [{**CLAIM, "measured": 0.5, "interval": [0.4, 0.6]}])
    for name, make in made_up.MAKERS.items():
        write_study(name, make(), folder / name)
    write_audit(made_up.audit(), folder / "audit")
    return folder


def shown(folder, page):
    """Open what is in `folder`, draw all of it and write its report."""
    from thalweg import figures, report

    figures.findings(folder)
    report.write(folder, page, plots_library=False)


@pytest.mark.parametrize("name", FILES)
def test_damage_is_told_and_nothing_else_happens(kept, tmp_path, name):
    folder = tmp_path / name.partition("/")[0]
    shutil.copytree(kept / folder.name, folder)
    file = tmp_path / name
    for other in (folder / "evaluation").glob("*.json"):
        if other != file and "evaluation" in name:
            other.unlink()  # drawing them again and again takes time
    shown(folder, tmp_path / "page.html")
    whole, generator = file.read_bytes(), np.random.default_rng(zlib.crc32(name.encode()))
    told = []
    for _ in range(MUTATIONS):
        file.write_bytes(text := damaged(whole, generator))
        try:
            shown(folder, tmp_path / "page.html")
        except ThalwegError as error:
            told.append(error)
        except Exception as error:
            raise AssertionError(f"{name}: {text[:2000]!r}") from error
    assert told
    assert all(error.hint for error in told)
