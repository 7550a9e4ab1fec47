from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from thalweg.cli.completion import SHELLS, VARIABLE
from thalweg.cli.main import VERBS


def completed(*words: str, shell: str = "bash") -> list[str]:
    """Return what the command line answers to a shell that asks for the last of `words`."""
    asked = {"COMP_WORDS": " ".join(("thalweg", *words)), "COMP_CWORD": str(len(words))}
    if shell == "fish":
        asked["COMP_CWORD"] = words[-1]
    ran = subprocess.run(
        [sys.executable, "-m", "thalweg"],
        env={**os.environ, **asked, VARIABLE: f"{shell}_complete"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert not ran.stderr
    return ran.stdout.strip().splitlines()


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_asks_by_the_variable_that_is_answered(thalweg, shell):
    result = thalweg("completion", shell)
    assert result.exit_code == 0
    assert f"{VARIABLE}={shell}_complete" in result.stdout
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=result.stdout, text=True, check=True)


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_bash_completes_a_verb_with_it(thalweg, tmp_path):
    command = tmp_path / "thalweg"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m thalweg "$@"\n')
    command.chmod(0o755)
    script = thalweg("completion", "bash").stdout + (
        'COMP_WORDS=(thalweg audi); COMP_CWORD=1; _thalweg_completion thalweg; echo "${COMPREPLY[@]}"\n'
    )
    path = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    ran = subprocess.run(["bash"], input=script, env=path, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["audit"]


def test_verbs_flags_and_studies_are_completed():
    assert completed("") == [f"plain,{name}" for name in VERBS]
    assert completed("audit", "--estim") == ["plain,--estimator"]
    assert completed("study", "memo") == ["plain,memorisation"]
    assert completed("audit", "--nothing") == []


def test_what_may_be_anything_is_a_file():
    assert completed("audit", "my") == ["file,my"]
    assert completed("report", "runs/o", shell="zsh")[:2] == ["file", "runs/o"]
    assert completed("report", "runs/o", shell="fish") == ["file,runs/o"]


def test_another_shell_is_refused(thalweg):
    result = thalweg("completion", "tcsh")
    assert result.exit_code == 2
    assert "'bash', 'zsh', 'fish'" in result.stderr
