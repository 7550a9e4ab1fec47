import json
import platform

import numpy as np

from thalweg import runs
from thalweg.runs import machine


def test_the_machine_is_described_in_plain_values():
    found = runs.describe_machine()
    assert json.loads(json.dumps(found)) == found
    assert found["processor"]["cores"] >= 1
    assert found["processor"]["model"]
    assert found["versions"]["python"] == platform.python_version()
    assert found["versions"]["numpy"] == np.__version__
    assert {"jax", "jaxlib", "equinox", "optax", "thalweg"} <= found["versions"].keys()


def test_a_package_that_is_not_installed_has_no_version(monkeypatch):
    monkeypatch.setattr(machine, "PACKAGES", ("no-such-package-as-this",))
    assert runs.describe_machine()["versions"]["no-such-package-as-this"] is None
