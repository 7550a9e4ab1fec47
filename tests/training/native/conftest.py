import pytest

from thalweg.training.native import library


@pytest.fixture(scope="session")
def kernel():
    """The kernel that was built with the package; tests that need it are skipped where there is none."""
    found = library.found()
    if isinstance(found, library.Missing):
        pytest.skip(f"needs the native kernel: {found.why}")
    return found
