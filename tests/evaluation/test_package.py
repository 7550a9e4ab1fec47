import subprocess
import sys

import thalweg.evaluation


def test_functions_stand_where_their_modules_would():
    for name in ("accuracy", "noise", "evaluate", "predictions"):
        assert callable(getattr(thalweg.evaluation, name)), name
    assert callable(thalweg.evaluation.intervals.wilson)


def test_evaluation_needs_neither_jax_nor_training():
    program = (
        "import sys, thalweg.evaluation; "
        "print([name for name in sys.modules if name == 'jax' or name.startswith('thalweg.training')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
