"""`import thalweg.data` stays cheap: heavy libraries are imported where they are used."""

import subprocess
import sys

HEAVY = ("jax", "sklearn", "scipy", "pooch", "requests", "polars", "PIL", "rich", "platformdirs")


def test_nothing_heavy_is_imported():
    code = f"import sys, thalweg.data; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
